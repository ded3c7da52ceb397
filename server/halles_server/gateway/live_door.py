"""The door of a hall whose live session is not for everybody, locked, or full; and who has to go when it opens.

Belongs here: who may come in and stay while it is open. Not here: sanctions (``standing_board``), which bind whatever
the live session is, and what people do in it.
"""

from typing import TYPE_CHECKING

from halles.errors import Rejection, RejectionCode
from halles.ids import HallId
from halles.protocol.live_messages import SentOut
from halles.world.live_asked import check_door, has_seat
from halles_server.gateway.visits import Visit
from halles_server.ports.live import LiveRecord

if TYPE_CHECKING:
    from halles_server.gateway.live_board import LiveBoard
    from halles_server.gateway.world import World


class LiveDoor:
    """Lets visits of this node into halls where live sessions are open, and out of them."""

    def __init__(self, world: "World", live: "LiveBoard") -> None:
        self._world, self._live = world, live

    def check(self, visit: Visit, hall: HallId) -> None:
        """Refuses who wants to come into a hall whose live session is not for them, locked, or full.

        Lock and capacity hold for newcomers: whoever is inside, or comes back within the time for it, has a place. A
        raised hand gives none; a chair or the floor does.

        Raises:
            Rejection: FORBIDDEN, NOT_NOW, HALL_FULL.
        """
        for record in self._live.open_in(hall):
            if self._live.hosts(visit, record.entry.session) or self._has_seat(visit, record):
                continue
            if not self._world.services.live.may_attend(visit.actor, record.entry):
                raise Rejection(RejectionCode.FORBIDDEN, "this live session is not for everybody")
            if self._has_place(visit, hall):
                continue
            check_door(locked=record.state.locked, room=self._live.people(hall) < record.entry.capacity)

    def show_out(self, visit: Visit) -> None:
        """Takes a visit out of a hall whose live session is not, or no more, for it, and says so.

        It hears nothing of the hall from then on, whatever its client does. One that has dropped hears nothing anyway,
        and is asked at the door.
        """
        runner, connection = visit.runner, visit.connection
        if runner is None or connection is None or not runner.attached(visit):
            return
        barred = next((record for record in self._live.open_in(runner.id) if not self._may_stay(visit, record)), None)
        if barred is None:
            return
        runner.leave(visit)
        visit.kept = None
        visit.entry += 1
        connection.send(SentOut(barred.entry.session, barred.entry.hall, barred.entry.title))
        connection.out.flush()

    def _may_stay(self, visit: Visit, record: LiveRecord) -> bool:
        attends = self._world.services.live.may_attend(visit.actor, record.entry)
        return attends or self._has_seat(visit, record)

    def _has_seat(self, visit: Visit, record: LiveRecord) -> bool:
        """Tells whether a visit sits on the stage, or speaks from it."""
        return has_seat(record.state, self._live.key(visit, record))

    def _has_place(self, visit: Visit, hall: HallId) -> bool:
        """Tells whether a visit is in a hall, or comes back to it within the time for that."""
        inside = visit.runner is not None and visit.runner.id == hall
        return inside or (visit.kept is not None and visit.kept.hall == hall)
