"""The database is killed while a crowd walks: do they notice, and how soon is a newcomer let in afterwards?"""

import asyncio
import time
from typing import Final

import numpy as np
import psutil

from bench import crowd, serving, trouble
from bench.report import Note, Result
from bench.walkers import FAILED
from bench.witnessing import Crowd

LOOK_S: Final = 0.1
GIVE_UP_S: Final = 30.0
NEVER: Final = "never"
AGAIN_S: Final = 0.25
QUIET: Final = {"HALLES_LOG_LEVEL": "error"}
"""Each newcomer who is turned away would be a line."""


def run(load: trouble.Load) -> list[Result]:
    """Measures a crowd while Postgres is killed, and killed again whenever it is back, for ``load.seconds``."""
    postgres = trouble.Trouble("Postgres killed", kill_postgres)
    return trouble.run(load, postgres, crowd.settings(load.clients, load.hz) | QUIET)


async def kill_postgres(crowded: trouble.Crowded) -> dict[str, Note]:
    """Kills Postgres until the time is up, then waits until a newcomer is let in."""
    end, killed = time.perf_counter() + crowded.seconds, 0
    while time.perf_counter() < end:
        killed += _kill(crowded.server)
        await asyncio.sleep(LOOK_S)
    back = await _let_in(crowded)
    return {
        "Postgres processes killed": killed,
        "a newcomer was let in after s": NEVER if back is None else back,
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


async def _let_in(crowded: trouble.Crowded) -> float | None:
    """Lets a newcomer try until it is let in; returns after how many seconds, None after ``GIVE_UP_S``."""
    members, begun = Crowd(1, np.random.default_rng(1), witnesses=0), time.perf_counter()
    while time.perf_counter() - begun < GIVE_UP_S:
        visitor = crowd.Visitor(members, 0, crowded.server.world)
        visitor.expendable = True
        try:
            await visitor.come()
            return time.perf_counter() - begun
        except FAILED:
            await asyncio.sleep(AGAIN_S)
        finally:
            visitor.leave()
    return None
