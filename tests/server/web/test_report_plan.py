"""The plan of a report's evidence."""

from datetime import UTC, datetime

from halles.ids import HallId, VisitId
from halles_server.hall.recent import Evidence, Path
from halles_server.ports.reports import Reporter, StoredReport, Wish
from halles_server.web.report_plan import LEAST, MARGIN, drawn


def report(*paths: Path) -> StoredReport:
    reporter = Reporter("v-ada", None, VisitId("v-ada"), "Ada", "fr")
    return StoredReport(
        number=1,
        wish=Wish("person", "v-bo", "hate"),
        name="Bo",
        account=None,
        booth=None,
        hall=HallId("lille"),
        reporter=reporter,
        made=datetime(2026, 11, 27, tzinfo=UTC),
        evidence=Evidence((), paths),
        state="open",
        by="",
        decision=None,
        note="",
        closed=None,
    )


def test_ways_are_in_one_scale_with_north_above_and_say_whose_they_are() -> None:
    drawing = drawn(
        report(
            Path(VisitId("v-ada"), "Ada", ((2, 10.0, 5.0), (1, 10.0, 5.0))),
            Path(VisitId("v-bo"), "Bo", ((2, 30.0, 5.0), (1, 30.0, 25.0))),
            Path(VisitId("v-cy"), "Cy", ((1, 12.0, 20.0),)),
        )
    )
    assert drawing is not None
    assert (drawing.width, drawing.height) == (200 + 2 * MARGIN, 200 + 2 * MARGIN)
    assert [(track.number, track.part) for track in drawing.tracks] == [(1, "reporter"), (2, "subject"), (3, "other")]
    assert (drawing.tracks[1].x, drawing.tracks[1].y) == (200 + MARGIN, MARGIN)
    assert drawing.tracks[1].points == f"{200 + MARGIN},{200 + MARGIN} {200 + MARGIN},{MARGIN}"


def test_who_stands_still_does_not_fill_it_and_without_positions_there_is_none() -> None:
    drawing = drawn(report(Path(VisitId("v-ada"), "Ada", ((1, 0.0, 0.0),))))
    assert drawing is not None
    assert drawing.width == LEAST + 2 * MARGIN
    assert drawn(report()) is None
