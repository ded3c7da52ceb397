"""Light for a mesh, computed once: sky through the openings, sun, lamps, and three bounces.

Rays that hit keep the number of what they hit, so that a bounce is a gather and not another trace. Lamps and the sun
are sampled with shadow rays of their own and never left to chance. Needs embreex; used by the scripts only.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from embreex.mesh_construction import TriangleMesh
from embreex.rtcore_scene import EmbreeScene
from numpy.typing import NDArray

from assets.make.mesh import Array, Mesh
from halles_client.view.baked import LEAF_CHUNK
from halles_client.view.materials import NUMBER

RAYS = 128
BOUNCES = 3
BATCH = 400_000
"""Rays traced at once: bounds the memory."""

CLEAR = 0.015
"""Metres by which a ray starts off its surface."""

CELL = 1.0
"""Half the width over which the sun is averaged around a vertex, so that its edge is soft and not a staircase."""

SPREAD = 20
"""Sun rays over that width."""

ALIKE = 0.8
"""Cosine between the normals of neighbours that may lend each other their light."""

INSIDE = 3.0
"""Metres within which a surface met from behind encloses the ray's start; one far off is only the back of a roof."""

BURIED = 0.15
"""A vertex of whose rays more than this share start inside something takes its neighbours' light."""

_GLOW = NUMBER["glow"]


@dataclass
class Light:
    """What shines on a room.

    Attributes:
        sky: Radiance for unit directions ``(n, 3)``, as ``(n, 3)``.
        sun: Direction towards the sun, and its irradiance per colour divided by π; None without.
        lamps: ``(n, 4)``: x, y, z and power of small lamps that shine downwards and sideways.
        lamp_colour: Their colour.
    """

    sky: Callable[[Array], Array]
    sun: tuple[Array, Array] | None = None
    lamps: Array = field(default_factory=lambda: np.zeros((0, 4)))
    lamp_colour: Array = field(default_factory=lambda: np.array([1.0, 0.93, 0.82]))


