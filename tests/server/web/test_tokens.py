"""The page of one's tokens: a secret is shown once, and a token ended is ended."""

import re

import httpx
import pytest

from tests.server.web.test_entering import token_of
from tests.support.page_door import LOGIN, PASSWORD, PageDoor


def logged_in(client: httpx.Client) -> None:
    login = {"form": token_of(client.get("/fr/login").text), "login": LOGIN, "password": PASSWORD}
    assert client.post("/fr/login", data=login).status_code == 303


def test_a_token_is_shown_once_works_and_is_ended(page_door: PageDoor) -> None:
    with page_door.client(origin=page_door.url) as client:
        logged_in(client)
        form = {"form": token_of(client.get("/en/me/tokens").text), "label": "our website", "days": "90"}
        made = client.post("/en/me/tokens", data=form)
        found = re.search(r'<code id="token">(halles_[\w-]{43})</code>', made.text)
        assert found
        secret = found[1]
        assert made.headers["cache-control"] == "no-store"
        later = client.get("/en/me/tokens").text
        assert "our website" in later
        assert 'program that reads OpenAPI to see and try every call: <a href="/api/openapi.json">' in later
        assert secret not in later
        asked = {"authorization": f"Bearer {secret}"}
        assert httpx.get(f"{page_door.url}/api/v1/me", headers=asked).status_code == 200
        ended = re.search(r'action="(/en/me/tokens/[\w-]+/remove)"', later)
        assert ended
        assert client.post(ended[1], data={"form": token_of(later)}).status_code == 303
        assert httpx.get(f"{page_door.url}/api/v1/me", headers=asked).status_code == 401
        assert "our website" not in client.get("/en/me/tokens").text


@pytest.mark.parametrize("form", [{"label": "", "days": "30"}, {"label": "x", "days": "9999"}, {"label": "\u202e"}])
def test_a_token_that_may_not_be_is_refused_beside_the_form(page_door: PageDoor, form: dict[str, str]) -> None:
    with page_door.client(origin=page_door.url) as client:
        logged_in(client)
        answer = client.post("/en/me/tokens", data={"form": token_of(client.get("/en/me/tokens").text), **form})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_who_has_not_logged_in_is_led_there(page_door: PageDoor) -> None:
    with page_door.client() as client:
        answer = client.get("/nl/me/tokens")
    assert (answer.status_code, answer.headers["location"]) == (303, "/nl/login")


def test_another_s_token_cannot_be_ended(page_door: PageDoor) -> None:
    with page_door.client(origin=page_door.url) as client:
        logged_in(client)
        form = {"form": token_of(client.get("/en/me/tokens").text)}
        for token in ("00000000-0000-4000-8000-000000000000", "nothing"):
            assert client.post(f"/en/me/tokens/{token}/remove", data=form).status_code == 404
