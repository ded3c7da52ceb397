"""Those who take part are shown as doing so: sitting on their chairs, hands up, and known as who speaks."""

import numpy as np
import pytest

from halles.world.live import Floor
from halles.world.movement import Gesture
from halles.world.stage_seats import seat
from halles_client.replica.crowd import Crowd
from halles_client.stage_people import StagePeople, chairs_shown
from tests.support.live_hall import EVA, JAN, STAGE, chair, hand, here, replica, told

SEAT = seat(STAGE, 2, 8)


def crowd(*places: tuple[float, float]) -> Crowd:
    count = len(places)
    zero = np.zeros(count, np.float32)
    x, y = np.array([p[0] for p in places], np.float32), np.array([p[1] for p in places], np.float32)
    return Crowd(
        np.arange(1, count + 1, dtype=np.uint16), x, y, zero, zero, zero + 1, zero, np.zeros(count, np.uint8),
        np.zeros((count, 5), np.uint8), np.zeros(count, bool),
    )  # fmt: skip


def test_who_is_at_their_chair_is_shown_sitting_on_it_and_who_is_still_away_is_not() -> None:
    people, at = StagePeople(), (SEAT.x + 0.3, SEAT.y)
    people.look(replica(*here((EVA, *at), (JAN, 0.0, 0.0)), told(chairs=(chair(2, EVA), chair(3, JAN)))))
    shown = people.seated(crowd(at, (0.0, 0.0)))
    assert (float(shown.x[0]), float(shown.y[0])) == pytest.approx((SEAT.x, SEAT.y), abs=1e-4)
    assert shown.heading[0] == pytest.approx(SEAT.heading, abs=1e-5)
    assert shown.gesture.tolist() == [Gesture.SIT, Gesture.NONE]
    assert shown.speed.tolist() == [0.0, 1.0]


def test_a_raised_hand_is_seen_unless_somebody_does_something_else() -> None:
    people = StagePeople()
    people.look(replica(*here((EVA, 0.0, 0.0), (JAN, 1.0, 0.0)), told(hands=(hand(EVA), hand(JAN)))))
    some = crowd((0.0, 0.0), (1.0, 0.0))
    some.gesture[1] = Gesture.WAVE
    assert people.seated(some).gesture.tolist() == [Gesture.RAISE_HAND, Gesture.WAVE]


def test_who_speaks_is_known_by_number_and_only_while_it_is_live() -> None:
    people, known = StagePeople(), replica(*here((EVA, 0.0, 0.0), (JAN, 1.0, 0.0)), told(floor=(Floor(JAN, 0, 0),)))
    people.look(known)
    assert people.speaking == {2}
    known.apply(told(2, phase="paused", floor=(Floor(JAN, 0, 0),)), 1.0)
    people.look(known)
    assert people.speaking == frozenset()
    known.apply(told(3, mode="fishbowl", chairs=(chair(0, EVA),)), 2.0)
    people.look(known)
    assert people.speaking == {1}


def test_nobody_is_changed_where_there_is_no_live_session() -> None:
    people, some = StagePeople(), crowd((0.0, 0.0))
    people.look(replica(told(phase="ended")))
    assert people.seated(some) is some


@pytest.mark.parametrize(("mode", "count"), [("hands", 8), ("fishbowl", 5), ("screening", 0)])
def test_as_many_chairs_are_shown_as_the_mode_has(mode: str, count: int) -> None:
    known = replica(told(mode=mode)).live.first
    assert known is not None
    assert chairs_shown(known.state) == count
