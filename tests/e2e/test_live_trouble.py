"""A live session in trouble: its database is away, and so are its hosts."""

import time
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import pytest

from halles.ids import LiveSessionId
from halles.protocol.live_messages import ActLive, LivePartTold, LiveTold, SayCaption
from halles.protocol.messages import Done, HallEntered, Move, PoseBatch, Rejected, Say
from halles.protocol.pose_batch import read
from halles.protocol.public_messages import AskQuestion
from halles.world.live_acts import GiveFloor, RaiseHand, Step
from halles.world.roles import Role
from tests.server.gateway.test_live_board import Show, answer, end, told
from tests.support.debate import until
from tests.support.drills import frozen
from tests.support.postgres import TestPostgres, postgres
from tests.support.serving import real_server
from tests.support.wire import Peer, guest, request_id

__all__ = ["postgres"]

AWAY_S = 8.0
"""Longer than sweeps, stored places, looks at who is here, claims of recordings and every deadline.

The drill of 30 s is ``python -m bench faults --what away``.
"""


@pytest.fixture(scope="module")
def own_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestPostgres]:
    """A Postgres that other tests do not want, so that it may be frozen."""
    own = TestPostgres(tmp_path_factory.mktemp("own-postgres"))
    yield own
    own.stop()


@pytest.fixture(scope="module")
def show(own_postgres: TestPostgres) -> Iterator[Show]:
    with real_server(database_url=own_postgres.fresh(), sweep_s=0.5) as server:
        yield Show(server)


def test_while_the_database_is_away_the_live_session_stands_people_walk_and_what_is_refused_is_done_once_later(
    show: Show, own_postgres: TestPostgres
) -> None:
    account, host = show.account("host-frost", Role.MODERATOR)
    session = show.plan("lille")
    with Peer(show.port) as moderator, Peer(show.port) as speaker, Peer(show.port) as watcher:
        moderator.welcome(host)
        moderator.enter("lille")
        for peer, name in ((speaker, "Speaker"), (watcher, "Watcher")):
            peer.welcome(guest(name))
            entered = peer.enter("lille")
        for step in ("open-doors", "start"):
            assert answer(moderator, session, Step(step)) == ""  # type: ignore[arg-type]
        key = speaker.expect(LivePartTold).key
        assert answer(speaker, session, RaiseHand()) == ""
        before = told(moderator, session, until="live", hands=1)
        asked: Mapping[Any, Peer] = {
            ActLive(request_id(), session, GiveFloor(key, 60)): moderator,
            SayCaption(request_id(), session, "en", "We go on"): moderator,
            AskQuestion(request_id(), session, "en", "Who pays?"): speaker,
            Say(request_id(), "hall", "Good evening"): speaker,
        }
        with frozen(own_postgres.server.cluster):
            thaw, rounds = time.monotonic() + AWAY_S, 0
            while time.monotonic() < thaw:
                rounds += 1
                watcher.send(Move(rounds, entered.x + 10 * rounds, entered.y, 0, 0))
                assert _seen(speaker, entered, 10 * rounds), "people walk on"
                began = time.monotonic()
                assert _refused(asked) == {"UNAVAILABLE"}
                assert time.monotonic() - began < 3.5
            watcher.enter("crossroads")
            watcher.enter("lille")
            assert watcher.expect(LiveTold).state == before, "who comes is told of it"
            with Peer(show.port) as newcomer:
                newcomer.send(guest("Newcomer"))
                assert newcomer.closed() == 1013
                assert newcomer.goodbye is not None
                assert newcomer.goodbye.reason == "UNAVAILABLE"
        numbers = {message: _done_once_healed(peer, message) for message, peer in asked.items()}
        assert {_done_once_healed(peer, message) for message, peer in asked.items()} == set(numbers.values())
        while not (after := told(watcher, session)).floor:
            pass
        assert [floor.person.key for floor in after.floor] == [key]
        act = next(message for message in asked if isinstance(message, ActLive))
        assert show.value(f"SELECT revision FROM live_states WHERE session = '{session}'") == numbers[act] == 4
        where = f"FROM live_events WHERE session = '{session}'"
        for kind in ("open-doors", "start"):
            assert show.value(f"SELECT count(*) {where} AND kind = 'step' AND detail::text LIKE '%{kind}%'") == 1
        for kind in ("raise-hand", "give-floor", "caption"):
            assert show.value(f"SELECT count(*) {where} AND kind = '{kind}'") == 1, kind
        assert show.value(f"SELECT count(*) FROM live_questions WHERE session = '{session}'") == 1
        assert show.value("SELECT count(*) FROM chat WHERE text = 'Good evening'") == 1
        assert _audited(show, session) == [(account, "live.step")] * 2 + [(account, "live.give-floor")]
        end(moderator, session)


