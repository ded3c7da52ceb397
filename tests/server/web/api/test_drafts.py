"""Drafts as a program works on them: edited, merged, stepped through, compared, published, each once."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from halles.ids import BoothId
from halles_server.storage.accounts import Accounts
from tests.support.page_door import PageDoor
from tests.support.studio import add_editor

BOOTH = "studio-32"
"""No other test edits it."""
DRAFT = f"/api/v1/booths/{BOOTH}/draft"


@pytest.fixture
def program(page_door: PageDoor) -> Iterator[httpx.Client]:
    """A program with the token of one of the booth's editors; each test has another: calls are counted by account."""
    login = add_editor(page_door, BOOTH, "Programmer")
    found = page_door.do(Accounts(page_door.opened.database).by_login(login))
    assert found is not None
    secret = page_door.do(page_door.opened.services.tokens.make(found[0].account, "a test", 30))
    with page_door.client(authorization=f"Bearer {secret}") as client:
        yield client


def asked(revision: int, **more: Any) -> dict[str, Any]:
    return {"request_id": str(uuid.uuid4()), "revision": revision, **more}


def pitch(revision: int, value: str, language: str = "en") -> dict[str, Any]:
    return asked(revision, changes=[{"field": "pitch", "value": value, "language": language}])


def read(program: httpx.Client) -> dict[str, Any]:
    answer = program.get(DRAFT)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_an_edit_is_saved_once_published_and_told_among_the_revisions(program: httpx.Client) -> None:
    before = read(program)
    edit = pitch(before["revision"], "By a program.")
    answers = [program.post(f"{DRAFT}/edits", json=edit).json() for _ in range(2)]
    assert answers == [{"revision": before["revision"] + 1}] * 2
    draft = read(program)
    assert (draft["unpublished"], draft["may_undo"], draft["content"]["pitch"]["en"]) == (True, True, "By a program.")
    assert program.get(f"/api/v1/booths/{BOOTH}").json()["content"] != draft["content"]
    differing = program.get(f"{DRAFT}/differences").json()
    assert [(one["field"], one["language"], one["after"]) for one in differing] == [("pitch", "en", "By a program.")]
    shown = program.post(f"{DRAFT}/publications", json=asked(draft["revision"])).json()["revision"]
    assert shown == before["published_revision"] + 1
    assert program.get(f"/api/v1/booths/{BOOTH}").json()["content"] == draft["content"]
    newest = program.get(f"{DRAFT}/revisions").json()[0]
    assert (newest["step"], newest["fields"], newest["published"]) == ("edit", ["pitch"], shown)


def test_who_was_slower_gets_both_texts_and_can_merge_them(program: httpx.Client) -> None:
    seen = read(program)
    base = seen["content"]["pitch"]["en"]
    program.post(f"{DRAFT}/edits", json=pitch(seen["revision"], "Of the other."))
    beside = program.post(f"{DRAFT}/edits", json=pitch(seen["revision"], "Ernaast.", "nl"))
    assert beside.json() == {"revision": seen["revision"] + 2}, "what nobody else has changed is carried over"
    answer = program.post(f"{DRAFT}/edits", json=pitch(seen["revision"], "Of mine."))
    said = answer.json()
    assert (answer.status_code, said["code"], said["revision"]) == (409, "STALE_REVISION", seen["revision"] + 2)
    clash = {"field": "pitch", "language": "en", "base": base, "mine": "Of mine.", "theirs": "Of the other."}
    assert said["clashes"] == [clash]
    both = f"{clash['theirs']} {clash['mine']}"
    assert program.post(f"{DRAFT}/edits", json=pitch(said["revision"], both)).status_code == 200
    pitches = read(program)["content"]["pitch"]
    assert (pitches["en"], pitches["nl"]) == (both, "Ernaast.")


def test_steps_and_restoring_walk_through_the_revisions(program: httpx.Client) -> None:
    first = program.post(f"{DRAFT}/edits", json=pitch(read(program)["revision"], "One.")).json()["revision"]
    second = program.post(f"{DRAFT}/edits", json=pitch(first, "Two.")).json()["revision"]
    undone = program.post(f"{DRAFT}/steps", json=asked(second, step="undo")).json()["revision"]
    assert read(program)["content"]["pitch"]["en"] == "One."
    assert program.post(f"{DRAFT}/steps", json=asked(second, step="undo")).json()["code"] == "STALE_REVISION"
    program.post(f"{DRAFT}/steps", json=asked(undone, step="redo"))
    draft = read(program)
    assert (draft["content"]["pitch"]["en"], draft["may_redo"]) == ("Two.", False)
    assert program.post(f"{DRAFT}/steps", json=asked(draft["revision"], step="redo")).json()["code"] == "NOT_FOUND"
    program.post(f"{DRAFT}/restorations", json=asked(draft["revision"], restored=first))
    assert read(program)["content"] == program.get(f"{DRAFT}/revisions/{first}").json()["content"]
    compared = program.get(f"{DRAFT}/differences", params={"from": str(second), "to": str(first)}).json()
    assert [(one["before"], one["after"]) for one in compared] == [("Two.", "One.")]
    assert program.get(f"{DRAFT}/revisions/99999").json()["code"] == "NOT_FOUND"
    assert program.get(f"{DRAFT}/differences", params={"from": "x"}).status_code == 404


def test_a_publication_has_its_hour_and_is_taken_back(program: httpx.Client) -> None:
    revision = program.post(f"{DRAFT}/edits", json=pitch(read(program)["revision"], "Later.")).json()["revision"]
    past = program.post(f"{DRAFT}/publications", json=asked(revision, due="2020-01-01T00:00:00+00:00"))
    assert (past.status_code, past.json()["detail"]) == (400, "due has passed")
    assert program.post(f"{DRAFT}/publications", json=asked(revision, due="2099-01-01T00:00:00")).status_code == 422
    due = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    assert program.post(f"{DRAFT}/publications", json=asked(revision, due=due)).json() == {"revision": 0}
    waiting = read(program)["waiting"]
    assert (waiting["revision"], waiting["checked"], datetime.fromisoformat(waiting["due"]).isoformat()) == (
        revision,
        True,
        due,
    )
    assert program.post(f"{DRAFT}/withdrawals", json=asked(revision)).json() == {"revision": revision}
    assert read(program)["waiting"] is None


@pytest.mark.parametrize("way", ["", "/revisions", "/revisions/0", "/differences"])
def test_another_s_draft_is_not_read(program: httpx.Client, way: str) -> None:
    answer = program.get(f"/api/v1/booths/studio-30/draft{way}")
    assert (answer.status_code, answer.json()["code"]) == (403, "FORBIDDEN")


def test_what_a_draft_may_not_hold_is_refused_and_changes_nothing(page_door: PageDoor, program: httpx.Client) -> None:
    before = read(program)
    link = asked(before["revision"], changes=[{"field": "link:0:url", "value": "https://10.0.0.1/"}])
    missing = asked(before["revision"], changes=[{"field": "film", "value": "0" * 64 + ".mp4"}])
    for body, status, code in (
        (link, 400, "BAD_FIELD"),
        (missing, 404, "NOT_FOUND"),
        (pitch(before["revision"], "a\u202eb"), 422, "INVALID_TEXT"),
    ):
        answer = program.post(f"{DRAFT}/edits", json=body)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert read(program) == before
    assert page_door.do(page_door.opened.services.booths.read(BoothId(BOOTH))).revision == before["published_revision"]
