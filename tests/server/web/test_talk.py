"""Talk at a booth without a script: who may read it, saying something, and what is refused beside the field."""

import re
import uuid

import httpx

from halles.ids import BoothId, LiveSessionId
from halles.world.roles import StaffRole
from tests.server.web.test_entering import token_of
from tests.server.web.test_invitations import log_in
from tests.server.web.test_sanctioning import hosted
from tests.server.web.test_staff import hire
from tests.support import live
from tests.support.booth_people import logged_in
from tests.support.page_door import PageDoor

BOOTH = "studio-41"
PAGE, TALK = f"/en/booths/{BOOTH}", f"/en/booths/{BOOTH}/talk"


def said(client: httpx.Client, line: str, **fields: str) -> httpx.Response:
    html = client.get(PAGE).text
    (form,) = re.findall(
        r'<form class="say" method="post".*?</form>', html, re.S
    )  # the page has others with keys of their own
    (key,) = re.findall(r'name="request" value="([0-9a-f]{32})"', form)
    return client.post(TALK, data={"form": token_of(html), "request": key, "line": line, **fields})


def test_who_is_logged_in_says_and_reads_it_and_a_guest_does_not_see_it(page_door: PageDoor) -> None:
    hire(page_door, "tim", StaffRole.STAFF, BOOTH)
    with page_door.client(origin=page_door.url) as client:
        log_in(client)
        answer = said(client, " <b>Bonjour</b> ")
        assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}#talk")
        assert "&lt;b&gt;Bonjour&lt;/b&gt;" in client.get(PAGE).text
    with page_door.client() as guest:
        html = guest.get(PAGE).text
        assert "Bonjour" not in html
        assert "Be present, or log in" in html
        assert guest.post(TALK, data={"line": "x"}).status_code == 403
    with page_door.client(origin=page_door.url) as staff:
        log_in(staff, "tim")
        assert "&lt;b&gt;Bonjour&lt;/b&gt;" in staff.get(f"/en/studio/{BOOTH}/bell").text, (
            "the staff read it at the bell"
        )
        back = said(staff, "Here I am", **{"from": "bell"})
        assert back.headers["location"] == f"/en/studio/{BOOTH}/bell#talk"


def test_a_form_sent_twice_says_its_line_once(page_door: PageDoor) -> None:
    key = uuid.uuid4().hex
    with page_door.client(origin=page_door.url) as client:
        log_in(client)
        form = {"form": token_of(client.get(PAGE).text), "request": key, "line": "only once"}
        assert [client.post(TALK, data=form).status_code for _ in range(2)] == [303, 303]
    lines = page_door.do(page_door.opened.services.chat.history_at(BoothId(BOOTH)))
    assert [line.text for line in lines].count("only once") == 1


def test_too_long_and_too_many_lines_are_refused_beside_the_field(page_door: PageDoor) -> None:
    hire(page_door, "tom", StaffRole.STAFF, BOOTH)
    with page_door.client(origin=page_door.url) as client:
        log_in(client, "tom")
        long = said(client, "x" * 501)
        assert long.status_code == 422
        assert 'role="alert"' in long.text
        assert "x" * 501 in long.text, "what was typed is not lost"
        answers = [said(client, f"line {i}") for i in range(8)]
        assert 429 in {answer.status_code for answer in answers}
        assert "That was quick." in answers[-1].text


def test_who_is_silenced_in_a_live_session_says_nothing_at_a_booth_of_its_hall_while_it_is_open(
    page_door: PageDoor,
) -> None:
    session = LiveSessionId(f"talk-{uuid.uuid4().hex[:8]}")
    hall = page_door.do(page_door.opened.services.booths.read(BoothId(BOOTH))).hall
    live.at(page_door.database_url, live.Planned(session, hall, f"stage-{session}"))
    with logged_in(page_door, "Sid") as client:
        page_door.do(_silence(page_door, "Sid", f"live:{session}"))
        assert said(client, "before").status_code == 303
        page_door.do(hosted(page_door, session, "open-doors"))
        assert said(client, "while it is open").status_code == 403
        page_door.do(hosted(page_door, session, "start", "close", "end"))
        assert said(client, "after").status_code == 303
    lines = page_door.do(page_door.opened.services.chat.history_at(BoothId(BOOTH)))
    assert [line.text for line in lines if line.name == "Sid"] == ["before", "after"]


async def _silence(page_door: PageDoor, name: str, scope: str) -> None:
    async with page_door.opened.database.connection() as connection:
        await connection.execute(
            "INSERT INTO sanctions (kind, scope, account, name, reason, until, made_name, made_role)"
            " SELECT 'silence', $2, id, name, 'x', now() + interval '1 hour', 'Mona', 'moderator'"
            " FROM accounts WHERE name = $1",
            name,
            scope,
        )


def test_the_booths_page_tells_how_often_the_bell_is_answered_once_there_are_rings_enough(page_door: PageDoor) -> None:
    with page_door.client() as client:
        assert "rings answered" not in client.get(PAGE).text
        page_door.do(_five_rings(page_door))
        assert "4 of 5 rings answered" in client.get(PAGE).text


async def _five_rings(page_door: PageDoor) -> None:
    async with page_door.opened.database.connection() as connection:
        for state in ("answered",) * 4 + ("missed",):
            await connection.execute(
                "INSERT INTO bell_rings (booth, visit, name, role, language, state, decided)"
                " VALUES ($1, $2, 'Ada', 'guest', 'fr', $3, now())",
                BOOTH,
                uuid.uuid4().hex,
                state,
            )
