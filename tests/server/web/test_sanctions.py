"""Decisions about oneself on the pages: what is kept from whom, what they read, and their appeal."""

import re
from uuid import uuid4

import httpx

from halles.ids import AccountId, HallId, VisitId
from halles.world.look import Look
from halles.world.roles import Role
from halles.world.sanctions import SanctionKind
from halles_server.ports.sanctions import Order
from halles_server.ports.standing import SHOW
from halles_server.ports.visits import VisitRecord
from halles_server.services.actor import Actor
from halles_server.services.admission import digest
from halles_server.services.sanctions import Whom
from halles_server.storage.visits import Visits
from tests.support.booth_people import field_of, logged_in, send
from tests.support.page_door import LOGIN, PageDoor
from tests.support.staff import request

BOOTH = "studio-13"
PAGE = "/en/sanctions"


def account_of(page_door: PageDoor, name: str) -> AccountId:
    async def read() -> AccountId:
        async with page_door.opened.database.connection() as connection:
            return AccountId(
                str(await connection.fetchval("SELECT id FROM accounts WHERE name = $1 OR login = $1", name))
            )

    return page_door.do(read())


def moderator(page_door: PageDoor) -> Actor:
    return Actor(account_of(page_door, LOGIN), None, "Organisatrice 1", Role.ORGANISER, "en")


def sanction(page_door: PageDoor, name: str, kind: SanctionKind, reason: str = "You shout.") -> int:
    order, whom = Order(kind, SHOW, 60, reason), Whom(account=account_of(page_door, name))
    given = page_door.do(page_door.opened.services.sanctions.give(moderator(page_door), request(), whom, order))
    return given.number


def talk(client: httpx.Client) -> int:
    page = f"/en/booths/{BOOTH}"
    return send(client, page, f"{page}/talk", line="Hello").status_code


def test_who_is_silenced_says_nothing_by_a_form_and_reads_why_on_every_page(page_door: PageDoor) -> None:
    with logged_in(page_door, "Silas") as client:
        assert talk(client) == 303
        number = sanction(page_door, "Silas", SanctionKind.SILENCE, "<b>You shout.</b>")
        assert talk(client) == 403
        assert "read what, why and until when" in client.get("/en/booths").text
        page = client.get(PAGE).text
        assert "You may not speak" in page
        assert "&lt;b&gt;You shout.&lt;/b&gt;" in page
        page_door.do(page_door.opened.services.sanctions.lift(moderator(page_door), request(), number))
        assert talk(client) == 303
        assert "read what, why and until when" not in client.get("/en/booths").text
        assert "No moderator has decided anything" in client.get(PAGE).text


def test_who_is_banned_reads_on_and_does_nothing(page_door: PageDoor) -> None:
    with logged_in(page_door, "Bastien") as client:
        sanction(page_door, "Bastien", SanctionKind.BAN)
        assert client.get(f"/en/booths/{BOOTH}").status_code == 200
        assert talk(client) == 403
        assert send(client, f"/en/booths/{BOOTH}/card", f"/en/booths/{BOOTH}/card", purpose="answer").status_code == 403


def test_an_appeal_is_sent_once_and_what_cannot_be_taken_comes_back_with_what_was_typed(page_door: PageDoor) -> None:
    with logged_in(page_door, "Appia") as client:
        number = str(sanction(page_door, "Appia", SanctionKind.WARN))
        answer = send(client, PAGE, PAGE, sanction=number, text="bad\u202etext")
        assert answer.status_code == 422
        assert re.search(r"<textarea[^>]+aria-invalid[^>]*>bad\u202etext</textarea>", answer.text)
        assert send(client, PAGE, PAGE, sanction="999999", text="Not mine").status_code == 404
        assert send(client, PAGE, PAGE, sanction=number, text="It was not me.").status_code == 303
        page = client.get(PAGE).text
        assert "You have appealed" in page
        assert "<textarea" not in page
        waiting = page_door.do(page_door.opened.services.sanctions.appeals(moderator(page_door), SHOW))
        assert [(one.number, one.appeal) for one in waiting if one.name == "Appia"] == [(int(number), "It was not me.")]


def test_a_guest_reads_and_appeals_in_the_browser_by_which_it_was_present(page_door: PageDoor) -> None:
    visit = VisitId(f"visit-{uuid4().hex}")
    record = VisitRecord(
        visit, None, 0, "Gus", Role.GUEST, "en", Look(), False, HallId("lille"), 0, 0, 0, 0, 0, (digest("gus"),)
    )
    page_door.do(Visits(page_door.opened.database, resume_s=60, unseen_s=5).open(record, digest(visit)))
    sanctions, order = page_door.opened.services.sanctions, Order(SanctionKind.BAN, SHOW, 60, "You shout.")
    number = page_door.do(sanctions.give(moderator(page_door), request(), Whom(visit=visit), order)).number
    with page_door.client(origin=page_door.url) as client, page_door.client(origin=page_door.url) as other:
        client.cookies.set("halles-device", "gus")
        other.cookies.set("halles-device", "somebody else")
        answer = client.get(PAGE)
        assert answer.headers["cache-control"] == "no-store"
        assert "You shout." in answer.text
        assert "You shout." not in other.get(PAGE).text
        assert send(client, PAGE, PAGE, sanction="999999", text="Not mine").status_code == 404
        form = client.get(PAGE).text
        fields = {name: field_of(form, name) for name in ("form", "request")} | {"sanction": str(number)}
        assert other.post(PAGE, data=fields | {"text": "Me?"}).status_code == 403
        assert send(client, PAGE, PAGE, sanction=str(number), text="It was not me.").status_code == 303
        page_door.do(sanctions.uphold(moderator(page_door), request(), number, "It was."))
        assert "It was." in client.get(PAGE).text


def test_who_is_not_logged_in_is_told_to(page_door: PageDoor) -> None:
    with page_door.client() as client:
        assert "Log in first" in client.get(PAGE).text
