"""Counts, once a second and beside the ticks, who comes near the booths of this node's halls and who stops there.

Belongs here: when the halls are looked at, who of the newcomers counts where, and when counts are stored. Not here:
what near means (``hall/footfall.py``) and what is told of it (``services/numbers.py``). Each node counts its own
visitors, so that nobody is counted twice. Bots count nowhere, and nobody counts at a booth on whose staff they are.
"""

import asyncio
from collections.abc import Mapping
from typing import Final

from halles.ids import AccountId, BoothId, HallId, SlotId
from halles.world.text import LANGUAGES
from halles_server.gateway.boards import Attempt, Board
from halles_server.gateway.booth_board import BoothBoard
from halles_server.gateway.hall_runner import HallRunner
from halles_server.hall.footfall import Footfall
from halles_server.ports.numbers import PASSED, STOPPED
from halles_server.services.numbers import Numbers
from halles_server.services.staff import Staff

LOOK_S: Final = 1.0
STORE_S: Final = 15.0


class Footfalls(Board):
    """Looks at all halls of this node."""

    def __init__(
        self,
        runners: Mapping[HallId, HallRunner],
        board: BoothBoard,
        staff: Staff,
        numbers: Numbers,
        attempt: Attempt,
    ) -> None:
        self._runners = runners
        self._board = board
        self._staff = staff
        self._numbers = numbers
        self._attempt = attempt
        self._footfalls: dict[HallId, Footfall] = {hall: runner.hall.footfall() for hall, runner in runners.items()}
        self._serving: dict[AccountId, frozenset[BoothId]] | None = None

    async def keep(self) -> None:
        """Looks and stores for ever."""
        loop = asyncio.get_running_loop()
        store_at = loop.time()
        while True:
            if loop.time() >= store_at:
                await self._attempt("read staff", self.read_staff())
                await self._attempt("store numbers", self._numbers.store())
                store_at = loop.time() + STORE_S
            await asyncio.sleep(LOOK_S)
            self.look(loop.time())

    def look(self, now: float) -> None:
        """Looks at all halls once; at none before it is known who is on which staff."""
        if self._serving is None:
            return
        for hall, footfall in self._footfalls.items():
            booths = self._board.standing(hall)
            for row in footfall.newcomers().tolist():
                self._introduce(hall, footfall, row, booths)
            looked = footfall.look(now)
            for kind, counts in ((PASSED, looked.passed), (STOPPED, looked.stopped)):
                for slot, language in zip(*counts.nonzero(), strict=True):
                    booth = booths.get(footfall.slots[slot])
                    if booth is not None:
                        self._numbers.count(booth, kind, LANGUAGES[language], int(counts[slot, language]))

    async def store(self) -> None:
        """Stores what was counted before the node stops."""
        await self._attempt("store numbers", self._numbers.store())

    def _introduce(self, hall: HallId, footfall: Footfall, row: int, booths: Mapping[SlotId, BoothId]) -> None:
        visit = self._runners[hall].visit(row)
        if visit is None or visit.record.bot:
            footfall.introduce(row, 0, None)
            return
        account = visit.record.account
        own = (self._serving or {}).get(account, frozenset()) if account else frozenset()
        besides = tuple(i for i, slot in enumerate(footfall.slots) if booths.get(slot) in own) if own else ()
        footfall.introduce(row, LANGUAGES.index(visit.record.language), besides)

    def serves(self, account: AccountId | None, booth: BoothId) -> bool:
        """Tells whether somebody is on a booth's staff, as known lately; before anything is known, everybody is."""
        if self._serving is None:
            return True
        return account is not None and booth in self._serving.get(account, frozenset())

    async def read_staff(self) -> None:
        """Looks up who is on which staff."""
        self._serving = await self._staff.all()
