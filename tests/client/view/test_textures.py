from pathlib import Path

import numpy as np
import pytest
from panda3d.core import LColor
from PIL import Image

from halles_client.view import textures
from halles_client.view.scene_view import toned


def looked_up(texture: object, u: float, v: float) -> tuple[float, float, float]:
    colour = LColor()
    texture.peek().lookup(colour, u, v)  # type: ignore[attr-defined]
    return colour[0], colour[1], colour[2]


def test_the_first_row_of_a_picture_is_the_top_of_its_texture() -> None:
    pixels = np.zeros((4, 4, 3), dtype=np.uint8)
    pixels[0] = (255, 0, 0)
    pixels[3] = (0, 0, 255)
    texture = textures.from_pixels(pixels, "flag")
    assert looked_up(texture, 0.5, 0.99) == pytest.approx((1.0, 0.0, 0.0))
    assert looked_up(texture, 0.5, 0.01) == pytest.approx((0.0, 0.0, 1.0))


def test_a_picture_with_transparency_keeps_it(tmp_path: Path) -> None:
    Image.new("RGBA", (8, 8), (10, 20, 30, 128)).save(tmp_path / "glass.webp", lossless=True)
    colour = LColor()
    textures.from_file(tmp_path / "glass.webp").peek().lookup(colour, 0.5, 0.5)
    assert colour[3] == pytest.approx(128 / 255, abs=0.01)


def test_a_cube_map_takes_six_faces_one_under_the_other(tmp_path: Path) -> None:
    Image.new("RGB", (8, 48), (255, 0, 0)).save(tmp_path / "cube.png")
    cube = textures.cube_from_file(tmp_path / "cube.png")
    assert (cube.get_x_size(), cube.get_y_size(), cube.get_z_size()) == (8, 8, 6)


def test_toning_a_texture_keeps_black_and_brightens_with_exposure() -> None:
    def shown(value: int, exposure: float) -> float:
        texture = textures.from_pixels(np.full((2, 2, 3), value, dtype=np.uint8), "grey")
        toned(texture, exposure)
        return looked_up(texture, 0.5, 0.5)[0]

    assert shown(0, 1.0) == 0.0
    assert 0.3 < shown(100, 1.0) < shown(100, 2.0) < shown(200, 2.0) <= 1.0
