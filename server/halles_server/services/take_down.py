"""Taking content of booths down, with a reason, and bringing it back; its staff read why, and may answer."""

from collections.abc import Collection
from typing import Final

from halles.errors import Rejection, RejectionCode
from halles.ids import BoothId, MediaId, RequestId
from halles.world.booth import clean_text
from halles.world.roles import Right, Role
from halles_server.announcements import BoothChanged
from halles_server.ports.booths import BoothRecord
from halles_server.ports.clock import Clock
from halles_server.ports.nodes import Bus
from halles_server.ports.sanctions import Decider
from halles_server.ports.standing import booth_scope
from halles_server.ports.take_down import REASON_CAP, TakeDownStore, TakenDown
from halles_server.services import policies
from halles_server.services.actor import Actor
from halles_server.services.booths import Booths
from halles_server.services.policies import Where
from halles_server.services.sanctions import attempting
from halles_server.services.staff import Staff

LISTED: Final = 200


class TakeDown:
    """What moderators and a booth's staff do with what is down."""

    def __init__(self, store: TakeDownStore, booths: Booths, staff: Staff, clock: Clock, bus: Bus) -> None:
        self._store, self._booths, self._staff = store, booths, staff
        self._clock, self._bus = clock, bus

    async def take(self, actor: Actor, request_id: RequestId, booth: BoothId, item: str, reason: str) -> None:
        """Takes a part of a booth down, or with "" all of it; returns once every node has been told to look again.

        Raises:
            Rejection: FORBIDDEN; INVALID_TEXT without a reason; NOT_FOUND for what is not there, or is down already.
            Unavailable: Not known whether it is down; asking again with the same ``request_id`` is safe.
        """
        record = await self._booths.read(booth)
        decider = self._decider(actor, record)
        revision = await self._store.take(decider, request_id, booth, item, _words(reason))
        self._bus.announce(BoothChanged(record.hall, booth, revision))

    async def restore(self, actor: Actor, request_id: RequestId, number: int) -> None:
        """Brings back exactly what was there; ``Rejection`` FORBIDDEN, NOT_FOUND when it is not down."""
        record = await self._booths.read((await self._store.read(number)).booth)
        decider = self._decider(actor, record)
        booth, revision = await self._store.restore(decider, request_id, number)
        self._bus.announce(BoothChanged(record.hall, booth, revision))

    async def answer(self, actor: Actor, request_id: RequestId, number: int, text: str) -> None:
        """Says something to it for the booth's staff; ``Rejection`` FORBIDDEN to others, INVALID_TEXT, NOT_FOUND."""
        booth = (await self._store.read(number)).booth
        if actor.account is None or await self._staff.role_of(actor, booth) is None:
            raise Rejection(RejectionCode.FORBIDDEN, "this is for the booth's staff to answer")
        await self._store.answer(actor.account, request_id, number, _words(text))

    async def at_booth(self, actor: Actor, booth: BoothId) -> tuple[TakenDown, ...]:
        """Returns what is down at a booth, for moderators and its staff; ``Rejection`` FORBIDDEN to others."""
        record = await self._booths.read(booth)
        if await self._staff.role_of(actor, booth) is None:
            self._require(actor, record)
        return await self._store.listed(booth, LISTED)

    async def everywhere(self, actor: Actor) -> tuple[TakenDown, ...]:
        """Returns what is down at all booths that are this moderator's."""
        rows = await self._store.listed(None, LISTED)
        return tuple(
            row
            for row in rows
            if policies.may(actor, Right.TAKE_DOWN, Where(booth_scope(row.hall, row.booth), self._clock.wall()))
        )

    async def hidden(self, media: MediaId) -> tuple[BoothId, ...]:
        """Returns at which booths a medium is down; none while anybody may see it."""
        return await self._store.hiding(media)

    async def may_look(self, actor: Actor, booths: Collection[BoothId]) -> bool:
        """Tells whether somebody sees what is down at these booths all the same: who took it down, and its staff."""
        for booth in booths:
            record = await self._booths.read(booth)
            if self.may(actor, record) or await self._staff.role_of(actor, booth) is not None:
                return True
        return False

    def may(self, actor: Actor, record: BoothRecord) -> bool:
        """Tells whether somebody may take content of a booth down."""
        return policies.may(actor, Right.TAKE_DOWN, Where(booth_scope(record.hall, record.booth), self._clock.wall()))

    def _decider(self, actor: Actor, record: BoothRecord) -> Decider:
        def weigh(now: Actor) -> Role:
            self._require(now, record)
            return now.role

        return attempting(actor, Right.TAKE_DOWN, self._clock.wall(), weigh)

    def _require(self, actor: Actor, record: BoothRecord) -> None:
        if not self.may(actor, record):
            raise Rejection(RejectionCode.FORBIDDEN, "moderators and organisers take content down")


def _words(text: str) -> str:
    words = clean_text(text, REASON_CAP, lines=True)
    if not words:
        raise Rejection(RejectionCode.INVALID_TEXT, "nothing was said")
    return words
