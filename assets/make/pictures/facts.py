"""Pictures that show figures and lists of the launch, drawn from ``facts.toml`` and the panels' own words.

Amounts stand on pictures as "600 000 EUR": thousands by a blank and the currency by its code belong to no language.
"""

import tomllib
from pathlib import Path
from random import Random
from typing import Any, Final

from assets.make.pictures.canvas import Canvas, Colour, colour, mix, text_width, wrapped
from assets.make.pictures.layouts import FAMILIES, POSTER, SCREEN, Words, captions
from assets.make.pictures.palettes import INK, PAPER, Palette, on_ink, on_paper
from halles.world.text import LANGUAGES, Text

FACTS: Final[dict[str, Any]] = tomllib.loads(
    (Path(__file__).resolve().parents[2] / "demo" / "facts.toml").read_text("utf-8")
)

LINES: Final = (("Lille Métropole", "b4452f"), ("Valenciennes Métropole", "2f7a6b"), ("Porte du Hainaut", "c8842a"))
"""The three sites with the colours of their lines on the floor."""


NOUNS: Final = {
    # One word each, so that it is set large; that they do research stands in the text beside the picture.
    "companies": Text("entreprises", "bedrijven", "companies"),
    "schools": Text("écoles", "scholen", "schools"),
    "laboratories": Text("laboratoires", "laboratoria", "laboratories"),
    "people": Text("personnes", "mensen", "people"),
}


def amount(value: int) -> str:
    """Returns 1850000 as "1 850 000", blanks that do not break."""
    return f"{value:,}".replace(",", "\u00a0")


def numbered(accent: int, words: Words, text: Text, rng: Random) -> Canvas:
    """A poster: a numbered list, each entry in three languages, on a light or a dark sheet."""
    dark = rng.random() < 0.5
    palette = on_ink(accent, rng) if dark else on_paper(accent, rng)
    sheet = Canvas(*POSTER, palette.ground)
    y = captions(sheet, palette, words, 30, POSTER[0] - 56, 38) + 6
    size, entries = _set_entries(text, POSTER[1] - 20 - y)
    step = size * 1.28
    air = (POSTER[1] - 20 - y - step * _depth(entries)) / len(entries)
    for i, entry in enumerate(entries):
        sheet.rectangle(28, y - 12, POSTER[0] - 56, 1.2, mix(palette.ground, palette.text, 0.28))
        sheet.text(28, y + 26, str(i + 1), 42, "DisplaySemiBold", palette.spark if dark else palette.tones[2])
        for n, (line, lead) in enumerate(entry):
            tone, weight = (palette.text, "SemiBold") if lead else (palette.muted, "Medium")
            sheet.text(74, y + size * 0.6 + n * step, line, size, weight, tone)  # type: ignore[arg-type]
        y += step * _depth([entry]) + air
    return sheet


def _depth(entries: list[list[tuple[str, bool]]]) -> float:
    """Returns the height of entries in lines; the numeral beside an entry takes two."""
    return sum(max(2.0, len(entry)) for entry in entries)


def _set_entries(text: Text, height: float) -> tuple[float, list[list[tuple[str, bool]]]]:
    """Returns the largest size at which all entries fit, and their lines with whether each is of the first language."""
    rows = list(zip(*(text.within(language).splitlines() for language in LANGUAGES), strict=True))
    size = 17.0
    while True:
        entries = [
            [
                (line, n == 0)
                for n, said in enumerate(dict.fromkeys(entry.partition(". ")[2] for entry in row))
                for line in wrapped(said, size, "SemiBold" if n == 0 else "Medium", POSTER[0] - 102)
            ]
            for row in rows
        ]
        if size <= 11 or _depth(entries) * size * 1.28 + len(entries) * 22 <= height:
            return size, entries
        size -= 0.5


def number(accent: int, words: Words, said: str, rng: Random) -> Canvas:
    """A poster: something short in the largest type that fits, words below, rings behind the foot."""
    palette = on_ink(accent, rng) if rng.random() < 0.5 else on_paper(accent, rng)
    sheet = Canvas(*POSTER, palette.ground)
    for i in range(6):
        tone = mix(palette.ground, palette.tones[1], 0.15 + 0.10 * i)
        sheet.disc(POSTER[0] * 0.86, POSTER[1] * 0.12, 330 - 52 * i, tone)
    size = min(360.0, 100 * 344 / text_width(said, 100, "DisplaySemiBold"))
    sheet.text(28, 396, said, size, "DisplaySemiBold", palette.text)
    sheet.rectangle(28, 424, 40, 6, palette.spark)
    captions(sheet, palette, words, 448, POSTER[0] - 56, 32)
    return sheet


