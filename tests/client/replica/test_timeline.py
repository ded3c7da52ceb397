import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from halles.errors import RemoteProtocolError
from halles.ids import AvatarNumber, VisitId
from halles.protocol import far_slice
from halles.protocol.far_slice import FAR
from halles.protocol.messages import AvatarCard, PoseBatch
from halles.protocol.pose_batch import NEAR
from halles.world.look import Look
from halles.world.roles import Role
from halles_client.replica.timeline import EXTRAPOLATE_S, LEAST_LAG_S, MOST_LAG_S, Timeline

NETWORK_S = 0.03


def card(number: int, x: int = 0, y: int = 0, heading: int = 0, role: Role = Role.GUEST) -> AvatarCard:
    return AvatarCard(
        AvatarNumber(number), VisitId(f"v{number}"), "Ada", role, "fr", Look(3, 1, 2, 3, 4), False, x, y, heading
    )


def batch(
    tick: int,
    near: list[tuple[int, int, int, int, int, int]] | None = None,
    far: list[tuple[int, int, int, int]] | None = None,
    *,
    hz: float = 20.0,
) -> PoseBatch:
    records = np.array(far or [], dtype=FAR)
    records = records[np.unique(records["number"], return_index=True)[1]]  # a slice names nobody twice
    return PoseBatch(
        tick,
        1_000_000 + round(tick * 1000 / hz),
        np.array(near or [], dtype=NEAR).tobytes(),
        far_slice.pack(records, 1),
    )


def play(timeline: Timeline, ticks: range, x_of: float = 7.0) -> float:
    """Somebody with number 1 walks east by ``x_of`` centimetres a tick at 20 Hz; returns the last arrival."""
    now = 0.0
    for tick in ticks:
        now = tick / 20.0 + NETWORK_S
        timeline.apply(batch(tick, [(1, round(tick * x_of), 0, 0, 0, 0)]), now)
        timeline.sample(now)
    return now


def test_somebody_who_walks_is_shown_between_100_and_150_ms_in_the_past() -> None:
    timeline = Timeline()
    timeline.enter(card(1))
    now = play(timeline, range(1, 80))
    shown = float(timeline.sample(now).x[0])
    true_now = 79 * 0.07
    lag_s = (true_now - shown) / 1.4
    assert 0.09 <= lag_s <= 0.15
    assert timeline.sample(now).speed[0] == pytest.approx(1.4, abs=0.01)


def test_a_walk_is_smooth_between_two_beats() -> None:
    timeline = Timeline()
    timeline.enter(card(1))
    now = play(timeline, range(1, 40))
    xs = [float(timeline.sample(now + ms / 1000.0).x[0]) for ms in range(0, 50, 5)]
    steps = np.diff(xs)
    assert np.allclose(steps, 1.4 * 0.005, atol=2e-4)


def test_without_news_one_walks_on_for_a_quarter_of_a_second_and_then_stands() -> None:
    timeline = Timeline()
    timeline.enter(card(1))
    now = play(timeline, range(1, 40))
    last_x = 39 * 0.07
    later = timeline.sample(now + 3.0)
    assert later.x[0] == pytest.approx(last_x + 1.4 * EXTRAPOLATE_S, abs=0.02)
    assert later.speed[0] == 0.0
    assert timeline.sample(now + 60.0).x[0] == later.x[0]


@pytest.mark.parametrize(
    "beats", [40, 20, 8, 4], ids=["every 2 s, in overload", "every s", "every 0.4 s", "every 0.2 s"]
)
def test_somebody_far_away_moves_evenly_although_one_hears_of_them_seldom(beats: int) -> None:
    timeline = Timeline()
    timeline.enter(card(1))
    xs = []
    for tick in range(600):
        now = tick / 20.0 + NETWORK_S
        far = [(1, tick * 7, 0, 0)] if tick % beats == 0 else []
        timeline.apply(batch(tick, far=far), now)
        xs.append(float(timeline.sample(now).x[0]))
    steps = np.diff(xs[400:])
    assert steps.min() > 0.04
    assert steps.max() < 0.10
    late_s = 599 / 20.0 + NETWORK_S - xs[-1] / 1.4
    assert late_s < beats / 20.0 * 1.3 + 0.15, "no later than the wait between two slices asks for"


