"""Announcements to the people of the show, as stored."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from halles.ids import AccountId, RequestId
from halles.world.text import Text
from halles_server.ports.standing import Scope, ScopeKind


@dataclass(frozen=True, slots=True)
class MadeAnnouncement:
    """One of them.

    Attributes:
        scope: To whom: the show, a hall, the hall of a live session, or who is at a booth and its staff.
        name: Who made it; "" when that account is erased.
    """

    number: int
    scope: Scope
    text: Text
    name: str
    made: datetime


class AnnouncementStore(Protocol):
    """Keeps announcements."""

    async def scope(self, kind: ScopeKind, place: str) -> Scope:
        """Returns a scope; ``Rejection`` NOT_FOUND where there is no such booth or live session."""
        ...

    async def make(self, author: AccountId, request_id: RequestId, scope: Scope, text: Text) -> int:
        """Stores one with its request key and its audit row, and returns its number.

        Raises:
            Rejection: RATE_LIMITED; BAD_FIELD for a used key; STORAGE_FULL.
        """
        ...

    async def read(self, number: int) -> MadeAnnouncement | None:
        """Reads one; None for none."""
        ...

    async def recent(self, seconds: float, limit: int) -> tuple[MadeAnnouncement, ...]:
        """Reads those made so lately, the newest at most, oldest first."""
        ...
