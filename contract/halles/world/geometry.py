"""Plane geometry of a hall: points, turned boxes and the clearance field that both sides walk on.

Axes: x east, y north, z up, metres. A heading is in radians, 0 looks north (+y), positive turns left
(anticlockwise seen from above), as Panda3D's H does in degrees.

The clearance field answers "how far is the nearest wall from here" for any number of points at once. One
field serves the client's sliding along walls and the server's check of 2,500 moves in a tick, so that both
sides agree on what a wall is.
"""

import math
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FIELD_STEP = 0.25
"""Metres between the samples of a clearance field: half a person's radius is still resolved."""

_TILE: Final = 8
"""Samples along a tile's side: for each tile it is found out once which obstacles count there."""

_TAU = 2.0 * math.pi


class Point(NamedTuple):
    """A place on the floor, metres."""

    x: float
    y: float


class Box(NamedTuple):
    """A rectangle on the floor, turned by ``heading`` about its centre.

    ``width`` runs along the box's own x axis (its right), ``depth`` along its own y axis (its front).
    """

    x: float
    y: float
    width: float
    depth: float
    heading: float = 0.0

    def corners(self) -> tuple[Point, Point, Point, Point]:
        """Returns the four corners, anticlockwise from the back left."""
        half_w, half_d = self.width / 2, self.depth / 2
        at = [
            place(self, dx, dy)
            for dx, dy in ((-half_w, -half_d), (half_w, -half_d), (half_w, half_d), (-half_w, half_d))
        ]
        return at[0], at[1], at[2], at[3]

    def contains(self, x: float, y: float, margin: float = 0.0) -> bool:
        """Tells whether a point lies inside, or within ``margin`` metres of a side."""
        right, front = local(self, x, y)
        return abs(right) <= self.width / 2 + margin and abs(front) <= self.depth / 2 + margin


def place(box: Box, right: float, front: float) -> Point:
    """Turns offsets in a box's own frame (metres to its right and front) into a place on the floor."""
    cos, sin = math.cos(box.heading), math.sin(box.heading)
    return Point(box.x + right * cos - front * sin, box.y + right * sin + front * cos)


def local(box: Box, x: float, y: float) -> Point:
    """The inverse of ``place``: metres to the box's right and front."""
    cos, sin = math.cos(box.heading), math.sin(box.heading)
    dx, dy = x - box.x, y - box.y
    return Point(dx * cos + dy * sin, -dx * sin + dy * cos)


def facing(heading: float) -> Point:
    """Returns the unit vector that a heading looks along."""
    return Point(-math.sin(heading), math.cos(heading))


def heading_to(from_x: float, from_y: float, to_x: float, to_y: float) -> float:
    """Returns the heading that looks from one place at another; 0 when they coincide."""
    dx, dy = to_x - from_x, to_y - from_y
    return math.atan2(-dx, dy) if dx or dy else 0.0


def wrap(heading: float) -> float:
    """Returns the same direction in (-π, π]."""
    turned = math.fmod(heading, _TAU)
    if turned > math.pi:
        return turned - _TAU
    return turned + _TAU if turned <= -math.pi else turned


@dataclass(frozen=True, slots=True)
class ClearanceField:
    """Signed distance to the nearest obstacle or outer wall, sampled on a grid and read bilinearly.

    Positive on free floor, negative inside walls. The error of a bilinear read is below half a step at corners
    and vanishes along straight walls.

    Attributes:
        x0: West edge of the grid, metres.
        y0: South edge of the grid, metres.
        samples: ``(rows, columns)`` float32, metres; row r is y0 + r · FIELD_STEP.
    """

    x0: float
    y0: float
    samples: NDArray[np.float32]

    def at(self, x: Floats, y: Floats) -> Floats:
        """Reads the field at points of any equal shape; outside the grid, and NaN, read as deep inside a wall."""
        rows, columns = self.samples.shape
        column = (np.asarray(x, dtype=np.float64) - self.x0) / FIELD_STEP
        row = (np.asarray(y, dtype=np.float64) - self.y0) / FIELD_STEP
        inside = (column >= 0) & (row >= 0) & (column < columns - 1) & (row < rows - 1)  # false for NaN as well
        column = np.where(inside, column, 0.0)
        row = np.where(inside, row, 0.0)
        c, r = column.astype(np.intp), row.astype(np.intp)
        fc, fr = column - c, row - r
        s = self.samples
        south = s[r, c] * (1 - fc) + s[r, c + 1] * fc
        north = s[r + 1, c] * (1 - fc) + s[r + 1, c + 1] * fc
        return np.asarray(np.where(inside, south * (1 - fr) + north * fr, -10.0), dtype=np.float64)

    def one(self, x: float, y: float) -> float:
        """Reads the field at one point, without numpy's overhead."""
        rows, columns = self.samples.shape
        column, row = (x - self.x0) / FIELD_STEP, (y - self.y0) / FIELD_STEP
        if not (0 <= column < columns - 1 and 0 <= row < rows - 1):
            return -10.0
        c, r = int(column), int(row)
        fc, fr = column - c, row - r
        s = self.samples
        south = float(s[r, c]) * (1 - fc) + float(s[r, c + 1]) * fc
        north = float(s[r + 1, c]) * (1 - fc) + float(s[r + 1, c + 1]) * fc
        return south * (1 - fr) + north * fr

    def away(self, x: float, y: float) -> Point:
        """Returns the unit direction in which clearance grows fastest; (0, 0) on a ridge."""
        d = FIELD_STEP / 2
        gx = self.one(x + d, y) - self.one(x - d, y)
        gy = self.one(x, y + d) - self.one(x, y - d)
        length = math.hypot(gx, gy)
        return Point(gx / length, gy / length) if length > 1e-9 else Point(0.0, 0.0)


