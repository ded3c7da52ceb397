"""Attendance of live sessions: how many were there, and the names of those alone who agreed to it.

A consent is to one purpose, that the hosts keep that one was there, and ends by itself; withdrawing deletes it.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, LiveSessionId
from halles_server.announcements import PublicCounted
from halles_server.ports.clock import Clock
from halles_server.ports.nodes import Bus
from halles_server.ports.public import AttendanceStore, Attended, OwnVotes
from halles_server.services.actor import Actor
from halles_server.services.live_ground import Ground
from halles_server.services.live_sessions import participant

KEPT_DAYS: Final = 365
"""For which a consent is kept."""

LEAST: Final = 5
"""Under which a count does not leave the show: who knows the people would know who they are."""


@dataclass(frozen=True, slots=True)
class AttendanceList:
    """What hosts take away.

    Attributes:
        took_part: How many did more than watch; None where they were fewer than ``LEAST``.
        consented: How many agreed to be named; each of them is named.
        names: Theirs.
    """

    took_part: int | None
    consented: int
    names: tuple[str, ...]


class Attendance:
    """What people agree to, and what hosts see of it."""

    def __init__(self, store: AttendanceStore, ground: Ground, clock: Clock, bus: Bus) -> None:
        self._store, self._ground, self._clock, self._bus = store, ground, clock, bus

    async def attend(self, actor: Actor, session: LiveSessionId, *, consent: bool) -> None:
        """Agrees to be named as present, which only somebody can do who is there, or takes that back, at any time.

        Raises:
            Rejection: FORBIDDEN to guests, and to whom the live session is not for; NOT_FOUND, NOT_NOW, STORAGE_FULL.
            Unavailable: Not known whether it was stored; the same again is safe.
        """
        account = _account(actor)
        if consent:
            who = await self._ground.present(actor, session)
            await self._store.agree(session, who, self._clock.wall() + timedelta(days=KEPT_DAYS))
        else:
            await self._store.withdraw(session, account)
        self._bus.announce(PublicCounted(session))

    async def own(self, actor: Actor, session: LiveSessionId) -> OwnVotes:
        """Returns what somebody voted for and asked, and whether they agreed to be named."""
        return await self._store.own(session, participant(actor, session).person.key)

    async def count(self, session: LiveSessionId) -> int:
        """Returns how many have agreed, for whoever tells it to hosts."""
        return await self._store.count(session)

    async def taken_away(self, actor: Actor, session: LiveSessionId) -> AttendanceList:
        """Returns what a host may keep of who was there; ``Rejection`` FORBIDDEN to others, NOT_FOUND."""
        await self._ground.hosting(actor, session, "attendance-list")
        names, took_part = await self._store.names(session), await self._store.took_part(session)
        return AttendanceList(took_part if took_part >= LEAST else None, len(names), names)

    async def of_one(self, actor: Actor) -> tuple[Attended, ...]:
        """Returns to what somebody agreed, newest first; ``Rejection`` FORBIDDEN to guests."""
        return await self._store.of_one(_account(actor))

    async def erase(self, actor: Actor) -> None:
        """Deletes all consents of somebody; ``Rejection`` FORBIDDEN to guests."""
        await self._store.erase(_account(actor))


def _account(actor: Actor) -> AccountId:
    if actor.account is None:
        raise Rejection(RejectionCode.FORBIDDEN, "of guests no names are kept")
    return actor.account
