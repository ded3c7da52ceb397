"""Voice in a small crowd is measured, and heard by those who should."""

from bench import voice


def test_nobody_hears_silence_and_everybody_hears_the_stage() -> None:
    silent, nearby, stage = voice.run(20, 0.2)
    assert [one.notes[voice.HEARERS] for one in (silent, stage)] == [0, 20]
    assert 0 < int(nearby.notes[voice.HEARERS]) <= 20
    assert float(stage.notes[voice.MEDIAN]) > 0.0
