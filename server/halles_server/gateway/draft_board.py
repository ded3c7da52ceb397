"""Drafts that single visits see in the hall: who sees which, and telling them when it has changed.

A draft is read anew from Postgres by who may work on it, twice a second while somebody sees one and not at all else:
rights are weighed again each time, and nothing about drafts is ever told on the bus or to a hall. It is shown on one
connection; a visit that comes back asks again.
"""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from halles.errors import Rejection, RejectionCode
from halles.ids import BoothId, VisitId
from halles.protocol.draft_messages import DraftHidden, DraftShown, ShowDraft
from halles.protocol.messages import Done
from halles_server.gateway.boards import Attempt, Board
from halles_server.gateway.connection import Connection
from halles_server.gateway.visits import Visit
from halles_server.ports.drafts import Draft

if TYPE_CHECKING:
    from halles_server.gateway.world import World

LOOK_S: Final = 0.5
"""Seconds between two looks at the drafts that are shown."""

SHOWN_CAP: Final = 64
"""Visits of one node that see a draft at once: each is a small query a look."""

_RETRY_MS: Final = 10_000


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a visit sees, on which connection, and at which revisions of draft and booth it was told."""

    connection: Connection
    booth: BoothId
    seen: tuple[int, int]


class DraftBoard(Board):
    """The drafts that visits of this node see."""

    def __init__(self, world: "World", attempt: Attempt) -> None:
        self._world, self._attempt = world, attempt
        self._shown: dict[VisitId, _Shown] = {}
        self._news = asyncio.Event()

    async def show(self, connection: Connection, visit: Visit, message: ShowDraft) -> None:
        """Shows a draft to a visit, in place of one that it saw; ``Rejection`` leaves that one shown."""
        who, booth = visit.record.visit, BoothId(message.booth)
        if not booth:
            self._hide(who)
            connection.send(Done(message.request_id))
            return
        self._require_room(who)
        draft = await self._world.services.studio.open(visit.actor, booth)
        self._require_room(who)  # others may have come meanwhile
        if who in self._shown and self._shown[who].booth != booth:
            self._hide(who)
        self._tell(who, connection, draft)
        connection.send(Done(message.request_id, draft.revision))
        self._news.set()

    async def keep(self) -> None:
        """Looks for ever; while nobody sees a draft it waits for somebody who does."""
        while True:
            if not self._shown:
                self._news.clear()
                await self._news.wait()
            await asyncio.sleep(LOOK_S)
            # Each has a time of its own: where one is slow, others still lose what they may not see any more.
            for who, shown in tuple(self._shown.items()):
                await self._attempt("look at a draft", self._look(who, shown))

    async def _look(self, who: VisitId, shown: _Shown) -> None:
        """Tells a visit what has changed, or hides what it may not see any more; ``Unavailable``."""
        visit = self._world.visits.get(who)
        if visit is None or visit.connection is not shown.connection:
            self._forget(who, shown)
            return
        try:
            draft = await self._world.services.studio.newer(visit.actor, shown.booth, shown.seen)
        except Rejection:
            if self._shown.get(who) is shown:
                self._hide(who)
            return
        if draft is not None and self._shown.get(who) is shown:  # not ended, or told, meanwhile
            self._tell(who, shown.connection, draft)
            shown.connection.out.flush()

    def _require_room(self, who: VisitId) -> None:
        if who not in self._shown and len(self._shown) >= SHOWN_CAP:
            raise Rejection(RejectionCode.TRY_LATER, f"{SHOWN_CAP} see a draft already", _RETRY_MS)

    def _tell(self, who: VisitId, connection: Connection, draft: Draft) -> None:
        where = draft.published
        self._shown[who] = _Shown(connection, where.booth, (draft.revision, where.revision))
        connection.send(DraftShown(where.booth, where.hall, where.slot, draft.revision, draft.content))

    def _hide(self, who: VisitId) -> None:
        shown = self._shown.pop(who, None)
        if shown is not None:
            shown.connection.send(DraftHidden(shown.booth))
            shown.connection.out.flush()

    def _forget(self, who: VisitId, shown: _Shown) -> None:
        if self._shown.get(who) is shown:
            del self._shown[who]
