"""Pictures as Panda3D textures: from files or arrays, with the filtering that a preset allows."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from panda3d.core import SamplerState, Texture
from PIL import Image


def from_file(file: Path, *, anisotropy: int = 1, repeat: bool = False) -> Any:
    """Loads a picture file."""
    with Image.open(file) as picture:
        alpha = picture.mode in ("RGBA", "LA", "P")
        pixels = np.asarray(picture.convert("RGBA" if alpha else "RGB"))
    return from_pixels(pixels, file.stem, anisotropy=anisotropy, repeat=repeat)


def from_pixels(pixels: NDArray[np.uint8], name: str, *, anisotropy: int = 1, repeat: bool = False) -> Any:
    """Makes a texture of ``(height, width, 3 or 4)`` uint8, row 0 on top; Panda3D wants it bottom first and BGR."""
    height, width, channels = pixels.shape
    texture = Texture(name)
    form = Texture.F_rgba8 if channels == 4 else Texture.F_rgb8
    texture.setup_2d_texture(width, height, Texture.T_unsigned_byte, form)
    order = [2, 1, 0, 3][:channels]
    texture.set_ram_image(np.ascontiguousarray(pixels[::-1][:, :, order]).tobytes())
    texture.set_minfilter(SamplerState.FT_linear_mipmap_linear)
    texture.set_magfilter(SamplerState.FT_linear)
    texture.set_anisotropic_degree(anisotropy)
    wrap = SamplerState.WM_repeat if repeat else SamplerState.WM_clamp
    texture.set_wrap_u(wrap)
    texture.set_wrap_v(wrap)
    return texture


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
    return texture
