"""What a room is made of before it is baked: its mesh, its light, its sheets and its tone."""

from dataclasses import dataclass, field

import numpy as np

from assets.make.bake import Light
from assets.make.mesh import Array, Mesh
from halles.world.geometry import Box, place
from halles.world.scene import Scene


@dataclass(frozen=True)
class Sheet:
    """An unlit picture hung in the room: a grid of points ``(rows, columns, 3)`` with uv of the same shape.

    ``texture`` names it: ``signs`` (the atlas), ``screens`` (idle cards), ``door-<hall>`` (a picture of that hall).
    """

    texture: str
    points: Array
    uv: Array


@dataclass(frozen=True)
class Sign:
    """Letters on a wall: lines of text with the height of their capitals (metres), a place and a heading (radians)."""

    lines: tuple[tuple[str, float], ...]
    x: float
    y: float
    z: float
    heading: float
    colour: str
    radius: float = 0.0
    """Of the wall that the letters bend along, around the origin; 0 is flat."""


@dataclass
class Tone:
    """How a room's light becomes a picture: see the shaders. Colours are linear."""

    exposure: float = 1.0
    fog_density: float = 0.003
    fog_colour: tuple[float, float, float] = (0.8, 0.8, 0.8)
    background: tuple[float, float, float] = (0.86, 0.89, 0.92)
    polish: float = 1.0
    """Of the floor: how much of Fresnel's share it mirrors."""


@dataclass
class Room:
    """A built room, ready to be baked."""

    scene: Scene
    mesh: Mesh
    light: Light
    tone: Tone
    sheets: list[Sheet] = field(default_factory=list)
    signs: list[Sign] = field(default_factory=list)
    height: float = 9.0
    """Of the ceiling: the reflections' box."""


def upright(
    box: Box, z: float, width: float, height: float, uv: tuple[float, float, float, float], texture: str
) -> Sheet:
    """Returns a flat sheet whose centre is ``box``'s front face centre at ``z``; uv = (left, bottom, right, top)."""
    x = np.array([[width / 2, -width / 2], [width / 2, -width / 2]])
    up = np.array([[-height / 2, -height / 2], [height / 2, height / 2]])
    spots = [
        [(*place(box, float(a), box.depth / 2), z + float(b)) for a, b in zip(*row, strict=True)]
        for row in zip(x, up, strict=True)
    ]
    left, bottom, right, top = uv
    return Sheet(texture, np.array(spots), np.array([[[left, bottom], [right, bottom]], [[left, top], [right, top]]]))
