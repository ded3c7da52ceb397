import math

import pytest

from halles.ids import HallId
from halles.world.geometry import Box, Point, clearance_field, facing, wrap
from halles.world.movement import Pose
from halles.world.scene import Slot
from halles_client.view.booth_kit import places
from halles_client.view.camera import BEHIND_M, EYE_M, FARTHEST_M, FOV, NEAREST_M, Camera, Placement, placement, zoomed
from halles_client.view.window import Window
from tests.support.plans import PLANS

HALL = PLANS.scenes[HallId("lille")]
CROWN_M = 1.78
"""The top of one's own head."""

CORNERS = (Point(-20, -20), Point(20, -20), Point(20, 20), Point(-20, 20))
OPEN = clearance_field(CORNERS, ())
WALLED = clearance_field(CORNERS, (Box(0, -1.2, 30, 0.2),))


def test_third_person_stands_behind_above_and_over_the_right_shoulder() -> None:
    seen = placement(Pose(2.0, 3.0), 0.0, BEHIND_M, OPEN)
    assert seen.y == pytest.approx(3.0 - BEHIND_M, abs=0.05)
    assert seen.x == pytest.approx(2.6)
    assert 2.2 < seen.z < 2.6
    assert seen.heading == 0.0


@pytest.mark.parametrize("slot", HALL.slots, ids=lambda slot: slot.id)
def test_whoever_stands_before_a_booth_sees_its_pictures_over_their_own_head(slot: Slot) -> None:
    middle, heading = slot.visitor_place()
    seen = placement(Pose(*middle, heading=heading), 0.0, BEHIND_M, HALL.field)
    head = rise(seen, middle.x, middle.y, CROWN_M)
    for name, panel in places(slot).panels.items():
        if abs(wrap(panel.heading - heading)) > math.radians(100):
            assert rise(seen, panel.x, panel.y, panel.z - panel.height / 2) > head, name


def test_the_header_of_a_booth_is_seen_whole_under_the_window_s_top_row() -> None:
    slot = next(slot for slot in HALL.slots if slot.size == "L")
    middle, heading = slot.visitor_place()
    seen = placement(Pose(*middle, heading=heading), 0.0, BEHIND_M, HALL.field)
    header = places(slot).header
    # 720 lines of 40 degrees; the top row of the HUD ends at line 60.
    above = math.tan(rise(seen, header.x, header.y, header.z + header.height / 2) - seen.pitch)
    line = 360 - above * 640 / math.tan(math.radians(FOV / 2))
    assert line > 60


def rise(seen: Placement, x: float, y: float, z: float) -> float:
    """Returns how high over the level a place appears along where one looks, radians."""
    ahead = facing(seen.heading)
    return math.atan2(z - seen.z, (x - seen.x) * ahead.x + (y - seen.y) * ahead.y)


def test_behind_turns_with_the_heading() -> None:
    seen = placement(Pose(0.0, 0.0, heading=math.pi / 2), 0.0, BEHIND_M, OPEN)
    assert seen.x == pytest.approx(BEHIND_M, abs=0.05)
    assert seen.y == pytest.approx(0.6)


def test_first_person_looks_out_of_the_eyes() -> None:
    seen = placement(Pose(1.0, 2.0, 0.6, 0.7), 0.2, 0.0, OPEN)
    assert (seen.x, seen.y, seen.z, seen.heading, seen.pitch) == (1.0, 2.0, 0.6 + EYE_M, 0.7, 0.2)


def test_a_wall_behind_pulls_the_camera_in_front_of_it() -> None:
    seen = placement(Pose(0.0, 0.0), 0.0, BEHIND_M, WALLED)
    assert WALLED.one(seen.x, seen.y) > 0.1
    assert 0.3 < -seen.y < 1.0
    assert seen.back < BEHIND_M / 2


def test_a_wall_at_the_right_shoulder_takes_the_camera_to_the_middle() -> None:
    beside = clearance_field(CORNERS, (Box(0.55, 0.0, 0.2, 30),))
    seen = placement(Pose(0.0, 0.0), 0.0, BEHIND_M, beside)
    assert beside.one(seen.x, seen.y) > 0.1
    assert seen.back == pytest.approx(BEHIND_M)


def test_looking_far_up_never_takes_the_camera_under_the_floor() -> None:
    assert placement(Pose(0.0, 0.0, 0.6), math.radians(40), FARTHEST_M, OPEN).z >= 0.6 + 0.2


def test_the_wheel_goes_through_to_first_person_and_back() -> None:
    back = zoomed(BEHIND_M, 20)
    assert back == 0.0
    assert zoomed(back, -1) == NEAREST_M
    assert zoomed(back, -50) == FARTHEST_M


def test_a_cut_is_there_at_once_and_a_zoom_takes_time(window: Window) -> None:
    camera = Camera(window, OPEN)
    assert camera.cut_to(Pose(5.0, 5.0)) == placement(Pose(5.0, 5.0), 0.0, BEHIND_M, OPEN)
    assert window.base.camera.get_x() == pytest.approx(5.6)
    camera.toggle()
    assert 1.5 < camera.follow(Pose(5.0, 5.0), 0.0, 0.03).back < BEHIND_M
    assert not camera.first_person
    for _ in range(60):
        camera.follow(Pose(5.0, 5.0), 0.0, 0.03)
    assert camera.seen.back == 0.0
    assert camera.first_person


def test_with_reduced_motion_the_view_changes_by_a_cut(window: Window) -> None:
    camera = Camera(window, OPEN)
    camera.reduced_motion = True
    camera.toggle()
    assert camera.follow(Pose(0.0, 0.0), 0.0, 0.01).back == 0.0


def test_leaving_a_wall_lets_the_camera_out_softly(window: Window) -> None:
    camera = Camera(window, WALLED)
    near = camera.cut_to(Pose(0.0, 0.0)).back
    camera.field = OPEN
    backs = [camera.follow(Pose(0.0, 0.0), 0.0, 0.03).back for _ in range(80)]
    assert near < backs[0] < near + 0.6
    assert backs == sorted(backs)
    assert backs[-1] == pytest.approx(BEHIND_M, abs=0.05)


def test_the_field_of_view_is_set(window: Window) -> None:
    camera = Camera(window, OPEN)
    camera.set_fov(80.0)
    assert window.base.camLens.get_hfov() == pytest.approx(80.0)
