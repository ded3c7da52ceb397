"""The console without a script: who may open it, and what its forms do."""

import re
from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest

from halles.errors import Rejection
from halles.ids import LiveSessionId, RequestId, VisitId
from halles.world.live import LiveState
from halles.world.live_acts import RaiseHand
from halles.world.roles import Role
from halles_server.ports.live import key_of
from halles_server.services.actor import Actor
from halles_server.web.actors import actor_of
from tests.server.web.test_entering import token_of
from tests.server.web.test_invitations import log_in
from tests.server.web.test_live_pages import planned
from tests.support.live import Planned
from tests.support.page_door import PASSWORD, PageDoor
from tests.support.wire import request_id

SESSION = LiveSessionId("conducted")
HERE = f"/en/console/{SESSION}"


@pytest.fixture(scope="module")
def host(page_door: PageDoor) -> Iterator[httpx.Client]:
    """A moderator before a live session that has begun."""
    planned(page_door, Planned(SESSION, "valenciennes", in_minutes=4000))
    services = page_door.opened.services
    page_door.do(services.admission.create_account("regisseur", "Régisseur", Role.MODERATOR, PASSWORD, "en"))
    with page_door.client(origin=page_door.url) as client:
        log_in(client, "regisseur", PASSWORD)
        assert [post(client, do=f"step {step}").status_code for step in ("open-doors", "start")] == [303, 303]
        yield client
        post(client, do="step close")
        post(client, do="step end")


def post(client: httpx.Client, **fields: str) -> httpx.Response:
    html = client.get(HERE).text
    key = re.findall(r'name="request" value="([0-9a-f]{32})"', html)[0]
    return client.post(HERE, data={"form": token_of(html), "request": key, **fields})


async def value(page_door: PageDoor, statement: str, *arguments: object) -> object:
    async with page_door.opened.database.connection() as connection:
        return await connection.fetchval(statement, *arguments)


def state(page_door: PageDoor) -> LiveState:
    return page_door.do(page_door.opened.services.live.read(SESSION)).state


def test_who_is_no_host_reads_that_and_the_way_to_the_live_session(page_door: PageDoor, host: httpx.Client) -> None:
    page_door.do(page_door.opened.services.admission.create_account("passant", "Passant", Role.VISITOR, PASSWORD, "en"))
    with page_door.client(origin=page_door.url) as visitor:
        log_in(visitor, "passant", PASSWORD)
        answer = visitor.get(HERE)
        assert answer.status_code == 403
        assert f'href="/en/live/{SESSION}"' in answer.text
        form = {"form": token_of(answer.text), "request": "0" * 32, "do": "step close"}
        for posted in (form, {"do": "step close"}):
            refused = visitor.post(HERE, data=posted)
            assert (refused.status_code, "The console is for the hosts" in refused.text) == (403, True)
    written = (
        "SELECT count(*) FROM audit WHERE act = 'live.refused' AND subject = $1 AND detail ->> 'tried' = 'console'"
    )
    assert page_door.do(value(page_door, written, f"live:{SESSION}")) == 2
    assert state(page_door).phase == "live"


def test_a_hand_is_given_the_floor_more_time_and_the_floor_is_taken_back(
    page_door: PageDoor, host: httpx.Client
) -> None:
    guest = Actor(None, VisitId("console-guest"), "Gus", Role.GUEST, "nl")
    page_door.do(page_door.opened.services.live.act(guest, request_id(), SESSION, RaiseHand()))  # type: ignore[arg-type]
    assert "Gus" in host.get(HERE).text
    post(host, do="give-floor vconsole-guest 60")
    (speaker,) = state(page_door).floor
    post(host, do="give-floor vconsole-guest +60")
    assert state(page_door).floor[0].until_ms - speaker.until_ms > 50_000
    assert state(page_door).floor[0].since_ms == speaker.since_ms
    post(host, do="yield-floor vconsole-guest")
    assert state(page_door).floor == ()


def test_mode_chat_door_countdown_and_captions_are_forms(page_door: PageDoor, host: httpx.Client) -> None:
    for words in ("set-mode fishbowl", "freeze-chat true", "lock-door true", "count-down 300", "take-chair free"):
        assert post(host, do=words).status_code == 303, words
    now = state(page_door)
    assert (now.mode, now.frozen, now.locked, now.countdown_ms > 0) == ("fishbowl", True, True, True)
    assert now.chairs[0].person.name == "Régisseur"
    assert post(host, say="caption", text="Ce qui se dit", language="fr").status_code == 303
    assert '<li lang="fr" data-caption=' in host.get(HERE).text
    refused = post(host, do="show film")
    assert refused.status_code == 404
    assert "This is not there any more." in refused.text
    for words in ("set-mode hands", "freeze-chat false", "lock-door false"):
        post(host, do=words)


