"""The eight duties that Sans-I/O leaves to us, each over a raw socket, and never at the cost of somebody else."""

import asyncio
import contextlib
import statistics
import struct
import time
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from websockets.frames import Close, Frame, Opcode

from halles.ids import HallId, VisitId
from halles.protocol.close_codes import CloseCode
from halles.protocol.codec import encode
from halles.protocol.messages import (
    AvatarsEntered,
    AvatarsLeft,
    BoothsListed,
    EnterHall,
    ListPeople,
    Move,
    PeopleCounted,
    PoseBatch,
    Say,
)
from halles.world.look import Look
from halles.world.roles import Role
from halles_server import bootstrap
from halles_server.gateway.connection import Connection, close_reason
from halles_server.gateway.visits import Visit, Visits
from halles_server.ports.visits import Place, VisitRecord
from halles_server.services.actor import Actor
from tests.support.serving import RunningServer
from tests.support.wire import (
    BINARY,
    CLOSE,
    CONT,
    PATIENCE,
    PING,
    PONG,
    TEXT,
    Peer,
    connect,
    frame,
    guest,
    request_id,
    upgrade,
)

QUICK = {
    "handshake_s": 0.4,
    "hello_s": 0.5,
    "ping_s": 0.6,
    "silence_s": 1.6,
    "unread_s": 1.0,
    "close_s": 0.4,
    "hide_s": 0.2,
    "entries_burst": 1000,
}


@pytest.fixture(scope="module")
def quick(serving) -> Iterator[RunningServer]:
    with serving(**QUICK) as running:
        yield running


@pytest.fixture
def bystander(quick: RunningServer) -> Iterator[Peer]:
    """Somebody else in the hall, who must go on undisturbed."""
    with Peer(quick.port) as peer:
        peer.welcome(guest("Bystander"))
        peer.enter("crossroads")
        yield peer
        peer.send(ListPeople())
        assert peer.expect(PeopleCounted)


def test_a_request_head_that_never_ends_is_cut_off_at_the_deadline(quick: RunningServer) -> None:
    began = time.monotonic()
    with connect(quick.port) as slow:
        slow.sendall(b"GET /world HTTP/1.1\r\nHost: x\r\n")
        assert slow.recv(100) == b""
    assert 0.3 < time.monotonic() - began < 1.5
    assert quick.metric("halles_handshakes_refused_total", reason="handshake-deadline") >= 1


def test_a_head_that_comes_byte_by_byte_meets_the_same_deadline(quick: RunningServer) -> None:
    began = time.monotonic()
    with connect(quick.port) as slow, contextlib.suppress(ConnectionError):
        for byte in upgrade() * 3:
            slow.sendall(bytes([byte]))
            time.sleep(0.05)
    assert time.monotonic() - began < 1.5


def test_nobody_who_keeps_quiet_after_the_handshake_stays(quick: RunningServer) -> None:
    before = quick.metric("halles_closes_total", code="4401")
    with Peer(quick.port) as peer:
        began = time.monotonic()
        assert peer.closed() == 4401
        assert 0.3 < time.monotonic() - began < 1.5
        assert peer.goodbye is not None
        assert "Hello" in peer.goodbye.text
    assert quick.metric("halles_closes_total", code="4401") == before + 1


def test_a_silent_visitor_is_pinged_and_then_given_up(quick: RunningServer, bystander: Peer) -> None:
    with Peer(quick.port) as peer:
        peer.welcome()
        until = time.monotonic() + PATIENCE
        opcodes = []
        while (heard := peer.next_frame(until)) is not None:
            opcodes.append(heard[0])
            bystander.send(ListPeople())
        assert PING in opcodes
        assert peer.close_code == 4408


def test_a_pong_keeps_a_visit_alive(quick: RunningServer) -> None:
    with Peer(quick.port) as peer:
        peer.welcome()
        until = time.monotonic() + 2.5
        while (heard := peer.next_frame(until)) is not None:
            if heard[0] == PING:
                peer.socket.sendall(frame(PONG, heard[1]))
        assert peer.close_code == 0