def clearance_field(outline: tuple[Point, ...], obstacles: tuple[Box, ...]) -> ClearanceField:
    """Samples the distance to a room's outline (from inside) and to every obstacle (from outside).

    Args:
        outline: The room's outer wall as a simple polygon, at least three corners, either direction.
        obstacles: Whatever nobody walks through.
    """
    xs, ys = [p.x for p in outline], [p.y for p in outline]
    x0, y0 = min(xs) - 2 * FIELD_STEP, min(ys) - 2 * FIELD_STEP
    columns = math.ceil((max(xs) - x0) / FIELD_STEP) + 3
    rows = math.ceil((max(ys) - y0) / FIELD_STEP) + 3
    east = x0 + FIELD_STEP * np.arange(columns, dtype=np.float64)
    north = y0 + FIELD_STEP * np.arange(rows, dtype=np.float64)
    gx, gy = np.meshgrid(east, north)
    field = _inside_distance(gx, gy, outline)
    for box, near in zip(obstacles, _reaches(east, north, outline, obstacles), strict=True):
        np.minimum(field[near], _box_distance(gx[near], gy[near], box), out=field[near])
    return ClearanceField(x0, y0, field.astype(np.float32))


def _reaches(
    east: Floats, north: Floats, outline: tuple[Point, ...], obstacles: tuple[Box, ...]
) -> list[tuple[slice, slice]]:
    """Returns for each obstacle the rows and columns of the grid outside of which something else is nearer.

    No distance changes faster than one walks, so within a tile it differs from that at the tile's centre by half a
    diagonal at most: an obstacle counts only in tiles where it lies within a whole one of the nearest thing.
    """
    half = _TILE * FIELD_STEP / 2
    cx, cy = np.meshgrid(east[::_TILE] + half, north[::_TILE] + half)
    away = [_box_distance(cx, cy, box) for box in obstacles]
    within = np.minimum.reduce([_inside_distance(cx, cy, outline), *away]) + 2 * math.hypot(half, half)
    return [(_span((far <= within).any(axis=1)), _span((far <= within).any(axis=0))) for far in away]


def _span(tiles: NDArray[np.bool_]) -> slice:
    """Returns the samples from the first to the last tile that counts."""
    (which,) = tiles.nonzero()
    return slice(int(which[0]) * _TILE, (int(which[-1]) + 1) * _TILE) if which.size else slice(0)


def _inside_distance(gx: Floats, gy: Floats, outline: tuple[Point, ...]) -> Floats:
    """Distance to a polygon's nearest edge, positive inside (even-odd rule)."""
    nearest = np.full(gx.shape, np.inf)
    inside = np.zeros(gx.shape, dtype=bool)
    for a, b in zip(outline, outline[1:] + outline[:1], strict=True):
        ex, ey = b.x - a.x, b.y - a.y
        along = np.clip(((gx - a.x) * ex + (gy - a.y) * ey) / max(ex * ex + ey * ey, 1e-12), 0.0, 1.0)
        np.minimum(nearest, np.hypot(gx - a.x - along * ex, gy - a.y - along * ey), out=nearest)
        if a.y != b.y:
            crosses = (a.y > gy) != (b.y > gy)
            inside ^= crosses & (gx < ex * (gy - a.y) / ey + a.x)
    return np.where(inside, nearest, -nearest)


def _box_distance(gx: Floats, gy: Floats, box: Box) -> Floats:
    """Signed distance to a turned box, negative inside."""
    cos, sin = math.cos(box.heading), math.sin(box.heading)
    dx, dy = gx - box.x, gy - box.y
    qx = np.abs(dx * cos + dy * sin) - box.width / 2
    qy = np.abs(-dx * sin + dy * cos) - box.depth / 2
    outside = np.hypot(np.maximum(qx, 0.0), np.maximum(qy, 0.0))
    return np.asarray(outside + np.minimum(np.maximum(qx, qy), 0.0), dtype=np.float64)
