"""Judging the figures: a mark for each state, bars scaled with a slow kernel, and the largest crowd that counts."""

from typing import Any

import pytest

from bench import measuring, trouble
from bench.page.book import Book
from bench.page.figures import FIGURES, Figure, Mark, Reading, carried, scale
from bench.peers import comparison


def result(step: str, name: str, **changes: Any) -> dict[str, Any]:
    base = {
        "step": step,
        "name": name,
        "clients": 2500,
        "hz": 10.0,
        "valid": True,
        "server_cpu_share": 0.4,
        "late_ticks": 0,
        "age_ms_p50": 30.0,
        "age_ms_p99": 70.0,
        "bytes_per_client_s": 11_000.0,
        "memory_per_client_bytes": 15_000.0,
        "cpu_us_per_position": 0.5,
        "notes": {measuring.LOST: 0, measuring.UNHEARD: 1.0},
    }
    return base | changes


def book(*results: dict[str, Any]) -> Book:
    return Book({}, "2026-11-26", False, 60.0, [], list(results))


def figure(number: int) -> Figure:
    return FIGURES[number - 1]


OURS = ("floor", "Halles, W(2500, 10)")
FLOOR = ("floor", "the floor, 900 bytes a frame")


def test_the_twelve_are_numbered_in_order() -> None:
    assert [figure.number for figure in FIGURES] == list(range(1, 13))


def test_nothing_measured_is_neither_met_nor_missed() -> None:
    assert {figure.mark(book()) for figure in FIGURES} == {Mark.NONE}


@pytest.mark.parametrize(
    ("changes", "mark"),
    [
        ({"server_cpu_share": 0.44}, Mark.AIM),
        ({"server_cpu_share": 0.59}, Mark.BAR),
        ({"server_cpu_share": 0.61}, Mark.MISSED),
        ({"server_cpu_share": 0.4, "late_ticks": 1}, Mark.MISSED),
        ({"server_cpu_share": 0.4, "valid": False}, Mark.VOID),
    ],
)
def test_a_figure_is_met_with_its_aim_met_missed_or_void(changes: dict[str, Any], mark: Mark) -> None:
    assert figure(1).mark(book(result(*OURS, **changes))) is mark


def test_where_the_floor_costs_more_than_assumed_the_bars_of_cpu_are_scaled_with_it() -> None:
    measured = book(result(*OURS, server_cpu_share=0.8), result(*FLOOR, server_cpu_share=0.45))
    assert scale(measured) == pytest.approx(1.5)
    assert figure(1).mark(measured) is Mark.BAR
    assert scale(book(result(*FLOOR, server_cpu_share=0.2))) == 1.0


def test_one_core_carries_the_largest_crowd_with_fresh_news_of_whom_nobody_is_lost_in_a_run_that_counts() -> None:
    lost = {measuring.LOST: 1, measuring.UNHEARD: 1.0}
    runs = book(
        result("growth", "a", clients=1000),
        result("growth", "b", clients=2500),
        result("growth", "c", clients=3500, age_ms_p99=251.0),
        result("growth", "d", clients=4000, notes=lost),
        result("growth", "e", clients=5000, valid=False),
    )
    largest = carried(runs)
    assert largest is not None
    assert largest["clients"] == 2500
    assert figure(2).mark(runs) is Mark.MISSED


def test_a_run_with_fewer_people_than_a_figure_is_about_does_not_measure_it() -> None:
    assert figure(1).mark(book(result(*OURS, clients=2499))) is Mark.NONE


def test_a_ratio_that_was_too_small_to_see_is_not_measured() -> None:
    notes = {comparison.COLYSEUS_POSITION: None, comparison.COLYSEUS_BYTES: 0.1}
    assert figure(5).mark(book(result("peers", comparison.RATIOS, clients=1000, notes=notes))) is Mark.NONE


def test_a_trouble_is_judged_by_what_its_three_spans_say_together() -> None:
    spans = [result("slow", f"slow: {when}") for when in ("before", "during", "after")]
    for change, mark in ((0.9, Mark.AIM), (1.05, Mark.BAR), (1.2, Mark.MISSED)):
        whole = result("slow", "slow", notes={trouble.CHANGE: change})
        assert figure(8).mark(book(*spans, whole)) is mark


def test_a_storm_in_which_somebody_is_kept_out_misses_its_bar() -> None:
    for let_in, mark in ((2500, Mark.AIM), (2499, Mark.MISSED)):
        notes = {trouble.DURING: 100.0, "arrived": 2500, "let in": let_in}
        assert figure(9).mark(book(result("storm", "storm", clients=1000, notes=notes))) is mark


def test_frames_a_second_are_wanted_at_least() -> None:
    reading = Reading("median", 15.0, 20.0, 40.0, "{:.0f} fps", least=True)
    assert not reading.within(reading.bar)
    assert reading.off == pytest.approx(0.25)
