import dataclasses
import math

import numpy as np

from halles.world.look import Look
from halles.world.movement import Gesture
from halles_client.replica.crowd import Crowd
from halles_client.view.crowd_rows import (
    CAPACITY,
    HOST_NUMBER,
    OWN_NUMBER,
    Bodies,
    BodyEase,
    HostAvatar,
    Levels,
    OwnAvatar,
    Sight,
    Slices,
    fill,
    in_sight,
    levels_for,
    slices,
    with_hosts,
    with_own,
)
from halles_client.view.presets import HIGH, LOW

NORTH = Sight(0.0, 0.0, 1.7, 0.0, 0.0, math.tan(math.radians(36.0)))


def people(x: list[float], y: list[float], gesture: int = 0, speed: float = 0.0) -> Crowd:
    count = len(x)
    return Crowd(
        number=np.arange(count, dtype=np.uint16),
        x=np.array(x, np.float32),
        y=np.array(y, np.float32),
        z=np.zeros(count, np.float32),
        heading=np.zeros(count, np.float32),
        speed=np.full(count, speed, np.float32),
        stride=np.zeros(count, np.float32),
        gesture=np.full(count, gesture, np.uint8),
        look=np.tile(np.array([3, 2, 1, 2, 5], np.uint8), (count, 1)),
        staff=np.zeros(count, np.bool_),
    )


def test_those_behind_and_beside_the_view_are_left_out_and_the_rest_is_sorted() -> None:
    crowd = people([0.0, 0.0, 30.0, -2.0, 0.2], [20.0, -5.0, 5.0, 6.0, 3.0])
    who, distance = in_sight(crowd, NORTH)
    assert who.tolist() == [4, 3, 0]
    assert np.all(np.diff(distance) > 0)


def test_turning_left_shows_the_west() -> None:
    crowd = people([-10.0, 10.0], [0.0, 0.0])
    west = dataclasses.replace(NORTH, heading=math.pi / 2)
    assert in_sight(crowd, west)[0].tolist() == [0]


def test_looking_steeply_down_still_shows_whoever_stands_under_the_camera() -> None:
    crowd = people([0.0], [0.6])
    above = dataclasses.replace(NORTH, z=8.0, pitch=-1.4)
    assert in_sight(crowd, above)[0].tolist() == [0]


def test_whoever_stands_in_the_camera_is_left_out() -> None:
    assert in_sight(people([0.0, 0.0], [0.3, 0.9]), NORTH)[0].tolist() == [1]


def test_oneself_comes_first_however_near_others_stand() -> None:
    crowd = people([0.0, 0.0, 0.0], [1.0, 2.0, 3.0])
    assert in_sight(crowd, NORTH, own_row=2)[0].tolist() == [2, 0, 1]


def test_a_pose_that_is_not_finite_is_never_drawn() -> None:
    crowd = people([0.0, math.nan, 1.0], [5.0, 5.0, math.inf])
    crowd.heading[0] = math.nan
    assert in_sight(crowd, NORTH)[0].tolist() == []


def test_more_than_the_capacity_keeps_the_nearest() -> None:
    count = CAPACITY + 500
    who, distance = in_sight(people([0.0] * count, list(np.linspace(1.0, 90.0, count))), NORTH)
    assert len(who) == CAPACITY
    assert who[-1] == CAPACITY - 1
    assert distance[-1] < 90.0


def test_levels_take_by_distance_and_by_number() -> None:
    distance = np.array([1, 2, 3, 10, 20, 40, 50], np.float32)
    assert slices(distance, Levels(40, 9.0, 300, 32.0, 600)) == Slices(3, 2, 2, 7)
    assert slices(distance, Levels(1, 9.0, 2, 32.0, 4)) == Slices(1, 2, 4, 4)
    assert slices(distance[:0], Levels(1, 9.0, 2, 32.0, 4)).total == 0


def test_the_low_preset_draws_at_most_twelve_full_bodies_and_the_high_one_forty() -> None:
    assert (levels_for(LOW).near, levels_for(HIGH).near) == (12, 40)
    assert levels_for(HIGH) == Levels(40, 9.0, 300, 32.0, 600)


