"""The last minute of a hall: who stood near whom, and who heard what."""

import time

from halles.ids import VisitId
from halles.protocol.messages import ChatLine
from halles.world.reports import EVIDENCE_S
from halles.world.roles import Role
from halles_server.hall.hall import Hall
from halles_server.hall.recent import LINES, LINES_TOLD, NEAR_M, PEOPLE, Evidence
from tests.server.hall.test_hall import Somebody, crowd, room


def someone(hall: Hall, name: str, x: float, y: float = -10.0) -> int:
    return hall.enter(Somebody(VisitId(name), name), x, y, 0.0, 0.0).number


def line(name: str, text: str) -> ChatLine:
    return ChatLine("nearby", VisitId(name), name, Role.GUEST, 0, text, 1_000)


def names(evidence: Evidence) -> set[str]:
    return {path.name for path in evidence.paths}


def test_the_evidence_has_who_was_near_with_their_steps_and_nobody_far_away() -> None:
    hall = Hall(room())
    recent = hall.recent()
    ada, bo = someone(hall, "Ada", 0.0), someone(hall, "Bo", 3.0)
    someone(hall, "Far", NEAR_M + 1)
    recent.look(1.0)
    hall.jump(bo, 4.0, -10.0, 0.0, 1.5)
    recent.look(2.0)
    evidence = recent.evidence(ada, 3.0)
    assert names(evidence) == {"Ada", "Bo"}
    (path,) = [path for path in evidence.paths if path.name == "Bo"]
    assert path.places == ((2, 3.0, -10.0), (1, 4.0, -10.0))


def test_who_has_left_and_whose_number_is_another_s_now_is_named_rightly() -> None:
    hall = Hall(room())
    recent = hall.recent()
    ada, bo = someone(hall, "Ada", 0.0), someone(hall, "Bo", 1.0)
    recent.look(1.0)
    recent.heard(line("Bo", "rude"), [ada, bo], 1.2)
    hall.leave(bo)
    for tick in range(200):
        hall.tick(1.3 + tick * 0.001)
    recent.look(2.0)
    for name in ("Cy", "Di", "Eve"):
        someone(hall, name, 2.0)
    recent.look(3.0)
    evidence = recent.evidence(ada, 3.0)
    assert names(evidence) == {"Ada", "Bo", "Cy", "Di", "Eve"}
    assert [(path.name, len(path.places)) for path in evidence.paths if path.name in {"Bo", "Cy"}] == [
        ("Bo", 1),
        ("Cy", 1),
    ]
    assert [(heard.name, heard.text) for heard in evidence.lines] == [("Bo", "rude")]


def test_only_lines_that_the_reporter_heard_are_in_it() -> None:
    hall = Hall(room())
    recent = hall.recent()
    ada, bo = someone(hall, "Ada", 0.0), someone(hall, "Bo", 1.0)
    recent.look(1.0)
    recent.heard(line("Bo", "to Ada"), [ada, bo], 1.0)
    recent.heard(line("Bo", "to himself"), [bo], 1.0)
    recent.heard(line("Bo", "to all"), None, 1.0)
    assert [heard.text for heard in recent.evidence(ada, 2.0).lines] == ["to Ada", "to all"]


def test_the_one_whom_it_is_about_is_in_it_from_wherever_they_stood() -> None:
    hall = Hall(room())
    recent = hall.recent()
    ada = someone(hall, "Ada", 0.0)
    someone(hall, "Far", NEAR_M + 5)
    recent.look(1.0)
    assert names(recent.evidence(ada, 2.0, VisitId("Far"))) == {"Ada", "Far"}


def test_who_was_not_there_has_what_was_said_to_all_and_who_was_near_whom_or_what_it_is_about() -> None:
    hall = Hall(room())
    recent = hall.recent()
    ada, bo = someone(hall, "Ada", 0.0), someone(hall, "Bo", 3.0)
    someone(hall, "Far", NEAR_M + 4)
    recent.look(1.0)
    recent.heard(line("Bo", "to Ada"), [ada, bo], 1.0)
    recent.heard(line("Bo", "to all"), None, 1.0)
    about_bo = recent.public_evidence(2.0, VisitId("Bo"), None)
    assert [heard.text for heard in about_bo.lines] == ["to all"]
    assert names(about_bo) == {"Ada", "Bo"}
    assert names(recent.public_evidence(2.0, None, (NEAR_M + 6, -10.0))) == {"Far"}
    assert names(recent.public_evidence(2.0, None, None)) == set()
    assert names(recent.public_evidence(2.0, VisitId("nobody"), None)) == set()


def test_after_a_minute_it_is_forgotten_and_it_never_grows_beyond_its_bounds() -> None:
    hall = Hall(room())
    recent = hall.recent()
    ada, *_ = crowd(hall, 3 * PEOPLE)
    for second in range(100):
        recent.look(float(second))
        for _ in range(20):
            recent.heard(line("Bo", "x"), None, float(second))
    evidence = recent.evidence(ada, 99.0)
    assert len(evidence.paths) <= PEOPLE
    assert all(seconds <= EVIDENCE_S for path in evidence.paths for seconds, _, _ in path.places)
    assert [len(evidence.lines), len(recent._lines)] == [LINES_TOLD, LINES]
    assert recent.evidence(ada, 99.0 + EVIDENCE_S + 1) == Evidence()


def test_a_look_at_a_full_hall_takes_less_than_a_hundredth_of_the_second_until_the_next() -> None:
    hall = Hall(room())
    recent = hall.recent()
    crowd(hall, 2500)
    spent = []
    for second in range(10):
        began = time.thread_time()
        recent.look(float(second))
        spent.append(time.thread_time() - began)
    assert min(spent) < 0.01
