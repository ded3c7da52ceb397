"""Which booths' pictures hang how finely: within the budget, the nearest first, and at rest where one stands."""

from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from halles.ids import BoothId
from halles.world.scene import SlotSize
from halles_client.view.picture_plan import KEEP, LARGEST, LEVELS, NONE, Seen, plan, texture_bytes

MB = 1_000_000
SIZES: tuple[SlotSize, ...] = ("S", "M", "L")
HELD = st.integers(NONE, len(LEVELS) - 1)
BUDGETS = st.one_of(st.integers(0, 2 * MB), st.integers(2 * MB, 40 * MB))


@st.composite
def halls(draw: st.DrawFn) -> list[Seen]:
    rows = draw(st.lists(st.tuples(st.floats(0.0, 80.0), st.sampled_from(SIZES), HELD), max_size=70))
    return [Seen(BoothId(f"booth-{number}"), *row) for number, row in enumerate(rows)]


def weight(hall: list[Seen], levels: dict[BoothId, int]) -> int:
    return sum(texture_bytes(seen.size, levels[seen.booth]) for seen in hall)


@given(halls(), BUDGETS)
def test_never_more_bytes_than_there_are(hall: list[Seen], budget: int) -> None:
    levels = plan(hall, budget)
    assert set(levels) == {seen.booth for seen in hall}
    assert weight(hall, levels) <= budget


@given(halls(), BUDGETS)
def test_of_two_booths_of_a_size_the_nearer_is_never_coarser(hall: list[Seen], budget: int) -> None:
    fresh = [replace(seen, held=NONE) for seen in hall]
    levels = plan(fresh, budget)
    for size in SIZES:
        row = [levels[seen.booth] for seen in sorted(fresh, key=lambda s: (s.distance, s.booth)) if seen.size == size]
        assert row == sorted(row, reverse=True)


@given(halls(), BUDGETS)
def test_who_stands_still_sees_nothing_change(hall: list[Seen], budget: int) -> None:
    levels = plan(hall, budget)
    assert plan([replace(seen, held=levels[seen.booth]) for seen in hall], budget) == levels


@given(halls(), BUDGETS)
def test_what_hangs_stays_only_while_near_and_takes_nothing_from_anybody(hall: list[Seen], budget: int) -> None:
    fresh = plan([replace(seen, held=NONE) for seen in hall], budget)
    levels = plan(hall, budget)
    for seen in hall:
        assert levels[seen.booth] >= fresh[seen.booth]
        if levels[seen.booth] > fresh[seen.booth]:
            assert levels[seen.booth] == seen.held
            assert seen.distance <= KEEP * LEVELS[seen.held].reach


@given(halls())
def test_with_room_for_all_each_has_what_its_distance_asks_for(hall: list[Seen]) -> None:
    for seen in hall:
        due = max(level for level, row in enumerate(LEVELS) if seen.distance <= row.reach)
        assert plan([replace(seen, held=NONE)], 1000 * MB) == {seen.booth: due}


@given(halls(), BUDGETS)
def test_no_booth_takes_more_than_its_part_and_all_have_something_where_that_fits(
    hall: list[Seen], budget: int
) -> None:
    levels = plan(hall, budget)
    for seen in hall:
        assert levels[seen.booth] <= 0 or texture_bytes(seen.size, levels[seen.booth]) * LARGEST <= budget
    assume(sum(texture_bytes(seen.size, 0) for seen in hall) <= budget)
    assert NONE not in levels.values()


@given(st.floats(0.0, 60.0), st.floats(-0.4, 0.4))
def test_a_step_to_and_fro_changes_nothing_that_hangs(distance: float, step: float) -> None:
    booth = Seen(BoothId("booth"), distance, "S")
    there = plan([booth], 1000 * MB)[booth.booth]
    back = replace(booth, distance=max(0.0, distance + step), held=there)
    again = plan([back], 1000 * MB)[booth.booth]
    assert again >= there
    assert plan([replace(booth, held=again)], 1000 * MB)[booth.booth] == again
