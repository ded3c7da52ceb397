"""Announcements on this node: told to whom they concern, never over a film, and to who comes a little later.

One is stored before anybody hears of it. ``AnnouncementMade`` says on every node which one to read, and a sweep finds
those of which no word came. A client shows each number once, so that telling twice does no harm.
"""

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from halles.errors import Rejection
from halles.ids import BoothId, HallId, LiveSessionId, RequestId
from halles.protocol import announcement_messages as wire
from halles.protocol.messages import Done
from halles_server.announcements import Announcement, AnnouncementMade
from halles_server.gateway.boards import Act, Attempt, Board
from halles_server.gateway.connection import Connection
from halles_server.gateway.outbox import frame_of
from halles_server.gateway.visits import Visit
from halles_server.ports.announcing import MadeAnnouncement
from halles_server.ports.programme import Entry

if TYPE_CHECKING:
    from halles_server.gateway.world import World

HELD_S: Final = 0.5
"""Between two looks whether a film is over."""


class Announced(Board):
    """What this node's visits announce and are told."""

    def __init__(self, world: "World", attempt: Attempt) -> None:
        self._world, self._attempt = world, attempt
        self._news: dict[int, MadeAnnouncement] = {}
        """What is news, oldest first; at most ``ANNOUNCED_MOST``."""

        self._entries: dict[int, Entry] = {}
        """Of those of it that were made in a live session, what that is."""

        self._held: dict[HallId, dict[int, MadeAnnouncement]] = {}
        """What is told in a hall when its film is over, however old it is by then; at most ``ANNOUNCED_MOST`` each."""

    async def announce(self, connection: Connection, visit: Visit, message: wire.Announce) -> None:
        """Announces something for a visit."""
        request_id = RequestId(message.request_id)
        number = await self._world.services.announcing.announce(
            visit.actor, request_id, message.scope, message.place, message.text
        )
        connection.send(Done(message.request_id, number))

    def arrived(self, visit: Visit) -> None:
        """Tells a visit that has come into a hall what is news there; the caller flushes."""
        self._forget_old()
        for made in self._news.values():
            if self._concerns(visit, made):
                self._tell([visit], made)

    @property
    def hears(self) -> Mapping[type[Announcement], Act]:
        """Reads what is announced."""
        return {AnnouncementMade: self._heard}

    async def keep(self) -> None:
        """Tells what a film has held back, for ever; now and then looks for what was missed."""
        looked = float("-inf")
        while True:
            now = self._world.now()
            if now - looked >= self._world.config.sweep_s:
                looked = now
                await self._attempt("sweep announcements", self._sweep())
            self._forget_old()
            for hall in tuple(self._held):
                if not self._world.live.silent(hall):
                    self._release(hall)
            await asyncio.sleep(HELD_S)

    async def _heard(self, news: AnnouncementMade) -> None:
        made = None if news.number in self._news else await self._world.services.announcing.read(news.number)
        if made is not None:
            await self._take(made)

    async def _sweep(self) -> None:
        for made in await self._world.services.announcing.recent():
            await self._take(made)

    async def _take(self, made: MadeAnnouncement) -> None:
        """Tells one that is new here to everybody whom it concerns."""
        if made.number in self._news:
            return
        if made.scope.kind == "live":
            with suppress(Rejection):  # taken out of the programme altogether
                record = await self._world.services.live.read(LiveSessionId(made.scope.id))
                self._entries[made.number] = record.entry
        self._news[made.number] = made
        self._news = {number: self._news[number] for number in sorted(self._news)[-wire.ANNOUNCED_MOST :]}
        self._tell(self._concerned(made), made)

    def _release(self, hall: HallId) -> None:
        for _, made in sorted(self._held.pop(hall).items()):
            there = [one for one in self._concerned(made) if one.runner is not None and one.runner.id == hall]
            self._tell(there, made)

    def _hold(self, hall: HallId, made: MadeAnnouncement) -> None:
        held = self._held.setdefault(hall, {})
        held[made.number] = made
        if len(held) > wire.ANNOUNCED_MOST:
            del held[min(held)]

    def _forget_old(self) -> None:
        is_news = self._world.services.announcing.is_news
        self._news = {number: made for number, made in self._news.items() if is_news(made)}
        kept = self._news.keys() | {number for held in self._held.values() for number in held}
        self._entries = {number: entry for number, entry in self._entries.items() if number in kept}

    def _concerned(self, made: MadeAnnouncement) -> Iterable[Visit]:
        """Returns which of this node's visits are to be told, films or not."""
        if made.scope.kind == "booth":
            return self._world.talk.hearers(BoothId(made.scope.id))
        return [visit for visit in self._world.visits if self._concerns(visit, made)]

    def _concerns(self, visit: Visit, made: MadeAnnouncement) -> bool:
        scope = made.scope
        if scope.kind == "booth":
            return visit in self._world.talk.hearers(BoothId(scope.id))
        if visit.runner is None or (scope.kind != "show" and visit.runner.id != scope.hall):
            return False
        if scope.kind != "live" or self._world.live.record(LiveSessionId(scope.id)) is not None:
            return True  # while it is open its door keeps out whom it is not for
        entry = self._entries.get(made.number)
        return entry is not None and self._world.services.live.may_attend(visit.actor, entry)

    def _tell(self, visits: Iterable[Visit], made: MadeAnnouncement) -> None:
        frame = frame_of(_message(made))
        for visit in visits:
            hall = visit.runner.id if visit.runner is not None else None
            if hall is not None and self._world.live.silent(hall):
                self._hold(hall, made)
            elif visit.connection is not None:
                visit.connection.send_frame(frame)
                visit.connection.out.flush()


def _message(made: MadeAnnouncement) -> wire.Announced:
    scope = made.scope
    place = scope.hall if scope.kind == "hall" else scope.id
    said_ms = int(made.made.timestamp() * 1000)
    return wire.Announced(made.number, scope.kind, place, made.text, made.name, said_ms)
