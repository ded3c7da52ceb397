"""The doorbells of one visit: one's own ring and what became of it, and, for a booth's staff, who rings.

Not here: how any of it looks (view), which booths are staffed (replica). Answers are polled once a beat.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from halles.errors import HallesError
from halles.ids import BoothId
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
from halles.world.staffing import RingState
from halles_client.net.requests import Ask, Failed, new_request_id

QUEUES_CAP: Final = 64
"""Bells of which one is told at most."""

SHOWN_S: Final[dict[RingState, float]] = {"answered": 20.0, "missed": 180.0}
"""Seconds for which one is told what became of one's ring."""


@dataclass(frozen=True, slots=True)
class OwnRing:
    """A ring of one's own; number 0 until the server has it."""

    number: int
    booth: BoothId
    name: str
    state: RingState = "waiting"
    by: str = ""


class Bells:
    """One visit's bells.

    Attributes:
        own: One's newest ring while there is something to say of it.
        queues: The bells that one may answer, by booth.
    """

    def __init__(self, ask: Ask, refused: Failed) -> None:
        self._ask, self._refused = ask, refused
        self._until = float("inf")
        self._now = 0.0
        self._told: RingTold | None = None  # the newest: it may be read before the answer that names the ring
        self.own: OwnRing | None = None
        self.queues: dict[BoothId, BellTold] = {}

    def welcomed(self) -> None:
        """A connection begins: what may be answered is told anew."""
        self.queues.clear()

    def heard(self, message: BellTold | RingTold) -> None:
        """The server tells of a bell, or of one's own ring."""
        if isinstance(message, BellTold):
            if message.booth in self.queues or len(self.queues) < QUEUES_CAP:
                self.queues[message.booth] = message
            return
        self._told = message
        if self.own is not None and message.ring == self.own.number:
            self.own = replace(self.own, state=message.state, by=message.by)
            self._until = self._now + SHOWN_S.get(message.state, 0.0)

    def step(self, now: float) -> None:
        """Lets go what has been shown long enough."""
        self._now = now
        if now >= self._until:
            self.own, self._until = None, float("inf")

    @property
    def caller(self) -> tuple[BellTold, RingCard] | None:
        """Who waits longest at a bell that one may answer."""
        waiting = [(bell, ring) for bell in self.queues.values() for ring in bell.rings if ring.state == "waiting"]
        return min(waiting, key=lambda pair: pair[1].rung_ms, default=None)

    def counts(self) -> tuple[int, int]:
        """Returns how many wait and how many were missed lately, at all bells that one may answer."""
        states = [ring.state for bell in self.queues.values() for ring in bell.rings]
        return states.count("waiting"), states.count("missed")

    def ring(self, booth: BoothId, name: str) -> None:
        """Rings, unless a ring of one's own waits."""
        if self.own is None or self.own.state != "waiting":
            self.own, self._until = OwnRing(0, booth, name), float("inf")
            self._ask(RingBell(new_request_id(), booth), self._rang, self._not_rung)

    def take_back(self) -> None:
        """Takes one's waiting ring back."""
        if self.own is not None and self.own.state == "waiting" and self.own.number:
            self._ask(CancelRing(new_request_id(), self.own.number), lambda _: None, self._refused)
            self.own = None

    def answer(self, number: int, go: Callable[[BellTold], None]) -> None:
        """Answers a ring, and goes to its booth once that is stored."""
        bell = next((bell for bell in self.queues.values() if any(r.ring == number for r in bell.rings)), None)
        if bell is not None:
            told = bell
            self._ask(AnswerBell(new_request_id(), number), lambda _: go(told), self._refused)

    def leave_message(self, text: str) -> None:
        """Leaves a few words with one's missed ring."""
        if self.own is not None and self.own.state == "missed":
            self._ask(LeaveMessage(new_request_id(), self.own.number, text), self._left, self._refused)

    def _rang(self, message: Message) -> None:
        if self.own is not None and isinstance(message, Done):
            self.own = replace(self.own, number=message.number)
            if self._told is not None and self._told.ring == message.number:
                self.heard(self._told)

    def _not_rung(self, error: HallesError) -> None:
        self.own = None
        self._refused(error)

    def _left(self, message: Message) -> None:
        self.own = None
