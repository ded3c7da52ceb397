from pathlib import Path

import pytest

from halles import resources
from halles.errors import SceneError
from halles.world.scene import parse
from halles_client.view import baked
from halles_client.view.materials import LIGHT_MAX, MATERIALS, NUMBER, linear

HALLS = ("crossroads", "lille", "valenciennes", "hainaut")


@pytest.mark.parametrize("name", HALLS)
def test_a_hall_was_baked_from_the_plan_that_stands_in_the_tree(name: str) -> None:
    plan = (resources.scenes() / f"{name}.toml").read_text(encoding="utf-8")
    held = baked.read(resources.assets() / "halls" / f"{name}.npz")
    assert held.digest == baked.digest(plan), f"{name}.toml changed: run python -m assets.make.halls {name}"


@pytest.mark.parametrize("name", HALLS)
def test_a_hall_keeps_to_35_000_triangles(name: str) -> None:
    held = baked.read(resources.assets() / "halls" / f"{name}.npz")
    assert 3_000 < len(held.indices) / 3 <= 35_000


def test_what_is_shipped_stays_small() -> None:
    files = [file for file in (resources.assets() / "halls").rglob("*") if file.is_file()]
    assert max(file.stat().st_size for file in files) < 4_000_000
    assert sum(file.stat().st_size for file in files) < 12_000_000


def test_the_welcome_board_and_every_screen_of_a_hall_are_baked() -> None:
    for name in HALLS:
        scene = parse((resources.scenes() / f"{name}.toml").read_text(encoding="utf-8"), f"{name}.toml")
        held = baked.read(resources.assets() / "halls" / f"{name}.npz")
        boards = [sheet for sheet in held.sheets if sheet.texture == "screens"]
        assert len(boards) == len(scene.screens) > 0
        assert (resources.assets() / "halls" / f"{name}-screens.webp").is_file()


def test_a_missing_hall_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(SceneError, match=r"atlantis\.npz cannot be read .* python -m assets\.make\.halls"):
        baked.read(tmp_path / "atlantis.npz")
    (tmp_path / "broken.npz").write_bytes(b"not a zip")
    with pytest.raises(SceneError, match=r"broken\.npz cannot be read"):
        baked.read(tmp_path / "broken.npz")


def test_every_textured_material_has_its_picture() -> None:
    folder = resources.assets() / "halls" / "materials"
    assert {file.stem for file in folder.iterdir()} == {material.name for material in MATERIALS if material.textured}
    assert len(NUMBER) == len(MATERIALS)


def test_colours_are_squared_into_light() -> None:
    assert linear("ff8000") == pytest.approx((1.0, (128 / 255) ** 2, 0.0))
    assert LIGHT_MAX == 4.0
