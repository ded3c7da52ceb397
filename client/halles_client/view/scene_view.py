"""One hall on screen: its baked room, floor, signs and booths; accents recolour booths live.

Knows the scene and its baked files; not people, not booths' content. What else is drawn in the hall takes its light,
fog and tone from the shader inputs that ``SceneView`` sets on ``render``, as ``shaders/tone.glsl`` reads them: ``tone``
(exposure, fog density, saturation), ``fog_colour``, ``floor_light`` (a texture of √(light / 4) on the floor) and
``floor_map`` (x, y of its south-west corner, 1 / width, 1 / depth).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from panda3d.core import (
    CullBinManager,
    NodePath,
    OmniBoundingVolume,
    PTALVecBase4f,
    Texture,
    TransparencyAttrib,
    Vec3,
    Vec4,
)

from halles import resources
from halles.ids import SlotId
from halles.world.booth import ACCENTS, accent_of
from halles.world.scene import Scene
from halles_client.view import baked, textures
from halles_client.view.baked import Baked
from halles_client.view.chairs import light_on
from halles_client.view.materials import MATERIALS, NUMBER, linear
from halles_client.view.meshes import Fabric, sheets
from halles_client.view.presets import Preset
from halles_client.view.shader_source import shader
from halles_client.view.window import Window

SATURATION: Final = 0.97
EMPTY: Final = len(ACCENTS) - 1
"""The accent of an empty booth: neutral grey."""

_FELT: Final = "8f8878"
_FELT_SHARE: Final = 0.2
_SLOTS_CAP: Final = 201
_FLOOR: Final = NUMBER["floor"]


@dataclass(frozen=True, slots=True)
class FloorLight:
    """The light on the floor, for whoever stands on it.

    Attributes:
        texture: √(light / 4) in 8 bits.
        ground: x, y of its south-west corner, width and depth, metres.
    """

    texture: Any
    ground: tuple[float, float, float, float]


class SceneView:
    """The hall that is on screen, or none.

    Attributes:
        root: Everything of the hall hangs below it.
        floor_light: Of the hall on screen, None before the first.
        stage_light: The light on its stage, √(light / 4) in 8 bits.
    """

    def __init__(self, window: Window, preset: Preset) -> None:
        self._render = window.base.render
        self._window = window
        self._preset = preset
        self._slots: dict[SlotId, int] = {}
        self._accents = PTALVecBase4f.empty_array(_SLOTS_CAP)
        self._materials: dict[int, Any] = {}
        self.root: Any = NodePath("no hall")
        self.floor_light: FloorLight | None = None
        self.stage_light = 0

    def show(self, scene: Scene) -> None:
        """Replaces whatever is on screen by a hall.

        Raises:
            SceneError: The hall was never baked.
        """
        self.clear()
        folder = resources.assets() / "halls"
        hall = baked.read(folder / f"{scene.id}.npz")
        self.root = self._render.attach_new_node(str(scene.id))
        self._slots = {SlotId(slot.id): number for number, slot in enumerate(scene.slots)}
        self._set_tone(hall)
        self.stage_light = light_on(hall, scene)
        fabric = Fabric(hall)
        self._hang_floor(hall, fabric, folder / f"{scene.id}-floor.webp", folder / f"{scene.id}-mirror.webp")
        self._hang_fabric(hall, fabric)
        self._hang_sheets(hall, str(scene.id), folder)
        self._light_floor(hall, folder / f"{scene.id}-light.webp")
        self._hang_sky(hall)
        self.set_accents({})

    def set_accents(self, accents: Mapping[SlotId, int]) -> None:
        """Colours the booths: an accent (``accent_of``) by slot; slots that are left out turn to neutral grey."""
        for slot, number in self._slots.items():
            self._accents.set_element(number, Vec4(*felt(accents.get(slot, EMPTY)), 1.0))
        self.root.set_shader_input("accents", self._accents)

    def clear(self) -> None:
        """Takes the hall off the screen and frees what it held."""
        self.root.remove_node()
        self.root = NodePath("no hall")
        self._slots = {}
        self.floor_light = None

    def _set_tone(self, hall: Baked) -> None:
        tone = hall.tone
        exposure, density = float(tone["exposure"]), float(tone["fog_density"])
        self._render.set_shader_input("tone", Vec4(exposure, density, SATURATION, 0.0))
        self._render.set_shader_input("fog_colour", Vec4(*tone["fog_colour"], 1.0))
        self._window.base.win.set_clear_color(Vec4(*tone["background"], 1.0))

    def _light_floor(self, hall: Baked, file: Path) -> None:
        texture = textures.from_file(file)
        texture.set_minfilter(Texture.FT_linear)
        self.floor_light = FloorLight(texture, hall.ground)
        x, y, width, depth = hall.ground
        self._render.set_shader_input("floor_light", texture)
        self._render.set_shader_input("floor_map", Vec4(x, y, 1 / width, 1 / depth))

    def _hang_floor(self, hall: Baked, fabric: Fabric, file: Path, mirror_file: Path) -> None:
        preset = self._preset
        texture = textures.from_file(file, anisotropy=preset.anisotropy)
        if not preset.tone_per_pixel:
            toned(texture, float(hall.tone["exposure"]))
        runs = [(first, count) for _, material, first, count in hall.pieces.tolist() if material == _FLOOR]
        floor = self.root.attach_new_node(fabric.node("floor", runs))
        x, y, width, depth = hall.ground
        floor.set_shader_input("ground", Vec4(x, y, 1 / width, 1 / depth))
        floor.set_texture(texture)
        switches = ["PER_PIXEL"] if preset.tone_per_pixel else []
        if preset.reflections:
            switches.append("REFLECTIONS")
            mirror = textures.cube_from_file(mirror_file)
            if not preset.tone_per_pixel:
                toned(mirror, float(hall.tone["exposure"]))
            floor.set_shader_input("mirror", mirror)
            floor.set_shader_input("box_low", Vec3(x, y, -0.01))
            floor.set_shader_input("box_high", Vec3(x + width, y + depth, hall.height))
            floor.set_shader_input("polish", float(hall.tone["polish"]))
        floor.set_shader(shader("floor", *switches))

    def _hang_sky(self, hall: Baked) -> None:
        sky = self.root.attach_new_node(sheets("sky", [_dome(), _land()]))
        sky.set_shader(shader("sky"))
        sky.set_shader_input("background", Vec4(*hall.tone["background"], 1.0))
        sky.set_two_sided(True)
        sky.node().set_bounds(OmniBoundingVolume())
        sky.node().set_final(True)
        bins = CullBinManager.get_global_ptr()
        if bins.find_bin("sky") < 0:
            bins.add_bin("sky", CullBinManager.BT_fixed, 25)
        sky.set_bin("sky", 0)
        sky.set_depth_write(False)

    def _hang_fabric(self, hall: Baked, fabric: Fabric) -> None:
        """Hangs each chunk: one node for its plain materials together, one for each that shows a texture."""
        plain: dict[int, list[tuple[int, int]]] = {}
        rich: dict[int, list[tuple[int, int, int]]] = {}
        for chunk, number, first, count in hall.pieces.tolist():
            material = MATERIALS[number]
            if number == _FLOOR:
                continue
            if material.textured and (material.always or self._preset.detail_textures):
                rich.setdefault(number, []).append((chunk, first, count))
            else:
                plain.setdefault(chunk, []).append((first, count))
        switches = ("PER_PIXEL",) if self._preset.tone_per_pixel else ()
        group = self.root.attach_new_node("plain")
        group.set_shader(shader("fabric", *switches))
        for chunk, runs in plain.items():
            node = group.attach_new_node(fabric.node(f"chunk {chunk}", runs))
            node.set_two_sided(chunk == baked.LEAF_CHUNK)
        if rich:
            textured = shader("fabric", "TEXTURED", *switches)
        for number, pieces in rich.items():
            group = self.root.attach_new_node(MATERIALS[number].name)
            group.set_shader(textured)
            group.set_texture(self._material(number))
            for chunk, first, count in pieces:
                group.attach_new_node(fabric.node(f"chunk {chunk}", [(first, count)]))

    def _material(self, number: int) -> Any:
        """The texture of a material, kept between halls."""
        if number not in self._materials:
            file = resources.assets() / "halls" / "materials" / f"{MATERIALS[number].name}.webp"
            self._materials[number] = textures.from_file(file, anisotropy=self._preset.anisotropy, repeat=True)
        return self._materials[number]

    def _hang_sheets(self, hall: Baked, name: str, folder: Path) -> None:
        unlit = shader("sheet")
        for texture in sorted({sheet.texture for sheet in hall.sheets}):
            own = texture in ("signs", "screens")
            file = folder / (f"{name}-{texture}.webp" if own else f"{texture.removeprefix('door-')}-door.webp")
            grids = [sheet.grid for sheet in hall.sheets if sheet.texture == texture]
            node = self.root.attach_new_node(sheets(texture, grids))
            node.set_shader(unlit)
            node.set_texture(textures.from_file(file, anisotropy=max(2, self._preset.anisotropy)))
            if texture == "signs":
                node.set_transparency(TransparencyAttrib.M_alpha)
                node.set_depth_write(False)
                node.set_depth_offset(1)


def _dome() -> NDArray[np.float32]:
    """A hemisphere of radius 1, as a sheet's grid."""
    return _around(*np.meshgrid(np.linspace(0, 2 * np.pi, 25), np.radians([0, 6, 14, 26, 45, 70, 90])), land=0.0)


