"""Which booths have a recorded host: known on each node, told to the halls, and handed to who comes near.

What is told of all is a number; the recording itself goes to whoever asks, from memory after the first. A lost
announcement is repaired by a sweep. While the database is away all stays as it was.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from halles.errors import Rejection, RejectionCode
from halles.ids import BoothId, HallId, RequestId
from halles.protocol.host_messages import (
    HostReplayAt,
    HostReplayChanged,
    HostReplayRead,
    HostReplaysListed,
    KeepHostReplay,
    ReadHostReplay,
)
from halles.protocol.messages import Done
from halles.world.host_replay import period
from halles_server.announcements import Announcement, HostChanged
from halles_server.gateway.boards import Act, Attempt, Board
from halles_server.gateway.booth_board import Tell
from halles_server.gateway.connection import Connection
from halles_server.gateway.outbox import frame_of
from halles_server.gateway.visits import Visit
from halles_server.ports.host_replays import HostRecord

if TYPE_CHECKING:
    from halles_server.gateway.world import World

_NONE: Final = 0


class HostBoard(Board):
    """The recorded hosts of all halls."""

    def __init__(self, world: "World", tell: Tell, attempt: Attempt) -> None:
        self._world, self._tell, self._attempt = world, tell, attempt
        self._numbers: dict[BoothId, tuple[HallId, int]] = {}
        self._records: dict[BoothId, HostRecord] = {}
        """Those that were asked for: at most one a booth."""

        self._frames: dict[HallId, bytes] = {}
        self._news = asyncio.Event()

    async def keep_one(self, connection: Connection, visit: Visit, message: KeepHostReplay) -> None:
        """Stores a visit's recording of itself."""
        if visit.record.bot:
            raise Rejection(RejectionCode.FORBIDDEN, "a bot is nobody's host")
        request_id, booth = RequestId(message.request_id), BoothId(message.booth)
        recordings = self._world.services.host_replays
        number = await recordings.keep(visit.actor, request_id, booth, message.replay, consent=message.consent)
        connection.send(Done(message.request_id, number))

    async def read(self, connection: Connection, visit: Visit, message: ReadHostReplay) -> None:
        """Hands out a booth's recording."""
        record = await self._record(BoothId(message.booth))
        connection.send(
            HostReplayRead(
                request_id=message.request_id,
                booth=record.booth,
                number=record.number,
                name=record.name,
                look=record.look,
                recorded_ms=int(record.recorded.timestamp() * 1000),
                replay=record.replay,
                begun_ms=self._begun_ms(record),
            )
        )

    def listed(self, hall: HallId) -> bytes:
        """Returns the frame of ``HostReplaysListed``; made once for each change."""
        if hall not in self._frames:
            rows = tuple(HostReplayAt(booth, n) for booth, (where, n) in self._numbers.items() if where == hall)
            self._frames[hall] = frame_of(HostReplaysListed(hall, rows))
        return self._frames[hall]

    @property
    def hears(self) -> Mapping[type[Announcement], Act]:
        """Looks at once when a booth has another recording, or none."""
        return {HostChanged: lambda _: self._news.set()}

    async def keep(self) -> None:
        """Looks for ever: at once at news, else as often as booths are swept."""
        while True:
            self._news.clear()
            await self._attempt("look at the recorded hosts", self._look())
            with suppress(TimeoutError):
                async with asyncio.timeout(self._world.config.sweep_s):
                    await self._news.wait()

    async def _record(self, booth: BoothId) -> HostRecord:
        _, number = self._numbers.get(booth, ("", _NONE))
        known = self._records.get(booth)
        if known is not None and known.number == number:
            return known
        record = await self._world.services.host_replays.read(booth)
        if record is None:
            raise Rejection(RejectionCode.NOT_FOUND, f"{booth} has no recorded host")
        if record.number == number:
            self._records[booth] = record
        return record

    def _begun_ms(self, record: HostRecord) -> int:
        """Returns when a showing began, by this node's clock: on all nodes at the same moment of the day.

        The first one is counted from the recording itself.
        """
        since_s = (self._world.services.clock.wall() - record.recorded).total_seconds()
        return int((self._world.now() - since_s) % period(record.replay) * 1000)

    async def _look(self) -> None:
        found = await self._world.services.host_replays.numbers()
        before, self._numbers = self._numbers, found
        for booth in before.keys() | found.keys():
            old, new = before.get(booth), found.get(booth)
            if old == new:
                continue
            self._records.pop(booth, None)
            for hall in {row[0] for row in (old, new) if row is not None}:
                number = new[1] if new is not None and new[0] == hall else _NONE
                self._frames.pop(hall, None)
                self._tell(hall, frame_of(HostReplayChanged(booth, number)))
