"""One measurement of a server with a walking crowd: what it costs, what it sends and how old that is.

The load runs in this process, pinned to another core than the server.
"""

import asyncio
import contextlib
import os
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

import numpy as np

from bench import children
from bench.report import Note, Result
from bench.walkers import Walker, arrive, herded, walk
from bench.witnessing import NEWS_S, RING, Crowd

SERVER_CORE: Final = 0
LOAD_CORE: Final = 1
WALK_IN_S: Final = 5.0
"""Walked before the measurement, so that the crowd has spread and nothing is warming up."""
RECOVERY_S: Final = 60.0
"""The longest that a server may take after the arrivals until it leaves nothing out any more."""
LULL_S: Final = 0.5
REPEATS: Final = 2
"""How often a void run is repeated."""
LOAD_CEILING: Final = 0.85
STEAL_CEILING: Final = 0.10

FRAMES: Final = "frames to a client a s"
"""Of all kinds: who is told that somebody came or went gets more than one in a tick."""
TICKS: Final = "of these with positions"
"""As the witnesses get them, one in a tick."""
FRAME_COST: Final = "CPU us per client-tick"
"""Of the server, for each frame with positions that a client got: neither a tick left out nor news of who came and went
makes anybody look cheaper."""
OVERLOAD: Final = "rung of overload at the end"
"""What the server left out then, 0 nothing … 4 newcomers; only where it says."""
LOST: Final = "connections lost"
WRONG: Final = "records that nobody sent"
UNHEARD: Final = "longest time unheard, p99.9 s"
OWN_P50: Final = "age of own node's, p50 ms"
OWN_P99: Final = "age of own node's, p99 ms"
OTHER_P50: Final = "age of other nodes', p50 ms"
OTHER_P99: Final = "age of other nodes', p99 ms"
"""Of those who are with the witness's own node, and of the others; only where there are several."""
UNSENT: Final = "reports not sent, no room"
"""Only where there are any: a server that does not read."""
LOAD: Final = "load"
"""How those are heard who are no witnesses: ``IN_C``, or ``IN_PYTHON``, which fills its core sooner."""
IN_C: Final = "in C"
IN_PYTHON: Final = "in Python: C needs Linux and a compiler"
OTHERS: Final = "other programs' share of a core"
VOID: Final = "void because"


def pin_load() -> None:
    """Keeps this process, and what it starts unpinned, off the server's core."""
    if (os.cpu_count() or 1) > 1:
        children.pin(LOAD_CORE)


@contextlib.contextmanager
def on_server_core() -> Iterator[None]:
    """Starts programs on the server's core: what this thread starts in the block stays there."""
    if not hasattr(os, "sched_setaffinity") or (os.cpu_count() or 1) < 2:
        yield
        return
    before = os.sched_getaffinity(0)
    children.pin(SERVER_CORE)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def new_crowd(clients: int, *, spot: bool = False, ring: int = RING, news_s: float = NEWS_S) -> Crowd:
    """Returns the same crowd each time, so that runs compare."""
    return herded(Crowd(clients, np.random.default_rng(20_090_701), spot=spot, ring=ring, news_s=news_s))


class Measured(Protocol):
    """What serves a crowd: one program, or several that do it together."""

    def cpu_s(self) -> float:
        """Returns the processor seconds used so far."""

    def parts_s(self) -> dict[str, float]:
        """Returns what part of that went into what, as far as it is known."""

    def memory(self) -> int:
        """Returns the resident bytes."""

    def late_ticks(self) -> float | None:
        """Returns how many ticks were late or left out so far; None where that is not told."""

    def overload(self) -> float | None:
        """Returns what is left out now, 0 for nothing; None where that is not told."""


@dataclass(frozen=True, slots=True)
class Walking:
    """A crowd that walks in a program, each one reporting ``hz`` times a second."""

    program: Measured
    walkers: Sequence[Walker]
    hz: float


Meanwhile = Callable[[], Coroutine[None, None, dict[str, Note]]]
"""What else happens while a crowd is measured; it ends by itself and returns what is to be told of it."""


async def measure(name: str, walking: Walking, seconds: float, meanwhile: Meanwhile | None = None) -> Result:
    """Lets walkers arrive, walk in, and walk for so many seconds that count."""
    program, walkers = walking.program, walking.walkers
    empty = program.memory()
    try:
        await settle(walking)
        result = await span(name, walking, seconds, meanwhile)
        return replace(result, memory_per_client_bytes=(program.memory() - empty) / len(walkers))
    finally:
        await dismiss(walkers)


async def settle(walking: Walking) -> None:
    """Lets walkers arrive and walk in, and on until the arrivals' overload is over, unless it stays."""
    await arrive(walking.walkers)
    await walk(walking.walkers, walking.hz, WALK_IN_S)
    until = time.monotonic() + RECOVERY_S
    while await asyncio.to_thread(walking.program.overload) and time.monotonic() < until:
        await walk(walking.walkers, walking.hz, LULL_S)


async def dismiss(walkers: Sequence[Walker]) -> None:
    """Lets walkers go, and the loop hear of it."""
    for walker in walkers:
        walker.leave()
    await asyncio.sleep(0.1)


