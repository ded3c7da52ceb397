"""Every bad message gets its documented code, is counted, tells nothing of our inside, and disturbs nobody else."""

import asyncio
import math
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import asyncpg
import msgpack
import pytest

from halles.ids import HallId, VisitId
from halles.protocol.codec import encode
from halles.protocol.messages import (
    Correction,
    Done,
    EditBooth,
    EnterHall,
    Find,
    Found,
    HallEntered,
    ListPeople,
    Move,
    PeopleCounted,
    PoseBatch,
    ReadBooth,
    Rejected,
    Said,
    Say,
)
from halles.protocol.pose_batch import read
from halles.world.booth import BoothEdit, Change
from halles.world.roles import Role
from halles.world.scene import Scene
from halles_server import bootstrap
from halles_server.services.actor import Actor
from tests.support.serving import RunningServer
from tests.support.wire import PATIENCE, Peer, guest, request_id


@pytest.fixture
def bystander(server: RunningServer) -> Iterator[Peer]:
    with Peer(server.port) as peer:
        peer.welcome(guest("Bystander"))
        peer.enter("crossroads")
        yield peer
        peer.send(ListPeople())
        assert peer.expect(PeopleCounted)


BAD = {
    "not MessagePack": b"\xc1",
    "no array": msgpack.packb({}),
    "no code": msgpack.packb([]),
    "unknown code": msgpack.packb([63]),
    "a server's message": msgpack.packb([68, [1]]),
    "too few fields": msgpack.packb([3, 1, 2]),
    "too many fields": msgpack.packb([9, 1]),
    "wrong type": msgpack.packb([3, "one", 0, 0, 0, 0]),
    "NaN": msgpack.packb([3, 1, float("nan"), 0, 0, 0]),
    "infinity": msgpack.packb([3, 1, 0, float("inf"), 0, 0]),
    "out of range": msgpack.packb([3, 1, 40_000, 0, 0, 0]),
    "a string over its cap": msgpack.packb([5, b"r" * 16, "q" * 161]),
    "a short request id": msgpack.packb([5, b"r", "q"]),
    "an extension type": msgpack.packb([5, msgpack.ExtType(1, b"r" * 16), "q"]),
    "broken UTF-8": b"\x93\x05\xc4\x10" + b"r" * 16 + b"\xa2\xff\xfe",
    "a long value of three-byte letters": msgpack.packb([4, b"r" * 16, "日" * 90, "x"]),
    "in the wrong state": encode(guest("Again")),
}


@pytest.mark.parametrize("data", BAD.values(), ids=BAD.keys())
def test_a_bad_message_is_closed_with_its_code(server: RunningServer, bystander: Peer, data: bytes) -> None:
    before = server.metric("halles_closes_total", code="4400")
    with Peer(server.port) as peer:
        peer.welcome()
        peer.enter("crossroads")
        peer.send_bytes(data)
        assert peer.closed() == 4400
        assert peer.goodbye is not None
        assert "Traceback" not in peer.goodbye.text
        assert "/" not in peer.goodbye.text
        assert "日" not in peer.goodbye.text
    assert server.metric("halles_closes_total", code="4400") == before + 1


@pytest.mark.parametrize(
    "data", [encode(ListPeople()), encode(Move(1, 0, 0, 0, 0)), encode(EnterHall(b"r" * 16, "lille"))]
)
def test_nothing_is_legal_before_hello(server: RunningServer, data: bytes) -> None:
    with Peer(server.port) as peer:
        peer.send_bytes(data)
        assert peer.closed() == 4400


def test_a_step_is_seen_by_the_other_within_200_ms(server: RunningServer) -> None:
    with Peer(server.port) as walker, Peer(server.port) as watcher:
        walker.welcome(guest("Walker"))
        watcher.welcome(guest("Watcher"))
        entered = walker.enter("lille")
        watcher.enter("lille")
        x, y = entered.x + 5, entered.y
        began = time.monotonic()
        walker.send(Move(1, x, y, 0, 0))
        while True:
            rows = read(watcher.expect(PoseBatch).near)
            seen = rows[rows["number"] == entered.number]
            if seen.size and (seen[0]["x"], seen[0]["y"]) == (x, y):
                break
        assert time.monotonic() - began < 0.2


