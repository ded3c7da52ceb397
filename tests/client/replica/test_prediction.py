import math

import pytest

from halles.ids import HallId
from halles.world.movement import RADIUS, Gesture, Intent, Pose
from halles.world.scene import Scene
from halles_client.replica.prediction import BLEND_S, Prediction, heading_of
from tests.support.plans import PLANS


@pytest.fixture(scope="module")
def lille() -> Scene:
    return PLANS.scenes[HallId("lille")]


def test_one_walks_at_once_and_as_fast_as_the_rule_says(lille: Scene) -> None:
    own = Prediction(lille, Pose(0.0, -28.0))
    for _ in range(60):
        own.advance(Intent(forward=1.0), 1 / 30)
    assert own.pose.y == pytest.approx(-28.0 + 1.4 * 2.0, abs=0.15)
    assert own.speed == pytest.approx(1.4, abs=0.02)


def test_a_long_frame_walks_no_farther_than_half_a_second(lille: Scene) -> None:
    own = Prediction(lille, Pose(0.0, -28.0))
    own.advance(Intent(forward=1.0, run=True), 30.0)
    assert own.pose.y < -28.0 + 2.8 * 0.5


def test_nobody_walks_through_a_booth_wall(lille: Scene) -> None:
    slot = lille.slots[0]
    (x, y), heading = slot.visitor_place()
    own = Prediction(lille, Pose(x, y, 0.0, heading))
    for _ in range(400):
        own.advance(Intent(forward=1.0, run=True), 0.05)
        assert lille.field.one(own.pose.x, own.pose.y) >= RADIUS - 0.03


def test_the_floor_carries_one_up_a_stage(lille: Scene) -> None:
    floor = max(lille.floors, key=lambda row: row.high)
    own = Prediction(lille, Pose(floor.x, floor.y, 0.0))
    assert own.pose.z > 0.0
    assert own.pose.z == pytest.approx(lille.height(floor.x, floor.y))


def test_a_small_correction_is_blended_and_ends_at_the_servers_place(lille: Scene) -> None:
    own = Prediction(lille, Pose(0.0, -20.0))
    own.corrected(0.4, -20.0)
    assert own.pose.x == 0.4
    shown = [own.shown().x] + [own.advance(Intent(), BLEND_S / 5).x for _ in range(6)]
    assert shown[0] == pytest.approx(0.0)
    assert shown == sorted(shown)
    assert shown[-1] == pytest.approx(0.4)


def test_a_large_correction_is_a_cut(lille: Scene) -> None:
    own = Prediction(lille, Pose(0.0, -20.0))
    own.corrected(3.0, -20.0)
    assert own.shown().x == 3.0


def test_walking_off_ends_a_gesture(lille: Scene) -> None:
    own = Prediction(lille, Pose(0.0, -20.0))
    own.make(Gesture.WAVE)
    own.advance(Intent(turn=1.0), 0.05)
    assert own.pose.gesture is Gesture.WAVE
    own.advance(Intent(forward=1.0), 0.05)
    assert own.pose.gesture is Gesture.NONE


def test_headings_on_the_wire_become_radians() -> None:
    assert heading_of(0) == 0.0
    assert heading_of(0x4000) == pytest.approx(math.pi / 2)
    assert heading_of(0xC000) == pytest.approx(-math.pi / 2)