def test_oneself_becomes_the_last_row() -> None:
    own = OwnAvatar(1.0, 2.0, 0.6, 0.5, 1.4, 7.0, Gesture.WAVE, Look(4, 3, 2, 1, 0))
    merged = with_own(people([0.0], [5.0]), own)
    assert merged.number.tolist() == [0, OWN_NUMBER]
    assert merged.look[1].tolist() == [4, 3, 2, 1, 0]
    assert (merged.x[1], merged.z[1], merged.gesture[1]) == (np.float32(1.0), np.float32(0.6), Gesture.WAVE)


def test_rows_hold_place_motion_and_look() -> None:
    crowd = people([1.0, 2.0], [3.0, 4.0], gesture=int(Gesture.TALK), speed=1.4)
    rows = np.zeros((1, 3, 4), np.float32)
    bodies = Bodies(np.array([3], np.uint8), np.array([0.5], np.float32), np.array([1.0], np.float32))
    fill(rows, crowd, np.array([1]), bodies)
    assert rows[0, 0].tolist() == [2.0, 4.0, 0.0, 0.0]
    assert rows[0, 1, 1] == 1.0
    assert math.floor(rows[0, 1, 2]) == Gesture.TALK
    assert rows[0, 1, 3] == 0.5
    assert rows[0, 2].tolist() == [3.0, 2.0, 1.0, 2 * 32 + 5]


def test_legs_do_not_jump_where_the_stride_wraps() -> None:
    crowd = people([0.0, 0.0], [3.0, 3.0], speed=1.4)
    crowd.stride[:] = (0.0, 1000.0)
    rows = np.zeros((2, 3, 4), np.float32)
    fill(rows, crowd, np.arange(2), BodyEase().step(crowd, np.arange(2), 0.02))
    assert math.isclose(math.sin(rows[1, 1, 0]), math.sin(rows[0, 1, 0]), abs_tol=2e-3)


def test_somebody_new_shows_the_gesture_at_once_and_a_change_is_eased() -> None:
    ease, one = BodyEase(), np.arange(1)
    waving, resting = people([0.0], [3.0], int(Gesture.WAVE)), people([0.0], [3.0])
    bodies = ease.step(waving, one, 0.05)
    assert (bodies.gesture[0], bodies.weight[0]) == (Gesture.WAVE, 1.0)
    bodies = ease.step(resting, one, 0.05)
    assert bodies.gesture[0] == Gesture.WAVE
    assert 0.6 < bodies.weight[0] < 0.9
    for _ in range(10):
        bodies = ease.step(resting, one, 0.05)
    assert bodies.gesture[0] == Gesture.NONE


def test_somebody_who_was_gone_does_not_lower_an_old_arm() -> None:
    ease, one = BodyEase(), np.arange(1)
    ease.step(people([0.0], [3.0], int(Gesture.WAVE)), one, 0.05)
    ease.step(people([0.0], [3.0]), one[:0], 0.05)
    assert ease.step(people([0.0], [3.0]), one, 0.05).gesture[0] == Gesture.NONE


def test_legs_come_to_rest_softly() -> None:
    ease, one = BodyEase(), np.arange(1)
    assert ease.step(people([0.0], [3.0], speed=1.4), one, 0.05).walk[0] == 1.0
    assert 0.4 < ease.step(people([0.0], [3.0]), one, 0.05).walk[0] < 0.9
    for _ in range(12):
        bodies = ease.step(people([0.0], [3.0]), one, 0.05)
    assert bodies.walk[0] < 0.01


def test_recorded_hosts_are_drawn_after_everybody_else_and_are_no_staff() -> None:
    crowd = people([1.0], [2.0])
    assert with_hosts(crowd, []) is crowd
    host = HostAvatar(HOST_NUMBER - 1, 3.0, 4.0, 0.5, 1.0, 1.2, 7.0, Gesture.TALK, Look(5, 4, 3, 2, 1))
    merged = with_hosts(crowd, [host])
    assert merged.number.tolist() == [0, HOST_NUMBER - 1]
    assert (merged.x[1], merged.y[1], merged.z[1], merged.stride[1]) == (3.0, 4.0, 0.5, 7.0)
    assert (merged.gesture[1], merged.look[1].tolist(), merged.staff[1]) == (Gesture.TALK, [5, 4, 3, 2, 1], False)
    assert all(getattr(merged, column.name).dtype == getattr(crowd, column.name).dtype for column in
               dataclasses.fields(Crowd))  # fmt: skip
