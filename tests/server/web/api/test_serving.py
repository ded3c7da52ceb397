"""The API as a program sees it: tokens, answers, and problems that it can read."""

import asyncio
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from halles.ids import BoothId
from halles.world.roles import Role
from halles_server.ports.people import Account
from halles_server.services.tokens import Tokens
from halles_server.storage.accounts import Accounts
from tests.support.page_door import PageDoor

BOOTH = "studio-31"
"""No other test edits it."""


@pytest.fixture(scope="module")
def editor(page_door: PageDoor) -> Account:
    """An exhibitor on the staff of ``BOOTH``."""
    admission = page_door.opened.services.admission
    made = page_door.do(admission.create_account("api-editor", "Api Editor", Role.EXHIBITOR, "a long phrase", "nl"))
    page_door.do(Accounts(page_door.opened.database).set_staff(made.account, BoothId(BOOTH), "editor", "operator"))
    return made


@pytest.fixture
def program(page_door: PageDoor, editor: Account) -> Iterator[httpx.Client]:
    """A program with the editor's token."""
    secret = page_door.do(page_door.opened.services.tokens.make(editor.account, "a test", 30))
    with page_door.client(authorization=f"Bearer {secret}") as client:
        yield client
    for token in page_door.do(page_door.opened.services.tokens.of(editor.account)):
        page_door.do(page_door.opened.services.tokens.remove(editor.account, token.token))


def edit(revision: int, value: str, request_id: str = "") -> dict[str, Any]:
    change = {"field": "pitch", "value": value, "language": "en"}
    return {"request_id": request_id or str(uuid.uuid4()), "revision": revision, "changes": [change]}


def test_booths_are_read_without_a_token(page_door: PageDoor) -> None:
    with page_door.client() as client:
        listed = client.get("/api/v1/booths", params={"hall": "lille"}).json()
        one = client.get(f"/api/v1/booths/{listed[0]['booth']}").json()
    assert {row["hall"] for row in listed} == {"lille"}
    assert one["content"]["name"] == listed[0]["name"]
    assert set(one["content"]["pitch"]) == {"fr", "nl", "en"}


def test_an_edit_makes_the_next_revision_once_however_often_it_is_sent(program: httpx.Client) -> None:
    revision = program.get(f"/api/v1/booths/{BOOTH}").json()["revision"]
    asked = edit(revision, "Written by a program.")
    answers = [program.post(f"/api/v1/booths/{BOOTH}/edits", json=asked).json() for _ in range(2)]
    assert answers == [{"revision": revision + 1}] * 2
    assert program.get(f"/api/v1/booths/{BOOTH}").json()["content"]["pitch"]["en"] == "Written by a program."


def test_who_edits_an_older_revision_is_told_with_the_code_of_the_wire(program: httpx.Client) -> None:
    revision = program.get(f"/api/v1/booths/{BOOTH}").json()["revision"]
    program.post(f"/api/v1/booths/{BOOTH}/edits", json=edit(revision, "First."))
    answer = program.post(f"/api/v1/booths/{BOOTH}/edits", json=edit(revision, "Second."))
    assert (answer.status_code, answer.json()["code"]) == (409, "STALE_REVISION")
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_token_is_worth_as_much_as_its_account(program: httpx.Client) -> None:
    answer = program.post("/api/v1/booths/studio-30/edits", json=edit(1, "Not mine."))
    assert (answer.status_code, answer.json()["code"]) == (403, "FORBIDDEN")
    assert program.get("/api/v1/me").json() == {"name": "Api Editor", "role": "exhibitor", "language": "nl"}


@pytest.mark.parametrize("said", ["Bearer halles_wrong", "Bearer", "Basic dTpw", "Bearer " + "x" * 5000])
def test_what_is_no_token_is_refused_even_where_none_is_needed(page_door: PageDoor, said: str) -> None:
    with page_door.client(authorization=said) as client:
        answer = client.get("/api/v1/halls")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert answer.json()["code"] == ""


def test_a_web_login_is_no_token(page_door: PageDoor) -> None:
    with page_door.client(cookie="halles-login=whatever") as client:
        assert client.get("/api/v1/me").status_code == 401


def test_a_token_that_was_ended_is_worth_nothing_at_once(page_door: PageDoor, editor: Account) -> None:
    tokens = page_door.opened.services.tokens
    secret = page_door.do(tokens.make(editor.account, "ends soon", 30))
    made = next(one for one in page_door.do(tokens.of(editor.account)) if one.label == "ends soon")
    with page_door.client(authorization=f"Bearer {secret}") as client:
        assert client.get("/api/v1/me").status_code == 200
        page_door.do(tokens.remove(editor.account, made.token))
        assert client.get("/api/v1/me").status_code == 401


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"[]", "application/json", 422),
        (b'{"request_id": 1}', "application/json", 422),
        (b"{}", "text/plain", 415),
        (b'"' + b"x" * (1024 * 1024 + 1) + b'"', "application/json", 413),
    ],
)
def test_a_body_that_cannot_be_used_is_told_why(program: httpx.Client, body: bytes, kind: str, status: int) -> None:
    answer = program.post(f"/api/v1/booths/{BOOTH}/edits", content=body, headers={"content-type": kind})
    assert answer.status_code == status
    assert answer.json()["status"] == status
    assert answer.json()["code"] == "", "the status says it all"
    assert answer.json()["detail"]


def test_a_hundred_edits_at_once_of_one_account_are_slowed_down_and_nobody_else_is(
    page_door: PageDoor, program: httpx.Client
) -> None:
    async def flood() -> list[httpx.Response]:
        headers = {"authorization": program.headers["authorization"]}
        async with httpx.AsyncClient(base_url=page_door.url, headers=headers, timeout=60) as client:
            asked = [client.post(f"/api/v1/booths/{BOOTH}/edits", json=edit(1, str(n))) for n in range(100)]
            return await asyncio.gather(*asked)

    refused = [answer for answer in asyncio.run(flood()) if answer.status_code == 429]
    assert refused
    assert {answer.json()["code"] for answer in refused} == {"RATE_LIMITED"}
    assert all(int(answer.headers["retry-after"]) >= 1 for answer in refused)
    with page_door.client() as other:
        assert other.get("/api/v1/halls").status_code == 200


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v1/booths/..%2Fsecret", "/api/v1/booths/NOT-A-SLUG"])
def test_what_there_is_not_is_a_problem_and_no_page(page_door: PageDoor, path: str) -> None:
    with page_door.client() as client:
        answer = client.get(path)
    assert (answer.status_code, answer.json()["status"]) == (404, 404)


def test_a_method_that_there_is_not_is_told_which_there_are(page_door: PageDoor) -> None:
    with page_door.client() as client:
        answer = client.delete("/api/v1/booths")
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]


def test_services_have_tokens(page_door: PageDoor) -> None:
    assert isinstance(page_door.opened.services.tokens, Tokens)
