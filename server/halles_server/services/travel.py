"""Where somebody lands who asks for a place: the words of ``EnterHall`` turned into metres."""

import math
from collections.abc import Callable, Mapping, Sized
from dataclasses import dataclass
from random import Random
from typing import Final

from halles.errors import Rejection, RejectionCode
from halles.ids import BoothId, HallId, SlotId, VisitId
from halles.world.geometry import Point, facing, heading_to
from halles.world.movement import RADIUS, Pose
from halles.world.scene import Scene

ELBOW_M: Final = 1.0
"""Nobody lands nearer than this to somebody, as long as there is room."""

_TRIES: Final = 80
_TRIES_WITHIN: Final = 24
_OUTWARDS_M: Final = 0.1


@dataclass(frozen=True, slots=True)
class Landing:
    """Where to stand: hall, metres, radians."""

    hall: HallId
    x: float
    y: float
    heading: float


@dataclass(frozen=True, slots=True)
class Atlas:
    """What places are known.

    Attributes:
        scenes: Every hall's plan.
        booth_slot: Tells in which hall and slot a booth stands; None for no such booth.
        whereabouts: Tells in which hall and how somebody stands now; None for nobody.
        company: Tells who stands within so many metres of a place in a hall: hall, x, y, metres.
    """

    scenes: Mapping[HallId, Scene]
    booth_slot: Callable[[BoothId], tuple[HallId, SlotId] | None]
    whereabouts: Callable[[VisitId], tuple[HallId, Pose] | None]
    company: Callable[[HallId, float, float, float], Sized]


def resolve(atlas: Atlas, hall: str, place: str, rng: Random) -> Landing:
    """Turns an asked hall and place (as ``EnterHall`` documents) into a landing on free floor.

    Raises:
        Rejection: NOT_FOUND.
    """
    kind, _, name = place.partition(":")
    if kind == "visit":
        return _beside(atlas, VisitId(name), rng)
    if kind == "booth":
        return _before_booth(atlas, BoothId(name), rng)
    scene = atlas.scenes.get(HallId(hall))
    if scene is None:
        raise Rejection(RejectionCode.NOT_FOUND, f"no hall {hall!r}")
    if kind == "stage":
        return _before_stage(atlas, scene, name, rng)
    if place and kind != "spawn":
        raise Rejection(RejectionCode.NOT_FOUND, f"no place {place!r}")
    if name and all(row.id != name for row in scene.spawns):
        raise Rejection(RejectionCode.NOT_FOUND, f"no spawn {name!r} in {hall}")
    spawn = scene.spawn(name)
    spot = free_spot(atlas, scene, Point(spawn.x, spawn.y), spawn.radius, rng)
    return Landing(scene.id, spot.x, spot.y, math.radians(spawn.heading))


def free_spot(atlas: Atlas, scene: Scene, middle: Point, radius: float, rng: Random) -> Point:
    """Returns free floor within ``radius`` metres of ``middle`` with nobody there, else the nearest tried farther out.

    Where it is too crowded for that, somebody is stood beside rather than turned away.
    """
    floor: Point | None = None
    for attempt in range(_TRIES):
        reach = radius * math.sqrt(rng.random()) + max(0, attempt - _TRIES_WITHIN) * _OUTWARDS_M
        turn = rng.random() * math.tau
        spot = Point(middle.x + reach * math.cos(turn), middle.y + reach * math.sin(turn))
        if scene.field.one(*spot) <= RADIUS + 0.05:
            continue
        floor = floor or spot
        if not atlas.company(scene.id, *spot, ELBOW_M):
            return spot
    return floor or Point(scene.spawns[0].x, scene.spawns[0].y)


def _before_booth(atlas: Atlas, booth: BoothId, rng: Random) -> Landing:
    found = atlas.booth_slot(booth)
    slot = atlas.scenes[found[0]].slot(found[1]) if found and found[0] in atlas.scenes else None
    if found is None or slot is None:
        raise Rejection(RejectionCode.NOT_FOUND, f"no booth {booth!r}")
    middle, heading = slot.visitor_place()
    spot = free_spot(atlas, atlas.scenes[found[0]], middle, 0.5, rng)
    return Landing(found[0], spot.x, spot.y, heading)


def _before_stage(atlas: Atlas, scene: Scene, name: str, rng: Random) -> Landing:
    stage = next((row for row in scene.stages if name in ("", row.id)), None)
    if stage is None:
        raise Rejection(RejectionCode.NOT_FOUND, f"no stage {name!r} in {scene.id}")
    middle, heading = stage.audience_place()
    spot = free_spot(atlas, scene, middle, 2.0, rng)
    return Landing(scene.id, spot.x, spot.y, heading)


def _beside(atlas: Atlas, visit: VisitId, rng: Random) -> Landing:
    """Lands a little before somebody, looking at them: as one joins a conversation."""
    found = atlas.whereabouts(visit)
    if found is None or found[0] not in atlas.scenes:
        raise Rejection(RejectionCode.NOT_FOUND, "that person is not here")
    hall, pose = found
    ahead = facing(pose.heading)
    spot = free_spot(atlas, atlas.scenes[hall], Point(pose.x + 1.6 * ahead.x, pose.y + 1.6 * ahead.y), 0.4, rng)
    return Landing(hall, spot.x, spot.y, heading_to(spot.x, spot.y, pose.x, pose.y))
