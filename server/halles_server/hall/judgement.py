"""Which reported moves are believed: speed and walls, all rows of a tick at once.

Rows that are believed are written into the slab; the others keep their place and their people get a ``Correction``.
"""

from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from halles.protocol.messages import Correction
from halles.protocol.pose_batch import GESTURE_BITS, RUNNING_BIT
from halles.world.geometry import Floats
from halles.world.movement import CREDIT_S, RUN_SPEED, SLACK, SPEED_MARGIN, Gesture, clear, plausible
from halles.world.scene import Scene
from halles_server.hall.slab import Slab

_SPEED: Final = RUN_SPEED * SPEED_MARGIN
_GESTURES: Final = [int(gesture) for gesture in Gesture]
_ACTS: Final = np.arange(256, dtype=np.uint8)
_KNOWN_ACTS: Final = _ACTS & RUNNING_BIT | np.where(np.isin(_ACTS & GESTURE_BITS, _GESTURES), _ACTS & GESTURE_BITS, 0)
"""By act, what of it the protocol's page names: others are told nothing else."""

STILL_M: Final = 0.01
"""Within which a reported place is the same: it comes in whole centimetres."""

FULL_CREDIT: Final = _SPEED * CREDIT_S
"""Metres that somebody who stood still for CREDIT_S may report at once."""


def judge(slab: Slab, scene: Scene, now: float) -> tuple[tuple[int, Correction], ...]:
    """Judges every pending move; returns corrections by row."""
    rows, moves = slab.take_pending()
    moves["act"] = _KNOWN_ACTS[moves["act"]]
    if not rows.size:
        return ()
    old_x, old_y = slab.x[rows], slab.y[rows]
    new_x, new_y = moves["x"] / 100.0, moves["y"] / 100.0
    saved = slab.credit[rows] + _SPEED * np.maximum(now - slab.judged_at[rows], 0.0)
    reach = np.minimum(saved, FULL_CREDIT)
    fine = plausible((old_x, old_y), (new_x, new_y), reach, scene.field)
    held = np.flatnonzero(slab.held[rows])
    if held.size:
        _stay(moves, held, (old_x, old_y), fine)
    slab.judged_at[rows] = now
    slab.credit[rows] = reach
    slab.sequence[rows] = moves["sequence"]
    _believe(slab, scene, rows[fine], moves[fine], now)
    slab.x[rows[held]], slab.y[rows[held]] = old_x[held], old_y[held]
    refused = np.flatnonzero(~fine)
    if not refused.size:
        return ()
    open_floor = clear(new_x[refused], new_y[refused], scene.field)
    return tuple(
        (int(rows[i]), correction(slab, int(rows[i]), "too-far" if free else "wall"))
        for i, free in zip(refused, open_floor, strict=True)
    )


def _stay(moves: NDArray[np.void], held: NDArray[np.intp], old: tuple[Floats, Floats], fine: NDArray[np.bool_]) -> None:
    """Lets those who may not move turn and make gestures where they stand, and believes nothing else of them."""
    away = np.hypot(moves["x"][held] / 100.0 - old[0][held], moves["y"][held] / 100.0 - old[1][held])
    fine[held] = away <= STILL_M
    moves["act"][held] &= GESTURE_BITS


def correction(slab: Slab, row: int, reason: Literal["too-far", "wall"]) -> Correction:
    """Returns the message that puts somebody back to where the slab has them."""
    return Correction(
        sequence=int(slab.sequence[row]),
        x=round(float(slab.x[row]) * 100),
        y=round(float(slab.y[row]) * 100),
        z=round(float(slab.z[row]) * 100),
        heading=int(slab.heading[row]),
        reason=reason,
    )


def _believe(slab: Slab, scene: Scene, rows: NDArray[np.intp], moves: NDArray[np.void], now: float) -> None:
    """Writes believed moves; a row counts as moved when anything that others see of it changed."""
    x, y = moves["x"] / 100.0, moves["y"] / 100.0
    walked = np.hypot(x - slab.x[rows], y - slab.y[rows])
    changed = (walked > 0.004) | (moves["heading"] != slab.heading[rows]) | (moves["act"] != slab.act[rows])
    # Slack is lent, not given: at 20 steps a second it would be another metre a second.
    slab.credit[rows] = np.maximum(slab.credit[rows] - walked, -SLACK)
    slab.x[rows] = x
    slab.y[rows] = y
    slab.z[rows] = scene.heights(x, y)
    slab.heading[rows] = moves["heading"]
    slab.act[rows] = moves["act"]
    slab.moved_at[rows[changed]] = now
