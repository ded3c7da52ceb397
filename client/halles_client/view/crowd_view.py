"""Draws everybody in the hall: four instanced draws, whatever their number.

Full bodies near, simple bodies in the middle, flat pictures of bodies beyond, blob shadows under the nearest. What is
drawn is decided in ``crowd_rows``; this module only keeps the four nodes and hands over the numbers.
"""

import math
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from panda3d.core import TransparencyAttrib

from halles_client.replica.crowd import Crowd
from halles_client.view import avatar_shaders as shaders
from halles_client.view.avatar_inputs import AvatarInputs, PeopleBuffer, instanced
from halles_client.view.avatar_mesh import load_atlas, load_mesh, quad
from halles_client.view.crowd_rows import (
    CAPACITY,
    IN_THE_WAY_M,
    TOO_NEAR_M,
    BodyEase,
    OwnAvatar,
    Sight,
    Slices,
    fill,
    in_sight,
    levels_for,
    slices,
    with_own,
)
from halles_client.view.presets import Preset
from halles_client.view.window import Window

_IMPOSTOR_CORNERS: Final = ((-0.5, 0.0, 0.0), (0.5, 0.0, 0.0), (0.5, 0.0, 1.0), (-0.5, 0.0, 1.0))
_SHADOW_CORNERS: Final = ((-1.0, -1.0, 0.0), (1.0, -1.0, 0.0), (1.0, 1.0, 0.0), (-1.0, 1.0, 0.0))


class CrowdView:
    """The people of the hall that one is in.

    Attributes:
        root: The node that holds them; hide it while something else is drawn.
        drawn: How many were drawn in each level by the last ``draw``.
        reduced_motion: No idle sway.
    """

    def __init__(self, window: Window, preset: Preset) -> None:
        self._window = window
        self._levels = levels_for(preset)
        self._people = PeopleBuffer(CAPACITY)
        self._ease = BodyEase()
        self._seconds = 0.0
        self.reduced_motion = False
        self.drawn = Slices(0, 0, 0, 0)
        self.root = window.base.render.attach_new_node("people")
        self._inputs = AvatarInputs(window.base.render, self.root, self._people)
        self._near = self._level(load_mesh("near"), "near", shaders.AVATAR)
        self._mid = self._level(load_mesh("mid"), "mid", shaders.AVATAR)
        self._far = self._level(quad("far", _IMPOSTOR_CORNERS), "far", shaders.IMPOSTOR)
        self._far[0].set_shader_input("u_atlas", load_atlas())
        self._far[0].set_two_sided(True)
        self._shadows = self._level(quad("shadows", _SHADOW_CORNERS), "shadows", shaders.SHADOW)
        self._shadows[0].set_transparency(TransparencyAttrib.M_alpha)
        self._shadows[0].set_depth_write(False)
        self._shadows[0].set_depth_offset(1)
        self._shadows[0].set_bin("transparent", 0)

    def draw(
        self, crowd: Crowd, camera_x: float, camera_y: float, dt: float, own: OwnAvatar | None = None
    ) -> NDArray[np.intp]:
        """Shows the crowd as it is now, with ``own`` among it in third person.

        Returns the rows of ``crowd`` that are drawn: who is out of sight or in the camera's way is not.

        Args:
            crowd: Everybody else, at render time.
            camera_x: Metres east of the camera, from which distances count.
            camera_y: Metres north.
            dt: Seconds since the last call, for gestures and idle sway.
            own: Oneself, or None in first person.
        """
        self._seconds += dt
        everybody = crowd if own is None else with_own(crowd, own)
        own_row = -1 if own is None else len(crowd.x)
        away = 0.0 if own is None else math.hypot(own.x - camera_x, own.y - camera_y)
        nearest = min(max(TOO_NEAR_M, away - 0.4), IN_THE_WAY_M)
        who, distance = in_sight(everybody, self._sight(camera_x, camera_y), nearest, own_row)
        fill(self._people.rows(len(who)), everybody, who, self._ease.step(everybody, who, dt))
        self._people.send()
        self._inputs.set_frame(self._seconds, 0.0 if self.reduced_motion else 1.0)
        self.drawn = cut = slices(distance, self._levels)
        _show(self._near, 0, cut.near)
        _show(self._mid, cut.near, cut.mid)
        _show(self._far, cut.near + cut.mid, cut.far)
        _show(self._shadows, 0, cut.shadows)
        return np.asarray(who[who != own_row], dtype=np.intp)

    def close(self) -> None:
        """Takes everybody off the scene graph."""
        self.root.remove_node()

    def _level(self, geometry: Any, name: str, text: shaders.Program) -> tuple[Any, Any]:
        node = self.root.attach_new_node(geometry)
        base = instanced(node, name, text)
        node.hide()
        return node, base

    def _sight(self, x: float, y: float) -> Sight:
        base = self._window.base
        camera = base.cam
        ahead = base.render.get_relative_vector(camera, (0.0, 1.0, 0.0))
        heading = math.atan2(-ahead[0], ahead[1])
        pitch = math.asin(min(max(ahead[2], -1.0), 1.0))
        spread = math.tan(math.radians(base.camLens.get_hfov() / 2.0))
        return Sight(x, y, camera.get_z(base.render), heading, pitch, spread)


def _show(level: tuple[Any, Any], first: int, count: int) -> None:
    node, base = level
    if count == 0:
        node.hide()
        return
    base.set_element(0, (float(first), 0.0, 0.0, 0.0))
    node.set_instance_count(count)
    node.show()
