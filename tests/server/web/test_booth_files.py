"""A booth leaves as a file and comes in again, through the real pages, worker and stores."""

import io
import json
import zipfile
from collections.abc import Iterator

import httpx
import msgspec
import pytest

from halles.ids import BoothId
from halles.world.booth import BoothContent, media_of
from halles_server.services.actor import Actor
from tests.server.web.test_entering import token_of
from tests.support.page_door import LOGIN, PASSWORD, PageDoor

FROM, TO = "studio-41", "studio-42"
"""No other test edits them."""


@pytest.fixture
def organiser(page_door: PageDoor) -> Iterator[httpx.Client]:
    with page_door.client(origin=page_door.url) as client:
        login = {"form": token_of(client.get("/fr/login").text), "login": LOGIN, "password": PASSWORD}
        assert client.post("/fr/login", data=login).status_code == 303
        yield client


def draft_of(page_door: PageDoor, booth: str) -> tuple[int, BoothContent]:
    async def read() -> tuple[int, BoothContent]:
        _, account = await page_door.opened.services.admission.open_login(LOGIN, PASSWORD, "127.0.0.1")
        actor = Actor(account.account, None, account.name, account.role, "fr")
        draft = await page_door.opened.services.studio.open(actor, BoothId(booth))
        return draft.revision, draft.content

    return page_door.do(read())


def sent(client: httpx.Client, booth: str, data: bytes) -> httpx.Response:
    html = client.get(f"/fr/studio/{booth}/file").text
    once = html.split('name="once" value="')[1].split('"')[0]
    revision = html.split('name="revision" value="')[1].split('"')[0]
    form = {"form": token_of(html), "once": once, "revision": revision}
    return client.post(f"/fr/studio/{booth}/file", data=form, files={"file": ("booth.zip", data, "application/zip")})


def test_a_booth_of_one_slot_becomes_the_booth_of_another(page_door: PageDoor, organiser: httpx.Client) -> None:
    taken = organiser.get(f"/fr/studio/{FROM}/file/booth.zip")
    assert taken.status_code == 200
    assert taken.headers["content-disposition"] == f'attachment; filename="halles-{FROM}.zip"'
    archive = zipfile.ZipFile(io.BytesIO(taken.content))
    assert archive.testzip() is None
    before = draft_of(page_door, FROM)[1]
    assert len(archive.namelist()) == 2 + len(media_of(before)) > 2

    brought = sent(organiser, TO, taken.content)
    assert brought.headers["location"] == f"/fr/studio/{TO}/revisions?done=brought"
    after = draft_of(page_door, TO)[1]
    assert (after.name, after.pitch, after.accent, after.links) == (
        before.name,
        before.pitch,
        before.accent,
        before.links,
    )
    texts = [(panel.slot, panel.title, panel.text, panel.alt) for panel in after.panels]
    assert texts == [(panel.slot, panel.title, panel.text, panel.alt) for panel in before.panels]
    assert [bool(panel.picture) for panel in after.panels] == [bool(panel.picture) for panel in before.panels]
    for media in media_of(after):
        assert organiser.get(f"/media/{media}").status_code == 200


def test_visitors_see_nothing_of_it_before_it_is_published(page_door: PageDoor, organiser: httpx.Client) -> None:
    shown = page_door.do(page_door.opened.services.booths.read(BoothId(TO)))
    taken = organiser.get(f"/fr/studio/{FROM}/file/booth.zip").content
    assert sent(organiser, TO, taken).status_code == 303
    assert page_door.do(page_door.opened.services.booths.read(BoothId(TO))) == shown


@pytest.mark.parametrize("data", [b"", b"no archive", b"PK\x05\x06" + bytes(18)])
def test_a_file_that_is_none_is_refused_on_the_page_and_changes_nothing(
    page_door: PageDoor, organiser: httpx.Client, data: bytes
) -> None:
    before = draft_of(page_door, TO)
    answer = sent(organiser, TO, data)
    assert answer.status_code == 422 or answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert draft_of(page_door, TO) == before


def test_a_medium_that_no_upload_would_pass_keeps_the_whole_file_out(
    page_door: PageDoor, organiser: httpx.Client
) -> None:
    before = draft_of(page_door, TO)
    taken = zipfile.ZipFile(io.BytesIO(organiser.get(f"/fr/studio/{FROM}/file/booth.zip").content))
    spoilt = io.BytesIO()
    with zipfile.ZipFile(spoilt, "w") as archive:
        manifest = json.loads(taken.read("manifest.json"))
        evil = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
        manifest["media"] = [{**note, "bytes": len(evil)} for note in manifest["media"]]
        archive.writestr("manifest.json", json.dumps(manifest))
        for note in manifest["media"]:
            archive.writestr(f"media/{note['id']}", evil)
    answer = sent(organiser, TO, spoilt.getvalue())
    assert 'role="alert"' in answer.text
    assert draft_of(page_door, TO) == before


def test_a_medium_that_is_too_large_is_refused_with_value_and_limit_in_the_reader_s_language(
    organiser: httpx.Client,
) -> None:
    taken = zipfile.ZipFile(io.BytesIO(organiser.get(f"/fr/studio/{FROM}/file/booth.zip").content))
    manifest = json.loads(taken.read("manifest.json"))
    note = next(note for note in manifest["media"] if note["id"].endswith(".webp")) | {"bytes": 12_340_000}
    heavy = io.BytesIO()
    with zipfile.ZipFile(heavy, "w") as archive:
        archive.writestr("manifest.json", json.dumps(manifest | {"media": [note]}))
        archive.writestr(f"media/{note['id']}", bytes(12_340_000))
    said = sent(organiser, TO, heavy.getvalue()).text
    assert "Il pèse 12,4\u202fMo, 10\u202fMo sont admis au plus." in said
    assert "at most" not in said


def test_only_who_works_on_a_booth_takes_it_along(page_door: PageDoor) -> None:
    with page_door.client() as stranger:
        assert stranger.get(f"/fr/studio/{FROM}/file/booth.zip").status_code == 403
        assert stranger.get(f"/fr/studio/{FROM}/file").status_code == 403


def test_the_file_tells_in_words_what_is_in_it(organiser: httpx.Client) -> None:
    archive = zipfile.ZipFile(io.BytesIO(organiser.get(f"/fr/studio/{FROM}/file/booth.zip").content))
    manifest = msgspec.json.decode(archive.read("manifest.json"))
    assert manifest["booth"] == FROM
    assert {"field": "name", "value": manifest["fields"][0]["value"]} in manifest["fields"]
    assert "Halles" in archive.read("README.txt").decode()
