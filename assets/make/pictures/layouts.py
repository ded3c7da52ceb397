"""Posters and screens: a drawing, its words, and how they stand together.

Words on a picture are always in the three languages; which one leads changes from picture to picture.
"""

from collections.abc import Callable
from random import Random
from typing import Final, NamedTuple

from assets.make.pictures import figures, landscapes, objects
from assets.make.pictures.canvas import Canvas, text_width, wrapped
from assets.make.pictures.palettes import AMBER, INK, PAPER, Palette, on_ink, on_paper

Family = Callable[[Canvas, Palette, Random], None]

FAMILIES: Final[dict[str, Family]] = {
    family.__name__: family
    for family in (
        landscapes.waves,
        landscapes.rays,
        landscapes.horizon,
        landscapes.orbits,
        landscapes.contours,
        figures.target,
        figures.bars,
        figures.fan,
        figures.dots,
        figures.tiles,
        figures.arcs,
        figures.network,
        figures.sound,
        objects.film,
        objects.screens,
        objects.blocks,
        objects.pixels,
        objects.stairs,
        objects.storyboard,
    )
}

POSTER: Final = (400, 600)
SCREEN: Final = (640, 360)


class Words(NamedTuple):
    """What stands on a picture.

    Attributes:
        lead: The large line.
        others: The same in the two other languages.
        name: The booth's name; "" where it does not belong on the picture.
        note: A small line, such as "démonstration"; may be empty.
    """

    lead: str
    others: tuple[str, ...]
    name: str = ""
    note: str = ""


def poster(family: str, accent: int, words: Words, rng: Random) -> Canvas:
    """Returns a poster of 400 × 600 in one of five layouts."""
    layout = rng.choice((_sheet, _sheet, _bleed, _framed, _headline))
    return layout(FAMILIES[family], accent, words, rng)


def screen(family: str, accent: int, words: Words, rng: Random) -> Canvas:
    """Returns a screen picture of 640 × 360 in one of four layouts."""
    layout = rng.choice((_split, _split, _full, _letterbox, _title))
    return layout(FAMILIES[family], accent, words, rng)


def captions(sheet: Canvas, palette: Palette, words: Words, top: float, room: float, size: float) -> float:
    """Writes lead and other languages downwards from ``top``; returns where they end."""
    left = 28.0
    lines = wrapped(words.lead, size, "SemiBold", room)
    y = top + size * 0.78
    for line in lines:
        sheet.fitted(left, y, line, size, "SemiBold", palette.text, room)
        y += size * 1.12
    y += size * 0.02
    small = max(17.0, size * 0.56)
    for other in _joined(words.others, small, room):
        sheet.fitted(left, y, other, small, "Medium", palette.muted, room)
        y += small * 1.3
    return y


def _height(words: Words, size: float) -> float:
    """Returns how much height ``captions`` takes on a poster."""
    room = POSTER[0] - 56
    small = max(17.0, size * 0.56)
    return size * (0.8 + 1.12 * (len(wrapped(words.lead, size, "SemiBold", room)) - 1)) + small * 1.3 * len(
        _joined(words.others, small, room)
    )


def _joined(others: tuple[str, ...], size: float, room: float) -> list[str]:
    """One line where both languages fit on it, else one each; equal words are not said twice."""
    distinct = list(dict.fromkeys(others))
    line = " · ".join(distinct)
    return [line] if text_width(line, size, "Medium") <= room else distinct


def _sheet(family: Family, accent: int, words: Words, rng: Random) -> Canvas:
    """Art above, words on paper below."""
    dark = rng.random() < 0.4
    palette = on_ink(accent, rng) if dark else on_paper(accent, rng)
    paper = on_paper(accent, rng)
    sheet = Canvas(*POSTER, PAPER)
    size = 34 if text_width(words.lead, 34, "SemiBold") <= POSTER[0] - 56 else 29
    art = Canvas(POSTER[0], POSTER[1] - 52 - round(_height(words, size)), palette.ground)
    family(art, palette, rng)
    sheet.paste(art, 0, 0)
    captions(sheet, paper, words, art.height + 22, POSTER[0] - 56, size)
    return sheet


def _bleed(family: Family, accent: int, words: Words, rng: Random) -> Canvas:
    """Art over the whole sheet, words on a dark foot."""
    palette = on_ink(accent, rng)
    sheet = Canvas(*POSTER, palette.ground)
    art = Canvas(POSTER[0], POSTER[1] - 70 - round(_height(words, 29)), palette.ground)
    family(art, palette, rng)
    sheet.paste(art, 0, 0)
    sheet.rectangle(28, art.height + 16, 40, 6, AMBER)
    captions(sheet, palette, words, art.height + 38, POSTER[0] - 56, 29)
    return sheet


def _framed(family: Family, accent: int, words: Words, rng: Random) -> Canvas:
    """Words above, a square of art with a margin below."""
    dark = rng.random() < 0.5
    palette = on_ink(accent, rng) if dark else on_paper(accent, rng)
    sheet = Canvas(*POSTER, PAPER if not dark else palette.ground)
    outer = palette if dark else on_paper(accent, rng)
    top = round(captions(sheet, outer, words, 34, POSTER[0] - 56, 36)) + 4
    inner = on_paper(accent, rng) if dark else on_ink(accent, rng)
    art = Canvas(344, POSTER[1] - 28 - top, inner.ground)
    family(art, inner, rng)
    sheet.paste(art, 28, top)
    return sheet


