"""A real browser for the tests of pages: Debian's Chromium driven by playwright, and axe-core to judge what it shows.

Whoever lacks one of them reads a sentence that says what to install; no test is skipped. ``browser`` lives for one
test module, since playwright keeps an event loop in the thread that other tests want for ``asyncio.run``.
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib import resources
from typing import Any, Final, Literal
from weakref import WeakKeyDictionary

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, sync_playwright

_BROWSERS: Final = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first one is Chromium without windows and menus: the same pages for less than half of the processor time."""
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
    binary = next(filter(None, map(shutil.which, _BROWSERS)), "")
    if not binary:
        pytest.fail("the tests of pages need a browser: apt-get install chromium-headless-shell")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=binary, args=list(_FLAGS))
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core, as a package of our development requirements carries it."""
    return (resources.files(axe_playwright_python) / "axe.min.js").read_text(encoding="utf-8")


_FREE: Final[WeakKeyDictionary[Browser, list[BrowserContext]]] = WeakKeyDictionary()
"""Profiles that were emptied again: making a new one takes three times as long as a page in an old one."""


@contextmanager
def opened(
    browser: Browser,
    url: str,
    *,
    width: int = 1280,
    height: int = 900,
    scheme: Scheme = "light",
    cookies: Sequence[Any] = (),
    **options: Any,
) -> Iterator[Page]:
    """Opens an address in a profile that holds nothing but cookies; whatever the page logs as an error fails the test.

    What a browser may keep of files with their hash in the address may be there from before.
    """
    with _profile(browser, options) as context:
        context.add_cookies(list(cookies))
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if _is_fault(message, page) else None)
        page.goto(url)
        yield page
    assert errors == [], f"the page logged errors: {errors}"


@contextmanager
def _profile(browser: Browser, options: dict[str, Any]) -> Iterator[BrowserContext]:
    """Lends a profile that holds nothing; one with options of its own, or of a test that failed, is used once."""
    free = _FREE.setdefault(browser, [])
    context = free.pop() if free and not options else browser.new_context(**options)
    yield context
    if options or not _emptied(context):
        context.close()
    else:
        free.append(context)


def _emptied(context: BrowserContext) -> bool:
    """Forgets all that pages of a profile have kept, and closes them; tells whether that could be done."""
    with suppress(Error):
        for page in context.pages:
            session = context.new_cdp_session(page)
            for origin in {"/".join(frame.url.split("/")[:3]) for frame in page.frames if "://" in frame.url}:
                session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
            page.close()
        context.clear_cookies()
        context.clear_permissions()
        return True
    return False


def _is_fault(message: ConsoleMessage, page: Page) -> bool:
    """Tells whether a page complains; that the page itself answered 404 is no complaint."""
    return message.type == "error" and message.location["url"] != page.url
