"""What the avatars' shaders read: the buffer of people, and the few numbers that all of them share.

Numbers live in pointer arrays, so that changing one costs no new render state; every input exists before the first
frame, else Panda3D asserts.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from panda3d.core import (
    GeomEnums,
    LVecBase4f,
    OmniBoundingVolume,
    PTA_LVecBase3f,
    PTA_LVecBase4f,
    SamplerState,
    Shader,
    Texture,
)

from halles.world.look import COATS, HAIRS, SKINS, TROUSERS
from halles_client.view.avatar_shaders import Program

DEFAULT_EXPOSURE: Final = 0.82
DEFAULT_FOG_DENSITY: Final = 0.003
DEFAULT_FOG: Final = (0.62, 0.62, 0.60)
SATURATION: Final = 0.97


class PeopleBuffer:
    """A buffer texture of three texels a person, written once a frame."""

    def __init__(self, capacity: int) -> None:
        self.texture = Texture("people")
        self.texture.setup_buffer_texture(capacity * 3, Texture.T_float, Texture.F_rgba32, GeomEnums.UH_dynamic)
        self._rows = np.zeros((capacity, 3, 4), np.float32)

    def rows(self, count: int) -> NDArray[np.float32]:
        """Returns the first ``count`` rows to be filled, shape ``(count, 3, 4)``."""
        return self._rows[:count]

    def send(self) -> None:
        """Hands all rows to the driver with the next frame."""
        np.frombuffer(memoryview(self.texture.modify_ram_image()), np.float32)[:] = self._rows.reshape(-1)


class AvatarInputs:
    """The numbers and textures shared by everybody under ``root``.

    Light, tone and fog are those that the hall set on ``render`` (see ``scene_view``); where there is none yet, even
    light takes their place, and a hall shown later replaces it.
    """

    def __init__(self, render: Any, root: Any, people: PeopleBuffer) -> None:
        self._frame = _vectors4(1)
        self._palette = PTA_LVecBase3f.empty_array(32)
        for i, text in enumerate([*COATS, *TROUSERS, *SKINS, *HAIRS]):
            self._palette.set_element(i, tuple(int(text[k : k + 2], 16) / 255 for k in (0, 2, 4)))
        root.set_shader_inputs(u_people=people.texture, u_frame=self._frame, u_palette=self._palette)
        if not render.get_shader_input("tone"):
            set_tone(render, DEFAULT_EXPOSURE, DEFAULT_FOG_DENSITY, DEFAULT_FOG)
        if not render.get_shader_input("floor_light"):
            set_floor_light(render, None, (0.0, 0.0), (1.0, 1.0))

    def set_frame(self, seconds: float, sway: float) -> None:
        """Sets the clock of gestures and how much people sway, 0 … 1."""
        self._frame.set_element(0, LVecBase4f(seconds, sway, 0.0, 0.0))


def instanced(node: Any, name: str, text: Program) -> Any:
    """Prepares a ``GeomNode`` path for hardware instancing and returns its slice: ``(first row, -, -, -)``."""
    base = _vectors4(1)
    node.set_shader(Shader.make(Shader.SL_GLSL, vertex=text.vertex, fragment=text.fragment))
    node.set_shader_input("u_slice", base)
    node.node().set_name(name)
    node.node().set_bounds(OmniBoundingVolume())
    node.node().set_final(True)
    return base


def set_tone(node: Any, exposure: float, fog_density: float, fog: tuple[float, float, float]) -> None:
    """Sets exposure, fog per metre and the fog's light (linear) for what hangs under a node."""
    node.set_shader_input("tone", LVecBase4f(exposure, fog_density, SATURATION, 0.0))
    node.set_shader_input("fog_colour", LVecBase4f(*fog, 1.0))


def set_floor_light(node: Any, texture: Any | None, origin: tuple[float, float], size: tuple[float, float]) -> None:
    """Lights whoever hangs under a node by where they stand.

    Args:
        node: Everybody, or the whole scene.
        texture: The floor's light, each texel √(light / 4), row 0 at the south; None for even light of 1.
        origin: South-west corner, metres.
        size: Width and depth that the texture covers, metres.
    """
    if texture is None:
        texture = Texture("even light")
        texture.setup_2d_texture(1, 1, Texture.T_unsigned_byte, Texture.F_rgb)
        texture.set_ram_image(bytes((128, 128, 128)))
        texture.set_minfilter(SamplerState.FT_nearest)
    node.set_shader_input("floor_light", texture)
    node.set_shader_input("floor_map", LVecBase4f(*origin, 1.0 / size[0], 1.0 / size[1]))


def _vectors4(count: int) -> Any:
    array = PTA_LVecBase4f.empty_array(count)
    for i in range(count):
        array.set_element(i, LVecBase4f(0.0))
    return array
