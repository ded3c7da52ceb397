"""Uploads through the page door: by script in pieces, by a form with a file, and by nobody else."""

import html
import io
import itertools
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from halles.ids import BoothId
from halles.world.text import LANGUAGES, Language
from halles_server.web.language import tongues
from halles_server.web.uploads import ASKED_CAP
from tests.server.web.test_entering import token_of
from tests.support.files import PLACE, film, pdf, photograph, sound_only
from tests.support.models import document, glb, pack, png
from tests.support.page_door import LOGIN, PASSWORD, PageDoor
from tests.support.studio import add_editor, working

BOOTH = "studio-07"
PAGE = f"/fr/booths/{BOOTH}/upload"


@contextmanager
def organiser(door: PageDoor) -> Iterator[tuple[httpx.Client, str]]:
    """Returns a browser that has logged in, and a form's token."""
    with door.client(origin=door.url) as client:
        form = {"form": token_of(client.get("/fr/login").text), "login": LOGIN, "password": PASSWORD}
        assert client.post("/fr/login", data=form).status_code == 303
        yield client, token_of(client.get(PAGE).text)


def begin(client: httpx.Client, token: str, **asked: Any) -> httpx.Response:
    asked = {"booth": BOOTH, "kind": "picture", "size": 10, **asked}
    return client.post("/api/uploads", json=asked, headers={"x-halles-form": token})


def put(client: httpx.Client, token: str, place: str, offset: int, data: bytes) -> httpx.Response:
    return client.put(place, content=data, headers={"x-halles-form": token, "upload-offset": str(offset)})


def size_of(answer: httpx.Response) -> tuple[int, int]:
    with Image.open(io.BytesIO(answer.content)) as picture:
        return picture.size


def test_a_script_sends_a_picture_in_pieces_and_gets_its_name(page_door: PageDoor) -> None:
    data = photograph()
    with organiser(page_door) as (client, token):
        begun = begin(client, token, size=len(data))
        place = begun.headers["location"]
        assert (begun.status_code, begun.json()["state"], begun.headers["cache-control"]) == (
            201,
            "receiving",
            "no-store",
        )
        half = put(client, token, place, 0, data[:4000])
        assert half.json()["received"] == 4000
        assert client.head(place).headers["upload-offset"] == "4000"
        assert put(client, token, place, 0, data).status_code == 409
        done = put(client, token, place, 4000, data[4000:]).json()
        assert (done["state"], done["received"]) == ("ready", len(data))
        assert client.get(place).json() == done
        shown = client.get(f"/media/{done['media']}")
        far = client.get(f"/media/{done['media']}?face=far", follow_redirects=False)
        small = client.get(far.headers["location"])
        assert client.get(f"/media/{done['media']}?face=huge").content == shown.content
    assert far.status_code == 307
    assert max(size_of(small)) <= 256 < max(size_of(shown))
    assert shown.headers["content-type"] == "image/webp"
    assert shown.content != data
    assert PLACE.encode() not in shown.content


def test_a_refused_file_says_code_measure_and_limit(page_door: PageDoor) -> None:
    data = png(60_000, 60_000)
    with organiser(page_door) as (client, token):
        place = begin(client, token, size=len(data)).headers["location"]
        done = put(client, token, place, 0, data).json()
        assert (done["state"], done["code"]) == ("refused", "TOO_LARGE")
        assert done["text"] == "60000 × 60000 points, at most 24 million"
        client.headers["accept-language"] = "nl"
        assert (
            "60.000\u00a0×\u00a060.000 punten, dat is 3.600 miljoen; hoogstens 24" in client.get(place).json()["said"]
        )
        large = begin(client, token, size=10_000_001)
        assert (large.status_code, large.json()["code"]) == (422, "TOO_LARGE")
        assert large.json()["said"].startswith("Het weegt 10,1\u00a0MB, hoogstens 10\u00a0MB mag.")


def test_who_is_not_logged_in_uploads_nothing(page_door: PageDoor) -> None:
    with page_door.client(origin=page_door.url) as client:
        token = token_of(client.get("/fr/login").text)
        assert begin(client, token).status_code == 403
        assert client.get("/api/uploads/anything").status_code == 403
        assert client.get(PAGE).status_code == 403
        assert client.post(PAGE, data={"form": token}, files={"file": png()}).status_code == 403


