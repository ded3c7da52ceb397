"""A small live session comes to figures, and everything in it is heard."""

import pytest

from bench import live, live_show, measuring
from bench.live_spans import Span
from halles.protocol import codec
from halles.protocol.messages import Leave
from halles.protocol.public_messages import React


def test_a_code_is_read_without_its_message() -> None:
    assert live_show.code_of(codec.encode(Leave())) == 9
    assert live_show.code_of(codec.encode(React("x", "heart"))) == 206


def test_spans_of_one_kind_add_up_and_nothing_happens_in_none() -> None:
    one = Span(2.0, 1.0, 0.5, 0.01, 1, 20, 0.04, {"0.001": 19, "0.01": 20, "+Inf": 20})
    both = one + one
    assert (both.cpu_share, both.recording_of_tick, both.lag_ms_mean, both.lag_ms_p99) == (0.5, 0.02, 2.0, 10.0)
    assert both - one == one
    assert (Span().cpu_share, Span().recording_of_tick, Span().lag_ms_mean, Span().lag_ms_p99) == (0, 0, 0, 0)


def test_in_a_small_live_session_every_question_slide_and_reaction_is_heard_and_its_recording_is_told_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(measuring, "WALK_IN_S", 0.3)
    monkeypatch.setattr(live, "TURN_S", 0.3)
    (result,) = live.run(6, 2.0)
    assert result.valid
    assert result.notes["questions that came"] == 2
    assert result.notes["slides that were missed"] == 0
    assert result.notes["reactions told"] == result.notes["reactions sent"] == 24
    assert float(result.notes["votes told"]) >= 1
    assert 0.0 < float(result.notes[live.RECORDING_QUIET]) < 1.0
    assert float(result.notes[f"{live.CPU}, {live.UNRECORDED}"]) > 0.0
