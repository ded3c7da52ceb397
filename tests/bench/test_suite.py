"""Every command of the suite is one that the bench knows; void runs are repeated, within bounds, and counted."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from bench import suite
from bench.page import performance
from bench.page.book import Book
from bench.page.figures import FIGURES
from bench.subjects import arguments

STEP = suite.Step("tick", "tick")


class Runs:
    """Answers each run with what is given, and counts them."""

    def __init__(self, *answers: tuple[list[dict[str, Any]], str]) -> None:
        self._answers, self.count = list(answers), 0

    def __call__(self, command: list[str], seconds: float) -> tuple[list[dict[str, Any]], str]:
        self.count += 1
        return self._answers.pop(0)


def result(*, valid: bool) -> list[dict[str, Any]]:
    return [{"name": "x", "valid": valid}]


@pytest.mark.parametrize("quick", [True, False])
def test_every_command_of_the_suite_is_understood_and_every_figure_has_its_step(quick: bool) -> None:
    steps = suite.steps(quick=quick)
    for step in steps:
        assert arguments().parse_args(step.command.split()).subject == step.command.split()[0]
    assert {figure.step for figure in FIGURES} <= {step.key for step in steps}


def test_a_void_run_is_repeated_twice_at_most_and_each_is_counted() -> None:
    runs = Runs(*[(result(valid=False), "")] * 5)
    outcome = suite.measured(STEP, float("inf"), runs)
    assert (runs.count, outcome["void_runs"], outcome["results"]) == (3, 3, result(valid=False))


def test_a_repeat_that_counts_is_the_last_one_and_the_void_one_before_is_told() -> None:
    runs = Runs((result(valid=False), ""), (result(valid=True), ""))
    outcome = suite.measured(STEP, float("inf"), runs)
    assert (runs.count, outcome["void_runs"], outcome["results"]) == (2, 1, result(valid=True))


def test_a_problem_is_told_and_not_repeated() -> None:
    runs = Runs(([], "no compiler"))
    outcome = suite.measured(STEP, float("inf"), runs)
    assert (runs.count, outcome["problem"], outcome["results"]) == (1, "no compiler", [])


def test_what_there_is_no_time_for_is_not_run_and_says_so() -> None:
    runs = Runs()
    outcome = suite.measured(STEP, time.monotonic() - 1.0, runs)
    assert (runs.count, outcome["problem"]) == (0, "there was no time for it")


def test_a_command_that_takes_too_long_is_ended() -> None:
    began = time.monotonic()
    results, problem = suite.command(["tick"], 0.2)
    assert (results, problem) == ([], "it was not done after 0 s")
    assert time.monotonic() - began < suite.LEAVE_S


def test_a_command_that_fails_says_why() -> None:
    results, problem = suite.command(["no-such-subject"], 60.0)
    assert results == []
    assert "no-such-subject" in problem


def test_what_is_kept_reads_back_as_the_page_s_book(tmp_path: Path) -> None:
    outcome = suite.measured(STEP, float("inf"), Runs((result(valid=True), "")))
    suite.keep([outcome], tmp_path / "x.json", quick=True, took_s=61.4)
    book = Book.read(tmp_path / "x.json")
    assert book.one("tick") == {"step": "tick", "name": "x", "valid": True}
    assert json.loads((tmp_path / "x.json").read_text())["runs"][0]["command"] == "tick"
    assert (book.quick, book.took_s) == (True, 61)


def test_a_run_that_is_interrupted_leaves_the_results_and_keeps_what_it_has_beside_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    results, count = tmp_path / "performance.json", 0
    results.write_text("as it was")

    def run(command: list[str], seconds: float) -> tuple[list[dict[str, Any]], str]:
        nonlocal count
        count += 1
        if count == 3:
            raise KeyboardInterrupt
        return result(valid=True), ""

    with pytest.raises(KeyboardInterrupt):
        suite.run(quick=True, results=results, run=run)
    assert results.read_text() == "as it was"
    partial = tmp_path / suite.PARTIAL
    assert len(Book.read(partial).runs) == 2
    assert str(partial) in capsys.readouterr().out


def test_a_run_that_came_to_its_end_takes_the_place_of_the_results_and_writes_the_page(tmp_path: Path) -> None:
    results = tmp_path / "docs/performance.json"
    results.parent.mkdir()
    suite.run(quick=True, results=results, run=lambda command, seconds: ([], "not here"))
    assert len(Book.read(results).runs) == len(suite.steps(quick=True))
    assert sorted(file.name for file in results.parent.iterdir()) == [
        performance.CHART,
        "performance.json",
        performance.PAGE,
    ]
