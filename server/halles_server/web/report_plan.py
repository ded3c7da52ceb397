"""The little plan of a report's evidence: where people stood in the last minute, as numbers for a drawing. Pure."""

from dataclasses import dataclass
from typing import Final, Literal

from halles.ids import VisitId
from halles_server.ports.reports import StoredReport

MARGIN: Final = 20
LEAST: Final = 120
"""Units on a side at least: nobody who stands still fills the whole drawing."""

_UNITS_PER_METRE: Final = 10

Part = Literal["reporter", "subject", "other"]


@dataclass(frozen=True, slots=True)
class Track:
    """Somebody's way: a number on the drawing and in the list beside it, the corners, and where it ended."""

    number: int
    name: str
    part: Part
    points: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """All ways in one scale, north above; ten units are a metre."""

    width: int
    height: int
    tracks: tuple[Track, ...]


def drawn(report: StoredReport) -> Drawing | None:
    """Draws a report's positions; None where there are none."""
    places = [place for path in report.evidence.paths for place in path.places]
    if not places:
        return None
    west, north = min(x for _, x, _ in places), max(y for _, _, y in places)
    width = max(LEAST, round((max(x for _, x, _ in places) - west) * _UNITS_PER_METRE))
    height = max(LEAST, round((north - min(y for _, _, y in places)) * _UNITS_PER_METRE))

    def point(x: float, y: float) -> tuple[int, int]:
        return MARGIN + round((x - west) * _UNITS_PER_METRE), MARGIN + round((north - y) * _UNITS_PER_METRE)

    tracks = []
    for number, path in enumerate(report.evidence.paths, 1):
        corners = [point(x, y) for _, x, y in path.places]
        points = " ".join(f"{x},{y}" for x, y in corners)
        tracks.append(Track(number, path.name, _part(report, path.visit), points, *corners[-1]))
    return Drawing(width + 2 * MARGIN, height + 2 * MARGIN, tuple(tracks))


def _part(report: StoredReport, visit: VisitId) -> Part:
    if visit == report.reporter.visit:
        return "reporter"
    return "subject" if report.wish.about in {"person", "line"} and visit == report.wish.subject else "other"