def test_who_stood_still_and_starts_to_walk_is_not_shown_late() -> None:
    timeline = Timeline()
    timeline.enter(card(1))
    for tick in range(0, 200, 20):  # still: heard of in the far slices only
        timeline.apply(batch(tick, far=[(1, 0, 0, 0)]), tick / 20.0 + NETWORK_S)
        timeline.sample(tick / 20.0 + NETWORK_S)
    for tick in range(200, 206):
        now = tick / 20.0 + NETWORK_S
        timeline.apply(batch(tick, [(1, (tick - 199) * 14, 0, 0, 0, 0)]), now)
        timeline.sample(now)
    assert timeline.sample(205 / 20.0 + NETWORK_S).x[0] > 0.14 * 3


def test_uneven_arrivals_lengthen_the_lag_within_bounds() -> None:
    even, uneven = Timeline(), Timeline()
    rng = np.random.default_rng(1)
    for timeline, spread in ((even, 0.0), (uneven, 0.12)):
        timeline.enter(card(1))
        now = 0.0
        for tick in range(1, 200):
            now = max(now, tick / 20.0 + NETWORK_S + spread * float(rng.random()))
            timeline.apply(batch(tick, [(1, tick * 7, 0, 0, 0, 0)]), now)
            timeline.sample(now)
    at = 199 / 20.0 + NETWORK_S
    even_lag = (199 * 0.07 - float(even.sample(at).x[0])) / 1.4
    uneven_lag = (199 * 0.07 - float(uneven.sample(at).x[0])) / 1.4
    assert LEAST_LAG_S - 0.02 <= even_lag < uneven_lag <= MOST_LAG_S + 0.02


def test_an_older_batch_that_comes_late_changes_nothing() -> None:
    timeline = Timeline()
    timeline.enter(card(1))
    assert timeline.apply(batch(10, [(1, 500, 0, 0, 0, 0)]), 1.0)
    assert not timeline.apply(batch(9, [(1, -500, 0, 0, 0, 0)]), 1.1)
    assert not timeline.apply(batch(10, [(1, -500, 0, 0, 0, 0)]), 1.1)
    assert timeline.newest(1) == (5.0, 0.0)


def test_a_jump_is_not_shown_as_a_slide() -> None:
    timeline = Timeline()
    timeline.enter(card(1))
    now = play(timeline, range(1, 20))
    timeline.apply(batch(20, [(1, 5000, 0, 0, 0, 0)]), now + 0.05)
    xs = [float(timeline.sample(now + 0.05 + ms / 1000.0).x[0]) for ms in range(0, 400, 10)]
    assert all(x < 2.0 or x == pytest.approx(50.0) for x in xs)
    assert xs[-1] == pytest.approx(50.0)


def test_a_heading_turns_the_short_way_round() -> None:
    timeline = Timeline()
    timeline.enter(card(1, heading=250))
    for tick, heading in enumerate((250, 250, 250, 6, 6, 6, 6), 1):
        timeline.apply(batch(tick, [(1, 0, 0, heading, 0, 0)]), tick / 20.0)
        timeline.sample(tick / 20.0)
    for ms in range(0, 200, 5):
        heading = float(timeline.sample(7 / 20.0 + ms / 1000.0).heading[0])
        assert min(heading, math.tau - heading) <= math.tau * 6.5 / 256


def test_gestures_and_height_come_with_near_records_and_the_floor_with_far_ones() -> None:
    timeline = Timeline(lambda x, y: np.where(x > 1.0, 0.6, 0.0))
    timeline.enter(card(1, x=200))
    assert timeline.sample(0.0).z[0] == pytest.approx(0.6)
    timeline.apply(batch(1, [(1, 200, 0, 0, 0x12, 15)]), 0.05)
    assert timeline.sample(1.0).gesture[0] == 2
    assert timeline.sample(1.0).z[0] == pytest.approx(0.3)
    timeline.apply(batch(2, far=[(1, 210, 0, 0)]), 0.1)
    assert timeline.sample(9.0).z[0] == pytest.approx(0.6)


