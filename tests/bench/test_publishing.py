"""A small hall hears of every edit, and the figures say so."""

from bench import publishing


def test_everybody_in_a_small_hall_hears_of_every_edit() -> None:
    (result,) = publishing.run(5, 2)
    assert result.valid
    assert result.notes["not told"] == 0
    assert result.age_ms_p50 is not None
    assert result.age_ms_p99 is not None
    assert 0.0 < result.age_ms_p50 <= result.age_ms_p99
