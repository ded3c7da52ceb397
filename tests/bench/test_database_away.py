"""A small live session whose database sleeps: what was refused is done once afterwards, and motion was recorded."""

import asyncio

import pytest

from bench import crowd, database_away, faults, live_show, measuring, trouble
from bench.database_away import ASKED, CAUGHT_UP, DOUBLED, LOST, REFUSED, SLOWEST, UNAUDITED, UNRECORDED

LOAD = trouble.Load(clients=5, hz=10.0, quiet_s=0.5, seconds=3.0)


def test_a_database_that_sleeps_loses_nothing_of_a_live_session_and_doubles_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(measuring, "WALK_IN_S", 0.3)
    short = {"HALLES_REQUEST_S": "0.5"}
    with live_show.running(crowd.settings(LOAD.clients + 1, LOAD.hz) | faults.QUIET | short) as show:
        notes = asyncio.run(database_away.measure(show, LOAD))[-1].notes
    assert int(notes[ASKED]) == int(notes[REFUSED]) >= 3
    assert float(notes[SLOWEST]) < 1.0
    assert notes[CAUGHT_UP] != trouble.NEVER
    assert (notes[LOST], notes[DOUBLED], notes[UNAUDITED]) == (0, 0, 0)
    assert int(notes[UNRECORDED]) <= 1, "a machine that is busy with other tests misses a beat, not the outage"
    assert (notes[measuring.LOST], notes[measuring.WRONG]) == (0, 0)
