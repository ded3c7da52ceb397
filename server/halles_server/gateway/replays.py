"""Replays for visits: what there is to watch of a recorded live session, a minute at a time."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from halles.errors import Rejection, RejectionCode
from halles.ids import LiveSessionId
from halles.protocol.messages import Message
from halles.protocol.replay_messages import (
    REPLAYS_TOLD,
    ListReplays,
    OpenReplay,
    ReadReplay,
    ReplayCard,
    ReplayMoved,
    ReplayOpened,
    ReplayRead,
    ReplaysListed,
    ReplayVoiced,
)
from halles_server.gateway.connection import Connection
from halles_server.gateway.live_board import speakers_of
from halles_server.gateway.outbox import frame_of
from halles_server.gateway.visits import Visit
from halles_server.ports.programme import Entry

_SOON_MS: Final = 500

if TYPE_CHECKING:
    from halles_server.gateway.world import World


class Replays:
    """What visits ask of recordings."""

    def __init__(self, world: "World") -> None:
        self._world, self._recordings, self._zone = world, world.services.recordings, world.config.zone

    async def list(self, connection: Connection, visit: Visit, message: ListReplays) -> None:
        """Tells what can be watched."""
        self._check_rate(visit)
        entries = await self._recordings.published(visit.actor)
        rows = tuple(self._card(entry) for entry in entries[:REPLAYS_TOLD])
        connection.send(ReplaysListed(message.request_id, rows))

    async def open(self, connection: Connection, visit: Visit, message: OpenReplay) -> None:
        """Tells what there is to watch."""
        self._check_rate(visit)
        recording = await self._recordings.watch(visit.actor, LiveSessionId(message.session))
        entry = recording.record.entry
        connection.send(
            ReplayOpened(
                request_id=message.request_id,
                session=entry.session,
                hall=entry.hall,
                stage=entry.stage,
                title=entry.title,
                speakers=speakers_of(replace(entry, speakers=recording.speakers)),
                materials=recording.materials,
                outline=recording.outline,
            )
        )

    async def read(self, connection: Connection, visit: Visit, message: ReadReplay) -> None:
        """Hands out one minute."""
        session = LiveSessionId(message.session)
        if connection.out.portioning:
            raise Rejection(RejectionCode.RATE_LIMITED, "what was asked for before has not been read yet", _SOON_MS)
        self._check_rate(visit)
        minute = await self._recordings.minute(visit.actor, session, message.part)
        told: list[Message] = [ReplayMoved(session, message.part, chunk) for chunk in minute.motion]
        voiced = minute.voice if message.voice else ()
        told += [ReplayVoiced(session, message.part, portion) for portion in voiced]
        # A crowd's motion is more than may wait for one peer at once.
        connection.out.put_portions(
            frame_of(one) for one in (*told, ReplayRead(message.request_id, session, minute.part))
        )

    def _check_rate(self, visit: Visit) -> None:
        now = self._world.now()
        if not visit.replays.take(now):
            raise Rejection(RejectionCode.RATE_LIMITED, "too many minutes of replays", visit.replays.wait_ms(now))

    def _card(self, entry: Entry) -> ReplayCard:
        start = entry.during.start
        offset = start.astimezone(self._zone).utcoffset() or timedelta()
        start_ms = round(start.timestamp() * 1000)
        return ReplayCard(entry.session, entry.title, entry.hall, start_ms, offset // timedelta(minutes=1))
