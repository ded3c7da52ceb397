"""A flat, smooth drawing surface.

Everything is drawn three times as large and reduced once, which is all the smoothing these pictures need. Coordinates
are in pixels of the finished picture, x to the right and y down. No chance here: who draws brings its own ``Random``.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final, Literal

import numpy as np
from PIL import Image, ImageDraw, ImageFont

SCALE: Final = 3
SURFACE_SHARE: Final = 0.0006
"""A colour on at least this share of a picture is a surface's own."""
EDGE_STEP: Final = 8
"""To how many of 255 steps an edge's colours are rounded."""

Colour = tuple[int, int, int]
Point = tuple[float, float]
Weight = Literal["Medium", "SemiBold", "DisplaySemiBold"]

_FONT_FOLDERS: Final = (Path(__file__).resolve().parents[2] / "fonts", Path("/usr/share/fonts/opentype/inter"))
_FONT_FILES: Final[dict[Weight, tuple[str, ...]]] = {
    "Medium": ("Inter-Medium.ttf", "Inter-Medium.otf"),
    "SemiBold": ("Inter-SemiBold.ttf", "Inter-SemiBold.otf"),
    "DisplaySemiBold": ("InterDisplay-SemiBold.ttf", "Inter-DisplaySemiBold.ttf", "InterDisplay-SemiBold.otf"),
}


def colour(hexadecimal: str) -> Colour:
    """Returns the three bytes of ``9e4a38``."""
    red, green, blue = bytes.fromhex(hexadecimal)
    return red, green, blue


def mix(a: Colour, b: Colour, share: float) -> Colour:
    """Returns ``a`` with a share (0 to 1) of ``b`` in it."""
    red, green, blue = (round(p + (q - p) * share) for p, q in zip(a, b, strict=True))
    return red, green, blue


@cache
def font(weight: Weight, size: int) -> ImageFont.FreeTypeFont:
    """Returns Inter in a weight and a size in drawn (enlarged) pixels.

    Raises:
        FileNotFoundError: Inter is neither in ``assets/fonts`` nor installed.
    """
    for folder in _FONT_FOLDERS:
        for name in _FONT_FILES[weight]:
            if (folder / name).is_file():
                return ImageFont.truetype(str(folder / name), size, layout_engine=ImageFont.Layout.BASIC)
    raise FileNotFoundError(f"Inter {weight} is missing: install the package fonts-inter")


class Canvas:
    """One picture while it is drawn."""

    def __init__(self, width: int, height: int, ground: Colour) -> None:
        self.width: Final = width
        self.height: Final = height
        self._image = Image.new("RGB", (width * SCALE, height * SCALE), ground)
        self._draw = ImageDraw.Draw(self._image)

    def rectangle(self, x: float, y: float, width: float, height: float, fill: Colour, radius: float = 0.0) -> None:
        """Fills a rectangle given by its upper left corner."""
        box = (round(x * SCALE), round(y * SCALE), round((x + width) * SCALE) - 1, round((y + height) * SCALE) - 1)
        if box[2] < box[0] or box[3] < box[1]:
            return
        self._draw.rounded_rectangle(box, round(radius * SCALE), fill)

    def polygon(self, points: Iterable[Point], fill: Colour) -> None:
        """Fills a polygon."""
        self._draw.polygon([(x * SCALE, y * SCALE) for x, y in points], fill)

    def disc(self, x: float, y: float, radius: float, fill: Colour) -> None:
        """Fills a disc around a centre."""
        x, y, radius = x * SCALE, y * SCALE, radius * SCALE
        self._draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill)

    def wedge(self, x: float, y: float, radius: float, start: float, end: float, fill: Colour) -> None:
        """Fills a slice of a disc; degrees, clockwise from the right."""
        x, y, radius = x * SCALE, y * SCALE, radius * SCALE
        self._draw.pieslice((x - radius, y - radius, x + radius, y + radius), start, end, fill)

    def line(self, points: Sequence[Point], width: float, fill: Colour) -> None:
        """Draws a line through points."""
        self._draw.line([(x * SCALE, y * SCALE) for x, y in points], fill, max(1, round(width * SCALE)), joint="curve")

    def paste(self, other: "Canvas", x: float, y: float) -> None:
        """Lays another canvas on this one."""
        self._image.paste(other._image, (round(x * SCALE), round(y * SCALE)))

    def text(
        self, x: float, y: float, text: str, size: float, weight: Weight, fill: Colour, anchor: str = "ls"
    ) -> None:
        """Writes a line of text; ``anchor`` as Pillow has it, "ls" is left on the baseline."""
        self._draw.text((x * SCALE, y * SCALE), text, fill, font(weight, round(size * SCALE)), anchor=anchor)

    def fitted(self, x: float, y: float, text: str, size: float, weight: Weight, fill: Colour, room: float) -> float:
        """Writes a line of text, smaller when it would be wider than ``room``; returns the size used."""
        size = min(size, size * room / max(1.0, text_width(text, size, weight)))
        self.text(x, y, text, size, weight, fill)
        return size

    def webp(self) -> bytes:
        """Returns the finished picture, the same bytes for the same drawing and library version.

        Flat drawings are smaller without loss than as lossy WebP, whose halved colour moreover bleeds over edges.
        """
        out = BytesIO()
        _fewer_colours(self._image.reduce(SCALE)).save(out, "WEBP", lossless=True, quality=100, method=4)
        return out.getvalue()


def _fewer_colours(image: Image.Image) -> Image.Image:
    """Keeps the colours of surfaces and rounds those of smoothed edges, which nobody tells apart."""
    pixels = np.asarray(image).astype(np.uint32)
    codes = (pixels[..., 0] << 16) | (pixels[..., 1] << 8) | pixels[..., 2]
    seen, where, counts = np.unique(codes, return_inverse=True, return_counts=True)
    exact = np.stack([seen >> 16, (seen >> 8) & 255, seen & 255], axis=1)
    rounded = np.minimum(255, (exact + EDGE_STEP // 2) // EDGE_STEP * EDGE_STEP)
    kept = counts >= codes.size * SURFACE_SHARE
    few = np.where(kept[:, None], exact, rounded).astype(np.uint8)
    return Image.fromarray(few[where.reshape(-1)].reshape(pixels.shape))


def text_width(text: str, size: float, weight: Weight) -> float:
    """Returns the width of a line of text, in pixels of the finished picture."""
    return float(font(weight, round(size * SCALE)).getlength(text)) / SCALE


def wrapped(text: str, size: float, weight: Weight, room: float) -> list[str]:
    """Breaks a text at blanks into lines no wider than ``room`` where words allow it."""
    lines: list[str] = []
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(joined, size, weight) <= room:
            lines[-1] = joined
        else:
            lines.append(word)
    return lines
