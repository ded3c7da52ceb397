"""The satchel's pages over HTTP: for an account, for a browser without one, and from the one into the other."""

import json
import re
from uuid import uuid4

import httpx
import pytest

from halles.ids import AccountId
from halles.world.satchel import SATCHEL_CAP
from tests.support.booth_people import PASSWORD, browsing, field_of, logged_in, newcomer, send
from tests.support.page_door import PageDoor

BOOTH, OTHER = "studio-12", "studio-13"
PAGE, TAKE, SATCHEL = f"/fr/booths/{BOOTH}", "/fr/satchel/take", "/fr/satchel"


def take(client: httpx.Client, booth: str = BOOTH) -> httpx.Response:
    return send(client, f"{TAKE}?booth={booth}", TAKE, booth=booth, media="")


def count_in(html: str) -> str:
    found = re.search(r'id="in-satchel">([^<]*)<', html)
    assert found
    return found[1].strip()


def test_a_card_is_taken_on_the_booths_page_and_lies_in_the_satchel_until_it_is_taken_out(page_door: PageDoor) -> None:
    with logged_in(page_door, "Ada") as client:
        assert count_in(client.get(PAGE).text) == ""
        html = client.get(PAGE).text.partition('class="take"')[2]
        form = {name: field_of(html, name) for name in ("form", "request", "booth", "media")}
        answers = [client.post(TAKE, data=form) for _ in range(2)]
        assert [(answer.status_code, answer.headers["location"]) for answer in answers] == [
            (303, f"{PAGE}#documents")
        ] * 2
        html = client.get(PAGE).text
        assert (count_in(html), 'class="take"' in html, "Dans votre sacoche" in html) == ("(1)", False, True)
        html = client.get(SATCHEL).text
        assert "Carte de Studio 12" in html
        assert "Tout reste dans votre compte" in html
        (item,) = re.findall(r"/fr/satchel/(\d+)/remove", html)
        out = send(client, SATCHEL, f"{SATCHEL}/{item}/remove")
        html = client.get(out.headers["location"]).text
        assert ("Retiré." in html, "Carte de Studio 12" in html) == (True, False)
        undone = send(client, out.headers["location"], f"{SATCHEL}/undo")
        assert "Carte de Studio 12" in client.get(undone.headers["location"]).text
        take(client, OTHER)
        send(client, SATCHEL, f"{SATCHEL}/empty")
        assert "Elle est encore vide" in client.get(SATCHEL).text


def test_a_script_is_told_how_much_lies_there(page_door: PageDoor) -> None:
    with logged_in(page_door, "Bo") as client:
        token = field_of(client.get(PAGE).text, "form")
        form = {"form": token, "request": uuid4().hex, "booth": BOOTH, "media": ""}
        answer = client.post(TAKE, data=form, headers={"accept": "application/json"})
        assert (answer.json(), answer.headers["cache-control"]) == ({"count": 1}, "no-store")


def test_without_an_account_it_lies_in_this_browser_and_moves_into_the_account_with_the_login(
    page_door: PageDoor,
) -> None:
    login, _ = newcomer(page_door, "Cy")
    with page_door.client(origin=page_door.url) as client, page_door.client() as other:
        answer = client.get(PAGE)
        assert "set-cookie" not in answer.headers, "reading a booth's page still sets no cookie"
        assert f'href="{TAKE}?booth={BOOTH}"' in answer.text
        assert take(client).status_code == 303
        html = client.get(SATCHEL).text
        assert "Carte de Studio 12" in html
        assert "24 heures au plus" in html
        assert 'href="/fr/login?back=/fr/satchel"' in html
        welcome = client.get("/fr/")
        assert (count_in(welcome.text), welcome.headers["cache-control"]) == ("(1)", "no-store")
        assert "Elle est encore vide" in other.get(SATCHEL).text
        form = {"form": field_of(client.get("/fr/login").text, "form"), "login": login, "password": PASSWORD}
        assert client.post("/fr/login", data=form).status_code == 303
        html = client.get(SATCHEL).text
        assert ("Carte de Studio 12" in html, "dans votre compte" in html) == (True, True)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"booth": "none"}, 404),
        ({"booth": "../x"}, 404),
        ({"media": "a" * 64 + ".pdf"}, 404),
        ({"request": "no key"}, 400),
        ({"form": "not ours"}, 403),
    ],
)
def test_what_is_not_offered_or_not_ours_is_not_taken(page_door: PageDoor, fields: dict[str, str], status: int) -> None:
    with logged_in(page_door, "Di") as client:
        html = client.get(PAGE).text
        form = {"form": field_of(html, "form"), "request": field_of(html, "request"), "booth": BOOTH, "media": ""}
        assert client.post(TAKE, data=form | fields).status_code == status
        assert "Elle est encore vide" in client.get(SATCHEL).text
        assert client.get(f"{TAKE}?booth={BOOTH}&media={'a' * 64}.pdf").status_code == 404
        for item in ("9" * 10, "9" * 30, "x"):
            assert send(client, "/fr/me/card", f"{SATCHEL}/{item}/remove").status_code == 404


def test_a_full_satchel_says_so_and_how_many_it_holds(page_door: PageDoor) -> None:
    login, account = newcomer(page_door, "Eve")
    page_door.do(_fill(page_door, account))
    with browsing(page_door, login) as client:
        answer = take(client)
        assert (answer.status_code, answer.headers["location"]) == (303, f"{SATCHEL}?full=1")
        html = client.get(answer.headers["location"]).text
        assert "Votre sacoche est pleine." in html
        assert f"Elle contient {SATCHEL_CAP} choses." in html


def test_what_is_kept_of_somebody_holds_the_satchel_and_erasing_empties_it(page_door: PageDoor) -> None:
    with logged_in(page_door, "Fay") as client:
        take(client)
        (taken,) = json.loads(client.get("/fr/me/data.json").text)["satchel"]
        assert (taken["booth"], taken["file"], taken["state"]) == ("Studio 12", "", "offered")
        send(client, "/fr/me/erase", "/fr/me/erase")
        assert json.loads(client.get("/fr/me/data.json").text)["satchel"] == []


async def _fill(door: PageDoor, account: AccountId) -> None:
    async with door.opened.database.transaction() as connection:
        await connection.execute(
            "INSERT INTO satchel_items (owner, account, booth_name, media)"
            " SELECT 'account:' || $1, $1::uuid, 'Studio', n::text FROM generate_series(1, $2) AS n",
            account,
            SATCHEL_CAP,
        )
