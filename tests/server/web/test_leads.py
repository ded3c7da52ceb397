"""The leads' pages over HTTP: for the booth's staff alone; notes, tags, files."""

import csv
import io

import httpx
import pytest

from halles_server.services import leads as service
from halles_server.web import leads as web
from tests.server.web.test_consents import give, lead_in
from tests.support.booth_people import field_of, logged_in, send
from tests.support.page_door import PageDoor

BOOTH = "studio-13"
LEADS = f"/fr/studio/{BOOTH}/leads"


def a_lead(door: PageDoor, name: str, **card: str) -> str:
    """Lets somebody new give a card; returns the lead's number."""
    with logged_in(door, name) as client:
        fields = {"name": name, "organisation": "", "mail": "", "booth": "", **card}
        assert send(client, "/fr/me/card", "/fr/me/card", **fields).status_code == 303
        page = f"/fr/booths/{BOOTH}/card"
        assert send(client, page, page, purpose="contact", mail="on", organisation="on").status_code == 303
        return lead_in(client.get("/fr/me/consents").text)


def test_whoever_is_not_on_the_staff_is_told_so_and_sees_nothing(page_door: PageDoor) -> None:
    lead = a_lead(page_door, "Secret")
    with logged_in(page_door, "Neighbour", staff_of="studio-14") as other, page_door.client() as guest:
        for path in (LEADS, f"{LEADS}/{lead}", f"/fr/studio/{BOOTH}/numbers", f"/fr/studio/{BOOTH}/meetings"):
            answer = other.get(path)
            assert answer.status_code == 403
            assert "vous n’en faites pas partie" in answer.text
            assert "Secret" not in answer.text
            assert "Connectez-vous" in guest.get(path).text
        token = field_of(other.get("/fr/me/card").text, "form")
        for act in ("export", f"{lead}/vcard", f"{lead}/note", f"{lead}/tag", f"{lead}/untag"):
            data = {"form": token, "request": "0" * 32, "text": "x", "tag": "x"}
            assert other.post(f"{LEADS}/{act}", data=data).status_code == 403


def test_a_list_is_filtered_and_leads_to_each_lead(page_door: PageDoor) -> None:
    lead = a_lead(page_door, "Filtered", organisation="Laboratoire Zébulon")
    with logged_in(page_door, "Filterer", staff_of=BOOTH) as staff:
        assert send(staff, f"{LEADS}/{lead}", f"{LEADS}/{lead}/tag", tag="écran").status_code == 303
        for query in ("q=zebulon", "tag=%C3%A9cran", "q=filtered&tag=%C3%A9cran"):
            html = staff.get(f"{LEADS}?{query}").text
            assert f'href="{LEADS}/{lead}"' in html
            assert "1 contact" in html
        for query in ("q=nobody", "tag=none", "page=99", "q=%25"):
            assert f'href="{LEADS}/{lead}"' not in staff.get(f"{LEADS}?{query}").text
        assert staff.get(f"{LEADS}?page=-1").status_code == 200
        assert staff.get(f"{LEADS}?q=%00").status_code == 422


def test_notes_and_tags_are_added_shown_and_refused_where_they_say_nothing(page_door: PageDoor) -> None:
    lead = a_lead(page_door, "Noted")
    with logged_in(page_door, "Annie", staff_of=BOOTH) as staff:
        path = f"{LEADS}/{lead}"
        assert send(staff, path, f"{path}/note", text="deux\r\nlignes <b>").status_code == 303
        assert send(staff, path, f"{path}/tag", tag="gros").status_code == 303
        html = staff.get(path).text
        assert "deux\nlignes &lt;b&gt;" in html
        assert "<b>Annie</b>" in html
        assert '<input type="hidden" name="tag" value="gros">' in html
        for act, field in (("note", "text"), ("tag", "tag")):
            answer = send(staff, path, f"{path}/{act}", **{field: " "})
            assert answer.status_code == 422
            assert 'aria-invalid="true"' in answer.text
        assert send(staff, path, f"{path}/untag", tag="gros").status_code == 303
        assert '<input type="hidden" name="tag"' not in staff.get(path).text
        assert staff.get(f"{LEADS}/999999").status_code == 404
        assert staff.get(f"{LEADS}/x").status_code == 404


def test_an_export_opens_in_spreadsheets_as_text(page_door: PageDoor) -> None:
    wicked = '=HYPERLINK("https://evil.example")'
    lead = a_lead(page_door, "Formula", organisation=wicked, mail="f@example.org")
    with logged_in(page_door, "Csv", staff_of=BOOTH) as staff:
        path = f"{LEADS}/{lead}"
        send(staff, path, f"{path}/note", text="+1 pour elle")
        answer = send(staff, LEADS, f"{LEADS}/export")
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert answer.headers["content-disposition"] == f'attachment; filename="leads-{BOOTH}.csv"'
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), delimiter=";"))
        assert rows[0][:3] == ["Nom", "Organisation", "Adresse électronique"]
        (row,) = [row for row in rows if row[0] == "Formula"]
        assert (row[1], row[2], row[3], row[4]) == (f"'{wicked}", "f@example.org", "fr", "rester en contact")
        assert row[-1] == "Csv: +1 pour elle"
        assert all(cell[:1] not in tuple("=+-@\t\r") for row in rows for cell in row)


def test_a_vcard_is_a_file_of_one_lead(page_door: PageDoor) -> None:
    lead = a_lead(page_door, "Vera", organisation="École; 02", mail="vera@example.org")
    with logged_in(page_door, "Vcf", staff_of=BOOTH) as staff:
        answer = send(staff, f"{LEADS}/{lead}", f"{LEADS}/{lead}/vcard")
    assert answer.headers["content-type"] == "text/vcard; charset=utf-8"
    lines = answer.text.split("\r\n")
    assert {"VERSION:4.0", "FN:Vera", "ORG:École\\; 02", "EMAIL:vera@example.org"} <= set(lines)


def test_the_booths_page_leads_its_staff_to_leads_and_nobody_else(page_door: PageDoor) -> None:
    with logged_in(page_door, "Own", staff_of=BOOTH) as staff, page_door.client() as guest:
        assert f'href="{LEADS}"' in staff.get(f"/fr/booths/{BOOTH}").text
        html = guest.get(f"/fr/booths/{BOOTH}").text
        assert f'href="{LEADS}"' not in html
        assert 'id="meet"' in html, "a card is given on the page itself"


def test_many_leads_come_page_by_page(page_door: PageDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "PAGE", 2)
    monkeypatch.setattr(web, "PAGE", 2)
    booth = "studio-15"
    for number in range(3):
        with logged_in(page_door, f"Many {number}") as client:
            give(client, booth)
    with logged_in(page_door, "Pager", staff_of=booth) as staff:

        def names(answer: httpx.Response) -> list[str]:
            return [name for name in ("Many 0", "Many 1", "Many 2") if f">{name}</a>" in answer.text]

        first = staff.get(f"/fr/studio/{booth}/leads")
        assert names(first) == ["Many 1", "Many 2"]
        assert "page=2" in first.text
        assert names(staff.get(f"/fr/studio/{booth}/leads?page=2")) == ["Many 0"]
