"""The one port: who connects is heard until the request's head is complete, then handed to the world or to the pages.

Belongs here: accepting, the bounds on who waits, the handshake. Not here: what is said afterwards.
"""

import asyncio
import errno
import socket
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Final, cast

import structlog
from websockets.http11 import Request
from websockets.server import ServerProtocol

from halles.errors import ConfigError
from halles.protocol.close_codes import CloseCode
from halles.protocol.codec import TO_SERVER_CAP
from halles.protocol.messages import Goodbye
from halles_server.config import ServerConfig
from halles_server.gateway import connection as websocket
from halles_server.gateway.connection import Connection, Receiver
from halles_server.gateway.head import (
    END,
    HEAD_CAP,
    LONG,
    NOT_HTTP,
    Head,
    Refusal,
    address_of,
    among,
    judge_upgrade,
    may_be_http,
    parse,
)
from halles_server.gateway.pages import Pages
from halles_server.gateway.waiting import Waiting
from halles_server.observability import Metrics, cut_address
from halles_server.services.hosts import pages_of
from halles_server.services.limits import FairBucket

BACKLOG: Final = 2048
"""Connections that the kernel keeps until we accept them: a hall's worth may arrive at once."""
_SEND_BUFFER: Final = 32 * 1024
"""Bytes that the kernel keeps unread for one visitor: about three pose batches, so that nobody sees an old world."""

_WATCH_S: Final = 0.5

_STOPPING: Final = Refusal(HTTPStatus.SERVICE_UNAVAILABLE, "The server is stopping; come back in a moment.", "draining")
_BUSY: Final = Refusal(HTTPStatus.SERVICE_UNAVAILABLE, "Too many arrive at once; come back in a moment.", "accepts")

_log = structlog.get_logger(__name__)


