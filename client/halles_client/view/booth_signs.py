"""Names over the booths, discs with initials on counters, staffed lights: one mesh and one sheet of letters a hall.

Pure: numpy and Pillow, no panda3d. Letters are coverage in one channel; colours are the vertices', so that accents and
lights change without new letters.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from halles.ids import BoothId
from halles.world.booth import accent_of
from halles.world.staffing import StaffedState
from halles_client.view.booth_kit import BoothPlaces, Surface
from halles_client.view.booth_pictures import drawable
from halles_client.view.fonts import font_file

PIXELS_PER_M: Final = 190
_CAPITAL: Final = 0.727
"""Height of Inter's capitals as a share of its size."""

WIDTH: Final = 2048
_MARGIN_M: Final = 0.12
_DISC: Final = 128
_PAPER: Final = (0xF5, 0xF1, 0xE8)
_WARM: Final = (0xFF, 0xD9, 0x8A)
_GREY: Final = (0x70, 0x72, 0x74)
_DARK: Final = (0x2A, 0x2C, 0x2E)
_LIFT: Final = 0.006
_HOLLOW: Final = (0.6, 0.7)
"""Shares of the bar's width and height that are dark in a hollow one: its ends are seen from farther than its edges."""

Colour = tuple[int, int, int]

VERTEX: Final = np.dtype([("position", "<f4", 3), ("colour", "u1", 4), ("uv", "<f4", 2)])


@dataclass(frozen=True, slots=True)
class Sign:
    """What one booth's signs show, and where."""

    booth: BoothId
    name: str
    accent: int
    places: BoothPlaces


@dataclass(frozen=True, slots=True)
class Letters:
    """The sheet: coverage ``(height, WIDTH)`` uint8, and where each booth's name, initials, the disc and plain lie."""

    pixels: NDArray[np.uint8]
    names: dict[BoothId, tuple[int, int, int, int]]
    initials: dict[BoothId, tuple[int, int, int, int]]
    disc: tuple[int, int, int, int]
    plain: tuple[int, int, int, int]


def letters(signs: Sequence[Sign]) -> Letters:
    """Draws all names and initials of a hall into one sheet, in rows from the top."""
    sheet = _Sheet()
    big = ImageFont.truetype(font_file("display"), round(PIXELS_PER_M * 0.26 / _CAPITAL))
    small = ImageFont.truetype(font_file("semibold"), 60)
    disc = sheet.put(_disc())
    plain = sheet.put(Image.new("L", (8, 8), 255))
    plain = (plain[0] + 2, plain[1] + 2, plain[2] - 4, plain[3] - 4)
    names = {sign.booth: sheet.put(_line(drawable(sign.name), big)) for sign in signs}
    begun = {sign.booth: sheet.put(_line(initials(sign.name), small)) for sign in signs}
    return Letters(sheet.pixels(), names, begun, disc, plain)


def mesh(signs: Sequence[Sign], sheet: Letters, staffed: Mapping[BoothId, StaffedState]) -> NDArray[np.void]:
    """Returns the quads of all signs, shape ``(4 · n,)`` of ``VERTEX``, each anticlockwise from the left bottom.

    Nine quads a booth: its name, the disc, its initials, and two for each side of the light.
    """
    quads = []
    height = sheet.pixels.shape[0]
    for sign in signs:
        places = sign.places
        quads.append(_quad(_fit(sheet.names[sign.booth], places), sheet.names[sign.booth], _PAPER, height, 0.0))
        quads.append(_quad(places.logo, sheet.disc, _hex(accent_of(sign.accent)), height, 0.0))
        box = sheet.initials[sign.booth]
        inner = _scaled(places.logo, box, 0.62 * places.logo.width, 0.34 * places.logo.height)
        quads.append(_quad(inner, box, _PAPER, height, _LIFT))
        for bar in (places.staffed, *places.beside):
            under, over = _light(bar, staffed.get(sign.booth, "away"))
            quads.append(_quad(under[0], sheet.plain, under[1], height, 0.0))
            quads.append(_quad(over[0], sheet.plain, over[1], height, _LIFT))
    return np.concatenate(quads) if quads else np.zeros(0, dtype=VERTEX)


def _light(bar: Surface, state: StaffedState) -> tuple[tuple[Surface, Colour], tuple[Surface, Colour]]:
    """Returns what is drawn of the light, the second over the first: a bar lit, half, hollow or out.

    The forms differ as well as the colours, so that the sign is read by whoever sees no difference between these.
    """
    if state == "elsewhere":
        half = replace(bar, z=bar.z - bar.height / 4, height=bar.height / 2)
        return (bar, _GREY), (half, _WARM)
    if state == "back":
        hollow = replace(bar, width=bar.width * _HOLLOW[0], height=bar.height * _HOLLOW[1])
        return (bar, _WARM), (hollow, _DARK)
    colour = _WARM if state == "here" else _GREY
    return (bar, colour), (bar, colour)


