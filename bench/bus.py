"""The bus between many nodes: what do NATS, and each node's end of it, take where everybody walks all the time?

NATS is the real one and so is each node's ``NatsBus``, with its subjects and bytes; the nodes are simulated, all in
the load's process: no visitors, no halls, only their slabs, of all nodes at the same moment, as the common beat has
it. So the load's own share tells what a node's end of the bus takes. Beats, rosters and chat are left out.
"""

import asyncio
import contextlib
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import psutil
import structlog
import uvloop

from bench import measuring
from bench.cluster import INTO_BUS, MIB, NATS_MEMORY, OUT_OF_BUS, passed
from bench.report import Note, Result
from bench.serving import Program
from halles.ids import HallId
from halles_server.announcements import Announcement, NodeSlab, share
from halles_server.cluster import bus, nats_server
from halles_server.cluster.bus import NatsBus
from halles_server.config import ServerConfig
from halles_server.hall.elsewhere import RECORD
from halles_server.observability import Metrics
from halles_server.secret import Secret

WALK_IN_S: Final = 1.0
"""Told before anything counts."""
ARRIVE_S: Final = 1.0
"""For the last slabs to be heard; what comes later counts as lost."""
MEET_S: Final = 10.0
"""The longest that all may take to connect."""
LOOK_S: Final = 0.02
REACH_CM: Final = 2_500
"""From a hall's middle to its walls."""
STRIDE_CM: Final = 14
SEED: Final = 20_090_701

NODES: Final = "nodes"
HALLS: Final = "halls"
MESSAGES_IN: Final = "messages to NATS a s"
MESSAGES_OUT: Final = "messages from NATS a s"
LOST: Final = "slabs lost or replaced"
DROPPED: Final = "of these, by reason"
EACH_HEARD: Final = "CPU us of a node's end, a slab heard"
"""Sending, reading and decoding; not what a hall does with it."""


@dataclass(frozen=True, slots=True)
class Town:
    """What is simulated: so many nodes, with so many visitors each, spread evenly over so many halls."""

    nodes: int
    visitors: int
    hz: float
    halls: int

    @property
    def name(self) -> str:
        """What its result is called."""
        halls = f"{self.halls} halls" if self.halls > 1 else "one hall"
        return f"{self.nodes} simulated nodes of {self.visitors:,} walkers in {halls}, {self.hz:g} Hz"


def run(town: Town, seconds: float) -> Result:
    """Measures a NATS of its own for so many seconds."""
    measuring.pin_load()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with contextlib.ExitStack() as stack:
        with measuring.on_server_core():
            nats = stack.enter_context(nats_server.running())
        return uvloop.run(measure(Program(nats.url, psutil.Process(nats.process.pid), 0.0), town, seconds))


async def measure(nats: Program, town: Town, seconds: float) -> Result:
    """Measures a NATS that runs."""
    async with contextlib.AsyncExitStack() as stack:
        ends = [await stack.enter_async_context(_end(nats.url, slot)) for slot in range(town.nodes)]
        await _connected(ends)
        talk = _Talk(town, ends)
        await talk.go_on(WALK_IN_S)
        before, first = _Reading.of(nats), talk.beat
        await talk.go_on(seconds)
        now, last = _Reading.of(nats), talk.beat
        memory = nats.memory()
        await asyncio.sleep(ARRIVE_S)
        return _result(town, talk.told(first, last), before, now, {NATS_MEMORY: memory / MIB, **talk.dropped()})


@contextlib.asynccontextmanager
async def _end(url: str, slot: int) -> AsyncIterator[tuple[NatsBus, Metrics]]:
    metrics = Metrics()
    config = ServerConfig(bus_url=Secret(url), deployment="bench", node=f"node-{slot + 1}")
    async with bus.opened(config, metrics) as end:
        yield end, metrics


async def _connected(ends: list[tuple[NatsBus, Metrics]]) -> None:
    until = time.monotonic() + MEET_S
    while any(end.trouble() for end, _ in ends):
        if time.monotonic() > until:
            raise SystemExit(f"the nodes did not find their bus in {MEET_S:.0f} s")
        await asyncio.sleep(LOOK_S)


@dataclass(frozen=True, slots=True)
class _Told:
    """What was said in a span, and the delays in seconds of what was heard of it."""

    slabs: int
    delays: np.ndarray