def test_a_form_that_is_sent_twice_has_one_effect_though_its_words_mean_another_act_by_then(
    page_door: PageDoor, host: httpx.Client
) -> None:
    guest = Actor(None, VisitId("console-twice"), "Twi", Role.GUEST, "nl")
    page_door.do(page_door.opened.services.live.act(guest, request_id(), SESSION, RaiseHand()))  # type: ignore[arg-type]
    post(host, do="give-floor vconsole-twice 60")
    (speaker,) = state(page_door).floor
    assert twice(host, "give-floor vconsole-twice +60") == [303, 303]
    assert 50_000 < state(page_door).floor[0].until_ms - speaker.until_ms <= 60_000, "one minute more"
    post(host, do="yield-floor vconsole-twice")
    post(host, do="set-mode fishbowl")
    post(host, do="leave-chair")
    assert twice(host, "take-chair free") == [303, 303]
    assert [chair.number for chair in state(page_door).chairs] == [0]
    post(host, do="set-mode hands")


def twice(client: httpx.Client, words: str) -> list[int]:
    html = client.get(HERE).text
    key = re.findall(r'name="request" value="([0-9a-f]{32})"', html)[0]
    form = {"form": token_of(html), "request": key, "do": words}
    return [client.post(HERE, data=form).status_code for _ in range(2)]


def test_a_question_is_approved_shown_and_answered_and_a_poll_opened_and_closed(
    page_door: PageDoor, host: httpx.Client
) -> None:
    services = page_door.opened.services
    guest = Actor(None, VisitId("console-asker"), "Ida", Role.GUEST, "nl")
    asking = services.questions.ask(guest, request_id(), SESSION, "nl", "Wie beslist?")  # type: ignore[arg-type]
    number = page_door.do(asking)
    assert "Wie beslist?" in host.get(HERE).text
    with page_door.client() as public:
        assert "Wie beslist?" not in public.get(f"/en/live/{SESSION}").text
        post(host, do=f"decide-question {number} approve")
        post(host, do=f"show question {number}")
        assert state(page_door).on_screen == number
        assert "Wie beslist?" in public.get(f"/en/live/{SESSION}").text
    post(host, do=f"decide-question {number} answer")
    record = page_door.do(services.questions.all(SESSION))
    assert [row.state for row in record.questions] == ["answered"]
    poll = {"say": "poll", "text": "Agreed?", "language": "en", "kind": "single", "results": "hidden"}
    assert post(host, **poll, options="yes").status_code == 422
    for options, why in (("yes\nyes", "Two of the answers are the same"), ("yes\n" + "x" * 81, "at most 80 char")):
        refused = post(host, **poll, options=options)
        assert (refused.status_code, why in refused.text) == (422, True)
    assert post(host, say="caption", text="Goedemorgen", language="xx").status_code == 400
    assert post(host, **poll, options="yes\nno\n").status_code == 303
    (tally,) = page_door.do(services.polls.seen(SESSION))
    assert post(host, do=f"vote-poll {tally.card.number} 1,").status_code == 303
    assert post(host, do=f"decide-poll {tally.card.number} close").status_code == 303
    (tally,) = page_door.do(services.polls.seen(SESSION))
    assert (tally.card.state, tally.voters) == ("closed", 1)


def test_captions_by_forms_and_on_the_wire_have_one_rate_together(page_door: PageDoor, host: httpx.Client) -> None:
    services = page_door.opened.services

    async def spend() -> None:
        account = await services.admission.who(host.cookies["halles-login"])
        assert account is not None
        with suppress(Rejection):
            for _ in range(20):
                key = RequestId(request_id())
                await services.live.say_caption(actor_of(account), key, SESSION, "fr", "Vite")

    page_door.do(spend())
    refused = post(host, say="caption", text="Encore", language="fr")
    assert refused.status_code == 429