def test_a_ping_is_answered_with_its_own_bytes(quick: RunningServer) -> None:
    with Peer(quick.port) as peer:
        peer.welcome()
        peer.socket.sendall(frame(PING, b"are you there"))
        until = time.monotonic() + PATIENCE
        while (heard := peer.next_frame(until)) is not None and heard[0] != PONG:
            pass
        assert heard == (PONG, b"are you there")


def test_a_peer_that_does_not_answer_a_close_is_cut(quick: RunningServer) -> None:
    with Peer(quick.port) as peer:
        peer.send_bytes(b"nonsense")
        began = time.monotonic()
        assert peer.closed() == 4400
        assert peer.socket.recv(100) == b""
        assert time.monotonic() - began < 1.5


@pytest.mark.parametrize("text", ["x" * 130, "日" * 90, "x" + "🎪" * 40, "short", "\udcff"])
def test_a_reason_is_cut_to_what_a_close_frame_holds_at_a_letter(text: str) -> None:
    reason = close_reason(text)
    Frame(Opcode.CLOSE, Close(4400, reason).serialize()).check()
    assert text.startswith(reason) or reason == "?"
    assert len(reason.encode()) > 116 or reason in {text, "?"}


def test_a_close_of_the_peer_is_answered_with_its_own_code(quick: RunningServer) -> None:
    with Peer(quick.port) as peer:
        peer.welcome()
        peer.socket.sendall(frame(CLOSE, struct.pack("!H", 1000)))
        assert peer.closed() == 1000
        assert peer.socket.recv(100) == b""


def test_a_message_may_come_in_eight_fragments(quick: RunningServer) -> None:
    data = encode(guest("Fragmented"))
    parts = [data[i : i + 1] for i in range(7)] + [data[7:]]
    with Peer(quick.port) as peer:
        peer.socket.sendall(frame(BINARY, parts[0], fin=False))
        for part in parts[1:-1]:
            peer.socket.sendall(frame(CONT, part, fin=False))
        peer.socket.sendall(frame(CONT, parts[-1]))
        assert next(iter(peer.messages())).name == "Fragmented"


def test_nine_fragments_are_too_many(quick: RunningServer, bystander: Peer) -> None:
    before = quick.metric("halles_closes_total", code="1002")
    with Peer(quick.port) as peer:
        peer.socket.sendall(frame(BINARY, b"", fin=False) + frame(CONT, b"", fin=False) * 8)
        assert peer.closed() == 1002
    assert quick.metric("halles_closes_total", code="1002") == before + 1


def test_a_flood_of_empty_fragments_ends_within_a_second(quick: RunningServer, bystander: Peer) -> None:
    with Peer(quick.port) as peer:
        began = time.monotonic()
        with contextlib.suppress(ConnectionError):
            peer.socket.sendall(frame(BINARY, b"", fin=False) + frame(CONT, b"", fin=False) * 50_000)
        assert peer.closed() == 1002
        assert time.monotonic() - began < 1.0


@pytest.mark.parametrize("size", [16 * 1024 + 1, 70_000])
def test_a_message_over_16_kib_is_refused(quick: RunningServer, bystander: Peer, size: int) -> None:
    with Peer(quick.port) as peer:
        peer.socket.sendall(frame(BINARY, b"x" * size))
        assert peer.closed() == 1009
    assert quick.metric("halles_closes_total", code="1009") >= 1


def test_fragments_that_add_up_to_over_16_kib_are_refused(quick: RunningServer) -> None:
    with Peer(quick.port) as peer:
        peer.socket.sendall(frame(BINARY, b"x" * 10_000, fin=False) + frame(CONT, b"x" * 10_000))
        assert peer.closed() == 1009


def test_a_text_frame_is_refused(quick: RunningServer, bystander: Peer) -> None:
    with Peer(quick.port) as peer:
        peer.socket.sendall(frame(TEXT, b"hello"))
        assert peer.closed() == 1003
    assert quick.metric("halles_closes_total", code="1003") >= 1


def test_an_unmasked_frame_is_refused(quick: RunningServer) -> None:
    with Peer(quick.port) as peer:
        peer.socket.sendall(frame(BINARY, b"hello", mask=False))
        assert peer.closed() == 1002


