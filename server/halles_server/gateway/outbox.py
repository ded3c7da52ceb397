"""What waits to be sent to one peer: RELIABLE in order and bounded, LATEST one slot a key; and websocket framing.

A server's frame is unmasked, so its bytes are the same for every reader: they are made once and shared.
"""

from typing import Final

from halles.protocol.codec import encode
from halles.protocol.messages import Message

_BINARY: Final = 0x82
"""FIN and the opcode of a binary frame (RFC 6455 section 5.2)."""


def framed(payload: bytes) -> bytes:
    """Returns a message's bytes as one unmasked binary websocket frame."""
    length = len(payload)
    if length < 126:
        return bytes((_BINARY, length)) + payload
    if length < 65_536:
        return b"\x82\x7e" + length.to_bytes(2, "big") + payload
    return b"\x82\x7f" + length.to_bytes(8, "big") + payload


def frame_of(message: Message) -> bytes:
    """Returns a message as a frame that may be sent to anybody."""
    return framed(encode(message))


class Outbox:
    """Frames that wait for one peer.

    Attributes:
        waiting: How many bytes are RELIABLE.
        filled: Whether anything waits. Asked at each tick of each connection, so that it is no call.
    """

    __slots__ = ("_cap", "_latest", "_reliable", "filled", "waiting")

    def __init__(self, cap: int) -> None:
        self.waiting, self.filled = 0, False
        self._cap = cap
        self._reliable: list[bytes] = []
        self._latest: dict[str, bytes] | None = None  # made when first used: most peers never need it

    def put(self, frame: bytes) -> bool:
        """Adds a RELIABLE frame; False when more waits than may."""
        self.filled = True
        self._reliable.append(frame)
        self.waiting += len(frame)
        return self.waiting <= self._cap

    def put_latest(self, key: str, frame: bytes) -> None:
        """Adds a frame in place of the unsent one of the same key."""
        if self._latest is None:
            self._latest = {}
        self.filled = True
        self._latest[key] = frame

    def take(self) -> list[bytes]:
        """Returns and forgets everything, RELIABLE first."""
        frames, self._reliable, self.waiting, self.filled = self._reliable, [], 0, False
        if self._latest:
            frames.extend(self._latest.values())
            self._latest = None
        return frames