def _audited(show: Show, session: LiveSessionId) -> list[tuple[str, str]]:
    rows = show.rows(f"SELECT actor, act FROM audit WHERE subject = 'live:{session}' ORDER BY id")
    return [(row[0], row[1]) for row in rows]


def _seen(peer: Peer, entered: HallEntered, further: int) -> bool:
    """Whether somebody is seen so many centimetres from where they came in."""
    for message in peer.messages(2.0):
        near = read(message.near) if isinstance(message, PoseBatch) else ()
        for record in near:
            if record["number"] == entered.number and record["x"] == entered.x + further:
                return True
    return False


def _refused(asked: Mapping[Any, Peer]) -> set[str]:
    """Asks for several things at once; returns the codes with which they are refused, "" for one that is done."""
    codes: dict[bytes, str] = {}
    for message, peer in asked.items():
        peer.send(message)
    for message, peer in asked.items():
        for heard in peer.messages() if message.request_id not in codes else ():
            if isinstance(heard, Done | Rejected):
                codes[heard.request_id] = heard.code if isinstance(heard, Rejected) else ""
            if message.request_id in codes:
                break
    return {codes.get(message.request_id, "no answer") for message in asked}


def _done_once_healed(peer: Peer, asked: Any) -> int:
    end_of_patience = time.monotonic() + 10
    while time.monotonic() < end_of_patience:
        peer.send(asked)
        for message in peer.messages():
            if isinstance(message, Done) and message.request_id == asked.request_id:
                return message.number
            if isinstance(message, Rejected) and message.request_id == asked.request_id:
                assert message.code in {"UNAVAILABLE", "RATE_LIMITED"}
                break
        time.sleep(0.2)
    raise AssertionError("not healed within 10 s")


def test_when_a_hosts_connection_drops_a_co_host_goes_on_and_after_both_and_a_while_the_organiser(show: Show) -> None:
    first, hello = show.account("host-drops", Role.MODERATOR)
    second, other = show.account("host-stays", Role.MODERATOR)
    organiser, third = show.account("the-organiser", Role.ORGANISER)
    session = show.plan("hainaut")
    with Peer(show.port) as dropped, Peer(show.port) as stays, Peer(show.port) as watcher:
        for peer, who in ((dropped, hello), (stays, other), (watcher, guest("Watcher"))):
            peer.welcome(who)
            peer.enter("hainaut")
        for step in ("open-doors", "start"):
            assert answer(dropped, session, Step(step)) == ""  # type: ignore[arg-type]
        told(watcher, session, until="live")
        dropped.socket.close()
        _long_without_hosts(show, session)
        seen = f"SELECT count(*) FROM live_states WHERE session = '{session}' AND host_seen > now() - interval '1 min'"
        until(partial(show.value, seen), "the co-host does not count", 20)
        assert answer(stays, session, GiveFloor(_visit(watcher), 60)) == ""
        while not (state := told(watcher, session)).floor:
            assert state.phase == "live"
        assert state.phase == "live", "nothing paused while a co-host was there"
        stays.socket.close()
        until(lambda: _phase_after(show, session) == "paused", "nobody conducts it, and it does not pause", 20)
        assert told(watcher, session, until="paused").floor == state.floor, "all else is as it was"
        with Peer(show.port) as conducts:
            conducts.welcome(third)
            conducts.enter("hainaut")
            assert answer(conducts, session, Step("resume")) == ""
            told(watcher, session, until="live")
            end(conducts, session)
        step = "live.step"
        assert _audited(show, session)[:5] == [
            (first, step), (first, step), (second, "live.give-floor"), ("server", "live.hosts-gone"), (organiser, step)
        ]  # fmt: skip


def _long_without_hosts(show: Show, session: LiveSessionId) -> None:
    show.change(f"UPDATE live_states SET host_seen = now() - interval '2 minutes' WHERE session = '{session}'")


def _phase_after(show: Show, session: LiveSessionId) -> str:
    """The phase, once no host has been there for a while."""
    if (phase := str(show.rows(f"SELECT phase FROM live_states WHERE session = '{session}'")[0][0])) == "live":
        _long_without_hosts(show, session)
    return phase


def _visit(peer: Peer) -> str:
    assert peer.welcomed is not None
    return peer.welcomed.visit
