"""Families that show a thing of the trade: film, screens, blocks, a figure in pixels, a stair, a slate of frames."""

import math
from random import Random

from assets.make.pictures.canvas import Canvas, Colour, mix
from assets.make.pictures.palettes import INK, Palette


def film(art: Canvas, palette: Palette, rng: Random) -> None:
    """Strips of film, one frame lit."""
    upright = art.width <= art.height
    long, wide = (art.height, art.width) if upright else (art.width, art.height)
    band = wide * 0.52
    edge = (wide - band) / 2
    frame = band * 0.72
    offset = -frame * rng.random()
    lit = rng.choice((1, 2))

    def bar(along: float, across: float, length: float, breadth: float, fill: Colour, radius: float = 0) -> None:
        if upright:
            art.rectangle(across, along, breadth, length, fill, radius)
        else:
            art.rectangle(along, across, length, breadth, fill, radius)

    bar(0, edge, long, band, palette.tones[3] if palette.text == INK else palette.tones[0])
    at, number = offset, 0
    while at < long:
        tone = palette.spark if number == lit else palette.tones[1 + number % 2]
        bar(at + frame * 0.06, edge + band * 0.17, frame * 0.88, band * 0.66, tone, 3)
        for i in range(4):
            for side in (edge + band * 0.045, edge + band * 0.875):
                bar(at + frame * (0.07 + i * 0.25), side, frame * 0.13, band * 0.08, palette.ground, 2)
        at, number = at + frame, number + 1


def screens(art: Canvas, palette: Palette, rng: Random) -> None:
    """Five screens, one in the other, from the widest to the one in a hand."""
    unit = min(art.width * 0.88, art.height * 0.84 / 0.64)
    shift = rng.uniform(-0.03, 0.03)
    shapes = ((1.0, 0.64), (0.78, 0.48), (0.56, 0.35), (0.34, 0.24), (0.085, 0.15))
    for i, ((wide, high), tone) in enumerate(zip(shapes, (*palette.tones, palette.spark), strict=True)):
        x, y = art.width / 2 + unit * shift * i, art.height / 2
        art.rectangle(x - unit * wide / 2, y - unit * high / 2, unit * wide, unit * high, tone, radius=unit * 0.02)


def blocks(art: Canvas, palette: Palette, rng: Random) -> None:
    """A small town of blocks seen from a corner."""
    side = min(art.width / 11.2, art.height / 8.6)
    across, down = side * math.cos(math.pi / 6), side * 0.5
    count = 6
    x0, y0 = art.width / 2, art.height * 0.56 - down * (count - 1)
    for row in range(count):
        for column in range(count):
            x, y = x0 + (column - row) * across, y0 + (column + row) * down
            lift = side * rng.choice((0.1, 0.3, 0.6, 1.0, 1.5))
            roof = palette.spark if rng.random() < 0.08 else rng.choice(palette.tones[1:3])
            _block(art, (x, y, across, down, lift), roof)


def _block(art: Canvas, place: tuple[float, float, float, float, float], roof: Colour) -> None:
    x, y, across, down, lift = place
    top = y - lift
    art.polygon([(x - across, y), (x, y + down), (x, top + down), (x - across, top)], mix(roof, INK, 0.30))
    art.polygon([(x + across, y), (x, y + down), (x, top + down), (x + across, top)], mix(roof, INK, 0.52))
    art.polygon([(x, top - down), (x + across, top), (x, top + down), (x - across, top)], roof)


def pixels(art: Canvas, palette: Palette, rng: Random) -> None:
    """A symmetrical figure on a coarse grid."""
    half, rows = 5, 11
    side = min(art.width, art.height) * 0.80 / rows
    left, top = (art.width - side * (2 * half + 1)) / 2, (art.height - side * rows) / 2
    for row in range(rows):
        for column in range(half + 1):
            solid = 0.80 - 0.45 * (column / half) ** 2 - 0.22 * abs(row - rows / 2) / rows
            if rng.random() > solid:
                continue
            tone = palette.tones[2] if rng.random() < 0.68 else palette.tones[1]
            for mirrored in {half - column, half + column}:
                art.rectangle(left + mirrored * side, top + row * side, side - 1.5, side - 1.5, tone)
    for eye in (half - 2, half + 2):
        art.rectangle(left + eye * side, top + 4 * side, side - 1.5, side - 1.5, palette.spark)


def stairs(art: Canvas, palette: Palette, rng: Random) -> None:
    """Steps that rise, one step marked."""
    count = 6 if art.width <= art.height else 9
    wide = art.width / count
    rising = rng.random() < 0.5
    marked = rng.randrange(1, count)
    for i in range(count):
        at = i if rising else count - 1 - i
        high = art.height * (0.14 + 0.66 * (i + 1) / count)
        tone = palette.spark if i == marked else mix(palette.tones[1], palette.tones[2], i / count)
        art.rectangle(at * wide, art.height - high, wide + 1, high, tone)
        art.rectangle(at * wide, art.height - high, wide + 1, 7, palette.tones[3])


def storyboard(art: Canvas, palette: Palette, rng: Random) -> None:
    """A sheet of frames, each with its own horizon."""
    columns, rows = (2, 4) if art.width <= art.height else (4, 3)
    gap = min(art.width, art.height) * 0.045
    wide = (art.width - gap * (columns + 1)) / columns
    high = (art.height - gap * (rows + 1)) / rows
    lit = rng.randrange(columns * rows)
    for i in range(columns * rows):
        x, y = gap + i % columns * (wide + gap), gap + i // columns * (high + gap)
        frame = Canvas(round(wide), round(high), palette.tones[0])
        level = high * rng.uniform(0.4, 0.75)
        sun = (wide * rng.uniform(0.2, 0.8), level - high * rng.uniform(0.0, 0.25), high * rng.uniform(0.12, 0.24))
        frame.disc(*sun, palette.spark if i == lit else palette.tones[3])
        tilt = high * rng.uniform(-0.2, 0.2)
        frame.polygon([(0, level + tilt), (wide, level - tilt), (wide, high), (0, high)], palette.tones[1 + i % 2])
        art.paste(frame, x, y)
