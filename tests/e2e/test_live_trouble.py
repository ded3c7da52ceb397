"""A live session in trouble: its database is away, one of its hosts is."""

import time
from collections.abc import Iterator

import pytest

from halles.protocol.live_messages import ActLive, LivePartTold, LiveTold
from halles.protocol.messages import Done, HallEntered, Move, PoseBatch, Rejected
from halles.protocol.pose_batch import read
from halles.world.live_acts import GiveFloor, RaiseHand, Step
from halles.world.roles import Role
from tests.server.gateway.test_live_board import Show, answer, end, pause, told
from tests.support.drills import frozen
from tests.support.postgres import TestPostgres, postgres
from tests.support.serving import real_server
from tests.support.wire import Peer, guest, request_id

__all__ = ["postgres"]


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


def test_while_the_database_is_away_the_live_session_stands_people_walk_and_an_act_is_refused_and_done_once(
    show: Show, own_postgres: TestPostgres
) -> None:
    _, host = show.account("host-frost", Role.MODERATOR)
    session = show.plan("lille")
    with Peer(show.port) as moderator, Peer(show.port) as speaker, Peer(show.port) as watcher:
        moderator.welcome(host)
        moderator.enter("lille")
        for peer, name in ((speaker, "Speaker"), (watcher, "Watcher")):
            peer.welcome(guest(name))
            entered = peer.enter("lille")
        assert answer(moderator, session, Step("open-doors")) == ""
        assert answer(moderator, session, Step("start")) == ""
        key = speaker.expect(LivePartTold).key
        assert answer(speaker, session, RaiseHand()) == ""
        before = told(moderator, session, until="live", hands=1)
        asked = ActLive(request_id(), session, GiveFloor(key, 60))
        with frozen(own_postgres.server.cluster):
            began = time.monotonic()
            moderator.send(asked)
            watcher.send(Move(1, entered.x + 10, entered.y, 0, 0))
            assert _seen(speaker, entered), "people walk on"
            refused = moderator.expect(Rejected)
            assert (refused.code, refused.request_id) == ("UNAVAILABLE", asked.request_id)
            assert time.monotonic() - began < 3.5
            watcher.enter("crossroads")
            watcher.enter("lille")
            assert watcher.expect(LiveTold).state == before, "who comes is told of it"
        done = _done_once_healed(moderator, asked)
        moderator.send(asked)
        assert moderator.expect(Done).number == done, "a third time gets the answer of the second"
        while not (after := told(watcher, session)).floor:
            pass
        assert [floor.person.key for floor in after.floor] == [key]
        assert show.value(f"SELECT revision FROM live_states WHERE session = '{session}'") == done == 4
        end(moderator, session)


def _seen(peer: Peer, entered: HallEntered) -> bool:
    return any(
        isinstance(message, PoseBatch) and entered.number in read(message.near)["number"]
        for message in peer.messages(2.0)
    )


def _done_once_healed(peer: Peer, asked: ActLive) -> int:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        peer.send(asked)
        for message in peer.messages():
            if isinstance(message, Done) and message.request_id == asked.request_id:
                return message.number
            if isinstance(message, Rejected) and message.request_id == asked.request_id:
                assert message.code == "UNAVAILABLE"
                break
        time.sleep(0.2)
    raise AssertionError("not healed within 10 s")


def test_when_a_hosts_connection_drops_a_co_host_goes_on_and_nothing_pauses(show: Show) -> None:
    _, first = show.account("host-drops", Role.MODERATOR)
    _, second = show.account("host-stays", Role.MODERATOR)
    session = show.plan("hainaut")
    with Peer(show.port) as dropped, Peer(show.port) as stays, Peer(show.port) as watcher:
        for peer, hello in ((dropped, first), (stays, second), (watcher, guest("Watcher"))):
            peer.welcome(hello)
            peer.enter("hainaut")
        for step in ("open-doors", "start"):
            assert answer(dropped, session, Step(step)) == ""
        told(watcher, session, until="live")
        dropped.socket.close()
        show.change(f"UPDATE live_states SET host_seen = now() - interval '2 minutes' WHERE session = '{session}'")
        seen = f"SELECT count(*) FROM live_states WHERE session = '{session}' AND host_seen > now() - interval '1 min'"
        until = time.monotonic() + 20
        while not show.value(seen):
            assert time.monotonic() < until, "the co-host does not count"
            time.sleep(0.1)
        show.server.do(pause)
        assert answer(stays, session, GiveFloor(_visit(watcher), 60)) == ""
        while not (state := told(watcher, session)).floor:
            assert state.phase == "live"
        assert state.phase == "live"
        end(stays, session)


def _visit(peer: Peer) -> str:
    assert peer.welcomed is not None
    return peer.welcomed.visit
