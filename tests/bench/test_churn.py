import numpy as np
import pytest

from bench.churn import trend


def test_what_grew_only_at_the_start_does_not_count_as_growing() -> None:
    moments = np.linspace(0.0, 600.0, 60)
    start, end, slope = trend(moments, np.minimum(80.0 + moments, 100.0))
    assert (end, slope) == (100.0, pytest.approx(0.0, abs=1e-9))
    assert start < 100.0


def test_what_grows_all_the_time_tells_how_much_a_minute() -> None:
    moments = np.linspace(0.0, 600.0, 60)
    assert trend(moments, 5.0 + moments * 0.1)[2] == pytest.approx(6.0)
