"""Families that make a place: hills, sun rays, a horizon in perspective, orbits, contour lines."""

import math
from random import Random

from assets.make.pictures.canvas import Canvas
from assets.make.pictures.palettes import Palette


def waves(art: Canvas, palette: Palette, rng: Random) -> None:
    """Hills, one before the other, under a moon."""
    width, height = art.width, art.height
    radius = min(width, height) * rng.uniform(0.08, 0.12)
    art.disc(width * rng.uniform(0.62, 0.82), height * rng.uniform(0.17, 0.27), radius, palette.spark)
    for i, tone in enumerate(palette.tones):
        base = height * (0.46 + 0.14 * i)
        swing, length = height * rng.uniform(0.07, 0.12), width * rng.uniform(0.75, 1.3)
        phase = rng.uniform(0, math.tau)
        crest = [(x, base + swing * math.sin(x / length * math.tau + phase)) for x in range(0, width + 4, 4)]
        art.polygon([(0, height), *crest, (width, height)], tone)


def rays(art: Canvas, palette: Palette, rng: Random) -> None:
    """A sunburst from a centre, often a low one."""
    x, y = art.width * rng.choice((0.5, 0.5, 0.22)), art.height * rng.choice((0.5, 0.62, 1.0))
    reach, count = math.hypot(art.width, art.height), rng.choice((12, 16, 20))
    step = 360 / count
    for i in range(count):
        art.wedge(x, y, reach, i * step, i * step + step * 0.5, palette.tones[2 if i % 2 else 1])
    radius = min(art.width, art.height) * rng.uniform(0.17, 0.24)
    art.disc(x, y, radius * 1.3, palette.ground)
    art.disc(x, y, radius, palette.spark)


def horizon(art: Canvas, palette: Palette, rng: Random) -> None:
    """A floor of lines that runs to a horizon, with a banded sun."""
    width, height = art.width, art.height
    level, centre = height * rng.uniform(0.52, 0.62), width * rng.uniform(0.35, 0.65)
    radius = min(width, height) * 0.27
    art.disc(centre, level - radius * 0.25, radius, palette.tones[2])
    for i in range(5):
        art.rectangle(0, level - radius * (0.12 + 0.18 * i), width, radius * (0.10 - 0.016 * i), palette.ground)
    art.rectangle(0, level, width, height - level, palette.tones[0])
    spread = width / rng.choice((6, 8))
    for i in range(-24, 25):
        art.line([(centre + i * spread * 0.12, level), (centre + i * spread, height)], 1.6, palette.tones[3])
    y, gap = level, 3.0
    while y < height:
        art.line([(0, y), (width, y)], 1.6, palette.tones[3])
        y, gap = y + gap, gap * 1.42


def orbits(art: Canvas, palette: Palette, rng: Random) -> None:
    """Circles around a centre, each with something that travels on it."""
    x, y = art.width * rng.uniform(0.4, 0.6), art.height * rng.uniform(0.44, 0.56)
    span = min(art.width, art.height)
    for i in range(5):
        radius = span * (0.16 + 0.105 * i)
        ring = [(x + radius * math.cos(a / 60 * math.tau), y + radius * math.sin(a / 60 * math.tau)) for a in range(61)]
        art.line(ring, 2.4, palette.tones[1])
        turn = rng.uniform(0, math.tau)
        size = span * rng.uniform(0.022, 0.05)
        art.disc(x + radius * math.cos(turn), y + radius * math.sin(turn), size + 4, palette.ground)
        art.disc(x + radius * math.cos(turn), y + radius * math.sin(turn), size, palette.tones[2 + i % 2])
    art.disc(x, y, span * 0.085, palette.spark)


def contours(art: Canvas, palette: Palette, rng: Random) -> None:
    """Lines that follow one another over the sheet like the heights of a map."""
    width, height = art.width, art.height
    a, b, c = (rng.uniform(0, math.tau) for _ in range(3))
    lines = 15
    for i in range(-3, lines + 3):
        y = height * i / lines
        points = []
        for x in range(-4, width + 8, 4):
            u = x / width * math.tau
            lift = math.sin(u * 0.7 + a + i * 0.10) + 0.55 * math.sin(u * 1.6 + b - i * 0.16)
            points.append((float(x), y + height * 0.055 * (lift + 0.5 * math.sin(u * 0.5 + c))))
        art.line(points, 6.5 if i % 5 == 2 else 2.6, palette.spark if i % 5 == 2 else palette.tones[2])
