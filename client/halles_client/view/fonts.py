"""Letters for the HUD: Inter in whole pixel sizes, drawn once each into one shared sheet of glyphs.

Pillow draws the glyphs with the font's own kerning, because Panda3D's text rounds every advance to whole pixels and
keeps one texture per size; with one sheet the whole HUD is one draw. Each glyph is drawn large and made smaller to a
quarter of a pixel: hinted at its own size it would sit on whole pixels and small text would have holes. Heights are
stretched so that lower-case letters end on a whole pixel, which keeps them crisp. Knows nothing of cards and nothing
of the scene graph: ``hud/canvas.py`` uploads ``GlyphSheet.pixels``.
"""

import math
import unicodedata
from bisect import bisect_right
from pathlib import Path
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFont

from halles.resources import assets

Weight = Literal["medium", "semibold", "display"]

FILES: Final[dict[Weight, str]] = {
    "medium": "Inter-Medium.ttf",
    "semibold": "Inter-SemiBold.ttf",
    "display": "InterDisplay-SemiBold.ttf",
}

SHEET: Final = 1024
"""Width and height of the sheet of glyphs, pixels: about 1,500 glyphs of 15 px, 350 of 36 px."""

LINES_KEPT: Final = 2048
"""Broken texts that are remembered: a chat of 200 lines is drawn with every letter that somebody types."""

_FINE_BELOW: Final = 20
"""Sizes under this are drawn at four places within a pixel, larger ones at two: there a half pixel does not show."""

_OVER_BELOW: Final = 64
"""Sizes under this are drawn eight times as large and made smaller, others twice."""

_MISSING: Final = "·"
"""Stands for characters that Inter has not (names in other scripts): a dot, never a box."""

_UNDRAWN: Final = frozenset({"Cc", "Zl", "Zp"})
"""Controls and separators of lines: the layout engine takes them for the end of a text and fails."""


class Face(NamedTuple):
    """One weight in one size (pixels from ascent to descent, as in CSS)."""

    weight: Weight
    size: int


class Glyph(NamedTuple):
    """Where a glyph lies in the sheet and where it goes: pixels, y downwards from the base line."""

    u: int
    v: int
    width: int
    height: int
    dx: int
    dy: int


class SheetFull(Exception):
    """No room for another glyph; ``GlyphSheet.clear`` and draw everything again."""


def font_file(weight: Weight) -> Path:
    """Returns the file of one weight, for whoever makes a ``DynamicTextFont`` of it."""
    return assets() / "fonts" / FILES[weight]