def visitors(town: Town, slot: int, place: int) -> np.ndarray:
    """Returns a node's visitors in one of the halls, as a slab tells of them."""
    records = np.zeros(town.visitors // town.halls + (place < town.visitors % town.halls), dtype=RECORD)
    records["number"] = np.arange(records.size) + share(slot).start
    random = np.random.default_rng(SEED + slot)
    for axis in ("x", "y"):
        records[axis] = random.integers(-REACH_CM, REACH_CM, records.size)
    return records


class _Talk:
    """All nodes' slabs, hall after hall within each period.

    Attributes:
        beat: How often all nodes have told of a hall so far.
    """

    def __init__(self, town: Town, ends: list[tuple[NatsBus, Metrics]]) -> None:
        self.beat = 0
        self._town, self._ends = town, ends
        self._random = np.random.default_rng(SEED)
        self._halls = [HallId(f"hall-{number + 1}") for number in range(town.halls)]
        self._places = {hall: number for number, hall in enumerate(self._halls)}
        self._records = [[visitors(town, slot, place) for place in range(town.halls)] for slot in range(town.nodes)]
        self._said: list[float] = []
        self._heard: list[tuple[int, float]] = []
        for end, _ in ends:
            end.listen(self._hear)

    async def go_on(self, seconds: float) -> None:
        """Lets all tell for so long."""
        started, first = time.perf_counter(), self.beat
        per_s = self._town.hz * self._town.halls
        while self.beat - first < seconds * per_s:
            await asyncio.sleep(max(0.0, started + (self.beat - first) / per_s - time.perf_counter()))
            self._tell()
        await asyncio.sleep(max(0.0, started + seconds - time.perf_counter()))

    def _tell(self) -> None:
        tick, place = divmod(self.beat, self._town.halls)
        slabs = [
            NodeSlab(slot, 1, self._halls[place], tick, 1, self._walked(halls[place]))
            for slot, halls in enumerate(self._records)
        ]
        for slab, (end, _) in zip(slabs, self._ends, strict=True):
            self._said.append(time.perf_counter())
            end.tell_others(slab)
        self.beat += 1

    def _walked(self, records: np.ndarray) -> bytes:
        for axis in ("x", "y"):
            records[axis] = np.clip(records[axis] + self._random.integers(-1, 2) * STRIDE_CM, -REACH_CM, REACH_CM)
        return records.tobytes()

    def _hear(self, news: Announcement) -> None:
        if isinstance(news, NodeSlab):
            beat = news.tick * self._town.halls + self._places[news.hall]
            self._heard.append((beat * self._town.nodes + news.slot, time.perf_counter()))

    def told(self, first: int, last: int) -> _Told:
        """Returns what was said from one beat until another, and what has been heard of it by now."""
        nodes = self._town.nodes
        said = range(first * nodes, last * nodes)
        return _Told(len(said), np.array([at - self._said[slab] for slab, at in self._heard if slab in said]))

    def dropped(self) -> dict[str, Note]:
        """Returns what the nodes' ends have dropped; empty for nothing."""
        reasons: Counter[str] = Counter()
        for _, metrics in self._ends:
            for family in metrics.bus_dropped.collect():
                for sample in family.samples:
                    if sample.name.endswith("_total"):
                        reasons[sample.labels["reason"]] += int(sample.value)
        told = ", ".join(f"{reason}: {count}" for reason, count in sorted(reasons.items()))
        return {DROPPED: told} if told else {}


@dataclass(frozen=True, slots=True)
class _Reading:
    """Clocks and counters at one moment: seconds, and bytes that NATS has read and written."""

    at: float
    nats: float
    load: float
    steal: float
    passed: tuple[int, int] | None

    @classmethod
    def of(cls, nats: Program) -> Self:
        """Reads all of them."""
        steal = float(getattr(psutil.cpu_times(), "steal", 0.0))
        return cls(time.perf_counter(), nats.cpu_s(), time.process_time(), steal, passed(nats.process))


def _result(town: Town, told: _Told, before: _Reading, now: _Reading, notes: dict[str, Note]) -> Result:
    elapsed = now.at - before.at
    load = (now.load - before.load) / elapsed
    void = measuring.why_void(load, (now.steal - before.steal) / elapsed)
    heard = len(told.delays)
    p50, p99 = np.percentile(told.delays, (50, 99)) * 1000.0 if heard else (None, None)
    return Result(
        name=town.name,
        clients=town.nodes * town.visitors,
        hz=town.hz,
        seconds=round(elapsed, 1),
        server_cpu_share=(now.nats - before.nats) / elapsed,
        load_cpu_share=load,
        age_ms_p50=p50,
        age_ms_p99=p99,
        valid=not void,
        notes={
            NODES: town.nodes,
            HALLS: town.halls,
            MESSAGES_IN: told.slabs / elapsed,
            MESSAGES_OUT: heard / elapsed,
            **_passed(before, now),
            LOST: told.slabs * (town.nodes - 1) - heard,
            EACH_HEARD: load * elapsed / max(heard, 1) * 1e6,
            **notes,
            **({measuring.VOID: void} if void else {}),
        },
    )


def _passed(before: _Reading, now: _Reading) -> dict[str, Note]:
    """Returns what has passed through NATS; empty where the system does not say."""
    if before.passed is None or now.passed is None:
        return {}
    grown = zip((INTO_BUS, OUT_OF_BUS), before.passed, now.passed, strict=True)
    return {name: (new - old) / (now.at - before.at) / 1000.0 for name, old, new in grown}
