"""Talk at booths on this node: who stands at one says and hears something, and its staff wherever in the show they are.

A line is stored before anybody hears of it. ``BoothTalked`` says on every node which one to read; where people stand is
known from the hall, who is of the staff from Postgres (``staff_board``), never from the bus.
"""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from halles.errors import Rejection, RejectionCode
from halles.ids import BoothId, HallId, SlotId
from halles.protocol.messages import BoothChatRead, Done, ReadBoothChat, Said, Say
from halles.world.at_booth import AT_BOOTH_M, STILL_M, nearest
from halles.world.geometry import Box
from halles_server.announcements import Announcement, BoothTalked
from halles_server.gateway.boards import Act, Board
from halles_server.gateway.connection import Connection
from halles_server.gateway.outbox import frame_of
from halles_server.gateway.visits import Visit

if TYPE_CHECKING:
    from halles_server.gateway.world import World


class BoothTalk(Board):
    """What this node's visits say and hear at booths."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._landed: dict[BoothId, set[Visit]] = {}
        """Who came to a booth, and may have gone since."""

    def arrived(self, visit: Visit, place: str) -> None:
        """Hears to which place of its hall a visit has come, as ``EnterHall`` has it; "" is back where it stood."""
        kind, _, name = place.partition(":")
        if place:
            visit.landed = None
        if kind == "booth" and visit.runner is not None:
            pose = visit.runner.hall.pose(visit.number)
            visit.landed = BoothId(name), pose.x, pose.y
        if visit.landed is not None and self._still(visit, booth := visit.landed[0]):
            self._landed[booth] = self._there(booth) | {visit}

    async def say(self, visit: Visit, message: Say) -> None:
        """Says something for a visit; the caller has counted it and answers."""
        booth = BoothId(message.booth)
        here = self._is_at(visit, booth)
        coat = visit.record.look.coat
        await self._world.services.chat.say_at_booth(visit.actor, message, self._hall(booth), coat, here=here)

    async def read(self, connection: Connection, visit: Visit, message: ReadBoothChat) -> None:
        """Tells a visit the last lines said at a booth where it is, or of whose staff it is."""
        booth, chat = BoothId(message.booth), self._world.services.chat
        hall = self._hall(booth)
        if not self._is_at(visit, booth):
            await chat.require_staff(visit.actor, booth)
        lines = self._world.blocks.lines(visit, await chat.history_at(booth))
        connection.send(BoothChatRead(booth, hall, lines))
        connection.send(Done(message.request_id))

    @property
    def hears(self) -> Mapping[type[Announcement], Act]:
        """Tells a line once it is announced."""
        return {BoothTalked: self.heard}

    async def heard(self, news: BoothTalked) -> None:
        """Tells a line to those of this node who hear it, and with them to whoever said it; ``Unavailable``."""
        hearers = self.hearers(news.booth)
        line = await self._world.services.chat.at_booth(news.number) if hearers else None
        if line is None or line.booth != news.booth:
            return
        speaker = self._world.visits.get(line.visit)  # may have walked on meanwhile
        frame = frame_of(Said(line))
        told = hearers | ({speaker} if speaker is not None else set())
        for hall in {visit.runner.id for visit in told if visit.runner is not None}:
            numbers = [visit.number for visit in told if visit.runner is not None and visit.runner.id == hall]
            self._world.reports.heard(hall, line, numbers)
        for visit in told:
            if visit.connection is not None and not self._world.blocks.hides(visit, line.visit):
                visit.connection.send_frame(frame)
                visit.connection.out.flush()

    def hearers(self, booth: BoothId) -> set[Visit]:
        """Returns who of this node stands at a booth, and its staff."""
        found = {*self._world.staff_board.on_staff(booth), *self._there(booth)}
        where = self._world.board.slot(booth)
        around = self._around(*where) if where is not None else None
        if where is None or around is None:
            return found
        runner = self._world.runners[where[0]]
        near = (runner.visit(number) for number in runner.hall.near(around.box.x, around.box.y, around.reach))
        return found | {visit for visit in near if visit is not None and self._is_at(visit, booth)}

    def _hall(self, booth: BoothId) -> HallId:
        where = self._world.board.slot(booth)
        if where is None:
            raise Rejection(RejectionCode.NOT_FOUND, f"no booth {booth}")
        return where[0]

    def _is_at(self, visit: Visit, booth: BoothId) -> bool:
        """Tells whether a visit's avatar stands at a booth: near it, and at no other one nearer."""
        where = self._world.board.slot(booth)
        if where is None or visit.runner is None or visit.detached_at is not None or visit.runner.id != where[0]:
            return False
        if visit.landed is not None and self._still(visit, visit.landed[0]):
            return visit.landed[0] == booth
        pose, around = visit.runner.hall.pose(visit.number), self._around(*where)
        return around is not None and around.at(pose.x, pose.y)

    def _there(self, booth: BoothId) -> set[Visit]:
        """Returns who came to a booth and stands where they were put."""
        return {one for one in self._landed.get(booth, ()) if self._still(one, booth)}

    def _still(self, visit: Visit, booth: BoothId) -> bool:
        """Tells whether a visit came to a booth and stands where it was put."""
        where = self._world.board.slot(booth)
        if where is None or visit.landed is None or visit.landed[0] != booth or visit.runner is None:
            return False
        pose = visit.runner.hall.pose(visit.number)
        return visit.runner.id == where[0] and math.dist((pose.x, pose.y), visit.landed[1:]) <= STILL_M

    def _around(self, hall: HallId, slot: SlotId) -> "_Around | None":
        """Returns the floor at a slot; None where the hall's plan has no such slot."""
        runner, standing = self._world.runners.get(hall), self._world.board.standing(hall)
        boxes = {SlotId(row.id): row.box for row in runner.hall.scene.slots if row.id in standing} if runner else {}
        return _Around(slot, boxes) if slot in boxes else None


class _Around:
    """The floor at one booth, as far as it is not another's.

    Attributes:
        box: The booth's.
        reach: How far from its middle somebody can be at it.
    """

    def __init__(self, slot: SlotId, boxes: Mapping[SlotId, Box]) -> None:
        self.box = boxes[slot]
        self.reach = AT_BOOTH_M + _half(self.box)
        self._slot = slot
        self._boxes = {name: box for name, box in boxes.items() if self._may_be_nearer(box)}

    def at(self, x: float, y: float) -> bool:
        """Tells whether somebody at (x, y) is at the booth."""
        return nearest(self._boxes, x, y) == self._slot

    def _may_be_nearer(self, other: Box) -> bool:
        """Leaves out booths too far away to matter, so that a crowd is judged by a handful of boxes."""
        return math.dist((other.x, other.y), (self.box.x, self.box.y)) <= self.reach + AT_BOOTH_M + _half(other)


def _half(box: Box) -> float:
    return math.hypot(box.width, box.depth) / 2