def test_nothing_is_taken_from_another_page_or_without_a_token(page_door: PageDoor) -> None:
    with organiser(page_door) as (client, token):
        place = begin(client, token).headers["location"]
        for headers in (
            {"origin": "https://evil.example", "x-halles-form": token},
            {"x-halles-form": token[:-2]},
            {},
        ):
            asked = {"booth": BOOTH, "kind": "picture", "size": 10}
            assert client.post("/api/uploads", json=asked, headers=headers).status_code == 403
            assert client.put(place, content=b"x", headers=headers | {"upload-offset": "0"}).status_code == 403
            assert client.delete(place, headers=headers).status_code == 403
        assert client.post(PAGE, data={"form": "wrong"}, files={"file": png()}).status_code == 403
        assert client.post(PAGE, files={"file": png()}, headers={"origin": "null"}).status_code == 403
        assert client.get(place).json()["received"] == 0


@pytest.mark.parametrize(
    "asked",
    [
        b"",
        b"[]",
        b"{",
        b'{"booth": "studio-07", "kind": "song", "size": 3}',
        b'{"booth": "studio-07", "kind": "film", "size": "3"}',
        b'{"booth": "studio-07", "kind": "film"}',
        b'{"booth": "studio-07", "kind": "film", "size": 3, "more": 1}',
        b"[" * 4000,
    ],
)
def test_what_begins_no_upload_is_refused(asked: bytes, page_door: PageDoor) -> None:
    with organiser(page_door) as (client, token):
        assert client.post("/api/uploads", content=asked, headers={"x-halles-form": token}).status_code == 400


def test_what_is_asked_has_a_limit_and_offsets_are_numbers(page_door: PageDoor) -> None:
    with organiser(page_door) as (client, token):
        headers = {"x-halles-form": token}
        assert client.post("/api/uploads", content=b" " * (ASKED_CAP + 1), headers=headers).status_code == 413
        place = begin(client, token).headers["location"]
        for offset in ("", "-1", "x", "1" * 13, "٣"):
            wrong = {"x-halles-form": token.encode(), "upload-offset": offset.encode()}
            assert client.put(place, content=b"x", headers=wrong).status_code == 400
        assert client.put(f"{place}x", content=b"x", headers=headers | {"upload-offset": "0"}).status_code == 404


def test_a_stopped_upload_is_gone(page_door: PageDoor) -> None:
    with organiser(page_door) as (client, token):
        place = begin(client, token).headers["location"]
        assert client.delete(place, headers={"x-halles-form": token}).status_code == 204
        assert client.get(place).status_code == 404


def test_a_form_with_a_file_does_the_same_without_script(page_door: PageDoor) -> None:
    with organiser(page_door) as (client, token):
        address = f"{PAGE}?kind=picture&field=panel:poster-1:picture"
        text = client.post(address, data={"form": token}, files={"file": ("../x.svg", photograph())}).text
        found = re.search(r'href="/fr/booths/studio-07\?media=([0-9a-f]{64}\.webp)&amp;field=([^"]+)"', text)
        assert found, text
        assert found[2] == "panel%3Aposter-1%3Apicture"
        assert client.get(f"/media/{found[1]}").status_code == 200


def test_a_form_with_a_refused_file_says_why_in_the_reader_s_language(page_door: PageDoor) -> None:
    with organiser(page_door) as (client, token):
        wrong = client.post(PAGE, data={"form": token}, files={"file": b"<svg/>" * 10})
        empty = client.post(PAGE, data={"form": token}, files={"file": b""})
        large = client.post(PAGE, data={"form": token}, files={"file": bytes(10_200_000)})
        other = client.post(PAGE, data={"form": token, "file": "no file"}, headers={})
    assert (wrong.status_code, empty.status_code, large.status_code, other.status_code) == (422, 422, 422, 415)
    assert "Nous ne pouvons pas lire cette image" in wrong.text
    assert "a kind that is not taken" in wrong.text


def _model(*path: Any) -> bytes:
    """Returns a model in which one thing is otherwise: the last of the path, at the rest of it."""
    said, buffer = document()
    *way, last, value = path
    at: Any = said
    for step in way:
        at = at[step]
    at[last] = value
    return pack(said, buffer)


