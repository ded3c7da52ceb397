"""Which models stand on their counters, seen from a place, within a budget of triangles. Pure: no panda3d."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from halles.ids import BoothId

SEEN_M: Final = 18.0
"""From how far a model is fetched; beyond it is a few points on the screen."""

LEFT_M: Final = 21.0
"""As far as here one that stands stays, so that it does not come and go with each step to and fro."""

NEARER: Final = 0.8
"""One that stands gives way to none that is not nearer than this part of its distance."""


@dataclass(frozen=True, slots=True)
class Model:
    """A booth's model as the plan sees it.

    Attributes:
        distance: Metres.
        triangles: 0 for one that was never read.
        stands: Whether it is on screen, or on its way there.
    """

    booth: BoothId
    distance: float
    triangles: int = 0
    stands: bool = False


def chosen(models: Iterable[Model], budget: int) -> frozenset[BoothId]:
    """Returns the booths whose models stand, the nearest first, together no more than ``budget`` triangles.

    Among them is the nearest one that was never read: it is to be read, and may stand if it fits then. Chosen again
    from the same place, they are the same.
    """
    seen = [model for model in models if model.distance <= (LEFT_M if model.stands else SEEN_M)]
    found, left, unread = set[BoothId](), budget, False
    for model in sorted(seen, key=lambda model: (model.distance * (NEARER if model.stands else 1.0), model.booth)):
        if model.triangles <= left and (model.triangles or not unread):
            found.add(model.booth)
            left -= model.triangles
            unread = unread or not model.triangles
    return frozenset(found)
