"""Handing page requests to the HTTP server: uvicorn's protocol and a Starlette application, on a port that is ours.

We drive the application's lifespan; uvicorn parses HTTP, keeps connections alive and hands bodies on. It bounds neither
a head nor a peer's time: ``PageProtocol`` does, on the public port and on the private one.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from uvicorn.config import Config
from uvicorn.lifespan.on import LifespanOn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from halles.errors import ConfigError
from halles.protocol.version import PATH
from halles_server.gateway.head import HEAD_CAP, LONG, NOT_HTTP, among, has_token
from halles_server.services.limits import sharing

PIPELINED: Final = 16
"""Requests that may wait behind the one that is answered; browsers send none."""

_PIECE: Final = 4096
"""Bytes parsed between two looks at the bounds; what is bounded may go over by as much."""

_PEERS_FAULTS: Final = (
    "Invalid HTTP request received.",
    "Unsupported upgrade request.",
    "No supported WebSocket library detected.",
)
"""How what uvicorn warns of begins when a peer speaks nonsense, or asks here for the world."""

_UPGRADE: Final = (
    f"The world of Halles is at {PATH}, as a websocket: open it with the client (halles), not with a browser.\n"
)
_CROWDED: Final = b"Too many connections from your address; come back in a moment.\n"


@dataclass(frozen=True, slots=True)
class PageLimits:
    """What one port's peers may take.

    Attributes:
        connections: In all; the next is answered 503.
        address: From one address, trusted proxies excepted; the next is answered 503.
        head_s: Seconds for a request's head, from the connection's opening or the head's first byte.
        body_s: Seconds for the body after the head.
        unread_s: Seconds in which at least something of an answer is read.
    """

    connections: int
    address: int
    head_s: float
    body_s: float
    unread_s: float


class PageProtocol(HttpToolsProtocol):
    """uvicorn's protocol with bounds: on what is sent beside bodies, on time, and on connections of one address."""

    def __init__(self, pages: "Pages", app_state: dict[str, Any]) -> None:
        super().__init__(pages.config, pages.state, app_state)
        self._pages = pages
        self._limits = pages.limits
        self._address: str | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self._watch: asyncio.TimerHandle | None = None
        self._in_request = False
        self._in_head = False
        self._answering: RequestResponseCycle | None = None
        self._beside = 0
        self._unread = 0

    # --- bytes ------------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Counts the connection among those of its address."""
        super().connection_made(transport)
        address = self.client[0] if self.client else ""
        if not self._pages.room_for(address):
            self._refuse()
            return
        self._address = sharing(address)
        self._pages.by_address[self._address] += 1
        self._must(self._limits.head_s)

    def data_received(self, data: bytes) -> None:
        """Parses bytes, in pieces, so that a bound is noticed before much more than it has been kept."""
        if self._deadline is None and not self._in_request:
            self._must(self._limits.head_s)
        for start in range(0, len(data), _PIECE):
            if self.transport.is_closing():
                return
            piece = data[start : start + _PIECE]
            self._beside += len(piece)
            super().data_received(piece)
            if self._beside > HEAD_CAP or len(self.pipeline) > PIPELINED:
                self._too_much()

    def connection_lost(self, exc: Exception | None) -> None:
        """Ends everything that waits."""
        self._in_time()
        self._stop_watching()
        if self._address is not None:
            self._pages.left(self._address)
            self._address = None
        # uvicorn tells only the newest request, which with pipelining is not the one whose answer is being written.
        if self._answering is not None and not self._answering.response_complete:
            self._answering.disconnected = True
            self._answering.message_event.set()
        super().connection_lost(exc)

    # --- what the parser says ---------------------------------------------------------------------------------

    def on_message_begin(self) -> None:
        """Begins to count what is no body: the head, and between and after chunks."""
        self._in_request = self._in_head = True
        self._beside = 0
        if self._deadline is None:
            self._must(self._limits.head_s)
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Turns the head's deadline into the body's."""
        self._in_head = False
        self._must(self._limits.body_s)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Takes the body out of the count; forms and uploads have caps of their own."""
        self._beside -= len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Ends the deadline."""
        self._in_request = False
        self._in_time()
        super().on_message_complete()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._answering = cycle
        super()._start_asgi_task(cycle, app)

    # --- an answer that nobody reads --------------------------------------------------------------------------

    def pause_writing(self) -> None:
        """Begins to look whether anything of the answer is read."""
        super().pause_writing()
        self._unread = self.transport.get_write_buffer_size()
        self._watch = self.loop.call_later(self._limits.unread_s, self._look)

    def resume_writing(self) -> None:
        """Ends that."""
        self._stop_watching()
        super().resume_writing()

    def _look(self) -> None:
        size = self.transport.get_write_buffer_size()
        if size >= self._unread:
            self.transport.abort()
            return
        self._unread = size
        self._watch = self.loop.call_later(self._limits.unread_s, self._look)

    def _stop_watching(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None

    # --- deadlines --------------------------------------------------------------------------------------------

    def _must(self, seconds: float) -> None:
        """Gives the peer so long from now for what is under way."""
        self._in_time()
        self._deadline = self.loop.call_later(seconds, self.transport.abort)

    def _in_time(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def send_400_response(self, msg: str) -> None:
        """Answers what is not HTTP."""
        self._pages.refused(NOT_HTTP.reason)
        super().send_400_response(msg)

    def _too_much(self) -> None:
        """Ends a connection that says too much beside bodies: with an answer, where none is being written."""
        self._pages.refused(LONG.reason)
        if self._in_head and (self._answering is None or self._answering.response_complete):
            self.transport.write(LONG.answer)
            self.transport.close()
        else:
            self.transport.abort()

    def _refuse(self) -> None:
        head = f"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: {len(_CROWDED)}\r\n"
        self.transport.write(
            head.encode() + b"Content-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n" + _CROWDED
        )
        self.transport.close()


class Pages:
    """The pages' application as something that takes over transports.

    Attributes:
        config: uvicorn's.
        state: uvicorn's connections and running requests.
        refused: Told in a word why a connection was refused.
        by_address: How many connections each address has.
    """

    def __init__(
        self,
        app: Any,
        limits: PageLimits,
        proxies: Sequence[str] = (),
        refused: Callable[[str], None] = lambda reason: None,
    ) -> None:
        """Takes also whom to trust about addresses, and whom to tell why a connection was refused."""
        self.config: Final = Config(
            _World(app),
            http="httptools",
            ws="none",
            lifespan="auto",
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=bool(proxies),
            forwarded_allow_ips=list(proxies),
            limit_concurrency=limits.connections,
        )
        self.config.load()
        logging.getLogger("uvicorn.error").addFilter(_is_ours)
        self.limits: Final = limits
        self.state: Final = ServerState()
        self.by_address: Final[Counter[str]] = Counter()
        self.refused: Final = refused
        self._proxies = proxies
        self._lifespan = LifespanOn(self.config)

    async def start(self) -> None:
        """Starts the application; ``ConfigError`` when it cannot."""
        await self._lifespan.startup()
        if self._lifespan.should_exit:
            raise ConfigError("the pages cannot start; the log says why")

    def take_over(self, transport: asyncio.Transport, heard: bytes) -> None:
        """Goes on with a connection whose first request's head, and perhaps more, was heard."""
        protocol = self.protocol()
        transport.set_protocol(protocol)
        protocol.connection_made(transport)
        protocol.data_received(heard)

    def protocol(self) -> PageProtocol:
        """Returns a protocol for one connection."""
        return PageProtocol(self, dict(self._lifespan.state))

    def room_for(self, address: str) -> bool:
        """Tells whether an address may have one more; a trusted proxy's connections are everybody's."""
        return self.by_address[sharing(address)] < self.limits.address or among(address, self._proxies)

    def left(self, address: str) -> None:
        """Hears that a connection is over."""
        self.by_address[address] -= 1
        if not self.by_address[address]:
            del self.by_address[address]

    async def stop(self, seconds: float) -> None:
        """Lets running requests finish for so long, then ends connections and the application."""
        for connection in tuple(self.state.connections):
            connection.shutdown()
        if self.state.tasks:
            await asyncio.wait(tuple(self.state.tasks), timeout=seconds)
        for connection in tuple(self.state.connections):
            if connection.transport is not None:
                connection.transport.abort()
        await self._lifespan.shutdown()


def _is_ours(record: logging.LogRecord) -> bool:
    """Keeps out of the log what peers alone cause: it is answered, and anybody could fill a disk so."""
    return not str(record.msg).startswith(_PEERS_FAULTS)


class _World:
    """Answers plain HTTP at the world's path, and passes everything else on."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["path"] != PATH:
            await self._app(scope, receive, send)
            return
        token = has_token(scope["query_string"].decode("latin-1"))
        status, text = (400, "A token does not belong in a URL.\n") if token else (426, _UPGRADE)
        headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(text)).encode())]
        headers += [] if token else [(b"upgrade", b"websocket")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": text.encode()})
