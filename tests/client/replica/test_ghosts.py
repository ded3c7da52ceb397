"""Ghosts: they walk on between samples and chunks, turn the short way, keep their numbers apart, and stay bounded."""

import math
import time

import numpy as np

from halles.world.live_motion import KeyedNumber, MotionChunk, Sample, pack
from halles.world.movement import Gesture
from halles_client.replica.ghosts import CHUNKS_CAP, GHOST_NUMBER, GONE_MS, NOBODY, Ghosts
from tests.support.live_hall import SCENE

BEGUN = 1_700_000_000_000
KEY = "aada"


def sample(*people: tuple[int, float, float, int, int]) -> Sample:
    """Number, metres east and north, heading in 256ths, act."""
    rows = np.array(people, dtype=np.float64).reshape(-1, 5).T
    return Sample(
        rows[0].astype(np.uint16),
        np.round(rows[1] * 100).astype(np.int16),
        np.round(rows[2] * 100).astype(np.int16),
        rows[3].astype(np.uint8),
        rows[4].astype(np.uint8),
    )


def chunk(begun: int, *samples: Sample) -> MotionChunk:
    return MotionChunk(begun, len(samples), pack(samples), (KeyedNumber(2, KEY),))


def walking(begun_s: int, seconds: int = 10) -> MotionChunk:
    """Somebody walks a metre a second from the south, from ten seconds on to wherever that leads."""
    rows = [sample((2, 0.0, begun_s + i, 250 if i % 2 else 6, Gesture.TALK)) for i in range(seconds)]
    return chunk(BEGUN + begun_s * 1000, *rows)


def test_somebody_walks_evenly_from_sample_to_sample_and_from_chunk_to_chunk() -> None:
    ghosts = Ghosts()
    ghosts.put(0, walking(10))
    ghosts.put(0, walking(0))
    north = [float(ghosts.at(BEGUN + ms, SCENE, 1.0).y[0]) for ms in range(0, 19_000, 50)]
    assert np.allclose(np.diff(north), 0.05, atol=1e-3)
    crowd = ghosts.at(BEGUN + 9_500, SCENE, 8.0)
    assert crowd.speed[0] == 8.0, "at eight times the speed legs go as fast as they can"
    assert ghosts.at(BEGUN + 9_500, SCENE, 0.0).speed[0] == 0.0, "time stands still"
    assert crowd.gesture[0] == Gesture.TALK
    assert ghosts.keys == {GHOST_NUMBER + 2: KEY}
    assert crowd.number.tolist() == [GHOST_NUMBER + 2]


def test_one_turns_the_short_way_and_strides_on_until_the_clock_is_set() -> None:
    ghosts = Ghosts()
    ghosts.put(0, walking(0))
    turn = [float(ghosts.at(BEGUN + ms, SCENE, 1.0).heading[0]) for ms in range(0, 1_001, 100)]
    far = max(abs(math.remainder(angle, math.tau)) for angle in turn)
    assert far <= 6.01 * math.tau / 256, "never through the other side"
    before = float(ghosts.at(BEGUN + 1_000, SCENE, 1.0).stride[0])
    after = float(ghosts.at(BEGUN + 2_000, SCENE, 1.0).stride[0])
    assert math.isclose(after - before, 1.0, abs_tol=1e-3)
    assert float(ghosts.at(BEGUN + 9_000, SCENE, 1.0).stride[0]) == after


def test_who_leaves_is_gone_and_after_the_last_sample_nobody_stays_for_ever() -> None:
    ghosts = Ghosts()
    ghosts.put(0, chunk(BEGUN, sample((1, 0, 0, 0, 0), (2, 1, 0, 0, 0)), sample((2, 1, 0, 0, 0))))
    assert len(ghosts.at(BEGUN, SCENE, 1.0).number) == 2
    assert ghosts.at(BEGUN + 1_000, SCENE, 1.0).number.tolist() == [GHOST_NUMBER + 2]
    assert ghosts.at(BEGUN - 1, SCENE, 1.0) is NOBODY
    assert len(ghosts.at(BEGUN + GONE_MS, SCENE, 1.0).number) == 1
    assert ghosts.at(BEGUN + 1_000 + GONE_MS + 1, SCENE, 1.0) is NOBODY
    assert ghosts.keys == {}


def test_other_minutes_are_let_go_of_and_what_cannot_be_read_or_is_too_much_is_left_out() -> None:
    ghosts = Ghosts()
    ghosts.put(0, walking(0))
    ghosts.put(1, MotionChunk(BEGUN + 60_000, 2, b"no chunk"))
    assert len(ghosts.at(BEGUN, SCENE, 1.0).number) == 1
    for more in range(CHUNKS_CAP + 5):
        ghosts.put(2, chunk(BEGUN + 200_000 + more * 20_000, sample((2, 0, 0, 0, 0))))
    last = BEGUN + 200_000 + CHUNKS_CAP * 20_000
    assert ghosts.at(last, SCENE, 1.0) is NOBODY, "the first ones were enough"
    ghosts.keep({2})
    assert ghosts.at(BEGUN, SCENE, 1.0) is NOBODY


def test_a_full_hall_of_ghosts_takes_little_of_a_frame() -> None:
    ghosts, rng = Ghosts(), np.random.default_rng(1)
    people = [(number, *rng.uniform(-20, 20, 2), 0, 0) for number in range(1, 2_501)]
    ghosts.put(0, chunk(BEGUN, *[sample(*people) for _ in range(10)]))
    took = []
    for ms in range(0, 2_000, 40):
        began = time.perf_counter()
        assert len(ghosts.at(BEGUN + ms, SCENE, 1.0).number) == 2_500
        took.append(time.perf_counter() - began)
    assert sorted(took)[len(took) // 2] < 0.003
