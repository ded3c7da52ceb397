import math
from dataclasses import replace
from random import Random

import numpy as np
import pytest

from halles import resources
from halles.errors import Rejection
from halles.ids import CROSSROADS, BoothId, HallId, SlotId, VisitId
from halles.world.geometry import Floats, facing
from halles.world.movement import RADIUS, Pose
from halles.world.scene import Scene, parse
from halles_server.services.travel import ELBOW_M, Atlas, resolve

SCENES: dict[HallId, Scene] = {
    scene.id: scene
    for scene in (parse(path.read_text("utf-8"), path.name) for path in sorted(resources.scenes().glob("*.toml")))
}
LILLE = HallId("lille")
SLOT = SCENES[LILLE].slots[5]
ATLAS = Atlas(
    SCENES,
    {BoothId("studio-01"): (LILLE, SlotId(SLOT.id))}.get,
    {VisitId("v1"): (LILLE, Pose(0.0, -20.0, heading=0.0))}.get,
    lambda hall, x, y, metres: np.empty((0, 2)),
)


@pytest.mark.parametrize("hall", sorted(SCENES))
def test_every_spawn_lands_on_free_floor(hall: HallId) -> None:
    for spawn in SCENES[hall].spawns:
        for seed in range(20):
            landing = resolve(ATLAS, hall, f"spawn:{spawn.id}", Random(seed))
            assert SCENES[hall].field.one(landing.x, landing.y) >= RADIUS
            assert landing.hall == hall


def among(crowd: list[tuple[float, float]], asked: list[float] | None = None) -> Atlas:
    """The same places, with people about; ``asked`` gets the metres of each look at them."""

    def company(hall: HallId, x: float, y: float, metres: float) -> Floats:
        (asked if asked is not None else []).append(metres)
        near = [place for place in crowd if math.dist(place, (x, y)) <= metres]
        return np.array(near, dtype=np.float64).reshape(-1, 2)

    return replace(ATLAS, company=company)


def landed(hall: HallId, people: int, asked: list[float] | None = None) -> list[tuple[float, float]]:
    """Where so many stand who come through one door and stay there."""
    crowd: list[tuple[float, float]] = []
    rng = Random(7)
    for _ in range(people):
        landing = resolve(among(crowd, asked), hall, "spawn:door", rng)
        crowd.append((landing.x, landing.y))
    return crowd


def test_nobody_lands_on_somebody_while_there_is_room() -> None:
    crowd = landed(CROSSROADS, 200)
    for i, one in enumerate(crowd):
        assert min(math.dist(one, other) for other in crowd[:i] + crowd[i + 1 :]) > ELBOW_M
        assert SCENES[CROSSROADS].field.one(*one) >= RADIUS


def test_a_crowd_at_the_door_is_looked_at_once_for_each_who_comes() -> None:
    asked: list[float] = []
    landed(CROSSROADS, 120, asked)
    assert len(asked) == 120


def test_the_same_chance_lands_in_the_same_place() -> None:
    assert landed(LILLE, 40) == landed(LILLE, 40)


def test_who_comes_first_lands_within_the_spawn() -> None:
    spawn = SCENES[LILLE].spawn("door")
    for place in landed(LILLE, 4):
        assert math.dist(place, (spawn.x, spawn.y)) <= spawn.radius


def test_where_all_is_full_one_lands_on_free_floor_where_most_room_is() -> None:
    outline = SCENES[CROSSROADS].outline
    xs, ys = zip(*outline, strict=True)
    step = 0.8
    full = [(x, y) for x in np.arange(min(xs), max(xs), step) for y in np.arange(min(ys), max(ys), step)]
    for seed in range(10):
        landing = resolve(among(full), "crossroads", "spawn:door", Random(seed))
        assert SCENES[CROSSROADS].field.one(landing.x, landing.y) >= RADIUS
        assert min(math.dist(place, (landing.x, landing.y)) for place in full) > step / 4


def test_a_booth_is_landed_before_and_looked_at() -> None:
    landing = resolve(ATLAS, "crossroads", "booth:studio-01", Random(1))
    assert landing.hall == LILLE
    assert math.hypot(landing.x - SLOT.x, landing.y - SLOT.y) < 5
    toward = (-math.sin(landing.heading), math.cos(landing.heading))
    assert toward[0] * (SLOT.x - landing.x) + toward[1] * (SLOT.y - landing.y) > 0


def test_somebody_is_joined_face_to_face() -> None:
    landing = resolve(ATLAS, "", "visit:v1", Random(1))
    assert landing.hall == LILLE
    assert 0.8 < math.hypot(landing.x, landing.y + 20) < 3
    toward = (-math.sin(landing.heading), math.cos(landing.heading))
    assert toward[0] * -landing.x + toward[1] * (-20 - landing.y) > 0


@pytest.mark.parametrize("hall", sorted(hall for hall, scene in SCENES.items() if scene.stages))
def test_a_whole_public_lands_before_a_stage_and_looks_at_it(hall: HallId) -> None:
    scene, rng, crowd = SCENES[hall], Random(3), list[tuple[float, float]]()
    (stage,) = scene.stages
    ahead = facing(math.radians(stage.heading))
    for _ in range(200):
        landing = resolve(among(crowd), hall, f"stage:{stage.id}", rng)
        crowd.append((landing.x, landing.y))
        assert scene.field.one(landing.x, landing.y) >= RADIUS
        to_stage = stage.x - landing.x, stage.y - landing.y
        assert -to_stage[0] * ahead.x - to_stage[1] * ahead.y > stage.depth / 2, "nobody stands beside or behind it"
        looks = facing(landing.heading)
        assert looks.x * to_stage[0] + looks.y * to_stage[1] == pytest.approx(math.hypot(*to_stage))


@pytest.mark.parametrize(
    ("hall", "place"),
    [
        ("nowhere", ""),
        ("lille", "spawn:roof"),
        ("lille", "booth:none"),
        ("lille", "visit:gone"),
        ("lille", "up"),
        ("lille", "teleport:1"),
        ("crossroads", "stage:main"),
        ("lille", "stage:elsewhere"),
        ("../../etc/passwd", ""),
    ],
)
def test_places_that_do_not_exist_are_not_found(hall: str, place: str) -> None:
    with pytest.raises(Rejection) as refusal:
        resolve(ATLAS, hall, place, Random(1))
    assert refusal.value.code == "NOT_FOUND"
