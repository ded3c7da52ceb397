"""Blocking on this node: who neither sees nor hears whom, kept up, told, and taken out of what is delivered.

All pairs of the show's visits are read whenever one has changed or somebody has come, and again and again. What people
write, ring and say by voice is held back here; the avatars are hidden by the clients that are told so.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import structlog

from halles.ids import RequestId, VisitId
from halles.protocol.block_messages import BLOCKS_MOST, HIDDEN_TOLD, Block, BlockedCard, BlockedTold
from halles.protocol.messages import ChatLine, Done
from halles.protocol.voice_messages import Voice
from halles_server.announcements import Announcement, BlocksChanged
from halles_server.gateway.boards import Act, Attempt, Board
from halles_server.gateway.connection import Connection
from halles_server.gateway.hall_runner import HallRunner
from halles_server.gateway.visits import Visit
from halles_server.ports.blocks import PAIRS_MOST

if TYPE_CHECKING:
    from halles_server.gateway.world import World

_log: Final = structlog.get_logger(__name__)

GAP_S: Final = 0.25
"""Between two readings, at least."""

SWEEP_S: Final = 5.0
"""Between two readings, at most."""

_NOBODY: Final = BlockedTold((), ())


class BlockBoard(Board):
    """The blocks of the show, as this node's visits feel them."""

    def __init__(self, world: "World", attempt: Attempt) -> None:
        self._world, self._attempt = world, attempt
        self._news = asyncio.Event()
        self._hidden: dict[VisitId, frozenset[VisitId]] = {}
        self._mine: dict[VisitId, tuple[BlockedCard, ...]] = {}
        self._told: dict[VisitId, tuple[Connection, BlockedTold]] = {}
        self._cut = False

    async def block(self, connection: Connection, visit: Visit, message: Block) -> None:
        """Blocks somebody for a visit, or no more."""
        request_id = RequestId(message.request_id)
        await self._world.services.blocks.block(visit.actor, request_id, VisitId(message.visit), on=message.on)
        connection.send(Done(message.request_id))

    def hides(self, reader: Visit, other: VisitId) -> bool:
        """Tells whether a visit hears nothing of another."""
        return other in self._hidden.get(reader.record.visit, ())

    def lines(self, reader: Visit, lines: Iterable[ChatLine]) -> tuple[ChatLine, ...]:
        """Returns what a visit may read of what was said."""
        return tuple(line for line in lines if not self.hides(reader, line.visit))

    def spread(self, runner: HallRunner, line: ChatLine, frame: bytes, numbers: Iterable[int] | None = None) -> None:
        """Tells a line to these numbers of a hall, None for all of it, but to nobody who does not hear its speaker."""
        deaf = self._numbers(runner, self._hidden.get(line.visit, ()))
        if not deaf and numbers is None:
            runner.tell(frame)
        else:
            hearers = runner.numbers() if numbers is None else numbers
            runner.tell_some([number for number in hearers if number not in deaf], frame)

    def voices(
        self, runner: HallRunner, hearers: Sequence[int], voices: tuple[Voice, ...]
    ) -> Iterator[tuple[Sequence[int], tuple[Voice, ...]]]:
        """Yields who hears which of these voices."""
        deaf: dict[int, set[int]] = defaultdict(set)
        for voice in voices if self._hidden else ():
            speaker = runner.hall.card(voice.number).visit
            for number in self._numbers(runner, self._hidden.get(speaker, ())):
                deaf[number].add(voice.number)
        yield [number for number in hearers if number not in deaf], voices
        for number in hearers if deaf else ():
            if number in deaf:
                yield [number], tuple(voice for voice in voices if voice.number not in deaf[number])

    def arrived(self, connection: Connection, visit: Visit) -> None:
        """Tells a visit that comes into a hall whom not to show, before it is told who is there."""
        self._tell(connection, visit)
        self._news.set()

    @property
    def hears(self) -> Mapping[type[Announcement], Act]:
        """Reads again when somebody has blocked somebody, or a node has found that one is back."""
        return {BlocksChanged: lambda _: self._news.set()}

    async def keep(self) -> None:
        """Reads for ever."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(SWEEP_S):
                    await self._news.wait()
            self._news.clear()
            await self._attempt("read the blocks", self._look())
            await asyncio.sleep(GAP_S)

    async def _look(self) -> None:
        hidden: dict[VisitId, set[VisitId]] = defaultdict(set)
        mine: dict[VisitId, list[BlockedCard]] = defaultdict(list)
        pairs = await self._world.services.blocks.pairs()
        cut, self._cut = self._cut, len(pairs) >= PAIRS_MOST
        if self._cut and not cut:
            _log.warning("too many blocks: the oldest are not held any more", most=PAIRS_MOST)
        for pair in pairs:
            hidden[pair.owner].add(pair.target)
            hidden[pair.target].add(pair.owner)
            mine[pair.owner].append(BlockedCard(pair.target, pair.name))
        before, self._hidden = self._hidden, {visit: frozenset(found) for visit, found in hidden.items()}
        self._mine = {visit: tuple(found[:BLOCKS_MOST]) for visit, found in mine.items()}
        if self._world.neighbours is not None:
            self._call(before)
        for visit in self._world.visits:
            if visit.connection is not None and visit.runner is not None:  # others are told when they come in
                self._tell(visit.connection, visit)
        self._told = {one: told for one, told in self._told.items() if self._world.visits.get(one) is not None}

    def _call(self, before: Mapping[VisitId, frozenset[VisitId]]) -> None:
        """Has the other nodes read, too, where a visit of this one has come of which they may not know yet."""
        for visit in self._hidden.keys() - before.keys():
            if self._world.visits.get(visit) is not None:
                self._world.announce(BlocksChanged(visit))
                return

    def _tell(self, connection: Connection, visit: Visit) -> None:
        """Tells a visit whom not to show, where its connection was told otherwise or nothing."""
        one = visit.record.visit
        hidden = tuple(sorted(self._hidden.get(one, ())))[:HIDDEN_TOLD]
        message = BlockedTold(hidden, self._mine.get(one, ())) if hidden else _NOBODY
        known = self._told.get(one)
        if message != (known[1] if known is not None and known[0] is connection else _NOBODY):
            self._told[one] = connection, message
            connection.send(message)
            connection.out.flush()

    def _numbers(self, runner: HallRunner, visits: Iterable[VisitId]) -> frozenset[int]:
        """Returns the numbers of this node's visits among these that are in a hall."""
        found = (self._world.visits.get(visit) for visit in visits)
        return frozenset(visit.number for visit in found if visit is not None and visit.runner is runner)
