import numpy as np
import pytest

from assets.make import avatar_body
from halles.resources import assets
from halles.world.look import HEADS
from halles_client.view.avatar_mesh import CORNER_FLOATS, load_atlas, load_mesh
from halles_client.view.avatar_shaders import ATLAS_COLUMNS, ATLAS_ROWS


def arrays(level: str) -> tuple[np.ndarray, np.ndarray]:
    with np.load(assets() / "avatars" / f"{level}.npz") as stored:
        return stored["corners"], stored["triangles"]


@pytest.mark.parametrize(("level", "most"), [("near", 1500), ("mid", 220)])
def test_a_body_keeps_to_its_triangles(level: str, most: int) -> None:
    corners, triangles = arrays(level)
    assert len(triangles) <= most
    assert triangles.max() < len(corners)
    assert corners.shape[1] == CORNER_FLOATS
    node = load_mesh(level)
    assert node.get_geom(0).get_primitive(0).get_num_primitives() == len(triangles)
    assert node.get_geom(0).get_vertex_data().get_num_rows() == len(corners)


@pytest.mark.parametrize("level", ["near", "mid"])
def test_a_body_stands_on_the_floor_as_tall_as_a_person(level: str) -> None:
    corners, _ = arrays(level)
    assert np.isfinite(corners).all()
    assert corners[:, 2].min() == pytest.approx(0.0, abs=0.01)
    assert 1.7 < corners[:, 2].max() < 1.9
    assert np.linalg.norm(corners[:, 3:6], axis=1) == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize("level", ["near", "mid"])
def test_every_head_has_hair_of_its_own(level: str) -> None:
    corners, _ = arrays(level)
    masks = corners[:, 9].astype(int)
    worn = [int(((masks >> head) & 1).sum()) for head in range(HEADS)]
    assert len(set(map(tuple, ((masks >> head & 1).tolist() for head in range(HEADS))))) == HEADS
    assert min(worn) > 0.8 * max(worn)


def test_the_files_are_what_the_script_makes() -> None:
    for level, body in (("near", avatar_body.near()), ("mid", avatar_body.mid())):
        corners, triangles = arrays(level)
        made, faces = body.arrays()
        assert np.allclose(corners, made, atol=1e-6)
        assert np.array_equal(triangles, faces)


def test_the_atlas_has_a_person_in_each_of_its_64_cells_and_all_files_are_small() -> None:
    atlas = load_atlas()
    assert (atlas.get_x_size(), atlas.get_y_size()) == (512, 512)
    pixels = np.frombuffer(bytes(atlas.get_ram_image()), np.uint8).reshape(512, 512, 4)[::-1].sum(2)
    height, width = 512 / ATLAS_ROWS, 512 / ATLAS_COLUMNS
    for cell in range(64):
        top, left = int(cell // ATLAS_COLUMNS * height), int(cell % ATLAS_COLUMNS * width)
        part = pixels[top : top + int(height), left : left + int(width)]
        assert 0.10 < (part > 80).mean() < 0.5
    assert sum(file.stat().st_size for file in (assets() / "avatars").iterdir()) < 200_000
