"""One measurement of a server with a walking crowd: what it costs, what it sends and how old that is.

The load runs in this process, pinned to another core than the server.
"""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from bench.report import Result
from bench.serving import Program
from bench.walkers import Crowd, Walker, arrive, walk

SERVER_CORE: Final = 0
LOAD_CORE: Final = 1
WALK_IN_S: Final = 5.0
"""Walked before the measurement, so that the crowd has spread and nothing is warming up."""
LOAD_CEILING: Final = 0.85
STEAL_CEILING: Final = 0.10

FRAMES: Final = "frames to a client a s"
FRAME_COST: Final = "CPU us per client-tick"
"""Of the server, for each frame that a client got, so that a tick left out makes nobody look cheaper."""


def pin_load() -> None:
    """Keeps this process, and what it starts unpinned, off the server's core."""
    if hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, {LOAD_CORE})


def new_crowd(clients: int) -> Crowd:
    """Returns the same crowd each time, so that runs compare."""
    return Crowd(clients, np.random.default_rng(20_090_701))


async def measure(name: str, program: Program, walkers: Sequence[Walker], hz: float, seconds: float) -> Result:
    """Lets walkers arrive, walk in, and walk for so many seconds that count."""
    crowd, empty = walkers[0].crowd, program.memory()
    try:
        await arrive(walkers)
        await walk(walkers, hz, WALK_IN_S)
        crowd.begin()
        before = _Reading.of(program)
        await walk(walkers, hz, seconds)
        spent = _Reading.of(program).since(before)
        memory = (program.memory() - empty) / crowd.clients
        return _result(name, crowd, hz, memory, spent)
    finally:
        for walker in walkers:
            walker.leave()


@dataclass(frozen=True, slots=True)
class _Reading:
    """Clocks and counters at one moment, or their growth between two."""

    at: float
    server: float
    load: float
    steal: float
    late: float | None

    @classmethod
    def of(cls, program: Program) -> "_Reading":
        """Reads all of them; the program's own count first, which takes its time."""
        late = program.late_ticks()
        return cls(time.perf_counter(), program.cpu_s(), time.process_time(), _steal(), late)

    def since(self, before: "_Reading") -> "_Reading":
        """Returns what has been added."""
        late = None if self.late is None or before.late is None else self.late - before.late
        return _Reading(
            self.at - before.at, self.server - before.server, self.load - before.load, self.steal - before.steal, late
        )


def _result(name: str, crowd: Crowd, hz: float, memory: float, spent: _Reading) -> Result:
    elapsed, load_share, stolen = spent.at, spent.load / spent.at, spent.steal / spent.at
    positions = int(crowd.records / crowd.witnesses * crowd.clients)
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
        memory_per_client_bytes=memory,
        positions_delivered=positions or None,
        cpu_us_per_position=spent.server / positions * 1e6 if positions else None,
        valid=load_share < LOAD_CEILING and stolen < STEAL_CEILING and not crowd.lost and not crowd.wrong,
        notes={
            FRAME_COST: spent.server / max(crowd.frames_in, 1) * 1e6,
            FRAMES: crowd.frames_in / crowd.clients / elapsed,
            "connections lost": crowd.lost,
            "records that nobody sent": crowd.wrong,
            "longest time unheard, p99.9 s": _percentile(crowd.gaps, 99.9) or 0.0,
            "steal share": stolen,
        },
    )


def _percentile(parts: list[np.ndarray], rank: float) -> float | None:
    values = np.concatenate(parts) if parts else np.zeros(0)
    return float(np.percentile(values, rank)) if values.size else None


def _steal() -> float:
    """Returns the seconds that the hypervisor took from all cores."""
    try:
        with open("/proc/stat", encoding="ascii") as file:
            return int(file.readline().split()[8]) / os.sysconf("SC_CLK_TCK")
    except (OSError, IndexError):
        return 0.0