async def span(name: str, walking: Walking, seconds: float, meanwhile: Meanwhile | None = None) -> Result:
    """Measures walkers who have settled for so many seconds, and on until what happens meanwhile has ended."""
    crowd, notes = walking.walkers[0].crowd, {}
    # What stood in buffers while an earlier span was added up is heard before anything counts.
    await walk(walking.walkers, walking.hz, LULL_S)
    before = await _Reading.of(walking.program)
    crowd.begin()
    task = asyncio.ensure_future(meanwhile()) if meanwhile else None
    try:
        await walk(walking.walkers, walking.hz, seconds, lambda: task is not None and not task.done())
        crowd.measuring = False
        spent = (await _Reading.of(walking.program)).since(before)
        if task is not None:
            notes = await task
    finally:
        if task is not None:
            task.cancel()
    result = _result(name, crowd, walking.hz, spent)
    return replace(result, notes=result.notes | notes)


@dataclass(frozen=True, slots=True)
class _Reading:
    """Clocks and counters at one moment, or their growth between two."""

    at: float
    server: float
    load: float
    steal: float
    busy: float
    late: float | None
    overload: float | None
    parts: dict[str, float]

    @classmethod
    async def of(cls, program: Measured) -> "_Reading":
        """Reads all of them; the program's own count first, which takes its time."""
        late = await asyncio.to_thread(program.late_ticks)
        overload = await asyncio.to_thread(program.overload)
        parts = await asyncio.to_thread(program.parts_s)
        busy, steal = _cores()
        return cls(time.perf_counter(), program.cpu_s(), time.process_time(), steal, busy, late, overload, parts)

    def since(self, before: "_Reading") -> "_Reading":
        """Returns what has been added, and the overload now."""
        late = None if self.late is None or before.late is None else self.late - before.late
        return _Reading(
            self.at - before.at,
            self.server - before.server,
            self.load - before.load,
            self.steal - before.steal,
            self.busy - before.busy,
            late,
            self.overload,
            {part: seconds - before.parts[part] for part, seconds in self.parts.items()},
        )


def _result(name: str, crowd: Crowd, hz: float, spent: _Reading) -> Result:
    elapsed, load_share, stolen = spent.at, spent.load / spent.at, spent.steal / spent.at
    positions = int(crowd.records / crowd.witnesses * crowd.clients)
    ticks = crowd.ticks_heard / crowd.witnesses * crowd.clients
    void = why_void(load_share, stolen)
    return Result(
        name=name,
        clients=crowd.clients,
        hz=hz,
        seconds=round(elapsed, 1),
        server_cpu_share=spent.server / elapsed,
        load_cpu_share=load_share,
        late_ticks=None if spent.late is None else int(spent.late),
        age_ms_p50=_percentile(crowd.ages, 50),
        age_ms_p99=_percentile(crowd.ages, 99),
        bytes_per_client_s=crowd.bytes_in / crowd.clients / elapsed,
        positions_delivered=positions or None,
        cpu_us_per_position=spent.server / positions * 1e6 if positions else None,
        valid=not void,
        notes={
            FRAME_COST: spent.server / max(ticks, 1) * 1e6,
            FRAMES: crowd.frames_in / crowd.clients / elapsed,
            TICKS: ticks / crowd.clients / elapsed,
            LOST: crowd.lost,
            WRONG: crowd.wrong,
            UNHEARD: _percentile(crowd.gaps, 99.9) or 0.0,
            OTHERS: max(0.0, spent.busy - spent.server - spent.load) / elapsed,
            "steal share": stolen,
            **_by_node(crowd),
            **{part_note(part): seconds / elapsed for part, seconds in spent.parts.items()},
            **({UNSENT: crowd.unsent} if crowd.unsent else {}),
            LOAD: IN_PYTHON if crowd.herd is None else IN_C,
            **({OVERLOAD: spent.overload} if spent.overload is not None else {}),
            **({VOID: void} if void else {}),
        },
    )


def part_note(part: str) -> str:
    """Returns the note that tells how much of a core a part of the server's work took."""
    return f"{part}, share of a core"


def _by_node(crowd: Crowd) -> dict[str, Note]:
    """Returns how old the news of those with the witness's own node is, and of the others; empty for one node."""
    if not crowd.node.any() or not crowd.ages:
        return {}
    ages, elsewhere = np.concatenate(crowd.ages), np.concatenate(crowd.elsewhere)
    own, other = [ages[~elsewhere]], [ages[elsewhere]]
    read = {
        OWN_P50: _percentile(own, 50),
        OWN_P99: _percentile(own, 99),
        OTHER_P50: _percentile(other, 50),
        OTHER_P99: _percentile(other, 99),
    }
    return {name: age for name, age in read.items() if age is not None}


def why_void(load_share: float, stolen: float) -> str:
    """Returns why a run says nothing of the server, "" where it does; what the server does wrong voids nothing."""
    if load_share >= LOAD_CEILING:
        return f"the load took {load_share:.0%} of its core, {LOAD_CEILING:.0%} are allowed"
    if stolen >= STEAL_CEILING:
        return f"the machine lost {stolen:.0%} of a core to its host, {STEAL_CEILING:.0%} are allowed"
    return ""


def _percentile(parts: list[np.ndarray], rank: float) -> float | None:
    values = np.concatenate(parts) if parts else np.zeros(0)
    return float(np.percentile(values, rank)) if values.size else None


def _cores() -> tuple[float, float]:
    """Returns the seconds that all cores have worked for programs, and those that the hypervisor took."""
    try:
        with open("/proc/stat", encoding="ascii") as file:
            fields = [int(field) / os.sysconf("SC_CLK_TCK") for field in file.readline().split()[1:]]
        user, nice, system, steal = fields[0], fields[1], fields[2], fields[7]
    except (OSError, IndexError):
        return 0.0, 0.0
    return user + nice + system, steal