@pytest.mark.parametrize(("sent", "told"), [(0x15, 0x15), (0xFF, 0x10), (0x16, 0x10), (0x0F, 0), (0x80, 0), (0x05, 5)])
def test_an_act_that_the_protocol_does_not_name_is_told_to_nobody(server: RunningServer, sent: int, told: int) -> None:
    with Peer(server.port) as walker, Peer(server.port) as watcher:
        walker.welcome(guest("Walker"))
        watcher.welcome(guest("Watcher"))
        entered = walker.enter("lille")
        watcher.enter("lille")
        walker.send(Move(1, entered.x + 3, entered.y, 0, 0, sent))
        until = time.monotonic() + PATIENCE
        while True:
            rows = read(watcher.expect(PoseBatch).near)
            seen = rows[(rows["number"] == entered.number) & (rows["x"] == entered.x + 3)]
            if seen.size:
                assert int(seen[0]["act"]) == told
                break
            assert time.monotonic() < until


@pytest.mark.parametrize(("dx", "dy"), [(2000, 0), (0, 25_000)])
def test_a_teleport_is_corrected_counted_and_never_seen(
    server: RunningServer, bystander: Peer, dx: int, dy: int
) -> None:
    with Peer(server.port) as cheat:
        cheat.welcome(guest("Cheat"))
        entered = cheat.enter("crossroads")
        before = _corrections(server)
        cheat.send(Move(7, entered.x + dx, entered.y + dy, 0, 0))
        correction = cheat.expect(Correction)
        assert correction.sequence == 7
        assert correction.reason in {"too-far", "wall"}
        assert abs(correction.x - entered.x) <= 1
        assert abs(correction.y - entered.y) <= 1
        assert _corrections(server) == before | {correction.reason: before[correction.reason] + 1}
        for x, y in _seen_until(bystander, cheat, entered, entered.x, entered.y + 10):
            assert math.hypot(x - entered.x, y - entered.y) < 20


def test_a_walk_through_a_wall_is_corrected_counted_and_never_seen(server: RunningServer) -> None:
    scene = bootstrap.read_scenes()[0]["lille"]
    with Peer(server.port) as cheat, Peer(server.port) as watcher:
        watcher.welcome(guest("Watcher"))
        watcher.enter("lille")
        cheat.welcome(guest("Cheat"))
        entered = cheat.enter("lille")
        before = _corrections(server)["wall"]
        x, y = _inside_a_wall(scene, entered)
        refused = None
        for sequence in range(1, 60):  # a brisk walk straight at it
            share = min(1.0, sequence * 12 / math.hypot(x - entered.x, y - entered.y))
            step = Move(
                sequence, round(entered.x + share * (x - entered.x)), round(entered.y + share * (y - entered.y)), 0, 0
            )
            cheat.send(step)
            refused = next((one for one in cheat.messages(0.06) if isinstance(one, Correction)), None)
            if refused is not None:
                break
        assert refused is not None
        assert refused.reason == "wall"
        assert _corrections(server)["wall"] == before + 1
        assert scene.field.one(refused.x / 100, refused.y / 100) > 0
        seen = _seen_until(watcher, cheat, entered, refused.x, refused.y, refused.sequence)
        assert all(scene.field.one(x / 100, y / 100) > 0 for x, y in seen)


def _corrections(server: RunningServer) -> dict[str, float]:
    reasons = ("too-far", "wall")
    return {reason: server.metric("halles_corrections_total", reason=reason) for reason in reasons}


def _inside_a_wall(scene: Scene, entered: HallEntered) -> tuple[int, int]:
    """The nearest centimetres, seen from somebody's place, where nobody can stand."""
    turns = [(math.cos(turn), math.sin(turn)) for turn in (i * math.tau / 16 for i in range(16))]
    for reach in range(20, 3000, 10):
        for dx, dy in turns:
            x, y = round(entered.x + reach * dx), round(entered.y + reach * dy)
            if scene.field.one(x / 100, y / 100) < -0.05:
                return x, y
    raise AssertionError("no wall")


def _seen_until(
    watcher: Peer, mover: Peer, entered: HallEntered, x: int, y: int, sequence: int = 10
) -> list[tuple[int, int]]:
    """Where somebody sees a mover from the beginning of its last, honest steps; these end at a place told here."""
    seen: list[tuple[int, int]] = []
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        sequence += 1
        mover.send(Move(sequence, x, y, 0, sequence * 500 % 65_536))
        rows = read(watcher.expect(PoseBatch).near)
        seen += [(int(row["x"]), int(row["y"])) for row in rows[rows["number"] == entered.number]]
        if seen and seen[-1] == (x, y):
            return seen
    raise AssertionError(f"never seen at {x}, {y}: {seen[-3:]}")


