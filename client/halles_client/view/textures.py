"""Pictures as Panda3D textures: from files or arrays, with the filtering that a preset allows."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from panda3d.core import SamplerState, Texture
from PIL import Image

from halles_client.view.window import Window


def from_file(file: Path, *, anisotropy: int = 1, repeat: bool = False) -> Any:
    """Loads a picture file."""
    with Image.open(file) as picture:
        alpha = picture.mode in ("RGBA", "LA", "P")
        pixels = np.asarray(picture.convert("RGBA" if alpha else "RGB"))
    texture = from_pixels(pixels, file.stem, anisotropy=anisotropy, repeat=repeat)
    texture.set_keep_ram_image(False)  # once the driver has it
    return texture


@dataclass(frozen=True, slots=True)
class Packed:
    """A picture in Panda3D's order: bottom row first, blue before red.

    Attributes:
        raw: ``height`` rows of ``width`` points of ``channels`` bytes.
    """

    raw: bytes
    width: int
    height: int
    channels: int


def packed(pixels: NDArray[np.uint8]) -> Packed:
    """Turns ``(height, width, 3 or 4)`` uint8, row 0 on top, into what a texture takes; for threads, too."""
    height, width, channels = pixels.shape
    order = [2, 1, 0, 3][:channels]
    return Packed(np.ascontiguousarray(pixels[::-1][:, :, order]).tobytes(), width, height, channels)


def from_pixels(pixels: NDArray[np.uint8], name: str, *, anisotropy: int = 1, repeat: bool = False) -> Any:
    """Makes a texture of ``(height, width, 3 or 4)`` uint8, row 0 on top."""
    return from_packed(packed(pixels), name, anisotropy=anisotropy, repeat=repeat)


def from_packed(picture: Packed, name: str, *, anisotropy: int = 1, repeat: bool = False) -> Any:
    """Makes a texture of a picture that is in order already."""
    texture = Texture(name)
    form = Texture.F_rgba8 if picture.channels == 4 else Texture.F_rgb8
    texture.setup_2d_texture(picture.width, picture.height, Texture.T_unsigned_byte, form)
    texture.set_ram_image(picture.raw)
    texture.set_minfilter(SamplerState.FT_linear_mipmap_linear)
    texture.set_magfilter(SamplerState.FT_linear)
    texture.set_anisotropic_degree(anisotropy)
    wrap = SamplerState.WM_repeat if repeat else SamplerState.WM_clamp
    texture.set_wrap_u(wrap)
    texture.set_wrap_v(wrap)
    return texture


def send(texture: Any, window: Window) -> None:
    """Gives a texture to the driver with the next frame, seen or not, and forgets its points here then."""
    texture.set_keep_ram_image(False)
    texture.prepare(window.base.win.gsg.prepared_objects)


def cube_from_file(file: Path) -> Any:
    """Loads a cube map: six square faces one under the other, OpenGL's order and orientation."""
    with Image.open(file) as picture:
        pixels = np.asarray(picture.convert("RGB"))
    size = pixels.shape[1]
    texture = Texture(file.stem)
    texture.setup_cube_map(size, Texture.T_unsigned_byte, Texture.F_rgb8)
    texture.set_ram_image(np.ascontiguousarray(pixels[:, :, ::-1]).tobytes())
    texture.set_minfilter(SamplerState.FT_linear)
    texture.set_magfilter(SamplerState.FT_linear)
    texture.set_keep_ram_image(False)
    return texture
