"""The tokens of the look, as the HUD uses them: colours, sizes, spaces, radii. No drawing here."""

from typing import Final, Literal, NamedTuple

from halles.world.colour import channels, contrast
from halles.world.look import COATS


class Colour(NamedTuple):
    """sRGB and coverage, each 0 to 1."""

    r: float
    g: float
    b: float
    a: float = 1.0

    def at(self, alpha: float) -> "Colour":
        """Returns the same colour with another coverage."""
        return Colour(self.r, self.g, self.b, alpha)


def colour(hex_: str, alpha: float = 1.0) -> Colour:
    """Reads ``rrggbb``."""
    return Colour(*channels(hex_), alpha)


INK: Final = colour("15181c")
RAISED: Final = colour("262b31")
KEY: Final = colour("3a4047")
PAPER: Final = colour("f5f1e8")
MUTED: Final = colour("b6b4ad")
AMBER: Final = colour("f0b45a")
PRESENT: Final = colour("6fcf97")
WARNING: Final = colour("e4573d")
CLEAR: Final = Colour(0.0, 0.0, 0.0, 0.0)

PANEL_ALPHA: Final = 0.88

TextSize = Literal[13, 15, 18, 24]
MARGIN: Final = 16
RADIUS_KEY: Final = 5
RADIUS_BUTTON: Final = 6
RADIUS_PANEL: Final = 10
LINE: Final = 1.3
"""Line height in sizes."""

CHAT_SIZE: Final = (340, 262)
MAP_SIZE: Final = (220, 148)
SHEET_WIDTH: Final = 340
FOLD_BELOW: Final = 1000
"""Logical pixels of window width under which chat and map fold to keys."""

NAME_CONTRAST: Final = 4.6
"""Contrast that a sender's name keeps on a card that lies over pure white (the worst background)."""


def mix(a: Colour, b: Colour, share: float) -> Colour:
    """Returns ``a`` with ``share`` of ``b`` in it, opaque."""
    return Colour(*(x + (y - x) * share for x, y in zip(a[:3], b[:3], strict=True)))


CARD_OVER_WHITE: Final = mix(INK, Colour(1.0, 1.0, 1.0), 1 - PANEL_ALPHA)
"""What a card looks like over the brightest background."""


def coat_name(coat: int | None) -> Colour:
    """Returns the colour of a sender's name: the coat, lightened until it can be read; amber for the show itself."""
    if coat is None:
        return AMBER
    shade = colour(COATS[coat % len(COATS)])
    while contrast(shade, CARD_OVER_WHITE) < NAME_CONTRAST:
        shade = mix(shade, PAPER, 0.08)
    return shade
