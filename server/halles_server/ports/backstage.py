"""Backstage of a live session: what its hosts and speakers say among themselves, and who of them is in the show."""

from collections.abc import Collection
from typing import Protocol

from halles.ids import AccountId, HallId, LiveSessionId, RequestId
from halles.protocol.backstage_messages import BackstageLine
from halles.world.roles import Role
from halles_server.ports.live import LiveRecord, Participant


class BackstageStore(Protocol):
    """What is said backstage, kept as long as other chat."""

    async def say(
        self, record: LiveRecord, who: Participant, role: Role, request_id: RequestId, line: BackstageLine
    ) -> int:
        """Stores a line with its request key in one transaction; returns its number.

        Args:
            record: Where it is said.
            who: Whoever says it.
            role: Theirs in the show.
            request_id: Their key.
            line: What; its number is not looked at.

        Raises:
            Rejection: NOT_NOW once it is over; BAD_FIELD, the key was used for another request; STORAGE_FULL.
        """

    async def last(self, session: LiveSessionId, since_ms: int, limit: int) -> tuple[BackstageLine, ...]:
        """Reads the newest lines since a moment, oldest first."""

    async def line(self, session: LiveSessionId, number: int) -> BackstageLine | None:
        """Reads one line of a live session; None when it is not kept any more."""

    async def here(self, accounts: Collection[AccountId]) -> dict[AccountId, HallId]:
        """Reads who of these is connected to the show now, and in which hall; "" for one who stands in none."""
