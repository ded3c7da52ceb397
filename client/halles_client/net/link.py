"""One visit's link to a server: connects, says hello, keeps the conversation, comes back after a break.

Belongs here: the websocket and the order of messages on it. Not here: what messages mean for the world (replica).
Invariant: nothing is sent that the conversation does not allow, and a request gets exactly one answer or an error.
"""

import asyncio
import random
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final, Literal

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI

import halles
from halles.errors import RemoteProtocolError, Unavailable
from halles.protocol import codec, far_slice, pose_batch
from halles.protocol.close_codes import ABNORMAL, CloseCode
from halles.protocol.conversation import Conversation
from halles.protocol.host_messages import HostReplayRead
from halles.protocol.messages import (
    BoothRead,
    Done,
    EnterHall,
    Found,
    Goodbye,
    HallEntered,
    Hello,
    Leave,
    Message,
    Move,
    NodesListed,
    PoseBatch,
    Rejected,
    Welcomed,
)
from halles.protocol.replay_messages import ReplayOpened, ReplayRead, ReplaysListed
from halles.protocol.satchel_messages import SatchelRead
from halles.protocol.states import State
from halles.protocol.table import BY_TYPE, Direction
from halles.protocol.version import NEWEST, OLDEST
from halles.world.look import Look
from halles.world.text import Language
from halles_client.net.addresses import Addresses
from halles_client.net.failures import failure
from halles_client.net.inbox import Inbox
from halles_client.net.opening import open_socket
from halles_client.net.requests import Requests, new_request_id
from halles_client.net.status import Phase, Status, comes_back, wait_s

WELCOME_S: Final = 10.0
"""Seconds for the answer to ``Hello``; checking a password takes the server a moment."""

REQUEST_S: Final = 15.0
"""Seconds that a request waits for its answer, reconnecting included."""

GOODBYE_S: Final = 2.0
"""Seconds for the server to close after its ``Goodbye`` or our ``Leave``."""

SOFTWARE: Final = f"halles {halles.__version__}"

_ELSEWHERE: Final = frozenset({CloseCode.RESTART, CloseCode.TRY_LATER, CloseCode.INTERNAL})
"""After these another node is the better one."""

TOLD_CAP: Final = 16
"""Of what has no answer, as voice, that may wait to be sent; of more the oldest is forgotten."""

