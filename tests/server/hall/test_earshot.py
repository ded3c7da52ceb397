"""Who hears whom: by distance, from the stage, the nearest first, nobody themselves."""

import numpy as np
import pytest

from halles_server.hall.earshot import EARSHOT_M, NEAREST, ON_STAGE, groups
from halles_server.hall.slab import Slab


def row_of_people(count: int, apart: float) -> Slab:
    """Rows 1 … count, each so many metres east of the one before."""
    slab = Slab(count)
    slab.present[1:] = True
    slab.x[1:] = np.arange(count) * apart
    return slab


def heard(slab: Slab, speakers: list[int], stage: list[bool] | None = None) -> dict[int, set[int]]:
    """By hearer, the rows of those who are heard; all listen."""
    listeners = np.flatnonzero(slab.present).tolist()
    found = groups(slab, listeners, speakers, stage or [False] * len(speakers))
    return {int(row): {speakers[one] for one in which} for rows, which in found for row in rows}


def test_who_is_within_earshot_hears_and_nobody_hears_themselves() -> None:
    slab = row_of_people(4, EARSHOT_M / 2)
    assert heard(slab, [1]) == {2: {1}, 3: {1}}
    assert heard(slab, [2, 4]) == {1: {2}, 2: {4}, 3: {2, 4}, 4: {2}}


def test_the_stage_is_heard_in_the_whole_hall_however_far() -> None:
    slab = row_of_people(3, 50.0)
    assert heard(slab, [1, 2], [True, False]) == {2: {1}, 3: {1}}


def test_of_many_nearby_the_nearest_are_heard_and_the_stage_beside_them() -> None:
    slab = row_of_people(NEAREST + 4, 0.5)
    last = NEAREST + 4
    speakers = list(range(1, last))
    stage = [row == 1 for row in speakers]
    assert heard(slab, speakers, stage)[last] == {1, *range(last - NEAREST, last)}


def test_more_on_the_stage_than_may_be_heard_are_cut_off() -> None:
    slab = row_of_people(ON_STAGE + 3, 100.0)
    speakers = list(range(1, ON_STAGE + 3))
    assert heard(slab, speakers, [True] * len(speakers))[ON_STAGE + 3] == set(speakers[:ON_STAGE])


def test_who_has_gone_is_heard_by_nobody() -> None:
    slab = row_of_people(3, 1.0)
    slab.present[2] = False
    assert heard(slab, [2], [True]) == heard(slab, [2]) == {}


def test_only_listeners_hear_and_those_who_hear_the_same_are_one_group() -> None:
    slab = row_of_people(6, 1.0)
    ((rows, which),) = groups(slab, {3, 4, 5}, [1, 2], [False, True])
    assert (sorted(rows.tolist()), which) == ([3, 4, 5], (0, 1))
    assert groups(slab, set(), [1], [False]) == []


@pytest.mark.parametrize("speakers", [1, 7, 8, 9, 64])
def test_groups_tell_apart_any_number_of_speakers(speakers: int) -> None:
    slab = row_of_people(speakers + 1, 1000.0)
    slab.x[speakers + 1] = slab.x[speakers] + 1.0
    assert heard(slab, list(range(1, speakers + 1))) == {speakers + 1: {speakers}}
