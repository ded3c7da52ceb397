"""Who hears whom: by distance, or from the stage in the whole hall. Pure; sound itself is nothing to it.

Hearers who hear the same are one group, so that what they hear is made into bytes once.
"""

from collections.abc import Collection, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from halles.protocol.voice_messages import EARSHOT_M
from halles_server.hall.slab import Slab

NEAREST: Final = 8
"""Speakers that one hears at most, beside those on the stage: no ear follows more."""

ON_STAGE: Final = 8
"""Speakers on the stage that are heard at most at the same moment: those who came first in the list."""

Group = tuple[NDArray[np.intp], tuple[int, ...]]
"""Rows of hearers, and which of the speakers they hear, by their place in the list."""


def groups(slab: Slab, listeners: Collection[int], speakers: Sequence[int], stage: Sequence[bool]) -> list[Group]:
    """Returns who hears whom.

    Args:
        slab: Where everybody of the hall stands.
        listeners: Rows of those of this node who want to hear somebody.
        speakers: Their rows; of any node. Who is not there is heard by nobody.
        stage: Whether each speaks from the stage.
    """
    rows, on_stage = np.asarray(speakers, dtype=np.intp), np.asarray(stage, dtype=np.bool_)
    there = slab.present[rows]
    on_stage &= there
    on_stage[np.flatnonzero(on_stage)[ON_STAGE:]] = False
    near = np.flatnonzero(there & ~np.asarray(stage, dtype=np.bool_))
    hearers = np.fromiter(listeners, dtype=np.intp, count=len(listeners))
    heard = np.zeros((hearers.size, rows.size), dtype=np.bool_)
    heard[:, on_stage] = True
    if near.size:
        heard[:, near] = _nearest(slab, hearers, rows[near])
    heard[hearers[:, None] == rows[None, :]] = False
    some = heard.any(axis=1)
    return _alike(hearers[some], heard[some])


def _nearest(slab: Slab, hearers: NDArray[np.intp], speakers: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Tells for each hearer and speaker whether the one is within earshot of the other, and among the nearest."""
    metres = np.hypot(
        slab.x[hearers][:, None] - slab.x[speakers][None, :],
        slab.y[hearers][:, None] - slab.y[speakers][None, :],
    )
    metres[hearers[:, None] == speakers[None, :]] = np.inf  # nobody hears themselves
    heard = metres <= EARSHOT_M
    for row in np.flatnonzero(heard.sum(axis=1) > NEAREST):
        heard[row, np.argsort(metres[row], kind="stable")[NEAREST:]] = False
    return np.asarray(heard)


def _alike(hearers: NDArray[np.intp], heard: NDArray[np.bool_]) -> list[Group]:
    """Puts together those who hear the same."""
    if not hearers.size:
        return []
    packed = np.packbits(heard, axis=1)
    kinds: dict[bytes, list[int]] = {}
    for index, key in enumerate(map(bytes, packed)):
        kinds.setdefault(key, []).append(index)
    return [
        (hearers[members], tuple(int(one) for one in np.flatnonzero(heard[members[0]]))) for members in kinds.values()
    ]
