"""Chairs stand where ``stage_seats`` puts them, cheap to draw, and go when none are wanted."""

from collections.abc import Iterator

import numpy as np
import pytest

from halles import resources
from halles.ids import HallId
from halles.world.stage_seats import seat
from halles_client.view import baked
from halles_client.view.chairs import Chairs, light_on
from halles_client.view.window import Window
from tests.support.live_hall import STAGE
from tests.support.plans import PLANS


@pytest.fixture
def chairs(window: Window) -> Iterator[Chairs]:
    window.base.render.set_shader_input("tone", (1.0, 0.003, 0.97, 0.0))
    window.base.render.set_shader_input("fog_colour", (0.5, 0.5, 0.5, 1.0))
    window.base.win.set_clear_color((0.1, 0.1, 0.9, 1))
    made = Chairs(window)
    yield made
    made.close()


def oak(window: Window, number: int, count: int) -> bool:
    """Whether wood is seen where a seat should be, from a little above."""
    at = seat(STAGE, number, count)
    window.base.camera.set_pos(at.x, at.y - 2.0, at.z + 1.4)
    window.base.camera.look_at(at.x, at.y, at.z + 0.44)
    window.step()
    window.step()
    shot = np.asarray(window.picture()).astype(int)
    red, _, blue = shot[shot.shape[0] // 2, shot.shape[1] // 2][:3]
    return bool(red > blue + 20)


def test_each_chair_stands_at_its_place(window: Window, chairs: Chairs) -> None:
    chairs.show(STAGE, 5, 140)
    assert all(oak(window, number, 5) for number in range(5))
    chairs.show(STAGE, 0, 140)
    assert chairs.count == 0
    assert not oak(window, 2, 5)


def test_all_of_them_are_one_draw_of_under_a_thousand_triangles(chairs: Chairs) -> None:
    chairs.show(STAGE, 8, 140)
    geoms = chairs._node.node().get_geoms()
    assert len(geoms) == 1
    assert geoms[0].get_primitive(0).get_num_vertices() // 3 < 1000


@pytest.mark.parametrize("hall", ["lille", "valenciennes", "hainaut"])
def test_they_have_the_light_of_their_stage(hall: str) -> None:
    found = light_on(baked.read(resources.assets() / "halls" / f"{hall}.npz"), PLANS.scenes[HallId(hall)])
    assert 25 < found < 250
