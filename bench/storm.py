"""Many arrive at once while a crowd walks: what do the walking ones notice, and how long does it take to be let in?

Who arrives stands where it was let in and reports once a second, as a client does whose visitor stands, to the end.
"""

import asyncio
import time
from typing import Final

import numpy as np

from bench import crowd, measuring, trouble
from bench.report import Note, Result
from bench.walkers import FAILED, herded, walk
from bench.witnessing import Crowd

STANDING_HZ: Final = 1.0
STANDING_S: Final = 3600.0
"""Ends with the measurement, which is sooner."""
SEED: Final = 11


def run(load: trouble.Load, people: int) -> list[Result]:
    """Measures a walking crowd while so many more people arrive within ``load.seconds``."""
    return trouble.run(load, Storm(people).as_trouble(), crowd.settings(load.clients + people, load.hz))


class Storm:
    """Those who arrive."""

    def __init__(self, people: int) -> None:
        self._members = herded(Crowd(people, np.random.default_rng(SEED), witnesses=0, speed=0.0))
        self._newcomers: list[crowd.Visitor] = []
        self._standing: asyncio.Future[None] | None = None

    def as_trouble(self) -> trouble.Trouble:
        """Returns what they do to a server."""
        return trouble.Trouble("storm", self._break_out, end=self._disperse)

    async def _break_out(self, crowded: trouble.Crowded) -> dict[str, Note]:
        """Lets them come evenly, each at its moment whether or not the earlier ones are in."""
        people, begun = self._members.clients, time.perf_counter()
        self._newcomers = [crowd.Visitor(self._members, index, crowded.server.world) for index in range(people)]
        self._standing = asyncio.ensure_future(walk(self._newcomers, STANDING_HZ, STANDING_S))
        moments = np.arange(people) * crowded.seconds / people
        waits = await asyncio.gather(
            *(_come(newcomer, moment) for newcomer, moment in zip(self._newcomers, moments.tolist(), strict=True))
        )
        let_in = [wait for wait in waits if wait is not None]
        return {
            "arrived": people,
            "let in": len(let_in),
            "all in after s": time.perf_counter() - begun,
            **({} if not let_in else _summed_up(np.array(let_in))),
        }

    async def _disperse(self) -> None:
        """Lets them go; also where the measurement ended before they came."""
        if self._standing is not None:
            self._standing.cancel()
        await measuring.dismiss(self._newcomers)


async def _come(newcomer: crowd.Visitor, moment: float) -> float | None:
    """Returns how many seconds it took to be let in, None where that failed."""
    await asyncio.sleep(moment)
    begun = time.perf_counter()
    try:
        await newcomer.come()
    except FAILED:
        newcomer.expendable = True
        newcomer.leave()
        return None
    return time.perf_counter() - begun


def _summed_up(waits: np.ndarray) -> dict[str, Note]:
    half, most = np.percentile(waits, [50, 99]).tolist()
    return {"let in within s, p50": half, "let in within s, p99": most, "let in within s, longest": float(waits.max())}
