"""Where the chairs of a stage stand: both sides reckon the same, so that whoever sits is seen to sit.

Pure. The plan has the stage as a rectangle; the chairs stand in a shallow arc that opens towards the public.
"""

import math
from typing import Final

from halles.world.geometry import Point, place
from halles.world.movement import Pose
from halles.world.scene import Stage

_BETWEEN_M: Final = 1.3
"""From one chair to the next."""

_EDGE_M: Final = 1.0
"""Kept free at each side of the stage."""

_BACK_M: Final = 0.6
"""By which the middle chairs stand farther from the public than the outer ones."""

_TURN: Final = math.radians(24)
"""By which the outer chairs look inwards."""


def seat(stage: Stage, number: int, chairs: int) -> Pose:
    """Returns where a chair stands and where it looks.

    Args:
        stage: The stage.
        number: Which chair, from 0, seen from the public left to right.
        chairs: How many stand there.
    """
    across = (number - (chairs - 1) / 2) / max(1, (chairs - 1) / 2)  # -1 … 1
    half = min(_BETWEEN_M * (chairs - 1) / 2, stage.width / 2 - _EDGE_M)
    forward = _BACK_M * (across * across - 0.5)
    spot: Point = place(stage.box, -across * half, forward)
    return Pose(spot.x, spot.y, stage.height, stage.box.heading - across * _TURN)
