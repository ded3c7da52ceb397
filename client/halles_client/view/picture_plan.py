"""How finely each booth's pictures hang, seen from a place, within a budget of texture bytes. Pure: no panda3d.

A level is twice as fine as the one before, and is due at half its distance: so a picture has about as many points as
the screen shows of it. What is nearest comes first; all the rest keeps at least the coarsest level, if that fits.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from halles.ids import BoothId
from halles.world.scene import SlotSize
from halles_client.net.media import Face
from halles_client.view.booth_pictures import LAYOUTS, shape

NONE: Final = -1
"""The level of a booth whose pictures do not hang."""

KEEP: Final = 1.25
"""What hangs finer than is due stays until it is so much farther than its reach, where the budget allows it."""

LARGEST: Final = 3
"""No booth takes more than one part in so many of the budget: one may not make all others coarse."""

BYTES_PER_TEXEL: Final = 4
"""Three of RGB, and a third of that for the smaller copies, as drivers report it."""


@dataclass(frozen=True, slots=True)
class Level:
    """One fineness.

    Attributes:
        scale: Points of the picture for each of its layout.
        reach: Metres from the booth's middle to where it is due.
        face: The size of a stored picture that suffices for it.
    """

    scale: float
    reach: float
    face: Face


LEVELS: Final = (
    Level(1 / 8, float("inf"), "far"),
    Level(1 / 4, 28.0, "far"),
    Level(1 / 2, 14.0, "near"),
    Level(1.0, 7.0, "near"),
    Level(2.0, 3.5, "sheet"),
)
"""From coarse to fine. In a window of 1280 points a poster 0.62 m wide takes 78 of them at 7 m and has 128 to 256."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A booth as the plan sees it.

    Attributes:
        distance: Metres from its middle.
        size: Of its slot.
        held: The level that hangs.
    """

    booth: BoothId
    distance: float
    size: SlotSize
    held: int = NONE


def texture_bytes(size: SlotSize, level: int) -> int:
    """Returns what a booth's picture takes at a level."""
    if level == NONE:
        return 0
    width, height = shape(LAYOUTS[size], LEVELS[level].scale)
    return BYTES_PER_TEXEL * width * height


def plan(booths: Iterable[Seen], budget: int) -> dict[BoothId, int]:
    """Returns the level of each booth; together they take no more than ``budget`` bytes.

    Planned again with what it says as ``held``, from the same place, it says the same.
    """
    near = sorted(booths, key=lambda seen: (seen.distance, seen.booth))
    levels, left = _nearest_first(near, budget)
    for seen in near:
        more = texture_bytes(seen.size, seen.held) - texture_bytes(seen.size, levels[seen.booth])
        kept = seen.held > levels[seen.booth] and seen.distance <= KEEP * LEVELS[seen.held].reach
        if kept and more <= left and _fits(seen.size, seen.held, budget):
            levels[seen.booth] = seen.held
            left -= more
    return levels


def _nearest_first(near: Sequence[Seen], budget: int) -> tuple[dict[BoothId, int], int]:
    """Gives each what is due as far as the bytes go; returns also the bytes that are left."""
    levels = dict[BoothId, int]()
    waiting = sum(texture_bytes(seen.size, 0) for seen in near)
    left = budget
    for seen in near:
        waiting -= texture_bytes(seen.size, 0)
        # Those behind keep their coarsest, unless not even that is there for everybody: then the nearest have it.
        room = max(left - waiting, min(left, texture_bytes(seen.size, 0)))
        level = max((level for level in _due(seen, budget) if texture_bytes(seen.size, level) <= room), default=NONE)
        levels[seen.booth] = level
        left -= texture_bytes(seen.size, level)
    return levels, left


def _due(seen: Seen, budget: int) -> list[int]:
    return [
        number
        for number, level in enumerate(LEVELS)
        if seen.distance <= level.reach and (number == 0 or _fits(seen.size, number, budget))
    ]


def _fits(size: SlotSize, level: int, budget: int) -> bool:
    return texture_bytes(size, level) * LARGEST <= budget
