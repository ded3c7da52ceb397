"""The page of a live session without a script: what it shows, and its forms."""

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import cache

import httpx
import pytest

from halles.errors import Rejection
from halles.ids import HallId, LiveSessionId, RequestId
from halles.world.live_acts import LiveAct, LockDoor, SetMode, Step
from halles.world.questions import QUESTION_CAP
from halles.world.roles import Role
from halles.world.sanctions import SanctionKind
from halles_server.ports.sanctions import Order, Whom
from halles_server.ports.standing import live_scope
from halles_server.services.actor import Actor
from halles_server.web.actors import actor_of
from tests.server.web.test_entering import token_of
from tests.server.web.test_invitations import log_in
from tests.support import live
from tests.support.live import Planned
from tests.support.page_door import PASSWORD, PageDoor
from tests.support.wire import request_id

SESSION = LiveSessionId("forms-debate")
HERE = f"/en/live/{SESSION}"


def planned(page_door: PageDoor, wanted: Planned) -> None:
    async def do() -> None:
        async with page_door.opened.database.connection() as connection:
            await live.plan(connection, wanted)

    page_door.do(do())


@cache
def host_of(page_door: PageDoor) -> Actor:
    """A moderator of the whole show, once for all modules that share the door."""
    made = page_door.opened.services.admission.create_account("hote", "Hôte", Role.MODERATOR, PASSWORD, "fr")
    return actor_of(page_door.do(made))


def done(page_door: PageDoor, session: LiveSessionId, *acts: LiveAct) -> None:
    for act in acts:
        key = RequestId(request_id())
        page_door.do(page_door.opened.services.live.act(host_of(page_door), key, session, act))


def post(client: httpx.Client, page: str, **fields: str) -> httpx.Response:
    html = client.get(page).text
    key = re.findall(r'name="request" value="([0-9a-f]{32})"', html)[0]
    return client.post(page, data={"form": token_of(html), "request": key, **fields})


@pytest.fixture(scope="module")
def member(page_door: PageDoor) -> Iterator[httpx.Client]:
    """Somebody with an account, before an open live session in hands."""
    planned(page_door, Planned(SESSION, "hainaut", in_minutes=3000))
    done(page_door, SESSION, Step("open-doors"), Step("start"))
    with page_door.client(origin=page_door.url) as client:
        log_in(client)
        yield client


def test_a_hand_goes_up_and_down_by_forms_and_its_rank_is_read(member: httpx.Client) -> None:
    assert "0 hands raised" in member.get(HERE).text
    answer = post(member, HERE, do="raise-hand")
    assert (answer.status_code, answer.headers["location"]) == (303, HERE)
    html = member.get(HERE).text
    assert 'data-hand="raised"' in html
    assert "Place 1" in html
    assert post(member, HERE, do="lower-hand").status_code == 303
    assert 'data-hand="free"' in member.get(HERE).text


def test_in_a_fishbowl_one_sits_down_and_gets_up(page_door: PageDoor, member: httpx.Client) -> None:
    done(page_door, SESSION, SetMode("fishbowl"))
    assert "5 of 5 chairs free" in member.get(HERE).text
    assert post(member, HERE, do="take-chair 0").status_code == 303
    html = member.get(HERE).text
    assert 'data-hand="seated"' in html
    assert '<li class="taken">' in html
    refused = post(member, HERE, do="raise-hand")
    assert refused.status_code == 409
    assert "Not possible at this moment." in refused.text
    post(member, HERE, do="leave-chair")
    done(page_door, SESSION, SetMode("hands"))


def test_who_asks_reads_that_the_question_waits_and_others_do_not(page_door: PageDoor, member: httpx.Client) -> None:
    assert post(member, HERE, say="question", language="en", text="Who <pays>?").status_code == 303
    html = member.get(HERE).text
    assert "Who &lt;pays&gt;?" in html
    assert 'data-state="waiting"' in html
    assert "waits for a host" in html
    with page_door.client(origin=page_door.url) as guest:
        assert "&lt;pays&gt;" not in guest.get(HERE).text


def test_once_it_is_over_nothing_is_offered_but_the_replay_when_it_is_published(
    page_door: PageDoor, member: httpx.Client
) -> None:
    session = LiveSessionId("forms-over")
    planned(page_door, Planned(session, "valenciennes", in_minutes=3400))
    there = f"/en/live/{session}"
    done(page_door, session, *(Step(step) for step in ("open-doors", "start", "close", "end")))  # type: ignore[arg-type]
    html = re.sub(r">\s+<", "><", member.get(there).text)
    running = 'data-from="scheduled doors live paused closing" hidden'
    assert 'role="status" data-from="ended published"><b>It is over.</b>' in html
    assert 'data-from="ended">Once its hosts have published it' in html
    for hidden in (f'<section class="part" {running}', f"<div {running}><figure"):
        assert hidden in html
    assert '<span data-from="published" hidden>' in html
    done(page_door, session, Step("publish"))
    assert f'<span data-from="published"><a href="{there}/replay">Watch it again</a>' in member.get(there).text


