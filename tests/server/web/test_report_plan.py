"""The plan of a report's evidence."""

from datetime import UTC, datetime

import pytest

from halles.ids import HallId, VisitId
from halles_server.bootstrap import read_scenes
from halles_server.hall.recent import Evidence, Path
from halles_server.ports.reports import Reporter, StoredReport, Wish
from halles_server.web.plan import plan_of
from halles_server.web.report_plan import AROUND, LEAST, drawn


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


def test_ways_lie_on_the_hall_s_own_plan_and_say_whose_they_are_and_where_they_ended() -> None:
    scenes, _ = read_scenes()
    scene = scenes[HallId("lille")]
    plan = plan_of(scene, ())
    stage, slot = scene.stages[0].box, scene.slots[0]
    front = slot.visitor_place()[0]
    drawing = drawn(
        report(
            Path(VisitId("v-ada"), "Ada", ((2, 1.0, 2.0), (1, *front))),
            Path(VisitId("v-bo"), "Bo", ((2, stage.x, stage.y - 9.0), (1, stage.x, stage.y))),
            Path(VisitId("v-cy"), "Cy", ()),
        ),
        plan,
    )
    assert drawing is not None
    ada, bo = drawing.tracks
    assert [(one.part, one.near) for one in (ada, bo)] == [("reporter", slot.id), ("subject", "stage")]
    assert (ada.x, ada.y) == next(one.front for one in plan.slots if one.slot == slot.id)
    assert plan.stage is not None
    assert (bo.x, bo.y) == pytest.approx(plan.stage.middle, abs=1)
    assert ada.points.startswith(f"{plan.shift[0] + 20},{plan.shift[1] + 10} "), "north goes right, east goes down"


@pytest.mark.parametrize("at", [(0.0, 0.0), (-500.0, -500.0), (500.0, 500.0)])
def test_so_much_is_shown_that_one_knows_where_it_is_and_nothing_beside_the_hall(at: tuple[float, float]) -> None:
    scenes, _ = read_scenes()
    plan = plan_of(scenes[HallId("lille")], ())
    drawing = drawn(report(Path(VisitId("v-ada"), "Ada", ((1, *at),))), plan)
    assert drawing is not None
    assert (drawing.width, drawing.height) == LEAST
    assert 0 <= drawing.x <= plan.width - drawing.width
    assert 0 <= drawing.y <= plan.height - drawing.height


def test_a_hall_that_is_gone_leaves_the_ways_and_without_positions_there_is_no_drawing() -> None:
    drawing = drawn(report(Path(VisitId("v-ada"), "Ada", ((2, 0.0, 0.0), (1, 0.0, 40.0)))))
    assert drawing is not None
    assert (drawing.x, drawing.width, drawing.plan) == (-AROUND, 400 + 2 * AROUND, None)
    assert drawn(report()) is None