@pytest.mark.parametrize("opcode", [PING, BINARY])
def test_a_flood_of_frames_ends_with_too_fast(quick: RunningServer, bystander: Peer, opcode: int) -> None:
    with Peer(quick.port) as peer:
        peer.welcome()
        entered = peer.enter("crossroads")
        flood = frame(PING)
        if opcode == BINARY:
            flood = frame(BINARY, encode(Move(1, entered.x, entered.y, 0, 0)))
        began = time.monotonic()
        with contextlib.suppress(ConnectionError):
            peer.socket.sendall(flood * 20_000)
        assert peer.closed() == 4429
        assert time.monotonic() - began < 1.0
    assert quick.metric("halles_closes_total", code="4429") >= 1


@pytest.mark.parametrize(("greedy", "why"), [(6, "nothing was read"), (25, "too much waits")])
def test_who_reads_nothing_is_skipped_and_then_closed_as_too_slow(quick: RunningServer, greedy: int, why: str) -> None:
    before = quick.metric("halles_closes_total", code="4408")
    _fill_chat(quick)
    with SmallPeer(quick.port) as slow, Peer(quick.port) as other:
        slow.welcome(guest("Slow"))
        other.welcome(guest("Other"))
        entered = other.enter("lille")
        with contextlib.suppress(ConnectionError):
            for _ in range(greedy):
                slow.send(EnterHall(request_id(), "lille"))
                time.sleep(0.05)
        sequence = 0
        until = time.monotonic() + PATIENCE
        while quick.metric("halles_closes_total", code="4408") == before:
            sequence += 1
            other.send(Move(sequence, entered.x, entered.y, 0, sequence * 1000 % 65_536))
            assert other.expect(PoseBatch), "the other goes on"
            assert time.monotonic() < until, "never closed"
        assert quick.metric("halles_frames_skipped_total") > 0
        assert slow.closed() in {4408, 1006}
        assert slow.goodbye is None or why in slow.goodbye.text


def test_a_slow_newcomer_to_a_full_hall_is_told_everybody_and_nobody_who_went(quick: RunningServer) -> None:
    """A hall's cards are more than the outbox may hold: they come as they are read, and what happens meanwhile too."""
    fill = _Filled(2400)
    quick.do(fill)
    with SmallPeer(quick.port) as slow:
        slow.welcome(guest("Slow"))
        own = slow.enter("hainaut").number
        quick.do(fill.change)
        told: dict[int, str] = {}
        heard = 0
        for message in slow.messages():
            if isinstance(message, AvatarsEntered):
                heard += 1
                told |= {card.number: card.name for card in message.avatars}
                time.sleep(0.02)
            elif isinstance(message, AvatarsLeft):
                for number in message.numbers:
                    told.pop(number, None)
            elif isinstance(message, BoothsListed):
                break
        slow.send(ListPeople())
        assert slow.expect(PeopleCounted)
    assert heard >= 12
    assert told.keys() - {own} == fill.numbers
    quick.do(fill.empty)


def test_an_offer_of_compression_is_declined(quick: RunningServer) -> None:
    with Peer(quick.port, Sec_WebSocket_Extensions="permessage-deflate; client_max_window_bits") as peer:
        assert "extensions" not in peer.head.lower()
        assert peer.welcome()


def test_reliable_frames_come_before_poses_in_a_tick(quick: RunningServer) -> None:
    with Peer(quick.port) as first, Peer(quick.port) as second:
        first.welcome(guest("First"))
        first.enter("hainaut")
        second.welcome(guest("Second"))
        number = second.enter("hainaut").number
        for message in first.messages():
            if isinstance(message, AvatarsEntered) and any(card.number == number for card in message.avatars):
                break
            if isinstance(message, PoseBatch):
                near = {int.from_bytes(message.near[i : i + 2], "little") for i in range(0, len(message.near), 9)}
                assert number not in near, "a pose came before its avatar"


def _fill_chat(server: RunningServer) -> None:
    """Has 50 long lines said in Lille, so that everybody who enters is told 25 kB."""
    actor = Actor(None, VisitId("chatterbox"), "Chatterbox", Role.GUEST, "fr")

    async def say(running: bootstrap.Server) -> None:
        for _ in range(50):
            await running.services.chat.say(actor, Say(request_id(), "hall", "é" * 500), HallId("lille"), 0)

    server.do(say)


