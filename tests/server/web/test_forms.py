"""Forms: only our own pages may send one, and only a small one."""

from typing import Any

import pytest

from halles_server.web import app as web
from halles_server.web.forms import FORM_BYTES, FORM_FIELDS, Seal
from tests.server.web.test_entering import token_of
from tests.support.page_door import PageDoor

POSTS = ("/fr/enter", "/nl/login", "/en/logout")


@pytest.mark.parametrize("path", POSTS)
def test_a_form_from_elsewhere_is_refused(page_door: PageDoor, path: str) -> None:
    with page_door.client() as client:
        token = token_of(client.get("/fr/enter").text)
        for headers in ({}, {"origin": "https://evil.example"}, {"origin": "null"}, {"origin": "http://[::1"}):
            assert client.post(path, data={"form": token}, headers=headers).status_code == 403, headers


@pytest.mark.parametrize("path", POSTS)
def test_a_form_without_its_token_or_cookie_is_refused(page_door: PageDoor, path: str) -> None:
    with page_door.client(origin=page_door.url) as client:
        token = token_of(client.get("/fr/enter").text)
        assert client.post(path, data={"name": "x"}).status_code == 403
        assert client.post(path, data={"form": token[:-2]}).status_code == 403
        client.cookies.clear()
        assert client.post(path, data={"form": token}).status_code == 403


def test_what_is_too_large_is_refused_in_the_readers_language(page_door: PageDoor) -> None:
    with page_door.client(origin=page_door.url) as client:
        token = token_of(client.get("/nl/enter").text)
        large = client.post("/nl/enter", data={"form": token, "name": "x" * FORM_BYTES})
        many = client.post("/nl/enter", data={f"f{i}": "" for i in range(FORM_FIELDS + 1)})
    assert (large.status_code, many.status_code) == (413, 413)
    assert "te groot" in large.text


def test_another_kind_of_body_is_refused(page_door: PageDoor) -> None:
    with page_door.client(origin=page_door.url) as client:
        client.get("/fr/enter")
        assert client.post("/fr/enter", json={"name": "x"}).status_code == 415
        assert client.post("/fr/enter", files={"name": b"x"}).status_code == 415


def test_a_body_that_is_no_text_is_refused(page_door: PageDoor) -> None:
    with page_door.client(origin=page_door.url) as client:
        kind = {"content-type": "application/x-www-form-urlencoded"}
        assert client.post("/fr/enter", content=b"name=\xff\xfe", headers=kind).status_code == 400
        assert client.post("/fr/enter", content=b"name=%ff", headers=kind).status_code == 400


def test_who_breaks_off_while_sending_is_no_fault_of_ours(page_door: PageDoor) -> None:
    async def broken_off() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    said: list[dict[str, Any]] = []

    async def say(message: Any) -> None:
        said.append(message)

    kind = b"application/x-www-form-urlencoded"
    headers = [(b"host", b"localhost"), (b"origin", b"http://localhost"), (b"content-type", kind)]
    app = web.build(page_door.opened.services, page_door.opened.config)
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/fr/login",
        "query_string": b"",
        "headers": headers,
    }
    page_door.do(app(scope, broken_off, say))
    assert said[0]["status"] < 500, "dropped by the HTTP server; what counts is that nothing was raised"


def test_tokens_differ_each_time_and_fit_one_cookie_only() -> None:
    seal = Seal("secret")
    first, second = seal.token("mine"), seal.token("mine")
    assert first != second
    assert seal.fits(first, "mine")
    assert seal.fits(second, "mine")
    assert not seal.fits(first, "yours")
    assert not seal.fits(first, "")
    assert not Seal("other secret").fits(first, "mine")
