"""Which visits are of booths' staff, and how booths are staffed: looked at again and again, told to the halls.

Every node stores what it sees of its own visits and reads what all of them see; an announcement only says that it is
time to. While the database is away all stays as it was.
"""

import asyncio
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from halles.ids import AccountId, BoothId, HallId
from halles.protocol.booth_messages import (
    SERVED_TOLD,
    BoothsStaffed,
    BoothStaffed,
    StaffedBooth,
    StaffedBy,
    StaffTold,
)
from halles.world.at_booth import at_booth
from halles.world.roles import StaffRole
from halles_server.announcements import Announcement, StaffingChanged
from halles_server.gateway.boards import Act, Attempt, Board
from halles_server.gateway.booth_board import Tell
from halles_server.gateway.connection import Connection
from halles_server.gateway.outbox import frame_of
from halles_server.gateway.visits import Visit
from halles_server.ports.staff import Seen

if TYPE_CHECKING:
    from halles_server.gateway.world import World

LOOK_S: Final = 0.5
"""Seconds between two looks at where the staff stand."""


class StaffBoard(Board):
    """The booths' staff on this node, and how all booths are staffed."""

    def __init__(self, world: "World", tell: Tell, attempt: Attempt) -> None:
        self._world, self._tell, self._attempt = world, tell, attempt
        self._booths: dict[AccountId, dict[BoothId, StaffRole]] = {}
        self._known: dict[AccountId, Connection] = {}
        self._seen: frozenset[Seen] = frozenset()
        self._staffed: dict[BoothId, tuple[HallId, StaffedBooth]] = {}
        self._frames: dict[HallId, bytes] = {}
        self._news = asyncio.Event()
        self._read_at = float("-inf")

    @property
    def hears(self) -> Mapping[type[Announcement], Act]:
        """Looks at once when somebody's staff or staffing has changed."""
        return {StaffingChanged: lambda _: self._news.set()}

    def listed(self, hall: HallId) -> bytes:
        """Returns the frame of ``BoothsStaffed``; made once for each change."""
        if hall not in self._frames:
            booths = tuple(staffed for where, staffed in self._staffed.values() if where == hall)
            self._frames[hall] = frame_of(BoothsStaffed(hall, booths))
        return self._frames[hall]

    def staffed(self) -> frozenset[BoothId]:
        """Returns the booths where somebody of the staff stands."""
        return frozenset(booth for booth, (_, staffed) in self._staffed.items() if staffed.state == "here")

    def on_staff(self, booth: BoothId) -> list[Visit]:
        """Returns the visits of this node that are of a booth's staff."""
        visits = self._present()
        return [visits[who] for who, booths in self._booths.items() if booth in booths and who in visits]

    async def keep(self) -> None:
        """Looks for ever."""
        while True:
            news = self._news.is_set()
            self._news.clear()
            done = await self._attempt("look at the staff", self._look(news=news))
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S if done else self._world.config.sweep_s):
                    await self._news.wait()

    async def _look(self, *, news: bool) -> None:
        now, visits = self._world.now(), self._present()
        due = news or now - self._read_at >= self._world.config.sweep_s
        connections = {who: visit.connection for who, visit in visits.items() if visit.connection is not None}
        if due or connections != self._known:
            await self._read_staff(visits, connections)
        seen = frozenset(self._see(visits))
        if seen != self._seen or (due and seen):
            changed = {one.booth for one in seen ^ self._seen}
            await self._world.services.staffing.note(seen, changed)
            self._seen = seen
        if due:
            self._take_in(await self._world.services.staffing.staffed())
            self._read_at = now

    async def _read_staff(self, visits: Mapping[AccountId, Visit], connections: dict[AccountId, Connection]) -> None:
        """Reads on which booths' staff who is here is; who was not told of a bell yet is told of it."""
        before, told = self._booths, self._known
        self._booths = await self._world.services.staff.booths_of(list(visits))
        for who, visit in visits.items():
            self._tell_own(visit, before.get(who, {}), anew=told.get(who) is not connections.get(who))
        for who, booths in self._booths.items():
            same = told.get(who) is connections.get(who)
            for booth in booths:
                if not (same and booth in before.get(who, {})):
                    await self._world.bells.tell(visits[who], booth)
        self._known = connections

    def _tell_own(self, visit: Visit, before: Collection[BoothId], *, anew: bool) -> None:
        """Tells a visit of which booths' staff it is, where that has changed or its connection is another."""
        booths = self._booths.get(visit.record.account, {}) if visit.record.account is not None else {}
        if visit.connection is None or (set(booths) == set(before) and not (anew and booths)):
            return
        cards = [
            (card, slot[0])
            for booth in booths
            if (card := self._world.board.card(booth)) and (slot := self._world.board.slot(booth))
        ]
        visit.connection.send(
            StaffTold(tuple(StaffedBy(card.booth, card.name, hall) for card, hall in cards[:SERVED_TOLD]))
        )
        visit.connection.out.flush()

    def _see(self, visits: Mapping[AccountId, Visit]) -> Iterator[Seen]:
        for who, booths in self._booths.items():
            for booth in booths if who in visits else ():
                yield Seen(who, booth, self._is_at(visits[who], booth))

    def _is_at(self, visit: Visit, booth: BoothId) -> bool:
        where = self._world.board.slot(booth)
        if where is None or visit.runner is None or visit.detached_at is not None or visit.runner.id != where[0]:
            return False
        slot, pose = visit.runner.hall.scene.slot(where[1]), visit.runner.hall.pose(visit.number)
        return slot is not None and at_booth(slot.box, pose.x, pose.y)

    def _present(self) -> dict[AccountId, Visit]:
        """Returns who with an account is connected here, bots left out."""
        return {
            visit.record.account: visit
            for visit in self._world.visits.with_accounts()
            if visit.record.account is not None and visit.connection is not None and not visit.record.bot
        }

    def _take_in(self, found: dict[BoothId, tuple[HallId, StaffedBooth]]) -> None:
        """Tells the halls what has changed."""
        before, self._staffed = self._staffed, found
        self._frames.clear()
        for booth in before.keys() | found.keys():
            old, new = before.get(booth), found.get(booth)
            if new is not None and new != old:
                hall, staffed = new
            elif new is None and old is not None:
                hall, staffed = old[0], StaffedBooth(booth, "away")
            else:
                continue
            self._tell(hall, frame_of(BoothStaffed(booth, staffed.state, staffed.back_at_ms)))