LARGE = dict.fromkeys(("picture", "document", "film", "model"), "This file is not taken.")
UNREAD = {
    "picture": "This is not a picture that we can read: PNG, JPEG or WebP that does not move.",
    "document": "This is not a document that we can read: a PDF without a password.",
    "film": "This is not a film that every visitor can play: MP4 with H.264 and AAC, or WebM with VP9 and Opus.",
    "model": "This is not a model that we can read: a GLB with everything inside the one file.",
}
BAD: dict[str, tuple[str, Callable[[Path], bytes], dict[str, str]]] = {
    "a bomb of 60,000 points a side": ("picture", lambda _: png(60_000, 60_000), LARGE),
    "an SVG posing as a picture": ("picture", lambda _: b"<svg xmlns='http://www.w3.org/2000/svg'/>" * 9, UNREAD),
    "a page posing as a picture": ("picture", lambda _: b"<!doctype html><script>alert(1)</script>", UNREAD),
    "a page behind a picture's first bytes": ("picture", lambda _: png()[:8] + b"<script>alert(1)</script>", UNREAD),
    "a document of 10,000 pages": ("document", lambda _: pdf(10_000), LARGE),
    "a locked document": ("document", lambda _: pdf(1, locked=True), UNREAD),
    "a model that refers to a file": ("model", lambda _: _model("buffers", 0, "uri", "file:///etc/passwd"), UNREAD),
    "a model that hangs on itself": ("model", lambda _: _model("nodes", 0, "children", [0]), UNREAD),
    "a model of 50,001 triangles": ("model", lambda _: glb(50_001), LARGE),
    "a model that claims 2,000,000,001 corners": (
        "model",
        lambda _: _model("accessors", 0, "count", 2_000_000_001),
        UNREAD,
    ),
    "a film without pictures": ("film", sound_only, UNREAD),
    "a film of twelve hours": ("film", lambda folder: film(folder, rate=Fraction(1, 3600), frames=12), LARGE),
}


def _kept(page_door: PageDoor) -> tuple[Any, ...]:
    """Returns the draft as it is, and how many media there are."""

    async def read() -> tuple[Any, ...]:
        async with page_door.opened.database.connection() as connection:
            count = await connection.fetchval("SELECT count(*) FROM media")
        return (await page_door.opened.services.studio._drafts.read(BoothId(BOOTH))), count

    return page_door.do(read())


@pytest.mark.parametrize(("name", "code"), list(zip(BAD, itertools.cycle(LANGUAGES), strict=False)))
def test_a_bad_file_is_refused_in_the_reader_s_language_the_draft_stays_and_the_next_file_is_taken(
    page_door: PageDoor, tmp_path: Path, name: str, code: Language
) -> None:
    kind, made, said = BAD[name]
    before = _kept(page_door)
    with organiser(page_door) as (client, token):
        page = f"/{code}/booths/{BOOTH}/upload?kind={kind}"
        answer = client.post(page, data={"form": token}, files={"file": made(tmp_path)})
        assert answer.status_code == 422
        assert tongues()[code].catalogue.gettext(said[kind]) in html.unescape(answer.text)
        assert _kept(page_door) == before
        place = begin(client, token, size=len(png())).headers["location"]
        assert put(client, token, place, 0, png()).json()["state"] == "ready", "the worker lives"


def _nodes(count: int) -> bytes:
    said, buffer = document()
    return pack(said | {"nodes": said["nodes"] * count}, buffer)


LIMITS: dict[str, tuple[str, Callable[[Path], bytes], tuple[str, ...]]] = {
    "pixels": ("picture", lambda _: png(9_000, 9_000), ("9 000 × 9 000", "81", "24")),
    "bytes": ("picture", lambda _: png() + bytes(12_340_000), ("12,4", "10")),
    "pages": ("document", lambda _: pdf(61), ("61", "60")),
    "sides": ("film", lambda folder: film(folder, size=(1922, 1080), frames=2), ("1 922 × 1 080", "1 920 × 1 080")),
    "seconds": ("film", lambda folder: film(folder, rate=Fraction(1, 61), frames=12), ("12_min", "12_s", "10_min")),
    "triangles": ("model", lambda _: glb(50_001), ("50 001", "50 000")),
    "nodes": ("model", lambda _: _nodes(1_513), ("1 513", "512")),
    "points": ("model", lambda _: glb(1, png(4_000, 4_000)), ("16 000 000", "8 388 608")),
}
"""What a file may have: its kind, a file with more, and what was measured with the limit as French writes them."""
MARKS = {"fr": ("\u202f", ","), "nl": (".", ","), "en": (",", ".")}


