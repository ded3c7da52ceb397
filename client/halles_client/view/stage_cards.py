"""The cards that a stage's screens show, painted: title, page, question, side screen, lower third, captions. Pure.

Pictures in, pixels out, for threads; no panda3d. Nothing that is written here can fail to be drawn: what the font has
not is a dot.
"""

import re
from functools import cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from halles import resources
from halles.ids import HallId
from halles_client.stage_board import HEAD, QuoteCard, SideCard, TitleCard
from halles_client.view.booth_pictures import drawable
from halles_client.view.fonts import Weight, font_file
from halles_client.view.pictures import open_picture

MAIN: Final = (1280, 716)
"""Points of the main screen's picture: 10 × 5.6 m."""

SIDE: Final = (380, 640)
THIRD: Final = (640, 80)
CLOCK: Final = (256, 104)
CAPTIONS: Final = (1280, 120)

INK, RAISED, PAPER, MUTED, AMBER = "#15181c", "#2b323b", "#f5f1e8", "#b6b4ad", "#f0b45a"
_MARGIN: Final = 80
_MOTIF: Final = (704, 0, 1024, 576)
"""Where the hall's own picture lies on the card that is baked for its main screen."""

_FINE: Final = 2
_BLANKS: Final = re.compile(r"[^\S\u00a0\u202f]+")
_BEFORE: Final = re.compile(r" (?=[:;?!»%])")
"""A blank at which French does not break."""


class _Style(NamedTuple):
    """How a text is written, in at most so many lines."""

    size: int
    fill: str
    weight: Weight = "semibold"
    most: int = 1


class _Column(NamedTuple):
    """Where texts are written, one below the other."""

    draw: ImageDraw.ImageDraw
    room: int
    left: int = _MARGIN

    def write(self, y: float, text: str, style: _Style) -> float:
        """Writes a text; returns the y below it."""
        font = _font(style.weight, style.size)
        rows = _broken(drawable(_flat(text)), font, self.room)
        if len(rows) > style.most:
            rest = _cut(" ".join(rows[style.most - 1 :]), font, self.room, always=True)
            rows = [*rows[: style.most - 1], rest]
        for row in rows:
            self.draw.text((self.left, y), row, style.fill, font)
            y += style.size * 1.28
        return y


def title(card: TitleCard, hall: HallId) -> NDArray[np.uint8]:
    """Paints what a live session is about, with the hall's picture at its right."""
    picture = Image.new("RGB", MAIN, INK)
    motif = _motif(hall)
    room = MAIN[0] - 2 * _MARGIN
    if motif is not None:
        picture.paste(motif, (MAIN[0] - motif.width, 0))
        room -= motif.width - _MARGIN // 2
    draw = ImageDraw.Draw(picture)
    column = _Column(draw, room)
    draw.rectangle((_MARGIN, 64, _MARGIN + 60, 73), AMBER)
    y = column.write(90, card.kind, _Style(30, AMBER))
    y = column.write(y + 14, card.title, _Style(_fitting(card.title, room, 2), PAPER, "display", 3))
    y = column.write(y + 16, card.summary, _Style(29, MUTED, "medium", 2 if card.speakers else 4)) + 22
    for name in card.speakers:  # above where people stand before the screen, as far as there is room
        if y + 40 <= MAIN[1]:
            y = column.write(y, name, _Style(29, PAPER))
    return np.asarray(picture)


