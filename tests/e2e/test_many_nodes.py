"""Two nodes as processes, with one Postgres and the real NATS: what happens when one dies, sleeps or hears nobody."""

import asyncio
import math
import random
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from halles.ids import BoothId, HallId
from halles.protocol import far_slice, pose_batch
from halles.protocol.booth_messages import AnswerBell, BellTold, BoothStaffed, RingBell, RingTold
from halles.protocol.messages import (
    AvatarsEntered,
    AvatarsLeft,
    Done,
    EnterHall,
    HallEntered,
    Message,
    Move,
    PoseBatch,
)
from halles.world.roles import Role
from halles_client.net.link import Credentials, Link
from halles_client.net.requests import new_request_id
from halles_client.net.status import Phase
from halles_server import bootstrap
from halles_server.announcements import SHARE
from halles_server.bootstrap import NewAccount
from halles_server.cluster import nats_server
from halles_server.cluster.nats_server import NatsServer
from halles_server.config import ServerConfig
from halles_server.secret import Secret
from halles_server.storage import pool
from tests.support.nats import deployment, nats
from tests.support.postgres import database_url, postgres
from tests.support.processes import ServerProcess
from tests.support.wire import Peer, guest

__all__ = ["database_url", "nats", "postgres"]

VISITORS = 12
LILLE = HallId("lille")


@contextmanager
def two_nodes(folder: Path, database: str, bus: str, **settings: str) -> Iterator[tuple[ServerProcess, ServerProcess]]:
    """Runs two nodes that know each other."""
    shared = {
        "HALLES_DATABASE_URL": database,
        "HALLES_BUS_URL": bus,
        "HALLES_DEPLOYMENT": deployment(),
        "HALLES_DRAIN_S": "0.5",
        "HALLES_COUNT_S": "0.3",
    } | settings
    started: list[ServerProcess] = []
    try:
        for name in ("one", "two"):
            (folder / name).mkdir()
            started.append(ServerProcess(folder / name / "var", **shared, HALLES_NODE=name))
        for port in [node.port for node in started]:
            _wait(lambda port=port: _elsewhere(port), 10)
        yield started[0], started[1]
    finally:
        for node in started:
            if node.process.poll() is None:
                node.process.send_signal(signal.SIGCONT)
            node.kill()


def _elsewhere(port: int) -> tuple[str, ...]:
    with Peer(port) as peer:
        return peer.welcome().elsewhere


def _wait(condition: Callable[[], object], seconds: float) -> float:
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, "not within the time"
        time.sleep(0.05)
    return time.monotonic() - began


class Visitor:
    """Somebody with the real link who walks to and fro.

    Attributes:
        place: Where it believes to stand, centimetres.
        returned: Where the server put it at its newest entry.
    """

    def __init__(self, url: str, index: int) -> None:
        self.link = Link(url, Credentials(f"Visitor {index}"), rng=random.Random(index))
        self.place = self.returned = (0, 0)
        self.entries = 0
        self._sequence = 0
        self._home = (0, 0)

    async def enter(self) -> None:
        await self.link.request(EnterHall(new_request_id(), LILLE))
        self.hear()
        self._home = self.place

    def hear(self) -> None:
        for message in self.link.inbox.drain():
            if isinstance(message, HallEntered):
                self.entries += 1
                self.returned = self.place = (message.x, message.y)

    def step(self, beat: int) -> None:
        """Takes a step of 10 cm on a small circle; nobody moves while the link is away."""
        self.hear()
        if self.link.status.phase is not Phase.ONLINE or not self.entries:
            return
        self._sequence += 1
        x = self._home[0] + round(20 * math.cos(beat / 3)) - 20
        y = self._home[1] + round(20 * math.sin(beat / 3))
        self.place = (x, y)
        self.link.send(Move(self._sequence, x, y, 0, 0))


@asynccontextmanager
async def visitors(urls: list[str]) -> AsyncIterator[list[Visitor]]:
    """Visitors in one hall who walk until the body is left."""
    crowd = [Visitor(url, index) for index, url in enumerate(urls)]
    async with asyncio.TaskGroup() as group:
        running = [group.create_task(visitor.link.run()) for visitor in crowd]
        await asyncio.gather(*(visitor.enter() for visitor in crowd))
        walking = group.create_task(_walk(crowd))
        yield crowd
        walking.cancel()
        for visitor in crowd:
            visitor.link.leave()
        await asyncio.wait(running, timeout=5)
        for task in running:
            task.cancel()


async def _walk(crowd: list[Visitor]) -> None:
    beat = 0
    while True:
        beat += 1
        for visitor in crowd:
            visitor.step(beat)
        await asyncio.sleep(0.1)


