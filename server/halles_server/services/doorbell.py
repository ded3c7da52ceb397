"""The doorbell: a ring for a booth's staff, answered, missed or taken back, and the words left with a missed one."""

from collections.abc import Collection, Iterable
from typing import Final

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, BoothId, HallId, RequestId, VisitId
from halles.protocol.booth_messages import MESSAGE_CAP, RINGS_TOLD
from halles.world.booth import clean_text
from halles.world.roles import Right
from halles_server.announcements import BellChanged
from halles_server.ports.doorbell import BellStore, Ring, Ringer, Rung
from halles_server.ports.nodes import Bus
from halles_server.ports.standing import booth_scope
from halles_server.services import policies
from halles_server.services.actor import Actor
from halles_server.services.live_sessions import LiveSessions
from halles_server.services.staff import Staff

LATELY_S: Final = 600.0
"""Seconds for which a ring that was decided is still told with the queue."""

LISTED: Final = 100
"""Rings on a page."""

_UNKNOWN: Final = HallId("")
"""Where the caller does not know in which hall a booth is."""

RATE_LEAST: Final = 5
"""Under so many rings no rate is told: it would speak of single people."""


class Doorbell:
    """What people do with bells."""

    def __init__(self, store: BellStore, staff: Staff, bus: Bus, live: LiveSessions, waits_s: float) -> None:
        """Takes also for how many seconds a ring waits before it is missed."""
        self._store, self._staff, self._bus, self._live, self._waits_s = store, staff, bus, live, waits_s

    async def ring(self, actor: Actor, request_id: RequestId, booth: BoothId, hall: HallId = _UNKNOWN) -> Rung:
        """Rings at a booth of a hall; returns once that is stored.

        Raises:
            Rejection: FORBIDDEN to who is in no visit or on the booth's own staff; NOT_FOUND, BAD_FIELD, STORAGE_FULL.
            Unavailable: Not known whether it rang; asking again with the same ``request_id`` is safe.
        """
        policies.require(actor, Right.RING_BELL, await self._live.where(actor, booth_scope(hall, booth)))
        if await self._staff.role_of(actor, booth) is not None:
            raise Rejection(RejectionCode.FORBIDDEN, "this is your own bell")
        rung = await self._store.ring(_ringer(actor), request_id, booth)
        self._bus.announce(BellChanged(booth))
        return rung

    async def cancel(self, actor: Actor, number: int) -> None:
        """Takes one's own ring back; one that does not wait any more stays what it is."""
        self._announce(await self._store.cancel([_ringer(actor).visit], number))

    async def left(self, visits: Collection[VisitId]) -> None:
        """Takes back whatever waits of visits that are over."""
        self._announce(await self._store.cancel(visits))

    async def answer(self, actor: Actor, request_id: RequestId, number: int) -> Ring:
        """Answers a ring; returns it.

        Raises:
            Rejection: FORBIDDEN to who is not on the booth's staff; NOT_FOUND when it does not wait any more.
            Unavailable: Not known whether it was answered; asking again with the same ``request_id`` is safe.
        """
        ring = await self._store.read(number)
        account = await self._require_staff(actor, ring.booth)
        await self._store.answer(account, request_id, number, actor.name)
        self._bus.announce(BellChanged(ring.booth))
        return ring

    async def leave_message(
        self, actor: Actor, request_id: RequestId, number: int, text: str, hall: HallId = _UNKNOWN
    ) -> None:
        """Leaves words with one's own ring that was missed.

        Raises:
            Rejection: INVALID_TEXT; FORBIDDEN to who may not speak; NOT_FOUND for another's ring, one that was not
                missed, or one with words already.
        """
        booth = (await self._store.read(number)).booth
        policies.require(actor, Right.SPEAK, await self._live.where(actor, booth_scope(hall, booth)))
        words = clean_text(text, MESSAGE_CAP, lines=True)
        if not words:
            raise Rejection(RejectionCode.INVALID_TEXT, "nothing was said")
        await self._store.leave_message(_ringer(actor), request_id, number, words)

    async def miss(self) -> None:
        """Decides that what has waited too long is missed, whichever node it was rung at, before a restart too."""
        self._announce(await self._store.miss(self._waits_s))

    async def waiting(self) -> frozenset[BoothId]:
        """Returns at which booths a ring waits."""
        return await self._store.waiting()

    async def told(self, booth: BoothId) -> tuple[Ring, ...]:
        """Returns a bell's queue, for those whom the caller knows to be on the staff, and for those who rang."""
        return await self._store.told(booth, LATELY_S, RINGS_TOLD)

    async def these(self, numbers: Collection[int]) -> tuple[Ring, ...]:
        """Returns rings by their numbers, for those who rang."""
        return await self._store.these(numbers)

    async def listed(self, actor: Actor, booth: BoothId) -> tuple[Ring, ...]:
        """Returns the newest rings; ``Rejection`` FORBIDDEN to who is not on the staff."""
        await self._require_staff(actor, booth)
        return await self._store.last(booth, LISTED)

    async def answered_of(self, booth: BoothId) -> tuple[int, int] | None:
        """Returns how many of how many rings were answered lately; None where these are too few to tell."""
        answered, decided = await self._store.answered_of(booth)
        return (answered, decided) if decided >= RATE_LEAST else None

    async def _require_staff(self, actor: Actor, booth: BoothId) -> AccountId:
        policies.require(actor, Right.ANSWER_BELL, staff_role=await self._staff.role_of(actor, booth))
        if actor.account is None:
            raise Rejection(RejectionCode.FORBIDDEN, "guests answer no bell")
        return actor.account

    def _announce(self, booths: Iterable[BoothId]) -> None:
        for booth in booths:
            self._bus.announce(BellChanged(booth))


def _ringer(actor: Actor) -> Ringer:
    if actor.visit is None:
        raise Rejection(RejectionCode.FORBIDDEN, "nobody rings who is not in the show")
    return Ringer(actor.account, actor.visit, actor.name, actor.role, actor.language)