def test_backstage_is_a_form_and_a_silent_one_for_everybody_else(page_door: PageDoor, host: httpx.Client) -> None:
    assert post(host, say="backstage", text="Who takes the <questions>?").status_code == 303
    page = host.get(HERE).text
    assert "Who takes the &lt;questions&gt;?" in page
    empty = post(host, say="backstage", text=" ")
    assert empty.status_code == 422
    with page_door.client(origin=page_door.url) as member:
        page_door.do(
            page_door.opened.services.admission.create_account("curieuse", "Curieuse", Role.VISITOR, PASSWORD, "en")
        )
        log_in(member, "curieuse", PASSWORD)
        there = f"/en/live/{SESSION}"
        assert "takes the" not in member.get(there).text
        form = {"form": token_of(member.get(there).text), "request": "1" * 32, "say": "backstage", "text": "Hi"}
        assert member.post(there, data=form).status_code == 403


def test_the_console_says_who_is_ready_and_calls_an_announced_speaker_up(
    page_door: PageDoor, host: httpx.Client
) -> None:
    services = page_door.opened.services
    made = page_door.do(services.admission.create_account("oratrice", "Oratrice", Role.VISITOR, PASSWORD, "nl"))
    spoken = LiveSessionId("announced")
    planned(page_door, Planned(spoken, "hainaut", in_minutes=5000, speakers=(made.account,)))
    here, key = f"/en/console/{spoken}", key_of(spoken, made.account, VisitId(""))
    page = host.get(here).text
    assert "0 of 1 are in the hall" in page
    assert f'value="give-floor {key} 300"' not in page, "who is not there is not called up"

    async def comes() -> None:
        async with page_door.opened.database.connection() as connection:
            await connection.execute(
                "INSERT INTO visits (id, account, epoch, name, role, language, look, bot, hall)"
                " VALUES ('oratrice', $1, 1, 'Oratrice', 'visitor', 'nl', '{0}', false, 'hainaut')",
                made.account,
            )

    page_door.do(comes())
    page = host.get(here).text
    assert "1 of 1 is in the hall" in page
    assert f'value="give-floor {key} 300"' in page
    form = {"form": token_of(page), "request": "2" * 32, "do": f"make-presenter {key}"}
    assert host.post(here, data=form).status_code == 303
    assert page_door.do(services.live.read(spoken)).state.presenter == key


def test_the_order_of_hands_and_the_time_of_speakers_are_on_the_console(
    page_door: PageDoor, host: httpx.Client
) -> None:
    for name in ("Nel", "Ott"):
        waits = Actor(None, VisitId(f"console-{name}"), name, Role.GUEST, "nl")
        page_door.do(page_door.opened.services.live.act(waits, request_id(), SESSION, RaiseHand()))  # type: ignore[arg-type]
    assert post(host, do="move-hand vconsole-Ott first").status_code == 303
    assert [hand.person.name for hand in state(page_door).hands] == ["Ott", "Nel"]
    queue = host.get(HERE).text.partition('data-list="hands"')[2].partition("</ol>")[0]
    assert list(dict.fromkeys(re.findall(r'data-f="name">(Nel|Ott)<', queue))) == ["Ott", "Nel"]
    post(host, do="give-floor vconsole-Ott 60")
    assert re.search(
        r'<b dir="auto" data-f="name">Ott</b> <span class="code" data-f="code">NL</span>', host.get(HERE).text
    )
    post(host, do="yield-floor vconsole-Ott")
    assert {row.name for row in state(page_door).talked} >= {"Ott"}


def test_a_refused_poll_keeps_what_was_typed(host: httpx.Client) -> None:
    answer = post(host, say="poll", text="Shall <we>?", options="a\na", language="en", kind="single", results="open")
    assert 400 <= answer.status_code < 500
    html = answer.text
    assert 'value="Shall &lt;we&gt;?"' in html
    assert re.search(r'name="options"[^>]*>a\r?\na</textarea>', html)
    assert re.search(r"<details[^>]* open><summary>Open a poll", html)


def test_reports_stand_on_the_console_of_who_looks_at_them_only(page_door: PageDoor, host: httpx.Client) -> None:
    services = page_door.opened.services
    member = page_door.do(services.admission.create_account("hostess", "Hostess", Role.VISITOR, PASSWORD, "en"))
    led = LiveSessionId("led-by-a-member")
    planned(page_door, Planned(led, "valenciennes", in_minutes=4300, hosts=(member.account,)))
    assert 'id="waiting-reports"' in host.get(HERE).text
    with page_door.client(origin=page_door.url) as client:
        log_in(client, "hostess", PASSWORD)
        html = client.get(f"/en/console/{led}").text
    assert 'id="chat"' in html
    assert 'id="waiting-reports"' not in html
