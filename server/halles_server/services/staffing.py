"""Whether booths are staffed: who of their staff stands there, is in the show, or said when they are back."""

from collections.abc import Collection
from typing import Final

from halles.errors import Rejection, RejectionCode
from halles.ids import BoothId, HallId, RequestId
from halles.protocol.booth_messages import StaffedBooth
from halles.world.roles import Right
from halles.world.staffing import StaffedState
from halles_server.announcements import StaffingChanged
from halles_server.ports.nodes import Bus
from halles_server.ports.staff import Seen, StaffedRecord, StaffingStore
from halles_server.services import policies
from halles_server.services.actor import Actor
from halles_server.services.staff import Staff

BACK_MOST_MIN: Final = 12 * 60
"""The longest time ahead, in minutes, for which a return can be said."""


class Staffing:
    """Who of the booths' staff is there."""

    def __init__(self, store: StaffingStore, staff: Staff, bus: Bus) -> None:
        self._store, self._staff, self._bus = store, staff, bus

    async def note(self, seen: Collection[Seen], changed: Collection[BoothId]) -> None:
        """Stores all that this node sees of booths' staff, and tells every node where that is news."""
        await self._store.note(seen)
        for booth in changed:
            self._bus.announce(StaffingChanged(booth))

    async def staffed(self) -> dict[BoothId, tuple[HallId, StaffedBooth]]:
        """Returns all booths but those of which nobody is in the show, with their halls."""
        return {record.booth: (record.hall, staffed_of(record)) for record in await self._store.read()}

    async def of_booth(self, booth: BoothId) -> StaffedBooth:
        """Returns how one booth is staffed."""
        found = await self._store.read(booth)
        return staffed_of(found[0]) if found else StaffedBooth(booth, "away")

    async def say_back(self, actor: Actor, request_id: RequestId, booth: BoothId, in_minutes: int) -> None:
        """Says in how many minutes a booth is staffed again; 0 takes it back.

        Raises:
            Rejection: FORBIDDEN to who is not on its staff, BAD_FIELD for a time too far ahead.
            Unavailable: Not known whether it was stored; asking again with the same ``request_id`` is safe.
        """
        policies.require(actor, Right.ANSWER_BELL, staff_role=await self._staff.role_of(actor, booth))
        if actor.account is None or not 0 <= in_minutes <= BACK_MOST_MIN:
            raise Rejection(RejectionCode.BAD_FIELD, f"in 0 to {BACK_MOST_MIN} minutes")
        await self._store.say_back(actor.account, request_id, booth, in_minutes)
        self._bus.announce(StaffingChanged(booth))


def staffed_of(record: StaffedRecord) -> StaffedBooth:
    """Returns a booth's one word: who stands there counts first, then what was said, then who is in the show."""
    back_at_ms = int(record.back_at.timestamp() * 1000) if record.back_at is not None else 0
    state: StaffedState = "here" if record.here else "back" if back_at_ms else "elsewhere" if record.in_show else "away"
    return StaffedBooth(record.booth, state, back_at_ms if state == "back" else 0)
