"""Meetings over HTTP: slots opened, asked for, answered; each refusal says what to do."""

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.support.booth_people import browsing, field_of, logged_in, newcomer, send
from tests.support.page_door import PageDoor

DAY = (datetime.now(UTC) + timedelta(days=40)).date().isoformat()


def open_slots(door: PageDoor, booth: str, hours: tuple[str, str] = ("10:00", "11:00")) -> str:
    """Opens slots of 20 min with somebody new of the booth; returns that login."""
    login, account = newcomer(door, "Host", staff_of=booth)
    with browsing(door, login) as staff:
        page = f"/fr/studio/{booth}/meetings"
        fields = {"day": DAY, "from": hours[0], "to": hours[1], "minutes": "20", "host": account}
        assert send(staff, page, f"{page}/open", **fields).headers["location"] == f"{page}?opened=1"
    return login


def slots_in(html: str) -> list[str]:
    return re.findall(r'name="slot" value="(\d+)"', html)


def ask(client: httpx.Client, booth: str, slot: str, **fields: str) -> httpx.Response:
    page = f"/fr/booths/{booth}/meetings"
    return send(client, page, page, slot=slot, **fields)


def meeting_in(html: str, booth: str) -> str:
    found = re.search(rf"/studio/{booth}/meetings/(\d+)", html)
    assert found
    return found.group(1)


def test_a_slot_is_opened_asked_for_and_confirmed_and_the_visitor_reads_the_word(page_door: PageDoor) -> None:
    booth = "studio-16"
    host = open_slots(page_door, booth)
    with logged_in(page_door, "Ada") as ada, browsing(page_door, host) as staff:
        html = ada.get(f"/fr/booths/{booth}/meetings").text
        assert len(slots_in(html)) == 3
        assert "10\u00a0h\u00a020" in html
        assert ask(ada, booth, slots_in(html)[0], subject="un film").headers["location"] == "/fr/me/agenda?asked=1"
        assert "en attente de réponse" in ada.get("/fr/me/agenda").text
        page = f"/fr/studio/{booth}/meetings"
        html = staff.get(page).text
        assert "Ada" in html
        assert "un film" in html
        answer = send(staff, page, f"{page}/{meeting_in(html, booth)}", act="confirm", word="avec plaisir")
        assert answer.headers["location"] == f"{page}?answered=1"
        agenda = ada.get("/fr/me/agenda").text
        assert "confirmé" in agenda
        assert "avec plaisir" in agenda
        assert "Ada, à votre stand" in staff.get("/fr/me/agenda").text
        assert len(slots_in(ada.get(f"/fr/booths/{booth}/meetings").text)) == 2


def test_who_erases_their_data_leaves_the_booth_the_hour_and_no_name(page_door: PageDoor) -> None:
    booth = "studio-58"
    host = open_slots(page_door, booth)
    page = f"/fr/studio/{booth}/meetings"
    with logged_in(page_door, "Fleur") as fleur, browsing(page_door, host) as staff:
        for act in ("confirm", ""):
            slots = slots_in(fleur.get(f"/fr/booths/{booth}/meetings").text)
            assert ask(fleur, booth, slots[0], subject="un secret").status_code == 303
            if act:
                meeting = meeting_in(staff.get(page).text, booth)
                assert send(staff, page, f"{page}/{meeting}", act=act).status_code == 303
        assert send(fleur, "/fr/me/erase", "/fr/me/erase").status_code == 303
        html = staff.get(page).text
        assert "Un rendez-vous à 10\u00a0h\u00a000 a été annulé." in html
        assert html.count("a été annulé.") == 1, "what was only asked for goes without a word"
        assert "Fleur" not in html
        assert "un secret" not in html
        assert len(slots_in(fleur.get(f"/fr/booths/{booth}/meetings").text)) == 3, "the hours are free again"


def test_who_comes_second_reads_that_somebody_was_quicker_and_keeps_what_was_typed(page_door: PageDoor) -> None:
    booth = "studio-17"
    open_slots(page_door, booth)
    with logged_in(page_door, "First") as first, logged_in(page_door, "Second") as second:
        page = f"/fr/booths/{booth}/meetings"
        html = second.get(page).text
        slot = slots_in(html)[0]
        form = {
            "form": field_of(html, "form"),
            "request": field_of(html, "request"),
            "slot": slot,
            "subject": "mon idée",
        }
        assert ask(first, booth, slot).status_code == 303
        answer = second.post(page, data=form)
        assert answer.status_code == 409
        assert "n’est plus libre" in answer.text
        assert ">mon idée</textarea>" in answer.text
        assert slot not in slots_in(answer.text)


def test_a_visitor_with_something_else_then_is_told_so(page_door: PageDoor) -> None:
    here, there = "studio-18", "studio-19"
    for booth in (here, there):
        open_slots(page_door, booth)
    with logged_in(page_door, "Busy") as client:
        for booth, status in ((here, 303), (there, 409)):
            slot = slots_in(client.get(f"/fr/booths/{booth}/meetings").text)[0]
            answer = ask(client, booth, slot)
            assert answer.status_code == status
        assert "déjà autre chose à cette heure" in answer.text


