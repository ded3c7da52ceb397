"""Pose batches: many avatars' poses as packed records, so that one frame serves everybody who stands nearby.

A batch is complete for its cells, never a delta: losing one loses nothing once the next has come. Near records are
little-endian and unaligned; the others come in a ``far_slice``:

========  =====  =======================================================
field     type   meaning
========  =====  =======================================================
number    u16    the avatar's number in the hall
x, y      i16    centimetres
heading   u8     256ths of a turn, 0 north, growing left
act       u8     low 4 bits: gesture; bit 4: running
z         u8     2 centimetres
========  =====  =======================================================

so that a near record takes 9 bytes. ±327 m hold every hall.
"""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from halles.errors import RemoteProtocolError
from halles.protocol.close_codes import CloseCode

NEAR: Final = np.dtype([("number", "<u2"), ("x", "<i2"), ("y", "<i2"), ("heading", "u1"), ("act", "u1"), ("z", "u1")])

GESTURE_BITS: Final = 0x0F
RUNNING_BIT: Final = 0x10

_HEADING_UNITS: Final = 256.0 / (2.0 * math.pi)


def pack_heading(heading: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Turns radians of any range into 256ths of a turn."""
    return np.asarray(np.round(heading * _HEADING_UNITS).astype(np.int64) & 0xFF, dtype=np.uint8)


def unpack_heading(units: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Turns 256ths of a turn into radians in [0, 2π)."""
    return np.asarray(units / np.float32(_HEADING_UNITS), dtype=np.float32)


def read(data: bytes) -> NDArray[np.void]:
    """Views a batch's near records, shape ``(n,)``, without copying.

    Raises:
        RemoteProtocolError: The length is not a whole number of records.
    """
    if len(data) % NEAR.itemsize:
        raise RemoteProtocolError(CloseCode.BAD_MESSAGE, f"{len(data)} bytes are not records of {NEAR.itemsize}")
    return np.frombuffer(data, dtype=NEAR)
