"""A draft as the halls show it, from the studio: its picture, the ticket to it in 3D, and who gets neither."""

import asyncio
import io
import re
from collections.abc import Iterator

import httpx
import pytest
from PIL import Image
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message

from halles_server.web.studio_preview import unless_gone
from tests.support.page_door import PageDoor
from tests.support.studio import add_editor, forms, working

BOOTH = "studio-79"
PICTURE = f"/studio/{BOOTH}/picture.webp"


@pytest.fixture(scope="module")
def editor(page_door: PageDoor) -> Iterator[httpx.Client]:
    with working(page_door, add_editor(page_door, BOOTH, "Équipe 79")) as client:
        yield client


def save(client: httpx.Client, **fields: str) -> None:
    address = f"/fr/studio/{BOOTH}/slots/header"
    form = forms(client.get(address).text)[address]
    assert client.post(address, data={**form, **fields}).status_code == 303


def test_the_draft_has_a_picture_that_changes_with_it_and_is_not_sent_twice(editor: httpx.Client) -> None:
    save(editor, accent="2")
    page = editor.get(f"/fr/studio/{BOOTH}").text
    (address,) = re.findall(r'<img id="picture" src="([^"]+)"', page)
    first = editor.get(address)
    assert first.headers["content-type"] == "image/webp"
    assert first.headers["cache-control"] == "private, no-cache"
    assert Image.open(io.BytesIO(first.content)).size == (80, 60)
    again = editor.get(PICTURE, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    save(editor, accent="5")
    other = editor.get(PICTURE, headers={"if-none-match": first.headers["etag"]})
    assert other.status_code == 200
    assert other.content != first.content


def test_a_draft_that_cannot_be_drawn_leaves_the_studio_as_it_is(editor: httpx.Client) -> None:
    save(editor, name="refuse")
    assert editor.get(PICTURE).status_code == 503
    assert editor.get(f"/fr/studio/{BOOTH}").status_code == 200
    assert editor.get(f"/fr/studio/{BOOTH}/preview").status_code == 200
    save(editor, name="Studio 79")
    assert editor.get(PICTURE).status_code == 200


def test_who_goes_quickly_from_page_to_page_is_not_refused_the_picture(
    page_door: PageDoor, editor: httpx.Client
) -> None:
    save(editor, accent="7")

    async def run() -> set[int]:
        async with httpx.AsyncClient(base_url=page_door.url, headers={"cookie": cookie_of(editor)}) as client:
            answers = await asyncio.gather(*(client.get(PICTURE) for _ in range(6)))
            return {answer.status_code for answer in answers}

    assert asyncio.run(run()) == {200}


def test_a_picture_is_waited_for_no_longer_than_by_who_asked() -> None:
    async def run() -> None:
        leave, left = asyncio.Event(), asyncio.Event()
        messages: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]

        async def receive() -> Message:
            if messages:
                return messages.pop()
            await leave.wait()
            return {"type": "http.disconnect"}

        async def picture() -> bytes:
            try:
                await asyncio.Event().wait()
            finally:
                left.set()
            raise AssertionError("nobody draws it")

        asked = asyncio.create_task(unless_gone(Request({"type": "http"}, receive), picture()))
        await asyncio.sleep(0)
        leave.set()
        with pytest.raises(ClientDisconnect):
            await asked
        await left.wait()

    asyncio.run(run())


def test_only_who_may_see_the_draft_gets_its_picture_or_a_ticket_to_it(
    page_door: PageDoor, editor: httpx.Client
) -> None:
    enter = f"/fr/studio/{BOOTH}/enter"
    form = forms(editor.get(f"/fr/studio/{BOOTH}").text)[enter]
    stranger = add_editor(page_door, "studio-78", "Équipe 78")
    member = add_editor(page_door, BOOTH, "Accueil 79", "staff")
    for login in (stranger, member):
        with working(page_door, login) as client:
            assert client.get(PICTURE).status_code == 403
            assert client.post(enter, data=form).status_code == 403
    with page_door.client(origin=page_door.url) as client:
        assert client.get(PICTURE).status_code == 403
        assert client.post(enter, data=form).status_code == 403
    with page_door.client(origin="https://elsewhere.example", cookie=cookie_of(editor)) as client:
        assert client.post(enter, data=form).status_code == 403


def cookie_of(client: httpx.Client) -> str:
    return "; ".join(f"{name}={value}" for name, value in client.cookies.items())


def test_the_ticket_leads_to_the_booth_with_its_draft(editor: httpx.Client) -> None:
    enter = f"/fr/studio/{BOOTH}/enter"
    form = forms(editor.get(f"/fr/studio/{BOOTH}").text)[enter]
    answer = editor.post(enter, data=form)
    assert answer.status_code == 200
    assert re.search(rf"halles join \S+#[a-z]+/{BOOTH}/draft --ticket-stdin", answer.text)
    assert "avec son brouillon" in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert len(re.search(r'<code id="ticket">([^<]+)<', answer.text)[1]) > 40  # type: ignore[index]