def _written(number: str, code: Language) -> str:
    """Returns a French number as a language writes it."""
    thousands, comma = MARKS[code]
    said = number.replace(" × ", "\u00a0×\u00a0").replace(",", comma).replace(" ", thousands)
    return said.replace("_", "\u202f" if code == "fr" else "\u00a0")


@pytest.mark.parametrize("name", LIMITS)
def test_what_is_over_a_limit_is_refused_with_value_and_limit_in_the_reader_s_language(
    page_door: PageDoor, tmp_path: Path, name: str
) -> None:
    kind, made, numbers = LIMITS[name]
    data = made(tmp_path)
    with organiser(page_door) as (client, token):
        for code in LANGUAGES:
            page = f"/{code}/booths/{BOOTH}/upload?kind={kind}"
            answer = client.post(page, data={"form": token}, files={"file": data})
            assert answer.status_code == 422
            found = re.search(r'id="file-problem">(.*?)</div>', answer.text, re.DOTALL)
            assert found
            said = html.unescape(found[1])
            assert 'lang="en"' not in said
            assert ("at most" in said) == (code == "en")
            for number in numbers:
                assert _written(number, code) in said


def test_the_cookie_of_another_does_not_go_with_one_s_own_form_nor_does_another_s_upload(page_door: PageDoor) -> None:
    with (
        organiser(page_door) as (client, token),
        working(page_door, add_editor(page_door, BOOTH, "Eve")) as eve,
    ):
        place = begin(client, token).headers["location"]
        assert begin(eve, token).status_code == 403
        own = token_of(eve.get(PAGE).text)
        assert eve.get(place).status_code == 404
        assert put(eve, own, place, 0, b"x").status_code == 404
        assert eve.delete(place, headers={"x-halles-form": own}).status_code == 404
        assert client.get(place).json()["received"] == 0


@pytest.mark.parametrize(
    ("back", "leads"),
    [
        ("https://evil.example/", "/fr/booths/studio-07"),
        ("//evil.example", "/fr/booths/studio-07"),
        ("/fr/booths/studio-07/../../x\\y", "/fr/booths/studio-07"),
        ("/fr/booths/studio-07/studio?step=3", "/fr/booths/studio-07/studio?step=3"),
        ("/fr/studio/studio-07", "/fr/studio/studio-07"),
    ],
)
def test_the_way_back_leads_to_the_booth_s_pages_only(back: str, leads: str, page_door: PageDoor) -> None:
    with organiser(page_door) as (client, _):
        text = client.get(PAGE, params={"back": back}).text
    assert f'<a href="{leads}">Revenir sans rien envoyer' in text


def test_documents_are_taken_away_and_sent_in_stretches(page_door: PageDoor) -> None:
    data = pdf(2)
    with organiser(page_door) as (client, token):
        place = begin(client, token, kind="document", size=len(data)).headers["location"]
        media = put(client, token, place, 0, data).json()["media"]
        whole = client.get(f"/media/{media}", headers={"accept-encoding": "gzip"})
        part = client.get(f"/media/{media}", headers={"range": "bytes=5-9"})
        tail = client.get(f"/media/{media}", headers={"range": "bytes=-4"})
        beyond = client.get(f"/media/{media}", headers={"range": f"bytes={len(data)}-"})
        head = client.head(f"/media/{media}")
    assert (whole.status_code, whole.content) == (200, data)
    assert "content-encoding" not in whole.headers
    assert whole.headers["content-type"] == "application/pdf"
    assert whole.headers["content-disposition"] == "attachment"
    assert whole.headers["content-security-policy"].startswith("sandbox")
    assert whole.headers["x-content-type-options"] == "nosniff"
    assert "immutable" in whole.headers["cache-control"]
    assert (part.status_code, part.content) == (206, data[5:10])
    assert part.headers["content-range"] == f"bytes 5-9/{len(data)}"
    assert tail.content == data[-4:]
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{len(data)}")
    assert (head.headers["content-length"], head.content) == (str(len(data)), b"")


def test_a_model_is_served_as_it_was_written_anew(page_door: PageDoor) -> None:
    data = glb(4)
    with organiser(page_door) as (client, token):
        place = begin(client, token, kind="model", size=len(data)).headers["location"]
        done = put(client, token, place, 0, data).json()
        shown = client.get(f"/media/{done['media']}")
    assert shown.headers["content-type"] == "model/gltf-binary"
    assert shown.content[:4] == b"glTF"
    assert b"somebody" not in shown.content
