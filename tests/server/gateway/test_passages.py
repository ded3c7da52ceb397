"""Going somewhere."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
import pytest

from halles.protocol.messages import (
    AvatarsEntered,
    BoothsListed,
    ChatRead,
    Done,
    EnterHall,
    HallEntered,
    Rejected,
    Say,
)
from halles_server import bootstrap
from halles_server.bootstrap import read_scenes
from tests.support.serving import RunningServer
from tests.support.wire import PATIENCE, Peer, guest, request_id


def test_an_entry_tells_who_and_what_is_there_in_this_order(server: RunningServer) -> None:
    with Peer(server.port) as peer:
        peer.welcome()
        peer.send(EnterHall(request_id(), "lille"))
        heard = [type(message) for message in _until(peer, ChatRead)]
        assert [kind for kind in heard if kind in {HallEntered, AvatarsEntered, BoothsListed, ChatRead}][:2] == [
            HallEntered,
            AvatarsEntered,
        ]
        assert heard.index(BoothsListed) < heard.index(ChatRead)


def test_the_halls_last_lines_are_read_on_entering(server: RunningServer) -> None:
    with Peer(server.port) as speaker, Peer(server.port) as newcomer:
        speaker.welcome(guest("Speaker"))
        speaker.enter("valenciennes")
        speaker.send(Say(request_id(), "hall", "Written on the wall"))
        newcomer.welcome(guest("Newcomer"))
        assert speaker.expect(Done)
        newcomer.enter("valenciennes")
        lines = tuple(line.text for line in newcomer.expect(ChatRead).lines)
        assert lines[-1] == "Written on the wall"


def test_who_comes_back_before_the_last_lines_were_read_is_told_them_once(server: RunningServer) -> None:
    with Peer(server.port) as peer:
        peer.welcome()
        with _chat_locked(server):
            for hall in ("lille", "hainaut", "lille"):
                peer.enter(hall)
        assert peer.expect(ChatRead)
        assert not [message for message in peer.messages(0.5) if isinstance(message, ChatRead)]


def test_one_jumps_within_a_hall_and_keeps_ones_number(server: RunningServer) -> None:
    scene = read_scenes()[0]["lille"]
    with Peer(server.port) as peer:
        peer.welcome()
        first = peer.enter("lille")
        stage = peer.enter("lille", f"stage:{scene.stages[0].id}")
        assert stage.number == first.number
        assert (stage.x, stage.y) != (first.x, first.y)
        place, _ = scene.stages[0].audience_place()
        assert abs(stage.x / 100 - place.x) + abs(stage.y / 100 - place.y) < 6


def test_who_enters_again_and_again_is_told_to_wait(serving) -> None:
    with serving(entries_burst=3) as server, Peer(server.port) as peer:
        peer.welcome()
        for _ in range(3):
            peer.enter("lille")
        asked = EnterHall(request_id(), "lille")
        peer.send(asked)
        refused = peer.expect(Rejected)
        assert (refused.code, refused.request_id) == ("RATE_LIMITED", asked.request_id)
        assert 0 < refused.retry_after_ms <= 1001
        time.sleep(refused.retry_after_ms / 1000)
        assert peer.enter("lille")


@pytest.mark.parametrize("hidden", [False, True], ids=["avatar stands", "avatar is hidden"])
def test_a_visit_returns_into_its_full_hall(serving, hidden: bool) -> None:
    with serving(hall_capacity=1, hide_s=0.1 if hidden else 60.0) as small, Peer(small.port) as other:
        other.welcome(guest("Other"))
        with Peer(small.port) as peer:
            welcomed = peer.welcome(guest("Dropper"))
            entered = peer.enter("lille")
        until = time.monotonic() + PATIENCE
        while not small.do(_hidden_and_dropped) >= {("Dropper", hidden)}:
            assert time.monotonic() < until
            time.sleep(0.02)
        with Peer(small.port) as again:
            again.welcome(guest("", way="resume", secret=welcomed.resume))
            other.send(EnterHall(request_id(), "lille"))
            assert other.expect(Rejected).code == "HALL_FULL", "its seat is kept"
            place = again.enter("lille")
            assert (place.people, abs(place.x - entered.x) <= 1) == (1, True)


async def _hidden_and_dropped(running: bootstrap.Server) -> set[tuple[str, bool]]:
    return {(visit.record.name, visit.runner is None) for visit in running.world.visits if visit.dropped_at is not None}


def test_going_to_another_hall_leaves_the_first(server: RunningServer) -> None:
    with Peer(server.port) as peer:
        peer.welcome()
        before = peer.enter("hainaut").people
        peer.enter("lille")
        assert peer.enter("hainaut").people == before


@contextmanager
def _chat_locked(server: RunningServer) -> Iterator[None]:
    """Lets nobody read the chat meanwhile."""
    with asyncio.Runner() as runner:
        owner = runner.run(asyncpg.connect(server.server.config.database_url.reveal()))
        try:
            runner.run(owner.execute("BEGIN; LOCK TABLE chat"))
            yield
        finally:
            runner.run(owner.close())


def _until(peer: Peer, kind: type) -> list[object]:
    heard: list[object] = []
    for message in peer.messages():
        heard.append(message)
        if isinstance(message, kind):
            break
    return heard
