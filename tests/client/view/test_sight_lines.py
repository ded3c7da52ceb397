import numpy as np
import pytest

from halles.ids import HallId
from halles.world.geometry import place
from halles.world.scene import COUNTER, Scene
from halles_client.view.sight_lines import SightLines
from tests.support.plans import PLANS

LILLE: Scene = PLANS.scenes[HallId("lille")]


@pytest.fixture(scope="module")
def lines() -> SightLines:
    return SightLines(LILLE)


def seen(lines: SightLines, start: tuple[float, float], end: tuple[float, float]) -> bool:
    return bool(lines.visible(*start, np.array([end[0]]), np.array([end[1]]))[0])


def test_along_an_aisle_one_sees_people_and_not_farther_than_names_are_read(lines: SightLines) -> None:
    assert seen(lines, (0.0, -28.0), (0.0, -14.0))
    assert not seen(lines, (0.0, -28.0), (0.0, 0.0))


@pytest.mark.parametrize("index", range(0, len(LILLE.slots), 7))
def test_no_booth_s_back_wall_is_seen_through_and_every_counter_is_seen_over(lines: SightLines, index: int) -> None:
    box = LILLE.slots[index].box
    before = place(box, 0.3, box.depth / 2 + 1.0)
    behind = place(box, 0.3, -box.depth / 2 - 0.9)
    assert not seen(lines, before, behind)
    counter_x = box.width / 2 - COUNTER[0] / 2 - 0.15
    staff = place(box, counter_x, box.depth / 2 - COUNTER[1] - 0.75)
    assert seen(lines, place(box, counter_x, box.depth / 2 + 1.0), staff)


def test_nobody_asked_for_is_nobody_seen(lines: SightLines) -> None:
    assert lines.visible(0.0, 0.0, np.zeros(0), np.zeros(0)).shape == (0,)
