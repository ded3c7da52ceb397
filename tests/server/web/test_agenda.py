"""The agenda over HTTP: the page, a file for each meeting, and the secret address."""

import re

from icalendar import Calendar

from tests.server.web.test_meetings import ask, open_slots, slots_in
from tests.support.booth_people import browsing, logged_in, send
from tests.support.page_door import PageDoor


def address_in(html: str) -> str:
    found = re.search(r'<code id="feed-address">http://[^/]+(/agenda/[\w-]{43}\.ics)</code>', html)
    assert found
    return found.group(1)


def test_a_meeting_is_a_file_for_its_two_people_and_nobody_else(page_door: PageDoor) -> None:
    booth = "studio-25"
    host = open_slots(page_door, booth)
    with (
        logged_in(page_door, "Ada") as ada,
        browsing(page_door, host) as staff,
        logged_in(page_door, "Eve") as eve,
    ):
        assert ask(ada, booth, slots_in(ada.get(f"/fr/booths/{booth}/meetings").text)[0]).status_code == 303
        found = re.search(r"/fr/me/agenda/\d+\.ics", ada.get("/fr/me/agenda").text)
        assert found
        answer = ada.get(found[0])
        assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
        (event,) = Calendar.from_ical(answer.text).walk("VEVENT")
        assert str(event["status"]) == "TENTATIVE"
        assert str(event["summary"]).startswith("Rendez-vous\u202f: ")
        (same,) = Calendar.from_ical(staff.get(found[0]).text).walk("VEVENT")
        assert (same["uid"], str(same["summary"])) == (event["uid"], "Rendez-vous\u202f: Ada")
        assert eve.get(found[0]).status_code == 404


def test_a_visitor_cancels_and_the_slot_is_free_again(page_door: PageDoor) -> None:
    booth = "studio-26"
    open_slots(page_door, booth)
    with logged_in(page_door, "Ada") as ada, logged_in(page_door, "Eve") as eve:
        page = f"/fr/booths/{booth}/meetings"
        slot = slots_in(ada.get(page).text)[0]
        ask(ada, booth, slot)
        found = re.search(r"/fr/me/agenda/\d+/cancel", ada.get("/fr/me/agenda").text)
        assert found
        assert send(eve, "/fr/me/agenda", found[0]).status_code == 404
        assert send(ada, "/fr/me/agenda", found[0], word="a\u202eb").status_code == 422
        answer = send(ada, "/fr/me/agenda", found[0])
        assert answer.status_code == 303
        assert "Annulé. Le créneau est de nouveau libre." in ada.get(answer.headers["location"]).text
        assert slot in slots_in(eve.get(page).text)


def test_the_secret_address_is_shown_once_needs_no_login_and_ends_when_it_is_renewed(page_door: PageDoor) -> None:
    booth = "studio-27"
    open_slots(page_door, booth)
    with logged_in(page_door, "Ada") as ada, page_door.client() as program:
        ask(ada, booth, slots_in(ada.get(f"/fr/booths/{booth}/meetings").text)[0])
        first = address_in(send(ada, "/fr/me/agenda", "/fr/me/agenda/feed").text)
        assert first not in ada.get("/fr/me/agenda").text
        answer = program.get(first)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
        assert len(Calendar.from_ical(answer.text).walk("VEVENT")) == 1
        second = address_in(send(ada, "/fr/me/agenda", "/fr/me/agenda/feed").text)
        assert [program.get(address).status_code for address in (first, second)] == [404, 200]
        assert send(ada, "/fr/me/agenda", "/fr/me/agenda/feed/stop").status_code == 303
        assert program.get(second).status_code == 404
        assert program.get("/agenda/x.ics").status_code == 404


def test_what_is_declined_or_cancelled_leaves_the_feed(page_door: PageDoor) -> None:
    booth = "studio-28"
    open_slots(page_door, booth)
    with logged_in(page_door, "Ada") as ada:
        ask(ada, booth, slots_in(ada.get(f"/fr/booths/{booth}/meetings").text)[0])
        address = address_in(send(ada, "/fr/me/agenda", "/fr/me/agenda/feed").text)
        found = re.search(r"/fr/me/agenda/\d+/cancel", ada.get("/fr/me/agenda").text)
        assert found
        send(ada, "/fr/me/agenda", found[0])
        assert Calendar.from_ical(ada.get(address).text).walk("VEVENT") == []
