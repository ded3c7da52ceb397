"""Invitations on the pages: made by the organiser, shown once, typed by whoever got one."""

import re

import httpx
import pytest

from halles.ids import BoothId
from halles.world.roles import Role, StaffRole
from halles_server.services.login_failures import FOR_ACCOUNT
from tests.server.web.test_entering import token_of
from tests.support.page_door import LOGIN, PASSWORD, PageDoor

BOOTH = "studio-41"


def code_of(html: str) -> str:
    found = re.search(r'<code id="code">([0-9A-Z-]{19})</code>', html)
    assert found
    return found.group(1)


def log_in(client: httpx.Client, login: str = LOGIN, password: str = PASSWORD) -> None:
    form = {"form": token_of(client.get("/fr/login").text), "login": login, "password": password}
    assert client.post("/fr/login", data=form).status_code == 303


def invited(page_door: PageDoor, role: StaffRole = StaffRole.LEAD, booth: str = BOOTH) -> str:
    return page_door.do(page_door.opened.services.invitations.invite_as_operator(BoothId(booth), role))


def posted(client: httpx.Client, path: str, **fields: str) -> httpx.Response:
    return client.post(path, data={"form": token_of(client.get(path).text), **fields})


def test_the_organiser_makes_a_code_that_is_shown_once_and_no_address_holds(page_door: PageDoor) -> None:
    with page_door.client(origin=page_door.url) as client:
        log_in(client)
        assert "/fr/invitations" in client.get("/fr/login").text
        answer = posted(client, "/fr/invitations", booth=BOOTH, role="lead")
        code = code_of(answer.text)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        again = client.get("/fr/invitations")
        assert code not in again.text
        assert "Studio 41" in again.text
        assert not re.search(rf'(?:href|src|action)="[^"]*{code}', answer.text)


def test_a_code_is_withdrawn_from_the_list_and_a_second_time_is_told(page_door: PageDoor) -> None:
    code = invited(page_door, booth="studio-46")
    with page_door.client(origin=page_door.url) as client:
        log_in(client)
        page = client.get("/en/invitations").text
        found = page[page.index("Studio 46 · ") :].partition('name="invitation" value="')[2][:64]
        done = posted(client, "/en/invitations", act="withdraw", invitation=found)
        assert (done.status_code, done.headers["location"]) == (303, "/en/invitations")
        assert found not in client.get("/en/invitations").text
        again = posted(client, "/en/invitations", act="withdraw", invitation=found)
        assert (again.status_code, "used or withdrawn meanwhile" in again.text) == (409, True)
    transport = httpx.HTTPTransport(local_address="127.0.0.10")
    with httpx.Client(base_url=page_door.url, transport=transport, headers={"origin": page_door.url}) as stranger:
        assert posted(stranger, "/en/invitation", code=code).status_code == 422


@pytest.mark.parametrize("fields", [{"booth": "none", "role": "lead"}, {"booth": BOOTH, "role": "owner"}])
def test_a_code_for_what_does_not_exist_is_not_made(page_door: PageDoor, fields: dict[str, str]) -> None:
    with page_door.client(origin=page_door.url) as client:
        log_in(client)
        assert posted(client, "/fr/invitations", **fields).status_code in (400, 404)


def test_nobody_but_the_house_makes_codes_on_the_organisers_page(page_door: PageDoor) -> None:
    with page_door.client(origin=page_door.url) as client:
        assert client.get("/en/invitations").status_code == 403
        code = invited(page_door, StaffRole.LEAD)
        token = token_of(client.get("/en/invitation").text)
        form = {"form": token, "code": code, "act": "new", "login": "lena", "name": "Lena Maes", "password": PASSWORD}
        assert client.post("/en/invitation", data=form).status_code == 303
        page = client.get("/en/invitations")
        assert page.status_code == 403
        assert "Not for you yet" in page.text
        form = {"form": token_of(client.get("/en/login").text), "booth": BOOTH, "role": "lead"}
        assert client.post("/en/invitations", data=form).status_code == 403


def test_a_newcomer_types_the_code_makes_an_account_and_lands_in_the_studio(page_door: PageDoor) -> None:
    code = invited(page_door)
    with page_door.client(origin=page_door.url) as client:
        step = posted(client, "/nl/invitation", code=code.replace("-", " ").lower())
        assert step.status_code == 200
        assert "Studio 41" in step.text
        form = {"form": token_of(step.text), "code": code, "act": "new"}
        short = client.post("/nl/invitation", data={**form, "login": "noor", "name": "Noor", "password": "zzq9"})
        assert short.status_code == 422
        assert 'value="noor"' in short.text
        assert "zzq9" not in short.text
        taken = client.post("/nl/invitation", data={**form, "login": LOGIN, "name": "Noor", "password": PASSWORD})
        assert taken.status_code == 422
        done = client.post("/nl/invitation", data={**form, "login": "noor", "name": "Noor", "password": PASSWORD})
        assert (done.status_code, done.headers["location"]) == (303, f"/nl/studio/{BOOTH}")
        assert client.get(f"/nl/studio/{BOOTH}/staff").status_code == 200
        again = posted(client, "/nl/invitation", code=code)
        assert again.headers["location"] == f"/nl/studio/{BOOTH}", "whoever used a code is led on"
    with page_door.client(origin=page_door.url) as stranger:
        refused = posted(stranger, "/nl/invitation", code=code)
        assert refused.status_code == 422
        assert 'role="alert"' in refused.text


def test_an_account_is_logged_in_and_joins_in_one_step(page_door: PageDoor) -> None:
    door, services = page_door, page_door.opened.services
    door.do(services.admission.create_account("karim", "Karim", Role.VISITOR, PASSWORD, "fr"))
    code = invited(door, StaffRole.STAFF)
    with door.client(origin=door.url) as client:
        wrong = posted(client, "/fr/invitation", code=code, act="login", login="karim", password="not this one")
        assert wrong.status_code == 422
        done = posted(client, "/fr/invitation", code=code, act="login", login="karim", password=PASSWORD)
        assert (done.status_code, done.headers["location"]) == (303, f"/fr/studio/{BOOTH}/bell")
        assert client.get(done.headers["location"]).status_code == 200, "where they are led is theirs"
        mine = client.get("/fr/studio").text
        row = mine[mine.index(f'href="/fr/studio/{BOOTH}/bell"') :].partition("</li>")[0]
        assert "équipe" in row, "with their role"
        assert f'href="/fr/studio/{BOOTH}"' not in mine


def test_a_form_that_is_not_ours_uses_no_code(page_door: PageDoor) -> None:
    code = invited(page_door)
    with page_door.client(origin="https://elsewhere.example") as client:
        token = token_of(client.get("/fr/invitation").text)
        assert client.post("/fr/invitation", data={"form": token, "code": code}).status_code == 403


def test_guessing_codes_is_stopped_for_a_while(page_door: PageDoor) -> None:
    # From an address of its own: the other tests share the loopback's.
    transport = httpx.HTTPTransport(local_address="127.0.0.9")
    with httpx.Client(base_url=page_door.url, transport=transport, headers={"origin": page_door.url}) as client:
        for _ in range(FOR_ACCOUNT + 1):
            answer = posted(client, "/fr/invitation", code="0000-0000-0000-0000")
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 600
