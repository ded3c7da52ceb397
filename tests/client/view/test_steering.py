import math

import pytest

from halles.world.geometry import Box, Point, clearance_field
from halles.world.movement import Intent, Motion, Pose, step
from halles_client.view.hud.keyboard import COMMANDS
from halles_client.view.hud.keys import DIGITS, IN_LIST
from halles_client.view.steering import BINDINGS, Ray, Walk, floor_point, held_actions, keys_intent, walk_step

ROOM = clearance_field((Point(-10, -10), Point(10, -10), Point(10, 10), Point(-10, 10)), (Box(0, 4, 12, 1),))


def walk(start: Pose, to: Walk, seconds: float) -> tuple[Motion, float | None]:
    """Walks until the walk ends; returns where, and when (None if it never ended)."""
    motion, going = Motion(start), to
    for i in range(int(seconds / 0.05)):
        intent, still = walk_step(going, motion.pose, 0.05)
        if still is None:
            return motion, i * 0.05
        going = still
        motion = step(motion, intent, 0.05, ROOM)
    return motion, None


def test_letters_and_arrows_walk_alike() -> None:
    for keys in ({"w"}, {"arrow_up"}, {"w", "arrow_up"}):
        assert keys_intent(held_actions(BINDINGS, keys)) == Intent(forward=1.0)
    assert keys_intent(held_actions(BINDINGS, {"a", "lshift"})) == Intent(right=-1.0, run=True)
    assert keys_intent(held_actions(BINDINGS, {"arrow_left"})) == Intent(turn=1.0)


def test_opposite_keys_cancel() -> None:
    assert keys_intent(held_actions(BINDINGS, {"w", "s", "arrow_left", "arrow_right"})) == Intent()


def test_no_key_means_two_things_here_or_in_the_hud() -> None:
    keys = [key for bound in BINDINGS.values() for key in bound]
    assert len(keys) == len(set(keys))
    assert not set(keys) & {"t", *COMMANDS, *DIGITS}, "T is a character, not a command"
    assert set(IN_LIST) <= set(keys), "they walk where no list has the keyboard"


def test_a_ray_meets_the_flat_floor_where_geometry_says() -> None:
    assert floor_point(Ray(0, 0, 2, 0, 1, -1), lambda x, y: 0.0) == pytest.approx(Point(0, 2))


def test_a_ray_at_the_stage_meets_its_top() -> None:
    point = floor_point(Ray(0, 0, 2, 0, 1, -0.2), lambda x, y: 0.6 if y > 5 else 0.0)
    assert point == pytest.approx(Point(0, 7))


@pytest.mark.parametrize("direction", [(0, 1, 0.1), (0, 1, 0), (0, 1, -0.001)])
def test_a_click_on_the_sky_or_the_horizon_leads_nowhere(direction: tuple[float, float, float]) -> None:
    assert floor_point(Ray(0, 0, 2, *direction), lambda x, y: 0.0) is None


@pytest.mark.parametrize("heading", [0.0, 1.5, -3.0])
def test_a_clicked_place_is_reached_from_any_heading(heading: float) -> None:
    end, seconds = walk(Pose(-6, -6, heading=heading), Walk(5, -3), 20)
    assert seconds is not None
    assert math.hypot(end.pose.x - 5, end.pose.y + 3) < 0.2


def test_on_the_way_one_turns_to_face_the_place() -> None:
    motion, going = Motion(Pose(-6, -6, heading=2.0)), Walk(6, -6)
    for _ in range(60):
        intent, still = walk_step(going, motion.pose, 0.05)
        assert still is not None
        going = still
        motion = step(motion, intent, 0.05, ROOM)
    assert motion.pose.heading == pytest.approx(-math.pi / 2, abs=0.05)


def test_a_wall_in_the_way_is_slid_along() -> None:
    end, seconds = walk(Pose(5.0, 2.0), Walk(8.5, 5.0), 20)
    assert seconds is not None
    assert math.hypot(end.pose.x - 8.5, end.pose.y - 5.0) < 0.2


def test_a_place_behind_a_wall_is_given_up_soon() -> None:
    end, seconds = walk(Pose(0.0, 0.0), Walk(0.0, 8.0), 20)
    assert seconds is not None
    assert seconds < 5.0
    assert end.pose.y < 3.6
