"""Pictures that came from the network: the one place where their bytes are decoded, with care. Pure: no panda3d.

The id of a picture says only that the bytes are those that were uploaded, not that they are harmless: this is a
decoder behind a cap, for threads. Not here: our own pictures (``textures.from_file``).
"""

import io
import struct
import zlib
from typing import Final

from PIL import Image

PIXELS_CAP: Final = 40_000_000
"""A picture that claims more pixels is not decoded: the server's own cap is lower."""

_FORMATS: Final = ("WEBP", "PNG", "JPEG")
_BROKEN: Final = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    LookupError,
    TypeError,
    ArithmeticError,
    NotImplementedError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)
"""What Pillow raises on broken bytes: its plugins check little, so that any step of reading may fail."""


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Returns the width and height that a picture claims, without decoding it; None when it may not be shown."""
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
            return picture.size if 0 < picture.width * picture.height <= PIXELS_CAP else None
    except _BROKEN:
        return None


def open_picture(data: bytes, most: tuple[int, int]) -> Image.Image | None:
    """Decodes a picture to RGB.

    Args:
        data: Encoded bytes, trusted in nothing.
        most: Width and height that are needed; a JPEG much larger is read smaller, which is far quicker.

    Returns:
        The picture, at least as large as ``most`` or whole; None when it is none or may not be shown.
    """
    if picture_size(data) is None:
        return None
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
            picture.draft("RGB", most)
            return picture.convert("RGB")
    except _BROKEN:
        return None
