"""What the database is told of visits whose connection broke and of those that are over: all of a moment at once.

A switch that dies takes thousands with it, and a statement for each would keep the database from those who come back.
So one batch is stored at a time, and whoever goes meanwhile is in the next.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from halles.ids import VisitId
from halles_server.ports import Place


class Store(Protocol):
    """What batches are told to."""

    async def keep_places(self, places: Mapping[VisitId, Place | None]) -> object:
        """Stores where visits stand."""

    async def dropped(self, epochs: Mapping[VisitId, int]) -> None:
        """Notes that the connections of these epochs broke."""

    async def ended(self, visits: frozenset[VisitId]) -> None:
        """Notes that visits are over."""


@dataclass(frozen=True, slots=True)
class _Drop:
    epoch: int
    place: Place | None


class Departures:
    """Collects who goes and stores it, batch by batch."""

    def __init__(self, store: Store, note: Callable[[str, Awaitable[None]], None]) -> None:
        """Takes also what lets something be done in the background, and logs it if it fails."""
        self._store = store
        self._note = note
        self._drops: dict[VisitId, _Drop] = {}
        self._ends: set[VisitId] = set()
        self._busy = False

    def dropped(self, visit: VisitId, epoch: int, place: Place | None) -> None:
        """Notes that the connection of an epoch broke, and where the visit stood."""
        self._drops[visit] = _Drop(epoch, place)
        self._wake()

    def ended(self, visit: VisitId) -> None:
        """Notes that a visit is over."""
        self._ends.add(visit)
        self._wake()

    def _wake(self) -> None:
        if not self._busy and (self._drops or self._ends):
            self._busy = True
            self._note("store departures", self._store_all())

    async def _store_all(self) -> None:
        drops, self._drops = self._drops, {}
        ends, self._ends = frozenset(self._ends), set()
        try:
            if drops:
                await self._store.keep_places({visit: drop.place for visit, drop in drops.items()})
                await self._store.dropped({visit: drop.epoch for visit, drop in drops.items()})
            if ends:
                await self._store.ended(ends)
        finally:
            self._busy = False
            self._wake()
