"""A real browser for the tests of pages: Debian's Chromium driven by playwright, and axe-core to judge what it shows.

Whoever lacks one of them reads a sentence that says what to install; no test is skipped. ``browser`` lives for one
test module, since playwright keeps an event loop in the thread that other tests want for ``asyncio.run``.
"""

import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Literal

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

AXE_VERSION: Final = "4.14.1"
AXE_SHA256: Final = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
"""Of ``axe.min.js``."""

_CACHE: Final = Path(__file__).parents[2] / ".cache"

_FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

Scheme = Literal["light", "dark"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium with a fresh profile."""
    binary = next(filter(None, (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))), "")
    if not binary:
        pytest.fail("the tests of pages need a browser: apt-get install chromium")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=binary, args=list(_FLAGS))
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core, fetched once into ``.cache``."""
    file = _CACHE / f"axe-core-{AXE_VERSION}.min.js"
    if not file.exists():
        _fetch_axe(file)
    data = file.read_bytes()
    if hashlib.sha256(data).hexdigest() != AXE_SHA256:
        pytest.fail(f"{file} is not axe-core {AXE_VERSION}: remove it and run the tests again")
    return data.decode()


@contextmanager
def opened(
    browser: Browser, url: str, *, width: int = 1280, height: int = 900, scheme: Scheme = "light", **options: Any
) -> Iterator[Page]:
    """Opens an address in a fresh profile; whatever the page logs as an error fails the test."""
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, **options)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if _is_fault(message, page) else None)
    page.goto(url)
    yield page
    context.close()
    assert errors == []


def _is_fault(message: ConsoleMessage, page: Page) -> bool:
    """Tells whether a page complains; that the page itself answered 404 is no complaint."""
    return message.type == "error" and message.location["url"] != page.url


def _fetch_axe(file: Path) -> None:
    npm = shutil.which("npm")
    if not npm:
        pytest.fail(f"the accessibility tests need axe-core {AXE_VERSION}, fetched by npm: apt-get install npm")
    with tempfile.TemporaryDirectory() as folder:
        packed = subprocess.run(
            [npm, "pack", "--silent", f"axe-core@{AXE_VERSION}"],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        if packed.returncode:
            pytest.fail(f"npm could not fetch axe-core {AXE_VERSION}: {packed.stderr.strip()[-200:]}")
        with tarfile.open(next(Path(folder).glob("axe-core-*.tgz"))) as members:
            member = members.extractfile("package/axe.min.js")
            assert member is not None
            data = member.read()
    file.parent.mkdir(exist_ok=True)
    partial = file.with_suffix(f".{os.getpid()}")
    partial.write_bytes(data)
    partial.replace(file)
