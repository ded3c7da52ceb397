"""The programme's boards in the hall on screen: beside each stage, and between the doors of the crossroads."""

import math
from typing import Any, Final

import numpy as np

from halles.ids import CROSSROADS
from halles.world.scene import Scene
from halles_client.view import textures
from halles_client.view.board_pictures import BoardText, draw_board
from halles_client.view.booth_kit import Surface
from halles_client.view.booth_signs import corners
from halles_client.view.meshes import sheets
from halles_client.view.shader_source import shader
from halles_client.view.window import Window

SCREEN: Final = "programme"
"""The id of the screens of plans on which it stands."""

_BETWEEN_DOORS: Final = Surface(8.0, 13.86, 2.3, 3.0, 1.7, math.radians(150.0))
"""In the crossroads: on the wall between the second door and the third, where arrivals look; the plan has no screen
there, since nothing but this is ever shown on it."""

_LIFT_M: Final = 0.012
"""Before the idle card that is baked with the hall."""


def surface_of(scene: Scene) -> Surface | None:
    """Returns where a hall's board hangs; None where it has none."""
    if scene.id == CROSSROADS:
        return _BETWEEN_DOORS
    screen = next((row for row in scene.screens if row.id == SCREEN), None)
    if screen is None:
        return None
    z = screen.z + screen.height / 2
    return Surface(screen.x, screen.y, z, screen.width, screen.height, math.radians(screen.heading))


class BoardView:
    """The board of the hall on screen, if it has one."""

    def __init__(self, window: Window) -> None:
        self._root: Any = window.base.render.attach_new_node("boards")
        self._shader = shader("booth_picture")
        self._surface: Surface | None = None
        self._shown: BoardText | None = None
        self._node: Any = None

    @property
    def has_board(self) -> bool:
        """Whether there is one in the hall on screen."""
        return self._surface is not None

    def enter(self, scene: Scene) -> None:
        """Takes the last hall's board off, and finds where this one's hangs."""
        self._take_off()
        self._surface = surface_of(scene)

    def show(self, text: BoardText) -> None:
        """Writes a text on the board; what stands there already costs nothing."""
        if self._surface is None or text == self._shown:
            return
        picture = draw_board(text, self._surface.width, self._surface.height)
        self._take_off()
        self._node = self._root.attach_new_node(sheets("board", [_grid(self._surface)]))
        self._node.set_shader(self._shader)
        self._node.set_texture(textures.from_pixels(np.ascontiguousarray(picture), "board", anisotropy=4))
        self._node.set_two_sided(True)
        self._shown = text

    def close(self) -> None:
        """Takes everything off the window."""
        self._take_off()
        self._root.remove_node()

    def _take_off(self) -> None:
        if self._node is not None:
            self._node.remove_node()
        self._node = self._shown = None


def _grid(surface: Surface) -> Any:
    """Returns a board's corners with their place in its picture, in rows from the bottom up."""
    grid = np.zeros((2, 2, 5), dtype=np.float32)
    around = corners(surface, _LIFT_M, 0.0)
    grid[..., :3] = np.array(((around[0], around[1]), (around[3], around[2])))
    grid[..., 3:] = (((0.0, 0.0), (1.0, 0.0)), ((0.0, 1.0), (1.0, 1.0)))
    return grid
