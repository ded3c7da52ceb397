"""Where somebody lands who asks for a place: the words of ``EnterHall`` turned into metres."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Final

import numpy as np
from numpy.typing import NDArray

from halles.errors import Rejection, RejectionCode
from halles.ids import BoothId, HallId, SlotId, VisitId
from halles.world.geometry import Floats, Point, facing, heading_to
from halles.world.movement import RADIUS, Pose
from halles.world.scene import Scene, Stage

ELBOW_M: Final = 1.0
"""Nobody lands nearer than this to somebody, as long as there is room."""

_TRIES: Final = 16
"""Places tried within one reach, all at once."""

_WIDER: Final = 1.5
"""From one reach to the next."""

_FARTHEST_M: Final = 30.0
"""The widest reach: most of a hall."""

_SEEN: Final = 0.7
"""Before a stage: so many metres aside of it for each metre away, at most."""

_EACH_M2: Final = 1.5
"""Floor that one person keeps from others who come at random; with less of it a reach is full, and not tried."""


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
        company: Tells where those stand who are within so many metres of a place: hall, x, y, metres; ``(people, 2)``.
    """

    scenes: Mapping[HallId, Scene]
    booth_slot: Callable[[BoothId], tuple[HallId, SlotId] | None]
    whereabouts: Callable[[VisitId], tuple[HallId, Pose] | None]
    company: Callable[[HallId, float, float, float], Floats]


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
    spot = free_spot(atlas, scene, Around(Point(spawn.x, spawn.y), spawn.radius), rng)
    return Landing(scene.id, spot.x, spot.y, math.radians(spawn.heading))


@dataclass(frozen=True, slots=True)
class Around:
    """Where one is to land: around a place and, before a stage, where one sees it.

    Attributes:
        middle: The place.
        radius: The first reach, metres.
        before: The stage that is to be seen; None for none.
    """

    middle: Point
    radius: float
    before: Stage | None = None

    def takes(self, spots: Floats) -> NDArray[np.bool_]:
        """Tells of each place whether one may land there: before the stage, not beside or behind it."""
        if self.before is None:
            return np.ones(len(spots), dtype=np.bool_)
        ahead = facing(math.radians(self.before.heading))
        east, north = spots[:, 0] - self.before.x, spots[:, 1] - self.before.y
        out = east * ahead.x + north * ahead.y - self.before.depth / 2
        aside = np.abs(east * ahead.y - north * ahead.x)
        return np.asarray((out > ELBOW_M) & (aside <= self.before.width / 2 + out * _SEEN))


def free_spot(atlas: Atlas, scene: Scene, around: Around, rng: Random) -> Point:
    """Returns free floor around a place with nobody there, else farther out, reach by reach.

    Where it is too crowded for that, somebody is stood where most room is rather than turned away. A crowd comes all at
    once, and this runs between its ticks: so the others are asked for once, and no reach is tried that they fill.
    """
    middle = around.middle
    others = atlas.company(scene.id, *middle, _FARTHEST_M + ELBOW_M)
    apart = np.hypot(others[:, 0] - middle.x, others[:, 1] - middle.y)
    roomiest, most = Point(scene.spawns[0].x, scene.spawns[0].y), -1.0
    for reach, last in _reaches(around.radius):
        if not last and np.count_nonzero(apart <= reach) * _EACH_M2 > math.pi * reach * reach:
            continue
        spots = _floor(scene, middle, reach, rng)
        spots = spots[around.takes(spots)]
        room = _room(spots, others[apart <= reach + ELBOW_M])
        free = spots[room > ELBOW_M]
        if free.size:
            return Point(float(free[0, 0]), float(free[0, 1]))
        if room.size and room.max() > most:
            best, most = spots[room.argmax()], float(room.max())
            roomiest = Point(float(best[0]), float(best[1]))
    return roomiest


def _reaches(radius: float) -> Iterator[tuple[float, bool]]:
    """Yields ever wider reaches in metres, and whether each is the last."""
    while radius * _WIDER <= _FARTHEST_M:
        yield radius, False
        radius *= _WIDER
    yield radius, True


def _floor(scene: Scene, middle: Point, reach: float, rng: Random) -> Floats:
    """Draws places within reach and returns those that are floor, ``(places, 2)``."""
    drawn = np.frombuffer(rng.randbytes(8 * _TRIES), dtype="<u4").reshape(-1, 2) / 2**32
    out, turn = reach * np.sqrt(drawn[:, 0]), math.tau * drawn[:, 1]
    spots = np.stack((middle.x + out * np.cos(turn), middle.y + out * np.sin(turn)), axis=1)
    return spots[scene.field.at(spots[:, 0], spots[:, 1]) > RADIUS + 0.05]


def _room(spots: Floats, others: Floats) -> Floats:
    """Returns how far each place is from whoever is nearest to it, in metres; infinite where nobody is."""
    east = spots[:, 0, None] - others[None, :, 0]
    north = spots[:, 1, None] - others[None, :, 1]
    return np.asarray(np.sqrt((east * east + north * north).min(axis=1, initial=np.inf)))


def _before_booth(atlas: Atlas, booth: BoothId, rng: Random) -> Landing:
    found = atlas.booth_slot(booth)
    slot = atlas.scenes[found[0]].slot(found[1]) if found and found[0] in atlas.scenes else None
    if found is None or slot is None:
        raise Rejection(RejectionCode.NOT_FOUND, f"no booth {booth!r}")
    middle, heading = slot.visitor_place()
    spot = free_spot(atlas, atlas.scenes[found[0]], Around(middle, 0.5), rng)
    return Landing(found[0], spot.x, spot.y, heading)


def _before_stage(atlas: Atlas, scene: Scene, name: str, rng: Random) -> Landing:
    stage = next((row for row in scene.stages if name in ("", row.id)), None)
    if stage is None:
        raise Rejection(RejectionCode.NOT_FOUND, f"no stage {name!r} in {scene.id}")
    middle, _ = stage.audience_place()
    spot = free_spot(atlas, scene, Around(middle, 2.0, stage), rng)
    return Landing(scene.id, spot.x, spot.y, heading_to(spot.x, spot.y, stage.x, stage.y))


def _beside(atlas: Atlas, visit: VisitId, rng: Random) -> Landing:
    """Lands a little before somebody, looking at them: as one joins a conversation."""
    found = atlas.whereabouts(visit)
    if found is None or found[0] not in atlas.scenes:
        raise Rejection(RejectionCode.NOT_FOUND, "that person is not here")
    hall, pose = found
    ahead = facing(pose.heading)
    beside = Around(Point(pose.x + 1.6 * ahead.x, pose.y + 1.6 * ahead.y), 0.4)
    spot = free_spot(atlas, atlas.scenes[hall], beside, rng)
    return Landing(hall, spot.x, spot.y, heading_to(spot.x, spot.y, pose.x, pose.y))
