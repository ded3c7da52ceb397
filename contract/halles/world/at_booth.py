"""Where one stands at a booth: near its edge and, for what is said there, at no other booth nearer."""

import math
from collections.abc import Mapping
from typing import Final, TypeVar

from halles.world.geometry import Box, local

AT_BOOTH_M: Final = 3.0
"""How far from a booth's edge somebody still is there: across the aisle, not at the next corner."""

STILL_M: Final = 0.5
"""Who came to a booth is there as long as they stand where they were put, even where a crowd left room farther off."""

Name = TypeVar("Name")


def metres_off(box: Box, x: float, y: float) -> float:
    """Returns how far (x, y) is from the edge of a box, 0 within it."""
    at = local(box, x, y)
    return math.hypot(max(0.0, abs(at.x) - box.width / 2), max(0.0, abs(at.y) - box.depth / 2))


def at_booth(box: Box, x: float, y: float) -> bool:
    """Tells whether somebody at (x, y) is at the booth that stands in a box."""
    return metres_off(box, x, y) <= AT_BOOTH_M


def nearest(boxes: Mapping[Name, Box], x: float, y: float) -> Name | None:
    """Returns at which of the booths, each in its box, somebody at (x, y) stands; None at none."""
    offs = ((metres_off(box, x, y), name) for name, box in boxes.items())
    off, name = min(offs, key=lambda row: row[0], default=(math.inf, None))
    return name if off <= AT_BOOTH_M else None
