"""Media as a program sends them: in one piece or several, and the list of what hangs in a booth."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from halles_server.storage.accounts import Accounts
from tests.support.files import pdf, photograph, sound
from tests.support.models import png
from tests.support.page_door import PageDoor
from tests.support.studio import add_editor

BOOTH = "studio-33"
"""No other test edits it."""
HERE = f"/api/v1/booths/{BOOTH}"


@pytest.fixture
def program(page_door: PageDoor) -> Iterator[httpx.Client]:
    """A program with the token of one of the booth's editors."""
    login = add_editor(page_door, BOOTH, "Sender")
    found = page_door.do(Accounts(page_door.opened.database).by_login(login))
    assert found is not None
    secret = page_door.do(page_door.opened.services.tokens.make(found[0].account, "a test", 30))
    with page_door.client(authorization=f"Bearer {secret}") as client:
        yield client


def begin(program: httpx.Client, kind: str, size: int) -> str:
    answer = program.post(f"{HERE}/uploads", json={"kind": kind, "size": size})
    assert (answer.status_code, answer.json()["state"]) == (200, "receiving"), answer.text
    return f"/api/v1/uploads/{answer.json()['upload']}"


def put(program: httpx.Client, place: str, offset: int, data: bytes) -> httpx.Response:
    headers = {"upload-offset": str(offset), "content-type": "application/octet-stream"}
    return program.put(place, content=data, headers=headers)


def test_a_voice_is_sent_by_a_program_too(program: httpx.Client, tmp_path: Path) -> None:
    data = sound(tmp_path, "ogg")
    done = put(program, begin(program, "sound", len(data)), 0, data).json()
    assert (done["kind"], done["state"], done["media"].partition(".")[2]) == ("sound", "ready", "weba")


def test_a_document_sent_in_pieces_hangs_in_the_draft_and_stands_in_its_list(program: httpx.Client) -> None:
    data = pdf(2)
    place = begin(program, "document", len(data))
    assert put(program, place, 0, data[:300]).json()["received"] == 300
    again = put(program, place, 0, data)
    assert (again.status_code, again.json()["code"]) == (400, "BAD_FIELD")
    assert program.get(place).json()["received"] == 300
    done = put(program, place, 300, data[300:]).json()
    assert (done["state"], done["code"]) == ("ready", "")
    revision = program.get(f"{HERE}/draft").json()["revision"]
    change = {"field": "document:0:media", "value": done["media"]}
    edit = {"request_id": str(uuid.uuid4()), "revision": revision, "changes": [change]}
    assert program.post(f"{HERE}/draft/edits", json=edit).status_code == 200
    listed = {row["media"]: row for row in program.get(f"{HERE}/media").json()}
    row = listed[done["media"]]
    assert (row["kind"], row["size"], row["pages"]) == ("document", len(data), 2)
    assert program.get(f"/media/{done['media']}").content == data


def test_a_picture_is_sent_in_one_piece_and_a_bad_one_is_a_state_with_its_reason(program: httpx.Client) -> None:
    good, bad = photograph(64, 64), png(60_000, 60_000)
    assert put(program, begin(program, "picture", len(good)), 0, good).json()["state"] == "ready"
    done = put(program, begin(program, "picture", len(bad)), 0, bad).json()
    assert (done["state"], done["code"], done["media"]) == ("refused", "TOO_LARGE", "")
    assert done["text"] == "60000 × 60000 points, at most 24 million"


def test_an_upload_carries_no_request_id(program: httpx.Client) -> None:
    asked = {"kind": "picture", "size": 1, "request_id": "0f5e4a6c-8f0e-4a39-9b54-6a1f4f5a2b10"}
    answer = program.post(f"{HERE}/uploads", json=asked)
    assert (answer.status_code, answer.json()["code"]) == (422, "")


def test_an_upload_is_given_up_and_nobody_else_s_is_seen(page_door: PageDoor, program: httpx.Client) -> None:
    place = begin(program, "picture", 100)
    with page_door.client(authorization=program.headers["authorization"]) as same:
        assert same.delete(place).json()["received"] == 0
    for answer in (program.get(place), program.delete(place), put(program, place, 0, b"x")):
        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
    with page_door.client() as nobody:
        assert nobody.get(place).status_code == 401
    foreign = program.post("/api/v1/booths/studio-30/uploads", json={"kind": "picture", "size": 1})
    assert (foreign.status_code, foreign.json()["code"]) == (403, "FORBIDDEN")
    assert program.get("/api/v1/booths/studio-30/media").status_code == 403


@pytest.mark.parametrize("offset", ["", "-1", "x", "1" * 13])
def test_a_piece_says_where_it_begins(program: httpx.Client, offset: str) -> None:
    answer = program.put(begin(program, "picture", 100), content=b"x", headers={"upload-offset": offset})
    assert answer.status_code == 400
    assert "upload-offset" in answer.json()["detail"]


def test_what_is_too_large_is_refused_before_it_is_sent(program: httpx.Client) -> None:
    answer = program.post(f"{HERE}/uploads", json={"kind": "picture", "size": 10_000_001})
    assert (answer.status_code, answer.json()["code"]) == (400, "TOO_LARGE")
