"""W(N, H) of the design: N clients walk in one hall, each sends H times a second; what does it cost and how old is it?

The load runs in this process, pinned to another core than the server: ``picows`` clients, so that it stays cheap. Some
of them, the witnesses, decode all that they get; the others only count bytes. A witness checks that every record is a
place that its owner really reported, and how long ago; and that it hears of everybody at least once a second.
"""

import asyncio
import math
import os
import time
import uuid
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import picows
import uvloop

from bench import serving
from bench.report import Result
from halles.protocol import codec
from halles.protocol.messages import (
    Direction,
    EnterHall,
    HallEntered,
    Hello,
    Message,
    Move,
    PoseBatch,
    Welcomed,
)
from halles.protocol.pose_batch import FAR, NEAR, read
from halles.world.look import Look

WITNESSES: Final = 12
RING: Final = 64
"""Reports remembered of each avatar, to tell a received one's age."""
SPEED: Final = 1.4
HALF: Final = 23.0
"""The walkers keep within ± so many metres."""
LOAD_CEILING: Final = 0.85
STEAL_CEILING: Final = 0.10


@dataclass
class Crowd:
    """The load's knowledge: what each client sent and what the witnesses heard.

    Arrays are by client, except ``owner``, which is by avatar number and holds the client, -1 for none.
    """

    clients: int
    rng: np.random.Generator
    x: np.ndarray = field(init=False)
    y: np.ndarray = field(init=False)
    heading: np.ndarray = field(init=False)
    owner: np.ndarray = field(init=False)
    sent_x: np.ndarray = field(init=False)
    sent_y: np.ndarray = field(init=False)
    sent_at: np.ndarray = field(init=False)
    sequence: np.ndarray = field(init=False)
    heard_at: np.ndarray = field(init=False)
    ages: list[np.ndarray] = field(default_factory=list)
    gaps: list[np.ndarray] = field(default_factory=list)
    wrong: int = 0
    records: int = 0
    bytes_in: int = 0
    frames_in: int = 0
    lost: int = 0
    measuring: bool = False

    def __post_init__(self) -> None:
        n = self.clients
        self.x, self.y = np.zeros(n), np.zeros(n)
        self.heading = self.rng.uniform(0, math.tau, n)
        self.owner = np.full(65_536, -1)
        self.sent_x = np.full((n, RING), 1 << 20)
        self.sent_y = np.full((n, RING), 1 << 20)
        self.sent_at = np.zeros((n, RING))
        self.sequence = np.zeros(n, dtype=np.int64)
        self.heard_at = np.zeros((min(WITNESSES, n), n))

    def walk(self, who: np.ndarray, seconds: float) -> None:
        """Moves clients on, turning back from the hall's edge."""
        self.heading[who] += self.rng.normal(0, 0.25, who.size)
        x = self.x[who] - np.sin(self.heading[who]) * SPEED * seconds
        y = self.y[who] + np.cos(self.heading[who]) * SPEED * seconds
        out = (np.abs(x) > HALF) | (np.abs(y) > HALF)
        self.heading[who[out]] = np.arctan2(self.x[who[out]], -self.y[who[out]])
        self.x[who], self.y[who] = np.where(out, self.x[who], x), np.where(out, self.y[who], y)

    def witness(self, me: int, batch: PoseBatch, now: float) -> None:
        """Takes note of what one witness hears."""
        for data, record in ((batch.near, NEAR), (batch.far, FAR)):
            records = read(data, record)
            self.records += records.size
            who = self.owner[records["number"]]
            known = who >= 0
            who, x, y = who[known], records["x"][known], records["y"][known]
            same = (self.sent_x[who] == x[:, None]) & (self.sent_y[who] == y[:, None])
            found = same.any(axis=1)
            others = who != me
            self.wrong += int((~found & others).sum())
            if record is NEAR and self.measuring:
                newest = np.where(same, self.sent_at[who], 0.0).max(axis=1)
                fresh = found & others & (now - newest < 5.0)
                self.ages.append((now - newest[fresh]) * 1000.0)
            before = self.heard_at[me, who]
            if self.measuring:
                self.gaps.append(now - before[before > 0])
            self.heard_at[me, who] = now


class Client(picows.WSListener):  # type: ignore[misc]
    """One connection of the load."""

    def __init__(self, crowd: Crowd, index: int) -> None:
        self.crowd, self.index = crowd, index
        self.transport: picows.WSTransport | None = None
        self.inside = asyncio.get_running_loop().create_future()

    def send(self, message: Message) -> None:
        """Sends a message."""
        if self.transport is not None:
            self.transport.send(picows.WSMsgType.BINARY, codec.encode(message))

    def on_ws_connected(self, transport: picows.WSTransport) -> None:
        """Greets."""
        self.transport = transport
        name = f"Load {self.index}"
        self.send(Hello(1, 1, "guest", "", name, "en", Look(), "bench", conduct=True, kind="bot"))

    def on_ws_frame(self, transport: picows.WSTransport, frame: picows.WSFrame) -> None:
        """Counts; decodes what is needed to come in, and all that a witness gets."""
        crowd = self.crowd
        if frame.msg_type == picows.WSMsgType.PING:
            transport.send_pong(frame.get_payload_as_bytes())
            return
        if frame.msg_type != picows.WSMsgType.BINARY:
            return
        crowd.bytes_in += len(frame.get_payload_as_memoryview())
        crowd.frames_in += 1
        if self.inside.done() and self.index >= WITNESSES:
            return
        message = codec.decode(frame.get_payload_as_bytes(), Direction.TO_CLIENT)
        if isinstance(message, PoseBatch) and self.inside.done():
            crowd.witness(self.index, message, time.perf_counter())
        elif isinstance(message, Welcomed):
            self.send(EnterHall(uuid.uuid4().bytes, message.halls[0].hall, ""))
        elif isinstance(message, HallEntered):
            crowd.owner[message.number] = self.index
            crowd.x[self.index], crowd.y[self.index] = message.x / 100, message.y / 100
            self.inside.set_result(None)

    def on_ws_disconnected(self, transport: picows.WSTransport) -> None:
        """Notes a loss."""
        self.transport = None
        self.crowd.lost += 1
        if not self.inside.done():
            self.inside.set_exception(ConnectionError(f"client {self.index} was not let in"))


