import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from halles.world.geometry import (
    FIELD_STEP,
    Box,
    Floats,
    Point,
    clearance_field,
    facing,
    heading_to,
    local,
    place,
    wrap,
)

SQUARE = (Point(-10, -10), Point(10, -10), Point(10, 10), Point(-10, 10))


def test_headings_look_north_at_zero_and_turn_left() -> None:
    assert facing(0.0) == pytest.approx((0, 1))
    assert facing(math.pi / 2) == pytest.approx((-1, 0))
    assert heading_to(0, 0, -3, 0) == pytest.approx(math.pi / 2)
    assert heading_to(1, 1, 1, 1) == 0.0


@given(st.floats(-100, 100))
def test_wrapping_keeps_the_direction(heading: float) -> None:
    wrapped = wrap(heading)
    assert -math.pi < wrapped <= math.pi
    assert abs(math.remainder(wrapped - heading, math.tau)) < 1e-9


@given(st.floats(-9, 9), st.floats(-9, 9), st.floats(-7, 7))
def test_local_undoes_place(right: float, front: float, heading: float) -> None:
    box = Box(3, -4, 2, 6, heading)
    assert local(box, *place(box, right, front)) == pytest.approx((right, front), abs=1e-9)


def test_clearance_is_the_distance_to_the_nearest_wall() -> None:
    field = clearance_field(SQUARE, (Box(0, 0, 2, 2, math.pi / 4),))
    assert field.one(-8, 0) == pytest.approx(2, abs=0.02)
    assert field.one(0, 0) < 0
    assert field.one(5, 0) == pytest.approx(5 - math.sqrt(2), abs=0.1)
    assert field.one(11, 0) < 0
    assert field.one(1e9, math.nan) < 0


BOXES = st.builds(
    Box, st.floats(-12, 12), st.floats(-12, 12), st.floats(0.1, 9), st.floats(0.1, 9), st.floats(-math.pi, math.pi)
)


@settings(max_examples=40)
@given(st.lists(BOXES, max_size=12))
def test_every_sample_is_the_distance_to_whatever_is_nearest(boxes: list[Box]) -> None:
    field = clearance_field(SQUARE, tuple(boxes))
    row, column = np.indices(field.samples.shape)
    x, y = field.x0 + FIELD_STEP * column, field.y0 + FIELD_STEP * row
    distances = [-_away(np.abs(x) - 10, np.abs(y) - 10)]
    for box in boxes:
        right, front = local(box, x, y)  # type: ignore[arg-type]  # the same for many places
        distances.append(_away(np.abs(right) - box.width / 2, np.abs(front) - box.depth / 2))
    assert np.abs(field.samples - np.min(distances, axis=0)).max() < 1e-5


def _away(right: Floats, front: Floats) -> Floats:
    """How far it is to a rectangle from places so far beyond its sides."""
    outside = np.hypot(np.maximum(right, 0), np.maximum(front, 0))
    return np.asarray(outside + np.minimum(np.maximum(right, front), 0))


def test_many_points_read_the_same_as_one() -> None:
    field = clearance_field(SQUARE, (Box(2, 3, 1, 4),))
    rng = np.random.default_rng(7)
    x, y = rng.uniform(-12, 12, 200), rng.uniform(-12, 12, 200)
    assert field.at(x, y) == pytest.approx([field.one(a, b) for a, b in zip(x, y, strict=True)], abs=2e-2)


def test_nan_and_infinity_are_never_clear() -> None:
    field = clearance_field(SQUARE, ())
    with np.errstate(invalid="ignore"):
        assert not (field.at(np.array([math.nan, math.inf, 0.0]), np.array([0.0, 0.0, -math.inf])) > 0).any()


def test_away_points_out_of_a_wall() -> None:
    field = clearance_field(SQUARE, ())
    assert field.away(9.5, 0) == pytest.approx((-1, 0), abs=1e-3)
