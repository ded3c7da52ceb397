"""What booths show on screen: names, discs and lights in one draw, and the pictures of the nearest, one draw a booth.

Pictures are fetched and put together in threads, nearest first, at most ``KEPT`` booths at a time; until then, and
while a newer one comes, the old one stays. Not here: walls and counters (baked), what a booth sheet shows (HUD).
"""

import math
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from panda3d.core import (
    Geom,
    GeomEnums,
    GeomNode,
    GeomTriangles,
    GeomVertexArrayFormat,
    GeomVertexData,
    GeomVertexFormat,
    InternalName,
    SamplerState,
    Texture,
    TransparencyAttrib,
)

from halles.errors import HallesError
from halles.ids import BoothId, MediaId
from halles.protocol.messages import BoothCard
from halles.world.booth import ACCENTS, accent_of
from halles.world.scene import Scene, Slot
from halles.world.staffing import StaffedState
from halles_client.view import booth_pictures, booth_signs, textures
from halles_client.view.booth_kit import BoothPlaces, places
from halles_client.view.booth_signs import Sign, corners
from halles_client.view.presets import Preset
from halles_client.view.shader_source import shader
from halles_client.view.window import Window

Fetch = Callable[[MediaId], "Future[bytes]"]

KEPT: Final = 48
"""Booths whose pictures are held; about 60 MB."""

LOADING: Final = 4
"""Booths whose pictures are under way at once."""

AGAIN_S: Final = 15.0
"""Seconds after which a picture that did not come is asked for again."""

_RIM_M: Final = 0.025
_BEHIND_M: Final = -0.006


class _Booth:
    """One booth on screen."""

    def __init__(self, card: BoothCard, slot: Slot, where: BoothPlaces, node: Any) -> None:
        self.card, self.slot, self.where, self.node = card, slot, where, node
        self.loaded: BoothCard | None = None
        self.wanted: BoothCard | None = None
        """Whose pictures hang, and whose were last asked for: a draft's revision may be a lower one."""

        self.again_at = math.inf
        """When pictures that did not come are asked for again."""

        self.fetching: dict[str, Future[bytes]] | None = None
        self.composed: Future[NDArray[np.uint8]] | None = None


class BoothView:
    """The booths of the hall on screen."""

    def __init__(self, window: Window, preset: Preset, fetch: Fetch) -> None:
        self._root: Any = window.base.render.attach_new_node("booths")
        self._anisotropy = preset.anisotropy
        self._fetch = fetch
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="halles booths")
        self._picture_shader = shader("booth_picture")
        self._sign_shader = shader("booth_sign")
        self._plain = {colour: _plain(colour) for colour in ACCENTS}
        self._scene: Scene | None = None
        self._booths: dict[BoothId, _Booth] = {}
        self._signs: tuple[Sign, ...] = ()
        self._letters: booth_signs.Letters | None = None
        self._sign_node: Any = None
        self._staffed: dict[BoothId, StaffedState] = {}
        self.settled = True
        """Whether the pictures of all booths that are to be drawn hang."""

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
        self.settled = not self._booths
        self._write_signs()

    def set_staffed(self, staffed: Mapping[BoothId, StaffedState]) -> None:
        """Lights each booth as it is staffed; those that are not named are dark."""
        wanted = dict(staffed)
        if wanted != self._staffed:
            self._staffed = wanted
            self._draw_signs()

    def step(self, x: float, y: float, now: float) -> None:
        """Hangs what has come and asks for what is next, seen from a place; call once a frame with any clock's time."""
        near = sorted(self._booths.values(), key=lambda b: math.hypot(b.slot.x - x, b.slot.y - y))
        for booth in near[KEPT:]:
            if booth.loaded is not None:
                self._unhang(booth)
        under_way = sum(self._go_on(booth, now) for booth in near[:KEPT])
        for booth in near[:KEPT]:
            if under_way >= LOADING:
                break
            if booth.composed is None and (booth.wanted != booth.card or booth.again_at <= now):
                booth.wanted, booth.again_at = booth.card, math.inf
                booth.fetching = {slot: self._fetch(media) for slot, media in _pictures(booth)}
                under_way += 1
        self.settled = all(booth.loaded == booth.card for booth in near[:KEPT])

    def clear(self) -> None:
        """Takes every booth off the screen."""
        for booth in self._booths.values():
            booth.node.remove_node()
        self._booths.clear()
        if self._sign_node is not None:
            self._sign_node.remove_node()
        self._sign_node, self._letters, self._signs = None, None, ()

    def close(self) -> None:
        """Takes everything off and ends the threads."""
        self.clear()
        self._root.remove_node()
        self._threads.shutdown(wait=False, cancel_futures=True)

    # --- pictures -------------------------------------------------------------------------------------------

    def _hang(self, scene: Scene, card: BoothCard) -> None:
        old = self._booths.pop(card.booth, None)
        if old is not None:
            old.node.remove_node()
        slot = scene.slot(card.slot)
        if slot is None:
            return
        where = places(slot)
        node = self._root.attach_new_node(_panels(slot, where))
        node.set_shader(self._picture_shader)
        node.set_texture(self._plain[accent_of(card.accent)])
        self._booths[card.booth] = _Booth(card, slot, where, node)

    def _unhang(self, booth: _Booth) -> None:
        booth.node.set_texture(self._plain[accent_of(booth.card.accent)], 1)
        booth.loaded = booth.wanted = None
        booth.again_at, booth.fetching, booth.composed = math.inf, None, None

    def _go_on(self, booth: _Booth, now: float) -> bool:
        """Takes the next step with a booth's pictures; tells whether they are still under way."""
        if booth.composed is not None:
            if not booth.composed.done():
                return True
            pixels, booth.composed = booth.composed.result(), None
            texture = textures.from_pixels(pixels, str(booth.card.booth), anisotropy=max(2, self._anisotropy))
            texture.set_keep_ram_image(False)
            booth.node.set_texture(texture, 1)
            booth.loaded = booth.wanted
            return False
        if booth.fetching is None:
            return False
        if all(future.done() for future in booth.fetching.values()):
            had = {slot: future.result() for slot, future in booth.fetching.items() if _came(future)}
            if len(had) < len(booth.fetching):
                booth.again_at = now + AGAIN_S
            booth.fetching, card = None, booth.card
            booth.composed = self._threads.submit(booth_pictures.compose, booth.slot.size, card.name, card.accent, had)
        return True

    # --- signs ----------------------------------------------------------------------------------------------

    def _write_signs(self) -> None:
        """Draws the letters anew when a name or a place changed."""
        signs = tuple(Sign(b.card.booth, b.card.name, b.card.accent, b.where) for b in self._booths.values())
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
        node.add_geom(_quads("signs", vertices))


