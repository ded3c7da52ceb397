"""The draft of a visit, with answers given by hand: asked for where one enters, left with the hall or at will."""

from collections.abc import Callable

from halles.errors import HallesError, Rejection
from halles.ids import AvatarNumber, BoothId, HallId, SlotId
from halles.protocol.draft_messages import DraftHidden, DraftShown, ShowDraft
from halles.protocol.messages import BoothCard, BoothsListed, HallEntered, Message
from halles.world.booth import BoothContent
from halles_client.drafts import Drafts
from halles_client.replica.replica import Replica
from tests.support.plans import PLANS

BOOTH = BoothId("studio-07")
LILLE, HAINAUT = HallId("lille"), HallId("hainaut")


class Exhibitor:
    """A visit's draft and replica, what they ask for, and what they were refused."""

    def __init__(self, booth: str = BOOTH) -> None:
        self.asked: list[tuple[Message, Callable[[Message], None], Callable[[HallesError], None]]] = []
        self.refused: list[HallesError] = []
        self.replica = Replica(PLANS.scenes)
        self.drafts = Drafts(self.replica, lambda *row: self.asked.append(row), self.refused.append, booth)

    @property
    def wishes(self) -> list[str]:
        return [asked.booth for asked, _, _ in self.asked if isinstance(asked, ShowDraft)]

    @property
    def sees(self) -> str:
        return self.replica.booths[BOOTH].name

    def enter(self, hall: HallId = LILLE) -> None:
        self.replica.apply(HallEntered(b"r" * 16, hall, AvatarNumber(1), 0, 0, 0, 0, 1), 0.0)
        self.drafts.entered(hall)
        self.replica.apply(BoothsListed(hall, (BoothCard(BOOTH, SlotId("A1"), 7, "Published", "company", 0, ()),)), 0.0)

    def shown(self, name: str = "Draft") -> None:
        self.replica.apply(DraftShown(BOOTH, LILLE, SlotId("A1"), 3, BoothContent(name)), 0.0)


def test_a_draft_is_asked_for_at_each_entry_and_left_with_the_hall() -> None:
    exhibitor = Exhibitor()
    exhibitor.enter()
    exhibitor.shown()
    assert exhibitor.sees == "Draft"
    exhibitor.enter()  # after a break: the next connection knows of no draft
    assert exhibitor.wishes == [BOOTH, BOOTH]
    exhibitor.enter(HAINAUT)
    exhibitor.enter()
    assert exhibitor.wishes == [BOOTH, BOOTH, ""]
    assert exhibitor.sees == "Published"


def test_leaving_it_shows_what_is_published_at_once_and_is_told() -> None:
    exhibitor = Exhibitor()
    exhibitor.enter()
    exhibitor.shown()
    exhibitor.drafts.leave()
    assert (exhibitor.sees, exhibitor.wishes) == ("Published", [BOOTH, ""])
    exhibitor.drafts.leave()
    assert exhibitor.wishes == [BOOTH, ""]


def test_a_refusal_is_told_and_what_the_server_hides_is_not_asked_for_again() -> None:
    exhibitor = Exhibitor()
    exhibitor.enter()
    exhibitor.shown()
    exhibitor.asked[-1][2](Rejection("FORBIDDEN", "no"))
    assert [str(error) for error in exhibitor.refused] == ["FORBIDDEN: no"]
    assert (exhibitor.sees, exhibitor.drafts.wanted) == ("Published", "")
    other = Exhibitor()
    other.enter()
    other.shown()
    other.drafts.heard(DraftHidden(BOOTH))
    other.enter()
    assert (other.sees, other.wishes) == ("Published", [BOOTH])


def test_who_wants_none_asks_for_none() -> None:
    exhibitor = Exhibitor("")
    exhibitor.enter()
    assert exhibitor.asked == []
