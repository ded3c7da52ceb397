"""What stands in a hall beside its booths: stage, screens' frames, benches, lectern, desk, planters and trees."""

import math

import numpy as np

from assets.make.mesh import Array, Mesh
from assets.make.room import Sheet, upright
from halles.world.geometry import Box
from halles.world.scene import Obstacle, Scene
from halles_client.view.baked import LEAF_CHUNK

BENCH = 0.44
"""Height of a seat, metres."""

STOOL = 0.46
"""Height of a stool on the stage, metres."""

SEAT = "c9a76f"
"""Pale oak: under a low sun and between bricks the usual one turns red-brown."""

FIRST_CHUNK = 50
LEAVES = 260
"""Of one tree."""

SCREEN_UV = {
    "main": (0.0, 0.4375, 1.0, 1.0),
    "questions": (0.0, 0.0, 0.2598, 0.4375),
    "programme": (0.27, 0.0, 0.5298, 0.4375),
    "welcome": (0.0, 0.0, 1.0, 1.0),
}
"""Where each screen's idle card lies on its hall's ``screens`` picture, (left, bottom, right, top)."""


def add_fittings(mesh: Mesh, scene: Scene, *, trees: bool, wall_top: float) -> list[Sheet]:
    """Adds everything that the plan's obstacles, stages and screens call for; returns the screens' sheets."""
    mesh.chunk = FIRST_CHUNK
    for row in scene.obstacles:
        part = Mesh()
        _PARTS.get(row.kind, _nothing)(part, row)
        if row.kind == "wall":
            _housing(part, row, wall_top if row.width > 5 else 5.0)
        mesh.chunk = LEAF_CHUNK if row.kind == "planter" else FIRST_CHUNK
        mesh.turned(part, row.x, row.y, row.box.heading)
    mesh.chunk = FIRST_CHUNK
    for row in scene.floors:
        part = Mesh()
        if row.low < row.high:
            _steps(part, row.width, row.depth, row.high)
        else:
            hw, hd = row.width / 2, row.depth / 2
            part.box((-hw, -hd, 0.0), (hw, hd, row.high), "oak", 1.0, faces="wt")
            part.box((-hw, -hd, 0.0), (hw, hd, row.high), "oak", 0.6, faces="se")
        mesh.turned(part, row.x, row.y, math.radians(row.heading))
    if scene.stages:
        _stools(mesh, scene)
    if trees:
        mesh.chunk = LEAF_CHUNK
        for number, row in enumerate(r for r in scene.obstacles if r.kind == "planter"):
            add_tree(mesh, row.x, row.y, number)
    mesh.chunk = 0
    return [
        upright(
            Box(s.x, s.y, s.width, 0.02, math.radians(s.heading)),
            s.z + s.height / 2,
            s.width,
            s.height,
            SCREEN_UV[s.id],
            "screens",
        )
        for s in scene.screens
        if s.id in SCREEN_UV
    ]


def _nothing(part: Mesh, row: Obstacle) -> None:
    """Edges are felt, not seen; columns belong to the room's own style."""


def _bench(part: Mesh, row: Obstacle) -> None:
    """An oak plank on dark steel feet, as the screens' bodies are dark."""
    w, d = row.width / 2, row.depth / 2
    part.box((-w, -d, BENCH - 0.08), (w, d, BENCH), "oak", 1.1, faces="wesnt", colour=SEAT)
    part.quad((-w, d, BENCH - 0.08), (w, d, BENCH - 0.08), (-w, -d, BENCH - 0.08), "oak", 2.2, colour=SEAT)
    for x in np.linspace(-w + 0.3, w - 0.3, 2 + round(row.width / 4)):
        part.box((x - 0.04, -d + 0.06, 0.0), (x + 0.04, d - 0.06, BENCH - 0.08), "dark", 0.4, faces="wesn")


def _lectern(part: Mesh, row: Obstacle) -> None:
    w, d = row.width / 2, row.depth / 2
    part.box((-w, -d, 0.6), (w, d, 1.72), "slats", 0.6, faces="wesn")
    part.box((-w - 0.03, -d - 0.03, 1.72), (w + 0.03, d + 0.03, 1.76), "oak", 1.0, faces="wesnt")


def _desk(part: Mesh, row: Obstacle) -> None:
    w, d = row.width / 2, row.depth / 2
    part.box((-w + 0.05, -d + 0.05, 0.0), (w - 0.05, d - 0.05, 1.0), "slats", 0.7, faces="wesn")
    part.box((-w, -d, 1.0), (w, d, 1.06), "oak", 1.0, faces="wesnt")


