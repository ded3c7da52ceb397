"""Each trouble at a small scale, on one real server: the crowd keeps hearing what was said, and nobody else is lost."""

import asyncio
from collections.abc import Iterator

import pytest

from bench import crowd, faults, flood, half_open, measuring, serving, slow, trouble
from bench.report import Note, Result
from bench.storm import Storm
from bench.witnessing import RING

CLIENTS = 20
LOAD = trouble.Load(CLIENTS, 10.0, 0.5, 1.0)


@pytest.fixture(scope="module")
def server() -> Iterator[serving.Serving]:
    with serving.running(core=None, settings=crowd.settings(200, 10.0) | faults.QUIET) as running:
        yield running


def told(server: serving.Serving, made: trouble.Trouble, monkeypatch: pytest.MonkeyPatch) -> dict[str, Note]:
    """Returns what the three spans say together."""
    monkeypatch.setattr(measuring, "WALK_IN_S", 0.3)
    results = asyncio.run(trouble.measure(server, LOAD, made))
    assert [result.name for result in results] == [
        *(f"{made.name}: {when}" for when in ("before", "during", "after")),
        made.name,
    ]
    for result in results[:-1]:
        # Who is told of others gets more frames than there are ticks, and the ticks' cost is no less for it.
        assert float(result.notes[measuring.TICKS]) <= LOAD.hz + 2 / float(result.seconds or 1)
        assert float(result.notes[measuring.TICKS]) <= float(result.notes[measuring.FRAMES])
    notes = results[-1].notes
    assert {trouble.BEFORE, trouble.DURING, trouble.AFTER} <= notes.keys()
    assert (notes[measuring.LOST], notes[measuring.WRONG]) == (0, 0)
    return notes


def test_all_who_arrive_at_once_are_let_in(server: serving.Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    notes = told(server, Storm(30).as_trouble(), monkeypatch)
    assert (notes["arrived"], notes["let in"]) == (30, 30)


def test_a_storm_that_is_interrupted_before_anybody_came_ends_like_any_other() -> None:
    storm = Storm(3).as_trouble()
    assert storm.end is not None
    asyncio.run(storm.end())


def test_who_stops_reading_for_a_while_is_neither_closed_nor_waited_for(
    server: serving.Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = told(server, trouble.Trouble("slow", slow.stop_reading, slow.prepare), monkeypatch)
    assert (notes["stopped reading"], notes["of these closed"]) == (1, 0)


def test_who_floods_is_closed_as_too_fast_and_nobody_else(
    server: serving.Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = told(server, trouble.Trouble("flood", flood.Flood(5).break_out), monkeypatch)
    assert "4429" in str(notes[trouble.CLOSES])


def test_somebody_comes_in_beside_sockets_that_never_finish_the_handshake(
    server: serving.Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = told(server, trouble.Trouble("half-open", half_open.HalfOpen(50).break_out), monkeypatch)
    assert notes["visitors let in"]
    assert notes["opened"] == 50


def test_people_walk_on_while_postgres_is_killed_and_newcomers_are_let_in_when_it_is_back(
    server: serving.Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = told(server, trouble.Trouble("Postgres killed", faults.kill_postgres), monkeypatch)
    assert notes["Postgres processes killed"]
    assert notes["a newcomer was let in after s"] != trouble.NEVER


def test_a_server_that_slept_leaves_out_the_ticks_it_missed_and_people_walk_on(
    server: serving.Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = told(server, faults.sleeping(LOAD.seconds), monkeypatch)
    assert 5 < int(notes[faults.LEFT_OUT]) <= LOAD.hz * LOAD.seconds + 1
    assert float(notes[trouble.AFTER]) < LOAD.seconds * 1000.0


def span(name: str, age: float, lost: int = 0, valid: bool = True) -> Result:
    notes: dict[str, Note] = {measuring.LOST: lost, measuring.WRONG: 0}
    return Result(name, clients=5, hz=10.0, seconds=1.0, late_ticks=2, age_ms_p99=age, valid=valid, notes=notes)


def test_of_several_nodes_the_ages_told_are_those_of_the_witness_s_own() -> None:
    before, during, after = span("before", 90.0), span("during", 95.0), span("after", 90.0)
    for one in (before, during, after):
        one.notes[measuring.OWN_P99] = 60.0
    assert trouble.together("x", (before, during, after), {}).notes[trouble.CHANGE] == 1.0


def test_what_is_remembered_lasts_beyond_the_time_that_nobody_hears() -> None:
    assert trouble.ring(0.0, 20.0) == RING
    assert trouble.ring(10.0, 10.0) >= 120


def test_three_spans_are_void_together_when_one_is_and_their_losses_add_up() -> None:
    spans = (span("before", 50.0), span("during", 75.0, lost=1, valid=False), span("after", 50.0, lost=2))
    result = trouble.together("x", spans, {"more": 1})
    assert not result.valid
    assert (result.late_ticks, result.seconds) == (6, 3.0)
    assert result.notes == {
        trouble.BEFORE: 50.0,
        trouble.DURING: 75.0,
        trouble.AFTER: 50.0,
        trouble.CHANGE: 1.5,
        measuring.LOST: 3,
        measuring.WRONG: 0,
        "more": 1,
    }
