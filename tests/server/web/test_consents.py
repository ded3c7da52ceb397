"""Who holds what about me: withdrawing at once, undoing, taking away, erasing."""

import json
import re
from datetime import UTC, datetime, timedelta

import httpx

from halles.ids import AccountId, LiveSessionId
from halles_server.storage.attendance import Attendance
from halles_server.storage.pool import Database
from tests.support.booth_people import browsing, field_of, logged_in, newcomer, send
from tests.support.live import Planned, plan
from tests.support.page_door import PageDoor
from tests.support.public import guest_of

BOOTH = "studio-12"
ATTENDED = LiveSessionId("attended")


def give(client: httpx.Client, booth: str = BOOTH) -> None:
    answer = send(client, f"/fr/booths/{booth}/card", f"/fr/booths/{booth}/card", purpose="answer", mail="on")
    assert answer.status_code == 303


def lead_in(html: str) -> str:
    found = re.search(r"/me/consents/(\d+)/withdraw", html)
    assert found
    return found.group(1)


def test_withdrawing_is_one_press_and_can_be_undone_when_the_page_was_left(page_door: PageDoor) -> None:
    with logged_in(page_door, "Staff", staff_of=BOOTH) as staff, logged_in(page_door, "Wendy") as client:
        give(client)
        leads = f"/fr/studio/{BOOTH}/leads"
        assert "Wendy" in staff.get(leads).text
        lead = lead_in(client.get("/fr/me/consents").text)
        answer = send(client, "/fr/me/consents", f"/fr/me/consents/{lead}/withdraw")
        assert answer.headers["location"] == f"/fr/me/consents?withdrawn={lead}"
        assert "Wendy" not in staff.get(leads).text
        page = client.get(answer.headers["location"]).text
        assert "Aucun stand n’a votre carte." in page
        assert f"/me/consents/{lead}/undo" in page
        later = client.get("/fr/me/consents").text
        assert f"/me/consents/{lead}/undo" in later, "as long as it can be undone"
        assert "Carte retirée" not in later
        assert send(client, "/fr/me/consents", f"/fr/me/consents/{lead}/undo").status_code == 303
        assert "Wendy" in staff.get(leads).text
        assert lead_in(client.get("/fr/me/consents").text) == lead


def test_what_was_withdrawn_before_the_card_was_given_anew_cannot_be_undone(page_door: PageDoor) -> None:
    with logged_in(page_door, "Wanda") as client:
        give(client)
        old = lead_in(client.get("/fr/me/consents").text)
        assert send(client, "/fr/me/consents", f"/fr/me/consents/{old}/withdraw").status_code == 303
        give(client)
        page = client.get("/fr/me/consents").text
        assert lead_in(page) != old
        assert "undo" not in page


def test_an_export_is_said_with_who_and_when_and_again_when_it_is_withdrawn(page_door: PageDoor) -> None:
    with logged_in(page_door, "Exporter", staff_of=BOOTH) as staff, logged_in(page_door, "Xenia") as client:
        give(client)
        assert send(staff, f"/fr/studio/{BOOTH}/leads", f"/fr/studio/{BOOTH}/leads/export").status_code == 200
        page = client.get("/fr/me/consents").text
        assert "exportée par Exporter le" in page
        lead = lead_in(page)
        answer = send(client, "/fr/me/consents", f"/fr/me/consents/{lead}/withdraw")
        assert "demandez-leur de l’effacer" in client.get(answer.headers["location"]).text
        exported = send(staff, f"/fr/studio/{BOOTH}/leads", f"/fr/studio/{BOOTH}/leads/export")
        assert "Xenia" not in exported.text


