"""The card's pages over HTTP: written, offered, given once."""

import re

import pytest

from tests.support.booth_people import field_of, logged_in, send
from tests.support.page_door import PageDoor

OFFER = "/fr/booths/studio-11/card"


def test_a_card_is_kept_and_given_with_what_is_ticked(page_door: PageDoor) -> None:
    with logged_in(page_door, "Ada") as client:
        card = {"name": "Ada L.", "organisation": "École 02", "mail": "ada@example.org", "booth": "studio-11"}
        saved = send(client, "/fr/me/card?booth=studio-11", "/fr/me/card", **card)
        assert (saved.status_code, saved.headers["location"]) == (303, OFFER)
        html = client.get(OFFER).text
        assert all(text in html for text in ("Ada L.", "École 02", "ada@example.org"))
        answer = send(client, OFFER, OFFER, purpose="contact", mail="on")
        assert (answer.status_code, answer.headers["location"]) == (303, f"{OFFER}?given=1")
        html = client.get(f"{OFFER}?given=1").text
        assert "a votre carte depuis" in html
        ledger = client.get("/fr/me/consents").text
        assert "1 stand a votre carte." in ledger
        assert "nom, adresse électronique" in ledger
        assert "rester en contact" in ledger


def test_the_booths_page_asks_what_for_what_and_until_when_and_comes_back_there(page_door: PageDoor) -> None:
    page = "/fr/booths/studio-14"
    with logged_in(page_door, "Zoë") as client:
        html = client.get(page).text
        asked = [html.index(text) for text in ("recevra", "jusqu’à quand", "Donner ma carte à Studio 14</button>")]
        assert asked == sorted(asked)
        assert 'data-count-3="Donner 3 informations à Studio 14"' in html
        answer = send(client, page, f"{page}/card", purpose="answer", inline="1")
        assert (answer.status_code, answer.headers["location"]) == (303, f"{page}?given=1#meet")
        html = client.get(f"{page}?given=1").text
        assert "Studio 14 a votre carte depuis" in html
        assert html.index("a votre carte depuis") < html.index("La redonner")
    with page_door.client() as guest:
        html = guest.get(page).text
        assert f'href="/fr/login?back={page}"' in html
        assert "Pas encore de compte" in html, "who gives one"


def test_the_booth_reads_in_which_language_the_giver_read_the_page(page_door: PageDoor) -> None:
    booth = "studio-13"
    with logged_in(page_door, "Noor") as client, logged_in(page_door, "Reader", staff_of=booth) as staff:
        offer = f"/nl/booths/{booth}/card"
        assert send(client, offer, offer, purpose="answer").status_code == 303
        leads = f"/fr/studio/{booth}/leads"
        found = re.search(rf"{leads}/\d+", staff.get(leads).text)
        assert found
        assert '<dd lang="nl">Nederlands</dd>' in staff.get(found.group()).text


def test_looking_gives_nothing_and_a_form_sent_twice_gives_once(page_door: PageDoor) -> None:
    with logged_in(page_door, "Bob") as client:
        html = client.get(OFFER).text
        assert "Vous n’avez donné aucune carte" in client.get("/fr/me/consents").text
        form = {"form": field_of(html, "form"), "request": field_of(html, "request"), "purpose": "answer"}
        answers = [client.post(OFFER, data=form) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [303, 303]
        ledger = client.get("/fr/me/consents").text
        assert len(re.findall("/withdraw", ledger)) == 1


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("name", "…", "une lettre ou un chiffre"),
        ("mail", "ada", "adresse électronique"),
        ("organisation", "x" * 81, ""),
    ],
)
def test_a_wrong_field_is_marked_and_what_was_typed_stays(
    page_door: PageDoor, field: str, value: str, reason: str
) -> None:
    with logged_in(page_door, "Eve") as client:
        typed = {"name": "Eve", "organisation": "Lab", "mail": "", field: value}
        answer = send(client, "/fr/me/card", "/fr/me/card", **typed)
        assert answer.status_code == 422
        assert answer.text.count('aria-invalid="true"') == 1
        assert f'id="card-{field}-problem"' in answer.text
        assert reason in answer.text
        assert f'value="{value}"' in answer.text
        assert 'value="Lab"' not in client.get("/fr/me/card").text


@pytest.mark.parametrize("fields", [{"purpose": "sell"}, {}, {"purpose": "answer", "request": "no key"}])
def test_a_form_that_is_not_ours_gives_nothing(page_door: PageDoor, fields: dict[str, str]) -> None:
    with logged_in(page_door, "Mal") as client:
        html = client.get(OFFER).text
        data = {"form": field_of(html, "form"), "request": field_of(html, "request"), **fields}
        assert client.post(OFFER, data=data).status_code == 400
        assert "Vous n’avez donné aucune carte" in client.get("/fr/me/consents").text


def test_guests_read_what_a_card_needs_and_come_back_after_their_login(page_door: PageDoor) -> None:
    with page_door.client() as client:
        answer = client.get(OFFER)
        assert answer.status_code == 200
        assert "Une carte demande un compte" in answer.text
        assert 'href="/fr/login?back=/fr/booths/studio-11/card"' in answer.text
        assert client.get("/fr/booths/no-such-booth/card").status_code == 404
