"""Logging in and out on the pages."""

import re

import pytest

from tests.server.web.test_entering import token_of
from tests.support.page_door import LOGIN, NAME, PASSWORD, PageDoor
from tests.support.studio import PHRASE, add_account, put_on_staff


def test_a_login_gets_a_new_cookie_and_the_logout_ends_it_in_the_database(page_door: PageDoor) -> None:
    with page_door.client(origin=page_door.url) as client:
        form = {"form": token_of(client.get("/fr/login").text), "login": LOGIN.upper(), "password": PASSWORD}
        answer = client.post("/fr/login", data=form)
        cookies = answer.headers.get_list("set-cookie")
        assert any(
            cookie.startswith("halles-login=") and "HttpOnly" in cookie and "SameSite=lax" in cookie
            for cookie in cookies
        )
        secret = client.cookies["halles-login"]
        html = client.get("/fr/login").text
        assert NAME in html
        client.post("/fr/logout", data={"form": token_of(html)})
        assert "halles-login" not in client.cookies
    assert page_door.do(page_door.opened.services.admission.who(secret)) is None


@pytest.mark.parametrize(("login", "password"), [(LOGIN, "wrong"), ("nobody", PASSWORD), ("", "")])
def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(page_door: PageDoor, login: str, password: str) -> None:
    with page_door.client(origin=page_door.url) as client:
        form = {"form": token_of(client.get("/en/login").text), "login": login, "password": password}
        answer = client.post("/en/login", data=form)
    assert answer.status_code == 403
    assert "Name or password is wrong." in answer.text
    assert 'role="alert"' in answer.text
    assert "wrong" not in answer.text.split('name="password"')[1].split(">")[0]


def test_too_many_failures_are_told_when_to_come_back(page_door: PageDoor) -> None:
    with page_door.client(origin=page_door.url) as client:
        for _ in range(11):
            form = {"form": token_of(client.get("/fr/login").text), "login": "somebody", "password": "guess"}
            answer = client.post("/fr/login", data=form)
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 600
    assert "Trop de tentatives" in answer.text


def test_who_holds_a_code_finds_where_to_type_it_before_having_an_account(page_door: PageDoor) -> None:
    with page_door.client() as client:
        assert 'href="/nl/invitation"' in client.get("/nl/login").text.partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize("path", ["/fr/studio/studio-81/slots/team", "/fr/studio/studio-81/bell"])
def test_a_page_that_asks_for_a_login_is_where_the_login_leads_back_to(page_door: PageDoor, path: str) -> None:
    with page_door.client(origin=page_door.url) as client:
        refused = client.get(path)
        assert refused.status_code == 403
        assert f"/fr/login?back={path}" in refused.text


def test_who_logs_in_while_reading_comes_back_to_what_was_read(page_door: PageDoor) -> None:
    with page_door.client(origin=page_door.url) as client:
        reading = "/en/booths?q=studio+07"
        link = re.search(r'class="me" href="([^"]+)"', client.get(reading).text)
        assert link is not None
        html = client.get(link[1]).text
        back = re.search(r'name="back" value="([^"]+)"', html)
        assert back is not None
        form = {"form": token_of(html), "login": LOGIN, "password": PASSWORD, "back": back[1]}
        assert client.post("/en/login", data=form).headers["location"] == reading


@pytest.mark.parametrize(
    ("staff", "place"),
    [
        ((), "/fr/"),
        ((("studio-85", "editor"),), "/fr/studio/studio-85"),
        ((("studio-85", "staff"),), "/fr/studio/studio-85/bell"),
        ((("studio-85", "lead"), ("studio-86", "staff")), "/fr/studio"),
    ],
)
def test_a_login_leads_to_where_somebody_works_and_only_then_the_masthead_offers_the_studio(
    page_door: PageDoor, staff: tuple[tuple[str, str], ...], place: str
) -> None:
    login = add_account(page_door, "lands")
    for booth, role in staff:
        put_on_staff(page_door, login, booth, role)
    with page_door.client(origin=page_door.url) as client:
        form = {"form": token_of(client.get("/fr/login").text), "login": login, "password": PHRASE}
        assert client.post("/fr/login", data=form).headers["location"] == place
        html = client.get(place).text
        assert ('href="/fr/studio"' in html) == bool(staff)
        if place == "/fr/studio":
            assert 'href="/fr/studio/studio-85"' in html
            assert 'href="/fr/studio/studio-86/bell"' in html


def test_who_checks_booths_lands_on_the_list_of_those_that_wait(page_door: PageDoor) -> None:
    with page_door.client(origin=page_door.url) as client:
        form = {"form": token_of(client.get("/nl/login").text), "login": LOGIN, "password": PASSWORD}
        assert client.post("/nl/login", data=form).headers["location"] == "/nl/studio"
        assert 'href="/nl/studio"' in client.get("/nl/").text


def test_who_has_logged_in_is_so_on_a_page_that_does_not_exist(page_door: PageDoor) -> None:
    with page_door.client(origin=page_door.url) as client:
        assert 'href="/en/login' in client.get("/en/no-such-page").text
        form = {"form": token_of(client.get("/en/login").text), "login": LOGIN, "password": PASSWORD}
        assert client.post("/en/login", data=form).status_code == 303
        for address in ("/en/no-such-page", "/en/booths/no-such-booth"):
            answer = client.get(address)
            assert answer.status_code == 404
            assert '<details class="me">' in answer.text