def figures_poster(accent: int, words: Words, rng: Random) -> Canvas:
    """A poster: the four numbers, one below the other."""
    palette = on_paper(accent, rng)
    sheet = Canvas(*POSTER, palette.ground)
    top = captions(sheet, palette, words, 28, POSTER[0] - 56, 34) + 26
    pitch = (POSTER[1] - top - 4) / 4
    for i, (key, prefix) in enumerate((("companies", "~"), ("schools", ""), ("laboratories", ""), ("people", ">"))):
        y = top + pitch * i
        sheet.rectangle(28, y - 18, POSTER[0] - 56, 1.2, mix(palette.ground, INK, 0.3))
        sheet.fitted(28, y + 50, prefix + amount(FACTS[key]), 60, "DisplaySemiBold", palette.tones[2], 182)
        for n, language in enumerate(LANGUAGES):
            noun = NOUNS[key].within(language)
            sheet.fitted(230, y + 11 + n * 24, noun, 20, "Medium", palette.text, 142)
    return sheet


def figures_screen(accent: int, words: Words, rng: Random) -> Canvas:
    """A screen: the name, and the four numbers in a row."""
    palette = on_ink(accent, rng)
    sheet = Canvas(*SCREEN, palette.ground)
    sheet.rectangle(32, 32, 36, 5, palette.spark)
    sheet.fitted(32, 98, words.name, 62, "DisplaySemiBold", palette.text, 420)
    sheet.fitted(32, 132, " · ".join((words.lead, *words.others)), 20, "Medium", palette.muted, SCREEN[0] - 64)
    edges = (32, 178, 278, 426)
    for x, (key, prefix) in zip(
        edges, (("companies", "~"), ("schools", ""), ("laboratories", ""), ("people", ">")), strict=True
    ):
        sheet.text(x, 230, prefix + amount(FACTS[key]), 58, "DisplaySemiBold", palette.spark)
        for n, language in enumerate(LANGUAGES):
            sheet.fitted(x, 266 + n * 28, NOUNS[key].within(language), 21, "Medium", palette.text, 132)
    return sheet


def sites(accent: int, words: Words, rng: Random) -> Canvas:
    """A poster: three coloured lines from one door to the three sites, as on the floor of the crossroads."""
    sheet = Canvas(*POSTER, PAPER)
    ends = ((44.0, 96.0, "ls"), (190.0, 168.0, "ms"), (356.0, 236.0, "rs"))
    for i, ((name, hexadecimal), (x, y, anchor)) in enumerate(zip(LINES, ends, strict=True)):
        start, tone = 160.0 + 30 * i, colour(hexadecimal)
        sheet.line([(start, 446), (start, 372), (x, 372 - abs(x - start)), (x, y)], 18, tone)
        sheet.disc(x, y, 16, tone)
        sheet.text(28.0 if i == 0 else x + 16 * (i == 2), y - 28, name, 20, "SemiBold", INK, anchor=anchor)
    captions(sheet, on_paper(accent, rng), words, 474, POSTER[0] - 56, 36)
    return sheet


def _shares(sheet: Canvas, palette: Palette, box: tuple[float, float, float, float], marked: str, size: float) -> None:
    """Draws the five funders as bars of exact length, largest first, inside x, y, width, height."""
    x, y, width, height = box
    funders: dict[str, int] = FACTS["fund"]["funders"]
    pitch = height / len(funders)
    for i, (name, value) in enumerate(funders.items()):
        top = y + i * pitch
        tone: Colour = palette.spark if name == marked else palette.tones[2 if not marked else 1]
        sheet.text(x, top + size, name, size, "SemiBold" if name == marked else "Medium", palette.text)
        sheet.text(x + width, top + size, amount(value), size, "SemiBold", palette.text, anchor="rs")
        sheet.rectangle(x, top + size * 1.42, width * value / max(funders.values()), pitch - size * 2.0, tone)


def fund_poster(accent: int, words: Words, marked: str, rng: Random) -> Canvas:
    """A poster: the five shares, one marked, and the total."""
    palette = on_ink(accent, rng) if marked else on_paper(accent, rng)
    sheet = Canvas(*POSTER, palette.ground)
    top = captions(sheet, palette, words, 30, POSTER[0] - 56, 34)
    _shares(sheet, palette, (28, top + 6, POSTER[0] - 56, 520 - top), marked, 19)
    sheet.rectangle(28, 532, POSTER[0] - 56, 1.5, palette.muted)
    sheet.text(28, 572, amount(FACTS["fund"]["total"]), 36, "DisplaySemiBold", palette.text)
    sheet.text(POSTER[0] - 28, 572, "EUR", 22, "Medium", palette.muted, anchor="rs")
    return sheet


