import math
from dataclasses import replace
from random import Random

import pytest

from halles import resources
from halles.errors import Rejection
from halles.ids import BoothId, HallId, SlotId, VisitId
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
    lambda hall, x, y, metres: (),
)


@pytest.mark.parametrize("hall", sorted(SCENES))
def test_every_spawn_lands_on_free_floor(hall: HallId) -> None:
    for spawn in SCENES[hall].spawns:
        for seed in range(20):
            landing = resolve(ATLAS, hall, f"spawn:{spawn.id}", Random(seed))
            assert SCENES[hall].field.one(landing.x, landing.y) >= RADIUS
            assert landing.hall == hall


def among(crowd: list[tuple[float, float]]) -> Atlas:
    """The same places, with people about."""
    return replace(ATLAS, company=lambda _, x, y, metres: [p for p in crowd if math.dist(p, (x, y)) <= metres])


def test_nobody_lands_on_somebody_while_there_is_room() -> None:
    crowd: list[tuple[float, float]] = []
    for seed in range(25):
        landing = resolve(among(crowd), "lille", "spawn:door", Random(seed))
        assert min((math.dist(other, (landing.x, landing.y)) for other in crowd), default=9.0) > ELBOW_M
        crowd.append((landing.x, landing.y))


def test_where_all_is_full_one_lands_among_the_others_on_free_floor() -> None:
    packed = replace(ATLAS, company=lambda *_: ("somebody",))
    landing = resolve(packed, "lille", "spawn:door", Random(1))
    spawn = SCENES[LILLE].spawn("door")
    assert math.dist((landing.x, landing.y), (spawn.x, spawn.y)) <= spawn.radius
    assert SCENES[LILLE].field.one(landing.x, landing.y) >= RADIUS


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


def test_every_stage_has_a_place_before_it() -> None:
    for hall, scene in SCENES.items():
        for stage in scene.stages:
            landing = resolve(ATLAS, hall, f"stage:{stage.id}", Random(3))
            assert scene.field.one(landing.x, landing.y) >= RADIUS


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
