"""Pages at the real server in a real browser, with their readers in the halls.

A conftest imports ``live_server`` and ``pages`` from here; one server runs for one test module.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page

from halles.protocol.close_codes import CloseCode
from halles.protocol.messages import Goodbye
from halles.world.roles import Role
from halles_server import bootstrap
from halles_server.gateway.visits import Visit
from tests.support.browser import opened
from tests.support.postgres import TestPostgres
from tests.support.serving import RunningServer, real_server

HALL: Final = "/en/halls/lille"
BOOTH: Final = "/en/booths/studio-07"
LOGIN, PASSWORD, NAME = "exposante", "une longue phrase", "Exposante 1"


@pytest.fixture(scope="module")
def live_server(postgres: TestPostgres) -> Iterator[RunningServer]:
    url = postgres.fresh(demo=True)
    with real_server(demo=True, database_url=url, pages_per_s=10_000.0, pages_burst=10_000) as running:

        async def account(opened: bootstrap.Server) -> None:
            await opened.services.admission.create_account(LOGIN, NAME, Role.ORGANISER, PASSWORD, "en")

        running.do(account)
        yield running


@pytest.fixture
def pages(browser: Browser, live_server: RunningServer) -> Iterator[Callable[..., Page]]:
    """Opens pages, each in a browser of its own; afterwards nobody of this test is left in the halls."""
    with ExitStack() as stack:

        def open_one(path: str, **options: Any) -> Page:
            return stack.enter_context(opened(browser, live_server.url + path, **options))

        yield open_one
        live_server.do(_everybody_out)


async def _everybody_out(opened: bootstrap.Server) -> None:
    for visit in opened.world.visits:
        opened.world.end(visit, Goodbye(CloseCode.NORMAL, "the test is over"))


def come_in(page: Page, name: str) -> None:
    page.get_by_role("button", name="Be present").click()
    page.get_by_label("Your name in the halls").fill(name)
    page.keyboard.press("Enter")
    is_here(page)


def is_here(page: Page) -> None:
    page.wait_for_selector("#strip[data-state=here]")


def say(page: Page, text: str, channel: str = "hall") -> None:
    page.locator(f"input[value={channel}]").check()
    page.locator("#line").fill(text)
    page.keyboard.press("Enter")


def visit_of(server: RunningServer, name: str) -> Visit:
    """The one visit of that name."""

    async def find(opened: bootstrap.Server) -> Visit:
        (found,) = [visit for visit in opened.world.visits if visit.record.name == name]
        return found

    return server.do(find)


def close(server: RunningServer, name: str, goodbye: Goodbye | None) -> None:
    """Ends a visit's connection: with a word, or as a bad network does."""

    async def end(opened: bootstrap.Server) -> None:
        (found,) = [visit for visit in opened.world.visits if visit.record.name == name]
        assert found.connection is not None
        if goodbye is None:
            found.connection.cut()
        else:
            found.connection.close(goodbye)

    server.do(end)


def log_in(page: Page) -> None:
    address = page.url
    page.goto(address.partition("/en/")[0] + "/en/login")
    page.get_by_label("Login name").fill(LOGIN)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".me .initial")
    page.goto(address)
