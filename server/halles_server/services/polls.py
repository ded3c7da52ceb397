"""Polls of live sessions: opening, voting, closing, and showing what they came to.

Belongs here: rights, and that nobody, hosts included, gets counts that are hidden. Who chose what is told to nobody.
"""

from dataclasses import replace

from halles.ids import LiveSessionId, RequestId
from halles.world import polls
from halles.world.polls import Poll, PollCard, PollDecision, counts_seen
from halles_server.announcements import PublicCounted
from halles_server.ports.nodes import Bus
from halles_server.ports.public import Doing, PollStore, PollTally
from halles_server.services.actor import Actor
from halles_server.services.live_ground import Ground


class Polls:
    """What people do with polls."""

    def __init__(self, store: PollStore, ground: Ground, bus: Bus) -> None:
        self._store, self._ground, self._bus = store, ground, bus
        self._voted: set[LiveSessionId] = set()

    async def seen(self, session: LiveSessionId) -> tuple[PollTally, ...]:
        """Returns the polls of a live session, oldest first, with counts only where they may be seen, else ()."""
        return tuple(
            tally if counts_seen(tally.card) else replace(tally, counts=())
            for tally in await self._store.tallies(session)
        )

    def take_voted(self) -> frozenset[LiveSessionId]:
        """Returns and forgets in which live sessions somebody has voted here since the last call."""
        voted, self._voted = self._voted, set()
        return frozenset(voted)

    async def vote(self, actor: Actor, session: LiveSessionId, poll: int, choices: tuple[int, ...]) -> None:
        """Votes in place of what one chose before; no choices take the vote back.

        Raises:
            Rejection: FORBIDDEN, NOT_FOUND, NOT_NOW; BAD_FIELD for choices that the poll has not; RATE_LIMITED;
                STORAGE_FULL.
            Unavailable: Not known whether it was stored; the same again is safe.
        """

        def choose(card: PollCard) -> tuple[int, ...]:
            return polls.chosen(card, choices)

        await self._ground.voting(actor, session, lambda by: self._store.vote(session, by, poll, choose))
        self._voted.add(session)

    async def open(self, actor: Actor, request_id: RequestId, session: LiveSessionId, poll: Poll) -> int:
        """Opens a poll; returns its number once that is committed.

        Raises:
            Rejection: FORBIDDEN, NOT_FOUND, NOT_NOW, INVALID_TEXT, DUPLICATE, OVER_BUDGET; BAD_FIELD for a used key.
        """
        who = await self._ground.conducting(actor, session, "open-poll")
        doing = Doing(session, who, request_id, self._ground.now_ms())
        number = await self._store.open(doing, polls.checked(poll))
        self._bus.announce(PublicCounted(session))
        return number

    async def decide(
        self, actor: Actor, request_id: RequestId, session: LiveSessionId, poll: int, decision: PollDecision
    ) -> None:
        """Closes a poll, shows its counts or withdraws it.

        Raises:
            Rejection: FORBIDDEN, NOT_FOUND, NOT_NOW; BAD_FIELD for a used key.
        """
        who = await self._ground.hosting(actor, session, "decide-poll")
        await self._store.decide(Doing(session, who, request_id, self._ground.now_ms()), poll, decision)
        self._bus.announce(PublicCounted(session))

    async def close_over(self) -> None:
        """Closes what was left open in live sessions that are over, so that no ballot outlives them."""
        for session in await self._store.close_over(self._ground.now_ms()):
            self._bus.announce(PublicCounted(session))
