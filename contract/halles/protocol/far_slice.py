"""A far slice: roughly where every n-th avatar of a hall stands, in two and a half bytes each.

Those near come with each batch, to the centimetre. Everybody else comes once a second or more often, seldomer only
while the server is overloaded, and of somebody far away one cannot tell 20 cm. So a slice lays a grid of 256 × 256
places over just those it tells of, and names them by a bitmap. A client keeps a finer place or heading that a slice
does not contradict, so that nobody twitches who stands.
Empty bytes are an empty slice; else, little-endian and unaligned:

========  =====  =====================================================================
field     type   meaning
========  =====  =====================================================================
first     u16    the number of the bitmap's first bit
step      u16    between the numbers of two bits; at least 1
bits      u16    how many bits the bitmap has; at least 1
unit      u16    centimetres between two places of the grid; at least 1
x, y      i16    centimetres, the grid's first place
who       bytes  the bitmap, ⌈bits / 8⌉ bytes, low bit first: bit b is ``first + b · step``
places    bytes  for each bit that is set, in order: u8 east and u8 north, in units
headings  bytes  for each bit that is set, 4 bits, the even ones low: 16ths of a turn
========  =====  =====================================================================
"""

import struct
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from halles.errors import RemoteProtocolError
from halles.protocol.close_codes import CloseCode

HEAD: Final = struct.Struct("<HHHHhh")
FAR: Final = np.dtype([("number", "<u2"), ("x", "<i4"), ("y", "<i4"), ("heading", "u1")])
"""One avatar of a slice in memory: centimetres, 256ths of a turn."""

_STEPS: Final = 255


@dataclass(frozen=True, slots=True)
class FarSlice:
    """What a slice says.

    Attributes:
        records: ``FAR``, shape ``(n,)``, by growing number.
        unit: Centimetres between two places that it can tell apart.
    """

    records: NDArray[np.void]
    unit: int


NOBODY: Final = FarSlice(np.empty(0, dtype=FAR), 1)


def size(records: int, bits: int) -> int:
    """Returns how many bytes a slice takes."""
    return HEAD.size + (bits + 7) // 8 + 2 * records + (records + 1) // 2


def pack(records: NDArray[np.void], step: int) -> bytes:
    """Packs avatars by growing number, any two of them a multiple of ``step`` apart."""
    if not records.size:
        return b""
    number = records["number"].astype(np.intp)
    first = int(number[0])
    bit = (number - first) // step
    x, y = records["x"], records["y"]
    west, south = int(x.min()), int(y.min())
    unit = max(-(-max(int(x.max()) - west, int(y.max()) - south) // _STEPS), 1)
    who = np.zeros(int(bit[-1]) + 1, dtype=np.uint8)
    who[bit] = 1
    places = np.empty((number.size, 2), dtype=np.uint8)
    places[:, 0] = (x - west + unit // 2) // unit
    places[:, 1] = (y - south + unit // 2) // unit
    turns = np.zeros(number.size + 1 & ~1, dtype=np.uint8)
    turns[: number.size] = (records["heading"].astype(np.uint16) + 8 >> 4) & 0x0F
    head = HEAD.pack(first, step, who.size, unit, west, south)
    packed = turns[::2] | turns[1::2] << 4
    return b"".join((head, np.packbits(who, bitorder="little").tobytes(), places.tobytes(), packed.tobytes()))


def read(data: bytes) -> FarSlice:
    """Reads a slice.

    Raises:
        RemoteProtocolError: It is not whole, is longer than it says, or names a number above 65,535.
    """
    if not data:
        return NOBODY
    if len(data) < HEAD.size:
        raise _broken(f"{len(data)} bytes are not a far slice")
    first, step, bits, unit, west, south = HEAD.unpack_from(data)
    if not (step and bits and unit) or first + (bits - 1) * step > 0xFFFF:
        raise _broken("a far slice without a step, a bit or a unit, or with too large a number")
    end = HEAD.size + (bits + 7) // 8
    who = np.unpackbits(np.frombuffer(data[HEAD.size : end], dtype=np.uint8), bitorder="little")[:bits]
    bit = np.flatnonzero(who)
    if len(data) != size(bit.size, bits):
        raise _broken(f"{len(data)} bytes for a far slice of {bit.size}")
    places = np.frombuffer(data, dtype=np.uint8, count=2 * bit.size, offset=end).astype(np.int32).reshape(-1, 2)
    pairs = np.frombuffer(data, dtype=np.uint8, offset=end + 2 * bit.size)
    records = np.empty(bit.size, dtype=FAR)
    records["number"] = first + bit * step
    records["x"] = west + unit * places[:, 0]
    records["y"] = south + unit * places[:, 1]
    records["heading"] = np.stack((pairs & 0x0F, pairs >> 4), axis=1).ravel()[: bit.size] << 4
    return FarSlice(records, unit)


def _broken(text: str) -> RemoteProtocolError:
    return RemoteProtocolError(CloseCode.BAD_MESSAGE, text)