def test_a_form_without_a_slot_or_with_a_hidden_sign_is_refused_beside_the_field(page_door: PageDoor) -> None:
    booth = "studio-20"
    open_slots(page_door, booth)
    with logged_in(page_door, "Typo") as client:
        page = f"/fr/booths/{booth}/meetings"
        slot = slots_in(client.get(page).text)[0]
        assert "Choisissez d’abord un créneau" in send(client, page, page, subject="x").text
        answer = ask(client, booth, slot, subject="a\u202eb")
        assert (answer.status_code, 'aria-invalid="true"' in answer.text) == (422, True)
        assert ask(client, booth, "x").status_code == 400


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"from": "11:00", "to": "10:00"}, 422, "ne sont pas possibles"),
        ({"day": "2027-03-28", "from": "02:30", "to": "04:00"}, 422, "l’heure d’été"),
        ({"day": "2020-01-01"}, 422, "ne sont pas possibles"),
        ({"day": "soon"}, 422, "ne sont pas possibles"),
        ({"from": "10:00+05:00"}, 422, "ne sont pas possibles"),
        ({"from": "00:00", "to": "23:59", "minutes": "10"}, 409, "Trop de créneaux"),
        ({"host": "00000000-0000-4000-8000-000000000001"}, 409, "pas de l’équipe"),
        ({"host": "nobody"}, 400, ""),
        ({"minutes": "x"}, 400, ""),
    ],
)
def test_hours_that_cannot_be_opened_are_refused_with_the_reason(
    page_door: PageDoor, fields: dict[str, str], status: int, said: str
) -> None:
    booth = "studio-21"
    login, account = newcomer(page_door, "Opener", staff_of=booth)
    with browsing(page_door, login) as staff:
        page = f"/fr/studio/{booth}/meetings"
        asked = {"day": DAY, "from": "10:00", "to": "11:00", "minutes": "20", "host": account} | fields
        answer = send(staff, page, f"{page}/open", **asked)
        assert answer.status_code == status
        assert said in answer.text
        assert "Aucun créneau n’est ouvert" in staff.get(page).text


def test_a_host_has_no_two_slots_at_once_and_a_free_slot_can_be_removed(page_door: PageDoor) -> None:
    booth = "studio-22"
    login, account = newcomer(page_door, "Twice", staff_of=booth)
    with browsing(page_door, login) as staff, logged_in(page_door, "Late") as client:
        page = f"/fr/studio/{booth}/meetings"
        asked = {"day": DAY, "from": "10:00", "to": "10:40", "minutes": "20", "host": account}
        assert send(staff, page, f"{page}/open", **asked).status_code == 303
        answer = send(staff, page, f"{page}/open", **(asked | {"from": "10:10"}))
        assert (answer.status_code, "déjà un créneau" in answer.text) == (409, True)
        first, second = re.findall(r"slots/(\d+)/close", staff.get(page).text)
        assert ask(client, booth, first).status_code == 303
        assert send(staff, page, f"{page}/slots/{first}/close").status_code == 409
        assert send(staff, page, f"{page}/slots/{second}/close").status_code == 303
        assert slots_in(client.get(f"/fr/booths/{booth}/meetings").text) == []


def test_declining_and_cancelling_are_told_with_the_word(page_door: PageDoor) -> None:
    booth = "studio-23"
    host = open_slots(page_door, booth)
    with logged_in(page_door, "Told") as client, browsing(page_door, host) as staff:
        page, slots = f"/fr/studio/{booth}/meetings", f"/fr/booths/{booth}/meetings"
        for act, word, state in (("decline", "pas ce jour", "décliné"), ("cancel", "je suis malade", "annulé")):
            assert ask(client, booth, slots_in(client.get(slots).text)[0]).status_code == 303
            meeting = meeting_in(staff.get(page).text, booth)
            assert send(staff, page, f"{page}/{meeting}", act=act, word=word).status_code == 303
            agenda = client.get("/fr/me/agenda").text
            assert word in agenda
            assert state in agenda
        assert send(staff, page, f"{page}/{meeting}", act="confirm").status_code == 409
        assert send(staff, page, f"{page}/{meeting}", act="dance").status_code == 400


def test_everybody_sees_free_slots_and_guests_what_asking_needs(page_door: PageDoor) -> None:
    booth = "studio-24"
    with page_door.client() as guest:
        assert "Aucun créneau n’est libre" in guest.get(f"/fr/booths/{booth}/meetings").text
        open_slots(page_door, booth)
        html = guest.get(f"/fr/booths/{booth}/meetings").text
        assert "10\u00a0h\u00a020" in html
        assert slots_in(html) == []
        assert "Un rendez-vous demande un compte" in html


def test_nobody_meets_oneself(page_door: PageDoor) -> None:
    booth = "studio-36"
    with browsing(page_door, open_slots(page_door, booth)) as host:
        slot = slots_in(host.get(f"/fr/booths/{booth}/meetings").text)[0]
        answer = ask(host, booth, slot)
    assert (answer.status_code, "Ce créneau est le vôtre" in answer.text) == (409, True)
