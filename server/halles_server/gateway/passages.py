"""Going somewhere: ``EnterHall``, from hall to hall, within one, and back to the place that a dropped visit had."""

import asyncio
import math
from collections.abc import Iterator
from typing import Final

from halles.errors import Rejection, RejectionCode
from halles.ids import HallId
from halles.protocol.messages import ChatRead, EnterHall, HallEntered
from halles.world.roles import Right
from halles_server.gateway.connection import Connection
from halles_server.gateway.hall_runner import HallRunner
from halles_server.gateway.visits import Visit
from halles_server.gateway.world import World
from halles_server.ports.visits import Place
from halles_server.services import policies
from halles_server.services.travel import resolve

_HISTORY_S: Final = 1.0
"""Seconds that the chat's last lines are waited for; whoever enters then reads none."""

_UNITS: Final = 65_536 / math.tau


class Passages:
    """Brings visits into halls."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def enter(self, connection: Connection, visit: Visit, message: EnterHall) -> None:
        """Puts the visit's avatar where it asked to be, and tells it who and what is there.

        All but the chat is told from memory, so that people walk on while the database is away. The chat follows when
        it has been read, since no request is answered twice: this one is answered by then. What is said meanwhile is
        heard before it.

        Raises:
            Rejection: NOT_FOUND, HALL_FULL, FORBIDDEN, RATE_LIMITED; the avatar stays where it was.
        """
        now = self._world.now()
        if not visit.entries.take(now):
            raise Rejection(RejectionCode.RATE_LIMITED, "too many entries", visit.entries.wait_ms(now))
        place = self._landing(visit, message)
        self._check(visit, message, place.hall)
        runner = self._world.runners[place.hall]
        self._world.live.door.check(visit, place.hall)
        self._move(visit, runner, place)
        self._world.standing_board.entered(visit)
        self._world.talk.arrived(visit, message.place)
        visit.entry += 1
        pose = runner.hall.pose(visit.number)
        card = runner.hall.card(visit.number)
        connection.send(
            HallEntered(
                request_id=message.request_id,
                hall=place.hall,
                number=card.number,
                x=card.x,
                y=card.y,
                z=round(pose.z * 100),
                heading=round(pose.heading * _UNITS) % 65_536,
                people=runner.hall.people,
            )
        )
        self._world.speaking.entered(connection, visit)
        self._world.blocks.arrived(connection, visit)
        connection.out.put_portions(self._here(runner, visit))
        self._world.live.arrived(visit)
        self._world.public.arrived(visit)
        self._world.announced.arrived(visit)
        connection.out.flush()
        self._world.note("tell the chat", self._tell_chat(connection, visit, runner.id, visit.entry))

    def _check(self, visit: Visit, message: EnterHall, hall: HallId) -> None:
        """Refuses who may not come into a hall; who may not move only comes back to where they were.

        Raises:
            Rejection: FORBIDDEN.
        """
        board, kept = self._world.standing_board, visit.kept
        policies.require(visit.actor, Right.ENTER, board.where(hall))
        stands = visit.runner is not None and visit.runner.attached(visit)
        if stands or (kept is not None and (message.place or kept.hall != hall)):
            before = visit.place()
            policies.require(visit.actor, Right.MOVE, board.where(before.hall if before is not None else hall))

    def _here(self, runner: HallRunner, visit: Visit) -> Iterator[bytes]:
        """Yields who and then what is here, each frame as of the moment when it is asked for."""
        yield from runner.portions.frames()
        yield self._world.board.listed(runner.id)
        yield self._world.staff_board.listed(runner.id)
        yield self._world.host_board.listed(runner.id)
        yield from self._world.live.listed(runner.id, visit)
        if (programme := self._world.programme.listed(visit)) is not None:
            yield programme
        yield from self._world.public.listed(runner.id, visit)

    def _landing(self, visit: Visit, message: EnterHall) -> Place:
        returns = not message.place and visit.kept is not None and visit.kept.hall == message.hall
        if returns and visit.kept is not None and visit.kept.hall in self._world.runners:
            kept = visit.kept
            if self._world.runners[kept.hall].hall.scene.field.one(kept.x, kept.y) > 0:
                return kept
        found = resolve(self._world.atlas, message.hall, message.place, self._world.rng)
        return Place(found.hall, found.x, found.y, 0.0, found.heading)

    def _move(self, visit: Visit, runner: HallRunner, place: Place) -> None:
        now = self._world.now()
        if visit.runner is runner and runner.attached(visit):
            runner.jump(visit, place, now)
            return
        came_back = visit.runner is runner  # before its avatar was hidden
        if self._full(runner, visit, runner.hall.people - came_back):
            raise Rejection(RejectionCode.HALL_FULL, f"{runner.id} is full", 5000)
        if came_back:
            runner.leave(visit)  # first, since in a full hall there is no place for both
        before, number = visit.runner, visit.number
        runner.enter(visit, place, now)
        if before is not None:
            before.drop(number)
        visit.kept = None

    def _full(self, runner: HallRunner, visit: Visit, people: int) -> bool:
        """Tells whether a hall with so many people, and the seats that it keeps for others, has none for this visit."""
        world, capacity = self._world, self._world.config.hall_capacity
        absent = len(world.visits) - sum(each.hall.own_people for each in world.runners.values())
        if people + absent < capacity:  # so that seats are not counted for each one of a crowd that arrives
            return False
        return people + world.visits.seats_kept(runner.id, besides=visit) >= capacity

    async def _tell_chat(self, connection: Connection, visit: Visit, hall: HallId, entry: int) -> None:
        """Tells the hall's last lines to whoever has not gone on meanwhile; nothing when they cannot be read.

        Raises:
            Unavailable: They cannot be read.
            TimeoutError: Not within ``_HISTORY_S``.
        """
        async with asyncio.timeout(_HISTORY_S):
            lines = await self._world.services.chat.history(visit.actor, hall)
        if visit.connection is connection and visit.entry == entry:
            connection.send(ChatRead(self._world.blocks.lines(visit, lines)))
            connection.out.flush()