def test_another_persons_lead_is_not_found(page_door: PageDoor) -> None:
    with logged_in(page_door, "Olga") as olga, logged_in(page_door, "Mallory") as mallory:
        give(olga)
        lead = lead_in(olga.get("/fr/me/consents").text)
        for act in ("withdraw", "undo"):
            assert send(mallory, "/fr/me/consents", f"/fr/me/consents/{lead}/{act}").status_code == 404
        assert send(mallory, "/fr/me/consents", "/fr/me/consents/x/withdraw").status_code == 404
        assert send(mallory, "/fr/me/consents", f"/fr/me/consents/{'9' * 30}/withdraw").status_code == 404
        assert lead_in(olga.get("/fr/me/consents").text) == lead


def test_what_is_kept_is_one_file_and_erasing_leaves_nothing_in_it(page_door: PageDoor) -> None:
    login, _ = newcomer(page_door, "Dora")
    with browsing(page_door, login) as client, logged_in(page_door, "Noter", staff_of=BOOTH) as staff:
        card = {"name": "Dora D.", "organisation": "", "mail": "dora@example.org", "booth": ""}
        assert send(client, "/fr/me/card", "/fr/me/card", **card).status_code == 303
        give(client)
        lead = lead_in(client.get("/fr/me/consents").text)
        path = f"/fr/studio/{BOOTH}/leads/{lead}"
        assert send(staff, path, f"{path}/note", text="très aimable").status_code == 303
        answer = client.get("/fr/me/data.json")
        assert answer.headers["content-disposition"] == 'attachment; filename="halles-my-data.json"'
        assert answer.headers["cache-control"] == "no-store"
        kept = json.loads(answer.text)
        assert kept["card"] == {"name": "Dora D.", "organisation": "", "mail": "dora@example.org"}
        assert [(row["booth"], row["notes"][0]["text"]) for row in kept["held"]] == [(BOOTH, "très aimable")]
        assert "ne peut pas revenir en arrière" in client.get("/fr/me/erase").text
        erased = send(client, "/fr/me/erase", "/fr/me/erase")
        assert "Votre carte est effacée" in client.get(erased.headers["location"]).text
        after = json.loads(client.get("/fr/me/data.json").text)
        assert (after["card"]["mail"], after["held"], after["meetings"]) == ("", [], [])
        assert staff.get(path).status_code == 404


def test_that_one_was_at_a_live_session_is_listed_taken_away_and_withdrawn_with_one_press(page_door: PageDoor) -> None:
    login, account = newcomer(page_door, "Hanna")
    page_door.do(attended(page_door.opened.database, account))
    with browsing(page_door, login) as client:
        page = client.get("/fr/me/consents").text
        assert "Séances suivies" in page
        assert "Les coproductions" in page
        kept = json.loads(client.get("/fr/me/data.json").text)
        assert [(row["session"], row["purpose"]) for row in kept["attendance"]] == [(ATTENDED, "attendance")]
        path = f"/fr/me/consents/live/{ATTENDED}/withdraw"
        assert send(client, "/fr/me/consents", path).status_code == 303
        assert "Les coproductions" not in client.get("/fr/me/consents").text


async def attended(database: Database, account: AccountId) -> None:
    """Somebody agrees to be named at a live session."""
    async with database.connection() as connection:
        await plan(connection, Planned(ATTENDED, in_minutes=100_000))
    until = datetime.now(UTC) + timedelta(days=365)
    await Attendance(database).agree(ATTENDED, guest_of("Hanna", account), until)


def test_a_guest_reads_that_nothing_is_kept(page_door: PageDoor) -> None:
    with page_door.client(origin=page_door.url) as client:
        for path in ("/fr/me/consents", "/fr/me/card", "/fr/me/agenda", "/fr/me/erase", "/fr/me/data.json"):
            answer = client.get(path)
            assert answer.status_code == 200, path
            assert "Sans compte, rien de vous n’est gardé" in answer.text
            assert f'href="/fr/login?back={path}"' in answer.text
        form = {"form": field_of(client.get("/fr/enter").text, "form")}
        assert client.post("/fr/me/erase", data=form).status_code == 403
