"""Letters on walls: every sign of a hall in one picture, and the sheets that show its parts."""

import math

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from assets.make.floors import FONT
from assets.make.mesh import Array
from assets.make.room import Sheet, Sign

CAPITAL = 0.727
"""Height of capitals in ems."""

PIXELS_M = 110.0
"""Of the signs' picture, per metre on the wall."""

WIDTH = 1024


def sign_sheets(signs: list[Sign]) -> tuple[Image.Image, list[Sheet]]:
    """Returns the atlas (paper on transparent) and a sheet for each sign."""
    pictures = [_drawn(sign) for sign in signs]
    scale = min([1.0, *(WIDTH / p.width for p in pictures)])
    pictures = [p.resize((round(p.width * scale), round(p.height * scale)), Image.Resampling.LANCZOS) for p in pictures]
    height = sum(p.height for p in pictures) or 1
    atlas = Image.new("RGBA", (WIDTH, height), (245, 241, 232, 0))
    sheets, top = [], 0
    for sign, picture in zip(signs, pictures, strict=True):
        atlas.paste(picture, (0, top))
        box = (0.0, 1 - (top + picture.height) / height, picture.width / WIDTH, 1 - top / height)
        size = (picture.width / scale / PIXELS_M, picture.height / scale / PIXELS_M)
        sheets.append(_sheet(sign, size, box))
        top += picture.height
    return atlas, sheets


def _drawn(sign: Sign) -> Image.Image:
    """Draws a sign's lines, centred, on its own colour made transparent."""
    fonts = [ImageFont.truetype(FONT, round(height / CAPITAL * PIXELS_M)) for _, height in sign.lines]
    widths = [font.getlength(text) for font, (text, _) in zip(fonts, sign.lines, strict=True)]
    heights = [height * 1.75 * PIXELS_M for _, height in sign.lines]
    red, green, blue = (int(sign.colour[i : i + 2], 16) for i in (0, 2, 4))
    picture = Image.new("RGBA", (math.ceil(max(widths)) + 16, math.ceil(sum(heights)) + 8), (red, green, blue, 0))
    draw, y = ImageDraw.Draw(picture), 4.0
    for font, (text, _), height in zip(fonts, sign.lines, heights, strict=True):
        draw.text((picture.width / 2, y + height / 2), text, (red, green, blue, 255), font, anchor="mm")
        y += height
    return picture


def _sheet(sign: Sign, size: tuple[float, float], uv: tuple[float, float, float, float]) -> Sheet:
    """Places a sign: flat, or bent along a round wall."""
    columns = 2 if sign.radius == 0 else 9
    across = np.linspace(-size[0] / 2, size[0] / 2, columns)
    right = np.array([math.cos(sign.heading), math.sin(sign.heading)])
    into = np.array([-right[1], right[0]])
    # A viewer who looks at the sign sees its own left end on his left: the sign's own right is the viewer's left.
    spots = _flat(sign, across, right) if sign.radius == 0 else _bent(sign, across, right, into)
    grid = np.stack([np.column_stack([spots, np.full(columns, sign.z + dz)]) for dz in (-size[1] / 2, size[1] / 2)])
    u = uv[2] + (uv[0] - uv[2]) * np.linspace(0, 1, columns)
    grid_uv = np.stack([np.column_stack([u, np.full(columns, v)]) for v in (uv[1], uv[3])])
    return Sheet("signs", grid[:, ::-1], grid_uv[:, ::-1])


def _flat(sign: Sign, across: Array, right: Array) -> Array:
    return np.array([sign.x, sign.y]) + across[:, None] * right


def _bent(sign: Sign, across: Array, right: Array, into: Array) -> Array:
    turn = across / sign.radius
    return -sign.radius * (np.cos(turn)[:, None] * into - np.sin(turn)[:, None] * right)