class Baker:
    """A traced mesh: gathers light at its vertices, then anywhere else."""

    def __init__(self, mesh: Mesh, light: Light) -> None:
        self.light = light
        self.points = np.concatenate([p.points for p in mesh.patches])
        self.normals = np.concatenate([p.normals for p in mesh.patches])
        self.inward = np.concatenate([p.inward for p in mesh.patches])
        starts = np.cumsum([0, *(len(p.points) for p in mesh.patches[:-1])])
        self.quads = np.concatenate([p.quads + s for p, s in zip(mesh.patches, starts, strict=True)])
        self.albedo = np.concatenate([np.repeat(p.colour[None], len(p.quads), 0) for p in mesh.patches])
        self._glows = np.concatenate([np.full(len(p.points), p.material == _GLOW) for p in mesh.patches])
        triangles = self.quads[:, [0, 1, 2, 0, 2, 3]].reshape(-1, 3)
        self._scene = EmbreeScene()
        TriangleMesh(self._scene, self.points[triangles].astype(np.float32))
        self._chunks = np.concatenate([np.full(len(p.quads), p.chunk) for p in mesh.patches])
        self._radiosity = np.zeros((len(self.quads) + 1, 3))
        corners = self.points[self.quads]
        self._facing = np.cross(corners[:, 1] - corners[:, 0], corners[:, 3] - corners[:, 0])
        self._facing[self._chunks == LEAF_CHUNK] = 0.0
        self._centres = corners.mean(axis=1)

    def vertices(self) -> Array:
        """Returns the light at every vertex, ``(n, 3)``: what a white surface there would send out."""
        origins = self.points + self.normals * CLEAR + self.inward * 0.08
        direct = self.direct(origins, self.normals, CELL)
        shares, hits = self._open_sky(origins, self.normals, RAYS)
        behind = self._behind(origins, hits)
        # Rays that start inside something see none of the room: the others stand for them, else an edge that is half
        # covered would be a dark stain beside what covers it.
        hits[behind] = -1
        share = behind.mean(axis=1)
        buried = share > BURIED
        weight = 1.0 / np.where(buried, 1.0, 1.0 - share)[:, None]
        light = self._spread(direct + shares * weight, buried)
        for _ in range(BOUNCES):
            self._send(light)
            bounced = self._radiosity[hits].mean(axis=1)
            light = self._spread(direct + (shares + bounced) * weight, buried)
        self._send(light)
        light[self._glows] = 3.2
        return light

    def _send(self, light: Array) -> None:
        """Sets what every quad sends out; the last row stands for a miss."""
        self._radiosity[:-1] = self.albedo * light[self.quads].mean(axis=1)
        glowing = self._glows[self.quads[:, 0]]
        self._radiosity[:-1][glowing] = 0.0

    def _behind(self, origins: Array, hits: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Tells which rays, ``(n, RAYS)``, meet a surface from behind and near: they start inside something."""
        fixed = _cosine_set(RAYS)
        behind = np.zeros(hits.shape, dtype=np.bool_)
        side, over = _frame(self.normals)
        for k in range(RAYS):
            ray = fixed[k, 0] * side + fixed[k, 1] * over + fixed[k, 2] * self.normals
            met = hits[:, k]
            reach = ((self._centres[met] - origins) ** 2).sum(axis=1)
            behind[:, k] = (met >= 0) & ((self._facing[met] * ray).sum(axis=1) > 0) & (reach < INSIDE**2)
        return behind

    def _spread(self, light: Array, buried: NDArray[np.bool_]) -> Array:
        """Gives buried vertices the light of their nearest neighbours on the same surface that see the room."""
        known, result = ~buried, light.copy()
        a, b = self.quads.ravel(), np.roll(self.quads, 1, axis=1).ravel()
        ends = np.concatenate([np.stack([a, b], 1), np.stack([b, a], 1)])
        # Round a thin bar's edge lies another light: the sky's on its outside, the room's on its inside.
        ends = ends[(self.normals[ends[:, 0]] * self.normals[ends[:, 1]]).sum(axis=1) > ALIKE]
        for _ in range(6):
            use = ends[known[ends[:, 0]] & ~known[ends[:, 1]]]
            if not len(use):
                break
            count = np.bincount(use[:, 1], minlength=len(light))
            new = count > 0
            for c in range(3):
                total = np.bincount(use[:, 1], weights=result[use[:, 0], c], minlength=len(light))
                result[new, c] = total[new] / count[new]
            known = known | new
        return result

    def gather(self, points: Array, normals: Array, rays: int) -> Array:
        """Returns sky and bounced light at points that need not be vertices; call ``vertices`` before."""
        total, hits = self._open_sky(points, normals, rays)
        return total + self._radiosity[hits].mean(axis=1)

    def seen(self, origin: Array, directions: Array, below_chunk: int) -> Array:
        """Returns what rays from one place see of the chunks below a number, ``(n, 3)``; call ``vertices`` before."""
        kept = np.flatnonzero(self._chunks < below_chunk)
        if not len(kept):
            return self.light.sky(directions)
        scene = EmbreeScene()
        triangles = self.quads[kept][:, [0, 1, 2, 0, 2, 3]].reshape(-1, 3)
        TriangleMesh(scene, self.points[triangles].astype(np.float32))
        origins = np.repeat(origin[None], len(directions), 0).astype(np.float32)
        found = scene.run(origins, np.ascontiguousarray(directions, dtype=np.float32))
        missed = found < 0
        colour = self._radiosity[kept[np.where(missed, 0, found // 2)]]
        colour[missed] = self.light.sky(directions[missed])
        return colour

    def direct(self, points: Array, normals: Array, blur: float) -> Array:
        """Sun and lamps at points, ``(n, 3)``; the sun averaged over ``blur`` metres around each."""
        total = np.zeros((len(points), 3))
        if self.light.sun is not None:
            towards, strength = self.light.sun
            total += self.sunlit(points, normals, blur)[:, None] * strength
        for lamp in self.light.lamps:
            offset = lamp[:3] - points
            distance = np.linalg.norm(offset, axis=1)
            near = np.flatnonzero(distance < 6.5)
            if not len(near):
                continue
            towards = offset[near] / distance[near, None]
            facing = np.maximum((towards * normals[near]).sum(axis=1), 0.0)
            down = np.clip(0.35 + 0.65 * towards[:, 2], 0.0, 1.0)
            fade = np.clip(1.0 - (distance[near] / 6.5) ** 2, 0.0, 1.0) ** 2
            share = lamp[3] * facing * down * fade / (distance[near] ** 2 + 0.25)
            lit = np.flatnonzero(share > 1e-3)
            share[lit] *= ~self._shadowed(points[near[lit]], towards[lit], distance[near[lit]] - 0.1)
            total[near] += share[:, None] * self.light.lamp_colour
        return total

    def sunlit(self, points: Array, normals: Array, blur: float) -> Array:
        """Returns cosine × the share of the sun that each point sees, ``(n,)``."""
        assert self.light.sun is not None
        towards = self.light.sun[0]
        facing = np.maximum(normals @ towards, 0.0)
        up = np.flatnonzero(facing > 0.01)
        side = np.cross(normals[up], [0.31, 0.23, 0.92])
        side /= np.maximum(np.linalg.norm(side, axis=1, keepdims=True), 1e-9)
        over = np.cross(normals[up], side)
        seen = np.zeros(len(up))
        spread = [(0.0, 0.0)] if blur == 0 else [(math.sqrt((i + 0.5) / SPREAD), i * 2.39996) for i in range(SPREAD)]
        for reach, turn in spread:
            moved = points[up] + blur * reach * (math.cos(turn) * side + math.sin(turn) * over)
            seen += self._trace(moved, np.broadcast_to(towards, moved.shape)) < 0
        facing[up] *= seen / len(spread)
        return facing

    def _open_sky(self, origins: Array, normals: Array, rays: int) -> tuple[Array, NDArray[np.int32]]:
        """Traces a fixed cosine-weighted set at every point: mean sky light ``(n, 3)`` and hit quads ``(n, rays)``."""
        fixed = _cosine_set(rays)
        hits = np.empty((len(origins), rays), dtype=np.int32)
        sky = np.zeros((len(origins), 3))
        step = max(1, BATCH // rays)
        for a in range(0, len(origins), step):
            n = normals[a : a + step]
            side, over = _frame(n)
            rays_out = (
                fixed[None, :, 0, None] * side[:, None]
                + fixed[None, :, 1, None] * over[:, None]
                + fixed[None, :, 2, None] * n[:, None]
            ).reshape(-1, 3)
            found = self._trace(np.repeat(origins[a : a + step], rays, axis=0), rays_out)
            missed = found < 0
            seen = np.zeros((len(found), 3))
            seen[missed] = self.light.sky(rays_out[missed])
            sky[a : a + step] = seen.reshape(len(n), rays, 3).mean(axis=1)
            hits[a : a + step] = found.reshape(len(n), rays)
        return sky, hits

    def _trace(self, origins: Array, directions: Array) -> NDArray[np.int32]:
        """Returns the quad that each ray hits first, −1 for none."""
        result = np.empty(len(origins), dtype=np.int32)
        for a in range(0, len(origins), BATCH):
            o = np.ascontiguousarray(origins[a : a + BATCH], dtype=np.float32)
            d = np.ascontiguousarray(directions[a : a + BATCH], dtype=np.float32)
            found = self._scene.run(o, d)
            result[a : a + BATCH] = np.where(found >= 0, found // 2, -1)
        return result

    def _shadowed(self, origins: Array, directions: Array, reach: Array) -> NDArray[np.bool_]:
        """Tells which rays hit something before ``reach`` metres."""
        if not len(origins):
            return np.zeros(0, dtype=np.bool_)
        distance = self._scene.run(
            np.ascontiguousarray(origins, dtype=np.float32),
            np.ascontiguousarray(directions, dtype=np.float32),
            query="DISTANCE",
        )
        return np.asarray(distance < reach)


def _cosine_set(rays: int) -> Array:
    """A fixed cosine-weighted set about +z, ``(rays, 3)``: a spiral, evenly spread."""
    n = np.arange(rays) + 0.5
    radius, turn = np.sqrt(n / rays), n * 2.399963229728653
    return np.stack([radius * np.cos(turn), radius * np.sin(turn), np.sqrt(1 - n / rays)], 1)


def _frame(normals: Array) -> tuple[Array, Array]:
    """Two unit vectors across each normal, turned the same way for equal normals."""
    helper = np.where(np.abs(normals[:, 2:]) > 0.9, [1.0, 0.0, 0.0], [0.0, 0.0, 1.0])
    side = np.cross(helper, normals)
    side /= np.maximum(np.linalg.norm(side, axis=1, keepdims=True), 1e-12)
    return side, np.cross(normals, side)
