"""The programme's pages: who reads which entry, calendars and feeds, and what stands on the hall's page."""

from xml.etree import ElementTree

import httpx
from icalendar import Calendar

from halles.ids import LiveSessionId
from halles.world.live_acts import Step
from halles.world.roles import Role
from halles_server.services.actor import Actor
from tests.support import live
from tests.support.booth_people import browsing, logged_in, newcomer, request_id, send
from tests.support.page_door import LOGIN, PASSWORD, PageDoor
from tests.support.planning import planned


def test_everybody_reads_the_public_programme_by_day_and_filters_it(page_door: PageDoor) -> None:
    session = planned(page_door, "Le débat de tous", hall="lille")
    with page_door.client() as client:
        page = client.get("/fr/programme")
        assert page.status_code == 200
        assert "Le débat de tous" in page.text
        assert "Le débat de tous" in client.get("/fr/programme?hall=lille&language=fr").text
        for other in ("hall=hainaut", "language=nl"):
            assert "Le débat de tous" not in client.get(f"/fr/programme?{other}").text
        entry = client.get(f"/nl/programme/{session}")
        assert "Le débat de tous" in entry.text
        assert "Alleen in het Frans" in entry.text


def test_an_entry_for_members_is_read_by_them_alone(page_door: PageDoor) -> None:
    session = planned(page_door, "Entre membres", access="members")
    with page_door.client() as client:
        assert client.get(f"/fr/programme/{session}").status_code == 404
        assert client.get(f"/fr/programme/{session}.ics").status_code == 404
        for open_to_all in ("/fr/programme", "/programme.ics", "/programme.atom", "/fr/halls/lille"):
            assert "Entre membres" not in client.get(open_to_all).text
    with logged_in(page_door, "Visitor") as client:
        assert client.get(f"/fr/programme/{session}").status_code == 404
    with browsing(page_door, LOGIN) as client:
        assert "Entre membres" in client.get("/fr/programme").text
        assert client.get(f"/fr/programme/{session}").status_code == 200


def test_calendar_and_feed_hold_the_public_entries_and_are_asked_for_again_cheaply(page_door: PageDoor) -> None:
    session = planned(page_door, "Dans le calendrier")
    with page_door.client() as client:
        found = client.get("/programme.ics?lang=nl")
        events = {str(event["summary"]): event for event in Calendar.from_ical(found.content).walk("VEVENT")}
        assert str(events["Dans le calendrier"]["url"]).endswith(f"/nl/programme/{session}")
        assert events["Dans le calendrier"]["status"] == "CONFIRMED"
        feed = client.get("/programme.atom?lang=en")
        atom = "{http://www.w3.org/2005/Atom}"
        titles = [entry.findtext(f"{atom}title") for entry in ElementTree.fromstring(feed.content).iter(f"{atom}entry")]
        assert "Dans le calendrier" in titles
        for answer in (found, feed):
            again = client.get(answer.url, headers={"if-none-match": answer.headers["etag"]})
            assert (again.status_code, again.content) == (304, b"")
        one = client.get(f"/fr/programme/{session}.ics")
        assert Calendar.from_ical(one.content).walk("VEVENT")[0]["uid"] == events["Dans le calendrier"]["uid"]


def test_what_is_on_now_stands_on_the_halls_page_with_the_one_amber_button(page_door: PageDoor) -> None:
    planned(page_door, "En ce moment même", hall="hainaut", now=True)
    with page_door.client() as client:
        page = client.get("/fr/halls/hainaut").text
        assert "En ce moment même" in page
        assert page.count("amber button") == 1
        assert "En ce moment même" in client.get("/fr/programme").text


def test_who_will_come_has_it_in_the_agenda_and_the_feed(page_door: PageDoor) -> None:
    session = planned(page_door, "Je viendrai")
    login, account = newcomer(page_door, "Zoe")
    with browsing(page_door, login) as client:
        page = f"/fr/programme/{session}"
        assert send(client, page, f"{page}/coming", coming="1").status_code == 303
        assert "Je viendrai" in client.get("/fr/me/agenda").text
        secret = send(client, "/fr/me/agenda", "/fr/me/agenda/feed").text.split('id="feed-address">')[1].split("<")[0]
        assert "Je viendrai" in httpx.get(secret).text
        assert send(client, page, f"{page}/coming", coming="0").status_code == 303
        assert "Je viendrai" not in client.get("/fr/me/agenda").text
    assert page_door.do(page_door.opened.services.programme.marked([account])) == {}


def test_a_name_that_cannot_be_one_is_not_found(page_door: PageDoor) -> None:
    with page_door.client() as client:
        for name in ("nothing", "x" * 300, "%00", "%F0%9F%8E%AC"):
            for path in (f"/fr/programme/{name}", f"/fr/programme/{name}.ics", f"/fr/groups/{name}"):
                assert client.get(path).status_code == 404


def test_what_its_hosts_have_ended_is_over_whatever_its_hours_say_and_leads_to_its_replay_once_published(
    page_door: PageDoor,
) -> None:
    session, replay = LiveSessionId("over-early"), "/live/over-early/replay"
    login, _ = newcomer(page_door, "Yves")

    async def happen() -> Actor:
        create = page_door.opened.services.admission.create_account
        host = await create("over-host", "Host", Role.MODERATOR, PASSWORD, "fr")
        ada = await create("over-ada", "Ada", Role.VISITOR, PASSWORD, "fr")
        planned = live.Planned(session, hall="hainaut", stage="spare-2", hosts=(host.account,), speakers=(ada.account,))
        async with page_door.opened.database.connection() as connection:
            await live.record(page_door.opened.services, connection, planned, publish=False)
        return Actor(host.account, None, "Host", Role.MODERATOR, "fr")

    actor = page_door.do(happen())
    with page_door.client() as client, browsing(page_door, "over-host") as host, browsing(page_door, login) as yves:
        page = client.get("/en/programme").text
        assert session not in page.split('id="over"')[0]
        assert session in page.split('id="over"')[1]
        assert replay not in page
        entry = yves.get(f"/en/programme/{session}").text
        assert "Follow it here" not in entry
        assert "I will come" not in entry
        assert replay not in entry
        assert replay in host.get("/en/programme").text
        assert f"/live/{session}/minutes.en.md" in host.get(f"/en/programme/{session}").text
        assert session not in client.get("/en/halls/hainaut").text

        page_door.do(page_door.opened.services.live.act(actor, request_id(), session, Step("publish")))
        for address in ("/en/programme", f"/en/programme/{session}", "/en/booths?q=co-productions", "/programme.ics"):
            assert replay in client.get(address).text.replace("\r\n ", "")
