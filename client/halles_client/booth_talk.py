"""The talk of one visit at booths: which booth it is at, of whose staff it is, and the last lines, asked for once.

Not here: what was said and of whose staff one is (replica), one's own lines on their way (``own_lines``). Answers
are polled once a beat.
"""

import math
from typing import Final

from halles.ids import BoothId
from halles.protocol.booth_messages import SayBackAt
from halles.protocol.messages import ChatLine, ReadBoothChat
from halles.world.at_booth import STILL_M, nearest
from halles.world.scene import Scene
from halles_client.net.requests import Ask, Failed, new_request_id
from halles_client.replica.replica import Replica

LOOK_S: Final = 0.25
"""Seconds between two looks at which booth one stands."""

AGAIN_S: Final = 10.0
"""Seconds before the last lines are asked for again where that was refused."""


class BoothTalk:
    """One visit's talk at booths.

    Attributes:
        here: The booth where one stands.
    """

    def __init__(self, replica: Replica, ask: Ask, refused: Failed) -> None:
        """Begins at none.

        Args:
            replica: What is known of the world.
            ask: Asks the server.
            refused: Told when the staff's word is not taken.
        """
        self._replica, self._ask, self._refused = replica, ask, refused
        self._looked_at = float("-inf")
        self._read: set[BoothId] = set()
        self._not_before: dict[BoothId, float] = {}
        self._landed: tuple[BoothId, float, float] | None = None  # where one was put, having asked for a booth
        self._called: BoothId | None = None
        self.here: BoothId | None = None

    @property
    def booth(self) -> BoothId | None:
        """Where one talks: at the booth where one stands, else at one's own where somebody spoke last."""
        return self.here or self._called

    @property
    def duty(self) -> BoothId | None:
        """One's own booth, while one stands at it."""
        return self.here if self.here in self._replica.served else None

    def welcomed(self) -> None:
        """A connection begins: what was missed is read again."""
        self._read.clear()

    def entered(self, place: str) -> None:
        """A hall was entered, at a place as ``EnterHall`` has it; "" is back where one stood."""
        self._read.clear()
        self._not_before.clear()
        self.here = None
        kind, _, name = place.partition(":")
        own = self._replica.own
        if kind == "booth" and own is not None:
            self._landed = BoothId(name), own.pose.x, own.pose.y
        elif place:
            self._landed = None
        self._looked_at = float("-inf")

    def told(self) -> None:
        """The replica knows anew of whose staff one is; ``step`` reads what was missed there."""
        if self._called not in self._replica.served:
            self._called = None

    def heard(self, line: ChatLine) -> None:
        """Somebody spoke: one's staff may answer at that booth from anywhere."""
        if line.channel == "booth" and BoothId(line.booth) in self._replica.served:
            self._called = BoothId(line.booth)

    def step(self, now: float) -> None:
        """Looks at which booth one stands, and reads at one booth what was said there last."""
        scene, own = self._replica.scene, self._replica.own
        if scene is None or own is None or now - self._looked_at < LOOK_S:
            return
        self._looked_at = now
        self.here = self._standing(scene, own.pose.x, own.pose.y)
        due = self._due(now)
        if due is not None:
            self._read_last(due)

    def shows(self, line: ChatLine) -> bool:
        """Tells whether a line of the chat is to be seen now: of booths, that of where one is, and one's own."""
        return line.channel != "booth" or line.booth == self.booth or BoothId(line.booth) in self._replica.served

    def name(self, booth: BoothId) -> str:
        """Returns a booth's name as far as it is known here."""
        card, own = self._replica.booths.get(booth), self._replica.served.get(booth)
        return card.name if card is not None else own.name if own is not None else str(booth)

    def say_back(self, minutes: int) -> None:
        """Says in how many minutes somebody is back at one's own booth where one stands; 0 takes it back."""
        if self.duty is not None:
            self._ask(SayBackAt(new_request_id(), self.duty, minutes), lambda _: None, self._refused)

    def _standing(self, scene: Scene, x: float, y: float) -> BoothId | None:
        """Returns at which booth one stands, as the server judges it."""
        landed = self._landed
        if landed is not None and landed[0] in self._replica.booths and math.dist((x, y), landed[1:]) <= STILL_M:
            return landed[0]
        slots = {str(card.slot): booth for booth, card in self._replica.booths.items()}
        return nearest({slots[slot.id]: slot.box for slot in scene.slots if slot.id in slots}, x, y)

    def _due(self, now: float) -> BoothId | None:
        """Returns the booth to be read next, one a look: where one stands first, then those of whose staff one is."""
        wanted = (*((self.here,) if self.here is not None else ()), *self._replica.served)
        unread = (booth for booth in wanted if booth not in self._read)
        return next((booth for booth in unread if now >= self._not_before.get(booth, now)), None)

    def _read_last(self, booth: BoothId) -> None:
        known = {*self._replica.booths, *self._replica.served}  # those that are gone are forgotten: it grows no further
        self._read = (self._read & known) | {booth}
        self._not_before = {other: then for other, then in self._not_before.items() if other in known}
        self._ask(ReadBoothChat(new_request_id(), booth), lambda _: None, lambda _: self._not_read(booth))

    def _not_read(self, booth: BoothId) -> None:
        """Who has walked on meanwhile may not read it: that is no news, and asked again later."""
        self._read.discard(booth)
        self._not_before[booth] = self._looked_at + AGAIN_S