def test_who_teleports_again_and_again_is_closed_as_too_fast(server: RunningServer, bystander: Peer) -> None:
    with Peer(server.port) as cheat:
        cheat.welcome(guest("Cheat"))
        cheat.enter("crossroads")
        for sequence in range(60):
            cheat.send(Move(sequence, 30_000, 0, 0, 0))
            time.sleep(0.055)
            if cheat.closed_yet():
                break
        assert cheat.closed() == 4429


def test_a_line_said_nearby_is_heard_and_answered(server: RunningServer) -> None:
    with Peer(server.port) as speaker, Peer(server.port) as hearer:
        speaker.welcome(guest("Speaker"))
        hearer.welcome(guest("Hearer"))
        speaker.enter("valenciennes")
        hearer.enter("valenciennes")
        asked = Say(request_id(), "nearby", "Bonjour")
        speaker.send(asked)
        assert hearer.expect(Said).line.text == "Bonjour"
        assert speaker.expect(Done).request_id == asked.request_id


def test_a_repeated_line_is_answered_but_heard_once(server: RunningServer) -> None:
    with Peer(server.port) as speaker, Peer(server.port) as hearer:
        speaker.welcome(guest("Speaker"))
        hearer.welcome(guest("Hearer"))
        speaker.enter("valenciennes")
        hearer.enter("valenciennes")
        once = Say(request_id(), "hall", "Only once")
        for _ in range(2):
            speaker.send(once)
            assert speaker.expect(Done).request_id == once.request_id
        speaker.send(Say(request_id(), "hall", "Then this"))
        heard = [hearer.expect(Said).line.text for _ in range(2)]
        assert heard == ["Only once", "Then this"]


def test_a_line_whose_first_answer_was_lost_is_heard_when_it_is_said_again(serving) -> None:
    with serving(request_s=0.5) as slow, Peer(slow.port) as speaker, Peer(slow.port) as hearer:
        visit = speaker.welcome(guest("Speaker")).visit
        hearer.welcome(guest("Hearer"))
        speaker.enter("valenciennes")
        hearer.enter("valenciennes")
        said = Say(request_id(), "hall", "Is this heard?")
        with _locked(slow, "requests"):
            speaker.send(said)
            assert speaker.expect(Rejected).code == "UNAVAILABLE"
        slow.do(_stores(visit, said))  # what the server could not know: it was stored all the same
        for _ in range(2):
            speaker.send(said)
            assert speaker.expect(Done).request_id == said.request_id
        speaker.send(Say(request_id(), "hall", "Then this"))
        assert [hearer.expect(Said).line.text for _ in range(2)] == ["Is this heard?", "Then this"]


def test_what_is_said_again_in_other_words_is_not_heard(serving) -> None:
    with serving(request_s=0.5) as slow, Peer(slow.port) as speaker, Peer(slow.port) as hearer:
        visit = speaker.welcome(guest("Speaker")).visit
        hearer.welcome(guest("Hearer"))
        speaker.enter("valenciennes")
        hearer.enter("valenciennes")
        said = Say(request_id(), "hall", "Stored")
        with _locked(slow, "requests"):
            speaker.send(said)
            assert speaker.expect(Rejected).code == "UNAVAILABLE"
        slow.do(_stores(visit, said))
        speaker.send(Say(said.request_id, "hall", "Stored nowhere"))
        speaker.send(Say(request_id(), "hall", "Then this"))
        assert hearer.expect(Said).line.text == "Then this"


def test_a_chat_flood_is_rate_limited_with_a_time_to_wait(server: RunningServer, bystander: Peer) -> None:
    before = server.metric("halles_rejections_total", code="RATE_LIMITED")
    with Peer(server.port) as peer:
        peer.welcome()
        peer.enter("crossroads")
        for i in range(7):
            peer.send(Say(request_id(), "nearby", f"line {i}"))
        refused = peer.expect(Rejected)
        assert refused.code == "RATE_LIMITED"
        assert 0 < refused.retry_after_ms <= 1100
    assert server.metric("halles_rejections_total", code="RATE_LIMITED") > before


