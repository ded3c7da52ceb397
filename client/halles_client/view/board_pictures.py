"""What is written on the programme's boards: a picture for each, in the reader's language. Pure: no panda3d."""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from halles_client.view.booth_pictures import drawable
from halles_client.view.fonts import font_file

PIXELS_PER_M: Final = 300
_RIM_M: Final = 0.03
_INK: Final = (0x15, 0x18, 0x1C)
_PAPER: Final = (0xF5, 0xF1, 0xE8)
_MUTED: Final = (0xB6, 0xB4, 0xAD)
_AMBER: Final = (0xF0, 0xB4, 0x5A)
_RULE: Final = (0x3A, 0x40, 0x47)

_TITLE_LINES: Final = 3
"""Of one entry's title."""

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One entry on a board.

    Attributes:
        when: The hour, or the word for now with it.
        where: The hall; "" where that is plain.
        on: Whether it is on now.
    """

    when: str
    title: str
    where: str = ""
    on: bool = False


@dataclass(frozen=True, slots=True)
class BoardText:
    """All that stands on a board.

    Attributes:
        empty: What it says when there are no rows.
        colour: The hall's, sRGB hex.
    """

    title: str
    empty: str
    rows: tuple[BoardRow, ...]
    colour: str


class _Column(NamedTuple):
    """Where lines are written, one below the other; without ``draw`` they are only measured."""

    draw: ImageDraw.ImageDraw | None
    x: int
    room: int


class _Style(NamedTuple):
    """How a text is written, in at most so many lines."""

    font: ImageFont.FreeTypeFont
    colour: Colour
    most: int = 4


def draw_board(text: BoardText, width_m: float, height_m: float) -> NDArray[np.uint8]:
    """Draws a board.

    Args:
        text: What stands on it; rows that do not fit are left out, the last ones first.
        width_m: Its width, metres.
        height_m: Its height, metres.

    Returns:
        ``(height, width, 3)`` uint8, row 0 on top.
    """
    size = (round(width_m * PIXELS_PER_M), round(height_m * PIXELS_PER_M))
    board = Image.new("RGB", size, _INK)
    draw = ImageDraw.Draw(board)
    rim = round(_RIM_M * PIXELS_PER_M)
    draw.rectangle((0, 0, size[0], 2 * rim), fill=_hex(text.colour))
    margin = size[0] // 16
    unit = min(size) / 480
    head = ImageFont.truetype(font_file("display"), round(52 * unit))
    draw.text((margin, 3 * rim), drawable(text.title), font=head, fill=_PAPER)
    y = 3 * rim + round(52 * unit * 1.5)
    column = _Column(draw, margin, size[0] - 2 * margin)
    if not text.rows:
        _lines(column, y, text.empty, _Style(_font("medium", 30 * unit), _MUTED))
    for row in text.rows:
        below = _row(column._replace(draw=None), y, row, unit)
        if below > size[1] - margin // 2:
            break
        y = _row(column, y, row, unit)
    return np.asarray(board)


def _row(column: _Column, y: int, row: BoardRow, unit: float) -> int:
    """Draws one entry; returns where the next begins."""
    small, large = _font("semibold", 26 * unit), _font("semibold", 34 * unit)
    if column.draw is not None:
        rule = (column.x, y, column.x + column.room, y)
        column.draw.line(rule, fill=_AMBER if row.on else _RULE, width=max(2, round(3 * unit)))
    y += round(14 * unit)
    when = f"{row.when} · {row.where}" if row.where else row.when
    y = _lines(column, y, when, _Style(small, _AMBER if row.on else _MUTED, 1))
    y = _lines(column, y, row.title, _Style(large, _PAPER, _TITLE_LINES))
    return y + round(14 * unit)


def _lines(column: _Column, y: int, text: str, style: _Style) -> int:
    """Writes a text; returns where the next begins."""
    for line in broken(drawable(text), style.font, column.room, style.most):
        if column.draw is not None:
            column.draw.text((column.x, y), line, font=style.font, fill=style.colour)
        y += round(style.font.size * 1.25)
    return y


def broken(text: str, font: ImageFont.FreeTypeFont, room: int, most: int) -> list[str]:
    """Breaks a text between words into at most so many lines; what does not fit ends in "…"."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > most:
        lines = [*lines[: most - 1], f"{lines[most - 1]} …"]
    return [_cut(line, font, room) for line in lines]


def _cut(line: str, font: ImageFont.FreeTypeFont, room: int) -> str:
    if font.getlength(line) <= room:
        return line
    while line and font.getlength(f"{line}…") > room:
        line = line[:-1]
    return f"{line}…"


def _font(weight: str, size: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font_file("semibold" if weight == "semibold" else "medium"), max(8, round(size)))


def _hex(colour: str) -> Colour:
    return int(colour[0:2], 16), int(colour[2:4], 16), int(colour[4:6], 16)
