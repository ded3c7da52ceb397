"""The bell's page: the queue, answering, messages, when somebody is back; all of it by reloading."""

import uuid

import httpx
import pytest

from halles.ids import BoothId, RequestId, VisitId
from halles.world.roles import Role, StaffRole
from halles_server.services.actor import Actor
from tests.server.web.test_entering import token_of
from tests.server.web.test_invitations import log_in
from tests.server.web.test_staff import hire
from tests.support.page_door import PageDoor

BOOTH = "studio-44"
PAGE = f"/en/studio/{BOOTH}/bell"


def ring(page_door: PageDoor, name: str) -> int:
    doorbell = page_door.opened.services.doorbell
    return page_door.do(doorbell.ring(guest(name), new_key(), BoothId(BOOTH))).number


def guest(name: str) -> Actor:
    return Actor(None, VisitId(f"visit-{name}"), name, Role.GUEST, "nl")


def new_key() -> RequestId:
    return RequestId(uuid.uuid4().bytes)


def posted(client: httpx.Client, **fields: str) -> httpx.Response:
    return client.post(PAGE, data={"form": token_of(client.get(PAGE).text), **fields})


def test_a_ring_is_listed_answered_and_then_told_by_whom(page_door: PageDoor) -> None:
    hire(page_door, "belle", StaffRole.STAFF, BOOTH)
    number = ring(page_door, "<b>Ada</b>")
    with page_door.client(origin=page_door.url) as client:
        log_in(client, "belle")
        html = client.get(PAGE).text
        assert "1 ring waits" in html
        assert "&lt;b&gt;Ada&lt;/b&gt;" in html
        (waits,) = page_door.do(page_door.opened.services.doorbell.told(BoothId(BOOTH)))
        in_the_show = waits.rung.astimezone(page_door.opened.config.zone)
        assert f"{in_the_show.hour}:{in_the_show.minute:02}" in html, "hours are the show's, not the server's"
        assert posted(client, act="answer", ring=str(number)).headers["location"] == PAGE
        html = client.get(PAGE).text
        assert "Nobody waits at the bell." in html
        assert "answered by Belle" in html
        late = posted(client, act="answer", ring=str(number))
        assert late.status_code == 409
        assert "does not wait any more" in late.text


def test_the_booth_says_when_somebody_is_back_on_its_own_page_too(page_door: PageDoor) -> None:
    hire(page_door, "bob", StaffRole.STAFF, BOOTH)
    with page_door.client(origin=page_door.url) as client:
        log_in(client, "bob")
        assert "Nobody is here now" in client.get(f"/en/booths/{BOOTH}").text
        assert posted(client, act="back", minutes="30").status_code == 303
        assert "Back at" in client.get(PAGE).text
        assert "Back at" in client.get(f"/en/booths/{BOOTH}").text
        assert "uur" in client.get(f"/nl/booths/{BOOTH}").text
        assert posted(client, act="back", minutes="0").status_code == 303
        assert "Nobody is here now" in client.get(PAGE).text


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"act": "answer", "ring": "all"},
        {"act": "answer", "ring": "9" * 30},
        {"act": "answer", "ring": "²"},
        {"act": "back", "minutes": "-5"},
        {"act": "back", "minutes": "100000"},
    ],
)
def test_nonsense_is_refused(page_door: PageDoor, fields: dict[str, str]) -> None:
    with page_door.client(origin=page_door.url) as client:
        log_in(client)
        assert posted(client, **fields).status_code == 400


def test_another_booths_staff_answer_nothing(page_door: PageDoor) -> None:
    hire(page_door, "other", StaffRole.LEAD, "studio-43")
    number = ring(page_door, "Cy")
    with page_door.client(origin=page_door.url) as client:
        log_in(client, "other")
        token = token_of(client.get("/en/login").text)
        form = {"form": token, "act": "answer", "ring": str(number)}
        assert client.post(PAGE, data=form).status_code == 403
        # Nor by the page of a booth of one's own.
        assert client.post("/en/studio/studio-43/bell", data=form).status_code == 403


def fascia_of(client: httpx.Client, booth: str) -> str:
    html: str = client.get(f"/en/booths/{booth}").text
    return html.partition('class="fascia')[2].partition('class="booth-columns"')[0]


def test_the_fascia_says_who_is_there_rings_and_says_how_many_rings_were_answered(page_door: PageDoor) -> None:
    booth = "studio-53"
    member = Actor(hire(page_door, "bea", StaffRole.STAFF, booth), None, "Bea", Role.EXHIBITOR, "en")
    doorbell = page_door.opened.services.doorbell
    with page_door.client() as client:
        assert f'data-staffed="{booth}"' in fascia_of(client, booth)
        assert "Ring the bell" in fascia_of(client, booth)
        assert "rings answered" not in fascia_of(client, booth)
        for name in ("Ann", "Ben", "Cy", "Dee", "Eve"):
            rung = page_door.do(doorbell.ring(guest(name), new_key(), BoothId(booth))).number
            page_door.do(doorbell.answer(member, new_key(), rung))
        assert "Doorbell: 5 of 5 rings answered in 30 days." in fascia_of(client, booth)
    with page_door.client(origin=page_door.url) as client:
        log_in(client, "bea")
        assert 'id="come-and-ring"' not in fascia_of(client, booth), "a booth's staff do not ring at it"