def test_too_long_a_line_is_refused_and_the_visit_goes_on(server: RunningServer) -> None:
    with Peer(server.port) as peer:
        peer.welcome()
        peer.enter("crossroads")
        peer.send(Say(request_id(), "hall", "x" * 501))
        assert peer.expect(Rejected).code == "INVALID_TEXT"
        peer.send(Say(request_id(), "hall", "short"))
        assert peer.expect(Done)


def test_requests_beyond_the_rate_are_refused_and_a_flood_of_them_closes(
    server: RunningServer, bystander: Peer
) -> None:
    with Peer(server.port) as peer:
        peer.welcome()
        for _ in range(40):
            peer.send(Find(request_id(), ""))
        refused = peer.expect(Rejected)
        assert (refused.code, refused.retry_after_ms > 0) == ("RATE_LIMITED", True)
        until = time.monotonic() + 6
        while not peer.closed_yet() and time.monotonic() < until:
            for _ in range(6):
                peer.send(Find(request_id(), ""))
            time.sleep(0.06)
        assert peer.closed() == 4429
        assert "requests" in peer.goodbye.text


def test_what_does_not_exist_is_not_found(server: RunningServer) -> None:
    with Peer(server.port) as peer:
        peer.welcome()
        for message in (
            EnterHall(request_id(), "nowhere"),
            EnterHall(request_id(), "lille", "booth:none"),
            EnterHall(request_id(), "", "visit:nobody"),
            ReadBooth(request_id(), "none"),
        ):
            peer.send(message)
            refused = peer.expect(Rejected)
            assert (refused.code, refused.request_id) == ("NOT_FOUND", message.request_id)
        assert peer.enter("lille"), "a refused entry leaves one where one was"


def test_a_guest_edits_nothing(server: RunningServer) -> None:
    with Peer(server.port) as peer:
        peer.welcome()
        peer.send(EditBooth(request_id(), "none", 1, BoothEdit((Change("name", "Ours"),))))
        assert peer.expect(Rejected).code == "FORBIDDEN"


def test_halls_and_people_are_found(server: RunningServer) -> None:
    with Peer(server.port) as peer:
        peer.welcome(guest("Zéphyrine"))
        peer.enter("hainaut")
        peer.send(Find(request_id(), "zephyrine"))
        items = peer.expect(Found).items
        assert [(item.kind, item.hall) for item in items if item.kind == "person"] == [("person", "hainaut")]
        peer.send(Find(request_id(), ""))
        assert {item.hall for item in peer.expect(Found).items} == {"crossroads", "lille", "valenciennes", "hainaut"}


def test_a_fault_of_ours_is_counted_and_not_explained(server: RunningServer, bystander: Peer) -> None:
    before = server.metric("halles_faults_total", place="dispatch")
    with Peer(server.port) as peer:
        peer.welcome()
        _execute(server, "ALTER TABLE booths RENAME TO booths_away")
        try:
            peer.send(Find(request_id(), "anything"))
            assert peer.closed() == 1011
            assert peer.goodbye is not None
            assert "booths" not in peer.goodbye.text
        finally:
            _execute(server, "ALTER TABLE booths_away RENAME TO booths")
    assert server.metric("halles_faults_total", place="dispatch") == before + 1


def _stores(visit: VisitId, said: Say) -> Callable[[bootstrap.Server], Awaitable[None]]:
    async def store(running: bootstrap.Server) -> None:
        actor = Actor(None, visit, "Speaker", Role.GUEST, "fr")
        hall = HallId("valenciennes")
        await running.services.chat.say(actor, said, hall, 0)

    return store


@contextmanager
def _locked(server: RunningServer, table: str) -> Iterator[None]:
    """Lets nobody write a table for a while."""
    begun, end = threading.Event(), threading.Event()

    async def lock() -> None:
        connection = await asyncpg.connect(server.server.config.database_url.reveal())
        async with connection.transaction():
            await connection.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE")
            begun.set()
            await asyncio.to_thread(end.wait, 10)
        await connection.close()

    thread = threading.Thread(target=lambda: asyncio.run(lock()))
    thread.start()
    assert begun.wait(10)
    try:
        yield
    finally:
        end.set()
        thread.join()


def _execute(server: RunningServer, statement: str) -> None:
    async def execute() -> None:
        connection = await asyncpg.connect(server.server.config.database_url.reveal())
        await connection.execute(statement)
        await connection.close()

    asyncio.run(execute())
