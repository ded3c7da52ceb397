"""The chairs on a stage: one small mesh in the room's oak and steel, as many as a live session's mode has.

Their places are ``stage_seats``', so that whoever sits there is seen to sit on one. Their light is that which was baked
on the stage's floor.
"""

import math
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from panda3d.core import (
    GeomEnums,
    GeomVertexArrayFormat,
    GeomVertexData,
    GeomVertexFormat,
    InternalName,
    PTALVecBase4f,
    Vec4,
)

from halles.world.scene import Scene, Stage
from halles.world.stage_seats import seat
from halles_client.view.baked import VERTEX, Baked
from halles_client.view.meshes import drawn, fill
from halles_client.view.shader_source import shader
from halles_client.view.window import Window

SEAT_M: Final = 0.44
"""Height of a seat: a bench's, on which avatars sit as they are made."""

OAK: Final = (0xC9, 0xA7, 0x6F)
STEEL: Final = (0x3A, 0x40, 0x47)

_BOXES: Final = (
    ((-0.27, -0.25, SEAT_M - 0.05), (0.27, 0.27, SEAT_M), OAK),
    ((-0.26, -0.30, 0.56), (0.26, -0.26, 0.92), OAK),
    *(
        ((x - 0.02, y - 0.02, 0.0), (x + 0.02, y + 0.02, high), STEEL)
        for x in (-0.23, 0.23)
        for y, high in ((-0.28, 0.88), (0.23, SEAT_M - 0.05))
    ),
)
"""Low and high corner and colour of each part: seat, back, four legs; y to the front."""

_FACES: Final = (
    (0, (1.0, 0.0, 0.0), 0.62),
    (0, (-1.0, 0.0, 0.0), 0.62),
    (1, (0.0, 1.0, 0.0), 0.80),
    (1, (0.0, -1.0, 0.0), 0.45),
    (2, (0.0, 0.0, 1.0), 1.0),
)
"""Axis, normal and share of the light of each face that is drawn; none from below."""

_FALLBACK: Final = 140
_PLAIN: Final = 255
"""As the slot's number: the colour is the vertex's own."""


class Chairs:
    """The chairs of the hall on screen."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._root: Any = window.base.render.attach_new_node("chairs")
        self._node: Any = None
        self._shown: tuple[Stage, int, int] | None = None

    @property
    def count(self) -> int:
        """How many stand there."""
        return self._shown[1] if self._shown is not None else 0

    def show(self, stage: Stage | None, count: int, light: int) -> None:
        """Puts up so many chairs on a stage, in a light of √(light / 4) in 8 bits; None or 0 takes them away."""
        wanted = (stage, count, light) if stage is not None and count else None
        if wanted == self._shown:
            return
        if self._node is not None:
            self._node.remove_node()
        self._node, self._shown = None, wanted
        if wanted is not None:
            self._node = self._root.attach_new_node(_mesh(*wanted))
            switches = ("PER_PIXEL",) if self._window.preset.tone_per_pixel else ()
            self._node.set_shader(shader("fabric", *switches))
            self._node.set_shader_input("accents", PTALVecBase4f([Vec4(0.5, 0.5, 0.5, 1.0)] * 201))

    def close(self) -> None:
        """Takes them off."""
        self._root.remove_node()


def light_on(hall: Baked, scene: Scene) -> int:
    """Returns the light that was baked on a hall's stage, as its vertices have it."""
    if not scene.stages:
        return _FALLBACK
    stage = scene.stages[0]
    at = hall.vertices["position"]
    near = np.abs(at[:, 2] - stage.height) < 0.02
    near &= np.hypot(at[:, 0] - stage.x, at[:, 1] - stage.y) < stage.depth / 2
    return int(np.median(hall.vertices["light"][near, :3])) if near.any() else _FALLBACK


def _mesh(stage: Stage, count: int, light: int) -> Any:
    one = _chair(light)
    rows = []
    for number in range(count):
        pose = seat(stage, number, count)
        cos, sin = math.cos(pose.heading), math.sin(pose.heading)
        turned = one.copy()
        x, y = one["position"][:, 0], one["position"][:, 1]
        turned["position"][:, 0] = pose.x + x * cos - y * sin
        turned["position"][:, 1] = pose.y + x * sin + y * cos
        turned["position"][:, 2] += pose.z
        rows.append(turned)
    vertices = np.concatenate(rows)
    data = GeomVertexData("chairs", _format(), GeomEnums.UH_static)
    fill(data, vertices.tobytes(), len(vertices))
    first = np.arange(0, len(vertices), 4, dtype=np.uint32)
    return drawn("chairs", data, np.stack([first, first + 1, first + 2, first, first + 2, first + 3], axis=1).ravel())


def _chair(light: int) -> NDArray[np.void]:
    """Returns a chair about its own place, four vertices a face, anticlockwise as seen from outside."""
    quads = []
    for low, high, colour in _BOXES:
        for axis, normal, share in _FACES:
            quad = np.zeros(4, dtype=VERTEX)
            quad["position"] = _face(np.array(low), np.array(high), axis, normal)
            quad["light"][:, :3] = round(light * math.sqrt(share))
            quad["light"][:, 3] = _PLAIN
            quad["colour"] = (*(round(255 * math.sqrt((part / 255) ** 2.2)) for part in colour), 255)
            quads.append(quad)
    return np.concatenate(quads)


def _face(
    low: NDArray[np.float64], high: NDArray[np.float64], axis: int, normal: tuple[float, float, float]
) -> NDArray[np.float64]:
    one, other = [(1, 2), (2, 0), (0, 1)][axis]
    at = np.zeros((4, 3))
    at[:, axis] = high[axis] if normal[axis] > 0 else low[axis]
    order = ((0, 0), (1, 0), (1, 1), (0, 1)) if normal[axis] > 0 else ((0, 0), (0, 1), (1, 1), (1, 0))
    for row, (first, second) in enumerate(order):
        at[row, one] = (low, high)[first][one]
        at[row, other] = (low, high)[second][other]
    return at


def _format() -> Any:
    layout = GeomVertexArrayFormat()
    layout.add_column(InternalName.get_vertex(), 3, GeomEnums.NT_float32, GeomEnums.C_point)
    layout.add_column(InternalName.get_color(), 4, GeomEnums.NT_uint8, GeomEnums.C_color)
    layout.add_column(InternalName.make("albedo"), 4, GeomEnums.NT_uint8, GeomEnums.C_color)
    layout.add_column(InternalName.get_texcoord(), 2, GeomEnums.NT_float32, GeomEnums.C_texcoord)
    return GeomVertexFormat.register_format(GeomVertexFormat(layout))
