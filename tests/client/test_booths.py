"""Booths by what the server says, with pictures and answers given by hand: no link is needed."""

import math
from collections.abc import Callable
from concurrent.futures import Future

from halles.errors import HallesError, Unavailable
from halles.ids import AvatarNumber, BoothId, MediaId, SlotId
from halles.protocol.draft_messages import DraftHidden, DraftShown
from halles.protocol.messages import (
    AvatarCard,
    AvatarsEntered,
    BoothCard,
    BoothEdited,
    BoothRead,
    BoothsListed,
    HallEntered,
    Message,
    ReadBooth,
)
from halles.world.booth import BoothContent, Panel
from halles.world.geometry import Point, heading_to, place
from halles.world.look import Look
from halles.world.movement import Pose
from halles.world.roles import Role
from halles_client.booths import REACH_M, Booths
from halles_client.replica.prediction import Prediction
from halles_client.replica.replica import Replica
from tests.support.peer import LILLE
from tests.support.plans import PLANS

SCENE = PLANS.scenes[LILLE]
FIRST = BoothId(SCENE.slots[0].id.lower())


class Hall:
    """A hall full of booths, and what somebody in it asks for."""

    def __init__(self) -> None:
        self.replica = Replica(PLANS.scenes)
        self.asked: list[Message] = []
        self.wanted: dict[MediaId, Future[bytes]] = {}
        self.booths = Booths(self.replica, self, self._ask, _fail)
        cards = tuple(
            BoothCard(BoothId(slot.id.lower()), SlotId(slot.id), 1, slot.id, "company", 0, ()) for slot in SCENE.slots
        )
        self.hear(HallEntered(b"r" * 16, LILLE, AvatarNumber(1), 0, 0, 0, 0, 1))
        self.hear(BoothsListed(LILLE, cards))

    def fetch(self, media: MediaId) -> "Future[bytes]":
        self.wanted[media] = Future()
        return self.wanted[media]

    def hear(self, message: Message) -> None:
        self.replica.apply(message, 0.0)
        if isinstance(message, BoothRead):
            self.booths.heard(message)
        self.booths.follow()

    def read(self, revision: int, *pictures: str) -> None:
        slot = SCENE.slots[0].id
        panels = tuple(Panel(f"poster-{i + 1}", picture=MediaId(media)) for i, media in enumerate(pictures))
        self.hear(BoothRead(b"b" * 16, FIRST, LILLE, SlotId(slot), revision, BoothContent("A", panels=panels)))

    def _ask(self, message: Message, done: Callable[[Message], None], failed: Callable[[HallesError], None]) -> None:
        self.asked.append(message)


def _fail(error: HallesError) -> None:
    raise error


def test_the_booth_that_one_looks_at_is_near_and_none_behind_one_is() -> None:
    slots = {slot.id: slot for slot in SCENE.slots}
    one, other = slots["A2"].box, slots["A3"].box
    assert one.heading == other.heading
    spot = place(one, 0.0, one.depth / 2 + 1.2)
    into, aside = (heading_to(*spot, *place(box, 0.0, -box.depth / 2)) for box in (one, other))
    hall = Hall()

    def near(heading: float, at: Point = spot) -> str:
        hall.replica.own = Prediction(SCENE, Pose(at.x, at.y, 0.0, heading))
        card = hall.booths.near()
        return card.name if card is not None else ""

    assert near(into) == "A2"
    assert near(aside) == "A3"
    assert near(into + math.pi) == ""
    assert near(into + math.pi / 2) != "A2"
    assert near(into, place(one, 0.0, 0.0)) == "A2", "inside of it"
    assert near(into, place(one, 0.0, one.depth / 2 + REACH_M + 0.2)) == ""
    assert near(into + math.pi, place(one, 0.0, -one.depth / 2 - 0.5)) == "", "behind its wall"