class Witness:
    """Somebody on one node who notes who is there and whose poses are told."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self.here: dict[int, str] = {}
        self.posed: dict[int, float] = {}
        peer.welcome(guest("Witness"))
        peer.enter(LILLE)

    def watch(self, seconds: float, until: Callable[[], object] = lambda: False) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for message in self.peer.messages(0.02):
                self._take(message)
            if until():
                return True
        return False

    def visits(self) -> list[str]:
        return sorted(self.here.values())

    def elsewhere(self) -> set[int]:
        """Returns the numbers of those who are with another node than the witness."""
        own = next(number for number, name in self.here.items() if name == "Witness")
        return {number for number in self.here if number // SHARE != own // SHARE}

    def _take(self, message: Message) -> None:
        if isinstance(message, AvatarsEntered):
            self.here |= {int(card.number): card.name for card in message.avatars}
        elif isinstance(message, AvatarsLeft):
            for number in message.numbers:
                self.here.pop(int(number), None)
        elif isinstance(message, PoseBatch):
            for records in (pose_batch.read(message.near), far_slice.read(message.far).records):
                self.posed |= dict.fromkeys(records["number"].tolist(), time.monotonic())


def test_when_a_node_is_killed_its_visitors_are_back_on_the_other_within_5_s_where_they_stood(
    tmp_path: Path, database_url: str, nats: NatsServer
) -> None:
    async def scene(one: ServerProcess, witness: Witness) -> None:
        names = sorted(f"Visitor {index}" for index in range(VISITORS))
        async with visitors([f"ws://127.0.0.1:{one.port}/world"] * VISITORS) as crowd:
            await asyncio.sleep(1.0)
            await asyncio.to_thread(witness.watch, 5.0, lambda: set(names) <= set(witness.visits()))
            assert len(witness.elsewhere()) == VISITORS
            one.process.kill()
            killed = time.monotonic()
            stood = [visitor.place for visitor in crowd]
            back: dict[int, float] = {}
            while len(back) < VISITORS and time.monotonic() - killed < 10:
                await asyncio.sleep(0.02)
                for index, visitor in enumerate(crowd):
                    if visitor.entries >= 2 and index not in back:
                        back[index] = time.monotonic() - killed
            assert len(back) == VISITORS, "somebody did not come back"
            assert max(back.values()) <= 5.0
            for visitor, place in zip(crowd, stood, strict=True):
                assert math.dist(visitor.returned, place) <= 100, "more than a metre off"
            everybody = sorted([*names, "Witness"])
            alone = await asyncio.to_thread(
                witness.watch, 5.0, lambda: witness.visits() == everybody and not witness.elsewhere()
            )
            assert alone, f"doubles, or somebody missing: {witness.visits()}"

    with two_nodes(tmp_path, database_url, nats.url) as (one, two), Peer(two.port) as peer:
        asyncio.run(scene(one, Witness(peer)))


def test_a_node_that_sleeps_is_hidden_and_when_it_wakes_it_is_not_heard_and_sends_everybody_away(
    tmp_path: Path, database_url: str, nats: NatsServer
) -> None:
    with (
        two_nodes(tmp_path, database_url, nats.url) as (one, two),
        Peer(two.port) as watching,
        Peer(one.port) as sleeper,
    ):
        witness = Witness(watching)
        welcomed = sleeper.welcome(guest("Sleeper"))
        entered = sleeper.enter(LILLE)
        sleeper.send(Move(1, entered.x + 30, entered.y, 0, 0))
        assert witness.watch(5.0, lambda: entered.number in witness.here and entered.number in witness.posed)
        one.process.send_signal(signal.SIGSTOP)
        stopped = time.monotonic()
        assert witness.watch(4.0, lambda: entered.number not in witness.here)
        assert 1.5 < time.monotonic() - stopped < 3.0
        sleeper.send(Move(2, entered.x + 60, entered.y, 0, 0))
        witness.watch(max(0.0, 7.0 - (time.monotonic() - stopped)))
        witness.posed.clear()
        one.process.send_signal(signal.SIGCONT)
        assert not witness.watch(3.0, lambda: entered.number in witness.here or entered.number in witness.posed)
        assert sleeper.closed() == 1012
        with Peer(two.port) as back:
            assert back.welcome(guest("", way="resume", secret=welcomed.resume)).last_hall == LILLE
            again = back.enter(LILLE)
            assert math.dist((again.x, again.y), (entered.x + 30, entered.y)) <= 100
        with Peer(one.port) as newcomer:
            newcomer.welcome(guest("Newcomer"))
            number = newcomer.enter(LILLE).number
            assert witness.watch(5.0, lambda: witness.here.get(number) == "Newcomer"), "it takes part again"


def test_while_the_bus_is_gone_own_visitors_walk_on_and_when_it_is_back_all_are_seen_within_2_s(
    tmp_path: Path, database_url: str
) -> None:
    with nats_server.running() as first:
        token, _, address = first.url.removeprefix("nats://").partition("@")
        with (
            two_nodes(tmp_path, database_url, first.url, HALLES_KEEP_PLACES_S="1") as (one, two),
            Peer(one.port) as near,
            Peer(two.port) as watching,
            Peer(two.port) as beside,
        ):
            witness = Witness(watching)
            near.welcome(guest("Near"))
            number = near.enter(LILLE).number
            beside.welcome(guest("Beside"))
            walking = beside.enter(LILLE)
            assert witness.watch(5.0, lambda: {number, walking.number} <= set(witness.here))
            first.process.kill()
            first.process.wait()
            gone = time.monotonic()
            assert witness.watch(4.0, lambda: number not in witness.here)
            for sequence in range(1, 30):
                witness.posed.clear()
                beside.send(Move(sequence, walking.x + sequence, walking.y, 0, 0))
                assert witness.watch(1.0, lambda: walking.number in witness.posed), "own visitors walk on"
            with Peer(two.port) as other_way, Peer(one.port) as older:
                resume = older.welcome(guest("Wanderer")).resume
                older.enter(LILLE)
                other_way.welcome(guest("", way="resume", secret=resume))
                assert older.closed(5.0) == 4409, "found by the sweep, without a bus"
            assert time.monotonic() - gone < 60
            with nats_server.running(int(address.rpartition(":")[2]), token):
                began = time.monotonic()
                assert witness.watch(5.0, lambda: number in witness.here)
                assert time.monotonic() - began < 2.5


def test_a_node_that_stops_is_gone_at_once_and_its_visitors_come_back_elsewhere(
    tmp_path: Path, database_url: str, nats: NatsServer
) -> None:
    async def scene(one: ServerProcess, witness: Witness) -> None:
        async with visitors([f"ws://127.0.0.1:{one.port}/world"] * 4) as crowd:
            await asyncio.sleep(0.5)
            one.process.send_signal(signal.SIGTERM)
            began = time.monotonic()
            while any(visitor.entries < 2 for visitor in crowd):
                assert time.monotonic() - began < 8
                await asyncio.sleep(0.02)
            everybody = sorted([*(f"Visitor {index}" for index in range(4)), "Witness"])
            assert await asyncio.to_thread(witness.watch, 5.0, lambda: witness.visits() == everybody)

    with two_nodes(tmp_path, database_url, nats.url) as (one, two), Peer(two.port) as peer:
        asyncio.run(scene(one, Witness(peer)))
        assert one.process.wait(10) == 0


def test_a_ring_on_one_node_is_heard_and_answered_on_another_and_both_show_who_is_there(
    tmp_path: Path, database_url: str, nats: NatsServer
) -> None:
    def ring_told(peer: Peer, number: int, state: str) -> bool:
        told = peer.expect(BellTold)
        return any(card.ring == number and card.state == state for card in told.rings)

    code = asyncio.run(_hired(database_url))
    assert code
    with (
        two_nodes(tmp_path, database_url, nats.url, HALLES_SWEEP_S="1") as (one, two),
        Peer(one.port) as visitor,
        Peer(two.port) as staff,
    ):
        visitor.welcome(guest("Ada"))
        visitor.enter("lille")
        staff.welcome(guest("eva", way="account", secret=_PASSWORD))
        assert visitor.expect(BoothStaffed).state == "elsewhere"
        staff.enter("lille", f"booth:{_BOOTH}")
        assert visitor.expect(BoothStaffed).state == "here"
        visitor.send(RingBell(new_request_id(), _BOOTH))
        number = visitor.expect(Done).number
        began = time.monotonic()
        while not ring_told(staff, number, "waiting"):
            pass
        assert time.monotonic() - began < 1.0
        staff.send(AnswerBell(new_request_id(), number))
        heard = visitor.expect(RingTold)
        assert (heard.ring, heard.state, heard.by) == (number, "answered", "Eva")
        two.kill()  # whose rows nobody renews any more
        assert visitor.expect(BoothStaffed, 10).state == "away"


async def _hired(url: str) -> str:
    """Brings the demonstration and somebody on a booth's staff into a database."""
    async with pool.opened(url) as database:
        await bootstrap.demonstrate(database)
        newcomer = NewAccount("eva", "Eva", Role.EXHIBITOR, Secret(_PASSWORD), "fr", (BoothId(_BOOTH),))
        return (await bootstrap.add_account(ServerConfig(), database, newcomer)).account


_PASSWORD, _BOOTH = "une longue phrase", "studio-07"