def initials(name: str) -> str:
    """Returns one or two initials of a name."""
    words = [word for word in name.replace("-", " ").replace("'", " ").replace("’", " ").split() if word[0].isalnum()]
    great = [word for word in words if word[0].isupper() or word[0].isdigit()] or words
    return drawable("".join(word[0] for word in great[:2]).upper())


class _Sheet:
    """Rows of drawn pieces."""

    def __init__(self) -> None:
        self._pieces: list[tuple[int, int, Image.Image]] = []
        self._x = self._y = self._row = 0

    def put(self, piece: Image.Image) -> tuple[int, int, int, int]:
        """Finds room for a piece and returns its x, y, width, height; too wide ones are shrunk."""
        if piece.width > WIDTH - 4:
            piece = piece.resize((WIDTH - 4, max(1, piece.height * (WIDTH - 4) // piece.width)))
        if self._x + piece.width + 4 > WIDTH:
            self._x, self._y, self._row = 0, self._y + self._row, 0
        at = (self._x + 2, self._y + 2)
        self._pieces.append((*at, piece))
        self._x += piece.width + 4
        self._row = max(self._row, piece.height + 4)
        return (*at, piece.width, piece.height)

    def pixels(self) -> NDArray[np.uint8]:
        """Returns the whole sheet."""
        whole = Image.new("L", (WIDTH, self._y + self._row))
        for x, y, piece in self._pieces:
            whole.paste(piece, (x, y))
        return np.asarray(whole)


def _line(text: str, font: ImageFont.FreeTypeFont) -> Image.Image:
    """Draws a line with the font's full height, so that all lines of one size stand on one base line."""
    left, _, right, _ = font.getbbox(text or " ", anchor="ls")
    ascent, descent = font.getmetrics()
    picture = Image.new("L", (max(1, math.ceil(right - left)), ascent + descent))
    ImageDraw.Draw(picture).text((-left, ascent), text, font=font, fill=255, anchor="ls")
    return picture


def _disc() -> Image.Image:
    large = Image.new("L", (4 * _DISC, 4 * _DISC))
    ImageDraw.Draw(large).ellipse((4, 4, 4 * _DISC - 4, 4 * _DISC - 4), fill=255)
    return large.resize((_DISC, _DISC), Image.Resampling.LANCZOS)


def _fit(box: tuple[int, int, int, int], places: BoothPlaces) -> Surface:
    """Where a name goes on its header: shrunk until it fits, never cut."""
    header = places.header
    scale = places.letters / 0.26 / PIXELS_PER_M
    return _scaled(header, box, min(box[2] * scale, header.width - 2 * _MARGIN_M), box[3] * scale)


def _scaled(surface: Surface, box: tuple[int, int, int, int], width: float, height: float) -> Surface:
    """Returns a surface in another's middle with a piece's shape, at most so wide and high."""
    scale = min(width / box[2], height / box[3])
    return Surface(surface.x, surface.y, surface.z, box[2] * scale, box[3] * scale, surface.heading)


def _quad(
    surface: Surface, box: tuple[int, int, int, int], colour: tuple[int, int, int], height: int, lift: float
) -> NDArray[np.void]:
    quad = np.zeros(4, dtype=VERTEX)
    quad["position"] = corners(surface, lift)
    quad["colour"] = (*colour, 255)
    x, y, w, h = box
    left, right = x / WIDTH, (x + w) / WIDTH
    bottom, top = 1.0 - (y + h) / height, 1.0 - y / height
    quad["uv"] = ((left, bottom), (right, bottom), (right, top), (left, top))
    return quad


def corners(surface: Surface, lift: float = 0.0, rim: float = 0.0) -> NDArray[np.float32]:
    """Returns a surface's corners ``(4, 3)`` as who looks at it sees them: from the left bottom, anticlockwise.

    Args:
        surface: Which.
        lift: Metres that it is moved towards who looks.
        rim: Metres that it is larger on every side.
    """
    cos, sin = math.cos(surface.heading), math.sin(surface.heading)
    half_w, half_h = surface.width / 2 + rim, surface.height / 2 + rim
    found = np.empty((4, 3), dtype=np.float32)
    # Whoever looks at it sees its own right on the left.
    for i, (right, up) in enumerate(((half_w, -half_h), (-half_w, -half_h), (-half_w, half_h), (half_w, half_h))):
        found[i] = (surface.x + right * cos - lift * sin, surface.y + right * sin + lift * cos, surface.z + up)
    return found


def _hex(colour: str) -> tuple[int, int, int]:
    return int(colour[0:2], 16), int(colour[2:4], 16), int(colour[4:6], 16)
