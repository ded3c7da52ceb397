"""A small bar chart of counts by day, as numbers for an SVG: pure. The table beside it says the same in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from halles_server.services.numbers import LEAST

WIDTH: Final = 720
HEIGHT: Final = 96
DAYS: Final = 30
"""Days that a chart shows."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One day's bar: hollow where the count is too small to be told, and nothing where nothing was counted."""

    x: float
    y: float
    width: float
    height: float
    hollow: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars from ``first`` to ``last``; ``most`` is the highest count told, on ``on``. Where none is, no bar is."""

    bars: tuple[Bar, ...]
    first: date
    last: date
    most: int
    on: date


def chart_of(counts: Mapping[date, int | None], last: date) -> Chart:
    """Returns the chart of the days up to ``last``; a count that is None is too small to be told."""
    days = [last - timedelta(days=back) for back in reversed(range(DAYS))]
    shown = {day: counts[day] for day in days if day in counts}
    on = max(shown, key=lambda day: shown[day] or 0, default=last)
    most = shown.get(on) or 0
    scale, step = (HEIGHT - 2) / max(most, LEAST), WIDTH / DAYS
    bars = []
    for i, day in enumerate(days):
        if most and day in shown:
            count = shown[day]
            height = round((LEAST if count is None else count) * scale, 1)
            bars.append(Bar(round(i * step + 2, 1), round(HEIGHT - height, 1), step - 4, height, count is None))
    return Chart(tuple(bars), days[0], last, most, on)
