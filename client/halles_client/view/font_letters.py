"""Which characters a font file can draw, read from its table of characters alone: nothing is drawn to find out.

Pillow does not tell, and drawing each character beside the missing glyph costs a millisecond for every font that lacks
it, on the thread that draws. Follows OpenType 1.9, "cmap", formats 4 and 12; other formats are of fonts that know no
Unicode. A file that cannot be understood raises OSError, as Pillow's opening does.
"""

import struct
from functools import cache
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

CHARACTERS: Final = 0x110000
"""Code points of Unicode."""

_UNICODE: Final = frozenset({(0, 0), (0, 1), (0, 2), (0, 3), (0, 4), (0, 6), (3, 1), (3, 10)})
"""Platforms and encodings whose tables are of Unicode characters."""

_INVISIBLE: Final = (
    *((0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F)),
    *((0x202A, 0x202E), (0x2060, 0x206F), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFF0, 0xFFF8)),
    *((0x1D173, 0x1D17A), (0xE0000, 0xE0FFF)),
)
"""First and last of what the layout engine draws as nothing, whatever the font (Default_Ignorable_Code_Point)."""

_LARGEST: Final = 8 << 20
"""Bytes of such a table at most: one with a row for each of Unicode's characters would be twice as large."""


@cache
def letters(file: Path) -> NDArray[np.bool_]:
    """Returns for each code point whether the first font of a file can draw it, shape ``(CHARACTERS,)``.

    That is what it has a glyph for, and what is invisible in every font. Each file is read once.

    Raises:
        OSError: The file cannot be read, or is no font.
    """
    try:
        with file.open("rb") as source:
            return _read(_cmap(source))
    except (struct.error, ValueError) as error:
        raise OSError(f"{file.name} has no readable table of characters: {error}") from error


def _cmap(source: BinaryIO) -> bytes:
    """Returns the bytes of the table "cmap"."""
    start = 0
    if source.read(4) == b"ttcf":
        source.seek(12)
        (start,) = struct.unpack(">I", source.read(4))
    source.seek(start + 4)
    (tables,) = struct.unpack(">H6x", source.read(8))
    for _ in range(tables):
        tag, offset, length = struct.unpack(">4s4xII", source.read(16))
        if tag == b"cmap" and length <= _LARGEST:
            source.seek(offset)
            return source.read(length)
    raise ValueError("not there")


def _read(table: bytes) -> NDArray[np.bool_]:
    (count,) = struct.unpack_from(">2xH", table)
    rows = [struct.unpack_from(">HHI", table, 4 + 8 * i) for i in range(count)]
    offsets = {offset for platform, encoding, offset in rows if (platform, encoding) in _UNICODE}
    found = np.zeros(CHARACTERS, dtype=np.bool_)
    for offset in offsets:
        (form,) = struct.unpack_from(">H", table, offset)
        if form == 4:
            _add_pairs(found, table[offset:])
        elif form == 12:
            _add_groups(found, table[offset:])
    for start, end in _INVISIBLE:
        found[start : end + 1] = True
    found.flags.writeable = False  # one for all who ask
    return found


def _add_pairs(found: NDArray[np.bool_], table: bytes) -> None:
    """Format 4: segments of characters up to U+FFFF, each with a difference or a list of glyphs."""
    (twice,) = struct.unpack_from(">6xH", table)
    words = np.frombuffer(table[: len(table) // 2 * 2], ">u2").astype(np.int64)
    count, first = twice // 2, 7
    ends, starts, deltas, ranges = (words[at : at + count] for at in (first, *_after(first, count)))
    if len(ranges) < count:
        raise ValueError("it ends too soon")
    at_ranges = first + 1 + 3 * count
    for i, (start, end, delta, within) in enumerate(zip(starts, ends, deltas, ranges, strict=True)):
        chars = np.arange(start, end + 1)
        glyphs = chars
        if within:
            places = at_ranges + i + within // 2 + chars - start
            chars = chars[places < len(words)]
            glyphs = words[places[: len(chars)]]
            chars, glyphs = chars[glyphs != 0], glyphs[glyphs != 0]
        found[chars[(glyphs + delta) & 0xFFFF != 0]] = True


def _after(first: int, count: int) -> tuple[int, int, int]:
    """Where starts, differences and lists begin, in words: a blank word stands behind the ends."""
    return first + count + 1, first + 2 * count + 1, first + 3 * count + 1


def _add_groups(found: NDArray[np.bool_], table: bytes) -> None:
    """Format 12: groups of characters with the glyph of the first of each."""
    (count,) = struct.unpack_from(">12xI", table)
    groups = np.frombuffer(table, ">u4", count * 3, 16).reshape(-1, 3).tolist()
    for start, end, glyph in groups:
        found[start + (glyph == 0) : end + 1] = True
