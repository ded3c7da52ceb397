"""The commonest bytes of all, read without the library: whole small binary frames, as every move is.

A parser for all of RFC 6455 takes six times as long for it, and 2,500 walkers send 25,000 a second. Belongs here: what
such bytes look like, and how long a frame was on the wire, which tells whether the library's parser is between two
frames. Whatever looks otherwise is the library's to judge.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from websockets.frames import Frame

from halles.protocol import wide_move

_HEAD: Final = 6
"""Opcode, length and masking key of a frame with under 126 bytes (RFC 6455 section 5.2)."""

_WHOLE_BINARY: Final = 0x82
"""FIN, no extension, the opcode of binary data."""

_MASKED: Final = 0x80
_SMALL: Final = 126

MOVE_FRAME: Final = _HEAD + wide_move.SIZE
"""Bytes of a frame with a ``Move`` of full width."""

_ARRAY, _CODE = wide_move.BEGINS
_KEYS: Final = 2 + np.arange(wide_move.SIZE) % 4
"""The byte of the masking key under which each byte of a message lies."""


def small_message(data: bytes) -> bytes | None:
    """Returns the message where ``data`` is exactly one whole, masked, binary frame of under 126 bytes, else None."""
    size = len(data) - _HEAD
    if not 0 < size < _SMALL or data[0] != _WHOLE_BINARY or data[1] != _MASKED | size:
        return None
    key = int.from_bytes((data[2:_HEAD] * (size // 4 + 1))[:size], "little")
    return (int.from_bytes(data[_HEAD:], "little") ^ key).to_bytes(size, "little")


def is_move(data: bytes) -> bool:
    """Tells whether ``data`` is one whole frame that begins as a ``Move`` does, and is as long as one of full width."""
    return (
        len(data) == MOVE_FRAME
        and data[0] == _WHOLE_BINARY
        and data[1] == _MASKED | wide_move.SIZE
        and data[2] ^ data[6] == _ARRAY
        and data[3] ^ data[7] == _CODE
    )


def unmasked(frames: Sequence[bytes]) -> NDArray[np.uint8]:
    """Returns the messages of frames of ``MOVE_FRAME`` bytes, shape ``(frames, wide_move.SIZE)``."""
    rows = np.frombuffer(b"".join(frames), dtype=np.uint8).reshape(-1, MOVE_FRAME)
    return np.asarray(rows[:, _HEAD:] ^ rows[:, _KEYS])


def bytes_on_the_wire(frame: Frame) -> int:
    """Returns how many bytes a client's frame took, its length written as briefly as the RFC demands."""
    size = len(frame.data)
    return _HEAD + size + (0 if size < _SMALL else 2 if size < 65_536 else 8)
