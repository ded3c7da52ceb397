"""What was refused in live sessions, as the audit has it: who tried what without the right, or far too often.

Belongs here: which refusals are written down, and how seldom a flood of them is. Not here: refusing.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from halles.errors import Rejection, RejectionCode
from halles.ids import LiveSessionId
from halles_server.ports.live import LiveStore, Participant
from halles_server.services.live_rates import LiveRates

_NOTED: Final = frozenset({RejectionCode.FORBIDDEN, RejectionCode.RATE_LIMITED})
"""What a client does not ask for that shows what may be done; all else may happen to anybody."""


class LiveRefusals:
    """Writes refusals down."""

    def __init__(self, store: LiveStore, rates: LiveRates) -> None:
        self._store, self._rates = store, rates

    @asynccontextmanager
    async def noting(self, who: Participant, session: LiveSessionId, tried: str) -> AsyncIterator[None]:
        """Writes down what is refused within the block, and lets the refusal go on."""
        try:
            yield
        except Rejection as refusal:
            if refusal.code in _NOTED and self.due(who):
                await self.write(who, session, tried)
            raise

    def due(self, who: Participant) -> bool:
        """Counts a refusal; tells whether it is to be written down."""
        return self._rates.notes_refusal(who.person.key)

    async def write(self, who: Participant, session: LiveSessionId, tried: str) -> None:
        """Writes one down."""
        await self._store.refuse(session, who, tried)
