"""What the halls show of their booths: kept in memory, renewed when a booth changes, told to the hall.

A lost announcement is repaired by the sweep of revisions. While the database is away the board stays as it was, so that
people still walk from hall to hall.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

import structlog

from halles.errors import Rejection, Unavailable
from halles.ids import BoothId, HallId, SlotId
from halles.protocol.messages import BoothCard, BoothEdited, BoothsListed
from halles_server.announcements import Announcement, BoothChanged
from halles_server.gateway.boards import Act, Attempt, Board
from halles_server.gateway.outbox import frame_of
from halles_server.services.booths import Booths

Tell = Callable[[HallId, bytes], None]
"""Queues a frame for everybody in a hall."""

_log: Final = structlog.get_logger(__name__)


class BoothBoard(Board):
    """The booths of all halls, as seen from the aisle."""

    def __init__(self, booths: Booths, tell: Tell, attempt: Attempt, sweep_s: float) -> None:
        """Takes also the seconds between two sweeps."""
        self._booths = booths
        self._tell, self._attempt = tell, attempt
        self._sweep_s = sweep_s
        self._halls: dict[HallId, dict[BoothId, BoothCard]] = {}
        self._where: dict[BoothId, HallId] = {}
        self._frames: dict[HallId, bytes] = {}

    async def load(self, halls: tuple[HallId, ...]) -> None:
        """Reads the booths of these halls; ``Unavailable``."""
        for hall in halls:
            self._put(hall, await self._booths.cards(hall))

    def listed(self, hall: HallId) -> bytes:
        """Returns the frame of ``BoothsListed``; made once for each change."""
        if hall not in self._frames:
            self._frames[hall] = frame_of(BoothsListed(hall, tuple(self._halls.get(hall, {}).values())))
        return self._frames[hall]

    def slot(self, booth: BoothId) -> tuple[HallId, SlotId] | None:
        """Tells where a booth stands."""
        hall = self._where.get(booth)
        return (hall, self._halls[hall][booth].slot) if hall else None

    def card(self, booth: BoothId) -> BoothCard | None:
        """Returns a booth as seen from the aisle."""
        hall = self._where.get(booth)
        return self._halls[hall][booth] if hall else None

    def standing(self, hall: HallId) -> dict[SlotId, BoothId]:
        """Returns which booth stands on which slot of a hall."""
        return {card.slot: booth for booth, card in self._halls.get(hall, {}).items()}

    @property
    def hears(self) -> Mapping[type[Announcement], Act]:
        """Renews a booth that has changed."""
        return {BoothChanged: self.heard}

    async def heard(self, event: BoothChanged) -> None:
        """Looks again at a booth of which a newer revision was announced; the announcement itself is not believed."""
        if self._revision(event.booth) < event.revision:
            try:
                await self._renew(event.booth)
            except (Unavailable, Rejection) as error:
                _log.warning("booth not renewed", booth=event.booth, reason=str(error))

    async def keep(self) -> None:
        """Looks again and again for edits whose announcement was lost."""
        while True:
            await asyncio.sleep(self._sweep_s)
            await self._attempt("sweep booths", self.sweep())

    async def sweep(self) -> None:
        """Looks again at every booth whose revision is not the one shown; ``Unavailable``."""
        found = await self._booths.revisions()
        for booth, revision in found.items():
            if self._revision(booth) < revision:
                await self._renew(booth)
        gone = {self._where[booth] for booth in self._where.keys() - found.keys()}
        for hall in gone:
            self._put(hall, await self._booths.cards(hall))
            self._tell(hall, self.listed(hall))

    def _revision(self, booth: BoothId) -> int:
        hall = self._where.get(booth)
        return self._halls[hall][booth].revision if hall else 0

    async def _renew(self, booth: BoothId) -> None:
        hall, card = await self._booths.card(booth)
        if card.revision <= self._revision(booth):
            return  # somebody else was quicker
        before = self._where.get(booth)
        if before not in {None, hall}:
            self._put(before, await self._booths.cards(before))
            self._tell(before, self.listed(before))
        self._halls.setdefault(hall, {})[booth] = card
        self._where[booth] = hall
        self._frames.pop(hall, None)
        self._tell(hall, frame_of(BoothEdited(card)))

    def _put(self, hall: HallId, cards: tuple[BoothCard, ...]) -> None:
        for booth in self._halls.get(hall, {}):
            if self._where.get(booth) == hall:
                del self._where[booth]
        self._halls[hall] = {card.booth: card for card in cards}
        self._where.update((card.booth, hall) for card in cards)
        self._frames.pop(hall, None)
