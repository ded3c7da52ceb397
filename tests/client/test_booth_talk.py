"""Talk at booths as a visit has it, with answers given by hand: no link is needed."""

from collections.abc import Callable

from halles.errors import HallesError, Rejection
from halles.ids import AvatarNumber, BoothId, HallId, VisitId
from halles.protocol.booth_messages import SERVED_TOLD, SayBackAt, StaffedBy, StaffTold
from halles.protocol.messages import (
    BoothCard,
    BoothChatRead,
    BoothsListed,
    ChatLine,
    Correction,
    HallEntered,
    Message,
    ReadBoothChat,
    Said,
)
from halles.world.roles import Role
from halles_client.booth_talk import AGAIN_S, LOOK_S, BoothTalk
from halles_client.replica.replica import Replica
from tests.support.peer import LILLE
from tests.support.plans import PLANS

SLOT, OTHER = PLANS.scenes[LILLE].slots[0], PLANS.scenes[LILLE].slots[-1]
BOOTH, FAR, ELSEWHERE = BoothId("studio-07"), BoothId("studio-08"), BoothId("school")


class Visitor:
    """Talk, what it asks for, and what it was refused."""

    def __init__(self) -> None:
        self.asked: list[tuple[Message, Callable[[Message], None], Callable[[HallesError], None]]] = []
        self.refused: list[HallesError] = []
        self.replica = Replica(PLANS.scenes)
        self.talk = BoothTalk(self.replica, lambda *row: self.asked.append(row), self.refused.append)
        self._now = 0.0

    def stand(self, x: float, y: float, place: str = "spawn:door") -> None:
        """Enters the hall at a place and looks where that is."""
        at = HallEntered(b"r" * 16, LILLE, AvatarNumber(1), round(x * 100), round(y * 100), 0, 0, 1)
        self.replica.apply(at, 0.0)
        cards = (card(BOOTH, SLOT.id, "Studio 07"), card(FAR, OTHER.id, "Studio 08"))
        self.replica.apply(BoothsListed(LILLE, cards), 0.0)
        self.talk.entered(place)
        self.look()

    def look(self, seconds: float = LOOK_S) -> None:
        self._now += seconds
        self.talk.step(self._now)

    def walk(self, x: float, y: float) -> None:
        """Stands elsewhere in the hall."""
        self.replica.apply(Correction(1, round(x * 100), round(y * 100), 0, 0, "too-far"), self._now)

    def serve(self, *booths: StaffedBy) -> None:
        """The server tells of whose staff one is."""
        self.replica.apply(StaffTold(booths), self._now)
        self.talk.told()

    @property
    def read(self) -> list[str]:
        """The booths whose last lines were asked for."""
        return [row[0].booth for row in self.asked if isinstance(row[0], ReadBoothChat)]


def card(booth: BoothId, slot: str, name: str) -> BoothCard:
    return BoothCard(booth, slot, 1, name, "company", 1, ())  # type: ignore[arg-type]


def line(text: str, booth: BoothId = BOOTH, time_ms: int = 1) -> ChatLine:
    return ChatLine("booth", VisitId("v"), "Ada", Role.GUEST, 1, text, time_ms, booth)


def test_who_comes_to_a_booth_reads_its_last_lines_once_and_talks_there_until_they_walk_on() -> None:
    visitor = Visitor()
    visitor.stand(SLOT.x, SLOT.y)
    visitor.look()
    assert (visitor.talk.booth, visitor.read) == (BOOTH, [BOOTH])
    visitor.replica.apply(BoothChatRead(BOOTH, LILLE, (line("one"), line("two", time_ms=2))), 1.0)
    visitor.replica.apply(Said(line("two", time_ms=2)), 1.0)
    assert [said.text for said in visitor.replica.chat] == ["one", "two"], "an equal line is the same"
    visitor.stand(OTHER.x, OTHER.y)
    assert (visitor.talk.booth, visitor.read) == (FAR, [BOOTH, FAR])
    assert not visitor.talk.shows(line("one"))
    assert visitor.talk.shows(line("here", FAR))


def test_a_reading_that_was_refused_is_tried_again_after_a_while_and_told_to_nobody() -> None:
    visitor = Visitor()
    visitor.stand(SLOT.x, SLOT.y)
    visitor.asked[0][2](Rejection("FORBIDDEN", "too far"))
    visitor.look()
    assert visitor.read == [BOOTH]
    visitor.look(AGAIN_S)
    assert visitor.read == [BOOTH, BOOTH]
    assert visitor.refused == []


def test_whoever_came_to_a_booth_is_at_it_wherever_a_crowd_left_room() -> None:
    visitor = Visitor()
    visitor.stand(OTHER.x, OTHER.y, f"booth:{BOOTH}")
    assert visitor.talk.here == BOOTH
    visitor.stand(OTHER.x, OTHER.y, "")
    assert visitor.talk.here == BOOTH, "back where one stood"
    visitor.stand(OTHER.x, OTHER.y, "visit:v")
    assert visitor.talk.here == FAR


def test_the_staff_read_what_they_missed_and_answer_where_somebody_spoke_last() -> None:
    visitor = Visitor()
    visitor.stand(SLOT.x, SLOT.y + 30.0)
    assert visitor.talk.booth is None
    visitor.serve(StaffedBy(ELSEWHERE, "School", HallId("hainaut")))
    visitor.look()
    visitor.look()
    assert visitor.read == [ELSEWHERE]
    visitor.talk.heard(line("Hello?", FAR))
    assert visitor.talk.booth is None, "not one's own booth"
    visitor.talk.heard(line("Hello?", ELSEWHERE))
    assert (visitor.talk.booth, visitor.talk.name(ELSEWHERE)) == (ELSEWHERE, "School")
    assert visitor.talk.duty is None
    visitor.serve()
    assert visitor.talk.booth is None


def test_the_staff_of_many_booths_read_them_one_after_another_and_still_the_one_where_they_stand() -> None:
    visitor = Visitor()
    visitor.stand(SLOT.x, SLOT.y + 30.0)
    served = [BoothId(f"school-{number}") for number in range(SERVED_TOLD)]
    visitor.serve(*(StaffedBy(booth, "School", HallId("hainaut")) for booth in served))
    visitor.look()
    assert visitor.read == served[:1], "not all at once"
    visitor.walk(SLOT.x, SLOT.y)
    visitor.look()
    assert visitor.read == [served[0], BOOTH], "where one stands comes first"
    for _ in served:
        visitor.look()
    assert sorted(visitor.read) == sorted([*served, BOOTH])
    visitor.walk(OTHER.x, OTHER.y)
    visitor.look()
    assert visitor.read[-1] == FAR


def test_only_at_ones_own_booth_one_says_when_one_is_back() -> None:
    visitor = Visitor()
    visitor.stand(SLOT.x, SLOT.y)
    visitor.talk.say_back(20)
    assert visitor.read == [BOOTH]
    assert len(visitor.asked) == 1
    visitor.serve(StaffedBy(BOOTH, "Studio 07", LILLE))
    assert visitor.talk.duty == BOOTH
    visitor.talk.say_back(20)
    asked = visitor.asked[-1][0]
    assert isinstance(asked, SayBackAt)
    assert (asked.booth, asked.minutes) == (BOOTH, 20)
