"""Doorbells on this node: who rings, and whose of the staff are told, wherever in the show they are.

A ring is stored before anybody hears of it. ``BellChanged`` says on every node that it is time to read a bell again;
who is told is known from Postgres (``staff_board``), never from the bus. A sweep repairs what was lost, and decides
what has waited too long.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from halles.errors import Rejection, RejectionCode
from halles.ids import BoothId, HallId, RequestId, VisitId
from halles.protocol.booth_messages import (
    AnswerBell,
    BellTold,
    CancelRing,
    LeaveMessage,
    RingBell,
    RingCard,
    RingPlaced,
    RingTold,
    SayBackAt,
)
from halles.protocol.messages import Done
from halles.world.roles import Right
from halles_server.announcements import Announcement, BellChanged
from halles_server.gateway.boards import Act, Attempt, Board
from halles_server.gateway.connection import Connection
from halles_server.gateway.outbox import frame_of
from halles_server.gateway.visits import Visit
from halles_server.ports.doorbell import Ring
from halles_server.ports.numbers import RANG

if TYPE_CHECKING:
    from halles_server.gateway.world import World

SWEEP_S: Final = 2.0
"""Seconds between two looks for what has waited too long."""


class Bells(Board):
    """The bells, as visits of this node ring, hear and answer them."""

    def __init__(self, world: "World", attempt: Attempt) -> None:
        self._world, self._attempt = world, attempt
        self._ringing: dict[int, tuple[VisitId, BoothId]] = {}
        """Rings of this node's visits that wait, as far as they have been told."""

        self._placed: dict[int, tuple[Connection, int]] = {}
        """Their places in the queue, as told with a connection."""

        self._told: dict[BoothId, tuple[RingCard, ...]] = {}
        self._turn = asyncio.Lock()  # one reading after the other, so that no older one is told after a newer
        self._gone: set[VisitId] = set()
        self._news = asyncio.Event()

    # --- what visits ask for --------------------------------------------------------------------------------

    async def ring(self, connection: Connection, visit: Visit, message: RingBell) -> None:
        """Rings for a visit."""
        now, booth = self._world.now(), BoothId(message.booth)
        if visit.record.bot:
            raise Rejection(RejectionCode.FORBIDDEN, "bots ring no bell")
        if visit.runner is not None:
            self._world.standing_board.require(visit, Right.RING_BELL, visit.runner.id)
        if not visit.bell.take(now):
            raise Rejection(RejectionCode.RATE_LIMITED, "too many rings", visit.bell.wait_ms(now))
        rung = await self._world.services.doorbell.ring(
            visit.actor, RequestId(message.request_id), booth, self._hall(booth)
        )
        if rung.new:
            self._world.services.numbers.count(booth, RANG, visit.actor.language)
        self._ringing[rung.number] = visit.record.visit, booth
        connection.send(Done(message.request_id, rung.number))

    async def cancel(self, connection: Connection, visit: Visit, message: CancelRing) -> None:
        """Takes a visit's ring back."""
        await self._world.services.doorbell.cancel(visit.actor, message.ring)
        connection.send(Done(message.request_id, message.ring))

    async def answer(self, connection: Connection, visit: Visit, message: AnswerBell) -> None:
        """Answers a ring."""
        await self._world.services.doorbell.answer(visit.actor, RequestId(message.request_id), message.ring)
        connection.send(Done(message.request_id, message.ring))

    async def leave_message(self, connection: Connection, visit: Visit, message: LeaveMessage) -> None:
        """Leaves words with a missed ring."""
        request_id = RequestId(message.request_id)
        rings = await self._world.services.doorbell.these([message.ring])
        hall = self._hall(rings[0].booth) if rings else HallId("")
        await self._world.services.doorbell.leave_message(visit.actor, request_id, message.ring, message.text, hall)
        connection.send(Done(message.request_id, message.ring))

    async def say_back(self, connection: Connection, visit: Visit, message: SayBackAt) -> None:
        """Says when a booth is staffed again."""
        request_id, booth = RequestId(message.request_id), BoothId(message.booth)
        await self._world.services.staffing.say_back(visit.actor, request_id, booth, message.minutes)
        connection.send(Done(message.request_id, message.minutes))

    def _hall(self, booth: BoothId) -> HallId:
        """Returns a booth's hall, "" for a booth that stands nowhere."""
        slot = self._world.board.slot(booth)
        return slot[0] if slot is not None else HallId("")

    # --- what is told ---------------------------------------------------------------------------------------

    @property
    def hears(self) -> Mapping[type[Announcement], Act]:
        """Reads a bell again when it has changed."""
        return {BellChanged: lambda news: self.heard(news.booth)}

    async def heard(self, booth: BoothId) -> None:
        """Reads a bell again and tells its staff, and those who rang, what has changed; ``Unavailable``."""
        async with self._turn:
            doorbell, staff = self._world.services.doorbell, self._world.staff_board.on_staff(booth)
            mine = [number for number, (_, where) in self._ringing.items() if where == booth]
            queue = await doorbell.told(booth) if staff or mine else ()
            if staff:
                self._tell_staff(booth, _cards(queue))
            if mine:
                self._tell_ringers(await doorbell.these(mine))
                self._tell_places(booth, [ring.number for ring in queue if ring.state == "waiting"])

    async def tell(self, visit: Visit, booth: BoothId) -> None:
        """Tells one of the staff, who has just come, what waits; ``Unavailable``."""
        async with self._turn:
            cards = _cards(await self._world.services.doorbell.told(booth))
            if cards:
                self._told.setdefault(booth, ())  # so that the sweep follows it; the others may not know of these yet
                self._send(visit, booth, cards)

    def left(self, visit: VisitId) -> None:
        """A visit is over: what it rang is taken back."""
        if self.forget(visit):
            self._gone.add(visit)
            self._news.set()

    def came_back(self, visit: VisitId) -> None:
        """A visit has another connection: what it rang is told there at once."""
        if any(who == visit for who, _ in self._ringing.values()):
            self._news.set()

    def forget(self, visit: VisitId) -> bool:
        """Forgets the rings of a visit that is not this node's any more; tells whether there were some."""
        gone = [number for number, (who, _) in self._ringing.items() if who == visit]
        for number in gone:
            del self._ringing[number]
            self._placed.pop(number, None)
        return bool(gone)

    async def keep(self) -> None:
        """Sweeps for ever; the first sweep decides what waited across a restart."""
        while True:
            self._news.clear()
            done = await self._attempt("sweep bells", self._sweep())
            with suppress(TimeoutError):
                async with asyncio.timeout(SWEEP_S if done else self._world.config.sweep_s):
                    await self._news.wait()

    async def _sweep(self) -> None:
        doorbell = self._world.services.doorbell
        if gone := frozenset(self._gone):
            await doorbell.left(gone)
            self._gone -= gone
        await doorbell.miss()
        waiting = await doorbell.waiting()
        for booth in waiting:
            self._take_up(await doorbell.told(booth))
        for booth in {*waiting, *self._told, *(where for _, where in self._ringing.values())}:
            await self.heard(booth)

    def _tell_staff(self, booth: BoothId, cards: tuple[RingCard, ...]) -> None:
        if self._told.get(booth, ()) == cards:
            return
        if cards:
            self._told[booth] = cards
        else:
            del self._told[booth]
        for visit in self._world.staff_board.on_staff(booth):
            self._send(visit, booth, cards)

    def _take_up(self, rings: tuple[Ring, ...]) -> None:
        """Follows rings of visits that came here from another node, or before a restart."""
        for ring in rings:
            if ring.state == "waiting" and self._world.visits.get(ring.ringer.visit) is not None:
                self._ringing.setdefault(ring.number, (ring.ringer.visit, ring.booth))

    def _tell_ringers(self, rings: tuple[Ring, ...]) -> None:
        for ring in rings:
            visit = self._world.visits.get(ring.ringer.visit)
            if ring.state == "waiting" or (visit is not None and visit.connection is None):
                continue  # whose connection broke is told when it is back
            self._ringing.pop(ring.number, None)
            self._placed.pop(ring.number, None)
            if visit is not None and visit.connection is not None:
                visit.connection.send(RingTold(ring.number, ring.booth, ring.state, ring.by))
                visit.connection.out.flush()

    def _tell_places(self, booth: BoothId, waiting: list[int]) -> None:
        for number, (who, where) in self._ringing.items():
            visit = self._world.visits.get(who) if where == booth else None
            if visit is None or visit.connection is None:
                continue
            place = waiting.index(number) + 1 if number in waiting else len(waiting) + 1
            if self._placed.get(number) != (visit.connection, place):
                self._placed[number] = visit.connection, place
                visit.connection.send(RingPlaced(number, booth, place))
                visit.connection.out.flush()

    def _send(self, visit: Visit, booth: BoothId, cards: tuple[RingCard, ...]) -> None:
        card = self._world.board.card(booth)
        where = self._world.board.slot(booth)
        heard = tuple(ring for ring in cards if not self._world.blocks.hides(visit, ring.visit))
        if card is not None and where is not None and visit.connection is not None:
            visit.connection.send_frame(frame_of(BellTold(booth, card.name, where[0], heard)))
            visit.connection.out.flush()


def _cards(rings: tuple[Ring, ...]) -> tuple[RingCard, ...]:
    return tuple(
        RingCard(
            ring=ring.number,
            visit=ring.ringer.visit,
            name=ring.ringer.name,
            role=ring.ringer.role,
            language=ring.ringer.language,
            state=ring.state,
            rung_ms=int(ring.rung.timestamp() * 1000),
            by=ring.by,
        )
        for ring in rings
    )
