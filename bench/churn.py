"""People come and go all the time beside a crowd that walks: does anything in the server grow?

Every second one who goes says so, the others vanish, so that their visits wait for a return: here only ``RESUME_S``, so
that the number who wait is soon steady.
"""

import asyncio
import itertools
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np
import uvloop

from bench import crowd, measuring, serving
from bench.report import Note, Result
from bench.walkers import FAILED
from bench.witnessing import Crowd
from halles.protocol import codec
from halles.protocol.messages import Leave

RESUME_S: Final = 5
STAY_S: Final = 2.0
SAMPLES: Final = 60
SETTLED: Final = 0.5
"""Of the time: what grows after it grows for ever."""
MIB: Final = 2**20

Gauges = dict[str, Callable[[serving.Serving], float]]
GAUGES: Final[Gauges] = {
    "resident, MiB": lambda server: server.memory() / MIB,
    "RELIABLE bytes waiting": lambda server: sum(server.by_label("halles_outbox_bytes").values()),
    "connections": lambda server: server.by_label("halles_connections").get("open", 0.0),
    "connections not admitted": lambda server: server.by_label("halles_connections").get("waiting", 0.0),
    "visits": lambda server: sum(server.by_label("halles_visits").values()),
}


def run(clients: int, hz: float, seconds: float, per_s: float) -> Result:
    """Measures a crowd beside which so many a second come, and as many go."""
    measuring.pin_load()
    passing = int(per_s * (STAY_S + measuring.WALK_IN_S + RESUME_S)) + 1
    settings = crowd.settings(clients + passing, hz) | {"HALLES_RESUME_S": str(RESUME_S)}
    with serving.running(core=measuring.SERVER_CORE, settings=settings) as server:
        return uvloop.run(_measure(server, measuring.new_crowd(clients), hz, seconds, per_s))


async def _measure(server: serving.Serving, members: Crowd, hz: float, seconds: float, per_s: float) -> Result:
    visitors = [crowd.Visitor(members, index, server.world) for index in range(members.clients)]
    walking = measuring.Walking(server, visitors, hz)
    churn = Churn(server, per_s, seconds)
    try:
        await measuring.settle(walking)
        result = await measuring.span(f"churn, {per_s:g} a second", walking, seconds, churn.go_on)
    finally:
        await measuring.dismiss(visitors)
    return replace(result, memory_per_client_bytes=None)


class Churn:
    """Those who come and go, and what is seen of the server meanwhile."""

    def __init__(self, server: serving.Serving, per_s: float, seconds: float) -> None:
        self._server, self._per_s, self._seconds = server, per_s, seconds
        self._members = Crowd(1, np.random.default_rng(1), witnesses=0)
        self._came = self._failed = 0
        self._moments: list[float] = []
        self._samples: dict[str, list[float]] = {name: [] for name in GAUGES}

    async def go_on(self) -> dict[str, Note]:
        """Lets people come and go until the time is up."""
        begun = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._watch(begun))
            for index in itertools.count():
                moment = index / self._per_s
                if moment >= self._seconds:
                    break
                await asyncio.sleep(begun + moment - time.perf_counter())
                group.create_task(self._pass_through(index))
        return {"came and went": self._came, "not let in": self._failed, **self._told()}

    async def _pass_through(self, index: int) -> None:
        visitor = crowd.Visitor(self._members, 0, self._server.world)
        visitor.expendable = True
        try:
            await visitor.come()
        except FAILED:
            self._failed += 1
            return
        await asyncio.sleep(STAY_S)
        if index % 2:
            visitor.send(codec.encode(Leave()))
        visitor.leave()
        self._came += 1

    async def _watch(self, begun: float) -> None:
        for sample in range(SAMPLES):
            await asyncio.sleep(begun + self._seconds * sample / SAMPLES - time.perf_counter())
            self._moments.append(time.perf_counter() - begun)
            for name, gauge in GAUGES.items():
                self._samples[name].append(await asyncio.to_thread(gauge, self._server))

    def _told(self) -> dict[str, Note]:
        told: dict[str, Note] = {}
        for name, values in self._samples.items():
            start, end, slope = trend(np.array(self._moments), np.array(values))
            told |= {f"{name}, start": start, f"{name}, end": end, f"{name}, growth a minute": slope}
        return told


def trend(moments: np.ndarray, values: np.ndarray) -> tuple[float, float, float]:
    """Returns the mean of the first and of the last tenth, and the growth a minute once the start is over."""
    tenth = max(1, values.size // 10)
    settled = moments >= moments[0] + SETTLED * (moments[-1] - moments[0])
    slope = float(np.polyfit(moments[settled], values[settled], 1)[0]) if settled.sum() > 1 else 0.0
    return float(values[:tenth].mean()), float(values[-tenth:].mean()), slope * 60.0
