"""Where a voice comes from and how loud it is."""

import math

import numpy as np
import pytest

from halles_client.sound.mix import FAR_M, FRAME, NEAR_M, STAGE, Gains, fade, from_stage, mixed, nearby

NORTH, EAST = 0.0, -math.pi / 2


def test_a_voice_fades_from_two_to_twelve_metres_and_never_grows() -> None:
    assert [fade(0.0), fade(NEAR_M), fade(FAR_M), fade(99.0)] == [1.0, 1.0, 0.0, 0.0]
    levels = [fade(metres) for metres in np.arange(NEAR_M, FAR_M, 0.5)]
    assert levels == sorted(levels, reverse=True)
    assert 0.2 < fade(7.0) < 0.3


@pytest.mark.parametrize(
    ("east", "north", "heading", "louder"),
    [(3, 0, NORTH, "right"), (-3, 0, NORTH, "left"), (0, 3, EAST, "left"), (0, -3, EAST, "right")],
)
def test_a_voice_comes_from_where_its_speaker_stands_as_one_looks(
    east: float, north: float, heading: float, louder: str
) -> None:
    gains = nearby(east, north, heading)
    other = "left" if louder == "right" else "right"
    assert getattr(gains, louder) > 2 * getattr(gains, other) > 0


def test_ahead_and_behind_and_upon_one_both_ears_hear_the_same_and_turning_keeps_the_power() -> None:
    for east, north in ((0.0, 2.0), (0.0, -2.0), (0.1, 0.0)):
        gains = nearby(east, north, NORTH)
        assert gains.left == pytest.approx(gains.right)
    powers = [sum(one**2 for one in nearby(2.0, 0.0, turn)) for turn in np.linspace(0, math.tau, 9)]
    assert powers == pytest.approx([2.0] * 9)


def test_mono_puts_the_same_into_both_ears() -> None:
    gains = nearby(5.0, 1.0, NORTH, mono=True)
    assert gains.left == gains.right == pytest.approx(fade(math.hypot(5, 1)))


def test_the_stage_is_six_decibels_down_whatever_the_distance() -> None:
    assert 20 * math.log10(from_stage().left) == pytest.approx(-6.0)
    assert from_stage() == Gains(STAGE, STAGE)


def test_volumes_are_kept_between_nothing_and_twice() -> None:
    assert from_stage(0.0) == nearby(1.0, 0.0, NORTH, 0.0) == Gains(0.0, 0.0)
    assert from_stage(9.0).left == pytest.approx(2 * STAGE)
    assert from_stage(-1.0).left == 0.0


def test_voices_add_up_and_never_leave_the_range() -> None:
    tone = np.full(FRAME, 0.3, dtype=np.float32)
    both = mixed([(tone, Gains(1.0, 0.0)), (tone, Gains(1.0, 0.5))])
    assert both.shape == (FRAME, 2)
    assert both[0] == pytest.approx([0.6, 0.15])
    loud = mixed([(np.ones(FRAME, dtype=np.float32), Gains(2.0, -2.0))] * 16)
    assert np.abs(loud).max() <= 1.0
    assert not mixed([]).any()
