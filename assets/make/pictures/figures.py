"""Families that count and repeat: targets, bars, a fan of threads, dots, tiles, arcs, a network, sound."""

import math
from random import Random

from assets.make.pictures.canvas import Canvas
from assets.make.pictures.palettes import Palette


def target(art: Canvas, palette: Palette, rng: Random) -> None:
    """Rings around one centre."""
    x, y = art.width * rng.uniform(0.42, 0.58), art.height * rng.uniform(0.45, 0.55)
    reach = min(art.width, art.height) * rng.uniform(0.44, 0.62)
    count = rng.choice((7, 9))
    first = rng.choice((1, 2))
    for i in range(count):
        tone = palette.tones[0] if i == 0 else (palette.tones[first] if i % 2 else palette.ground)
        art.disc(x, y, reach * (count - i) / count, tone)
    art.disc(x, y, reach / count, palette.spark)


def bars(art: Canvas, palette: Palette, rng: Random) -> None:
    """A chart of horizontal bars without figures."""
    count = 9 if art.height >= art.width else 7
    left, top = art.width * 0.12, art.height * 0.13
    pitch = art.height * 0.76 / count
    marked = rng.randrange(count)
    for i in range(count):
        length = art.width * (0.16 + 0.58 * abs(math.sin(i * 1.3 + rng.uniform(-0.5, 0.5))))
        tone = palette.spark if i == marked else palette.tones[2 if i % 3 else 1]
        art.rectangle(left, top + i * pitch, length, pitch * 0.58, tone)


def fan(art: Canvas, palette: Palette, rng: Random) -> None:
    """Threads from an edge through one knot."""
    width, height = art.width, art.height
    count = 15
    near, far = rng.uniform(0.14, 0.3), rng.uniform(0.6, 0.8)
    for i in range(count):
        share = i / (count - 1)
        top = (width * (0.08 + 0.84 * share), height * 0.09)
        bottom = (width * (far - (far - near) * share), height * 0.91)
        tone = palette.spark if i == count // 2 else palette.tones[2 if i % 2 else 3]
        art.line([top, bottom], 4.2, tone)


def dots(art: Canvas, palette: Palette, rng: Random) -> None:
    """A halftone: dots that swell towards a place."""
    columns = 9 if art.width <= art.height else 15
    pitch = art.width / (columns + 1)
    x0, y0 = art.width * rng.uniform(0.25, 0.75), art.height * rng.uniform(0.3, 0.7)
    rows = int(art.height / pitch) - 1
    top = (art.height - (rows - 1) * pitch) / 2
    reach = math.hypot(art.width, art.height) * 0.5
    for row in range(rows):
        for column in range(columns):
            x, y = pitch * (column + 1), top + row * pitch
            near = max(0.0, 1 - math.hypot(x - x0, y - y0) / reach)
            tone = palette.spark if near > 0.86 else palette.tones[2 if near > 0.42 else 1]
            art.disc(x, y, pitch * (0.10 + 0.37 * near), tone)


def tiles(art: Canvas, palette: Palette, rng: Random) -> None:
    """Quarter discs on a square grid."""
    across = 4 if art.width <= art.height else 6
    side = art.width / across
    for row in range(math.ceil(art.height / side)):
        for column in range(across):
            x, y = column * side, row * side
            under, over = rng.sample((palette.ground, *palette.tones), 2)
            art.rectangle(x, y, side + 1, side + 1, under)
            corner = rng.randrange(4)
            cx, cy = x + side * (corner in (1, 2)), y + side * (corner in (2, 3))
            art.wedge(cx, cy, side, corner * 90, corner * 90 + 90, palette.spark if rng.random() < 0.12 else over)


def arcs(art: Canvas, palette: Palette, rng: Random) -> None:
    """Rainbows that stand in rows."""
    across = 2 if art.width <= art.height else 3
    radius = art.width / across / 2
    row = 0
    while row * radius < art.height + radius:
        for column in range(-1, across + 1):
            x = radius * (2 * column + 1 + row % 2)
            y = radius * (row + 1)
            order = list(palette.tones)
            rng.shuffle(order)
            for i, tone in enumerate([palette.ground, *order]):
                art.wedge(x, y, radius * (1 - 0.19 * i), 180, 360, tone)
            art.wedge(x, y, radius * 0.13, 180, 360, palette.spark)
        row += 1


def network(art: Canvas, palette: Palette, rng: Random) -> None:
    """Places joined by lines."""
    columns, rows = (4, 5) if art.width <= art.height else (6, 4)
    places = [
        (
            art.width * (c + 0.5 + rng.uniform(-0.26, 0.26)) / columns,
            art.height * (r + 0.5 + rng.uniform(-0.26, 0.26)) / rows,
        )
        for r in range(rows)
        for c in range(columns)
    ]
    for x, y in places:
        near = sorted(places, key=lambda other: math.hypot(other[0] - x, other[1] - y))[1:4]
        for other in near:
            art.line([(x, y), other], 2.6, palette.tones[1])
    marked = rng.sample(range(len(places)), 3)
    for i, (x, y) in enumerate(places):
        size = art.width / columns * rng.uniform(0.08, 0.17)
        art.disc(x, y, size + 3, palette.ground)
        art.disc(x, y, size, palette.spark if i in marked else palette.tones[2 + i % 2])


def sound(art: Canvas, palette: Palette, rng: Random) -> None:
    """The envelope of a sound, mirrored about its middle."""
    count = 17 if art.width <= art.height else 29
    pitch = art.width * 0.84 / count
    a, b = rng.uniform(0, math.tau), rng.uniform(0.5, 0.9)
    for i in range(count):
        swell = 0.25 + 0.75 * math.sin(math.pi * (i + 0.5) / count)
        half = art.height * 0.36 * swell * (0.28 + 0.72 * abs(math.sin(i * b + a)))
        x = art.width * 0.08 + i * pitch
        tone = palette.spark if i == count // 3 else palette.tones[2 if i % 4 else 1]
        art.rectangle(x, art.height / 2 - half, pitch * 0.58, 2 * half, tone, radius=pitch * 0.29)
