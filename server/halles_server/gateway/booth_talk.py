"""Talk at booths on this node: who stands at one says and hears something, and its staff wherever in the show they are.

A line is stored before anybody hears of it. ``BoothTalked`` says on every node which one to read; where people stand is
known from the hall, who is of the staff from Postgres (``staff_board``), never from the bus.
"""

import math
from typing import TYPE_CHECKING

from halles.errors import Rejection, RejectionCode
from halles.ids import BoothId, HallId, SlotId
from halles.protocol.messages import BoothChatRead, Done, ReadBoothChat, Said, Say
from halles.world.geometry import Box
from halles_server.announcements import BoothTalked
from halles_server.gateway.connection import Connection
from halles_server.gateway.outbox import frame_of
from halles_server.gateway.visits import Visit
from halles_server.services.staffing import AT_BOOTH_M, metres_off

if TYPE_CHECKING:
    from halles_server.gateway.world import World


class BoothTalk:
    """What this node's visits say and hear at booths."""

    def __init__(self, world: "World") -> None:
        self._world = world

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
        connection.send(BoothChatRead(booth, hall, await chat.history_at(booth)))
        connection.send(Done(message.request_id))

    async def heard(self, news: BoothTalked) -> None:
        """Tells a line to those of this node who hear it, and to whoever said it; ``Unavailable``."""
        hearers = self._hearers(news.booth)
        line = await self._world.services.chat.at_booth(news.number) if hearers else None
        if line is None or line.booth != news.booth:
            return
        speaker = self._world.visits.get(line.visit)  # may have walked on meanwhile
        frame = frame_of(Said(line))
        for visit in hearers | ({speaker} if speaker is not None else set()):
            if visit.connection is not None:
                visit.connection.send_frame(frame)
                visit.connection.out.flush()

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
        pose = visit.runner.hall.pose(visit.number)
        return self._around(*where).at(pose.x, pose.y)

    def _hearers(self, booth: BoothId) -> set[Visit]:
        """Returns who of this node stands at a booth, and its staff."""
        found = set(self._world.staff_board.on_staff(booth))
        where = self._world.board.slot(booth)
        if where is None:
            return found
        runner, around = self._world.runners[where[0]], self._around(*where)
        for number in runner.hall.near(around.box.x, around.box.y, around.reach):
            visit, pose = runner.visit(number), runner.hall.pose(number)
            if visit is not None and visit.detached_at is None and around.at(pose.x, pose.y):
                found.add(visit)
        return found

    def _around(self, hall: HallId, slot: SlotId) -> "_Around":
        scene, standing = self._world.runners[hall].hall.scene, self._world.board.standing(hall)
        return _Around(
            next(row.box for row in scene.slots if row.id == slot),
            tuple(row.box for row in scene.slots if row.id != slot and SlotId(row.id) in standing),
        )


class _Around:
    """The floor at one booth, as far as it is not another's."""

    def __init__(self, box: Box, others: tuple[Box, ...]) -> None:
        self.box = box
        self.reach = AT_BOOTH_M + _half(box)
        self._others = [
            one
            for one in others
            if math.dist((one.x, one.y), (box.x, box.y)) < 2 * AT_BOOTH_M + _half(box) + _half(one)
        ]

    def at(self, x: float, y: float) -> bool:
        """Tells whether (x, y) is at the booth."""
        off = metres_off(self.box, x, y)
        return off <= AT_BOOTH_M and all(off <= metres_off(other, x, y) for other in self._others)


def _half(box: Box) -> float:
    return math.hypot(box.width, box.depth) / 2
