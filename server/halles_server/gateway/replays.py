"""Replays for visits: what there is to watch of a recorded live session, a minute at a time."""

from typing import TYPE_CHECKING, Final

from halles.errors import Rejection, RejectionCode
from halles.ids import LiveSessionId
from halles.protocol.replay_messages import OpenReplay, ReadReplay, ReplayMoved, ReplayOpened, ReplayRead
from halles_server.gateway.connection import Connection
from halles_server.gateway.live_board import speakers_of
from halles_server.gateway.outbox import frame_of
from halles_server.gateway.visits import Visit

_SOON_MS: Final = 500

if TYPE_CHECKING:
    from halles_server.gateway.world import World


class Replays:
    """What visits ask of recordings."""

    def __init__(self, world: "World") -> None:
        self._recordings = world.services.recordings

    async def open(self, connection: Connection, visit: Visit, message: OpenReplay) -> None:
        """Tells what there is to watch."""
        recording = await self._recordings.watch(visit.actor, LiveSessionId(message.session))
        entry = recording.record.entry
        connection.send(
            ReplayOpened(
                request_id=message.request_id,
                session=entry.session,
                hall=entry.hall,
                stage=entry.stage,
                title=entry.title,
                speakers=speakers_of(entry),
                materials=recording.materials,
                outline=recording.outline,
            )
        )

    async def read(self, connection: Connection, visit: Visit, message: ReadReplay) -> None:
        """Hands out one minute."""
        session = LiveSessionId(message.session)
        if connection.out.portioning:
            raise Rejection(RejectionCode.RATE_LIMITED, "what was asked for before has not been read yet", _SOON_MS)
        minute = await self._recordings.minute(visit.actor, session, message.part)
        told = [ReplayMoved(session, message.part, chunk) for chunk in minute.motion]
        # A crowd's motion is more than may wait for one peer at once.
        connection.out.put_portions(
            frame_of(one) for one in (*told, ReplayRead(message.request_id, session, minute.part))
        )
