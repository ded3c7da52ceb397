"""Reporting on pages over HTTP, and the moderators' queue."""

import re
from uuid import uuid4

import pytest

from halles.ids import HallId, RequestId, VisitId
from halles.world.look import Look
from halles.world.reports import REPORTS
from halles.world.roles import Role
from halles_server.hall.recent import Evidence, Heard, Path
from halles_server.ports.reports import Wish
from halles_server.ports.visits import VisitRecord
from halles_server.services.actor import Actor
from halles_server.services.admission import digest
from halles_server.storage.visits import Visits
from tests.support.booth_people import browsing, field_of, logged_in, newcomer, send
from tests.support.page_door import PageDoor

PAGE = "/fr/report?about=booth:studio-21"
MARK = "<b>& insulte</b>"


def reported(page_door: PageDoor) -> int:
    """Makes a report in 3D, with evidence."""
    ada = Actor(None, VisitId(f"visit-{uuid4().hex}"), "Ada", Role.GUEST, "fr")
    seen = Evidence(
        (Heard(1_000_000, VisitId("v-bo"), "Bo", Role.GUEST, "nearby", MARK),),
        (Path(ada.visit or VisitId(""), "Ada", ((1, 0.0, 0.0),)), Path(VisitId("v-bo"), "Bo", ((1, 2.0, 0.0),))),
    )
    wish = Wish("booth", "studio-21", "harassment", "Dès l'entrée")
    reports = page_door.opened.services.reports
    return page_door.do(reports.make(ada, RequestId(uuid4().bytes), wish, (HallId("lille"), seen)))


def test_a_reader_without_an_account_reports_a_booth_once_and_reads_what_became_of_it(page_door: PageDoor) -> None:
    with page_door.client(origin=page_door.url) as client, page_door.client() as other:
        assert 'href="/fr/report?about=booth:studio-21"' in client.get("/fr/booths/studio-21").text
        html = client.get(PAGE).text
        assert "Studio 21" in html
        form = {name: field_of(html, name) for name in ("form", "request", "about")} | {"reason": "spam", "text": ""}
        answers = [client.post("/fr/report", data=form) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [303, 303]
        (number,) = {re.sub(r".*sent=", "", answer.headers["location"]) for answer in answers}
        html = client.get(answers[0].headers["location"]).text
        assert f"Votre signalement {number} est chez les modérateurs" in html
        assert "stand Studio 21" in html
        assert "Studio 21" not in other.get("/fr/report").text


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("/fr/report?about=booth:none", {}, 404),
        ("/fr/report?about=planet:mars", {}, 404),
        ("/fr/report?about=line:v:x", {}, 404),
        ("/fr/report", {"about": "person:nobody", "reason": "hate"}, 404),
        ("/fr/report", {"about": "", "reason": "burn"}, 400),
        ("/fr/report", {"about": "", "reason": "spam", "text": " "}, 422),
    ],
)
def test_what_cannot_be_reported_is_refused(
    page_door: PageDoor, path: str, fields: dict[str, str], status: int
) -> None:
    with page_door.client(origin=page_door.url) as client:
        if fields:
            assert send(client, path, "/fr/report", **fields).status_code == status
        else:
            assert client.get(path).status_code == status


def test_the_sixth_report_in_ten_minutes_waits_and_keeps_its_words(page_door: PageDoor) -> None:
    with logged_in(page_door, "Ina") as client:
        for _ in range(REPORTS):
            send(client, PAGE, "/fr/report", reason="spam", text="", about="booth:studio-21")
        answer = send(client, PAGE, "/fr/report", reason="spam", text="encore", about="booth:studio-21")
    assert answer.status_code == 429
    assert ">encore</textarea>" in answer.text


