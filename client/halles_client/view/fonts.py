"""Letters for the HUD: Inter in whole pixel sizes, drawn once each into one shared sheet of glyphs.

Pillow draws the glyphs with the font's own kerning, because Panda3D's text rounds every advance to whole pixels and
keeps one texture per size; with one sheet the whole HUD is one draw. Each glyph is drawn large and made smaller to a
quarter of a pixel: hinted at its own size it would sit on whole pixels and small text would have holes. Heights are
stretched so that lower-case letters end on a whole pixel, which keeps them crisp. What Inter has not is drawn with a
font of the system, a word at once where letters join or run from right to left, and as a box where no font has it.
Knows nothing of cards and nothing of the scene graph: ``hud/canvas.py`` uploads ``GlyphSheet.pixels``.
"""

import math
import unicodedata
from bisect import bisect_right
from functools import cache
from pathlib import Path
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFont

from halles.resources import assets
from halles_client.view.font_letters import letters
from halles_client.view.system_fonts import system_fonts

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

_MISSING: Final = "\uffff"
"""Never is a character: stands for what no font has, and is drawn as a box."""

_BOX: Final = (0.5, 0.72, 0.12)
"""Width, height and room beside such a box, in sizes: as high as a capital."""

_UNDRAWN: Final = frozenset({"Cc", "Zl", "Zp"})
"""Controls and separators of lines: the layout engine takes them for the end of a text and fails."""

_MARKS: Final = frozenset({"Mn", "Mc", "Me"})
_SILENT: Final = frozenset("\u200c\u200d\ufe0e\ufe0f")
"""Joiners and variation selectors: drawn by no font, and part of what they follow."""

_PLAIN_BELOW: Final = "\u0300"
"""Up to the first combining mark every character is drawn by itself."""

_UNIT_MOST: Final = 24
"""Characters that are drawn as one at most: somebody else's name must fit into the sheet."""

_HIGHEST: Final = 1.2
_LOWEST: Final = 0.5
"""Sizes above and below the base line that are drawn at most: marks upon marks do not climb over the lines."""

_ADVANCES_KEPT: Final = 20_000
"""Measures that are remembered: what others write must not fill the memory."""


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
    return _files()[weight]


@cache  # wanted for every letter that is drawn, and finding the folder takes as long as all else of a letter
def _files() -> dict[Weight, Path]:
    return {weight: assets() / "fonts" / name for weight, name in FILES.items()}


