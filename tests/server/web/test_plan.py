"""The plan: a drawing that is true to the scene."""

import pytest

from halles.ids import HallId
from halles_server.bootstrap import read_scenes
from halles_server.web.halls import halls_with, numbered
from halles_server.web.plan import MARGIN, plan_of, room_metres

SCENES, _ = read_scenes()
HALLS = [hall for hall, scene in SCENES.items() if scene.slots]


def test_halls_are_numbered_as_their_doors_stand_from_left_to_right() -> None:
    assert numbered(SCENES) == ["lille", "valenciennes", "hainaut"]


@pytest.mark.parametrize("hall", HALLS)
def test_everything_lies_on_the_sheet_and_no_slot_covers_another(hall: HallId) -> None:
    plan = plan_of(SCENES[hall], ())
    areas = [slot.area for slot in plan.slots]
    assert len(areas) == len(SCENES[hall].slots) == plan.free
    for area in areas:
        assert MARGIN - 4 <= area.x <= area.x + area.width <= plan.width
        assert MARGIN - 4 <= area.y <= area.y + area.height <= plan.height
    for i, one in enumerate(areas):
        for other in areas[:i]:
            apart = (
                one.x + one.width <= other.x + 1
                or other.x + other.width <= one.x + 1
                or one.y + one.height <= other.y + 1
                or other.y + other.height <= one.y + 1
            )
            assert apart


@pytest.mark.parametrize("hall", HALLS)
def test_the_door_lies_left_and_the_stage_right(hall: HallId) -> None:
    plan = plan_of(SCENES[hall], ())
    assert plan.stage is not None
    assert all(x < plan.width * 0.1 for x, _, _ in plan.doors)
    assert plan.stage.x > plan.width * 0.7


def test_west_is_up_so_that_nothing_is_mirrored() -> None:
    scene = SCENES[HallId("lille")]
    plan = plan_of(scene, ())
    west = min(scene.slots, key=lambda slot: slot.x)
    drawn = next(slot for slot in plan.slots if slot.slot == west.id)
    assert drawn.area.y == min(slot.area.y for slot in plan.slots)


def test_a_rooms_size_leaves_the_doors_niche_out() -> None:
    assert room_metres(SCENES[HallId("lille")]) == (64, 40)


def test_halls_without_booths_are_still_drawn() -> None:
    assert all(page.kinds == () and page.plan.free for page in halls_with(SCENES, ()).values())


@pytest.mark.parametrize("hall", HALLS)
def test_a_place_moved_by_the_plans_shift_lies_where_the_drawing_has_it(hall: HallId) -> None:
    scene = SCENES[hall]
    plan = plan_of(scene, ())
    slots = {row.id: row for row in scene.slots}
    for drawn in plan.slots:
        row = slots[drawn.slot]
        place = (row.y * 10 + plan.shift[0], row.x * 10 + plan.shift[1])
        assert all(abs(one - other) <= 2 for one, other in zip(place, drawn.area.middle, strict=True)), drawn.slot
