"""Reactions in live sessions: counted in memory and told as one number a kind; a recording keeps such numbers, too.

Each node counts its own and announces them together, a few times a second; what all nodes announced is summed and told
to the hall. So a full hall that applauds costs each visitor one small frame, and Postgres nothing.
"""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from halles.ids import LiveSessionId
from halles.protocol.public_messages import React, ReactionsTold
from halles.world.reactions import NONE, ReactionCounts, summed, with_one
from halles.world.roles import Right
from halles_server.announcements import Announcement, LiveReacted
from halles_server.gateway.boards import Act, Board
from halles_server.gateway.outbox import frame_of
from halles_server.gateway.visits import Visit

if TYPE_CHECKING:
    from halles_server.gateway.world import World

GAP_S: Final = 0.1
"""Between two numbers that are told."""

_Counts = dict[LiveSessionId, ReactionCounts]


class Reactions(Board):
    """Counts reactions; only of live sessions that are open, so that what is kept is bounded."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._own: _Counts = {}
        self._heard: _Counts = {}
        self._some = asyncio.Event()

    def react(self, visit: Visit, message: React) -> None:
        """Counts one; nobody is answered, and what comes too fast or from elsewhere is dropped."""
        session = LiveSessionId(message.session)
        record = self._world.live.record(session)
        here = record is not None and visit.runner is not None and visit.runner.id == record.entry.hall
        may = record is not None and here and self._world.standing_board.may(visit, Right.ENTER, record.entry.hall)
        heard = may and visit.reactions.take(self._world.now())
        self._world.metrics.reactions.labels("yes" if heard else "no").inc()
        if heard:
            self._own[session] = with_one(self._own.get(session, NONE), message.reaction)
            self._some.set()

    @property
    def hears(self) -> Mapping[type[Announcement], Act]:
        """Adds what nodes have counted."""
        return {LiveReacted: self._add}

    async def keep(self) -> None:
        """Announces what was counted here and tells what was heard, for ever."""
        while True:
            await self._some.wait()
            self._some.clear()
            own, self._own = self._own, {}
            for session, counts in own.items():
                self._world.announce(LiveReacted(session, counts))
            heard, self._heard = self._heard, {}
            for session, counts in heard.items():
                self._tell(session, counts)
            await asyncio.sleep(GAP_S)

    def _add(self, news: LiveReacted) -> None:
        if self._world.live.record(news.session) is not None:
            self._heard[news.session] = summed(self._heard.get(news.session, NONE), news.counts)
            self._some.set()

    def _tell(self, session: LiveSessionId, counts: ReactionCounts) -> None:
        record = self._world.live.record(session)
        runner = self._world.runners.get(record.entry.hall) if record is not None else None
        if runner is not None:
            runner.tell_latest(f"reactions {session}", frame_of(ReactionsTold(session, counts)))
