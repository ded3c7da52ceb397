"""What a server, or what it leans on, may suffer while a crowd walks: which drills there are.

``postgres`` and ``pause`` are of one server and stand here; ``away`` has a live session beside the crowd and stands in
``database_away``, ``bus`` and ``node`` are of two nodes and stand in ``nodes_lost``.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np
import psutil

from bench import crowd, database_away, nodes_lost, serving, trouble
from bench.report import Note, Result
from bench.walkers import FAILED
from bench.witnessing import Crowd

LOOK_S: Final = 0.1
AGAIN_S: Final = 0.25
QUIET: Final = {"HALLES_LOG_LEVEL": "error"}
"""Each newcomer who is turned away would be a line."""
SHORT_S: Final = 2.0
"""Of the shorter of the two times that a server sleeps."""
LEFT_OUT: Final = "ticks left out, not caught up on"
OVERRULED: Final = "halles_corrections_total"


def run(load: trouble.Load, what: str = "") -> list[Result]:
    """Measures a crowd during one kind of fault, "" for all of them in turn."""
    return [result for name in ((what,) if what else KINDS) for result in KINDS[name](load)]


def _postgres(load: trouble.Load) -> list[Result]:
    """Kills Postgres, again whenever it is back, for ``load.seconds``."""
    killing = trouble.Trouble("Postgres killed", kill_postgres)
    return trouble.run(load, killing, crowd.settings(load.clients, load.hz) | QUIET)


def _pauses(load: trouble.Load) -> list[Result]:
    """Lets the server sleep, for ``SHORT_S`` and for ``load.seconds``."""
    return [
        result
        for seconds in (SHORT_S, load.seconds)
        for result in trouble.run(
            replace(load, seconds=seconds), sleeping(seconds), crowd.settings(load.clients, load.hz)
        )
    ]


KINDS: Final[dict[str, Callable[[trouble.Load], list[Result]]]] = {
    "postgres": _postgres,
    "pause": _pauses,
    "away": lambda load: database_away.run(load, QUIET),
    "bus": nodes_lost.bus,
    "node": nodes_lost.node,
}


async def kill_postgres(crowded: trouble.Crowded) -> dict[str, Note]:
    """Kills Postgres until the time is up, then waits until a newcomer is let in."""
    end, killed = time.perf_counter() + crowded.seconds, 0
    while time.perf_counter() < end:
        killed += _kill(crowded.server)
        await asyncio.sleep(LOOK_S)
    back = await _let_in(crowded)
    return {
        "Postgres processes killed": killed,
        "a newcomer was let in after s": back,
    }


def _kill(server: serving.Serving) -> int:
    """Kills each Postgres process that this server has started; returns how many."""
    killed = 0
    for process in server.process.children(recursive=True):
        try:
            if process.name() == "postgres":
                process.kill()
                killed += 1
        except psutil.NoSuchProcess:
            continue
    return killed


async def _let_in(crowded: trouble.Crowded) -> Note:
    """Lets a newcomer try until it is let in; returns after how many seconds, ``NEVER`` where it was given up."""
    members, begun = Crowd(1, np.random.default_rng(1), witnesses=0), time.perf_counter()
    while time.perf_counter() - begun < trouble.GIVE_UP_S:
        visitor = crowd.Visitor(members, 0, crowded.server.world)
        visitor.expendable = True
        try:
            await visitor.come()
            return time.perf_counter() - begun
        except FAILED:
            await asyncio.sleep(AGAIN_S)
        finally:
            visitor.leave()
    return trouble.NEVER


def sleeping(seconds: float) -> trouble.Trouble:
    """Returns a server that sleeps."""
    return trouble.Trouble(asleep(seconds), pause, silence_s=seconds)


def asleep(seconds: float) -> str:
    """Returns what results of a server that slept for so long are called."""
    return f"server asleep for {seconds:g} s"


async def pause(crowded: trouble.Crowded) -> dict[str, Note]:
    """Stops the server as a machine that is frozen does, wakes it, and waits until all witnesses hear."""
    server, members = crowded.server, crowded.visitors[0].crowd
    skipped, overruled = await _counted(server)
    server.process.suspend()
    try:
        await asyncio.sleep(crowded.seconds)
    finally:
        server.process.resume()
    woken = time.perf_counter()
    heard = await trouble.until(lambda: bool((members.heard_at.max(axis=1) > woken).all()))
    skipped_now, overruled_now = await _counted(server)
    return {
        "awake again, all hear after s": heard,
        LEFT_OUT: int(skipped_now - skipped),
        "moves overruled": int(overruled_now - overruled),
    }


async def _counted(server: serving.Serving) -> tuple[float, float]:
    """Returns the ticks left out and the moves overruled so far."""
    skipped = await asyncio.to_thread(server.metric, serving.LEFT_OUT)
    return skipped, sum((await asyncio.to_thread(server.by_label, OVERRULED)).values())
