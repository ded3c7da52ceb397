"""The ladder of overload: up while ticks are late, down when there is air, and never to and fro for ever."""

from itertools import pairwise

import pytest

from halles_server.hall.overload import CALM_S, REST_S, WARY_S, Overload, Rung
from halles_server.hall.snapshot import Detail

HZ = 20


class Drill:
    """A node whose ticks come late as told."""

    def __init__(self) -> None:
        self.overload = Overload(HZ, 64)
        self.now = 100.0

    def run(self, seconds: float, late: float) -> list[Rung]:
        """Ticks for so long, each late by this share of its period; returns the rungs that were stepped on."""
        rungs, until = [], self.now + seconds
        while self.now < until:
            self.now += self.overload.period
            if self.overload.heard(late * self.overload.period, self.now):
                rungs.append(self.overload.rung)
        return rungs


def test_each_rung_leaves_out_more() -> None:
    drill, told = Drill(), []
    for _ in Rung:
        told.append((drill.overload.detail, drill.overload.period))
        drill.run(REST_S + 1.1, late=1.0)
    assert told == [
        (Detail(64, 20, 75), 0.05),
        (Detail(48, 20, 75), 0.05),
        (Detail(48, 40, 1), 0.05),
        (Detail(48, 20, 1), 0.1),
        (Detail(48, 20, 1), 0.1),
    ]


def test_it_goes_up_a_rung_at_a_time_to_the_top_and_no_further() -> None:
    drill = Drill()
    assert drill.run(60.0, late=0.8) == list(Rung)[1:]


def test_it_comes_down_to_nothing_once_there_is_air() -> None:
    drill = Drill()
    drill.run(30.0, late=2.0)
    assert drill.run(CALM_S - 1.0, late=0.05) == []
    assert drill.run(4 * CALM_S + 8.0, late=0.05) == [Rung.BEAT, Rung.FAR, Rung.NEAR, Rung.NOTHING]


def test_between_late_and_calm_it_stays_where_it_is() -> None:
    drill = Drill()
    drill.run(REST_S + 1.1, late=1.0)
    assert drill.overload.rung == Rung.NEAR
    assert drill.run(120.0, late=0.3) == []


@pytest.mark.parametrize("share", [0.0, 0.4])
def test_without_lag_nothing_is_left_out(share: float) -> None:
    assert Drill().run(120.0, late=share) == []


def test_one_long_pause_is_no_overload() -> None:
    drill = Drill()
    for _ in range(20):
        assert drill.run(2.0, late=0.0) == []
        assert drill.run(drill.overload.period, late=30.0) == []


def test_who_falls_back_again_and_again_waits_longer_before_the_next_step_down() -> None:
    drill, steps = Drill(), []
    for _ in range(6000):  # late with everything, calm without half of the nearest
        before = drill.now
        if drill.run(0.1, late=1.0 if drill.overload.rung == Rung.NOTHING else 0.0) == [Rung.NOTHING]:
            steps.append(before)
    waits = [later - earlier for earlier, later in pairwise(steps)]
    assert waits[1] > 1.5 * waits[0]
    assert waits[-1] == pytest.approx(WARY_S, abs=8.0)


def test_after_a_long_calm_it_is_as_quick_as_ever() -> None:
    drill = Drill()
    for _ in range(4):
        drill.run(REST_S + 0.6, late=1.0)
        drill.run(WARY_S + 10.0, late=0.0)
    assert drill.overload.rung == Rung.NOTHING
    drill.run(2 * WARY_S, late=0.0)
    drill.run(1.2, late=1.0)
    assert drill.overload.rung == Rung.NEAR
    assert drill.run(CALM_S + 2.1, late=0.0) == [Rung.NOTHING]


@pytest.mark.parametrize("before", range(20, 45))
def test_a_pause_is_no_overload_wherever_in_a_window_it_falls(before: int) -> None:
    overload, now = Overload(10, 64), 0.0
    for _ in range(before):
        now += 0.1
        overload.heard(0.001, now)
    now += 3.0
    overload.heard(3.0, now)
    for _ in range(30):
        now += 0.1
        overload.heard(0.001, now)
        assert overload.rung == Rung.NOTHING
