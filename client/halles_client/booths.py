"""The booths of the hall where one is: which one stands at, who welcomes at them, and the one whose sheet is open.

Not here: how a booth looks (view), and what is known of booths (replica). Answers and pictures are polled once a beat.
"""

import math
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Final, Protocol

from halles.ids import BoothId, MediaId
from halles.protocol.draft_messages import DraftShown
from halles.protocol.messages import BoothCard, BoothRead, ReadBooth
from halles.world.at_booth import metres_off
from halles.world.booth import BoothContent
from halles.world.geometry import heading_to, local, place, wrap
from halles.world.movement import Pose
from halles.world.roles import Role
from halles.world.scene import Slot
from halles_client.net.requests import Ask, Failed, new_request_id
from halles_client.replica.replica import Replica

REACH_M: Final = 2.4
"""How far before its front a booth still counts as the one that somebody stands at."""

_SEEN: Final = math.radians(70.0)
"""How far aside of where one looks a booth's back wall may be: beyond is behind one's shoulder."""

_PER_RADIAN_M: Final = 2.0
"""A booth aside of where one looks counts as so much farther: the one looked at wins over a nearer neighbour."""


class Pictures(Protocol):
    """What a visit needs of ``net.media``."""

    def fetch(self, media: MediaId) -> "Future[bytes]":
        """Fetches a picture."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The booth that is read now; ``read`` and ``pictures`` fill as they arrive.

    Attributes:
        draft: Whether it is a draft, which nobody else reads.
    """

    card: BoothCard
    read: BoothRead | None = None
    pictures: tuple[tuple[MediaId, bytes], ...] = ()
    draft: bool = False


class Booths:
    """One visit's booths.

    Attributes:
        sheet: The booth that is read.
    """

    def __init__(self, replica: Replica, pictures: Pictures, ask: Ask, refused: Failed) -> None:
        """Begins with none open.

        Args:
            replica: What is known of the world.
            pictures: Where pictures come from.
            ask: Asks the server.
            refused: Told when a booth cannot be read.
        """
        self._replica, self._pictures = replica, pictures
        self._ask, self._refused = ask, refused
        self._loading: dict[MediaId, Future[bytes]] = {}
        self.sheet: Sheet | None = None

    @property
    def settled(self) -> bool:
        """Whether no picture is still on its way."""
        return not self._loading

    def near(self) -> BoothCard | None:
        """Returns the booth that one stands at and looks into."""
        scene, own = self._replica.scene, self._replica.own
        if scene is None or own is None:
            return None
        best: tuple[float, BoothCard] | None = None
        for card in self._replica.booths.values():
            slot = scene.slot(card.slot)
            if slot is not None and (off := _off(slot, own.pose)) is not None and (not best or off < best[0]):
                best = off, card
        return best[1] if best is not None else None

    def staff(self) -> dict[BoothId, tuple[str, ...]]:
        """Returns the names of exhibitors who stand at their booths."""
        scene = self._replica.scene
        found: dict[BoothId, tuple[str, ...]] = {}
        if scene is None:
            return found
        for number, person in self._replica.people.items():
            place = self._replica.timeline.newest(number) if person.role == Role.EXHIBITOR else None
            for card in self._replica.booths.values() if place is not None else ():
                slot = scene.slot(card.slot)
                if slot is not None and place is not None and slot.box.contains(*place, 0.8):
                    found[card.booth] = (*found.get(card.booth, ()), person.name)
        return found

    # --- the open sheet -------------------------------------------------------------------------------------

    def open(self, booth: BoothId) -> None:
        """Opens a booth's sheet and reads it."""
        card = self._replica.booths.get(booth)
        if card is None:
            return
        if (draft := self._replica.drafted(booth)) is not None:
            self._take_draft(card, draft)
            return
        known = self._replica.contents.get(booth)
        self.sheet = Sheet(card, known if known is not None and known.revision >= card.revision else None)
        self._read()

    def close(self) -> None:
        """Closes the sheet."""
        self.sheet = None

    def heard(self, message: BoothRead) -> None:
        """A booth's content has come."""
        if self.sheet is not None and message.booth == self.sheet.card.booth and not self.sheet.draft:
            self.sheet = replace(self.sheet, read=message)
            self._fetch_pictures(message)

    def follow(self) -> None:
        """Reads the open booth again when the replica knows of a newer revision, or a draft came or went."""
        if self.sheet is None:
            return
        card, draft = (self._replica.booths.get(self.sheet.card.booth), self._replica.drafted(self.sheet.card.booth))
        if card is not None and draft is not None:
            if not self.sheet.draft or card != self.sheet.card or draft.content != self._content():
                self._take_draft(card, draft)
            return
        if card is not None and self.sheet.draft:
            self.open(card.booth)
            return
        if card is not None and card.revision > self.sheet.card.revision:
            self.sheet = replace(self.sheet, card=card)
            self._read()

    def collect_pictures(self) -> None:
        """Puts pictures that have arrived into the sheet; what cannot be had stays without."""
        for media in [media for media, future in self._loading.items() if future.done()]:
            future = self._loading.pop(media)
            if self.sheet is not None and future.exception() is None:
                others = tuple(row for row in self.sheet.pictures if row[0] != media)
                self.sheet = replace(self.sheet, pictures=(*others, (media, future.result())))

    def _content(self) -> BoothContent | None:
        return self.sheet.read.content if self.sheet is not None and self.sheet.read is not None else None

    def _take_draft(self, card: BoothCard, draft: DraftShown) -> None:
        """Shows a draft, which has come whole; pictures that it has in common with what was shown stay."""
        read = BoothRead(b"", draft.booth, draft.hall, draft.slot, draft.revision, draft.content)
        pictures = self.sheet.pictures if self.sheet is not None else ()
        self.sheet = Sheet(card, read, pictures, draft=True)
        self._fetch_pictures(read)

    def _read(self) -> None:
        if self.sheet is None:
            return
        if self.sheet.read is not None and self.sheet.read.revision >= self.sheet.card.revision:
            self._fetch_pictures(self.sheet.read)
        else:
            self._ask(ReadBooth(new_request_id(), self.sheet.card.booth), lambda _: None, self._refused)

    def _fetch_pictures(self, read: BoothRead) -> None:
        for panel in read.content.panels:
            if panel.picture and panel.picture not in self._loading:
                self._loading[panel.picture] = self._pictures.fetch(panel.picture)


def _off(slot: Slot, pose: Pose) -> float | None:
    """Returns how far off a booth is, looks counted in, for somebody in or before it; None where it is not theirs."""
    box = slot.box
    at, half_w, half_d = local(box, pose.x, pose.y), box.width / 2, box.depth / 2
    away = metres_off(box, pose.x, pose.y)
    if away > REACH_M or at.y < -half_d or (abs(at.x) > half_w and at.y <= half_d):
        return None  # too far, behind its wall, or beside it
    wall = place(box, 0.0, -half_d)
    turn = abs(wrap(heading_to(pose.x, pose.y, wall.x, wall.y) - pose.heading))
    return away + _PER_RADIAN_M * turn if turn <= _SEEN else None