class Listener:
    """The port with everybody who is connected to it.

    Attributes:
        connections: Every open websocket.
        draining: Whether newcomers to the world are refused.
    """

    def __init__(
        self,
        config: ServerConfig,
        metrics: Metrics,
        receiver: Receiver,
        pages: Pages,
        elsewhere: Callable[[], tuple[str, ...]],
    ) -> None:
        """Takes also the addresses of the other nodes' worlds: their pages come here when they stop."""
        self.connections: set[Connection] = set()
        self.draining = False
        self.config: Final = config
        self.metrics: Final = metrics
        self.receiver: Final = receiver
        self.pages: Final = pages
        self.accepts: Final = FairBucket(config.accepts_per_s, config.accepts_per_s)
        self.waiting: Final[Waiting[_Doorway | Connection]] = Waiting(config.waiting_all, config.waiting_address)
        # They never change, and reading them asks the system for its name.
        self._origins, self._names = config.origins, config.names
        self._elsewhere = elsewhere
        self._server: asyncio.Server | None = None
        self._emptied = asyncio.Event()

    async def open(self, sock: socket.socket) -> None:
        """Begins to accept on a socket that listens."""
        self._server = await asyncio.get_running_loop().create_server(
            lambda: _Doorway(self), sock=sock, backlog=BACKLOG
        )

    async def watch(self) -> None:
        """Looks at every connection's clock, for ever."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(_WATCH_S)
            now = loop.time()
            self.make_room(self.waiting.tidy(now))
            unread = 0
            for connection in tuple(self.connections):
                connection.check(now)
                unread += connection.out.waiting
            self.metrics.outbox_bytes.set(unread)
            self.metrics.connections.labels("open").set(len(self.connections))
            self.metrics.connections.labels("waiting").set(len(self.waiting))

    def greeted(self, connection: Connection) -> None:
        """Hears that a connection has said ``Hello``: whoever admits it bounds the rest of its wait."""
        self.waiting.remove(connection)

    def forget(self, connection: Connection) -> None:
        """Hears that a connection is over."""
        self.waiting.remove(connection)
        self.connections.discard(connection)
        if not self.connections:
            self._emptied.set()

    def upgrade(
        self, doorway: "_Doorway", transport: asyncio.Transport, head: Head, heard: bytes, address: str
    ) -> None:
        """Goes through the handshake and lets the connection wait for ``Hello``."""
        refusal = judge_upgrade(head, self._origins.union(map(pages_of, self._elsewhere())), self._names)
        if refusal is None and self.draining:
            refusal = _STOPPING
        if refusal is not None:
            self.refuse(transport, refusal, address)
            return
        protocol = ServerProtocol(max_size=TO_SERVER_CAP, logger=websocket.quiet)
        end = heard.index(END) + len(END)
        protocol.receive_data(heard[:end])
        answer = None
        for event in protocol.events_received():
            if isinstance(event, Request):
                answer = protocol.accept(event)
                protocol.send_response(answer)
        if answer is None or answer.status_code != HTTPStatus.SWITCHING_PROTOCOLS:
            self.metrics.refused.labels("handshake").inc()
            _say(transport, b"".join(protocol.data_to_send()))
            return
        transport.write(b"".join(protocol.data_to_send()))
        self._begin(doorway, transport, protocol, address, heard[end:])

    def _begin(
        self, doorway: "_Doorway", transport: asyncio.Transport, protocol: ServerProtocol, address: str, heard: bytes
    ) -> None:
        sock = transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = Connection(protocol, transport, address, self.config, self.metrics)
        self.connections.add(connection)
        self.make_room(self.waiting.replace(doorway, connection, address, asyncio.get_running_loop().time()))
        transport.set_protocol(connection)
        connection.begin(self.receiver, self)
        if heard:
            connection.data_received(heard)

    def refuse(self, transport: asyncio.Transport, refusal: Refusal, address: str) -> None:
        """Answers a refusal and closes; it is counted, and logged without the URL."""
        self.metrics.refused.labels(refusal.reason).inc()
        _log.info("refused", reason=refusal.reason, result=int(refusal.status), address=cut_address(address))
        _say(transport, refusal.answer)

    def make_room(self, oldest: "list[_Doorway | Connection]") -> None:
        """Closes those whom ``waiting`` has put out for newer ones."""
        for one in oldest:
            if isinstance(one, _Doorway):
                one.make_room()
            else:
                one.close(Goodbye(CloseCode.TRY_LATER, "too many wait to be admitted", 2000))

    def stop_accepting(self) -> None:
        """Takes no new connections; those that are there go on."""
        self.draining = True
        if self._server is not None:
            self._server.close()

    async def empty(self, seconds: float) -> None:
        """Waits until every websocket is closed, at most so long; then cuts who is left, and who said nothing."""
        for connection in tuple(self.connections):
            connection.close(Goodbye(CloseCode.RESTART, "the server restarts; come back", 2000))
        self._emptied.clear()
        if self.connections:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._emptied.wait(), seconds)
        for connection in tuple(self.connections):
            connection.cut()
        await asyncio.sleep(0)  # who was accepted last knocks now
        for one in tuple(self.waiting):
            if isinstance(one, _Doorway):  # a browser may open one ahead of need
                one.cut()
        await asyncio.sleep(0)


class _Doorway(asyncio.Protocol):
    """A connection whose request's head is still being heard."""

    __slots__ = ("_deadline", "_heard", "_listener", "_peer", "_transport")

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is one in all but its base class
        loop = asyncio.get_running_loop()
        peer = transport.get_extra_info("peername")
        self._peer = str(peer[0]) if isinstance(peer, tuple) else ""
        self._deadline = loop.call_later(self._listener.config.handshake_s, self._too_late)
        if not self._listener.accepts.take(loop.time(), self._peer):
            self._listener.refuse(self._transport, _BUSY, self._peer)
            return
        # Behind a proxy the visitor's address is known only with the head.
        proxied = among(self._peer, self._listener.config.trusted_proxies)
        address = str(peer) if proxied else self._peer
        self._listener.make_room(self._listener.waiting.add(self, address, loop.time()))

    def data_received(self, data: bytes) -> None:
        if self._transport.is_closing():
            return
        # An empty line before a request is to be forgiven (RFC 9112, 2.2).
        self._heard = (self._heard + data).lstrip(b"\r\n")
        if not may_be_http(self._heard):
            self._refuse(NOT_HTTP)
            return
        end = self._heard.find(END)
        if end > HEAD_CAP or (end < 0 and len(self._heard) > HEAD_CAP):
            self._refuse(LONG)
        elif end >= 0:
            self._go_on(parse(self._heard[: end + len(END)]))

    def _go_on(self, head: Head | None) -> None:
        if head is None:
            self._refuse(NOT_HTTP)
            return
        self._deadline.cancel()
        if head.upgrades:
            address = address_of(self._peer, head.all("x-forwarded-for"), self._listener.config.trusted_proxies)
            self._listener.upgrade(self, self._transport, head, self._heard, address)
            self._listener.waiting.remove(self)
        else:
            self._listener.waiting.remove(self)
            self._listener.pages.take_over(self._transport, self._heard)

    def connection_lost(self, exc: Exception | None) -> None:
        self._deadline.cancel()
        self._listener.waiting.remove(self)

    def make_room(self) -> None:
        """Closes this one for a newer one."""
        self._listener.metrics.refused.labels("waiting").inc()
        self.cut()

    def cut(self) -> None:
        """Closes without a word."""
        self._transport.abort()

    def _refuse(self, refusal: Refusal) -> None:
        self._listener.waiting.remove(self)
        self._listener.refuse(self._transport, refusal, self._peer)

    def _too_late(self) -> None:
        self._listener.metrics.refused.labels("handshake-deadline").inc()
        self.cut()


def bind(host: str, port: int, setting: str) -> socket.socket:
    """Returns a socket that listens, before anything else is started.

    Raises:
        ConfigError: The port is in use, or the address is not ours; a sentence says which and what to set.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            text = f"port {port} on {host} is in use by another program: stop it, or choose another with {setting}"
        elif error.errno == errno.EACCES:
            text = f"port {port} may not be used by this user: choose one above 1023 with {setting}"
        else:
            text = f"cannot listen on {host}, port {port}: {error.strerror or error}"
        raise ConfigError(text) from None


def _say(transport: asyncio.Transport, data: bytes) -> None:
    """Writes an answer and closes."""
    transport.write(data)
    transport.close()
