"""Upright pictures in the hall: neither fog nor tone, so that a screen keeps its black and its white."""

from typing import Any, Final

import numpy as np
from panda3d.core import TransparencyAttrib

from halles.world.scene import Screen
from halles_client.view import textures
from halles_client.view.booth_kit import Surface
from halles_client.view.booth_signs import corners
from halles_client.view.meshes import sheets
from halles_client.view.shader_source import shader
from halles_client.view.steering import Ray
from halles_client.view.textures import Packed
from halles_client.view.window import Window

LIFT_M: Final = 0.03
"""Before the screen that is baked there."""

OVER_M: Final = 0.02
"""Between what lies over a screen's picture and that."""


class Plate:
    """One picture at a place; nothing is drawn before there is one.

    Attributes:
        node: What draws it.
    """

    def __init__(self, window: Window, root: Any, name: str, surface: Surface, *, clear: bool = False) -> None:
        """Puts it up; ``clear`` for pictures that may be seen through."""
        self._window, self._name = window, name
        grid = np.zeros((2, 2, 5), dtype=np.float32)
        # Corners go round from the left bottom; a grid's rows go from the bottom up.
        around = corners(surface, 0.0, 0.0)
        grid[..., :3] = np.array(((around[0], around[1]), (around[3], around[2])))
        grid[..., 3:] = (((0.0, 0.0), (1.0, 0.0)), ((0.0, 1.0), (1.0, 1.0)))
        self.node: Any = root.attach_new_node(sheets(name, [grid]))
        self.node.set_shader(shader("sheet"))
        if clear:
            self.node.set_transparency(TransparencyAttrib.M_alpha)
            self.node.set_depth_write(False)
        self.node.hide()

    @property
    def shown(self) -> bool:
        """Whether it is drawn."""
        return not self.node.is_hidden()

    def show(self, picture: Packed) -> None:
        """Shows a picture in place of the one before."""
        texture = textures.from_packed(picture, self._name, anisotropy=4)
        textures.send(texture, self._window)
        self.show_texture(texture)

    def show_texture(self, texture: Any) -> None:
        """Shows a texture that somebody else changes."""
        self.node.set_texture(texture, 1)
        self.node.show()

    def hide(self) -> None:
        """Takes the picture away."""
        self.node.hide()
        self.node.clear_texture()


def spot_on(screen: Screen, ray: Ray) -> tuple[float, float] | None:
    """Returns where a ray meets a screen's front, shares from its left top; None beside it or from behind."""
    heading = float(np.radians(screen.heading))
    out, right = (-float(np.sin(heading)), float(np.cos(heading))), (float(np.cos(heading)), float(np.sin(heading)))
    towards = ray.dx * out[0] + ray.dy * out[1]
    if towards >= -1e-9:
        return None
    far = ((screen.x - ray.x) * out[0] + (screen.y - ray.y) * out[1]) / towards
    x, y, z = ray.x + far * ray.dx, ray.y + far * ray.dy, ray.z + far * ray.dz
    across = 0.5 - ((x - screen.x) * right[0] + (y - screen.y) * right[1]) / screen.width
    down = 1.0 - (z - screen.z) / screen.height
    inside = far > 0.0 and 0.0 <= across <= 1.0 and 0.0 <= down <= 1.0
    return (across, down) if inside else None


def surface_of(screen: Screen, lift: float = LIFT_M) -> Surface:
    """Returns where a screen's picture hangs."""
    return part_of(screen, (0.0, 0.0, 1.0, 1.0), lift)


def part_of(screen: Screen, part: tuple[float, float, float, float], lift: float) -> Surface:
    """Returns where a part of a screen lies: shares from its left top, as who looks at it sees them."""
    left, top, right, bottom = part
    heading = float(np.radians(screen.heading))
    aside = (0.5 - (left + right) / 2) * screen.width  # whoever looks at it sees its own right on the left
    cos, sin = float(np.cos(heading)), float(np.sin(heading))
    return Surface(
        screen.x + aside * cos - lift * sin,
        screen.y + aside * sin + lift * cos,
        screen.z + screen.height * (1.0 - (top + bottom) / 2),
        screen.width * (right - left),
        screen.height * (bottom - top),
        heading,
    )
