"""Where a booth's live surfaces hang: header, panels, logo, staffed light. Pure: no panda3d, no content.

The baked booth (walls, deck, counter, posts) is made by ``assets/make/booths.py`` from the same measures, so what is
hung here meets it. Places stand ``LIFT`` in front of what they hang on, so that they never flicker.

A booth's own frame: x to its right, y to its open front, seen from above, centre of the slot at (0, 0); a visitor
who looks at the back wall sees x run to the left.
"""

import math
from dataclasses import dataclass
from typing import Final

from halles.world.geometry import Box, place
from halles.world.scene import COUNTER, WALL_THICKNESS, Slot, SlotSize

LIFT: Final = 0.015
"""Metres between a hung surface and what it hangs on."""

DECK: Final = 0.04
WALL_TOP: Final = 2.75
WING_TOP: Final = 2.45
HEADER_TOP: Final = 3.32
HEADER_HEIGHT: Final = 0.6
HEADER_THICKNESS: Final = 0.1
POST: Final = 0.12
"""Width of a post, metres."""

COUNTER_TOP: Final = 1.03
LETTERS: Final = 0.26
"""Height of capitals on a header, metres; the text is shrunk to fit, never cut."""

BAR: Final = (0.05, 1.3)
"""Width and height of the staffed light, metres."""

_LIGHT: Final = 1.72
"""Height of the light's middle, metres."""

_POST_BACK: Final = 0.04
"""How far the front post's front stands back from the booth's, metres."""

_SCREEN: Final[dict[SlotSize, tuple[float, float]]] = {"S": (1.2, 0.675), "M": (2.08, 1.17), "L": (2.4, 1.35)}
_POSTER: Final[dict[SlotSize, tuple[float, float]]] = {"S": (0.62, 0.93), "M": (0.7, 1.05), "L": (0.62, 0.93)}
_WING_POSTER: Final = (0.78, 1.17)
_GAP: Final[dict[SlotSize, float]] = {"S": 0.1, "M": 0.17, "L": 0.15}
_SIGHT: Final = 1.74
"""Height of the middle of every picture, metres: eyes are at 1.6, counters hide what is below 1.03."""


@dataclass(frozen=True, slots=True)
class Surface:
    """An upright rectangle in the hall: its centre, its size, and the heading that it looks along (radians)."""

    x: float
    y: float
    z: float
    width: float
    height: float
    heading: float


@dataclass(frozen=True, slots=True)
class BoothPlaces:
    """Every live surface of one booth.

    Attributes:
        header: The board over the front; ``letters`` is the height of capitals on it.
        panels: By panel slot: ``screen``, ``poster-1`` …; S has 2 posters, M 4, L 6.
        logo: A square on the counter's front.
        staffed: The light bar on the front of the front post.
        beside: The same on its two sides, which are what one sees of it along the aisle.
    """

    header: Surface
    letters: float
    panels: dict[str, Surface]
    logo: Surface
    staffed: Surface
    beside: tuple[Surface, Surface]


def places(slot: Slot) -> BoothPlaces:
    """Returns where the live surfaces of a booth in this slot hang."""
    box = slot.box
    half_w, half_d = box.width / 2, box.depth / 2
    header_z = HEADER_TOP - HEADER_HEIGHT / 2
    counter_x, counter_y = counter_centre(slot)
    return BoothPlaces(
        header=_at(box, 0.0, half_d + LIFT, header_z, (box.width - 0.3, HEADER_HEIGHT), 0.0),
        letters=LETTERS,
        panels=_panels(slot.size, box),
        logo=_at(box, counter_x, counter_y + COUNTER[1] / 2 + LIFT, 0.56, (0.56, 0.56), 0.0),
        staffed=_at(box, -half_w + POST / 2, half_d - _POST_BACK + LIFT, _LIGHT, BAR, 0.0),
        beside=(
            _at(box, -half_w + POST + LIFT, half_d - _POST_BACK - POST / 2, _LIGHT, BAR, -math.pi / 2),
            _at(box, -half_w - LIFT, half_d - _POST_BACK - POST / 2, _LIGHT, BAR, math.pi / 2),
        ),
    )


def stand(slot: Slot) -> tuple[float, float, float]:
    """Returns where a booth's model stands: x, y, z in the hall, the middle of the counter's top."""
    spot = place(slot.box, *counter_centre(slot))
    return spot.x, spot.y, COUNTER_TOP


def counter_centre(slot: Slot) -> tuple[float, float]:
    """Returns the counter's centre in the booth's own frame, as ``Slot.obstacles`` has it."""
    box = slot.box
    return box.width / 2 - COUNTER[0] / 2 - 0.15, box.depth / 2 - COUNTER[1] / 2 - 0.25


def _panels(size: SlotSize, box: Box) -> dict[str, Surface]:
    """Hangs screen and posters in one row on the back wall, the screen in the middle; an L's last two on its wing."""
    row = (
        ["poster-1", "screen", "poster-2"]
        if size == "S"
        else ["poster-1", "poster-3", "screen", "poster-4", "poster-2"]
    )
    sizes = [_SCREEN[size] if name == "screen" else _POSTER[size] for name in row]
    total = sum(width for width, _ in sizes) + _GAP[size] * (len(row) - 1)
    front = -box.depth / 2 + WALL_THICKNESS + LIFT
    # A visitor reads the wall from the booth's right (+x) to its left.
    right = WALL_THICKNESS / 2 + total / 2
    found: dict[str, Surface] = {}
    for name, measure in zip(row, sizes, strict=True):
        found[name] = _at(box, right - measure[0] / 2, front, _SIGHT, measure, 0.0)
        right -= measure[0] + _GAP[size]
    if size == "L":
        side = -box.width / 2 + WALL_THICKNESS + LIFT
        for name, y in (("poster-5", -2.05), ("poster-6", -0.95)):
            found[name] = _at(box, side, y, _SIGHT, _WING_POSTER, -math.pi / 2)
    return found


def _at(box: Box, x: float, y: float, z: float, measure: tuple[float, float], turn: float) -> Surface:
    """Turns a place in the booth's own frame into one in the hall."""
    spot = place(box, x, y)
    return Surface(spot.x, spot.y, z, measure[0], measure[1], box.heading + turn)
