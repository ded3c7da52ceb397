"""What was said."""

from typing import Protocol

from halles.ids import AccountId, HallId, RequestId, VisitId
from halles.protocol.messages import ChatLine


class ChatStore(Protocol):
    """What was said, kept as long as the notice says."""

    async def append(self, speaker: AccountId | VisitId, request_id: RequestId, hall: HallId, line: ChatLine) -> bool:
        """Stores a line with its request key in one transaction; False when this request was stored before."""

    async def last(self, hall: HallId, limit: int) -> tuple[ChatLine, ...]:
        """Reads the newest lines said to the whole hall, oldest first."""
