"""The bells of a visit, with answers given by hand: no link is needed."""

from collections.abc import Callable

from halles.errors import HallesError, Rejection
from halles.ids import BoothId, HallId, VisitId
from halles.protocol.booth_messages import (
    AnswerBell,
    BellTold,
    CancelRing,
    LeaveMessage,
    RingBell,
    RingCard,
    RingTold,
)
from halles.protocol.messages import Done, Message
from halles.world.roles import Role
from halles.world.staffing import RingState
from halles_client.bells import QUEUES_CAP, SHOWN_S, Bells

BOOTH = BoothId("studio-07")


class Visitor:
    """Bells, what they ask for, and what they were refused."""

    def __init__(self) -> None:
        self.asked: list[tuple[Message, Callable[[Message], None], Callable[[HallesError], None]]] = []
        self.refused: list[HallesError] = []
        self.bells = Bells(lambda *row: self.asked.append(row), self.refused.append)

    def answer(self, number: int = 0) -> Message:
        """Answers the newest request with ``Done``."""
        message, done, _ = self.asked[-1]
        done(Done(b"r" * 16, number))
        return message


def card(ring: int, state: RingState = "waiting", rung_ms: int = 0) -> RingCard:
    return RingCard(ring, VisitId("v"), f"Ada {ring}", Role.GUEST, "fr", state, rung_ms or ring)


def told(*cards: RingCard, booth: str = BOOTH) -> BellTold:
    return BellTold(BoothId(booth), "Studio 07", HallId("lille"), cards)


def test_a_ring_waits_is_answered_and_is_told_for_a_while() -> None:
    visitor = Visitor()
    bells = visitor.bells
    bells.ring(BOOTH, "Studio 07")
    bells.ring(BOOTH, "Studio 07")
    assert [type(row[0]) for row in visitor.asked] == [RingBell]
    visitor.answer(7)
    bells.heard(RingTold(8, BOOTH, "missed"))
    assert bells.own is not None
    assert (bells.own.number, bells.own.state) == (7, "waiting"), "another's news is not one's own"
    bells.step(100.0)
    bells.heard(RingTold(7, BOOTH, "answered", "Eva"))
    assert (bells.own.state, bells.own.by) == ("answered", "Eva")
    bells.step(100.0 + SHOWN_S["answered"] - 0.1)
    assert bells.own is not None
    bells.step(100.0 + SHOWN_S["answered"])
    assert bells.own is None


def test_a_missed_ring_takes_a_message_and_a_waiting_one_can_be_taken_back() -> None:
    visitor = Visitor()
    bells = visitor.bells
    bells.leave_message("nothing rang")
    bells.ring(BOOTH, "Studio 07")
    visitor.answer(7)
    bells.heard(RingTold(7, BOOTH, "missed"))
    bells.leave_message("Bonjour")
    message = visitor.answer(7)
    assert isinstance(message, LeaveMessage)
    assert (message.ring, message.text) == (7, "Bonjour")
    assert bells.own is None
    bells.ring(BOOTH, "Studio 07")
    bells.take_back()
    assert [type(row[0]) for row in visitor.asked[2:]] == [RingBell], "it has no number yet"
    visitor.answer(9)
    bells.take_back()
    assert isinstance(visitor.asked[-1][0], CancelRing)
    assert bells.own is None


def test_a_refused_ring_is_none() -> None:
    visitor = Visitor()
    visitor.bells.ring(BOOTH, "Studio 07")
    visitor.asked[-1][2](Rejection("RATE_LIMITED", "too many"))
    assert visitor.bells.own is None
    assert len(visitor.refused) == 1


def test_the_staff_see_who_waits_longest_and_go_there_once_the_answer_is_stored() -> None:
    visitor, gone = Visitor(), []
    bells = visitor.bells
    assert bells.caller is None
    bells.heard(told(card(5, rung_ms=50), card(3, "missed"), card(2, "answered")))
    bells.heard(told(card(4, rung_ms=40), booth="studio-08"))
    caller = bells.caller
    assert caller is not None
    assert (caller[0].booth, caller[1].ring) == ("studio-08", 4)
    assert bells.counts() == (2, 1)
    bells.answer(4, gone.append)
    assert gone == []
    message = visitor.answer()
    assert isinstance(message, AnswerBell)
    assert [bell.booth for bell in gone] == ["studio-08"]
    bells.heard(told(booth="studio-08"))
    bells.answer(4, gone.append)
    assert len(visitor.asked) == 1, "what no longer waits is not asked for"
    bells.welcomed()
    assert bells.caller is None


def test_a_server_that_tells_of_bells_without_end_is_followed_no_further() -> None:
    bells = Visitor().bells
    for number in range(QUEUES_CAP + 5):
        bells.heard(told(card(number + 1), booth=f"booth-{number}"))
    assert len(bells.queues) == QUEUES_CAP
