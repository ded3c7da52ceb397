import gc
import sys

import numpy as np

from bench.work import Counter, Work

KILOBYTE = 1024


def loop(times: int) -> None:
    for _ in range(times):
        pass


def test_a_loop_shows_in_opcodes_turn_by_turn_and_the_same_each_time() -> None:
    with Counter() as counter:
        _, once, again, longer = (counter.run(lambda n=n: loop(n)) for n in (100, 100, 100, 200))
    assert once.opcodes == again.opcodes
    assert longer.opcodes - once.opcodes >= 100
    assert (longer.arrays, longer.bytes) == (0, 0)


def test_arrays_show_with_their_bytes_also_those_that_are_gone_at_once() -> None:
    values = np.zeros(KILOBYTE)
    with Counter() as counter:
        none = counter.run(lambda: None)
        two = counter.run(lambda: values + values * 2.0)
    assert two.opcodes > none.opcodes
    assert two.arrays == 2
    assert two.bytes >= 2 * values.nbytes
    assert two.kept < KILOBYTE


def test_what_is_still_held_afterwards_shows_as_kept() -> None:
    held = []
    with Counter() as counter:
        work = counter.run(lambda: held.append(np.zeros(KILOBYTE)))
    assert work.kept >= held[0].nbytes


def test_counting_leaves_tracing_and_the_collector_as_they_were() -> None:
    before = sys.gettrace(), gc.isenabled()
    with Counter() as counter:
        counter.run(lambda: None)
    assert (sys.gettrace(), gc.isenabled()) == before


def test_the_mean_of_works_is_of_each_figure() -> None:
    assert Work.mean([Work(1, 2, 3, 4), Work(3, 4, 5, 6)]) == Work(2, 3, 4, 5)