class GlyphSheet:
    """Measures texts and keeps the glyphs drawn so far.

    Attributes:
        pixels: uint8 coverage, shape ``(SHEET, SHEET)``, first row on top.
        changes: Counts the glyphs added and the clearings; whoever uploaded at another count uploads again.
    """

    def __init__(self, others: tuple[Path, ...] | None = None) -> None:
        """Begins with an empty sheet.

        Args:
            others: Fonts for what Inter has not; None for those of the system.
        """
        self._others = others
        self.pixels: NDArray[np.uint8] = np.zeros((SHEET, SHEET), dtype=np.uint8)
        self.changes = 0
        self._fonts: dict[tuple[Path, int], ImageFont.FreeTypeFont] = {}
        self._stretches: dict[Face, float] = {}
        self._advances: dict[tuple[Face, str, str], float] = {}
        self._glyphs: dict[tuple[Face, Path, str, float], Glyph] = {}
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
        return self._in(font_file(weight), char)

    @staticmethod
    def _in(file: Path, char: str) -> bool:
        if unicodedata.category(char) in _UNDRAWN:
            return False
        return char.isspace() or bool(letters(file)[ord(char)])

    def width(self, text: str, face: Face) -> float:
        """Returns how wide a line is, pixels."""
        return sum(self._advance(face, unit, after) for unit, after in _followed(self._units(text)))

    def offsets(self, text: str, face: Face) -> list[float]:
        """Returns where the caret stands before each character and after the last, pixels.

        Within what is drawn as one it goes on evenly.
        """
        places = [0.0]
        for unit, after in _followed(self._units(text)):
            start, advance = places[-1], self._advance(face, unit, after)
            places += [start + advance * (i + 1) / len(unit) for i in range(len(unit))]
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
            return places[end - 1] - places[start] + self._advance(face, text[end - 1], "") if end > start else 0.0

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
        for unit, after in _followed(self._units(text)):
            if not unit.isspace():
                whole, step = divmod(round(x * fine), fine)
                placed.append((whole, self._glyph(face, unit, step / fine)))
            x += self._advance(face, unit, after)
        return placed

    def _units(self, text: str) -> list[str]:
        """Cuts a text into what is drawn as one.

        That is a letter with its marks, or a run of letters that only a font of the system has and that may join or
        run from right to left; Chinese, Japanese and Korean signs stand alone.
        """
        if all(char < _PLAIN_BELOW for char in text):
            return list(text)
        units: list[str] = []
        for i, char in enumerate(text):
            joins = bool(units) and len(units[-1]) < _UNIT_MOST and self._joins(units[-1], char, text[i + 1 : i + 2])
            if joins:
                units[-1] += char
            else:
                units.append(char)
        return units

    def _joins(self, before: str, char: str, after: str) -> bool:
        """Tells whether a character is drawn with what stands before it."""
        if char in _SILENT or unicodedata.category(char) in _MARKS:
            return not before.isspace()
        if not self._foreign(before[0]):
            return False
        return self._foreign(char) or (char == " " and _from_right(before[0]) and _from_right(after))

    def _foreign(self, char: str) -> bool:
        alone = unicodedata.east_asian_width(char) in "WF" or unicodedata.category(char) in _UNDRAWN
        return not alone and not char.isspace() and not self.has("medium", char)

    def _font(self, file: Path, size: int) -> ImageFont.FreeTypeFont:
        if (file, size) not in self._fonts:
            self._fonts[file, size] = ImageFont.truetype(file, size)
        return self._fonts[file, size]

    def _drawn(self, face: Face, unit: str) -> tuple[Path, str]:
        """Returns the font for something that is drawn as one, and what of it is drawn."""
        own = font_file(face.weight)
        seen = "".join(char for char in unit if char not in _SILENT)
        if seen and self._all_in(own, seen):
            return own, seen
        if self._others is None:
            self._others = system_fonts()
        for file in self._others:
            if seen and self._all_in(file, seen):
                return file, seen
        bases = [char for char in seen if unicodedata.category(char) not in _MARKS]
        return own, _MISSING * max(1, len(bases))

    def _all_in(self, file: Path, chars: str) -> bool:
        return all(self._in(file, char) for char in chars)

    def _advance(self, face: Face, unit: str, after: str) -> float:
        """How far something moves the pen, kerning with the character after it included."""
        key = (face, unit, after)
        if key not in self._advances:
            if len(self._advances) >= _ADVANCES_KEPT:
                self._advances.clear()
            self._advances[key] = self._measured(face, unit, after)
        return self._advances[key]

    def _measured(self, face: Face, unit: str, after: str) -> float:
        own, over = font_file(face.weight), _over(face)
        file, drawn = self._drawn(face, unit)
        if drawn[:1] == _MISSING:
            return (_BOX[0] + _BOX[2]) * len(drawn) * face.size
        next_file, beside = self._drawn(face, after) if after else (own, "")
        try:
            font = self._font(file, face.size * over)
            if after and file == next_file == own and beside != _MISSING:
                return (font.getlength(drawn + beside) - font.getlength(beside)) / over
            return font.getlength(drawn) / over
        except OSError as error:
            self._leave_out(file, error)
        return self._measured(face, unit, after)

    def _glyph(self, face: Face, unit: str, start: float) -> Glyph:
        key = (face, *self._drawn(face, unit), start)
        if key not in self._glyphs:
            try:
                self._glyphs[key] = self._draw(*key)
            except OSError as error:
                self._leave_out(key[1], error)
                return self._glyph(face, unit, start)
        return self._glyphs[key]

    def _leave_out(self, file: Path, error: OSError) -> None:
        """Does without a font of the system that failed over one of its letters."""
        if not self._others or file not in self._others:
            raise error
        self._others = tuple(other for other in self._others if other != file)
        self._advances.clear()
        self._lines.clear()

    def _draw_boxes(self, face: Face, count: int, start: float) -> Glyph:
        wide, high, beside = (share * face.size for share in _BOX)
        thick, width = max(1, round(face.size / 14)), min(SHEET - 1, math.ceil(start + (wide + beside) * count))
        u, v = self._room(width, round(high))
        for number in range(count):
            left = u + round(start + beside / 2 + number * (wide + beside))
            box = self.pixels[v : v + round(high), left : min(left + max(3, round(wide)), u + width)]
            box[:thick] = box[-thick:] = 255
            box[:, :thick] = box[:, -thick:] = 255
        self.changes += 1
        return Glyph(u, v, width, round(high), 0, -round(high))

    def _draw(self, face: Face, file: Path, text: str, start: float) -> Glyph:
        if text[:1] == _MISSING:
            return self._draw_boxes(face, len(text), start)
        over = _over(face)
        mask, (ox, oy) = self._font(file, face.size * over).getmask2(text, mode="L", anchor="ls")
        across, down = float(over), over / self._stretch(face)
        left, top = math.floor(start + ox / across), max(math.floor(oy / down), -round(_HIGHEST * face.size))
        right = min(math.ceil(start + (ox + mask.size[0]) / across), left + SHEET - 1)
        bottom = min(math.ceil((oy + mask.size[1]) / down), round(_LOWEST * face.size))
        width, height = max(0, right - left), max(0, bottom - top)
        u, v = self._room(width, height)
        if mask.size[0] and mask.size[1] and width and height:
            pad = (2 + face.size) * over
            large = np.zeros((mask.size[1] + 2 * pad, mask.size[0] + 2 * pad), np.uint8)
            large[pad:-pad, pad:-pad] = np.frombuffer(bytes(mask), np.uint8).reshape(mask.size[::-1])
            x, y = (left - start) * across - ox + pad, top * down - oy + pad
            small = Image.fromarray(large).resize(
                (width, height), Image.Resampling.BOX, (x, y, x + width * across, y + height * down)
            )
            self.pixels[v : v + height, u : u + width] = np.asarray(small)
        self.changes += 1
        return Glyph(u, v, width, height, left, top)

    def _stretch(self, face: Face) -> float:
        """Returns by how much heights are stretched so that an x is a whole number of pixels high."""
        if face not in self._stretches:
            over = _over(face)
            high = -self._font(font_file(face.weight), face.size * over).getbbox("x", anchor="ls")[1] / over
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


def _over(face: Face) -> int:
    """Returns how many times too large a face is drawn."""
    return 8 if face.size < _OVER_BELOW else 2


def _followed(units: list[str]) -> list[tuple[str, str]]:
    """Each with the first character of what follows it, "" after the last."""
    return [(unit, units[i + 1][0] if i + 1 < len(units) else "") for i, unit in enumerate(units)]


def _from_right(char: str) -> bool:
    return bool(char) and unicodedata.bidirectional(char) in ("R", "AL")
