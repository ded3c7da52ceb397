"""Backstage on this node: what its visits say there, and telling it to those of them who read it.

A line is stored before anybody hears of it. ``BackstageTalked`` says on every node which one to read; who belongs there
is known from the live session's record, never from the bus.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from halles.errors import Rejection, RejectionCode
from halles.ids import LiveSessionId, RequestId
from halles.protocol.backstage_messages import BackstageRead, BackstageSaid, ReadBackstage, SayBackstage
from halles.protocol.messages import Done
from halles_server.announcements import Announcement, BackstageTalked
from halles_server.gateway.boards import Act, Board
from halles_server.gateway.connection import Connection
from halles_server.gateway.outbox import frame_of
from halles_server.gateway.visits import Visit

if TYPE_CHECKING:
    from halles_server.gateway.world import World


class BackstageBoard(Board):
    """What this node's visits say and hear backstage."""

    def __init__(self, world: "World") -> None:
        self._world = world

    async def say(self, connection: Connection, visit: Visit, message: SayBackstage) -> None:
        """Says something for a visit."""
        if visit.record.bot:
            raise Rejection(RejectionCode.FORBIDDEN, "bots are not backstage")
        now = self._world.now()
        if not visit.chat.take(now):
            raise Rejection(RejectionCode.RATE_LIMITED, "too many lines", visit.chat.wait_ms(now))
        session, request_id = LiveSessionId(message.session), RequestId(message.request_id)
        number = await self._world.services.backstage.say(visit.actor, request_id, session, message.text)
        connection.send(Done(message.request_id, number))

    async def read(self, connection: Connection, visit: Visit, message: ReadBackstage) -> None:
        """Tells a visit the last lines."""
        session = LiveSessionId(message.session)
        lines = await self._world.services.backstage.read(visit.actor, session)
        connection.send(BackstageRead(session, lines))
        connection.send(Done(message.request_id))

    @property
    def hears(self) -> Mapping[type[Announcement], Act]:
        """Tells a line once it is announced."""
        return {BackstageTalked: self._heard}

    async def _heard(self, news: BackstageTalked) -> None:
        services = self._world.services
        line = await services.backstage.line(news.session, news.number)
        record = await services.live.read(news.session)  # anew: who was just called up is told as well
        if line is None:
            return
        frame = frame_of(BackstageSaid(news.session, line))
        async for visit in self._world.visits.in_turns():  # whether one reads it takes some microseconds of each
            since = services.backstage.since(visit.actor, record) if visit.connection is not None else None
            if visit.connection is not None and since is not None and since <= line.said_ms:
                visit.connection.send_frame(frame)
                visit.connection.out.flush()