def _pictures(booth: _Booth) -> list[tuple[str, MediaId]]:
    wanted = booth_pictures.LAYOUTS[booth.slot.size].areas
    return [(slot, MediaId(media)) for slot, media in booth.card.pictures if slot in wanted and media]


def _came(future: "Future[bytes]") -> bool:
    """Tells whether a picture came; one that did not is shown as missing."""
    return not future.cancelled() and not isinstance(future.exception(), HallesError)


def _names(signs: tuple[Sign, ...]) -> list[tuple[BoothId, str]]:
    return [(sign.booth, sign.name) for sign in signs]


def _panels(slot: Slot, where: BoothPlaces) -> Any:
    """Returns a booth's panels and their rims as one mesh."""
    layout = booth_pictures.LAYOUTS[slot.size]
    width, height = layout.size
    grids = []
    for name, surface in where.panels.items():
        for area, lift, rim in ((booth_pictures.FRAME, _BEHIND_M, _RIM_M), (layout.areas[name], 0.0, 0.0)):
            left, right = area.x / width, (area.x + area.width) / width
            bottom, top = 1.0 - (area.y + area.height) / height, 1.0 - area.y / height
            quad = np.zeros(4, dtype=booth_signs.VERTEX)
            quad["position"] = corners(surface, lift, rim)
            quad["colour"] = 255
            quad["uv"] = ((left, bottom), (right, bottom), (right, top), (left, top))
            grids.append(quad)
    node = GeomNode("panels")
    node.add_geom(_quads("panels", np.concatenate(grids)))
    return node


def _quads(name: str, vertices: NDArray[np.void]) -> Any:
    """Returns quads, four vertices each, as geometry."""
    data = GeomVertexData(name, _format(), GeomEnums.UH_static)
    data.unclean_set_num_rows(len(vertices))
    if len(vertices):
        data.modify_array_handle(0).copy_data_from(vertices.tobytes())
    first = np.arange(0, len(vertices), 4, dtype=np.uint32)
    indices = np.stack([first, first + 1, first + 2, first, first + 2, first + 3], axis=1).ravel()
    triangles = GeomTriangles(GeomEnums.UH_static)
    triangles.set_index_type(GeomEnums.NT_uint32)
    array = triangles.modify_vertices()
    array.unclean_set_num_rows(len(indices))
    array.modify_handle().copy_data_from(np.ascontiguousarray(indices, dtype=np.uint32).tobytes())
    geom = Geom(data)
    geom.add_primitive(triangles)
    return geom


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


def _plain(colour: str) -> Any:
    """A texture of one colour: what hangs before pictures have come."""
    rgb = [int(colour[i : i + 2], 16) * 7 // 8 for i in (0, 2, 4)]
    return textures.from_pixels(np.full((4, 4, 3), rgb, dtype=np.uint8), f"plain {colour}")
