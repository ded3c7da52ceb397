"""The chart of growth: CPU, bytes and age over the number of people, as an SVG that is readable on light and dark."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from bench.page.book import Book
from bench.page.figures import AGE_CAP_MS

WIDTH, HEIGHT = 960, 330
LEFT, TOP, PANEL_WIDTH, PANEL_HEIGHT, PITCH = 56, 70, 240, 200, 316
LINES: Final = (("growth", "all over the hall", "a"), ("spot", "everybody within 5 m", "b"))
STEPS_OF_TEN: Final = (1.0, 2.0, 2.5, 5.0, 10.0)
TICKS: Final = 5

STYLE: Final = """\
text { font: 12px system-ui, sans-serif; fill: #1f2328 }
.title { font-weight: 600 } .soft { fill: #59636e }
.grid { stroke: #d1d9e0 } .axis { stroke: #59636e } .cap { stroke: #59636e; stroke-dasharray: 4 3 }
.a { stroke: #0969da; fill: #0969da } .b { stroke: #bc4c00; fill: #bc4c00 }
polyline.a, polyline.b { fill: none; stroke-width: 2 } circle.void { fill: #fff }
.paper { fill: #fff }
@media (prefers-color-scheme: dark) {
text { fill: #f0f6fc } .soft { fill: #9198a1 }
.grid { stroke: #30363d } .axis { stroke: #9198a1 } .cap { stroke: #9198a1 }
.a { stroke: #4493f8; fill: #4493f8 } .b { stroke: #f0883e; fill: #f0883e }
circle.void, .paper { fill: #0d1117 }
}"""


@dataclass(frozen=True, slots=True)
class Panel:
    """One of the three plots: its title, what it reads of a result, and a limit to draw."""

    title: str
    read: Callable[[dict[str, Any]], float | None]
    cap: float | None = None


PANELS: Final = (
    Panel("server CPU, % of one core", lambda result: _times(result["server_cpu_share"], 100.0)),
    Panel("to one client, kB/s", lambda result: _times(result["bytes_per_client_s"], 0.001)),
    Panel("position age p99, ms", lambda result: result["age_ms_p99"], AGE_CAP_MS),
)


def growth(book: Book) -> str:
    """Returns the SVG."""
    drawn = "\n".join(_panel(book, panel, LEFT + PITCH * index) for index, panel in enumerate(PANELS))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="t">\n'
        f'<title id="t">{escape(_title(book))}</title>\n<style>\n{STYLE}\n</style>\n'
        f'<rect class="paper" width="{WIDTH}" height="{HEIGHT}"/>\n{_legend(book)}\n{drawn}\n</svg>\n'
    )


def _title(book: Book) -> str:
    sizes = [result["clients"] for step, *_ in LINES for result in book.all(step)]
    people = f" from {min(sizes):,} to {max(sizes):,} people" if sizes else ""
    return f"CPU, bytes to one client and position age{people}"


def _legend(book: Book) -> str:
    parts = []
    for index, (_, about, name) in enumerate(line for line in LINES if book.all(line[0])):
        x = LEFT + 220 * index
        parts += [f'<circle class="{name}" cx="{x}" cy="20" r="4"/>', _text(x + 10, 24, about)]
    parts.append(_text(WIDTH - 20, 24, "hollow: the run was void", "soft", "end"))
    return "\n".join(parts)


def _panel(book: Book, panel: Panel, x: int) -> str:
    lines = [(name, _points(book.all(step), panel)) for step, _, name in LINES]
    points = [point for _, line in lines for point in line]
    if not points:
        return _text(x, TOP - 16, f"{panel.title}: not measured", "soft")
    right = ceiling(max(people for people, *_ in points))
    high = ceiling(max([value for _, value, _ in points] + ([panel.cap] if panel.cap else [])))
    across, up = _scale(right, x, PANEL_WIDTH), _scale(high, TOP + PANEL_HEIGHT, -PANEL_HEIGHT)
    bottom = TOP + PANEL_HEIGHT
    parts = [_text(x, TOP - 16, panel.title, "title")]
    for index in range(TICKS + 1):
        value, people = high * index / TICKS, right * index / TICKS
        parts.append(_level("grid" if index else "axis", x, up(value)))
        parts.append(_text(x - 6, up(value) + 4, f"{value:,.4g}", "soft", "end"))
        parts.append(_text(across(people), bottom + 18, f"{people:,.0f}", "soft", "middle"))
    if panel.cap:
        parts += [_level("cap", x, up(panel.cap)), _text(x + 4, up(panel.cap) - 5, f"bar: {panel.cap:.0f}", "soft")]
    parts.append(_text(x + PANEL_WIDTH / 2, bottom + 38, "people", "soft", "middle"))
    parts += [_line(name, line, across, up) for name, line in lines if line]
    return "\n".join(parts)


def _text(x: float, y: float, text: str, name: str = "", anchor: str = "start") -> str:
    return f'<text class="{name}" x="{x}" y="{y}" text-anchor="{anchor}">{escape(text)}</text>'


def _level(name: str, x: float, y: float) -> str:
    return f'<line class="{name}" x1="{x}" x2="{x + PANEL_WIDTH}" y1="{y}" y2="{y}"/>'


def _points(results: Sequence[dict[str, Any]], panel: Panel) -> list[tuple[int, float, bool]]:
    """Returns people, value and whether the run counts, by number of people."""
    read = ((result["clients"], panel.read(result), result["valid"]) for result in results)
    return sorted((people, value, valid) for people, value, valid in read if value is not None)


def _line(
    name: str,
    points: Sequence[tuple[int, float, bool]],
    across: Callable[[float], float],
    up: Callable[[float], float],
) -> str:
    path, dots = [], []
    for people, value, valid in points:
        x, y, told = across(people), up(value), f"{people:,}: {value:,.4g}"
        path.append(f"{x},{y}")
        shape = f'class="{name}{"" if valid else " void"}" cx="{x}" cy="{y}" r="4"'
        dots.append(f"<circle {shape}><title>{told}</title></circle>")
    return f'<polyline class="{name}" points="{" ".join(path)}"/>\n' + "\n".join(dots)


def ceiling(value: float) -> float:
    """Returns the next round number from a value on, which divides into five."""
    if value <= 0:
        return 1.0
    ten = 10.0 ** math.floor(math.log10(value))
    return next(step * ten for step in STEPS_OF_TEN if step * ten >= value * (1 - 1e-9))


def _scale(top: float, start: float, length: float) -> Callable[[float], float]:
    return lambda value: round(start + length * value / top, 1)


def _times(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor
