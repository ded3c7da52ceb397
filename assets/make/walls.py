"""Walls with openings: straight stretches of masonry, arches, windows and the door's alcove."""

import math

import numpy as np

from assets.make.mesh import Array, Mesh
from halles_client.view.materials import MATERIALS, NUMBER

SEGMENTS = 8
"""Straight pieces of an arch."""


class Wall:
    """An upright wall over the line a → b, seen from its left (the room lies left of a → b)."""

    def __init__(self, mesh: Mesh, a: tuple[float, float], b: tuple[float, float]) -> None:
        self.mesh = mesh
        self.start = np.array([*a, 0.0])
        along = np.array([b[0] - a[0], b[1] - a[1], 0.0])
        self.length = float(np.linalg.norm(along))
        self.along = along / self.length
        self.into = np.array([-self.along[1], self.along[0], 0.0])

    def at(self, s: Array, z: Array, out: Array | float = 0.0) -> Array:
        """Returns points ``s`` metres along, ``z`` up and ``out`` metres behind the wall's face."""
        s, z, out = np.broadcast_arrays(s, z, out)
        up = np.array([0.0, 0.0, 1.0])
        return np.asarray(
            self.start + s[..., None] * self.along + z[..., None] * up - out[..., None] * self.into, dtype=np.float64
        )

    def face(self, s: Array, z: Array, material: str, *, out: float = 0.0, colour: str | None = None) -> None:
        """Adds a grid of the wall's face; ``s`` and ``z`` are ``(rows, columns)``, rows upwards.

        Courses stay level over an arch too: the texture lies by place on the wall, not by the grid's bends.
        """
        axis = int(np.argmax(np.abs(self.along)))
        last = float(s.max())
        u = (self.start + last * self.along)[axis] - math.copysign(1.0, self.along[axis]) * (last - s)
        uv = np.stack([u, z], 2)[:, ::-1] / MATERIALS[NUMBER[material]].tile_m
        self.mesh.grid(self.at(s, z, out)[:, ::-1], material, colour=colour, uv=uv)

    def panel(
        self,
        s0: float,
        s1: float,
        z0: float,
        z1: float,
        material: str,
        step: float = 1.2,
        *,
        out: float = 0.0,
        colour: str | None = None,
    ) -> None:
        """Adds a plain rectangle of the wall."""
        if s1 - s0 < 1e-3 or z1 - z0 < 1e-3:
            return
        s = np.linspace(s0, s1, max(2, round((s1 - s0) / step) + 1))
        z = np.linspace(z0, z1, max(2, round((z1 - z0) / step) + 1))
        self.face(*np.meshgrid(s, z), material, out=out, colour=colour)

    def opening(self, s: float, half: float, sill: float, spring: float, rise: float) -> tuple[Array, Array]:
        """Returns the upper edge of an arched opening about ``s``: places along and heights."""
        across = -np.cos(np.linspace(0, math.pi, SEGMENTS + 1))
        return s + half * across, spring + rise * np.sqrt(np.maximum(1 - across**2, 0.0))

    def window(
        self,
        s: float,
        half: float,
        sill: float,
        spring: float,
        rise: float,
        z0: float,
        z1: float,
        material: str,
        step: float = 1.2,
    ) -> None:
        """Adds the wall below, beside (as wide as the opening) and above an arched opening, and its reveal."""
        edge, arch = self.opening(s, half, sill, spring, rise)
        self.panel(s - half, s + half, z0, sill, material, step)
        rows = max(2, round((z1 - spring - rise) / step) + 2)
        share = np.linspace(0, 1, rows)[:, None]
        self.face(np.repeat(edge[None], rows, 0), arch + share * (z1 - arch), material)
        self._reveal(edge, arch, sill)

    def _reveal(self, edge: Array, arch: Array, sill: float, depth: float = 0.35) -> None:
        """The thickness of the wall around an opening."""
        s = np.concatenate([[edge[0]], edge, [edge[-1]]])
        z = np.concatenate([[sill], arch, [sill]])
        self.mesh.grid(np.stack([self.at(s, z, 0.0), self.at(s, z, depth)]), "plaster")
        sill_s = np.array([edge[-1], edge[0]])
        self.mesh.grid(
            np.stack([self.at(sill_s, np.full(2, sill), 0.0), self.at(sill_s, np.full(2, sill), depth)]), "plaster"
        )

    def bars(
        self, s: float, half: float, sill: float, spring: float, rise: float, across: int, material: str, colour: str
    ) -> None:
        """Adds glazing bars to an arched opening: ``across`` panes wide, one cross bar a metre and a half."""
        for i in range(1, across):
            place = s - half + 2 * half * i / across
            top = spring + rise * math.sqrt(max(0.0, 1 - ((place - s) / half) ** 2))
            self._bar(place, sill, place, top, material, colour)
        for z in np.arange(sill + 1.5, spring + 0.1, 1.5):
            self._bar(s - half, float(z), s + half, float(z), material, colour)
        edge, arch = self.opening(s, half, sill, spring, rise)
        path = self.at(edge, arch - 0.03, 0.3)
        self.mesh.tube(path, 0.05, 3, material, colour=colour)

    def _bar(self, s0: float, z0: float, s1: float, z1: float, material: str, colour: str) -> None:
        self.mesh.tube(self.at(np.array([s0, s1]), np.array([z0, z1]), 0.3), 0.035, 3, material, colour=colour)


def alcove(
    wall: Wall, s: float, half: float, depth: float, spring: float, rise: float, colour: str
) -> tuple[Array, Array]:
    """Adds a door's deep coloured reveal about ``s`` behind an opening of a wall.

    Returns the picture's grid at its far end: points ``(rows, columns, 3)`` and uv ``(rows, columns, 2)``.
    """
    edge, arch = wall.opening(s, half, 0.0, spring, rise)
    run = np.concatenate([[edge[0]], edge, [edge[-1]]])
    high = np.concatenate([[0.0], arch, [0.0]])
    out = np.linspace(0.0, depth, 3)
    wall.mesh.grid(np.stack([wall.at(run, high, o) for o in out]), "plaster", colour=colour)
    wall.mesh.grid(wall.at(np.stack([edge, edge]), np.stack([0 * arch, arch]), depth)[:, ::-1], "plaster")
    share = np.linspace(0, 1, 2)[:, None]
    across, up = np.repeat(edge[None], 2, 0), share * arch
    points = wall.at(across, up, depth - 0.02)[:, ::-1]
    top = spring + rise
    uv = np.stack([(across - s + half) / (2 * half), up / top], 2)[:, ::-1]
    return points, np.stack([1.0 - uv[..., 0], uv[..., 1]], 2)
