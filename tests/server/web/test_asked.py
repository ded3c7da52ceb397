"""What holds for every act of somebody logged in: our own form only, with a key where it is not harmless twice."""

import re

import pytest
from starlette.routing import Route

from halles_server.web import app
from tests.support.booth_people import PASSWORD, field_of, logged_in, newcomer
from tests.support.page_door import PageDoor

VALUES = {"booth": "studio-31", "lead": "1", "meeting": "1", "slot": "1", "act": "undo", "token": "x", "session": "x"}


def acts(door: PageDoor) -> list[str]:
    """Every address under which a member posts something."""
    routes = app.build(door.opened.services, door.opened.config).routes
    paths = [route.path for route in routes if isinstance(route, Route) and "POST" in (route.methods or ())]
    own = [path for path in paths if re.match(r"/fr/(me|studio|booths)/", path)]
    return [re.sub(r"\{(\w+)\}", lambda match: VALUES[match[1]], path) for path in own]


def test_no_act_is_done_for_a_foreign_page_or_without_a_token_or_login(page_door: PageDoor) -> None:
    paths = acts(page_door)
    assert len(paths) >= 15
    with logged_in(page_door, "Victim") as client, page_door.client(origin=page_door.url) as guest:
        token = field_of(client.get("/fr/me/card").text, "form")
        guests = field_of(guest.get("/fr/enter").text, "form")
        for path in paths:
            foreign = client.post(path, data={"form": token}, headers={"origin": "https://evil.example"})
            assert foreign.status_code == 403, path
            assert client.post(path, data={"form": guests}).status_code == 403, path
            assert guest.post(path, data={"form": guests}).status_code == 403, path


@pytest.mark.parametrize(
    ("back", "to"),
    [
        ("/fr/me/consents", "/fr/me/consents"),
        ("/nl/booths/studio-31/card", "/nl/booths/studio-31/card"),
        ("https://evil.example/", "/fr/"),
        ("//evil.example/fr/", "/fr/"),
        ("/fr/\\evil.example", "/fr/"),
        ("/fr/x\r\nset-cookie: a=b", "/fr/"),
        ("/elsewhere", "/fr/"),
    ],
)
def test_a_login_leads_back_to_our_own_pages_only(page_door: PageDoor, back: str, to: str) -> None:
    login, _ = newcomer(page_door, "Back")
    with page_door.client(origin=page_door.url) as client:
        html = client.get("/fr/login", params={"back": back}).text
        form = {"form": field_of(html, "form"), "login": login, "password": PASSWORD, "back": back}
        assert client.post("/fr/login", data=form).headers["location"] == to
