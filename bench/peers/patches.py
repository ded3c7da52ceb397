"""Reads the state that Colyseus sends for the room of ``colyseus.mjs``: just that room, so that it is cheap.

The format is that of ``@colyseus/schema`` 5 (its ``DecodeOperation.ts`` and ``encode.ts``): operations on one structure
after another. 255 and a reference switch the structure; the state is reference 0. A field's operation is one byte, the
field's order with 128 for what is new; a map's is a byte, an index, for what is new its key, and the value.
"""

import struct
from collections.abc import Callable
from typing import Final

import numpy as np

SWITCH: Final = 255
ADD: Final = 128
DELETE: Final = 64
FIELD_BITS: Final = 63
STATE: Final = 0
X, Y, HEADING = 0, 1, 2
REFERENCES: Final = 65_536

_int16 = struct.Struct("<h").unpack_from


class Players:
    """Everybody's last position by reference, kept up with patches: a patch tells only what has changed."""

    def __init__(self, entered: Callable[[str, int], None]) -> None:
        """Calls ``entered`` with session and reference of each player that comes."""
        self._entered = entered
        self._map = -1
        self._x = [0] * REFERENCES
        self._y = [0] * REFERENCES

    def apply(self, message: bytes) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Takes a state or patch, its code included; returns references, x and y of the players that it tells of.

        Raises:
            ValueError: It is not of our room.
        """
        at, reference, told = 1, STATE, []
        while at < len(message):
            if message[at] == SWITCH:
                reference, at = read_number(message, at + 1)
                if reference not in (STATE, self._map):
                    told.append(reference)
            elif reference == STATE:
                self._map, at = read_number(message, at + 1)
            elif reference == self._map:
                at = self._entry(message, at)
            else:
                at = self._field(message, at, reference)
        x, y = [self._x[reference] for reference in told], [self._y[reference] for reference in told]
        return np.array(told, dtype=np.int64), np.array(x, dtype=np.int64), np.array(y, dtype=np.int64)

    def _field(self, message: bytes, at: int, reference: int) -> int:
        field = message[at] & FIELD_BITS
        if field == X:
            (self._x[reference],) = _int16(message, at + 1)
        elif field == Y:
            (self._y[reference],) = _int16(message, at + 1)
        elif field == HEADING:
            return at + 2
        else:
            raise ValueError(f"no field {field} of a player")
        return at + 3

    def _entry(self, message: bytes, at: int) -> int:
        operation = message[at]
        _, at = read_number(message, at + 1)
        if operation == DELETE:
            return at
        key = ""
        if operation & ADD:
            key, at = _read_key(message, at)
        reference, at = read_number(message, at)
        self._entered(key, reference)
        return at


def read_number(message: bytes, at: int) -> tuple[int, int]:
    """Reads a reference or index, written as MessagePack would; returns it and where the next thing begins."""
    first = message[at]
    if first < 0x80:
        return first, at + 1
    if first == 0xCC:
        return message[at + 1], at + 2
    if first == 0xCD:
        return int.from_bytes(message[at + 1 : at + 3], "little"), at + 3
    raise ValueError(f"no reference begins with {first}")


def _read_key(message: bytes, at: int) -> tuple[str, int]:
    length = message[at] - 0xA0
    if not 0 <= length < 32:
        raise ValueError("a session's key is a short text")
    return message[at + 1 : at + 1 + length].decode(), at + 1 + length
