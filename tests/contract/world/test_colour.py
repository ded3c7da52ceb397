"""Contrast is that of the guidelines."""

import pytest

from halles.world.colour import channels, contrast


@pytest.mark.parametrize(
    ("first", "second", "ratio"),
    [("000000", "ffffff", 21.0), ("777777", "ffffff", 4.478), ("ffffff", "777777", 4.478), ("9e4a38", "9e4a38", 1.0)],
)
def test_contrast_is_that_of_the_guidelines(first: str, second: str, ratio: float) -> None:
    assert contrast(channels(first), channels(second)) == pytest.approx(ratio, abs=0.001)


def test_coverage_does_not_count() -> None:
    assert contrast((*channels("000000"), 0.5), channels("ffffff")) == pytest.approx(21.0)


def test_each_channel_is_read_from_its_own_digits() -> None:
    assert channels("ff8000") == (1.0, pytest.approx(128 / 255), 0.0)
