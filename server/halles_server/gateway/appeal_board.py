"""Appeals that wait, told to those of this node's visits who may answer them: so that nobody waits for a reload.

``SanctionChanged`` says on every node that it is time to look again; a sweep repairs what was lost.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from halles.ids import VisitId
from halles.protocol.standing_messages import AppealsWaiting
from halles_server.announcements import Announcement, SanctionChanged
from halles_server.gateway.boards import Act, Attempt, Board
from halles_server.gateway.connection import Connection

if TYPE_CHECKING:
    from halles_server.gateway.world import World

_COUNTED: Final = 0xFFFF


class AppealBoard(Board):
    """How many appeals wait for whom."""

    def __init__(self, world: "World", attempt: Attempt) -> None:
        self._world, self._attempt = world, attempt
        self._news = asyncio.Event()
        self._told: dict[VisitId, tuple[Connection, int]] = {}
        """What who may answer was told, and with which connection."""

    @property
    def hears(self) -> Mapping[type[Announcement], Act]:
        """Looks at once when somebody appealed, or was answered."""
        return {SanctionChanged: lambda _: self._news.set()}

    async def keep(self) -> None:
        """Looks for ever."""
        while True:
            self._news.clear()
            await self._attempt("look at appeals", self._look())
            with suppress(TimeoutError):
                async with asyncio.timeout(self._world.config.sweep_s):
                    await self._news.wait()

    async def _look(self) -> None:
        """Tells each how many wait, where that has changed; who has not heard of any hears of none."""
        waiting = await self._world.services.moderating.awaited()
        before, self._told = self._told, {}
        async for visit in self._world.visits.in_turns():
            connection, known = visit.connection, before.get(visit.record.visit)
            count = min(waiting(visit.actor), _COUNTED)
            if connection is None or (count == 0 and known is None):
                continue
            if count:
                self._told[visit.record.visit] = connection, count
            if known != (connection, count):
                connection.send(AppealsWaiting(count))
                connection.out.flush()
