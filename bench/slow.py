"""Some of the crowd stop reading and come back: what do the others notice of it?

A socket's buffer would hide a short stop, so the kernel keeps little for those who stop.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Final

from bench import crowd, trouble
from bench.report import Note, Result
from bench.walkers import FAILED

SHARE: Final = 0.05
RECEIVE_BUFFER: Final = 4096
HEAR_S: Final = 1.0
"""After reading on: time to hear of a close that stands in a buffer."""
SKIPPED: Final = "halles_frames_skipped_total"


def run(load: trouble.Load) -> list[Result]:
    """Measures a crowd of which ``SHARE`` stops reading for ``load.seconds``."""
    return trouble.run(load, trouble.Trouble("slow", stop_reading, prepare), crowd.settings(load.clients, load.hz))


def slow_ones(visitors: Sequence[crowd.Visitor]) -> Sequence[crowd.Visitor]:
    """Returns those who will stop: the last ones, which are no witnesses."""
    return visitors[-max(1, round(SHARE * len(visitors))) :]


def prepare(visitors: Sequence[crowd.Visitor]) -> None:
    """Gives those who will stop their small buffer, before they connect."""
    for visitor in slow_ones(visitors):
        visitor.receive_buffer = RECEIVE_BUFFER
        visitor.expendable = True


async def stop_reading(crowded: trouble.Crowded) -> dict[str, Note]:
    """Stops, then reads on; who was closed meanwhile comes anew."""
    slow, skipped = slow_ones(crowded.visitors), crowded.server.metric(SKIPPED)
    for visitor in slow:
        visitor.listen(False)
    await asyncio.sleep(crowded.seconds)
    for visitor in slow:
        visitor.listen(True)
    await asyncio.sleep(HEAR_S)
    closed, back = [visitor for visitor in slow if visitor.transport is None], 0
    for visitor in closed:
        with contextlib.suppress(*FAILED):
            await visitor.come()
            back += 1
    return {
        "stopped reading": len(slow),
        "of these closed": len(closed),
        "of these let in anew": back,
        "frames skipped": int(crowded.server.metric(SKIPPED) - skipped),
    }
