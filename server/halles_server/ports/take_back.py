"""Replays that were published and are taken back: nobody watches one until it is brought back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from halles.ids import LiveSessionId, RequestId
from halles_server.ports.sanctions import Decider

REASON_CAP: Final = 500
"""Characters of a reason."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """Why nobody watches a replay now.

    Attributes:
        by: Who took it back, as their name was then.
        above: Whether it was somebody who moderates its hall: its hosts then do not bring it back.
    """

    session: LiveSessionId
    reason: str
    by: str
    at: datetime
    above: bool


class TakeBackStore(Protocol):
    """What is taken back, each act with its request key and its audit row."""

    async def take(
        self, decider: Decider, request_id: RequestId, session: LiveSessionId, reason: str, *, above: bool
    ) -> None:
        """Takes a replay back.

        Raises:
            Rejection: NOT_NOW for one that is not published; NOT_FOUND for one that is taken back already; BAD_FIELD
                for a used key; STORAGE_FULL.
        """

    async def restore(self, decider: Decider, request_id: RequestId, session: LiveSessionId) -> None:
        """Brings one back; ``Rejection`` NOT_FOUND where it is not taken back."""

    async def read(self, session: LiveSessionId) -> TakenBack | None:
        """Reads why one is taken back; None where it is not."""
