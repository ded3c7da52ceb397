"""Calm colours: each of the ten booth accents with a companion, on paper or on ink."""

from dataclasses import dataclass
from random import Random
from typing import Final

from assets.make.pictures.canvas import Colour, colour, mix
from halles.world.booth import ACCENTS

PAPER: Final = colour("f5f1e8")
INK: Final = colour("15181c")
AMBER: Final = colour("f0b45a")
MUTED_LIGHT: Final = colour("5c5f5e")
MUTED_DARK: Final = colour("b6b4ad")

_COMPANIONS: Final = (
    (4, 1, 3),
    (5, 0, 4),
    (4, 0, 1),
    (0, 1, 5),
    (1, 0, 7),
    (1, 7, 3),
    (1, 3, 5),
    (4, 1, 3),
    (4, 3, 1),
    (0, 1, 3),
)
"""For each accent, the accents that stand well beside it."""


@dataclass(frozen=True)
class Palette:
    """The colours of one picture.

    Attributes:
        ground: What it is drawn on.
        tones: Four colours of the family, from nearest the ground to farthest from it.
        spark: One colour that stands out; used sparingly.
        text: For words on the ground.
        muted: For lesser words on the ground.
    """

    ground: Colour
    tones: tuple[Colour, Colour, Colour, Colour]
    spark: Colour
    text: Colour
    muted: Colour


def on_paper(accent: int, rng: Random) -> Palette:
    """Returns a light palette around an accent."""
    own, other = colour(ACCENTS[accent]), colour(ACCENTS[rng.choice(_COMPANIONS[accent])])
    return Palette(
        ground=mix(PAPER, own, rng.choice((0.04, 0.10, 0.16))),
        tones=(mix(own, PAPER, 0.62), mix(other, PAPER, 0.40), mix(own, PAPER, 0.10), mix(own, INK, 0.45)),
        spark=mix(other, AMBER, 0.25),
        text=INK,
        muted=MUTED_LIGHT,
    )


def on_ink(accent: int, rng: Random) -> Palette:
    """Returns a dark palette around an accent."""
    own, other = colour(ACCENTS[accent]), colour(ACCENTS[rng.choice(_COMPANIONS[accent])])
    return Palette(
        ground=mix(own, INK, 0.70),
        tones=(mix(own, INK, 0.30), mix(own, PAPER, 0.22), mix(other, PAPER, 0.48), mix(own, PAPER, 0.76)),
        spark=AMBER,
        text=PAPER,
        muted=mix(PAPER, own, 0.28),
    )
