"""What was said."""

from dataclasses import dataclass
from typing import Protocol

from halles.ids import AccountId, BoothId, HallId, LiveSessionId, RequestId, VisitId
from halles.protocol.messages import ChatLine


@dataclass(frozen=True, slots=True)
class Kept:
    """A line that is stored.

    Attributes:
        number: Its own.
        new: Whether it was stored now: False for a repeated request.
    """

    number: int
    new: bool


@dataclass(frozen=True, slots=True)
class HallLine:
    """A line that was said to a hall.

    Attributes:
        session: The live session that was open there, None for none: whom that is not for reads it neither.
    """

    line: ChatLine
    session: LiveSessionId | None = None


class ChatStore(Protocol):
    """What was said, kept as long as the notice says."""

    async def append(self, speaker: AccountId | VisitId, request_id: RequestId, hall: HallId, line: ChatLine) -> Kept:
        """Stores a line with its request key in one transaction, and to a hall with what is open there."""

    async def answered(self, speaker: AccountId | VisitId, request_id: RequestId, line: ChatLine) -> int | None:
        """Returns the number of a line that was stored under this key before, None for none.

        ``Rejection`` where that request was refused, and BAD_FIELD for a key that was used for another.
        """

    async def last(self, hall: HallId, limit: int) -> tuple[HallLine, ...]:
        """Reads the newest lines said to the whole hall, oldest first."""

    async def last_at(self, booth: BoothId, limit: int) -> tuple[ChatLine, ...]:
        """Reads the newest lines said at a booth, oldest first."""

    async def at_booth(self, number: int) -> ChatLine | None:
        """Reads one line that was said at a booth; None when it is not kept any more."""