def test_a_moderator_reads_the_evidence_takes_the_report_and_closes_it(page_door: PageDoor) -> None:
    number = reported(page_door)
    page = f"/fr/reports/{number}"
    mona, _ = newcomer(page_door, "Mona", role=Role.MODERATOR)
    with browsing(page_door, mona) as client:
        assert f'href="/fr/reports/{number}"' in client.get("/fr/reports").text
        beyond = client.get("/fr/reports?page=999")
        assert (beyond.status_code, beyond.headers["location"]) == (303, "/fr/reports?page=1")
        assert 'href="/fr/reports"' in client.get("/fr/").text
        html = client.get(page).text
        assert "Dès l&#39;entrée" in html
        words = html.partition("<details><summary>")[2].partition("</details>")[0]
        assert "&lt;b&gt;&amp; insulte&lt;/b&gt;" in words
        assert MARK not in html
        assert '<polyline class="way reporter"' in html
        assert send(client, page, page, act="take").status_code == 303
        assert "Mona l’examine" in client.get("/fr/reports").text
        assert send(client, page, page, act="close", decision="acted", note="Parlé au stand").status_code == 303
        html = client.get(page).text
        assert "Une suite a été donnée" in html
        assert "Parlé au stand" in html
        assert "Clore le signalement" not in html


def test_a_report_is_decided_in_one_step_and_for_a_reason(page_door: PageDoor) -> None:
    first, second = reported(page_door), reported(page_door)
    mona, _ = newcomer(page_door, "Mona", role=Role.MODERATOR)
    with browsing(page_door, mona) as client:
        page = f"/fr/reports/{first}"
        for fields in ({"act": "close", "decision": "nothing", "note": " "}, {"act": "take-down", "item": "pitch"}):
            assert send(client, page, page, **fields).status_code == 422
        assert send(client, page, page, act="take-down", item="pitch", reason="Sur plainte <b>").status_code == 303
        html = client.get(page).text
        assert "Une suite a été donnée" in html
        assert "Sur plainte &lt;b&gt;" in html
        assert "Sur plainte &lt;b&gt;" in client.get("/fr/studio/studio-21/taken-down").text
        page = f"/fr/reports/{second}"
        gone = send(client, page, page, act="take-down", item="pitch", reason="Encore")
        assert gone.status_code == 404, "it is down already, and the report is still to be decided"
        assert send(client, page, page, act="close", decision="duplicate", note="Voir le premier").status_code == 303
        assert "Un autre signalement" in client.get(page).text


def test_who_is_reported_can_be_sanctioned_from_there(page_door: PageDoor) -> None:
    login, account = newcomer(page_door, "Rosa")
    ada = Actor(None, VisitId(f"visit-{uuid4().hex}"), "Ada", Role.GUEST, "fr")
    visit = VisitId(f"visit-{uuid4().hex}")
    record = VisitRecord(
        visit, account, 0, "Rosa", Role.VISITOR, "fr", Look(), False, HallId("lille"), 0, 0, 0, 0, 0, ()
    )
    page_door.do(Visits(page_door.opened.database, resume_s=60, unseen_s=5).open(record, digest(visit)))
    wish = Wish("person", visit, "hate", "Ici")
    number = page_door.do(page_door.opened.services.reports.make(ada, RequestId(uuid4().bytes), wish))
    mona, _ = newcomer(page_door, "Mona", role=Role.MODERATOR)
    with browsing(page_door, mona) as client, browsing(page_door, login) as rosa:
        html = client.get(f"/fr/reports/{number}").text
        way = f"/fr/moderation/sanction?account={account}&amp;kind=silence&amp;report={number}"
        assert f'href="{way}"' in html
        assert re.search(r'value="silence" checked', client.get(way.replace("&amp;", "&")).text)
        assert rosa.get(f"/fr/reports/{number}").status_code == 403


def test_nobody_else_reads_reports(page_door: PageDoor) -> None:
    number = reported(page_door)
    with logged_in(page_door, "Olga") as client:
        for path in ("/fr/reports", f"/fr/reports/{number}"):
            answer = client.get(path)
            assert (answer.status_code, "insulte" in answer.text) == (403, False)
        assert 'href="/fr/reports"' not in client.get("/fr/").text
    with page_door.client() as client:
        assert "insulte" not in client.get(f"/fr/reports/{number}").text
