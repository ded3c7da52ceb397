"""Who can be seen from where, past walls that are higher than people: so that no name hangs over a wall. Pure.

A hall's clearance field knows no heights; this one is made of its tall obstacles only, without counters and benches.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from halles.world.geometry import Floats, Point, clearance_field
from halles.world.scene import Scene

REACH_M: Final = 18.0
"""Farther people have no name tag anyhow."""

_TALL: Final = frozenset({"wall", "column"})
_THIN_M: Final = 0.07
"""A line within this of a wall crosses it: the field's samples lie up to half a step from the middle of a thin one."""

_SAMPLES: Final = 48


class SightLines:
    """The tall walls of one hall."""

    def __init__(self, scene: Scene) -> None:
        boxes = [row.box for row in scene.obstacles if row.kind in _TALL]
        boxes += [box for slot in scene.slots for box in slot.obstacles()[:2]]  # back wall and wing, not the counter
        self._field = clearance_field(tuple(Point(*corner) for corner in scene.outline), tuple(boxes))

    def visible(self, x: float, y: float, to_x: Floats, to_y: Floats) -> NDArray[np.bool_]:
        """Tells of each place of shape ``(n,)`` whether it is in reach and no wall stands before it."""
        seen = np.hypot(to_x - x, to_y - y) <= REACH_M
        near = np.flatnonzero(seen)
        share = np.linspace(0.0, 1.0, _SAMPLES)
        along_x = x + share[None, :] * (to_x[near, None] - x)
        along_y = y + share[None, :] * (to_y[near, None] - y)
        # From inside a wall (the camera was squeezed) nothing could be seen at all: begin where it is clear.
        clear = self._field.at(along_x, along_y) > _THIN_M
        seen[near] = clear[:, 2:].all(axis=1)
        return np.asarray(seen, dtype=np.bool_)
