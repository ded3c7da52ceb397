"""Taking back what was published of a live session, and bringing it back: by its hosts, and who moderates its hall."""

from halles.errors import Rejection, RejectionCode
from halles.ids import LiveSessionId, RequestId
from halles.world.booth import clean_text
from halles.world.roles import Right, Role
from halles_server.ports.clock import Clock
from halles_server.ports.programme import Entry
from halles_server.ports.sanctions import Decider
from halles_server.ports.standing import hall_scope, live_scope
from halles_server.ports.take_back import REASON_CAP, TakeBackStore, TakenBack
from halles_server.services import policies
from halles_server.services.actor import Actor
from halles_server.services.live_sessions import LiveSessions
from halles_server.services.sanctions import attempting


class TakeBack:
    """What is done with replays that should not be watched."""

    def __init__(self, store: TakeBackStore, live: LiveSessions, clock: Clock) -> None:
        self._store, self._live, self._clock = store, live, clock

    async def take(self, actor: Actor, request_id: RequestId, session: LiveSessionId, reason: str) -> None:
        """Takes a replay back: from now on only who may bring it back watches it.

        Raises:
            Rejection: FORBIDDEN; INVALID_TEXT without a reason; NOT_NOW for one that is not published; NOT_FOUND for
                one that is taken back already.
            Unavailable: Not known whether it is; asking again with the same ``request_id`` is safe.
        """
        entry = (await self._live.read(session)).entry
        decider = self._decider(actor, entry, above=False)
        words = clean_text(reason, REASON_CAP, lines=True)
        if not words:
            raise Rejection(RejectionCode.INVALID_TEXT, "whoever was in it, and the hosts, read why")
        await self._store.take(decider, request_id, session, words, above=self.may(actor, entry, above=True))

    async def restore(self, actor: Actor, request_id: RequestId, session: LiveSessionId) -> None:
        """Brings a replay back as it was.

        Raises:
            Rejection: FORBIDDEN, also to hosts where somebody who moderates the hall took it back; NOT_FOUND where it
                is not taken back.
            Unavailable: Not known whether it is; asking again with the same ``request_id`` is safe.
        """
        entry = (await self._live.read(session)).entry
        taken = await self._store.read(session)
        decider = self._decider(actor, entry, above=taken is not None and taken.above)
        await self._store.restore(decider, request_id, session)

    async def why(self, session: LiveSessionId) -> TakenBack | None:
        """Returns why a replay is taken back; None where it is not."""
        return await self._store.read(session)

    def may(self, actor: Actor, entry: Entry, *, above: bool) -> bool:
        """Tells whether somebody may take a live session's replay back, or bring it back.

        Args:
            actor: Who asks.
            entry: The live session.
            above: Whether they have to moderate its hall, not only the live session itself.
        """
        scope = hall_scope(entry.hall) if above else live_scope(entry.hall, entry.session)
        return policies.may(actor, Right.TAKE_DOWN, policies.Where(scope, self._clock.wall()))

    def _decider(self, actor: Actor, entry: Entry, *, above: bool) -> Decider:
        def weigh(now: Actor) -> Role:
            if not self.may(now, entry, above=above):
                raise Rejection(RejectionCode.FORBIDDEN, "this is for its hosts and who moderates its hall")
            return now.role

        return attempting(actor, Right.TAKE_DOWN, self._clock.wall(), weigh)
