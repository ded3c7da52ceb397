"""Live sessions that are over, the last one of each hall: who was away at the end, and that one is published.

Pages that showed one go on from what they were told last; the hall itself shows it no more, and is open to everybody
again. So only those are told for whom it was.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from halles.ids import HallId
from halles.protocol.live_messages import LiveTold
from halles_server.gateway.outbox import frame_of
from halles_server.gateway.visits import Visit
from halles_server.ports.live import LiveRecord

if TYPE_CHECKING:
    from halles_server.gateway.world import World


class LiveOver:
    """What this node's halls showed last."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._last: dict[HallId, LiveRecord] = {}

    def put(self, record: LiveRecord) -> None:
        """Remembers one that is over, in place of one of its hall that was over before it."""
        known = self._last.get(record.entry.hall)
        if known is None or known.entry.session == record.entry.session or _end(known) <= _end(record):
            self._last[record.entry.hall] = record

    def listed(self, hall: HallId, visit: Visit) -> Iterator[bytes]:
        """Yields what a visit that comes into a hall is told: it may still believe it open."""
        record = self._last.get(hall)
        if record is not None and self._was_for(visit, record):
            yield self.told(record)

    def tell(self, record: LiveRecord, present: Iterable[Visit]) -> None:
        """Tells those who are there how it stands."""
        frame = self.told(record)
        for visit in present:
            if visit.connection is not None and self._was_for(visit, record):
                visit.connection.send_frame(frame)
                visit.connection.out.flush()

    def told(self, record: LiveRecord) -> bytes:
        """Returns how one stands, as of now."""
        now_ms = int(self._world.services.clock.wall().timestamp() * 1000)
        return frame_of(LiveTold(record.entry.session, record.revision, now_ms, record.state))

    def _was_for(self, visit: Visit, record: LiveRecord) -> bool:
        return self._world.services.live.may_attend(visit.actor, record.entry)


def _end(record: LiveRecord) -> datetime:
    return record.entry.during.end
