"""The guard itself: nothing in the way of a move, a tick and its frames has grown beyond what is kept."""

import json
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from bench import guard
from bench.work import Work

KEPT_BYTES = 4 * 1024
"""A tick may hold so much more than the one before: counters that grow, and nothing for each walker."""
WALKERS = 200
LEAK = 7
"""With what Python adds that is 40 bytes for each walker and tick, hardly more than the least it allocates."""
SLACK = 0.5
"""A guard kept at more than twice what is needed would let half of a gain be lost again."""

MEASURE = """
import json, sys
from dataclasses import asdict
from bench import guard
from halles_server.gateway.hall_runner import HallRunner

people, leak = map(int, sys.argv[1:])

class Leaking(HallRunner):
    held = []

    def finish(self, tick, now):
        super().finish(tick, now)
        self.held.append([bytes(leak) for _ in range(people)])

works = guard.measured(people, Leaking if leak else HallRunner)
print(json.dumps({name: asdict(work) for name, work in works.items()}))
"""


def measured(people: int, leak: int = 0) -> dict[str, Work]:
    """Measures in a process of its own: what other tests left in this one would be counted as well."""
    command = [sys.executable, "-c", MEASURE, str(people), str(leak)]
    said = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True)
    return {name: Work(**figures) for name, figures in json.loads(said.stdout).items()}


def unsteady(works: dict[str, Work]) -> dict[str, int]:
    """Returns what was kept where that is too much, or less than nothing, which would hide as much that was kept."""
    beats = {name: work.kept for name, work in works.items() if name in guard.BEATS}
    assert beats.keys() == guard.BEATS.keys()
    return {name: kept for name, kept in beats.items() if not 0 <= kept <= KEPT_BYTES}


@pytest.fixture(scope="module")
def works() -> dict[str, Work]:
    return measured(guard.PEOPLE)


def test_a_tick_and_the_moves_before_it_take_no_more_work_than_is_kept(works: dict[str, Work]) -> None:
    assert works.keys() == guard.kept().keys()
    assert not guard.grown(works), (
        "more work than before, for 1,000 people: look for a loop over people, or for another array of everybody;"
        " if it must be: python -m bench guard --keep"
    )


def test_a_short_loop_over_people_is_seen() -> None:
    opcodes = 8 * guard.PEOPLE  # what "for number in range(people): near += number" takes, and a little
    works = {name: replace(work, opcodes=work.opcodes + opcodes) for name, work in guard.kept().items()}
    assert {line.partition(":")[0] for line in guard.grown(works)} >= guard.BEATS.keys()


def test_what_is_kept_is_not_far_above_what_is_needed(works: dict[str, Work]) -> None:
    slack = [name for name, work in guard.kept().items() if works[name].opcodes < SLACK * work.opcodes]
    assert not slack, "a gain worth keeping: python -m bench guard --keep"


def test_nothing_is_kept_from_tick_to_tick(works: dict[str, Work]) -> None:
    assert unsteady(works) == {}


def test_a_few_bytes_kept_of_each_walker_at_each_tick_are_seen() -> None:
    assert unsteady(measured(WALKERS)) == {}
    assert unsteady(measured(WALKERS, leak=LEAK)).keys() == guard.BEATS.keys()


def test_the_same_input_is_the_same_work() -> None:
    first, second = (measured(40) for _ in range(2))
    for name, work in first.items():
        # Which bucket of a histogram a duration falls into takes some opcodes, and so few people hide nothing.
        assert asdict(second[name])["opcodes"] == pytest.approx(work.opcodes, rel=0.05)
        assert asdict(second[name])["bytes"] == pytest.approx(work.bytes, rel=0.02)
