"""At which booth one stands."""

import pytest

from halles.world.at_booth import AT_BOOTH_M, nearest
from halles.world.geometry import Box

BOXES = {"west": Box(0.0, 0.0, 3.0, 3.0, 0.0), "east": Box(4.0, 0.0, 3.0, 3.0, 0.0)}


@pytest.mark.parametrize(
    ("x", "y", "booth"),
    [
        (0.0, 0.0, "west"),
        (1.9, 0.0, "west"),
        (2.1, 0.0, "east"),
        (0.0, 1.5 + AT_BOOTH_M - 0.01, "west"),
        (0.0, 1.5 + AT_BOOTH_M + 0.01, None),
    ],
)
def test_one_stands_at_the_nearest_booth_that_is_near_enough(x: float, y: float, booth: str | None) -> None:
    assert nearest(BOXES, x, y) == booth


def test_where_no_booth_is_one_stands_at_none() -> None:
    assert nearest({}, 0.0, 0.0) is None
