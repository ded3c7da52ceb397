"""While nothing was recorded: when that was, and cutting it out of what was kept all the same; pure.

Whichever node records hears of the switch a moment later than it was pressed, or seconds later where news are lost.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec
import numpy as np

from halles.world import live_motion, live_voice
from halles.world.live_motion import AWAY, STEP_MS, MotionChunk, Sample
from halles.world.live_replay import Moment
from halles.world.live_voice import FRAME_MS, VoicePortion

Off = Sequence[tuple[int, int]]
"""From when until when nothing was recorded."""

_NEVER: Final = 2**53


def spans(every: Sequence[Moment]) -> Iterator[tuple[int, int]]:
    """Yields from when until when nothing was recorded."""
    ends = [moment.at_ms for moment in every[1:]]
    if not every:
        return
    for moment, until in zip(every, [*ends, _NEVER], strict=True):
        if not moment.state.recorded:
            yield moment.at_ms, until


def spoken(portion: VoicePortion, off: Off) -> VoicePortion:
    """Returns what somebody said without what was not recorded."""
    frames = live_voice.unpack(portion.data) if off else ()
    kept = [one for one in frames if _on(portion.begun_ms + one.place * FRAME_MS, off)]
    if len(kept) == len(frames):
        return portion
    return msgspec.structs.replace(portion, data=live_voice.pack(kept))


def moved(chunk: MotionChunk, off: Off) -> MotionChunk | None:
    """Returns how people moved as if they had been away while it was not recorded; None where that is all of it."""
    kept = [_on(chunk.begun_ms + row * STEP_MS, off) for row in range(chunk.samples)]
    if all(kept):
        return chunk
    if not any(kept):
        return None
    motion = live_motion.unpack(chunk.data, chunk.samples)
    here = (motion.x != AWAY) & np.array(kept)[:, None]
    samples = [
        Sample(
            motion.numbers[there], *(plane[row, there] for plane in (motion.x, motion.y, motion.heading, motion.act))
        )
        for row, there in enumerate(here)
    ]
    left = set(motion.numbers[here.any(axis=0)].tolist())
    people = tuple(one for one in chunk.people if one.number in left)
    return msgspec.structs.replace(chunk, data=live_motion.pack(samples), people=people)


def _on(at_ms: int, off: Off) -> bool:
    return not any(since <= at_ms < until for since, until in off)
