"""The ring where a click leads: seen on the floor, gone when nobody walks."""

from collections.abc import Iterator

import numpy as np
import pytest

from halles_client.view.walk_mark import WalkMark
from halles_client.view.window import Window


@pytest.fixture
def mark(window: Window) -> Iterator[WalkMark]:
    window.base.cam.set_pos_hpr(0, 0, 0, 0, 0, 0)
    window.base.camera.set_pos_hpr(0, 0, 1.6, 0, -45, 0)
    made = WalkMark(window)
    yield made
    made.close()


def shot(window: Window) -> np.ndarray:
    window.step()
    window.step()
    return np.asarray(window.picture()).astype(int)


def test_a_ring_lies_where_one_walks_to_and_nowhere_else(window: Window, mark: WalkMark) -> None:
    empty = shot(window)
    mark.show((0.0, 1.6, 0.0))
    changed = np.abs(shot(window) - empty).max(axis=2) > 20
    rows, columns = np.nonzero(changed)
    height, width = changed.shape
    assert abs(float(columns.mean()) - width / 2) < 3
    assert abs(float(rows.mean()) - height / 2) < 12
    assert columns.max() - columns.min() < width / 3
    mark.show(None)
    assert (shot(window) == empty).all()
