import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from halles.world.geometry import Box, Point, clearance_field
from halles.world.movement import RADIUS, RUN_SPEED, SPEED_MARGIN, WALK_SPEED, Intent, Motion, Pose, plausible, step

ROOM = clearance_field(
    (Point(-10, -10), Point(10, -10), Point(10, 10), Point(-10, 10)),
    (Box(0, 4, 6, 0.12), Box(-5, -5, 1, 1, 0.6)),
)

intents = st.builds(Intent, st.floats(-1, 1), st.floats(-1, 1), st.floats(-1, 1), st.booleans())


def walk(intent: Intent, seconds: float, start: Pose) -> Motion:
    motion = Motion(start)
    for _ in range(round(seconds * 60)):
        motion = step(motion, intent, 1 / 60, ROOM)
    return motion


def test_walking_forward_goes_where_one_looks_at_walking_speed() -> None:
    pose = walk(Intent(forward=1), 3.0, Pose(-5, 0, heading=-math.pi / 2)).pose
    assert abs(pose.x - (-5 + WALK_SPEED * 3)) < 0.15
    assert abs(pose.y) < 1e-6


def test_diagonal_walking_is_not_faster() -> None:
    motion = walk(Intent(forward=1, right=1), 2.0, Pose(-5, -2))
    assert math.hypot(motion.vx, motion.vy) <= WALK_SPEED + 1e-6


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(intents, st.floats(0.005, 0.1)), min_size=5, max_size=120), st.floats(-3, 3))
def test_nobody_ever_stands_in_a_wall_or_outruns_a_runner(steps: list[tuple[Intent, float]], heading: float) -> None:
    motion = Motion(Pose(0, 0, heading=heading))
    for intent, dt in steps:
        before = motion.pose
        motion = step(motion, intent, dt, ROOM)
        assert ROOM.one(motion.pose.x, motion.pose.y) >= RADIUS - 0.06
        assert math.hypot(motion.pose.x - before.x, motion.pose.y - before.y) <= RUN_SPEED * SPEED_MARGIN * dt + 0.06


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(intents, st.integers(1, 12)), min_size=3, max_size=30))
def test_what_the_client_walks_the_server_believes(legs: list[tuple[Intent, int]]) -> None:
    motion = Motion(Pose(0, 0))
    for intent, frames in legs:
        old = motion.pose
        for _ in range(frames):
            motion = step(motion, intent, 1 / 60, ROOM)
        new = motion.pose
        reach = np.array([RUN_SPEED * SPEED_MARGIN * frames / 60])
        before, after = ((np.array([round(pose.x, 2)]), np.array([round(pose.y, 2)])) for pose in (old, new))
        assert plausible(before, after, reach, ROOM).all()


def test_teleports_and_walks_through_walls_are_not_plausible() -> None:
    old_x, old_y = np.zeros(5), np.array([3.0, 0.0, 0.0, 0.0, 0.0])
    new_x, new_y = np.array([0.0, 9.0, 0.0, math.nan, 30.0]), np.array([5.0, 0.0, 1.0, 0.0, math.inf])
    with np.errstate(invalid="ignore"):
        judged = plausible((old_x, old_y), (new_x, new_y), np.full(5, 3.0), ROOM)
    assert judged.tolist() == [False, False, True, False, False]


def test_running_into_a_thin_wall_stops_before_it() -> None:
    pose = walk(Intent(forward=1, run=True), 4.0, Pose(0, 0)).pose
    assert pose.y <= 4 - 0.06 - RADIUS + 0.05


def test_standing_still_stays_still() -> None:
    assert walk(Intent(), 1.0, Pose(1, 1)).pose == Pose(1, 1)
