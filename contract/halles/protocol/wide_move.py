"""The commonest message in one width, so that thousands are read at once as an array.

MessagePack lets a writer choose how many bytes an integer takes. Both sides write every field of a ``Move`` in the
width that its type needs; any other width is as valid, and is read one message at a time (``codec``).
"""

import struct
from typing import Final

import numpy as np
from numpy.typing import NDArray

from halles.errors import LocalProtocolError
from halles.protocol.messages import CENTIMETRES_MOST, HEIGHT_MOST, Move
from halles.protocol.table import BY_TYPE

_U8, _U16, _U32, _I16 = 0xCC, 0xCD, 0xCE, 0xD1
"""MessagePack's first bytes of integers."""

_FIELDS: Final = (
    ("sequence", _U32, ">u4"),
    ("x", _I16, ">i2"),
    ("y", _I16, ">i2"),
    ("z", _U16, ">u2"),
    ("heading", _U16, ">u2"),
    ("act", _U8, "u1"),
)
BEGINS: Final = bytes((0x90 | 1 + len(_FIELDS), BY_TYPE[Move].code))
"""The array's head and its code: every ``Move`` begins so, whatever its widths."""

_ROW: Final = np.dtype(
    [("begins", "u1", 2), *(part for name, _, kind in _FIELDS for part in ((f"{name} is", "u1"), (name, kind)))]
)
SIZE: Final = _ROW.itemsize
"""Bytes of one."""

_TYPES: Final = tuple(kind for _, kind, _ in _FIELDS)
_LETTERS: Final = {">u4": "I", ">u2": "H", ">i2": "h", "u1": "B"}
"""What ``struct`` calls numpy's types."""
_PACK: Final = struct.Struct(">2s" + "".join(f"B{_LETTERS[kind]}" for _, _, kind in _FIELDS))


def write(move: Move) -> bytes:
    """Returns a move's bytes, ``SIZE`` of them.

    Raises:
        LocalProtocolError: A field is no integer of its type.
    """
    sequence, x, y, z, heading, act = _TYPES
    try:
        return _PACK.pack(
            BEGINS, sequence, move.sequence, x, move.x, y, move.y, z, move.z, heading, move.heading, act, move.act
        )
    except struct.error as error:
        raise LocalProtocolError(f"{move} cannot be written: {error}") from None


def read(rows: NDArray[np.uint8]) -> tuple[NDArray[np.void], NDArray[np.bool_]]:
    """Reads messages of ``SIZE`` bytes.

    Args:
        rows: Shape ``(n, SIZE)``.

    Returns:
        Their fields by name, shape ``(n,)``, and which of them are valid moves of this width; the other rows mean
        nothing here.
    """
    moves = np.ascontiguousarray(rows).view(_ROW)[:, 0]
    fine = (moves["begins"] == np.frombuffer(BEGINS, dtype=np.uint8)).all(axis=1)
    for name, kind, _ in _FIELDS:
        fine &= moves[f"{name} is"] == kind
    for axis in ("x", "y"):
        fine &= (moves[axis] >= -CENTIMETRES_MOST) & (moves[axis] <= CENTIMETRES_MOST)
    fine &= moves["z"] <= HEIGHT_MOST
    return moves, fine
