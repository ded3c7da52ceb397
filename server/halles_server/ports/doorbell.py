"""Rings at booths, and what became of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from halles.ids import AccountId, BoothId, RequestId, VisitId
from halles.world.roles import Role
from halles.world.staffing import RingState
from halles.world.text import Language


@dataclass(frozen=True, slots=True)
class Ringer:
    """Who rings: a visit in the show, with or without an account."""

    account: AccountId | None
    visit: VisitId
    name: str
    role: Role
    language: Language

    @property
    def key(self) -> AccountId | VisitId:
        """Whose request keys count."""
        return self.account or self.visit


@dataclass(frozen=True, slots=True)
class Ring:
    """A ring as stored.

    Attributes:
        by: The name of whoever answered, "" while nobody has.
        message: What was left when it was missed.
    """

    number: int
    booth: BoothId
    ringer: Ringer
    state: RingState
    rung: datetime
    by: str
    message: str


@dataclass(frozen=True, slots=True)
class Rung:
    """What ringing came to.

    Attributes:
        number: Of the ring that waits, or that this request made before.
        new: Whether it was made now: a repeated request, and one beside a ring that waits, make none.
    """

    number: int
    new: bool


class BellStore(Protocol):
    """Rings, each with the request key that made or decided it."""

    async def ring(self, ringer: Ringer, request_id: RequestId, booth: BoothId) -> Rung:
        """Stores a ring, unless one of the ringer's waits already.

        Raises:
            Rejection: NOT_FOUND for no such booth; BAD_FIELD for a used key; STORAGE_FULL.
        """

    async def read(self, number: int) -> Ring:
        """Reads one; ``Rejection`` NOT_FOUND."""

    async def these(self, numbers: Collection[int]) -> tuple[Ring, ...]:
        """Reads rings by their numbers."""

    async def answer(self, actor: AccountId, request_id: RequestId, number: int, name: str) -> None:
        """Answers a ring; ``Rejection`` NOT_FOUND when it does not wait any more."""

    async def cancel(self, visits: Collection[VisitId], number: int | None = None) -> frozenset[BoothId]:
        """Cancels what waits of these visits, or of it this one ring; returns whose bells that changes."""

    async def leave_message(self, ringer: Ringer, request_id: RequestId, number: int, text: str) -> None:
        """Stores words with a missed ring of the ringer's that has none; else ``Rejection`` NOT_FOUND."""

    async def miss(self, after_s: float) -> frozenset[BoothId]:
        """Decides that what has waited so long is missed; returns whose bells that changes."""

    async def waiting(self) -> frozenset[BoothId]:
        """Reads at which booths a ring waits."""

    async def told(self, booth: BoothId, lately_s: float, limit: int) -> tuple[Ring, ...]:
        """Reads a bell's queue: all that wait, oldest first, then what was decided so lately, newest first."""

    async def last(self, booth: BoothId, limit: int) -> tuple[Ring, ...]:
        """Reads the newest rings, newest first."""

    async def answered_of(self, booth: BoothId) -> tuple[int, int]:
        """Counts the rings of the last 30 days that were answered, and those that were answered or missed."""
