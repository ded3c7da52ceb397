"""What debates came to, in the words of those who led them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from halles.ids import AccountId, LiveSessionId, RequestId
from halles.world.text import Text


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What one live session came to.

    Attributes:
        written: When it was written last; None for what nobody has written yet.
    """

    words: Text = field(default_factory=Text)
    revision: int = 0
    written: datetime | None = None


class ConclusionStore(Protocol):
    """Conclusions, each with its revisions counted."""

    async def read(self, session: LiveSessionId) -> Conclusion:
        """Reads one; an empty one of revision 0 where there is none."""

    async def write(
        self, author: AccountId, request_id: RequestId, session: LiveSessionId, revision: int, words: Text
    ) -> int:
        """Stores one in the place of the revision that was read; returns its own.

        Raises:
            Rejection: STALE_REVISION when it has another revision; NOT_FOUND; STORAGE_FULL; BAD_FIELD.
        """
