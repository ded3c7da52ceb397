"""Handing page requests to the HTTP server: uvicorn's protocol and a Starlette application, on a port that is ours.

We drive the application's lifespan; uvicorn parses HTTP, keeps connections alive and hands bodies on.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

from uvicorn.config import Config
from uvicorn.lifespan.on import LifespanOn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from halles.errors import ConfigError
from halles.protocol.version import PATH
from halles_server.gateway.head import has_token

_UPGRADE: Final = (
    f"The world of Halles is at {PATH}, as a websocket: open it with the client (halles), not with a browser.\n"
)


class PageProtocol(HttpToolsProtocol):
    """uvicorn's protocol, with a deadline on every request's head also on a kept-alive connection."""

    def __init__(self, config: Config, state: ServerState, app_state: dict[str, Any], head_s: float) -> None:
        super().__init__(config, state, app_state)
        self._head_s = head_s
        self._head_deadline: asyncio.TimerHandle | None = None

    def data_received(self, data: bytes) -> None:
        """Hears bytes; those that begin a head start its deadline."""
        idle = self.cycle is None or self.cycle.response_complete
        if idle and self._head_deadline is None:
            self._head_deadline = self.loop.call_later(self._head_s, self.transport.abort)
        super().data_received(data)

    def on_headers_complete(self) -> None:
        """Ends the deadline."""
        self._in_time()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Ends the deadline."""
        self._in_time()
        super().connection_lost(exc)

    def _in_time(self) -> None:
        if self._head_deadline is not None:
            self._head_deadline.cancel()
            self._head_deadline = None


class Pages:
    """The pages' application as something that takes over transports."""

    def __init__(self, app: Any, *, connections: int, head_s: float, proxies: Sequence[str] = ()) -> None:
        self._config = Config(
            _World(app),
            http="httptools",
            ws="none",
            lifespan="auto",
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=bool(proxies),
            forwarded_allow_ips=list(proxies),
            limit_concurrency=connections,
        )
        self._config.load()
        self._head_s = head_s
        self._state = ServerState()
        self._lifespan = LifespanOn(self._config)

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
        return PageProtocol(self._config, self._state, dict(self._lifespan.state), self._head_s)

    async def stop(self, seconds: float) -> None:
        """Lets running requests finish for so long, then ends connections and the application."""
        for connection in tuple(self._state.connections):
            connection.shutdown()
        if self._state.tasks:
            await asyncio.wait(tuple(self._state.tasks), timeout=seconds)
        for connection in tuple(self._state.connections):
            if connection.transport is not None:
                connection.transport.abort()
        await self._lifespan.shutdown()


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
