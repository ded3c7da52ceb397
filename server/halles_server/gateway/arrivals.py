"""Coming in, coming back, and going: ``Hello``, ``Leave``, and what follows when a connection breaks."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import structlog

from halles import __version__
from halles.errors import Rejection, RejectionCode
from halles.protocol.close_codes import CloseCode
from halles.protocol.messages import Goodbye, Hello, Welcomed
from halles.protocol.version import NEWEST, OLDEST, agree
from halles_server.gateway.connection import Connection
from halles_server.gateway.visits import Visit
from halles_server.gateway.world import BREATHER_MS, World
from halles_server.observability import cut_address
from halles_server.services.admission import Admitted
from halles_server.services.limits import sharing

TURNS: Final = 8
"""How many may be let in at the same time: with more, a crowd at the door would hold up the ticks of all who are in."""

ANSWER_S: Final = 9.0
"""After which whoever has said ``Hello`` has an answer: clients wait for 10 s."""

_REPLACED: Final = Goodbye(CloseCode.REPLACED, "this account came in elsewhere")

_log: Final = structlog.get_logger(__name__)


class Arrivals:
    """Lets visits in and out of the world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._turns = asyncio.Semaphore(TURNS)
        self._line: Counter[str] = Counter()

    @asynccontextmanager
    async def turn(self, connection: Connection, hello: Hello) -> AsyncIterator[None]:
        """Waits until it is one's turn to be let in, and takes it while the block lasts.

        First come, first served; where the line is as long as may be, of all or of one address, the newest is refused.

        Raises:
            Rejection: TRY_LATER, the line is too long or takes too long.
        """
        config, who = self._world.config, sharing(connection.address)
        # As many as may be in at all; of one address, as many as may come at once.
        if self._line.total() >= config.node_capacity or self._line[who] >= config.admissions_burst:
            raise _too_many()
        self._line[who] += 1
        try:
            async with self._own_turn(hello):
                yield
        finally:
            self._line[who] -= 1
            if not self._line[who]:
                del self._line[who]

    @asynccontextmanager
    async def _own_turn(self, hello: Hello) -> AsyncIterator[None]:
        if hello.way == "account":
            # Passwords are checked few at a time as it is, and too slowly for anybody to stand in line behind them.
            yield
            return
        try:
            async with asyncio.timeout(max(ANSWER_S - self._world.config.request_s, 0.0)):
                await self._turns.acquire()
        except TimeoutError:
            raise _too_many() from None
        try:
            yield
        finally:
            self._turns.release()

    async def hello(self, connection: Connection, hello: Hello) -> None:
        """Admits a visit and welcomes it.

        A connection that broke meanwhile leaves the visit suspended: its client never saw the resume token.
        """
        version = agree(hello.oldest, hello.newest)
        if version is None:
            connection.close(wrong_version())
            return
        if connection.closing:  # it has waited for its turn
            return
        if hello.way != "resume":
            self._world.check_room(connection.address)
        admission = self._world.services.admission
        admitted = await admission.admit(hello, connection.address)
        if connection.closing:
            self._world.departures.dropped(admitted.record.visit, admitted.record.epoch, None)
            return
        visit = self._take_in(admitted, connection)
        if visit is not None:
            self._welcome(connection, visit, version, admitted)
            self._world.standing_board.came_in(visit)
            _log.info(
                "admitted",
                act=hello.way,
                actor=visit.record.account or visit.record.visit,
                returned=admitted.returned,
                software=hello.software,
                address=cut_address(connection.address),
            )

    def leave(self, connection: Connection) -> None:
        """Ends a visit at its own wish."""
        visit = connection.visit
        connection.close(Goodbye(CloseCode.NORMAL, "goodbye"))
        if visit is not None:
            self._world.end(visit)

    def lost(self, connection: Connection) -> None:
        """Takes note that a connection is over: its visit waits for a return, or ends with it."""
        visit, connection.visit = connection.visit, None
        if visit is None or visit.connection is not connection:
            return
        if connection.unread:
            visit.halved = not visit.slow.add(self._world.now())
        if connection.resumable:
            connection.conversation.broken()
            self._world.suspend(visit)
        else:
            visit.connection = None
            self._world.end(visit)

    def _take_in(self, admitted: Admitted, connection: Connection) -> Visit | None:
        """Joins visit and connection; None when the account came in elsewhere at the same moment, but later."""
        world, record = self._world, admitted.record
        if record.account and world.visits.newest_epoch(record.account) > record.epoch:
            world.departures.ended(record.visit)
            connection.close(_REPLACED)
            return None
        visit, older = world.visits.add(record, connection.address)
        if older is not None:
            world.end(older, _REPLACED)
        if visit.connection is not None:
            stale, visit.connection = visit.connection, None
            stale.visit = None
            stale.close(Goodbye(CloseCode.REPLACED, "this visit goes on with another connection"))
        if visit.runner is not None:
            visit.runner.detach(visit, world.now())
        world.departures.returned(record.visit)
        visit.connection, visit.dropped_at = connection, None
        world.bells.came_back(record.visit)
        connection.visit = visit
        if visit.halved:
            visit.halved = False
            connection.out.halve()
        if world.neighbours is not None:
            if admitted.returned:
                world.recall(visit)
            world.neighbours.came_in(visit)
        return visit

    def _welcome(self, connection: Connection, visit: Visit, version: int, admitted: Admitted) -> None:
        world, record, place = self._world, visit.record, visit.place()
        connection.send(
            Welcomed(
                version=version,
                visit=record.visit,
                resume=admitted.resume,
                name=record.name,
                role=record.role,
                language=record.language,
                look=record.look,
                halls=world.hall_cards(),
                tick_hz=world.config.tick_hz,
                last_hall=place.hall if place is not None and admitted.returned else "",
                server_time_ms=int(world.now() * 1000),
                resume_s=int(world.config.resume_s),
                elsewhere=world.neighbours.membership.elsewhere() if world.neighbours is not None else (),
            )
        )


def _too_many() -> Rejection:
    return Rejection(RejectionCode.TRY_LATER, "too many arrive at once", BREATHER_MS)


def wrong_version() -> Goodbye:
    """Returns the answer to a client that speaks no version of ours: it says which to install."""
    spoken = f"version {NEWEST}" if OLDEST == NEWEST else f"versions {OLDEST} to {NEWEST}"
    text = f"this server speaks {spoken} of the protocol: install Halles {__version__}"
    return Goodbye(CloseCode.WRONG_VERSION, text, 0, OLDEST, NEWEST)
