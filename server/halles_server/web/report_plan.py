"""The plan of a report's evidence: where people stood in the last minute, on the part of the hall around them. Pure.

It lies as the plan of the hall's page does, so that walls, stage and booths are found again.
"""

from dataclasses import dataclass
from typing import Final, Literal

from halles.ids import VisitId
from halles_server.ports.reports import StoredReport
from halles_server.web.plan import Plan

AROUND: Final = 60
"""Units shown around the ways: six metres."""

LEAST: Final = (320, 200)
"""Units shown at least: in so much of a hall there is something by which one knows where it is."""

_NEAR: Final = 60
"""Units from a booth's front within which somebody is said to be at it."""

_UNITS_PER_METRE: Final = 10

Part = Literal["reporter", "subject", "other"]


@dataclass(frozen=True, slots=True)
class Track:
    """Somebody's way: a number on the drawing and in the list beside it, the corners, and where it ended.

    Attributes:
        near: The slot at whose front it ended, "stage" on the stage, "" elsewhere.
    """

    number: int
    name: str
    part: Part
    points: str
    x: int
    y: int
    near: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """All ways in one scale; ten units are a metre.

    Attributes:
        x, y, width, height: What is shown of the plan.
        plan: The hall's, by the same units; None where the hall is not known any more.
    """

    x: int
    y: int
    width: int
    height: int
    tracks: tuple[Track, ...]
    plan: Plan | None = None


def drawn(report: StoredReport, plan: Plan | None = None) -> Drawing | None:
    """Draws a report's positions; None where there are none."""
    shift = plan.shift if plan is not None else (0, 0)

    def point(x: float, y: float) -> tuple[int, int]:
        return shift[0] + round(y * _UNITS_PER_METRE), shift[1] + round(x * _UNITS_PER_METRE)

    ways = [(path, [point(x, y) for _, x, y in path.places]) for path in report.evidence.paths if path.places]
    if not ways:
        return None
    tracks = tuple(
        Track(
            number,
            path.name,
            _part(report, path.visit),
            " ".join(f"{x},{y}" for x, y in corners),
            *corners[-1],
            _near(plan, corners[-1]),
        )
        for number, (path, corners) in enumerate(ways, 1)
    )
    everywhere = [corner for _, corners in ways for corner in corners]
    x, width = _window([x for x, _ in everywhere], LEAST[0], plan.width if plan is not None else 0)
    y, height = _window([y for _, y in everywhere], LEAST[1], plan.height if plan is not None else 0)
    return Drawing(x, y, width, height, tracks, plan)


def _window(at: list[int], least: int, whole: int) -> tuple[int, int]:
    """Returns where a window around some places begins, and its size; within ``whole`` where that is known."""
    low, high = min(at), max(at)
    size = max(least, high - low + 2 * AROUND)
    begin = (low + high - size) // 2
    if not whole:
        return begin, size
    size = min(size, whole)
    return min(max(begin, 0), whole - size), size


def _near(plan: Plan | None, at: tuple[int, int]) -> str:
    """Says in words where a place is: a drawing is not for everybody."""
    if plan is None:
        return ""
    x, y = at
    stage = plan.stage
    if stage is not None and 0 <= x - stage.x <= stage.width and 0 <= y - stage.y <= stage.height:
        return "stage"
    reach = [(abs(x - slot.front[0]) + abs(y - slot.front[1]), slot.slot) for slot in plan.slots]
    nearest = min(reach, default=(_NEAR + 1, ""))
    return nearest[1] if nearest[0] <= _NEAR else ""


def _part(report: StoredReport, visit: VisitId) -> Part:
    if visit == report.reporter.visit:
        return "reporter"
    return "subject" if report.wish.about in {"person", "line"} and visit == report.wish.subject else "other"
