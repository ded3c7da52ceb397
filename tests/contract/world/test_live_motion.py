"""Motion of a hall, packed: it comes back exactly, stays small, and hostile bytes come to a refusal."""

import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from halles.errors import Rejection
from halles.world import live_motion
from halles.world.live_motion import SAMPLES_CAP, Motion, Sample


def walked(people: int, seconds: int, seed: int = 1, *, still: float = 0.0) -> list[Sample]:
    """People who walk at 1.4 m/s, each another way; a share of them stands."""
    rng = np.random.default_rng(seed)
    at = rng.uniform(-20, 20, (people, 2))
    turn = rng.uniform(0, 2 * np.pi, people)
    speed = np.where(rng.random(people) < still, 0.0, 1.4)
    samples = []
    for _ in range(seconds):
        turn = turn + rng.normal(0, 0.4, people) * (speed > 0)
        at = np.clip(at + speed[:, None] * np.stack([np.cos(turn), np.sin(turn)], axis=1), -25, 25)
        centimetres = np.round(at * 100).astype(np.int16)
        heading = (turn / (2 * np.pi) * 256).astype(np.int64).astype(np.uint8)
        numbers = np.arange(1, people + 1, dtype=np.uint16)
        samples.append(Sample(numbers, centimetres[:, 0], centimetres[:, 1], heading, np.zeros(people, dtype=np.uint8)))
    return samples


@given(
    st.lists(
        st.dictionaries(
            st.integers(1, 60_000),
            st.tuples(
                st.integers(-32_000, 32_000), st.integers(-32_000, 32_000), st.integers(0, 255), st.integers(0, 255)
            ),
            max_size=8,
        ),
        min_size=1,
        max_size=SAMPLES_CAP,
    )
)
def test_whatever_moved_comes_back_exactly(moments: list[dict[int, tuple[int, int, int, int]]]) -> None:
    samples = []
    for moment in moments:
        rows = np.array([moment[n] for n in sorted(moment)], dtype=np.int64).reshape(-1, 4).T
        samples.append(
            Sample(
                np.array(sorted(moment), dtype=np.uint16),
                rows[0].astype(np.int16),
                rows[1].astype(np.int16),
                rows[2].astype(np.uint8),
                rows[3].astype(np.uint8),
            )
        )
    motion = live_motion.unpack(live_motion.pack(samples), len(samples))
    for row, moment in enumerate(moments):
        there = {
            int(number): (
                int(motion.x[row, i]),
                int(motion.y[row, i]),
                int(motion.heading[row, i]),
                int(motion.act[row, i]),
            )
            for i, number in enumerate(motion.numbers)
            if motion.x[row, i] != live_motion.AWAY
        }
        assert there == moment


def test_an_hour_of_a_hundred_people_takes_less_than_two_megabytes_if_all_walk_all_the_time() -> None:
    size = sum(len(live_motion.pack(walked(100, 10, seed))) for seed in range(20)) / 20 * 360
    assert size < 2_000_000
    sitting = sum(len(live_motion.pack(walked(100, 10, seed, still=0.9))) for seed in range(20)) / 20 * 360
    assert sitting < 500_000


def test_between_two_samples_people_walk_straight_and_who_comes_or_goes_stands() -> None:
    one, two = np.array([1, 2], dtype=np.uint16), np.array([2, 3], dtype=np.uint16)
    zeros = np.zeros(2, dtype=np.uint8)
    first = Sample(one, np.array([0, 100], dtype=np.int16), np.array([0, 0], dtype=np.int16), zeros, zeros)
    second = Sample(two, np.array([200, 500], dtype=np.int16), np.array([40, 0], dtype=np.int16), zeros, zeros)
    motion = live_motion.unpack(live_motion.pack([first, second]), 2)

    def there(since_ms: float) -> dict[int, tuple[int, int]]:
        found: Motion = live_motion.at(motion, since_ms)
        return {int(n): (int(x), int(y)) for n, x, y in zip(found.numbers, found.x[0], found.y[0], strict=True)}

    assert there(0) == {1: (0, 0), 2: (100, 0)}
    assert there(500) == {1: (0, 0), 2: (150, 20), 3: (500, 0)}
    assert there(5000) == {2: (200, 40), 3: (500, 0)}


@pytest.mark.parametrize("data", [b"", b"x", zlib.compress(b"abc"), zlib.compress(bytes(40_000_000))[:-4]])
def test_what_is_no_chunk_is_refused_however_much_it_would_inflate_to(data: bytes) -> None:
    with pytest.raises(Rejection, match="BAD_FIELD"):
        live_motion.unpack(data, 10)


@given(st.binary(max_size=200), st.integers(1, SAMPLES_CAP))
def test_any_bytes_are_a_chunk_or_refused(data: bytes, samples: int) -> None:
    for given_bytes in (data, zlib.compress(data)):
        try:
            motion = live_motion.unpack(given_bytes, samples)
        except Rejection:
            continue
        live_motion.at(motion, 1234.5)


def test_for_drawing_the_same_places_come_unrounded_with_their_speed() -> None:
    motion = live_motion.unpack(live_motion.pack(walked(50, 4)), 4)
    for since_ms in (0.0, 400.0, 1_999.0, 3_000.0, 9_000.0):
        exact, rounded = live_motion.places(motion, since_ms), live_motion.at(motion, since_ms)
        assert exact.numbers.tolist() == rounded.numbers.tolist()
        assert np.abs(exact.x * 100 - rounded.x[0]).max() <= 0.51
        assert np.abs(exact.y * 100 - rounded.y[0]).max() <= 0.51
    inside = np.abs(live_motion.places(motion, 500.0).speed - 1.4) < 0.02
    assert inside.mean() > 0.9, "but who came to the edge of the floor"
    assert live_motion.places(motion, 3_000.0).speed.max() == 0.0


def test_two_chunks_are_joined_by_number_whoever_is_in_only_one_of_them() -> None:
    first, second = (
        live_motion.unpack(live_motion.pack([Sample(*(np.array(row, dtype=kind) for row, kind in rows))]), 1)
        for rows in (
            (([1, 2], np.uint16), ([10, 20], np.int16), ([0, 0], np.int16), ([0, 9], np.uint8), ([0, 3], np.uint8)),
            (([2, 3], np.uint16), ([80, 70], np.int16), ([0, 5], np.int16), ([7, 8], np.uint8), ([3, 0], np.uint8)),
        )
    )
    whole = live_motion.joined(first, second)
    assert whole.numbers.tolist() == [1, 2, 3]
    assert whole.x.tolist() == [[10, 20, live_motion.AWAY], [live_motion.AWAY, 80, 70]]
    half = live_motion.at(whole, 500.0)
    assert (half.numbers.tolist(), half.x.tolist()) == ([1, 2, 3], [[10, 50, 70]])