def _land() -> NDArray[np.float32]:
    """What lies outside: ground up to a low, uneven line of trees and roofs."""
    turn = np.linspace(0, 2 * np.pi, 145)
    rough = np.random.default_rng(7).uniform(0.0, 1.0, 145)
    top = np.radians(1.1 + 0.9 * np.sin(3 * turn) * np.sin(5 * turn + 1) + 0.9 * rough)
    top[-1] = top[0]
    return _around(np.stack([turn, turn]), np.stack([np.full(145, -0.45), top]), land=1.0)


def _around(turn: NDArray[np.float64], rise: NDArray[np.float64], *, land: float) -> NDArray[np.float32]:
    flat = np.cos(rise)
    columns = [flat * np.cos(turn), flat * np.sin(turn), np.sin(rise), np.full_like(turn, land), 0 * turn]
    return np.asarray(np.stack(columns, 2), dtype=np.float32)


def felt(accent: int) -> tuple[float, float, float]:
    """Returns the linear colour of felt in an accent: 80 % accent, 20 % raw felt."""
    raw, dyed = linear(_FELT), linear(accent_of(accent))
    mixed = [(1 - _FELT_SHARE) * d**0.5 + _FELT_SHARE * r**0.5 for d, r in zip(dyed, raw, strict=True)]
    return mixed[0] ** 2, mixed[1] ** 2, mixed[2] ** 2


def toned(texture: Any, exposure: float) -> None:
    """Turns a texture of √(light / 4) into screen colours once, as ``tone.glsl`` does for every pixel."""
    light = 4.0 * (np.arange(256) / 255.0) ** 2 * exposure
    aces = np.clip((light * (2.51 * light + 0.03)) / (light * (2.43 * light + 0.59) + 0.14), 0, 1)
    table = (np.sqrt(aces) * 255 + 0.5).astype(np.uint8)
    pixels = np.frombuffer(texture.get_ram_image(), dtype=np.uint8)
    texture.set_ram_image(table[pixels].tobytes())
