"""A real browser for the tests of pages: Debian's Chromium driven by playwright, and axe-core to judge what it shows.

Whoever lacks one of them reads a sentence that says what to install; no test is skipped. ``browser`` lives for one
test module, since playwright keeps an event loop in the thread that other tests want for ``asyncio.run``.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from typing import Any, Final, Literal

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

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
    """The source of axe-core, as a package of our development requirements carries it."""
    return (resources.files(axe_playwright_python) / "axe.min.js").read_text(encoding="utf-8")


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
    assert errors == [], f"the page logged errors: {errors}"


def _is_fault(message: ConsoleMessage, page: Page) -> bool:
    """Tells whether a page complains; that the page itself answered 404 is no complaint."""
    return message.type == "error" and message.location["url"] != page.url