def fund_screen(accent: int, words: Words, rng: Random) -> Canvas:
    """A screen: the total large on the left, the five shares on the right."""
    palette = on_ink(accent, rng)
    sheet = Canvas(*SCREEN, palette.ground)
    sheet.rectangle(32, 44, 36, 5, palette.spark)
    y = 82.0
    for line in words.name.split(" · "):
        sheet.text(32, y, line, 28, "SemiBold", palette.muted)
        y += 36
    sheet.text(32, 268, amount(FACTS["fund"]["total"]), 62, "DisplaySemiBold", palette.text)
    sheet.text(32, 308, "EUR", 30, "SemiBold", palette.spark)
    _shares(sheet, palette, (384, 40, 224, 286), "", 17)
    return sheet


def joint(accent: int, words: Words, rng: Random) -> Canvas:
    """A poster: three equal blocks that make one."""
    palette = on_paper(accent, rng)
    sheet = Canvas(*POSTER, palette.ground)
    share, total = FACTS["fund"]["joint_share"], FACTS["fund"]["joint_total"]
    tones = (palette.tones[2], palette.tones[1], palette.tones[3])
    for i, (name, tone) in enumerate(zip(FACTS["fund"]["joint_funders"], tones, strict=True)):
        x, y = 28 + 40 * i, 40 + 92 * i
        sheet.rectangle(x, y, 264, 84, tone, radius=6)
        ink = INK if i == 1 else PAPER
        sheet.text(x + 20, y + 37, name, 24, "SemiBold", ink)
        sheet.text(x + 20, y + 66, f"{amount(share)} EUR", 20, "Medium", ink)
    sheet.text(28, 412, amount(total), 82, "DisplaySemiBold", palette.text)
    sheet.text(POSTER[0] - 28, 446, "EUR", 24, "Medium", palette.muted, anchor="rs")
    sheet.rectangle(28, 438, 40, 6, palette.spark)
    captions(sheet, palette, words, 474, POSTER[0] - 56, 32)
    return sheet


def alliance(accent: int, words: Words, marked: str, rng: Random) -> Canvas:
    """A screen: three lines that join, the booth's own in amber."""
    palette = on_ink(accent, rng)
    sheet = Canvas(*SCREEN, palette.ground)
    ends = {"CRRAV": 86.0, "Digiport": 180.0, "CCIV": 274.0}
    for name, y in ends.items():
        if name != marked:
            _join(sheet, y, palette.tones[2])
    _join(sheet, ends[marked], palette.spark)
    for name, y in ends.items():
        tone = palette.spark if name == marked else palette.text
        sheet.text(32, y + 12, name, 40 if name == marked else 34, "DisplaySemiBold", tone)
    sheet.disc(470, 180, 34, palette.text)
    sheet.disc(470, 180, 20, palette.ground)
    for n, line in enumerate((words.lead, *words.others)):
        sheet.text(SCREEN[0] - 32, 270 + n * 26, line, 19, "Medium", palette.muted, anchor="rs")
    return sheet


def _join(sheet: Canvas, y: float, tone: Colour) -> None:
    points = [(236.0, y)]
    for step in range(21):
        share = step / 20
        ease = share * share * (3 - 2 * share)
        points.append((290.0 + 150 * share, y + (180 - y) * ease))
    sheet.line([*points, (470.0, 180.0)], 12, tone)


def five(accent: int, words: Words, rng: Random) -> Canvas:
    """A screen: five screens of five sizes side by side, each with the same picture."""
    palette = on_ink(accent, rng)
    sheet = Canvas(*SCREEN, palette.ground)
    x, foot = 32.0, 214.0
    seed = rng.random()
    for wide, high in ((226, 150), (136, 92), (90, 68), (34, 60), (46, 34)):
        art = Canvas(wide, high, on_ink(accent, Random(seed)).ground)
        FAMILIES["waves"](art, on_ink(accent, Random(seed)), Random(seed))
        sheet.rectangle(x - 4, foot - high - 4, wide + 8, high + 8, palette.text, radius=5)
        sheet.paste(art, x, foot - high)
        x += wide + 13 if wide > 60 else wide + 12
    sheet.fitted(32, 284, words.name, 48, "DisplaySemiBold", palette.text, SCREEN[0] - 64)
    sheet.fitted(32, 322, " · ".join((words.lead, *words.others)), 22, "Medium", palette.spark, SCREEN[0] - 64)
    return sheet