def _headline(family: Family, accent: int, words: Words, rng: Random) -> Canvas:
    """Large words over a band of art."""
    palette = on_paper(accent, rng)
    sheet = Canvas(*POSTER, palette.ground)
    size = 54.0
    room = POSTER[0] - 56
    lines = wrapped(words.lead, size, "DisplaySemiBold", room)
    y = 44 + size * 0.74
    for line in lines[:4]:
        sheet.fitted(28, y, line, size, "DisplaySemiBold", palette.tones[3], room)
        y += size * 1.04
    for other in _joined(words.others, 20, room):
        sheet.fitted(28, y, other, 20, "Medium", palette.muted, room)
        y += 27
    top = round(max(y + 8, 250))
    inner = on_ink(accent, rng)
    art = Canvas(POSTER[0], POSTER[1] - top, inner.ground)
    family(art, inner, rng)
    sheet.paste(art, 0, top)
    return sheet


def _signature(sheet: Canvas, palette: Palette, words: Words, room: float) -> None:
    """Name large at the foot, theme above it, note below."""
    left, foot = 32.0, SCREEN[1] - 34.0
    if words.note:
        sheet.fitted(left, foot, words.note, 17, "Medium", palette.muted, room)
        foot -= 32
    size = sheet.fitted(left, foot, words.name, 58, "DisplaySemiBold", palette.text, room)
    y = foot - size - 8
    lines = list(dict.fromkeys((words.lead, *words.others)))
    for i, line in enumerate(reversed(lines)):
        sheet.fitted(left, y - 28 * i, line, 21, "Medium", palette.spark, room)
    sheet.rectangle(left, y - 28 * len(lines) - 10, 36, 5, palette.spark)


def _split(family: Family, accent: int, words: Words, rng: Random) -> Canvas:
    """Words on the left, art on the right."""
    palette = on_ink(accent, rng)
    sheet = Canvas(*SCREEN, palette.ground)
    inner = on_ink(accent, rng) if rng.random() < 0.6 else on_paper(accent, rng)
    art = Canvas(256, SCREEN[1], inner.ground)
    family(art, inner, rng)
    sheet.paste(art, SCREEN[0] - art.width, 0)
    _signature(sheet, palette, words, SCREEN[0] - art.width - 56)
    return sheet


def _full(family: Family, accent: int, words: Words, rng: Random) -> Canvas:
    """Art over everything, the name on a bar at the foot."""
    palette = on_ink(accent, rng)
    sheet = Canvas(*SCREEN, palette.ground)
    art = Canvas(SCREEN[0], 276, palette.ground)
    family(art, palette, rng)
    sheet.paste(art, 0, 0)
    foot = palette.ground
    sheet.rectangle(0, 276, SCREEN[0], 84, foot)
    size = sheet.fitted(32, 332, words.name, 42, "DisplaySemiBold", PAPER, 300)
    used = 32 + text_width(words.name, size, "DisplaySemiBold") + 28
    sheet.fitted(used, 318, words.lead, 19, "Medium", AMBER, SCREEN[0] - used - 24)
    sheet.fitted(used, 340, words.note, 15, "Medium", palette.muted, SCREEN[0] - used - 24)
    return sheet


def _letterbox(family: Family, accent: int, words: Words, rng: Random) -> Canvas:
    """A wide still on black, words below."""
    palette = on_ink(accent, rng)
    sheet = Canvas(*SCREEN, INK)
    frame = on_paper(accent, rng) if rng.random() < 0.5 else palette
    art = Canvas(SCREEN[0], 232, frame.ground)
    family(art, frame, rng)
    sheet.paste(art, 0, 34)
    sheet.fitted(32, 330, words.name, 38, "DisplaySemiBold", PAPER, 290)
    side = SCREEN[0] - 32.0
    sheet.text(side, 312, words.lead, 19, "Medium", AMBER, anchor="rs")
    sheet.text(side, 336, words.note, 15, "Medium", palette.muted, anchor="rs")
    return sheet


def _title(family: Family, accent: int, words: Words, rng: Random) -> Canvas:
    """A light title card: name large on paper, art as a band."""
    palette = on_paper(accent, rng)
    sheet = Canvas(*SCREEN, palette.ground)
    inner = on_ink(accent, rng)
    art = Canvas(208, SCREEN[1], inner.ground)
    family(art, inner, rng)
    sheet.paste(art, 0, 0)
    room = SCREEN[0] - 208 - 64.0
    sheet.fitted(240, 138, words.name, 66, "DisplaySemiBold", palette.tones[3], room)
    y = 186.0
    for line in dict.fromkeys((words.lead, *words.others)):
        sheet.fitted(240, y, line, 24, "Medium", palette.text, room)
        y += 33
    sheet.text(240, SCREEN[1] - 30, words.note, 16, "Medium", palette.muted)
    return sheet
