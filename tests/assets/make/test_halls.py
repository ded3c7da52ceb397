from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from assets.make.bake import Light
from assets.make.booths import add_booths
from assets.make.hall_shell import overcast
from assets.make.halls import write
from assets.make.mesh import Mesh
from assets.make.room import Room, Sign, Tone
from halles.world.scene import parse
from halles_client.view import baked
from halles_client.view.baked import Baked
from halles_client.view.materials import NUMBER
from tests.support.tiny_plan import PLAN


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Baked]:
    folder = tmp_path_factory.mktemp("halls")
    scene = parse(PLAN, "tiny.toml")
    mesh = Mesh(chunk=90)
    mesh.quad((-6, -6, 0), (6, -6, 0), (-6, 6, 0), "floor", 2.0)
    lamps = add_booths(mesh, scene)
    light = Light(lambda d: overcast(d, 1.0), None, lamps)
    signs = [Sign((("Hall", 0.5),), 0.0, 5.9, 3.0, np.pi, "f5f1e8")]
    write(Room(scene, mesh, light, Tone(), [], signs), baked.digest(PLAN), folder)
    return folder, baked.read(folder / "tiny.npz")


def test_a_baked_room_remembers_its_plan(tiny: tuple[Path, Baked]) -> None:
    assert tiny[1].digest == baked.digest(PLAN)
    assert tiny[1].digest != baked.digest(PLAN + "\n# changed")


def test_pieces_cover_every_triangle_once(tiny: tuple[Path, Baked]) -> None:
    _, hall = tiny
    ends = hall.pieces[:, 2] + hall.pieces[:, 3]
    assert hall.pieces[0, 2] == 0
    assert (hall.pieces[1:, 2] == ends[:-1]).all()
    assert ends[-1] == len(hall.indices)
    assert hall.indices.max() < len(hall.vertices)


def test_a_booth_near_costs_at_most_300_triangles(tiny: tuple[Path, Baked]) -> None:
    _, hall = tiny
    booth = hall.pieces[hall.pieces[:, 1] != NUMBER["floor"]]
    assert 60 < booth[:, 3].sum() / 3 <= 300


def test_felt_carries_its_slot_and_everything_is_lit(tiny: tuple[Path, Baked]) -> None:
    _, hall = tiny
    slots = hall.vertices["light"][:, 3]
    assert set(np.unique(slots)) == {0, 255}
    felt = hall.vertices[slots == 0]
    assert felt["light"][:, :3].mean() > 40


def test_the_floor_picture_shows_the_line_and_the_booths_shade(tiny: tuple[Path, Baked]) -> None:
    folder, _ = tiny
    with Image.open(folder / "tiny-floor.webp") as picture:
        pixels = np.asarray(picture.convert("RGB"), dtype=float)
    scale = pixels.shape[0] / 12.0
    on_line = pixels[int(2 * scale), int(10 * scale)]
    beside = pixels[int(2 * scale), int(8 * scale)]
    behind_the_wall = pixels[int(4 * scale), int(1.4 * scale)]
    assert on_line[0] > 1.5 * on_line[1]
    assert abs(beside[0] - beside[1]) < 40
    assert behind_the_wall.mean() < beside.mean()


def test_a_sign_becomes_a_sheet_of_the_atlas(tiny: tuple[Path, Baked]) -> None:
    folder, hall = tiny
    assert [sheet.texture for sheet in hall.sheets] == ["signs"]
    with Image.open(folder / "tiny-signs.webp") as picture:
        assert picture.mode == "RGBA"
        assert np.asarray(picture)[..., 3].max() == 255
    across = hall.sheets[0].grid[0, :, 0]
    assert abs(across[0] - across[-1]) > 0.8
