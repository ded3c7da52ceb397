"""The mesh that rooms are built of: grids of quads, each with a material, a colour and a chunk.

Nothing here knows of halls or light. A grid is the only primitive: walls, tubes and domes are grids of points.
Front faces run anticlockwise seen from the side that is seen.
"""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from halles_client.view.materials import MATERIALS, NO_SLOT, NUMBER, linear

Array = NDArray[np.float64]

GRAINED = ("oak",)
"""Materials whose planks run along a piece's longer side, whichever way it lies or stands."""


@dataclass
class Patch:
    """One grid of vertices, row after row, and what it is made of."""

    points: Array
    normals: Array
    inward: Array
    uv: Array
    quads: NDArray[np.int64]
    material: int
    colour: Array
    slot: int
    chunk: int


@dataclass
class Mesh:
    """Patches, and the chunk and slot that new ones belong to."""

    patches: list[Patch] = field(default_factory=list)
    chunk: int = 0
    slot: int = NO_SLOT

    def grid(self, points: Array, material: str, *, colour: str | None = None, uv: Array | None = None) -> None:
        """Adds a grid.

        Args:
            points: ``(rows, columns, 3)``; normal = along a row × along a column.
            material: A name in ``MATERIALS``.
            colour: sRGB hex instead of the material's own.
            uv: ``(rows, columns, 2)`` in repeats of the texture; else measured along the surface.
        """
        points = np.asarray(points, dtype=np.float64)
        rows, columns = points.shape[:2]
        number = NUMBER[material]
        corner = (np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)[None, :]).ravel()
        quads = np.stack([corner, corner + 1, corner + columns + 1, corner + columns], 1)
        centres = (points[:-1, :-1] + points[1:, :-1] + points[:-1, 1:] + points[1:, 1:]) / 4
        self.patches.append(
            Patch(
                points.reshape(-1, 3),
                _normals(points).reshape(-1, 3),
                (_spread(centres) - points).reshape(-1, 3),
                (_textured(points, material) / MATERIALS[number].tile_m if uv is None else uv).reshape(-1, 2),
                quads,
                number,
                np.array(linear(colour or MATERIALS[number].colour)),
                self.slot,
                self.chunk,
            )
        )

    def quad(
        self,
        a: tuple[float, float, float],
        b: tuple[float, float, float],
        d: tuple[float, float, float],
        material: str,
        step: float = 1.0,
        *,
        colour: str | None = None,
    ) -> None:
        """Adds the parallelogram a, b, b+d−a, d, cut to quads of about ``step`` metres; normal = (b−a) × (d−a)."""
        at, along, up = np.array(a), np.subtract(b, a), np.subtract(d, a)
        columns = max(1, round(float(np.linalg.norm(along)) / step))
        rows = max(1, round(float(np.linalg.norm(up)) / step))
        s, t = np.linspace(0, 1, columns + 1), np.linspace(0, 1, rows + 1)
        self.grid(at + t[:, None, None] * up + s[None, :, None] * along, material, colour=colour)

    def box(
        self,
        low: tuple[float, float, float],
        high: tuple[float, float, float],
        material: str,
        step: float = 1.0,
        *,
        faces: str = "wesnt",
        colour: str | None = None,
    ) -> None:
        """Adds an upright box by two corners; ``faces`` of west, east, south, north, top, bottom."""
        (x0, y0, z0), (x1, y1, z1) = low, high
        corners = {
            "w": ((x0, y1, z0), (x0, y0, z0), (x0, y1, z1)),
            "e": ((x1, y0, z0), (x1, y1, z0), (x1, y0, z1)),
            "s": ((x0, y0, z0), (x1, y0, z0), (x0, y0, z1)),
            "n": ((x1, y1, z0), (x0, y1, z0), (x1, y1, z1)),
            "t": ((x0, y0, z1), (x1, y0, z1), (x0, y1, z1)),
            "b": ((x0, y1, z0), (x1, y1, z0), (x0, y0, z0)),
        }
        for face in faces:
            self.quad(*corners[face], material, step, colour=colour)

    def tube(self, path: Array, radius: float, sides: int, material: str, *, colour: str | None = None) -> None:
        """Adds a tube along ``path`` ``(n, 3)``; four sides make a beam with upright faces."""
        path = np.asarray(path, dtype=np.float64)
        forward = np.gradient(path, axis=0)
        forward /= np.linalg.norm(forward, axis=1, keepdims=True)
        up = np.where(np.abs(forward[:, 2:]) > 0.99, [0.0, 1.0, 0.0], [0.0, 0.0, 1.0])
        right = np.cross(forward, up)
        right /= np.linalg.norm(right, axis=1, keepdims=True)
        over = np.cross(right, forward)
        turn = 2 * math.pi * (np.arange(sides + 1) + 0.5) / sides
        reach = radius / math.cos(math.pi / sides)
        ring = np.cos(turn)[None, :, None] * right[:, None] + np.sin(turn)[None, :, None] * over[:, None]
        self.grid((path[:, None] + reach * ring)[::-1], material, colour=colour)

    def turned(self, other: "Mesh", x: float, y: float, heading: float) -> None:
        """Adds another mesh, turned by ``heading`` radians about its origin and moved to (x, y)."""
        cos, sin = math.cos(heading), math.sin(heading)
        turn = np.array([[cos, sin, 0.0], [-sin, cos, 0.0], [0.0, 0.0, 1.0]])
        for p in other.patches:
            moved = p.points @ turn + [x, y, 0.0]
            normals, inward = p.normals @ turn, p.inward @ turn
            self.patches.append(Patch(moved, normals, inward, p.uv, p.quads, p.material, p.colour, p.slot, self.chunk))


