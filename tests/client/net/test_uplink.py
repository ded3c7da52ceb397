import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halles.protocol import codec
from halles.protocol.table import Direction
from halles.world.movement import Gesture, Pose
from halles_client.net.uplink import Uplink, pack
from halles_client.replica.prediction import heading_of


def test_a_walk_is_told_at_the_send_rate_with_the_newest_pose() -> None:
    uplink = Uplink(20)
    sent = [move for frame in range(61) if (move := uplink.due(frame / 60.0, Pose(frame * 0.02, 0.0)))]
    assert 19 <= len(sent) <= 21
    assert [move.sequence for move in sent] == list(range(1, len(sent) + 1))
    assert sent[-1].x == pytest.approx(120, abs=8)


def test_the_last_pose_is_always_told() -> None:
    uplink = Uplink(20)
    last = None
    for frame in range(30):
        x = min(frame, 10) * 0.02
        last = uplink.due(frame / 60.0, Pose(x, 0.0)) or last
    assert last is not None
    assert last.x == 20


def test_who_stands_still_is_told_once_a_second() -> None:
    uplink = Uplink(20)
    sent = [uplink.due(frame / 60.0, Pose(1.0, 2.0)) for frame in range(600)]
    assert 10 <= sum(move is not None for move in sent) <= 11


def test_a_start_after_standing_is_told_at_once() -> None:
    uplink = Uplink(20)
    uplink.due(0.0, Pose(0.0, 0.0))
    assert uplink.due(0.5, Pose(0.0, 0.0)) is None
    assert uplink.due(0.51, Pose(0.03, 0.0)) is not None


def test_a_gesture_and_running_are_changes() -> None:
    uplink = Uplink(20)
    uplink.due(0.0, Pose(0.0, 0.0))
    waving = uplink.due(0.1, Pose(0.0, 0.0, gesture=Gesture.WAVE))
    assert waving is not None
    assert waving.act == Gesture.WAVE
    running = uplink.due(0.2, Pose(0.0, 0.0, gesture=Gesture.WAVE), running=True)
    assert running is not None
    assert running.act == 0x10 | Gesture.WAVE


def test_a_beat_of_the_send_rate_misses_no_move_by_rounding() -> None:
    uplink = Uplink(10)
    sent = [uplink.due(beat * 0.1 - beat % 2 * 0.0005, Pose(beat * 0.14, 0.0)) for beat in range(100)]
    assert sum(move is not None for move in sent) == 100


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(-1e3, 1e3), st.floats(-50, 50))
def test_every_pose_packs_into_a_legal_move(x: float, y: float, z: float, heading: float) -> None:
    move = Uplink().due(0.0, Pose(x, y, z, heading))
    assert move is not None
    assert codec.decode(codec.encode(move), Direction.TO_SERVER) == move
    off = heading_of(pack(Pose(0.0, 0.0, 0.0, heading))[3]) - heading
    assert abs(math.remainder(off, math.tau)) < 1e-3