def test_a_refused_question_says_the_true_reason_and_the_limit(page_door: PageDoor, member: httpx.Client) -> None:
    long = post(member, HERE, say="question", text="x" * (QUESTION_CAP + 1), language="en")
    assert (long.status_code, f"at most {QUESTION_CAP} characters" in long.text) == (422, True)
    made = page_door.opened.services.admission.create_account("stil", "Stil", Role.VISITOR, PASSWORD, "en")
    whom = Whom(account=page_door.do(made).account)
    order = Order(SanctionKind.SILENCE, live_scope(HallId("hainaut"), SESSION), 5, "You shout.")
    giving = page_door.opened.services.sanctions.give(host_of(page_door), RequestId(request_id()), whom, order)
    page_door.do(giving)
    with page_door.client(origin=page_door.url) as client:
        log_in(client, "stil", PASSWORD)
        silent = post(client, HERE, say="question", text="Why?", language="en")
    assert (silent.status_code, "Decisions about you" in silent.text) == (403, True)
    assert "Only the hosts" not in silent.text.split('id="act-news"')[1].split("</p>")[0]


def test_an_act_that_no_form_has_is_refused(member: httpx.Client) -> None:
    assert post(member, HERE, do="hosts-gone").status_code == 400


def test_a_guest_reads_it_and_is_told_how_to_take_part(page_door: PageDoor, member: httpx.Client) -> None:
    with page_door.client(origin=page_door.url) as guest:
        html = guest.get(f"/fr/live/{SESSION}").text
        assert "Les coproductions" in html
        assert 'class="pill is-live"' in html
        assert "Soyez présent, ou connectez-vous" in html
        assert guest.post(HERE, data={"do": "raise-hand"}).status_code == 403


def test_through_a_locked_door_who_is_inside_by_whichever_node_takes_part_from_the_page(page_door: PageDoor) -> None:
    session = LiveSessionId("forms-locked")
    planned(page_door, Planned(session, "valenciennes", in_minutes=5200))
    done(page_door, session, Step("open-doors"), LockDoor(True))
    create = page_door.opened.services.admission.create_account
    account = page_door.do(create("dedans", "Dedans", Role.VISITOR, PASSWORD, "fr")).account

    def stand(hall: str) -> None:
        async def do() -> None:
            async with page_door.opened.database.connection() as connection:
                await connection.execute(
                    "INSERT INTO visits (id, account, epoch, name, role, language, look, bot, hall)"
                    " VALUES ('elsewhere', $1, 1, 'Dedans', 'visitor', 'fr', '{0}', false, $2)"
                    " ON CONFLICT (id) DO UPDATE SET hall = excluded.hall",
                    account,
                    hall,
                )

        page_door.do(do())

    with page_door.client(origin=page_door.url) as client:
        log_in(client, "dedans")
        here = f"/en/live/{session}"
        assert post(client, here, do="raise-hand").status_code == 409
        stand("lille")
        assert post(client, here, do="raise-hand").status_code == 409
        stand("valenciennes")
        assert post(client, here, do="raise-hand").status_code == 303
    done(page_door, session, Step("start"), Step("close"), Step("end"))


def test_what_is_for_invited_people_shows_a_stranger_nothing(page_door: PageDoor, member: httpx.Client) -> None:
    session = LiveSessionId("forms-jury")
    planned(page_door, Planned(session, "hainaut", access="invited", in_minutes=3200))
    with page_door.client() as guest:
        answer = guest.get(f"/en/live/{session}")
    assert answer.status_code == 403
    assert 'id="screen"' not in answer.text
    assert member.get(f"/en/live/{session}").status_code == 200, "the organiser conducts it"
    page_door.do(page_door.opened.services.admission.create_account("curieux", "C", Role.VISITOR, PASSWORD, "fr"))
    with page_door.client(origin=page_door.url) as visitor:
        log_in(visitor, "curieux")
        token, key = token_of(visitor.get(HERE).text), RequestId(request_id()).hex()
        refused = visitor.post(f"/en/live/{session}", data={"form": token, "request": key, "do": "raise-hand"})
    assert refused.status_code == 403
    assert 'id="screen"' not in refused.text, "nor by a form that is refused"


@pytest.mark.parametrize("name", ["nowhere", "UPPER", "a" * 65])
def test_a_live_session_that_is_not_there_is_not_found(member: httpx.Client, name: str) -> None:
    assert member.get(f"/en/live/{name}").status_code == 404


def test_votes_by_forms_and_on_the_wire_have_one_rate_together(page_door: PageDoor, member: httpx.Client) -> None:
    async def spend() -> None:
        account = await page_door.opened.services.admission.who(member.cookies["halles-login"])
        assert account is not None
        for _ in range(20):
            with suppress(Rejection):
                await page_door.opened.services.questions.vote(actor_of(account), SESSION, 10**9, on=True)

    page_door.do(spend())
    refused = post(member, HERE, do="vote-question 1000000000 true")
    assert refused.status_code == 429