def _normals(points: Array) -> Array:
    """Unit normals of a grid's vertices, smooth over its bends."""
    along = np.diff(points, axis=1)
    up = np.diff(points, axis=0)
    flat = np.cross(
        (along[:-1] + along[1:]) / 2,
        (up[:, :-1] + up[:, 1:]) / 2,
    )
    flat /= np.maximum(np.linalg.norm(flat, axis=2, keepdims=True), 1e-12)
    smooth = _spread(flat)
    return np.asarray(smooth / np.maximum(np.linalg.norm(smooth, axis=2, keepdims=True), 1e-12))


def _spread(cells: Array) -> Array:
    """Averages per-cell values to the vertices around them."""
    rows, columns = cells.shape[:2]
    total = np.zeros((rows + 1, columns + 1, 3))
    count = np.zeros((rows + 1, columns + 1, 1))
    for r in (0, 1):
        for c in (0, 1):
            total[r : r + rows, c : c + columns] += cells
            count[r : r + rows, c : c + columns] += 1
    return total / count


def _textured(points: Array, material: str) -> Array:
    """Metres on the texture; wood is turned so that its planks run along the piece."""
    uv = _measured(points)
    across, up = np.ptp(uv.reshape(-1, 2), axis=0)
    return np.asarray(uv[..., ::-1]) if material in GRAINED and up > across else uv


def _measured(points: Array) -> Array:
    """Metres along rows and columns: (u, v) of every vertex, from world axes so that neighbours meet."""
    along = np.linalg.norm(np.diff(points, axis=1), axis=2).mean(axis=0)
    up = np.linalg.norm(np.diff(points, axis=0), axis=2).mean(axis=1)
    u = np.concatenate([[0.0], np.cumsum(along)])
    v = np.concatenate([[0.0], np.cumsum(up)])
    direction = points[0, -1] - points[0, 0]
    axis = int(np.argmax(np.abs(direction)))
    u = u * (1.0 if direction[axis] >= 0 else -1.0) + points[0, 0, axis]
    if abs(points[-1, 0, 2] - points[0, 0, 2]) > 0.5 * v[-1]:
        v = v + points[0, 0, 2]
    return np.stack(np.broadcast_arrays(u[None, :], v[:, None]), 2)
