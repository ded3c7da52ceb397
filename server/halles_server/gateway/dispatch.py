"""From bytes to acts: each message goes to who carries it out, and each error is answered here and nowhere else.

Moves and voice go straight to the hall. Everything that may wait for something goes through the connection's queue,
with one deadline from its arrival; only the chat that an entry reads waits beside the queue, so that it holds nothing
up. A rejection is answered, a broken rule closes, a fault of ours is logged with its traceback and closes without
explaining itself.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

import structlog

from halles.errors import Rejection, RejectionCode, RemoteProtocolError, Unavailable
from halles.ids import BoothId, RequestId
from halles.protocol.announcement_messages import Announce
from halles.protocol.backstage_messages import ReadBackstage, SayBackstage
from halles.protocol.block_messages import Block
from halles.protocol.booth_messages import AnswerBell, CancelRing, LeaveMessage, RingBell, SayBackAt
from halles.protocol.close_codes import CloseCode
from halles.protocol.codec import decode, hello_versions
from halles.protocol.draft_messages import ShowDraft
from halles.protocol.host_messages import KeepHostReplay, ReadHostReplay
from halles.protocol.live_messages import ActLive, PointAt, SayCaption
from halles.protocol.messages import (
    BoothRead,
    Done,
    EditBooth,
    EnterHall,
    Find,
    Found,
    Goodbye,
    Hello,
    Leave,
    ListPeople,
    Message,
    Move,
    ReadBooth,
    ReadBoothChat,
    Rejected,
    Said,
    Say,
)
from halles.protocol.programme_messages import MarkComing
from halles.protocol.public_messages import (
    AskQuestion,
    Attend,
    DecidePoll,
    DecideQuestion,
    OpenPoll,
    React,
    SetAsking,
    VotePoll,
    VoteQuestion,
)
from halles.protocol.replay_messages import ListReplays, OpenReplay, ReadReplay
from halles.protocol.report_messages import Report
from halles.protocol.satchel_messages import ReadSatchel, RemoveFromSatchel, TakeIntoSatchel
from halles.protocol.standing_messages import Appeal, LiftSanction, Sanction
from halles.protocol.states import State
from halles.protocol.table import Direction
from halles.protocol.version import agree
from halles.protocol.voice_messages import Listen, Speak
from halles_server.gateway.arrivals import Arrivals, wrong_version
from halles_server.gateway.connection import Connection
from halles_server.gateway.outbox import frame_of
from halles_server.gateway.passages import Passages
from halles_server.gateway.replays import Replays
from halles_server.gateway.request_queue import RequestQueue
from halles_server.gateway.satchels import SatchelActs
from halles_server.gateway.standing_acts import StandingActs
from halles_server.gateway.standing_board import removed
from halles_server.gateway.visits import Visit
from halles_server.gateway.world import BEGINS_ANEW, World
from halles_server.ports.numbers import OPENED
from halles_server.services.admission import Banned
from halles_server.services.chat import NEARBY_M
from halles_server.services.once_a_day import Doer
from halles_server.services.satchel import owner_of

_log: Final = structlog.get_logger(__name__)

_RETRY_MS: Final = 2000
"""When to try again what was unavailable."""

_BUSY: Final = frozenset(
    {RejectionCode.TRY_LATER, RejectionCode.RATE_LIMITED, RejectionCode.UNAVAILABLE, RejectionCode.STORAGE_FULL}
)
"""Refusals of ``Hello`` after which trying later makes sense."""


class Dispatch:
    """Hears every connection."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._arrivals = Arrivals(world)
        self._passages = Passages(world)
        satchels, standing, replays = SatchelActs(world), StandingActs(world), Replays(world)
        self._acts: Final[dict[type[Message], Callable[[Connection, Visit, Any], Awaitable[None]]]] = {
            EnterHall: self._passages.enter,
            Say: self._say,
            Find: self._find,
            ReadBooth: self._read_booth,
            EditBooth: self._edit_booth,
            ListPeople: self._list_people,
            RingBell: world.bells.ring,
            CancelRing: world.bells.cancel,
            AnswerBell: world.bells.answer,
            LeaveMessage: world.bells.leave_message,
            SayBackAt: world.bells.say_back,
            ReadBoothChat: world.talk.read,
            TakeIntoSatchel: satchels.take,
            RemoveFromSatchel: satchels.remove,
            ReadSatchel: satchels.read,
            ShowDraft: world.drafts.show,
            KeepHostReplay: world.host_board.keep_one,
            ReadHostReplay: world.host_board.read,
            Listen: world.speaking.listen,
            Sanction: standing.sanction,
            LiftSanction: standing.lift,
            Appeal: standing.appeal,
            ActLive: world.live.act,
            SayCaption: world.live.say_caption,
            SayBackstage: world.backstage.say,
            ReadBackstage: world.backstage.read,
            OpenReplay: replays.open,
            ReadReplay: replays.read,
            ListReplays: replays.list,
            MarkComing: world.programme.mark,
            AskQuestion: world.public.ask,
            VoteQuestion: world.public.vote,
            DecideQuestion: world.public.decide,
            SetAsking: world.public.set_asking,
            OpenPoll: world.public.open_poll,
            VotePoll: world.public.vote_poll,
            DecidePoll: world.public.decide_poll,
            Attend: world.public.attend,
            Report: world.reports.report,
            Announce: world.announced.announce,
            Block: world.blocks.block,
        }

    def take(self, connection: Connection, data: bytes, now: float) -> None:
        """Takes one message's bytes."""
        neighbours = self._world.neighbours
        if neighbours is not None and not neighbours.membership.speaks():
            connection.close(BEGINS_ANEW)
            return
        try:
            message = decode(data, Direction.TO_SERVER)
            connection.conversation.received(message)
            if type(message) is Move:
                self._move(connection, message)
            elif type(message) is Speak:
                self._world.speaking.say(connection, message, now)
            elif type(message) is PointAt:
                if connection.visit is not None:
                    self._world.live.point(connection.visit, message)
            elif type(message) is React:
                if connection.visit is not None:
                    self._world.reactions.react(connection.visit, message)
            elif type(message) is Leave:
                self._arrivals.leave(connection)
            else:
                self._queue(connection, message, now)
        except Exception as error:  # noqa: BLE001 - the one place that answers what goes wrong on arrival
            if connection.conversation.state is State.GREETING and _of_another_version(data):
                connection.close(wrong_version())
            else:
                self._answer(connection, None, error)

    def lost(self, connection: Connection) -> None:
        """Hears that a connection is over."""
        if connection.requests is not None:
            connection.requests.clear()
        self._arrivals.lost(connection)

    def _move(self, connection: Connection, move: Move) -> None:
        visit = connection.visit
        if visit is not None and visit.runner is not None:
            visit.runner.submit(visit, move)

    def _queue(self, connection: Connection, message: Message, now: float) -> None:
        visit = connection.visit
        if visit is None:
            connection.greeted()
        if connection.requests is None:
            connection.requests = RequestQueue(
                self._world.tasks, lambda message, arrived: self._carry_out(connection, message, arrived)
            )
        if visit is not None and not visit.requests.take(now):
            self._too_many(connection, visit, message, visit.requests.wait_ms(now), now)
        elif not connection.requests.put(message, now) and visit is not None:
            self._too_many(connection, visit, message, _RETRY_MS, now)

    def _too_many(self, connection: Connection, visit: Visit, message: Message, wait_ms: int, now: float) -> None:
        if not visit.refused.add(now):
            raise RemoteProtocolError(CloseCode.TOO_FAST, "too many requests")
        self._answer(connection, message, Rejection(RejectionCode.RATE_LIMITED, "too many requests", wait_ms))
        connection.out.flush()

    async def _carry_out(self, connection: Connection, message: Message, arrived: float) -> None:
        """Carries one request out, within ``request_s`` from its arrival, or from its turn to be let in."""
        if connection.closing:
            return
        began = time.perf_counter()
        name = type(message).__name__
        try:
            if isinstance(message, Hello):
                async with self._arrivals.turn(connection, message), asyncio.timeout(self._world.config.request_s):
                    await self._arrivals.hello(connection, message)
            elif connection.visit is not None:
                async with asyncio.timeout_at(arrived + self._world.config.request_s):
                    await self._acts[type(message)](connection, connection.visit, message)
            self._world.metrics.requests.labels(name).inc()
        except Exception as error:  # noqa: BLE001 - the one place that answers what goes wrong in an act
            self._answer(connection, message, error)
        connection.out.flush()
        _log.debug("request", act=name, duration_ms=round((time.perf_counter() - began) * 1000, 1))

    def _answer(self, connection: Connection, message: Message | None, error: Exception) -> None:
        """Answers an error as far as the peer may know it."""
        if isinstance(error, RemoteProtocolError):
            connection.close(Goodbye(error.close_code, error.text))
        elif isinstance(error, Banned):
            connection.close(removed(error.sanction, self._world.services.clock.wall()))
        elif isinstance(error, Rejection):
            self._reject(connection, message, error)
        elif isinstance(error, Unavailable | TimeoutError):
            _log.warning("unavailable", act=type(message).__name__, reason=str(error) or "timeout")
            self._reject(connection, message, Rejection(RejectionCode.UNAVAILABLE, "not available now", _RETRY_MS))
        else:
            self._world.metrics.faults.labels("dispatch").inc()
            _log.error("fault", act=type(message).__name__, exc_info=error)
            connection.close(Goodbye(CloseCode.INTERNAL, "a fault of the server"))

    def _reject(self, connection: Connection, message: Message | None, refusal: Rejection) -> None:
        self._world.metrics.rejections.labels(refusal.code).inc()
        if isinstance(message, Hello):
            code = CloseCode.TRY_LATER if refusal.code in _BUSY else CloseCode.NOT_ADMITTED
            goodbye = Goodbye(code, refusal.text, refusal.retry_after_ms, reason=refusal.code)
            connection.close(goodbye)
        elif (request_id := getattr(message, "request_id", None)) is not None:
            most = refusal.most_characters
            connection.send(Rejected(request_id, refusal.code, refusal.text, refusal.retry_after_ms, most))

    # --- acts -----------------------------------------------------------------------------------------------

    async def _say(self, connection: Connection, visit: Visit, message: Say) -> None:
        runner, number = visit.runner, visit.number
        if runner is None:
            raise Rejection(RejectionCode.NOT_FOUND, "in no hall")
        self._world.standing_board.check_speech(visit, runner.id)
        now = self._world.now()
        if not visit.chat.take(now):
            raise Rejection(RejectionCode.RATE_LIMITED, "too many lines", visit.chat.wait_ms(now))
        if message.channel != "booth":
            self._world.live.check_chat(visit, runner.id)
        if message.channel == "booth":
            await self._world.talk.say(visit, message)
            connection.send(Done(message.request_id))
            return
        try:
            line, new = await self._world.services.chat.say(visit.actor, message, runner.id, visit.record.look.coat)
        except (Unavailable, asyncio.CancelledError):
            visit.unheard.put(message.request_id, runner.id)
            raise
        if visit.unheard.take(message.request_id, runner.id) or new:
            frame = frame_of(Said(line))
            if message.channel == "hall":
                self._world.blocks.spread(runner, line, frame)
                self._world.reports.heard(runner.id, line, None)
            elif visit.runner is runner and visit.number == number:
                near = runner.hall.within(number, NEARBY_M)
                self._world.blocks.spread(runner, line, frame, near)
                self._world.reports.heard(runner.id, line, near)
            if self._world.neighbours is not None and visit.runner is runner and visit.number == number:
                self._world.neighbours.say(runner, number, line)
        connection.send(Done(message.request_id))

    async def _find(self, connection: Connection, visit: Visit, message: Find) -> None:
        staffed = self._world.staff_board.staffed()
        items = await self._world.services.finding.find(
            message.query, self._world.people(), staffed, self._world.programme.seen_by(visit)
        )
        connection.send(Found(message.request_id, items))

    async def _read_booth(self, connection: Connection, visit: Visit, message: ReadBooth) -> None:
        found = await self._world.services.booths.read(BoothId(message.booth))
        connection.send(
            BoothRead(message.request_id, found.booth, found.hall, found.slot, found.revision, found.content)
        )
        if not visit.record.bot and not self._world.footfalls.serves(visit.record.account, found.booth):
            doer = Doer(owner_of(visit.actor).key, visit.address)
            self._world.services.numbers.count_once(doer, found.booth, OPENED, visit.actor.language)

    async def _edit_booth(self, connection: Connection, visit: Visit, message: EditBooth) -> None:
        booth = BoothId(message.booth)
        request_id = RequestId(message.request_id)
        edits = self._world.services.booths
        revision = await edits.edit(visit.actor, request_id, booth, message.revision, message.edit)
        connection.send(Done(message.request_id, revision))
        _log.info("booth edited", actor=visit.record.account, act=message.edit.__class__.__name__, booth=booth)

    async def _list_people(self, connection: Connection, visit: Visit, message: ListPeople) -> None:
        connection.send(self._world.counts())


def _of_another_version(data: bytes) -> bool:
    """Tells whether these bytes, which do not decode, are the hello of a client that we could not talk with anyway."""
    versions = hello_versions(data)
    return versions is not None and agree(*versions) is None
