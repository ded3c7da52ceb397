"""One booth's pictures as one picture: where each panel lies in it, and how it is put together. Pure: no panda3d.

A booth's panels share a texture, so that a booth is one draw. Panels without a picture carry the organisation's name
on its accent, so that no booth is blank while it loads or before anybody has filled it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont, ImageOps

from halles.world.booth import accent_of
from halles.world.scene import SlotSize
from halles_client.view.fonts import GlyphSheet, font_file
from halles_client.view.pictures import open_picture


class Area(NamedTuple):
    """A rectangle in a booth's picture, pixels from its left top."""

    x: int
    y: int
    width: int
    height: int


FRAME: Final = Area(0, 0, 4, 4)
"""A few pixels of the frame's colour, for the rims of all panels."""

_RIM: Final = 8
_FRAME_COLOUR: Final = (0x26, 0x2B, 0x31)
_PAPER: Final = (0xF5, 0xF1, 0xE8)

_SMALL: Final = {
    "screen": Area(0, _RIM, 512, 288),
    "poster-1": Area(0, 288 + _RIM, 256, 384),
    "poster-2": Area(256, 288 + _RIM, 256, 384),
}
_LARGE: Final = {
    "screen": Area(0, _RIM, 640, 360),
    "poster-5": Area(640, _RIM, 192, 288),
    "poster-6": Area(832, _RIM, 192, 288),
    "poster-1": Area(0, 360 + _RIM, 256, 384),
    "poster-2": Area(256, 360 + _RIM, 256, 384),
    "poster-3": Area(512, 360 + _RIM, 256, 384),
    "poster-4": Area(768, 360 + _RIM, 256, 384),
}


@dataclass(frozen=True, slots=True)
class Layout:
    """Where panels lie in a booth's picture of ``size`` pixels."""

    size: tuple[int, int]
    areas: Mapping[str, Area]


LAYOUTS: Final[Mapping[SlotSize, Layout]] = {
    "S": Layout((512, 288 + 384 + _RIM), _SMALL),
    "M": Layout((1024, 360 + 384 + _RIM), {name: area for name, area in _LARGE.items() if name[-1] not in "56"}),
    "L": Layout((1024, 360 + 384 + _RIM), _LARGE),
}


def shape(layout: Layout, scale: float) -> tuple[int, int]:
    """Returns the width and height of a booth's picture at a scale, points; an eighth of each layout is whole."""
    return round(layout.size[0] * scale), round(layout.size[1] * scale)


def compose(
    size: SlotSize, name: str, accent: int, pictures: Mapping[str, bytes], scale: float = 1.0
) -> NDArray[np.uint8]:
    """Puts a booth's pictures together.

    Args:
        size: The booth's size.
        name: The organisation's, for panels without a picture.
        accent: The booth's accent (``accent_of``).
        pictures: Encoded picture by panel slot; one that cannot be read counts as missing.
        scale: Points for each of the layout's: 2, 1, or a half, quarter or eighth.

    Returns:
        ``(height, width, 3)`` uint8, row 0 on top.
    """
    layout = LAYOUTS[size]
    whole = Image.new("RGB", shape(layout, scale), _FRAME_COLOUR)
    for slot, full in layout.areas.items():
        area = Area(*(round(length * scale) for length in full))
        picture = _opened(pictures[slot], area) if slot in pictures else None
        whole.paste(picture or _named(name, accent, full, scale), (area.x, area.y))
    return np.asarray(whole)


def _opened(data: bytes, area: Area) -> Image.Image | None:
    """Reads a picture and cuts it to a panel's shape."""
    size = (area.width, area.height)
    picture = open_picture(data, size)
    return ImageOps.fit(picture, size, Image.Resampling.LANCZOS) if picture is not None else None


def _named(name: str, accent: int, full: Area, scale: float) -> Image.Image:
    """Returns a plain panel with the organisation's name; a small one is a large one from afar."""
    colour = _hex(accent_of(accent))
    drawn = max(scale, 1.0)
    area = Area(*(round(length * drawn) for length in full))
    panel = Image.new("RGB", (area.width, area.height), (colour[0] * 7 // 8, colour[1] * 7 // 8, colour[2] * 7 // 8))
    draw = ImageDraw.Draw(panel)
    margin = area.width // 12
    lines, font = _fitted(name, area.width - 2 * margin, area.height // 3, drawn)
    y = area.height - margin - len(lines) * font.size * 1.15
    for line in lines:
        draw.text((margin, y), line, font=font, fill=_PAPER)
        y += font.size * 1.15
    draw.rectangle((margin, margin, margin + area.width // 8, margin + 4 * drawn), fill=_PAPER)
    return panel if scale >= 1.0 else panel.reduce(round(1 / scale))


def _fitted(name: str, width: int, height: int, scale: float) -> tuple[list[str], ImageFont.FreeTypeFont]:
    """Breaks a name into lines in the largest size that fits; at the smallest it may run over."""
    words = drawable(name).split() or [""]
    for size in range(48, 11, -2):
        high = size * scale
        font = ImageFont.truetype(font_file("semibold"), high)
        lines = [words[0]]
        for word in words[1:]:
            longer = f"{lines[-1]} {word}"
            if font.getlength(longer) <= width:
                lines[-1] = longer
            else:
                lines.append(word)
        if max(font.getlength(line) for line in lines) <= width and len(lines) * high * 1.15 <= height:
            break
    return lines, font


def drawable(text: str) -> str:
    """Returns a text with a dot for every character that the font has not, so that no box is ever drawn."""
    return "".join(char if _GLYPHS.has("semibold", char) else "·" for char in text)


_GLYPHS: Final = GlyphSheet()


def _hex(colour: str) -> tuple[int, int, int]:
    return int(colour[0:2], 16), int(colour[2:4], 16), int(colour[4:6], 16)
