"""From a page into the 3D world: the ticket, and everything that must not give one."""

import re

import pytest

from halles.errors import RemoteProtocolError
from halles.protocol.messages import Hello
from halles.world.look import Look
from tests.support.page_door import LOGIN, NAME, PASSWORD, PageDoor


def token_of(html: str) -> str:
    found = re.search(r'name="form" value="([^"]+)"', html)
    assert found
    return found.group(1)


def ticket_of(html: str) -> str:
    found = re.search(r'<code id="ticket">([\w-]{43})</code>', html)
    assert found
    return found.group(1)


def hello(secret: str) -> Hello:
    return Hello(1, 1, "ticket", secret, "", "fr", Look(), "test", True)


def test_a_guests_ticket_admits_once_under_the_chosen_name(page_door: PageDoor) -> None:
    with page_door.client(origin=page_door.url) as client:
        token = token_of(client.get("/fr/enter", params={"place": "booth:studio-07"}).text)
        form = {"form": token, "name": "  Zoë de Lille ", "place": "booth:studio-07"}
        answer = client.post("/fr/enter", data=form)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert f"halles join {page_door.url}#lille/studio-07 --ticket-stdin" in answer.text
    ticket = ticket_of(answer.text)
    assert not re.search(rf'(?:href|src|action)="[^"]*{ticket}', answer.text)
    admission = page_door.opened.services.admission
    assert page_door.do(admission.admit(hello(ticket), "127.0.0.1")).record.name == "Zoë de Lille"
    with pytest.raises(RemoteProtocolError):
        page_door.do(admission.admit(hello(ticket), "127.0.0.1"))


def test_an_account_gets_its_ticket_from_the_booths_page_at_once(page_door: PageDoor) -> None:
    with page_door.client(origin=page_door.url) as client:
        login = {"form": token_of(client.get("/fr/login").text), "login": LOGIN, "password": PASSWORD}
        assert client.post("/fr/login", data=login).status_code == 303
        html = client.get("/fr/booths/studio-07").text
        assert NAME in html
        form = {"form": token_of(html), "hall": "lille", "place": "booth:studio-07"}
        ticket = ticket_of(client.post("/fr/enter", data=form).text)
    record = page_door.do(page_door.opened.services.admission.admit(hello(ticket), "127.0.0.1")).record
    assert (record.name, record.role.value) == (NAME, "organiser")


@pytest.mark.parametrize(
    ("name", "reason"), [("\u202egnp", "caractère invisible"), ("!!", "lettre"), (NAME, "ressemble")]
)
def test_a_name_that_may_not_be_is_refused_beside_the_field(page_door: PageDoor, name: str, reason: str) -> None:
    with page_door.client(origin=page_door.url) as client:
        form = {"form": token_of(client.get("/fr/enter").text), "name": name}
        answer = client.post("/fr/enter", data=form)
    assert answer.status_code == 422
    assert reason in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_a_way_to_a_live_session_leads_before_its_stage(page_door: PageDoor) -> None:
    with page_door.client(origin=page_door.url) as client:
        asked = client.get("/fr/enter", params={"hall": "lille", "place": "stage:stage"}).text
        assert "devant la scène" in asked
        form = {"form": token_of(asked), "name": "Ada", "hall": "lille", "place": "stage:stage"}
        answer = client.post("/fr/enter", data=form)
    assert f"halles join {page_door.url}#lille/stage:stage --ticket-stdin" in answer.text


@pytest.mark.parametrize("asked", [{"hall": "nowhere"}, {"place": "booth:nobody"}, {"place": "visit:x"}])
def test_a_place_that_does_not_exist_is_not_found(page_door: PageDoor, asked: dict[str, str]) -> None:
    with page_door.client() as client:
        assert client.get("/fr/enter", params=asked).status_code == 404


def test_a_script_that_asks_for_data_gets_a_ticket_as_data_and_nothing_of_it_is_stored(page_door: PageDoor) -> None:
    with page_door.client(origin=page_door.url) as client:
        form = {"form": token_of(client.get("/nl/enter").text), "name": "Ada", "place": "booth:studio-07"}
        answer = client.post("/nl/enter", data=form, headers={"accept": "application/json"})
    given = answer.json()
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert set(given) == {"ticket", "seconds"}
    record = page_door.do(page_door.opened.services.admission.admit(hello(given["ticket"]), "127.0.0.1")).record
    assert (record.name, record.language) == ("Ada", "nl")


def test_a_script_is_told_what_is_wrong_with_a_name_by_its_code(page_door: PageDoor) -> None:
    with page_door.client(origin=page_door.url, accept="application/json") as client:
        form = {"form": token_of(client.get("/fr/enter").text), "name": NAME}
        answer = client.post("/fr/enter", data=form)
        form["form"] = "forged"
        forged = client.post("/fr/enter", data=form)
    assert (answer.status_code, answer.json()) == (422, {"problem": "NAME_TAKEN"})
    assert forged.status_code == 403