_CLOSED: Final = "the link is closed"
_ANSWERS: Final = (
    Done,
    Found,
    BoothRead,
    SatchelRead,
    HostReplayRead,
    ReplayOpened,
    ReplayRead,
    ReplaysListed,
    Rejected,
    HallEntered,
)


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who comes, by which way: the fields of ``Hello`` beside versions and kind."""

    name: str
    language: Language = "fr"
    look: Look = Look()  # noqa: RUF009 -- frozen
    way: Literal["guest", "account", "ticket"] = "guest"
    secret: str = ""
    bot: bool = False
    conduct: bool = True
    """Whether the code of conduct was accepted."""
    device: str = ""
    """What this computer is known by from one visit to the next."""


class Link:
    """One visit at one server. Made and run in one event loop; ``ask``, ``send`` and ``inbox`` serve any thread.

    Attributes:
        inbox: What the server said, in order, for the application to drain.
        status: How it fares now.
    """

    def __init__(self, url: str, who: Credentials, *, rng: random.Random | None = None) -> None:
        self.inbox = Inbox()
        self.status = Status(Phase.CONNECTING)
        self._addresses, self._who = Addresses(url), who
        self._rng = rng or random.Random()
        self._requests = Requests()
        self._conversation = Conversation()
        self._resume = self._last_hall = ""
        self._return = b""  # the request_id of our own way back into the hall, after a break
        self._goodbye: Goodbye | None = None
        self._failures = 0
        self._moves: deque[Move] = deque(maxlen=1)
        self._told: deque[Message] = deque(maxlen=TOLD_CAP)
        self._due: deque[Message] = deque()
        self._wake = asyncio.Event()
        self._hurry = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._leaving = False
        self._socket: ClientConnection | None = None

    @property
    def address(self) -> str:
        """The node connected to, or tried next."""
        return self._addresses.current

    async def run(self) -> None:
        """Keeps the visit online until it is over; cancelled, it closes the connection and ends all requests."""
        try:
            while self.status.phase is not Phase.CLOSED:
                code = await self._one_connection()
                await self._after(code)
        finally:
            self.status = replace(self.status, phase=Phase.CLOSED)
            self._requests.close(_CLOSED)

    def ask(self, message: Message, timeout_s: float = REQUEST_S) -> "Future[Message]":
        """Sends a request as soon as it is legal; its future gets the answer, ``Rejection`` or ``Unavailable``."""
        answer: Future[Message] = Future()
        if not self._soon(self._ask, message, answer, timeout_s):
            answer.set_exception(Unavailable(_CLOSED))
        return answer

    async def request(self, message: Message, timeout_s: float = REQUEST_S) -> Message:
        """Like ``ask`` within the link's own loop; cancelled, nobody waits for the answer any longer."""
        return await asyncio.wrap_future(self.ask(message, timeout_s))

    def send(self, message: Move) -> None:
        """Sends the newest of something that has no answer; while it is not legal it is forgotten. Any thread."""
        self._moves.append(message)
        self._soon(self._wake.set)

    def tell(self, message: Message) -> None:
        """Sends something that has no answer, in order; while it is not legal it is forgotten. Any thread."""
        self._told.append(message)
        self._soon(self._wake.set)

    def leave(self) -> None:
        """Ends the visit: says so when it is online, and does not come back. Any thread."""
        self._soon(self._leave)

    def hasten(self) -> None:
        """Makes the next try now instead of at ``Status.retry_at``. Any thread."""
        self._soon(self._hurry.set)

    def cut(self) -> None:
        """Breaks the connection as a bad network does, for drills; the visit comes back by itself. Any thread."""
        self._soon(self._cut)

    # --- one connection -------------------------------------------------------------------------------------

    async def _one_connection(self) -> int:
        """Connects and talks until the end; returns the close code that counts."""
        self._conversation, self._goodbye = Conversation(), None
        began = time.monotonic()
        try:
            socket = await open_socket(self._addresses.current, alone=self._addresses.alone)
        except (OSError, TimeoutError, InvalidHandshake, EOFError) as error:
            why = failure(error, self._addresses.current, time.monotonic() - began)
            self.status = replace(self.status, code=ABNORMAL, text=str(error) or type(error).__name__, failure=why)
            return ABNORMAL
        except InvalidURI as error:
            self.status = replace(self.status, text=str(error))
            return CloseCode.NORMAL
        code: int = CloseCode.NORMAL
        self._socket, self.status = socket, replace(self.status, failure=None)
        try:
            await self._talk(socket)
        except* RemoteProtocolError as group:
            code = _code_of(group)
            self.status = replace(self.status, text=str(group.exceptions[0]))
        except* (ConnectionClosed, TimeoutError):
            code = ABNORMAL
        finally:
            with suppress(ConnectionClosed):
                await socket.close(CloseCode.NORMAL if code == ABNORMAL else code)
        if code == ABNORMAL and socket.protocol.close_rcvd is not None:
            code = socket.protocol.close_rcvd.code
        return self._goodbye.code if self._goodbye is not None else code

    async def _talk(self, socket: ClientConnection) -> None:
        """Says hello, then reads and writes until the connection ends."""
        await self._say(socket, self._hello())
        async with asyncio.timeout(WELCOME_S):
            await self._hear(socket)
        async with asyncio.TaskGroup() as group:
            writer = group.create_task(self._write(socket), name="link writer")
            while self._goodbye is None:
                await self._hear(socket)
            writer.cancel()
        async with asyncio.timeout(GOODBYE_S):
            await socket.wait_closed()

    async def _hear(self, socket: ClientConnection) -> None:
        data = await socket.recv(decode=False)
        message = codec.decode(data, Direction.TO_CLIENT)
        if self._conversation.state is State.LEAVING:
            return  # what was on its way when we took our leave
        before = self._conversation.state
        self._conversation.received(message)
        if isinstance(message, PoseBatch):
            pose_batch.read(message.near)  # here, where a broken server is answered, not in the view
            far_slice.read(message.far)
        if isinstance(message, Welcomed):
            self._welcomed(message)
        elif isinstance(message, NodesListed):
            self._addresses.learn(message.elsewhere)
        elif isinstance(message, Goodbye):
            self._goodbye = message
            self.status = replace(self.status, text=message.text, retry_after_ms=message.retry_after_ms)
        # First the inbox, then the answer: whoever sees the answer finds the message there.
        if not isinstance(message, _ANSWERS) or isinstance(message, BoothRead | HallEntered):
            await self.inbox.put(message)
        if isinstance(message, _ANSWERS):
            self._answered(message)
        if isinstance(message, Rejected) and before is State.ENTERING:
            await self._not_entered(message)

    def _answered(self, message: Message) -> None:
        if isinstance(message, HallEntered):
            self._last_hall = message.hall
        self._wake.set()  # a request that waited for the hall may be legal now
        self._requests.answered(message)

    async def _not_entered(self, message: Rejected) -> None:
        """Sees to somebody who stands in no hall now: back into the last one, or, refused there too, tells so."""
        if message.request_id == self._return:
            self._last_hall = ""
            await self.inbox.put(message)
        elif self._conversation.state is State.ADMITTED:
            self._go_back(self._last_hall)

    def _go_back(self, hall: str) -> None:
        """Asks for the hall that one was in, unless another is asked for already."""
        if hall and not self._requests.entering():
            self._return = new_request_id()
            self._due.append(EnterHall(self._return, hall, ""))
            self._wake.set()

    async def _write(self, socket: ClientConnection) -> None:
        """Sends what is due: requests first, then the newest move. The socket's buffer sets the pace."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._due:
                await self._say(socket, self._due.popleft())
            if self._conversation.state is State.LEAVING:
                async with asyncio.timeout(GOODBYE_S):
                    await socket.wait_closed()
                return
            while (request := self._requests.due(self._conversation.state)) is not None:
                await self._say(socket, request)
            while self._told:
                told = self._told.popleft()
                if self._conversation.state in BY_TYPE[type(told)].states:
                    await self._say(socket, told)
            if self._moves:
                move = self._moves.pop()
                if self._conversation.state in BY_TYPE[Move].states - {State.ENTERING}:
                    await self._say(socket, move)

    async def _say(self, socket: ClientConnection, message: Message) -> None:
        self._conversation.sent(message)
        await socket.send(codec.encode(message))

    # --- coming and going -----------------------------------------------------------------------------------

    def _hello(self) -> Hello:
        who = self._who
        kind: Literal["person", "bot"] = "bot" if who.bot else "person"
        way: Literal["guest", "account", "ticket", "resume"] = "resume" if self._resume else who.way
        secret = self._resume or who.secret
        said = (who.name, who.language, who.look, SOFTWARE, who.conduct, kind, who.device)
        return Hello(OLDEST, NEWEST, way, secret, *said)

    def _welcomed(self, message: Welcomed) -> None:
        self._resume = message.resume
        self._addresses.learn(message.elsewhere)
        self._failures = 0
        self.status = Status(Phase.ONLINE)
        self._due.clear()
        self._wake.set()
        if self._leaving:
            self._due.append(Leave())
        else:
            self._last_hall = message.last_hall or self._last_hall
            self._go_back(self._last_hall)

    async def _after(self, code: int) -> None:
        """The connection is over: decides whether there is another, and waits for its time."""
        was = self.status
        self._conversation.broken()
        self._requests.broken()
        self._moves.clear()
        self._told.clear()
        reason = self._goodbye.reason if self._goodbye is not None else ""
        afresh = code == CloseCode.NOT_ADMITTED and bool(self._resume) and self._who.way != "ticket"
        if afresh:
            self._resume = ""  # the place was given up meanwhile: come in again as at first
        if self._leaving or not (afresh or comes_back(code)):
            self.status = replace(was, phase=Phase.CLOSED, code=code, reason=reason)
            return
        if was.phase is not Phase.ONLINE or code in _ELSEWHERE:
            self._addresses.advance()  # a connection that just broke is first tried again where it was
        await self._pause(was, code, reason)

    async def _pause(self, was: Status, code: int, reason: str) -> None:
        """Waits for the time of the next connection, or until somebody wants it now."""
        retry_after_ms = self._goodbye.retry_after_ms if self._goodbye is not None else 0
        pause = wait_s(self._failures, retry_after_ms, self._rng)
        self._failures += 1
        now = time.monotonic()
        lost_at = now if was.phase is Phase.ONLINE else was.lost_at
        self.status = Status(Phase.RECONNECTING, now + pause, lost_at, code, reason, was.text, was.failure)
        self._hurry.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._hurry.wait(), pause)
        if self._leaving:
            self.status = replace(self.status, phase=Phase.CLOSED)
        else:
            self.status = replace(self.status, retry_at=0.0)

    def _soon(self, call: Callable[..., object], *arguments: object) -> bool:
        """Calls something in the link's loop; tells whether that loop still runs."""
        try:
            self._loop.call_soon_threadsafe(call, *arguments)
        except RuntimeError:  # the loop was closed: the visit is over
            return False
        return True

    def _ask(self, message: Message, answer: "Future[Message]", timeout_s: float) -> None:
        if self.status.phase is Phase.CLOSED:
            answer.set_exception(Unavailable(_CLOSED))
            return
        try:
            self._requests.ask(message, answer)
        except Unavailable as error:
            answer.set_exception(error)
            return
        self._loop.call_later(timeout_s, self._requests.expire, message)
        self._wake.set()

    def _cut(self) -> None:
        if self._socket is not None:
            self._socket.transport.abort()

    def _leave(self) -> None:
        self._leaving = True
        if self._conversation.state in BY_TYPE[Leave].states:
            self._due.append(Leave())
        self._wake.set()
        self._hurry.set()


def _code_of(group: ExceptionGroup[RemoteProtocolError]) -> int:
    """Returns the close code that answers what the server did wrong."""
    first = group.exceptions[0]
    return first.close_code if isinstance(first, RemoteProtocolError) else CloseCode.PROTOCOL_ERROR