def _planter(part: Mesh, row: Obstacle) -> None:
    """A round tub for a tree, or a long trough with leaves."""
    if abs(row.width - row.depth) < 0.1:
        radius = row.width / 2
        turn = np.linspace(0, 2 * math.pi, 13)
        ring = lambda r, z: np.stack([r * np.cos(turn), r * np.sin(turn), np.full(13, z)], 1)  # noqa: E731
        part.grid(np.stack([ring(radius * 0.86, 0.0), ring(radius, 0.58)]), "plaster", colour="bdb5a5")
        part.grid(
            np.stack([ring(radius, 0.58), ring(radius * 0.9, 0.58), ring(radius * 0.88, 0.5), ring(0.0, 0.5)]), "bark"
        )
        return
    w, d = row.width / 2, row.depth / 2
    part.box((-w, -d, 0.0), (w, d, 0.62), "plaster", 0.8, faces="wesnt", colour="c9c2b4")
    rng = np.random.default_rng(round(abs(row.x) * 10))
    centres = np.stack(
        [rng.uniform(-w + 0.25, w - 0.25, 90), rng.uniform(-d + 0.2, d - 0.2, 90), rng.uniform(0.6, 1.05, 90)], 1
    )
    _leaves(part, centres, rng, 0.4)


_PARTS = {"bench": _bench, "lectern": _lectern, "desk": _desk, "planter": _planter}


def _housing(part: Mesh, row: Obstacle, top: float) -> None:
    """The dark body behind a screen."""
    w, d = row.width / 2, row.depth / 2
    part.box((-w, -d, 0.0), (w, d, top), "dark", 2.0, faces="wesnt")


def _steps(part: Mesh, width: float, depth: float, high: float, count: int = 3) -> None:
    w = width / 2
    for i in range(count):
        y0, z = -depth / 2 + depth * i / count, high * (i + 1) / count
        part.box((-w, y0, 0.0), (w, depth / 2, z), "oak", 1.0, faces="wes", colour="a97c4b")
        part.quad((-w, y0, z), (w, y0, z), (-w, y0 + depth / count, z), "oak", 1.0)


def _stools(mesh: Mesh, scene: Scene) -> None:
    """Four round stools for a panel, at the stage's back half: an oak seat on four splayed steel legs."""
    stage = scene.stages[0]
    turn = np.linspace(0, 2 * math.pi, 13)
    top = stage.height + STOOL
    rings = [(0.17, top - 0.05), (0.2, top - 0.045), (0.2, top), (0.0, top)]
    for number, x in enumerate((0.2, 1.5, 2.8, 4.1)):
        part = Mesh()
        seat = [np.stack([r * np.cos(turn), r * np.sin(turn), np.full(13, z)], 1) for r, z in rings]
        part.grid(np.stack(seat[:3]), "oak", colour=SEAT)
        part.grid(np.stack(seat[2:]), "oak", colour=SEAT, uv=np.stack([ring[:, :2] / 2 for ring in seat[2:]]))
        for leg in (0.25, 0.75, 1.25, 1.75):
            x0, y0 = math.cos(math.pi * leg), math.sin(math.pi * leg)
            foot, head = [0.2 * x0, 0.2 * y0, stage.height], [0.12 * x0, 0.12 * y0, top - 0.05]
            part.tube(np.array([foot, head]), 0.018, 4, "dark")
        mesh.turned(part, stage.x + x, stage.y + 0.9, 0.4 * number)


def add_tree(mesh: Mesh, x: float, y: float, seed: int) -> None:
    """A small tree with an airy crown of leaf quads."""
    rng = np.random.default_rng(40 + seed)
    tree = Mesh()
    lean = rng.uniform(-0.12, 0.12, 2)
    path = np.array([[0.0, 0.0, 0.5], [lean[0], lean[1], 1.7], [-lean[0], lean[1], 2.7]])
    tree.tube(path, 0.075, 5, "bark")
    unit = rng.normal(size=(LEAVES, 3))
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    spread = rng.uniform(0.3, 1.0, (LEAVES, 1)) ** 0.5
    centres = np.array([0.0, 0.0, 3.35]) + unit * spread * [1.25, 1.25, 0.95]
    _leaves(tree, centres, rng, 0.46)
    mesh.turned(tree, x, y, float(rng.uniform(0, 6)))


def _leaves(part: Mesh, centres: Array, rng: np.random.Generator, size: float) -> None:
    """Leaf quads turned outwards, each a little different in green; the view draws their chunk from both sides."""
    greens = ("82a04f", "94b35c", "728f47", "63803e")
    out = centres - centres.mean(axis=0) + [0.0, 0.0, 0.15]
    for number, centre in enumerate(centres):
        a = rng.normal(size=3) * [1, 1, 0.6]
        a /= np.linalg.norm(a)
        b = np.cross(a, rng.normal(size=3))
        b *= size * 0.6 / np.linalg.norm(b)
        a *= size
        at = centre - a / 2
        colour = greens[int(rng.integers(4))]
        corner, along, over = tuple(at), tuple(at + (a + b) / 2), tuple(at + (a - b) / 2)
        if np.cross(a, b) @ out[number] < 0:
            along, over = over, along
        part.quad(corner, along, over, "leaf", 9.0, colour=colour)