async def _arrive(crowd: Crowd, url: str) -> list[Client]:
    """Opens the connections, 25 at a time."""
    clients: list[Client] = []
    for start in range(0, crowd.clients, 25):
        portion = [Client(crowd, index) for index in range(start, min(start + 25, crowd.clients))]
        await asyncio.gather(*(picows.ws_connect(lambda c=client: c, url) for client in portion))
        await asyncio.wait_for(asyncio.gather(*(client.inside for client in portion)), 60)
        clients += portion
    return clients


async def _walk(crowd: Crowd, clients: list[Client], hz: float, seconds: float) -> None:
    """Lets everybody walk for so long; sends are spread over each period in slots of about 10 ms."""
    slots = max(1, round(100 / hz))
    groups = [np.arange(slot, crowd.clients, slots) for slot in range(slots)]
    started = time.perf_counter()
    for beat in range(int(seconds * hz * slots)):
        due = started + beat / (hz * slots)
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        who = groups[beat % slots]
        crowd.walk(who, 1 / hz)
        _report(crowd, clients, who)


def _report(crowd: Crowd, clients: list[Client], who: np.ndarray) -> None:
    x, y = np.round(crowd.x[who] * 100).astype(int), np.round(crowd.y[who] * 100).astype(int)
    crowd.sequence[who] += 1
    place = crowd.sequence[who] % RING
    crowd.sent_x[who, place], crowd.sent_y[who, place] = x, y
    crowd.sent_at[who, place] = time.perf_counter()
    headings = (crowd.heading[who] * 65_536 / math.tau).astype(int) & 0xFFFF
    rows = zip(who.tolist(), crowd.sequence[who].tolist(), x.tolist(), y.tolist(), headings.tolist(), strict=True)
    for index, sequence, cx, cy, heading in rows:
        clients[index].send(Move(sequence, cx, cy, 0, heading))


def run(clients: int, hz: float, seconds: float) -> Result:
    """Measures W(clients, hz) for so many seconds after 5 s of walking in."""
    if hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, {1})
    scenes = {"HALLES_SCENES": str(serving.Path(__file__).parent / "scenes"), "HALLES_TICK_HZ": str(round(hz))}
    with serving.running(core=0, settings=scenes) as server:
        return uvloop.run(_measure(server, clients, hz, seconds))


async def _measure(server: serving.Serving, clients: int, hz: float, seconds: float) -> Result:
    crowd = Crowd(clients, np.random.default_rng(20_090_701))
    empty = server.memory()
    people = await _arrive(crowd, server.world)
    await _walk(crowd, people, hz, 5.0)
    crowd.measuring = True
    crowd.bytes_in = crowd.frames_in = crowd.records = crowd.wrong = 0
    cpu, load, then, late = server.cpu_s(), time.process_time(), time.perf_counter(), server.metric(LATE)
    steal = _steal()
    await _walk(crowd, people, hz, seconds)
    elapsed = time.perf_counter() - then
    cpu_share, load_share = (server.cpu_s() - cpu) / elapsed, (time.process_time() - load) / elapsed
    stolen = (_steal() - steal) / elapsed
    memory = (server.memory() - empty) / clients
    ages = np.concatenate(crowd.ages) if crowd.ages else np.zeros(1)
    gaps = np.concatenate(crowd.gaps) if crowd.gaps else np.zeros(1)
    positions = int(crowd.records / min(WITNESSES, clients) * clients)
    return Result(
        name=f"W({clients}, {hz:g})",
        clients=clients,
        hz=hz,
        seconds=round(elapsed, 1),
        server_cpu_share=cpu_share,
        load_cpu_share=load_share,
        late_ticks=int(server.metric(LATE) - late),
        age_ms_p50=float(np.percentile(ages, 50)),
        age_ms_p99=float(np.percentile(ages, 99)),
        bytes_per_client_s=crowd.bytes_in / clients / elapsed,
        memory_per_client_bytes=memory,
        positions_delivered=positions,
        cpu_us_per_position=cpu_share * elapsed / max(positions, 1) * 1e6,
        valid=load_share < LOAD_CEILING and stolen < STEAL_CEILING and not crowd.lost and not crowd.wrong,
        notes={
            "connections lost": crowd.lost,
            "records that nobody sent": crowd.wrong,
            "longest time unheard, p99.9 s": float(np.percentile(gaps, 99.9)),
            "steal share": stolen,
            "server ready after s": server.ready_s,
        },
    )


LATE: Final = "halles_ticks_late_total"


def _steal() -> float:
    """Returns the seconds that the hypervisor took from all cores."""
    try:
        with open("/proc/stat", encoding="ascii") as file:
            return int(file.readline().split()[8]) / os.sysconf("SC_CLK_TCK")
    except (OSError, IndexError):
        return 0.0
