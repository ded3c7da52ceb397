"""What booths show on screen: names, discs and lights in one draw, and the pictures of each, one draw a booth.

Not here: how finely pictures hang and how they get there (``hung_pictures``), walls and counters (baked), what a booth
sheet shows (HUD).
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from panda3d.core import (
    GeomEnums,
    GeomNode,
    GeomVertexArrayFormat,
    GeomVertexData,
    GeomVertexFormat,
    InternalName,
    SamplerState,
    Texture,
    TransparencyAttrib,
)

from halles.ids import BoothId
from halles.protocol.messages import BoothCard
from halles.world.scene import Scene, Slot
from halles.world.staffing import StaffedState
from halles_client.view import booth_pictures, booth_signs
from halles_client.view.booth_kit import places
from halles_client.view.booth_signs import Sign, corners
from halles_client.view.hung_pictures import Fetch, Hung, HungPictures
from halles_client.view.meshes import drawn, fill
from halles_client.view.presets import Preset
from halles_client.view.shader_source import shader
from halles_client.view.window import Window

_RIM_M: Final = 0.025
_BEHIND_M: Final = -0.006


class BoothView:
    """The booths of the hall on screen."""

    def __init__(self, window: Window, preset: Preset, fetch: Fetch) -> None:
        self._root: Any = window.base.render.attach_new_node("booths")
        self._pictures = HungPictures(window, preset, fetch)
        self._picture_shader = shader("booth_picture")
        self._sign_shader = shader("booth_sign")
        self._scene: Scene | None = None
        self._booths: dict[BoothId, Hung] = {}
        self._signs: tuple[Sign, ...] = ()
        self._letters: booth_signs.Letters | None = None
        self._sign_node: Any = None
        self._staffed: dict[BoothId, StaffedState] = {}

    @property
    def settled(self) -> bool:
        """Whether the pictures of all booths hang as finely as they are to."""
        return self._pictures.settled

    @property
    def picture_bytes(self) -> int:
        """What all pictures that hang take of the driver's memory."""
        return self._pictures.size

    def show(self, scene: Scene, cards: Mapping[BoothId, BoothCard]) -> None:
        """Shows these booths in this hall; those that are shown already only change."""
        if scene is not self._scene:
            self.clear()
            self._scene = scene
        for gone in [booth for booth in self._booths if booth not in cards]:
            self._booths.pop(gone).node.remove_node()
        for card in cards.values():
            known = self._booths.get(card.booth)
            if known is not None and known.card.slot == card.slot:
                known.card = card
            else:
                self._hang(scene, card)
        self._pictures.show(self._booths)
        self._write_signs()

    def set_staffed(self, staffed: Mapping[BoothId, StaffedState]) -> None:
        """Lights each booth as it is staffed; those that are not named are dark."""
        wanted = dict(staffed)
        if wanted != self._staffed:
            self._staffed = wanted
            self._draw_signs()

    def step(self, x: float, y: float, now: float) -> None:
        """Hangs what has come and asks for what is next, seen from a place; call once a frame with any clock's time."""
        self._pictures.step(x, y, now)

    def clear(self) -> None:
        """Takes every booth off the screen."""
        for booth in self._booths.values():
            booth.node.remove_node()
        self._booths.clear()
        self._pictures.show({})
        if self._sign_node is not None:
            self._sign_node.remove_node()
        self._sign_node, self._letters, self._signs = None, None, ()

    def close(self) -> None:
        """Takes everything off and ends the threads."""
        self.clear()
        self._root.remove_node()
        self._pictures.close()

    def _hang(self, scene: Scene, card: BoothCard) -> None:
        old = self._booths.pop(card.booth, None)
        if old is not None:
            old.node.remove_node()
        slot = scene.slot(card.slot)
        if slot is None:
            return
        node = self._root.attach_new_node(_panels(slot))
        node.set_shader(self._picture_shader)
        self._booths[card.booth] = Hung(card, slot, node)

    # --- signs ----------------------------------------------------------------------------------------------

    def _write_signs(self) -> None:
        """Draws the letters anew when a name or a place changed."""
        signs = tuple(Sign(b.card.booth, b.card.name, b.card.accent, places(b.slot)) for b in self._booths.values())
        if signs == self._signs:
            return
        if self._letters is None or _names(signs) != _names(self._signs):
            self._letters = booth_signs.letters(signs)
            if self._sign_node is not None:
                self._sign_node.remove_node()
            self._sign_node = self._root.attach_new_node(GeomNode("signs"))
            self._sign_node.set_shader(self._sign_shader)
            self._sign_node.set_texture(_coverage(self._letters.pixels))
            self._sign_node.set_transparency(TransparencyAttrib.M_alpha)
            self._sign_node.set_depth_write(False)
            self._sign_node.set_depth_offset(1)
        self._signs = signs
        self._draw_signs()

    def _draw_signs(self) -> None:
        if self._sign_node is None or self._letters is None:
            return
        vertices = booth_signs.mesh(self._signs, self._letters, self._staffed)
        node = self._sign_node.node()
        node.remove_all_geoms()
        node.add_geoms_from(_quads("signs", vertices))


def _names(signs: tuple[Sign, ...]) -> list[tuple[BoothId, str]]:
    return [(sign.booth, sign.name) for sign in signs]


def _panels(slot: Slot) -> Any:
    """Returns a booth's panels and their rims as one mesh."""
    layout = booth_pictures.LAYOUTS[slot.size]
    width, height = layout.size
    grids = []
    for name, surface in places(slot).panels.items():
        for area, lift, rim in ((booth_pictures.FRAME, _BEHIND_M, _RIM_M), (layout.areas[name], 0.0, 0.0)):
            left, right = area.x / width, (area.x + area.width) / width
            bottom, top = 1.0 - (area.y + area.height) / height, 1.0 - area.y / height
            quad = np.zeros(4, dtype=booth_signs.VERTEX)
            quad["position"] = corners(surface, lift, rim)
            quad["colour"] = 255
            quad["uv"] = ((left, bottom), (right, bottom), (right, top), (left, top))
            grids.append(quad)
    return _quads("panels", np.concatenate(grids))


def _quads(name: str, vertices: NDArray[np.void]) -> Any:
    """Returns a node that draws quads, four vertices each."""
    data = GeomVertexData(name, _format(), GeomEnums.UH_static)
    fill(data, vertices.tobytes(), len(vertices))
    first = np.arange(0, len(vertices), 4, dtype=np.uint32)
    return drawn(name, data, np.stack([first, first + 1, first + 2, first, first + 2, first + 3], axis=1).ravel())


def _format() -> Any:
    layout = GeomVertexArrayFormat()
    layout.add_column(InternalName.get_vertex(), 3, GeomEnums.NT_float32, GeomEnums.C_point)
    layout.add_column(InternalName.get_color(), 4, GeomEnums.NT_uint8, GeomEnums.C_color)
    layout.add_column(InternalName.get_texcoord(), 2, GeomEnums.NT_float32, GeomEnums.C_texcoord)
    return GeomVertexFormat.register_format(GeomVertexFormat(layout))


def _coverage(pixels: NDArray[np.uint8]) -> Any:
    height, width = pixels.shape
    texture = Texture("letters")
    texture.setup_2d_texture(width, height, Texture.T_unsigned_byte, Texture.F_red)
    texture.set_ram_image(np.ascontiguousarray(pixels[::-1]).tobytes())
    texture.set_minfilter(SamplerState.FT_linear_mipmap_linear)
    texture.set_magfilter(SamplerState.FT_linear)
    texture.set_anisotropic_degree(4)
    return texture
