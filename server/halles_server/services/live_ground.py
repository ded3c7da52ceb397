"""On which ground somebody does something in a live session: which one it is, and whether they may, now.

Belongs here: what questions, polls and attendance have in common. Hundreds vote at once, so that what a live session is
may be known from a moment ago; nobody is refused by what was known, only by what is, and what is stored looks itself
whether it still is so.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final, TypeVar

from halles.errors import Rejection, RejectionCode
from halles.ids import LiveSessionId
from halles.world.live import OPEN, TAKING_PART, Phase
from halles.world.roles import Right
from halles_server.ports.clock import Clock
from halles_server.ports.live import LiveRecord, Participant
from halles_server.ports.public import Footing, Moved
from halles_server.ports.standing import live_scope
from halles_server.services import policies
from halles_server.services.actor import Actor
from halles_server.services.live_rates import LiveRates
from halles_server.services.live_sessions import LiveSessions, participant

MEMORY_S: Final = 1.0
"""For how long what a live session is counts as known."""

TRIES: Final = 3
"""How often something is tried in a live session that changes at the same moments."""

_REMEMBERED: Final = 64
"""Live sessions that are known at once."""

_Check = Callable[[LiveRecord], None]
R = TypeVar("R")


class Ground:
    """Knows live sessions, and who may do what in them."""

    def __init__(self, live: LiveSessions, clock: Clock, rates: LiveRates) -> None:
        self._live, self._clock, self._rates = live, clock, rates
        self._known: dict[LiveSessionId, tuple[float, LiveRecord]] = {}

    async def asking(
        self, actor: Actor, session: LiveSessionId, act: Callable[[Participant, Footing], Awaitable[R]]
    ) -> R:
        """Lets somebody ask something; ``Rejection`` as ``voting``."""
        who = _person(actor, session)
        async with self._live.refusals.noting(who, session, "ask"):
            await self._count(actor, session)
            return await self._firmly(actor, session, Right.SPEAK, lambda footing: act(who, footing))

    async def voting(self, actor: Actor, session: LiveSessionId, act: Callable[[Footing], Awaitable[R]]) -> R:
        """Lets somebody vote.

        Raises:
            Rejection: FORBIDDEN to who has not the right there, or for whom it is not, and to bots; RATE_LIMITED;
                NOT_NOW; NOT_FOUND.
        """
        who = _person(actor, session)
        async with self._live.refusals.noting(who, session, "vote"):
            self._rates.vote(who.person.key)
            return await self._firmly(actor, session, Right.ENTER, act)

    async def present(self, actor: Actor, session: LiveSessionId) -> Participant:
        """Returns who somebody is who is there while it is open; ``Rejection`` as ``voting``."""
        who = _person(actor, session)
        await self._count(actor, session)
        await self._checked(session, lambda record: self._check(actor, record, Right.ENTER, OPEN))
        return who

    async def hosting(self, actor: Actor, session: LiveSessionId, act: str) -> Participant:
        """Returns who a host is; ``Rejection`` FORBIDDEN to others and bots, RATE_LIMITED, NOT_FOUND.

        Args:
            actor: Who asks.
            session: Where.
            act: What for, as the audit names it where they are refused.
        """
        who = _person(actor, session)

        def check(record: LiveRecord) -> None:
            if not self._live.is_host(actor, record.entry):
                raise Rejection(RejectionCode.FORBIDDEN, "only the hosts of this live session do that")

        async with self._live.refusals.noting(who, session, act):
            await self._count(actor, session)
            await self._checked(session, check)
        return who

    async def conducting(self, actor: Actor, session: LiveSessionId, act: str) -> Participant:
        """Returns who a host is, where hosts do something only while others take part; ``Rejection`` as ``hosting``."""
        who = await self.hosting(actor, session, act)
        await self._checked(session, lambda record: self._check(actor, record, Right.ENTER, TAKING_PART))
        return who

    async def is_host(self, actor: Actor, session: LiveSessionId) -> bool:
        """Tells whether somebody conducts a live session; ``Rejection`` NOT_FOUND."""
        record = await self._checked(session, lambda _: None)
        return self._live.is_host(actor, record.entry)

    def now_ms(self) -> int:
        """Returns Unix time."""
        return int(self._clock.wall().timestamp() * 1000)

    async def _count(self, actor: Actor, session: LiveSessionId) -> None:
        """Counts an act unless it is a host's; ``Rejection`` RATE_LIMITED."""
        if not await self.is_host(actor, session):
            self._rates.act(participant(actor, session).person.key)

    async def _firmly(
        self, actor: Actor, session: LiveSessionId, right: Right, act: Callable[[Footing], Awaitable[R]]
    ) -> R:
        """Does something by what is known, and anew by what is, where that has changed meanwhile."""
        key = participant(actor, session).person.key
        for _ in range(TRIES):
            record = await self._checked(session, lambda found: self._check(actor, found, right, TAKING_PART))
            try:
                return await act(Footing(key, record.entry.revision))
            except Moved:
                self._known.pop(session, None)
        raise Rejection(RejectionCode.NOT_NOW, "the live session changes just now")

    def _check(self, actor: Actor, record: LiveRecord, right: Right, phases: frozenset[Phase]) -> None:
        entry = record.entry
        policies.require(actor, right, policies.Where(live_scope(entry.hall, entry.session), self._clock.wall()))
        if not self._live.may_attend(actor, entry):
            raise Rejection(RejectionCode.FORBIDDEN, f"{entry.session} is not for everybody")
        if record.state.phase not in phases:
            raise Rejection(RejectionCode.NOT_NOW, f"not while {record.state.phase}")

    async def _checked(self, session: LiveSessionId, check: _Check) -> LiveRecord:
        now = self._clock.monotonic()
        known = self._known.get(session)
        if known is not None and now - known[0] < MEMORY_S:
            with suppress(Rejection):
                check(known[1])
                return known[1]
        record = await self._live.read(session)
        self._known.pop(session, None)
        self._known[session] = now, record
        if len(self._known) > _REMEMBERED:
            del self._known[next(iter(self._known))]
        check(record)
        return record


def _person(actor: Actor, session: LiveSessionId) -> Participant:
    """Returns who acts; ``Rejection`` FORBIDDEN to bots."""
    if actor.bot:
        raise Rejection(RejectionCode.FORBIDDEN, "bots neither ask nor vote nor decide")
    return participant(actor, session)