def test_records_that_are_not_whole_are_refused_and_change_nothing() -> None:
    timeline = Timeline()
    timeline.enter(card(1))
    with pytest.raises(RemoteProtocolError):
        timeline.apply(PoseBatch(1, 50, b"x" * 10, b""), 0.0)
    assert timeline.apply(batch(1, [(1, 5, 5, 0, 0, 0)]), 0.0)


numbers = st.integers(0, 0xFFFF)
near_records = st.lists(
    st.tuples(
        st.integers(0, 40),
        st.integers(-32_000, 32_000),
        st.integers(-32_000, 32_000),
        st.integers(0, 255),
        st.integers(0, 255),
        st.integers(0, 255),
    ),
    max_size=12,
)
events = st.lists(
    st.one_of(
        st.tuples(st.just("enter"), st.integers(0, 40)),
        st.tuples(st.just("leave"), numbers),
        st.tuples(st.just("batch"), st.integers(0, 200), near_records, near_records),
        st.tuples(st.just("sample"), st.floats(0.0, 20.0)),
    ),
    max_size=60,
)


@given(events)
@settings(max_examples=150, deadline=None)
def test_whatever_comes_everybody_shown_has_entered_and_stands_somewhere(happenings: list[tuple]) -> None:  # type: ignore[type-arg]
    timeline, here, now = Timeline(), set(), 0.0
    for happening in happenings:
        now += 0.02
        if happening[0] == "enter":
            timeline.enter(card(happening[1]))
            here.add(happening[1])
        elif happening[0] == "leave":
            timeline.leave(happening[1])
            here.discard(happening[1])
        elif happening[0] == "batch":
            timeline.apply(batch(happening[1], happening[2], [row[:4] for row in happening[3]]), now)
        else:
            now += happening[1]
        crowd = timeline.sample(now)
        assert set(crowd.number.tolist()) == here
        assert len(timeline) == len(here)
        for values in (crowd.x, crowd.y, crowd.z, crowd.heading, crowd.speed, crowd.stride):
            assert np.isfinite(values).all()


@given(st.integers(-2000, 2000), st.integers(-200, 200), st.lists(st.floats(0.0, 0.3), min_size=2, max_size=8))
@settings(deadline=None)
def test_between_two_poses_somebody_goes_one_way_only(start: int, step: int, moments: list[float]) -> None:
    timeline = Timeline()
    timeline.enter(card(1, x=start))
    for tick in (1, 2, 3):
        timeline.apply(batch(tick, [(1, start, 0, 0, 0, 0)]), tick / 20.0)
    timeline.apply(batch(4, [(1, start + step, 0, 0, 0, 0)]), 0.2)
    xs = [float(timeline.sample(0.2 + moment).x[0]) for moment in sorted(moments)]
    growing = np.diff(xs) * (1 if step >= 0 else -1)
    assert (growing >= -1e-4).all()


def test_two_and_a_half_thousand_people_are_sampled_at_once() -> None:
    timeline = Timeline()
    for number in range(1, 2501):
        timeline.enter(card(number, x=number, role=Role.EXHIBITOR if number == 7 else Role.GUEST))
    timeline.apply(batch(1, [(n, n, 100, 0, 0, 0) for n in range(1, 2501)]), 0.05)
    crowd = timeline.sample(1.0)
    assert crowd.x.shape == (2500,)
    assert np.allclose(crowd.y, 1.0)
    assert crowd.look[0].tolist() == [3, 1, 2, 3, 4]
    assert crowd.staff.tolist().index(True) == 6


def test_who_stands_far_away_does_not_twitch_when_a_slice_says_more_roughly_where() -> None:
    timeline = Timeline()
    for number, x in ((1, 1234), (2, 5000)):
        timeline.enter(card(number, x=0))
        timeline.apply(batch(number, [(number, x, 567, 77, 0, 0)]), number / 20.0)
    before = timeline.sample(3.0)
    for tick in range(20, 100, 20):
        timeline.apply(batch(tick, far=[(1, 1234, 567, 77), (2, 5000, 567, 77)]), tick / 20.0)
        after = timeline.sample(3.0 + tick / 20.0)
        assert np.allclose(after.x, before.x, atol=1e-5)
        assert np.allclose(after.heading, before.heading, atol=1e-5)
