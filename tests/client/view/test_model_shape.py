"""Models as arrays: in the hall's axes, fitted to their stand, whatever their makers measured in."""

import numpy as np
import pytest

from halles.errors import Rejection
from halles_client.view.model_shape import HEIGHT, WIDTH, shape_of
from tests.support import models


def placed(**node: object) -> bytes:
    said, buffer = models.document(1)
    said["nodes"] = [{"mesh": 0, **node}]
    return models.pack(said, buffer)


def test_what_is_up_in_the_file_is_up_in_the_hall() -> None:
    place = shape_of(placed()).vertices["position"]
    assert place[:, 2].min() == 0.0
    tallest = place[np.argmax(place[:, 2])]
    assert tallest[2] == pytest.approx(np.ptp(place[:, 2]))
    assert np.ptp(place[:, 1]) == pytest.approx(0.0)


@pytest.mark.parametrize("scale", [1e-6, 0.01, 1.0, 1e5])
def test_a_model_of_any_size_fits_its_stand(scale: float) -> None:
    place = shape_of(placed(scale=[scale] * 3, translation=[3.0, 4.0, 5.0])).vertices["position"]
    assert np.hypot(place[:, 0], place[:, 1]).max() <= WIDTH / 2 + 1e-6
    assert 0.0 <= place[:, 2].min() <= place[:, 2].max() <= HEIGHT + 1e-6
    assert np.ptp(place[:, 0]) > 0.1


def test_a_turned_node_turns_its_normals_too() -> None:
    half = np.sqrt(0.5)
    shape = shape_of(placed(rotation=[-half, 0.0, 0.0, half]))
    # The triangle lies in the file's x-y plane and looks along z; turned about x it lies on the ground and looks up.
    assert np.ptp(shape.vertices["position"][:, 2]) == pytest.approx(0.0, abs=1e-6)
    assert shape.vertices["normal"] == pytest.approx(np.tile((0.0, 0.0, 1.0), (3, 1)), abs=1e-6)


def test_a_matrix_counts_as_its_parts_do() -> None:
    by_parts = shape_of(placed(scale=[1.0, 2.0, 1.0], translation=[1.0, 2.0, 3.0]))
    matrix = [1.0, 0, 0, 0, 0, 2.0, 0, 0, 0, 0, 1.0, 0, 1.0, 2.0, 3.0, 1.0]
    by_matrix = shape_of(placed(matrix=matrix))
    assert by_matrix.vertices["position"] == pytest.approx(by_parts.vertices["position"])


def test_a_material_s_colour_is_on_its_vertices() -> None:
    colour = shape_of(models.glb(1)).vertices["colour"][0]
    assert colour[:3] == pytest.approx(np.sqrt((1.0, 0.5, 0.25)) * 255, abs=1)


def test_a_picture_comes_with_the_part_that_wears_it() -> None:
    painted = models.png(4, 4)
    parts = shape_of(models.glb(2, painted)).parts
    assert [part.picture for part in parts] == [painted]
    assert [len(part.indices) for part in parts] == [6]


def test_what_may_not_come_in_is_refused_here_as_well() -> None:
    said, buffer = models.document(1)
    said["buffers"][0]["uri"] = "file:///etc/passwd"
    with pytest.raises(Rejection):
        shape_of(models.pack(said, buffer))
    with pytest.raises(Rejection):
        shape_of(b"glTF but not really")
