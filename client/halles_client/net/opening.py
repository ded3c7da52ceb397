"""Opening a websocket to a node: deadlines, keepalive, and when it goes past a proxy. Nothing is said on it here."""

from typing import Final, Literal
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect

from halles.protocol import codec

OPEN_S: Final = 8.0
"""Seconds for the websocket's opening handshake."""

OPEN_ELSEWHERE_S: Final = 3.0
"""The same, where another node may be tried instead."""

PING_S: Final = 5.0
"""Seconds between keepalive pings, and for their answer: a dead network is noticed within twice this."""

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


async def open_socket(url: str, *, alone: bool) -> ClientConnection:
    """Opens one.

    Args:
        url: Where.
        alone: Whether there is no other node to be tried.

    Raises:
        OSError, TimeoutError, InvalidHandshake, EOFError, InvalidURI: It could not be.
    """
    proxy: Literal[True] | None = None if urlsplit(url).hostname in _LOOPBACK else True
    return await connect(
        url,
        compression=None,
        max_size=codec.TO_CLIENT_CAP,
        max_queue=32,
        open_timeout=OPEN_S if alone else OPEN_ELSEWHERE_S,
        close_timeout=1.0,
        ping_interval=PING_S,
        ping_timeout=PING_S,
        user_agent_header="halles",
        proxy=proxy,
    )