def page(data: bytes) -> NDArray[np.uint8] | None:
    """Fits a page's picture into the screen; None for what is no picture."""
    found = open_picture(data, MAIN)
    if found is None:
        return None
    found.thumbnail(MAIN, Image.Resampling.LANCZOS)
    if found.width < MAIN[0] and found.height < MAIN[1]:
        share = min(MAIN[0] / found.width, MAIN[1] / found.height)
        size = max(1, round(found.width * share)), max(1, round(found.height * share))
        found = found.resize(size, Image.Resampling.BICUBIC)
    whole = Image.new("RGB", MAIN, INK)
    whole.paste(found, ((MAIN[0] - found.width) // 2, (MAIN[1] - found.height) // 2))
    return np.asarray(whole)


def quote(card: QuoteCard) -> NDArray[np.uint8]:
    """Paints a question that everybody is to read."""
    picture = Image.new("RGB", MAIN, INK)
    draw, room = ImageDraw.Draw(picture), MAIN[0] - 2 * _MARGIN
    column = _Column(draw, room)
    draw.rectangle((_MARGIN, 84, _MARGIN + 60, 93), AMBER)
    y = column.write(112, card.head, _Style(30, AMBER))
    y = column.write(y + 26, card.text, _Style(_fitting(card.text, room, 6, largest=58), PAPER, most=6))
    column.write(min(y + 24, MAIN[1] - 70), card.by, _Style(30, MUTED, "medium"))
    return np.asarray(picture)


def side(card: SideCard) -> NDArray[np.uint8]:
    """Paints the portrait screen."""
    picture = Image.new("RGB", SIDE, RAISED)
    draw, left, room = ImageDraw.Draw(picture), 34, SIDE[0] - 68
    column, inner = _Column(draw, room, left), _Column(draw, room - 36, left + 36)
    draw.rectangle((left, 44, left + 50, 51), AMBER)
    y = column.write(66, card.head, _Style(36, PAPER, most=2)) + 16
    for number, text in card.rows:
        if y > SIDE[1] - 150:
            break
        if number == HEAD:
            y = column.write(y + 14, text, _Style(30, PAPER)) + 8
            continue
        if number:
            draw.text((left, y), drawable(number), AMBER, _font("semibold", 26))
        y = inner.write(y, text, _Style(26, PAPER if number else MUTED, "medium", 3)) + 10
    column.write(SIDE[1] - 84, card.hint, _Style(24, MUTED, "medium", 2))
    return np.asarray(picture)


def lower_third(text: str) -> NDArray[np.uint8]:
    """Paints who has the floor: an amber edge, ink, the name; clear where it ends."""
    picture = Image.new("RGBA", THIRD, (0, 0, 0, 0))
    draw, room = ImageDraw.Draw(picture), THIRD[0] - 60
    font = _font("semibold", 38)
    text = _cut(drawable(_flat(text)), font, room)
    wide = round(font.getlength(text)) + 56
    draw.rectangle((0, 0, wide, THIRD[1]), (*_rgb(INK), 232))
    draw.rectangle((0, 0, 10, THIRD[1]), AMBER)
    draw.text((30, THIRD[1] / 2), text, PAPER, font, anchor="lm")
    return np.asarray(picture)


def clock(text: str) -> NDArray[np.uint8]:
    """Paints the countdown."""
    picture = Image.new("RGBA", CLOCK, (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((0, 0, CLOCK[0] - 1, CLOCK[1] - 1), 14, (*_rgb(INK), 232))
    draw.text((CLOCK[0] / 2, CLOCK[1] / 2), drawable(text), AMBER, _font("semibold", 62), anchor="mm")
    return np.asarray(picture)


def captions(lines: tuple[str, ...]) -> NDArray[np.uint8]:
    """Paints what is being said, the newest two rows of it, in the middle."""
    picture = Image.new("RGBA", CAPTIONS, (*_rgb(INK), 224))
    draw, font = ImageDraw.Draw(picture), _font("medium", 42)
    rows = rows_of(lines, CAPTIONS[0] - 60, 42)
    y = (CAPTIONS[1] - 54 * len(rows)) / 2 + 27
    for row in rows:
        draw.text((CAPTIONS[0] / 2, y), row, PAPER, font, anchor="mm")
        y += 54
    return np.asarray(picture)


def rows_of(lines: tuple[str, ...], room: int, size: int) -> tuple[str, ...]:
    """Breaks captions into rows, and returns the newest two."""
    font = _font("medium", size)
    rows = [row for line in lines for row in _broken(drawable(_flat(line)), font, room)]
    return tuple(rows[-2:])


def pointer() -> NDArray[np.uint8]:
    """Paints the presenter's dot: amber with a ring of ink, so that it shows on light and on dark."""
    size = 64 * _FINE
    picture = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((4, 4, size - 5, size - 5), (*_rgb(INK), 235))
    draw.ellipse((18, 18, size - 19, size - 19), AMBER)
    return np.asarray(picture.resize((64, 64), Image.Resampling.LANCZOS))


def _fitting(text: str, room: int, lines: int, largest: int = 76) -> int:
    """Returns the largest size in which a text takes so many lines."""
    plain = drawable(_flat(text))
    for size in range(largest, 46, -6):
        if len(_broken(plain, _font("display", size), room)) <= lines:
            return size
    return 46


def _broken(text: str, font: ImageFont.FreeTypeFont, room: int) -> list[str]:
    """Breaks a text at blanks, and a word that is too long where it must be."""
    rows: list[str] = []
    for word in text.split(" "):
        longer = f"{rows[-1]} {word}" if rows else word
        if rows and font.getlength(longer) <= room:
            rows[-1] = longer
            continue
        while word and font.getlength(word) > room:
            kept = max(1, _that_fit(word, font, room))
            rows.append(word[:kept])
            word = word[kept:]
        if word:
            rows.append(word)
    return rows


def _that_fit(text: str, font: ImageFont.FreeTypeFont, room: float) -> int:
    """Returns how many of a text's characters fit."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if font.getlength(text[:middle]) <= room else (low, middle - 1)
    return low


def _cut(text: str, font: ImageFont.FreeTypeFont, room: int, *, always: bool = False) -> str:
    if font.getlength(text) <= room and not always:
        return text
    kept = _that_fit(text, font, room - font.getlength("…"))
    return text[:kept].rstrip() + "…"


def _flat(text: str) -> str:
    return _BEFORE.sub("\u00a0", _BLANKS.sub(" ", text).strip())


@cache
def _font(weight: Weight, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font_file(weight), size)


@cache
def _motif(hall: HallId) -> Image.Image | None:
    """Returns the hall's own picture, as high as the main screen."""
    file = resources.assets() / "halls" / f"{hall}-screens.webp"
    if not file.is_file():
        return None
    with Image.open(file) as picture:
        found = picture.convert("RGB").crop(_MOTIF)
    return found.resize((round(found.width * MAIN[1] / found.height), MAIN[1]), Image.Resampling.LANCZOS)


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
