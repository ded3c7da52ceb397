"""The halls as the pages number and count them: pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, get_args

from halles.ids import HallId
from halles.world.booth import OrganisationKind
from halles.world.scene import Scene
from halles_server.ports.booths import BoothRecord
from halles_server.web.plan import Plan, hanging_order, plan_of

KINDS: Final[tuple[OrganisationKind, ...]] = get_args(OrganisationKind)
"""Kinds of organisation in the order in which pages tell them."""


@dataclass(frozen=True, slots=True)
class HallPage:
    """What pages say of a hall.

    Attributes:
        number: 1 … n, as the doors stand from left to right in the crossroads.
        scene: Its plan as built.
        booths: Its booths, by aisle and number.
        kinds: How many booths of each organisation kind, without those that have none.
        plan: The drawing.
    """

    number: int
    scene: Scene
    booths: tuple[BoothRecord, ...]
    kinds: tuple[tuple[str, int], ...]
    plan: Plan


def halls_with(scenes: Mapping[HallId, Scene], booths: Iterable[BoothRecord]) -> dict[HallId, HallPage]:
    """Returns the halls that hold booths, numbered, each with its own booths."""
    records = sorted(booths, key=lambda record: hanging_order(record.slot))
    found = {}
    for number, hall in enumerate(numbered(scenes), 1):
        own = tuple(record for record in records if record.hall == hall)
        found[hall] = HallPage(number, scenes[hall], own, counted(own), plan_of(scenes[hall], own))
    return found


def counted(booths: Iterable[BoothRecord]) -> tuple[tuple[str, int], ...]:
    """Returns each kind of organisation that has booths, with how many."""
    counts = Counter(record.content.kind for record in booths)
    return tuple((kind, counts[kind]) for kind in KINDS if counts[kind])


def numbered(scenes: Mapping[HallId, Scene]) -> list[HallId]:
    """Returns the halls with booth slots in the order of their doors, left to right as one arrives."""
    doors = {portal.to: portal.x for scene in scenes.values() if not scene.slots for portal in scene.portals}
    halls = [hall for hall, scene in scenes.items() if scene.slots]
    return sorted(halls, key=lambda hall: (doors.get(hall, float("inf")), hall))
