"""A small live session comes to figures, and everything in it is heard."""

from bench import live
from halles.protocol import codec
from halles.protocol.messages import Leave
from halles.protocol.public_messages import React


def test_a_code_is_read_without_its_message() -> None:
    assert live.code_of(codec.encode(Leave())) == 9
    assert live.code_of(codec.encode(React("x", "heart"))) == 206


def test_in_a_small_live_session_every_question_slide_and_reaction_is_heard() -> None:
    (result,) = live.run(6, 2.0)
    assert result.valid
    assert result.notes["questions that came"] == 2
    assert result.notes["slides that were missed"] == 0
    assert result.notes["reactions told"] == result.notes["reactions sent"] == 24
    assert float(result.notes["votes told"]) >= 1
