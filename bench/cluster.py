"""W(N, H) in one hall of two nodes: how much older is the news of who is with the other node, and what does it cost?

The visitors are dealt to the nodes in turn, the witnesses too, so that both ages are of the same run. Costs are the
sums of both nodes; what NATS takes, and how many bytes pass through it, stands apart.
"""

import asyncio
import time
from dataclasses import dataclass, replace
from typing import Final, Self

import psutil
import uvloop

from bench import crowd, measuring, nodes
from bench.nodes import Nodes
from bench.page.figures import CLUSTER_AGE, CLUSTER_AGE_P50, CLUSTER_MESSAGES
from bench.report import Note, Result

NATS_CPU: Final = "NATS, share of a core"
NATS_MEMORY: Final = "NATS, resident MiB"
INTO_BUS: Final = "to the bus, kB/s"
OUT_OF_BUS: Final = "from the bus, kB/s"
MIB: Final = 2**20


def run(clients: int, hz: float, seconds: float) -> Result:
    """Measures W(clients, hz) of two nodes for so many seconds after a time of walking in."""
    measuring.pin_load()
    with nodes.running(core=measuring.SERVER_CORE, settings=crowd.settings(clients, hz)) as both:
        return uvloop.run(measure(both, clients, hz, seconds))


async def measure(both: Nodes, clients: int, hz: float, seconds: float) -> Result:
    """Measures on nodes that run."""
    members = measuring.new_crowd(clients)
    walking = measuring.Walking(both, nodes.dealt(members, both), hz)
    name = f"two nodes, W({clients}, {hz:g})"
    result = await measuring.measure(name, walking, seconds, lambda: _watched(both, hz, seconds))
    return replace(result, notes=result.notes | _added(result.notes))


async def _watched(both: Nodes, hz: float, seconds: float) -> dict[str, Note]:
    """Returns what passes through the bus in the seconds to come, and what NATS takes for it."""
    before = await asyncio.to_thread(_Traffic.of, both)
    await asyncio.sleep(seconds)
    now = await asyncio.to_thread(_Traffic.of, both)
    elapsed = now.at - before.at
    told: dict[str, Note] = {
        CLUSTER_MESSAGES: (now.messages - before.messages) / elapsed / (len(both.each) * hz),
        NATS_CPU: (now.cpu_s - before.cpu_s) / elapsed,
        NATS_MEMORY: both.bus.memory() / MIB,
    }
    if now.passed is not None and before.passed is not None:
        told[INTO_BUS], told[OUT_OF_BUS] = (
            (new - old) / elapsed / 1000.0 for new, old in zip(now.passed, before.passed, strict=True)
        )
    return told


@dataclass(frozen=True, slots=True)
class _Traffic:
    """Counters at one moment.

    Attributes:
        messages: That the nodes have sent.
        cpu_s: Of NATS.
        passed: Bytes that NATS has read and written, its protocol's own included; None where the system does not say.
    """

    at: float
    messages: float
    cpu_s: float
    passed: tuple[int, int] | None

    @classmethod
    def of(cls, both: Nodes) -> Self:
        """Reads all of them."""
        return cls(time.perf_counter(), both.sent(), both.bus.cpu_s(), passed(both.bus.process))


def passed(process: psutil.Process) -> tuple[int, int] | None:
    """Returns what a process has read and written: NATS without a disk reads and writes its connections only."""
    if not hasattr(process, "io_counters"):
        return None
    counters = process.io_counters()
    return counters.read_chars, counters.write_chars


def _added(notes: dict[str, Note]) -> dict[str, Note]:
    """Returns by how much older the news from the other node is; empty where one of the ages is not known."""
    pairs = {
        CLUSTER_AGE_P50: (measuring.OTHER_P50, measuring.OWN_P50),
        CLUSTER_AGE: (measuring.OTHER_P99, measuring.OWN_P99),
    }
    return {name: float(notes[other]) - float(notes[own]) for name, (other, own) in pairs.items() if other in notes}