class _Filled:
    """People without connections whose names are as long as any, in one hall."""

    def __init__(self, people: int) -> None:
        self._people = people
        self._visits: list[Visit] = []

    @property
    def numbers(self) -> set[int]:
        return {visit.number for visit in self._visits}

    async def __call__(self, running: bootstrap.Server) -> None:
        self._enter(running, self._people)

    async def change(self, running: bootstrap.Server) -> None:
        """Some of everywhere go, and others come."""
        for visit in self._visits[::50]:
            running.world.runners[HallId("hainaut")].leave(visit)
        self._visits = [visit for visit in self._visits if visit.runner is not None]
        self._enter(running, 60)

    async def empty(self, running: bootstrap.Server) -> None:
        for visit in self._visits:
            running.world.runners[HallId("hainaut")].leave(visit)

    def _enter(self, running: bootstrap.Server, people: int) -> None:
        runner = running.world.runners[HallId("hainaut")]
        spawn = runner.hall.scene.spawns[0]
        for i in range(people):
            record = VisitRecord(
                VisitId(f"{i:022}"), None, 0, "𝔷" * 40, Role.GUEST, "fr", Look(), False, HallId(""), 0, 0, 0, 0
            )
            visit, _ = Visits(running.config).add(record, "")
            runner.enter(visit, Place(runner.id, spawn.x, spawn.y, 0.0, 0.0), running.world.now())
            self._visits.append(visit)


class SmallPeer(Peer):
    """A peer whose kernel keeps very little for it."""

    receive_buffer = 2048


def _steps(peer: Peer) -> list[int]:
    """Walks on the spot; returns how many ticks lie between the pose frames that come."""
    ticks: list[int] = []
    for sequence in range(1, 13):
        peer.send(Move(sequence, peer.place[0], peer.place[1], 0, sequence * 1000))
        ticks.append(peer.expect(PoseBatch).tick)
    return [later - earlier for earlier, later in pairwise(ticks)]


def _connection(opened: bootstrap.Server, name: str) -> Connection:
    (found,) = [visit.connection for visit in opened.world.visits if visit.record.name == name]
    assert found is not None
    return found


@pytest.mark.parametrize(("blocked_s", "step"), [(0.1, 1), (0.5, 2)])
def test_who_left_poses_unread_for_long_gets_every_other_frame(serving, blocked_s: float, step: int) -> None:
    async def block(opened: bootstrap.Server) -> None:
        connection = _connection(opened, "Slow")
        connection.pause_writing()
        await asyncio.sleep(blocked_s)
        connection.resume_writing()

    with serving(slow_s=0.3) as server, Walker(server.port) as slow, Walker(server.port) as other:
        slow.walk_in("Slow")
        other.walk_in("Other")
        server.do(block)
        steps = _steps(slow)
        assert statistics.median(steps) == step
        assert statistics.median(_steps(other)) == 1


def test_who_was_closed_twice_as_too_slow_comes_back_with_every_other_frame(serving) -> None:
    async def close(opened: bootstrap.Server) -> None:
        connection = _connection(opened, "Slow")
        connection.pause_writing()
        connection.check(asyncio.get_running_loop().time() + 100.0)

    with serving() as server, Walker(server.port) as other:
        other.walk_in("Other")
        slow, steps = Walker(server.port), []
        secret = slow.walk_in("Slow")
        for _ in range(2):
            steps.append(statistics.median(_steps(slow)))
            server.do(close)
            assert slow.closed() == CloseCode.TOO_SLOW
            slow.socket.close()
            slow = Walker(server.port)
            secret = slow.walk_in("", way="resume", secret=secret)
        with slow:
            assert [*steps, statistics.median(_steps(slow))] == [1, 1, 2]


class Walker(Peer):
    """A peer that stands in a hall."""

    place = (0, 0)

    def walk_in(self, name: str, **fields: Any) -> str:
        """Enters; returns the resume token."""
        secret = self.welcome(guest(name, **fields)).resume
        entered = self.enter("lille")
        self.place = (entered.x, entered.y)
        return secret