class GlyphSheet:
    """Measures texts and keeps the glyphs drawn so far.

    Attributes:
        pixels: uint8 coverage, shape ``(SHEET, SHEET)``, first row on top.
        changes: Counts the glyphs added and the clearings; whoever uploaded at another count uploads again.
    """

    def __init__(self) -> None:
        self.pixels: NDArray[np.uint8] = np.zeros((SHEET, SHEET), dtype=np.uint8)
        self.changes = 0
        self._fonts: dict[Face, ImageFont.FreeTypeFont] = {}
        self._stretches: dict[Face, float] = {}
        self._advances: dict[tuple[Face, str], float] = {}
        self._glyphs: dict[tuple[Face, str, float], Glyph] = {}
        self._known: dict[tuple[Weight, str], bool] = {}
        self._lines: dict[tuple[str, Face, int], tuple[str, ...]] = {}
        self._x = self._y = self._row = 0

    def clear(self) -> None:
        """Forgets every glyph, not the measures."""
        self._glyphs.clear()
        self.pixels[:] = 0
        self._x = self._y = self._row = 0
        self.changes += 1

    def has(self, weight: Weight, char: str) -> bool:
        """Tells whether the font draws this character itself (blanks count as drawn)."""
        key = (weight, char)
        if key not in self._known:
            self._known[key] = self._has(self._font(Face(weight, 32)), char)
        return self._known[key]

    def width(self, text: str, face: Face) -> float:
        """Returns how wide a line is, pixels."""
        return sum(self._advance(face, pair) for pair in _pairs(text))

    def offsets(self, text: str, face: Face) -> list[float]:
        """Returns where the caret stands before each character and after the last, pixels."""
        places = [0.0]
        for pair in _pairs(text):
            places.append(places[-1] + self._advance(face, pair))
        return places

    def lines(self, text: str, face: Face, most: int) -> tuple[str, ...]:
        """Breaks a text into lines of at most ``most`` pixels.

        At line feeds and blanks, never at no-break blanks; at any letter where a word is too long. The newest
        ``LINES_KEPT`` answers are remembered.
        """
        key = (text, face, most)
        found = self._lines.pop(key, None)
        if found is None:
            found = tuple(line for part in text.split("\n") for line in self._broken(part, face, most))
            if len(self._lines) >= LINES_KEPT:
                del self._lines[next(iter(self._lines))]
        self._lines[key] = found
        return found

    def _broken(self, text: str, face: Face, most: int) -> list[str]:
        """Breaks one paragraph, measuring each letter once."""
        places = self.offsets(text, face)

        def wide(start: int, end: int) -> float:
            return places[end - 1] - places[start] + self._advance(face, text[end - 1]) if end > start else 0.0

        found: list[str] = []
        start = end = at = 0
        for word in text.split(" "):
            first, last = at, at + len(word)
            at = last + 1
            if start == end:
                start = end = first
            if wide(start, last) > most:
                if end > start:
                    found.append(text[start:end])
                start = first
                while wide(start, last) > most:
                    kept = bisect_right(places, places[start] + most, start, last + 1) - 1
                    while kept > start + 1 and wide(start, kept) > most:  # the last letter leans on no other now
                        kept -= 1
                    kept = max(start + 1, kept)
                    found.append(text[start:kept])
                    start = kept
            end = last
        return [*found, text[start:end]]

    def run(self, text: str, face: Face, x: float) -> list[tuple[int, Glyph]]:
        """Returns the glyphs of a line that starts at ``x``, each with the whole pixel at which it is put.

        Raises:
            SheetFull: There is no room; what was drawn so far stays.
        """
        placed: list[tuple[int, Glyph]] = []
        fine = 4 if face.size < _FINE_BELOW else 2
        for pair in _pairs(text):
            if not pair[0].isspace():
                whole, step = divmod(round(x * fine), fine)
                placed.append((whole, self._glyph(face, pair[0], step / fine)))
            x += self._advance(face, pair)
        return placed

    @staticmethod
    def _has(font: ImageFont.FreeTypeFont, char: str) -> bool:
        if unicodedata.category(char) in _UNDRAWN:
            return False
        drawn, box = bytes(font.getmask(char)), font.getbbox(char)
        return char.isspace() or (drawn, box) != (bytes(font.getmask("\uffff")), font.getbbox("\uffff"))

    def _font(self, face: Face) -> ImageFont.FreeTypeFont:
        if face not in self._fonts:
            self._fonts[face] = ImageFont.truetype(font_file(face.weight), face.size)
        return self._fonts[face]

    def _drawn(self, face: Face, char: str) -> str:
        return char if self.has(face.weight, char) else _MISSING

    def _advance(self, face: Face, pair: str) -> float:
        """How far the first of two neighbours moves the pen, kerning included."""
        key = (face, pair)
        if key not in self._advances:
            font, over = self._large(face)
            first = self._drawn(face, pair[0])
            advance = font.getlength(first)
            if len(pair) == 2:
                second = self._drawn(face, pair[1])
                advance = font.getlength(first + second) - font.getlength(second)
            self._advances[key] = advance / over
        return self._advances[key]

    def _glyph(self, face: Face, char: str, start: float) -> Glyph:
        key = (face, self._drawn(face, char), start)
        if key not in self._glyphs:
            self._glyphs[key] = self._draw(*key)
        return self._glyphs[key]

    def _draw(self, face: Face, char: str, start: float) -> Glyph:
        font, over = self._large(face)
        mask, (ox, oy) = font.getmask2(char, mode="L", anchor="ls")
        across, down = float(over), over / self._stretch(face)
        left, top = math.floor(start + ox / across), math.floor(oy / down)
        width = math.ceil(start + (ox + mask.size[0]) / across) - left
        height = math.ceil((oy + mask.size[1]) / down) - top
        u, v = self._room(width, height)
        if mask.size[0] and mask.size[1]:
            pad = 2 * over
            large = np.zeros((mask.size[1] + 2 * pad, mask.size[0] + 2 * pad), np.uint8)
            large[pad:-pad, pad:-pad] = np.frombuffer(bytes(mask), np.uint8).reshape(mask.size[::-1])
            x, y = (left - start) * across - ox + pad, top * down - oy + pad
            small = Image.fromarray(large).resize(
                (width, height), Image.Resampling.BOX, (x, y, x + width * across, y + height * down)
            )
            self.pixels[v : v + height, u : u + width] = np.asarray(small)
        self.changes += 1
        return Glyph(u, v, width, height, left, top)

    def _large(self, face: Face) -> tuple[ImageFont.FreeTypeFont, int]:
        """Returns the font in which a face is drawn, and how many times too large it is."""
        over = 8 if face.size < _OVER_BELOW else 2
        return self._font(Face(face.weight, face.size * over)), over

    def _stretch(self, face: Face) -> float:
        """Returns by how much heights are stretched so that an x is a whole number of pixels high."""
        if face not in self._stretches:
            font, over = self._large(face)
            high = -font.getbbox("x", anchor="ls")[1] / over
            self._stretches[face] = max(1, round(high)) / high
        return self._stretches[face]

    def _room(self, width: int, height: int) -> tuple[int, int]:
        if self._x + width + 1 > SHEET:
            self._x, self._y, self._row = 0, self._y + self._row, 0
        if self._y + height + 1 > SHEET:
            raise SheetFull
        at = self._x, self._y
        self._x += width + 1
        self._row = max(self._row, height + 1)
        return at


def _pairs(text: str) -> list[str]:
    """Each character with its right neighbour, the last alone."""
    return [text[i : i + 2] for i in range(len(text))]