def test_exhibitors_in_a_booth_welcome_there_and_visitors_do_not() -> None:
    hall, slot = Hall(), SCENE.slots[0]
    people = [("Eva", Role.EXHIBITOR, slot.x), ("Tom", Role.VISITOR, slot.x), ("Lou", Role.EXHIBITOR, slot.x + 50.0)]
    cards = [
        AvatarCard(AvatarNumber(i), f"v{i}", name, role, "fr", Look(), False, round(x * 100), round(slot.y * 100), 0)
        for i, (name, role, x) in enumerate(people, 2)
    ]
    hall.hear(AvatarsEntered(tuple(cards)))
    assert hall.booths.staff() == {FIRST: ("Eva",)}


def test_an_opened_booth_is_read_and_its_pictures_fill_in_as_they_come() -> None:
    hall = Hall()
    hall.booths.open(FIRST)
    assert [type(message) for message in hall.asked] == [ReadBooth]
    hall.read(1, "one", "two")
    assert list(hall.wanted) == ["one", "two"]
    assert not hall.booths.settled
    hall.wanted[MediaId("two")].set_result(b"2")
    hall.booths.collect_pictures()
    assert hall.booths.sheet is not None
    assert hall.booths.sheet.pictures == (("two", b"2"),)
    hall.wanted[MediaId("one")].set_exception(Unavailable("gone"))
    hall.booths.collect_pictures()
    assert hall.booths.sheet.pictures == (("two", b"2"),)
    assert hall.booths.settled


def test_an_open_booth_is_read_again_when_it_was_edited_and_a_closed_one_is_not() -> None:
    hall = Hall()
    hall.booths.open(FIRST)
    hall.read(1)
    card = hall.replica.booths[FIRST]
    hall.hear(BoothEdited(BoothCard(FIRST, card.slot, 2, "New", "company", 0, ())))
    assert len(hall.asked) == 2
    hall.read(2)
    assert hall.booths.sheet is not None
    assert hall.booths.sheet.read is not None
    assert (hall.booths.sheet.card.name, hall.booths.sheet.read.revision) == ("New", 2)
    hall.booths.close()
    hall.hear(BoothEdited(BoothCard(FIRST, card.slot, 3, "Newer", "company", 0, ())))
    assert (len(hall.asked), hall.booths.sheet) == (2, None)


def test_a_booth_that_was_read_in_its_newest_revision_is_not_asked_for_again() -> None:
    hall = Hall()
    hall.booths.open(FIRST)
    hall.read(1, "one")
    hall.booths.close()
    hall.booths.open(FIRST)
    assert len(hall.asked) == 1
    assert hall.booths.sheet is not None
    assert hall.booths.sheet.read is not None


def test_a_booth_that_is_not_here_does_not_open() -> None:
    hall = Hall()
    hall.booths.open(BoothId("elsewhere"))
    assert (hall.booths.sheet, hall.asked) == (None, [])


def test_an_open_sheet_becomes_the_drafts_follows_it_and_becomes_the_published_again() -> None:
    hall = Hall()
    hall.booths.open(FIRST)
    hall.read(1)
    slot = SlotId(SCENE.slots[0].id)
    for revision, name in ((1, "Draft"), (2, "Newer draft")):
        hall.hear(DraftShown(FIRST, LILLE, slot, revision, BoothContent(name)))
        assert hall.booths.sheet is not None
        assert hall.booths.sheet.read is not None
        assert (hall.booths.sheet.draft, hall.booths.sheet.read.content.name) == (True, name)
    hall.read(1)
    assert hall.booths.sheet.read.content.name == "Newer draft", "an answer that was under way is not the draft"
    hall.hear(DraftHidden(FIRST))
    assert hall.booths.sheet.read is not None
    assert (hall.booths.sheet.draft, hall.booths.sheet.read.content.name) == (False, "A")


def test_a_booth_opened_while_its_draft_is_seen_opens_as_the_draft_without_asking() -> None:
    hall = Hall()
    hall.hear(DraftShown(FIRST, LILLE, SlotId(SCENE.slots[0].id), 4, BoothContent("Draft")))
    hall.booths.open(FIRST)
    assert hall.booths.sheet is not None
    assert hall.booths.sheet.draft
    assert hall.booths.sheet.card.name == "Draft"
    assert hall.asked == []
