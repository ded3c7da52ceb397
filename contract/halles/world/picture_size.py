"""How large a PNG or JPEG is, from its first bytes: known before anything decodes it, and to whoever has no decoder.

A decoder believes the same fields: it makes room for what they say.
"""

import struct
from typing import Final

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PNG_HEAD: Final = struct.Struct(">I4sII")
_JPEG: Final = b"\xff\xd8\xff"
_LENGTH: Final = struct.Struct(">H")
_FRAME: Final = struct.Struct(">xHH")
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers that begin a JPEG's frame and tell its size."""
_BARE: Final = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers that nothing follows."""


def size_of(data: bytes) -> tuple[str, int, int] | None:
    """Returns MIME type, width and height of a PNG or JPEG; None for anything else."""
    if data.startswith(_PNG) and len(data) >= len(_PNG) + _PNG_HEAD.size:
        length, name, width, height = _PNG_HEAD.unpack_from(data, len(_PNG))
        return ("image/png", width, height) if (length, name) == (13, b"IHDR") and width and height else None
    return _jpeg(data) if data.startswith(_JPEG) else None


def _jpeg(data: bytes) -> tuple[str, int, int] | None:
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # filling
            at += 1
        elif marker in _BARE:
            at += 2
        elif marker in _FRAMES:
            if at + 4 + _FRAME.size > len(data):
                return None
            height, width = _FRAME.unpack_from(data, at + 4)
            return ("image/jpeg", width, height) if width and height else None
        else:
            at += 2 + max(2, int(_LENGTH.unpack_from(data, at + 2)[0]))
    return None
