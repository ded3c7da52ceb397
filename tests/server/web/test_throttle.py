"""Pages by address, through the real application."""

import asyncio
from dataclasses import replace

import httpx
import pytest
from starlette.applications import Starlette

from halles_server.web import app as web
from tests.support.page_door import PageDoor


def ask(app: Starlette, *paths: str, address: str = "192.0.2.1") -> list[httpx.Response]:
    """Asks for pages from an address, all at the same moment as far as a rate of hours is concerned."""

    async def play() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app, client=(address, 4000))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return [await client.get(path) for path in paths]

    return asyncio.run(play())


@pytest.fixture
def throttled(page_door: PageDoor) -> Starlette:
    config = replace(page_door.opened.config, pages_per_s=0.001, pages_burst=4)
    return web.build(page_door.opened.services, config)


@pytest.mark.parametrize(("code", "words"), [("fr", "votre réseau"), ("nl", "uw netwerk"), ("en", "your network")])
def test_who_asks_for_too_much_is_told_so_in_the_readers_language(throttled: Starlette, code: str, words: str) -> None:
    *served, refused = ask(throttled, *[f"/{code}/conduct"] * 5)
    assert [answer.status_code for answer in served] == [200] * 4
    assert refused.status_code == 429
    assert 900 <= int(refused.headers["retry-after"]) <= 1000
    assert (refused.headers["content-language"], refused.headers["cache-control"]) == (code, "no-store")
    assert refused.headers["content-security-policy"]
    assert words in refused.text
    assert f'href="/{code}/"' in refused.text
    assert [answer.status_code for answer in ask(throttled, f"/{code}/conduct", address="192.0.2.2")] == [200]


def test_a_page_with_its_files_is_little_more_than_a_page(throttled: Starlette) -> None:
    page = ask(throttled, "/en/conduct")[0].text
    style = page.split('rel="stylesheet" href="')[1].split('"')[0]
    answers = ask(throttled, *[style] * 20, "/en/conduct", *[style] * 10)
    assert [answer.status_code for answer in answers] == [200] * 20 + [200] + [429] * 10


def test_a_foreign_host_takes_nothing_from_an_address(throttled: Starlette) -> None:
    async def play() -> list[int]:
        transport = httpx.ASGITransport(throttled, client=("192.0.2.1", 4000))
        async with httpx.AsyncClient(transport=transport, base_url="http://rebound.example") as client:
            return [(await client.get("/en/")).status_code for _ in range(6)]

    assert asyncio.run(play()) == [400] * 6
    assert ask(throttled, "/en/conduct")[0].status_code == 200
