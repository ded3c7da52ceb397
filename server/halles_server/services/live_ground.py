"""On which ground somebody does something in a live session: which one it is, and whether they may, now.

Belongs here: what questions, polls and attendance have in common. Hundreds vote at once, so that what a live session is
may be known from a moment ago; nobody is refused by what was known, only by what is.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Final

from halles.errors import Rejection, RejectionCode
from halles.ids import LiveSessionId
from halles.world.live import OPEN, Phase
from halles.world.roles import Right
from halles_server.ports.clock import Clock
from halles_server.ports.live import LiveRecord, Participant
from halles_server.ports.standing import live_scope
from halles_server.services import policies
from halles_server.services.actor import Actor
from halles_server.services.live_sessions import LiveSessions, participant

TAKING_PART: Final[frozenset[Phase]] = frozenset({"doors", "live", "paused"})
"""While questions are asked and votes count."""

MEMORY_S: Final = 1.0
"""For how long what a live session is counts as known."""

_REMEMBERED: Final = 64
"""Live sessions that are known at once."""

_Check = Callable[[LiveRecord], None]


class Ground:
    """Knows live sessions, and who may do what in them."""

    def __init__(self, live: LiveSessions, clock: Clock) -> None:
        self._live, self._clock = live, clock
        self._known: dict[LiveSessionId, tuple[float, LiveRecord]] = {}

    async def taking_part(self, actor: Actor, session: LiveSessionId, right: Right) -> Participant:
        """Returns who somebody is who asks or votes.

        Raises:
            Rejection: FORBIDDEN to who has not the right there, or for whom it is not; NOT_NOW; NOT_FOUND.
        """
        await self._checked(session, lambda record: self._check(actor, record, right, TAKING_PART))
        return participant(actor, session)

    async def present(self, actor: Actor, session: LiveSessionId) -> Participant:
        """Returns who somebody is who is there while it is open; ``Rejection`` as for ``taking_part``."""
        await self._checked(session, lambda record: self._check(actor, record, Right.ENTER, OPEN))
        return participant(actor, session)

    async def hosting(self, actor: Actor, session: LiveSessionId) -> Participant:
        """Returns who a host is; ``Rejection`` FORBIDDEN to others, NOT_FOUND."""

        def check(record: LiveRecord) -> None:
            if not self._live.is_host(actor, record.entry):
                raise Rejection(RejectionCode.FORBIDDEN, "only the hosts of this live session do that")

        await self._checked(session, check)
        return participant(actor, session)

    async def is_host(self, actor: Actor, session: LiveSessionId) -> bool:
        """Tells whether somebody conducts a live session; ``Rejection`` NOT_FOUND."""
        record = await self._checked(session, lambda _: None)
        return self._live.is_host(actor, record.entry)

    def now_ms(self) -> int:
        """Returns Unix time."""
        return int(self._clock.wall().timestamp() * 1000)

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
