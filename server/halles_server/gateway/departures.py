"""What the database is told of visits whose connection broke and of those that are over: all of a moment at once.

A switch that dies takes thousands with it, and a statement for each would keep the database from those who come back.
So one batch is stored at a time, and whoever goes meanwhile is in the next. A batch that could not be stored is kept
and tried again: a token of a visit that is over must not stay good because the database was away for a moment.
"""

import asyncio
from dataclasses import dataclass
from typing import Final

from halles.ids import VisitId
from halles_server.gateway.boards import Attempt, Board
from halles_server.ports.visits import Place
from halles_server.services.admission import Admission

AGAIN_S: Final = 2.0
"""After a batch that could not be stored."""


@dataclass(frozen=True, slots=True)
class _Drop:
    epoch: int
    place: Place | None


class Departures(Board):
    """Collects who goes and stores it, batch by batch."""

    def __init__(self, admission: Admission, attempt: Attempt) -> None:
        self._admission = admission
        self._attempt = attempt
        self._drops: dict[VisitId, _Drop] = {}
        self._ends: set[VisitId] = set()
        self._somebody = asyncio.Event()
        self._storing = asyncio.Lock()

    def dropped(self, visit: VisitId, epoch: int, place: Place | None) -> None:
        """Notes that the connection of an epoch broke, and where the visit stood."""
        self._drops[visit] = _Drop(epoch, place)
        self._somebody.set()

    def ended(self, visit: VisitId) -> None:
        """Notes that a visit is over."""
        self._drops.pop(visit, None)
        self._ends.add(visit)
        self._somebody.set()

    def returned(self, visit: VisitId) -> None:
        """Forgets that a visit dropped: where it stood then is old."""
        self._drops.pop(visit, None)

    async def keep(self) -> None:
        """Stores for ever what there is to store."""
        while True:
            await self._somebody.wait()
            if not await self.store():
                await asyncio.sleep(AGAIN_S)

    async def store(self) -> bool:
        """Stores all who have gone so far; False where some of that could not be and is kept."""
        async with self._storing:
            self._somebody.clear()
            ends, self._ends = self._ends, set()
            drops, self._drops = self._drops, {}
            ended = not ends or await self._attempt("end visits", self._admission.ended(ends))
            if not ended:
                self._ends |= ends
            suspended = not drops or await self._attempt("suspend visits", self._suspend(drops))
            if not suspended:
                kept = drops | self._drops
                self._drops = {visit: drop for visit, drop in kept.items() if visit not in self._ends}
            if not (ended and suspended):
                self._somebody.set()
            return ended and suspended

    async def _suspend(self, drops: dict[VisitId, _Drop]) -> None:
        places = {visit: drop.place for visit, drop in drops.items() if drop.place is not None}
        await self._admission.keep_places(places)
        await self._admission.dropped({visit: drop.epoch for visit, drop in drops.items()})
