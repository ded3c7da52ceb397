"""A visitor at the level of bytes: a plain socket that speaks websocket frames, well or badly, and the codec."""

import base64
import contextlib
import os
import socket
import struct
import time
from collections.abc import Iterator
from typing import Any, Self, TypeVar
from uuid import uuid4

from halles.protocol import codec
from halles.protocol.messages import EnterHall, Goodbye, HallEntered, Hello, Message, Welcomed
from halles.protocol.table import Direction
from halles.protocol.version import NEWEST, OLDEST
from halles.world.look import Look

M = TypeVar("M", bound=Message)

CONT, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
PATIENCE = 5.0
"""Seconds that a peer waits for what it expects."""


def request_id() -> bytes:
    """A fresh idempotency key."""
    return uuid4().bytes


def guest(name: str = "Ada", **fields: Any) -> Hello:
    """A guest's hello."""
    chosen: dict[str, Any] = {
        "oldest": OLDEST,
        "newest": NEWEST,
        "way": "guest",
        "secret": "",
        "name": name,
        "language": "fr",
        "look": Look(),
        "software": "test 1",
        "conduct": True,
    }
    return Hello(**(chosen | fields))


def frame(opcode: int, payload: bytes = b"", *, fin: bool = True, mask: bool = True) -> bytes:
    """One client frame; the mask is zero, so that the payload reads as it is."""
    head = bytes(((0x80 if fin else 0) | opcode,))
    bit = 0x80 if mask else 0
    if len(payload) < 126:
        head += bytes((bit | len(payload),))
    elif len(payload) < 65_536:
        head += bytes((bit | 126,)) + struct.pack("!H", len(payload))
    else:
        head += bytes((bit | 127,)) + struct.pack("!Q", len(payload))
    return head + (b"\0\0\0\0" if mask else b"") + payload


def connect(port: int, source: str = "127.0.0.1", receive_buffer: int = 0) -> socket.socket:
    """A TCP connection from an address of the loopback; with a kernel buffer of so many bytes, if said."""
    sock = socket.socket()
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # as websocket clients do, or messages wait
    if receive_buffer:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    try:
        sock.settimeout(PATIENCE)
        sock.bind((source, 0))
        sock.connect(("127.0.0.1", port))
    except OSError:
        sock.close()
        raise
    return sock


def upgrade(path: str = "/world", **headers: str) -> bytes:
    """The head of a handshake; keyword arguments add or replace headers (``_`` for ``-``)."""
    rows = {
        "Host": "localhost",
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in rows.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def read_all(sock: socket.socket) -> bytes:
    """Everything until the other side closes; a reset ends it as well."""
    data = b""
    with contextlib.suppress(ConnectionResetError):
        while part := sock.recv(65_536):
            data += part
    return data


class Peer:
    """One websocket.

    Attributes:
        close_code: What the server closed with, once it has; 1006 when it just went.
        goodbye: Its last message, if it said one.
        head: Its answer to the handshake.
    """

    receive_buffer = 0

    def __init__(self, port: int, source: str = "127.0.0.1", **headers: str) -> None:
        self.socket = connect(port, source, self.receive_buffer)
        self.socket.sendall(upgrade(**headers))
        self.close_code = 0
        self.goodbye: Goodbye | None = None
        self.welcomed: Welcomed | None = None
        self._data = b""
        try:
            self.head = self._handshake()
        except BaseException:
            self.socket.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def _handshake(self) -> str:
        while b"\r\n\r\n" not in self._data:
            part = self.socket.recv(65_536)
            if not part:
                raise ConnectionError("closed in the handshake")
            self._data += part
        head, _, self._data = self._data.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101"), head
        return head.decode()

    # --- talking ---------------------------------------------------------------------------------------------

    def send(self, message: Message) -> None:
        """Sends a message."""
        self.send_bytes(codec.encode(message))

    def send_bytes(self, payload: bytes) -> None:
        """Sends any bytes as a message."""
        self.socket.settimeout(PATIENCE)
        self.socket.sendall(frame(BINARY, payload))

    def welcome(self, hello: Hello | None = None) -> Welcomed:
        """Says hello and returns the welcome."""
        self.send(hello or guest())
        self.welcomed = self.expect(Welcomed)
        return self.welcomed

    def enter(self, hall: str, place: str = "") -> HallEntered:
        """Goes to a hall."""
        asked = EnterHall(request_id(), hall, place)
        self.send(asked)
        entered = self.expect(HallEntered)
        assert entered.request_id == asked.request_id
        return entered

    # --- hearing ---------------------------------------------------------------------------------------------

    def expect(self, kind: type[M], seconds: float = PATIENCE) -> M:
        """The next message of a type; others that come meanwhile are dropped."""
        for message in self.messages(seconds):
            if isinstance(message, kind):
                return message
        raise AssertionError(f"no {kind.__name__}; closed with {self.close_code}: {self.goodbye}")

    def messages(self, seconds: float = PATIENCE) -> Iterator[Message]:
        """Messages as they come, until the end or the time is over."""
        until = time.monotonic() + seconds
        while not self.close_code and (parsed := self.next_frame(until)) is not None:
            opcode, payload = parsed
            if opcode == BINARY:
                message = codec.decode(payload, Direction.TO_CLIENT)
                if isinstance(message, Goodbye):
                    self.goodbye = message
                yield message

    def closed(self, seconds: float = PATIENCE) -> int:
        """Waits for the server to close; returns the code."""
        for _ in self.messages(seconds):
            pass
        assert self.close_code, "still open"
        return self.close_code

    def closed_yet(self) -> bool:
        """Whether the server has closed, having heard what has arrived so far."""
        for _ in self.messages(0.0):
            pass
        return bool(self.close_code)

    def next_frame(self, until: float) -> tuple[int, bytes] | None:
        """The next frame's opcode and payload; None when the time is over or the connection is."""
        while (parsed := self._parse()) is None:
            left = until - time.monotonic()
            self.socket.settimeout(max(left, 0.0))
            try:
                part = self.socket.recv(65_536)
            except (TimeoutError, BlockingIOError):
                return None
            except ConnectionResetError:
                part = b""
            if not part:
                self.close_code = self.close_code or 1006
                return None
            self._data += part
        if parsed[0] == CLOSE:
            self.close_code = struct.unpack("!H", parsed[1][:2])[0] if len(parsed[1]) >= 2 else 1005
        return parsed

    def _parse(self) -> tuple[int, bytes] | None:
        if len(self._data) < 2:
            return None
        assert not self._data[1] & 0x80, "a server's frames are not masked"
        length, start = self._data[1] & 0x7F, 2
        if length >= 126:
            size = 2 if length == 126 else 8
            if len(self._data) < 2 + size:
                return None
            length, start = int.from_bytes(self._data[2 : 2 + size], "big"), 2 + size
        if len(self._data) < start + length:
            return None
        opcode, payload = self._data[0] & 0x0F, self._data[start : start + length]
        self._data = self._data[start + length :]
        return opcode, payload
