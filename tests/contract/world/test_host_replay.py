"""A host replay: its limits, its packing, and where the host stands at a moment."""

import math
import random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from halles.errors import Rejection
from halles.ids import MediaId
from halles.world.geometry import Box, Point, clearance_field, place
from halles.world.host_replay import (
    HZ,
    LINE_CAP,
    PAUSE_S,
    POSE_BYTES,
    POSES_CAP,
    REACH_M,
    SECONDS_CAP,
    SECONDS_LEAST,
    HostLine,
    HostMotion,
    HostReplay,
    checked,
    line_at,
    moment,
    packed,
    poses_in,
)
from halles.world.movement import RUN_SPEED, Gesture, Pose

BOOTH = Box(12.0, -7.0, 6.0, 3.0, 0.6)
HALL = clearance_field((Point(-40, -40), Point(40, -40), Point(40, 40), Point(-40, 40)), (Box(12.0, -7.0, 1.0, 0.3),))
LONG = SECONDS_CAP * 1000


def at(right: float, front: float, heading: float = 0.0, gesture: Gesture = Gesture.NONE) -> Pose:
    where = place(BOOTH, right, front)
    return Pose(where.x, where.y, 0.0, heading, gesture)


def walked(*poses: Pose, length_ms: int = 0, lines: tuple[HostLine, ...] = ()) -> HostReplay:
    """A recording of these poses, the last one held until it is long enough."""
    length_ms = length_ms or max(SECONDS_LEAST * 1000, (len(poses) - 1) * 1000 // HZ)
    held = (*poses, *[poses[-1]] * (poses_in(length_ms) - len(poses)))
    return HostReplay(length_ms, packed(BOOTH, held), lines)


def stood(**changes: object) -> HostReplay:
    return msgspec.structs.replace(walked(at(1.0, 1.0)), **changes)


def refusal(replay: HostReplay) -> str:
    with pytest.raises(Rejection) as refused:
        checked(replay, BOOTH, HALL)
    return refused.value.code


def test_a_host_walks_turns_and_gestures_as_was_recorded() -> None:
    replay = walked(at(1.0, 1.0, 3.1), at(1.2, 1.0, -3.1, Gesture.TALK), at(1.4, 1.0, -3.1, Gesture.TALK))
    motion = HostMotion(checked(replay, BOOTH, HALL), BOOTH)
    halfway = motion.at(0.1)
    assert math.dist(halfway[:2], place(BOOTH, 1.1, 1.0)) < 0.011
    assert abs(halfway.heading) > 3.1, "the short way round"
    assert halfway.gesture is Gesture.NONE
    assert halfway.speed == pytest.approx(1.0, abs=0.05)
    assert motion.at(0.2).gesture is Gesture.TALK
    assert motion.at(0.4).stride == pytest.approx(0.4, abs=0.02)
    assert motion.at(99.0)[:2] == motion.at(3.0)[:2]
    assert motion.at(99.0).speed == 0.0


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(2, POSES_CAP), st.floats(-5.0, 250.0))
def test_a_host_is_never_anywhere_but_between_two_recorded_places(seed: int, count: int, seconds: float) -> None:
    rng, right, poses = random.Random(seed), 1.5, []
    for _ in range(count):
        right = min(4.0, max(1.0, right + rng.uniform(-0.2, 0.2)))
        poses.append(at(right, 1.0, rng.uniform(-math.pi, math.pi)))
    replay = checked(walked(*poses), BOOTH, HALL)
    found = HostMotion(replay, BOOTH).at(seconds)
    before = min(max(0, math.floor(seconds * HZ)), count - 1)
    pair = poses[before], poses[min(before + 1, count - 1)]
    whole = math.dist((pair[0].x, pair[0].y), (pair[1].x, pair[1].y))
    assert sum(math.dist((found.x, found.y), (pose.x, pose.y)) for pose in pair) <= whole + 0.03
    assert -math.pi <= found.heading <= math.pi
    assert 0.0 <= found.speed <= RUN_SPEED


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=POSE_BYTES * 40), st.integers(0, LONG))
def test_whatever_is_sent_as_motion_is_refused_or_can_be_shown(poses: bytes, length_ms: int) -> None:
    replay, code = HostReplay(length_ms, poses), ""
    try:
        shown = HostMotion(checked(replay, BOOTH, HALL), BOOTH).at(1.0)
        assert math.isfinite(shown.x + shown.y + shown.heading)
    except Rejection as refused:
        code = refused.code
    assert code in {"", "BAD_FIELD"}


@pytest.mark.parametrize(
    "replay",
    [
        stood(length_ms=SECONDS_LEAST * 1000 - 1),
        stood(length_ms=LONG),
        stood(poses=b""),
        stood(poses=b"\xff" * POSE_BYTES * poses_in(3000)),
        walked(at(1.0, 1.0), at(1.9, 1.0)),
        walked(at(3.0 + REACH_M + 0.1, 0.0)),
        walked(at(0.0, 0.0)),
        stood(sound=MediaId("f" * 64 + ".mp4")),
        stood(sound=MediaId("../../etc/passwd")),
        stood(lines=(HostLine(2000, "fr", "b"), HostLine(1000, "fr", "a"))),
        stood(lines=(HostLine(3001, "fr", "late"),)),
    ],
)
def test_a_recording_of_what_nobody_can_do_there_is_refused(replay: HostReplay) -> None:
    assert refusal(replay) == "BAD_FIELD"


def test_lines_are_cleaned_and_those_without_words_or_with_too_many_are_refused() -> None:
    kept = checked(stood(lines=(HostLine(0, "nl", " Dag allemaal "),)), BOOTH, HALL)
    assert kept.lines == (HostLine(0, "nl", "Dag allemaal"),)
    for text in ("", "   ", "a\nb", "x" * (LINE_CAP + 1), "\u202egnp"):
        assert refusal(stood(lines=(HostLine(0, "en", text),))) == "INVALID_TEXT"
    assert refusal(stood(lines=tuple(HostLine(0, "en", "\U00020bb7" * 60) for _ in range(40)))) == "TOO_LARGE"


def test_everybody_sees_the_same_moment_by_the_clock_and_nobody_between_two_showings() -> None:
    replay = stood()
    period = replay.seconds + PAUSE_S
    assert moment(1_000_000 * period + 1.25, replay) == pytest.approx(1.25, abs=1e-6)
    assert moment(replay.seconds, replay) == replay.seconds
    assert moment(replay.seconds + PAUSE_S / 2, replay) is None


def test_a_line_stands_until_it_is_read_or_the_next_one_comes() -> None:
    first, second = HostLine(1000, "fr", "Bonjour"), HostLine(2500, "fr", "x" * 240)
    replay = walked(at(1.0, 1.0), length_ms=60_000, lines=(first, second))
    said = [line_at(replay, seconds) for seconds in (0.9, 1.0, 2.4, 2.5, 12.4, 12.5)]
    assert said == [None, first, first, second, second, None]
