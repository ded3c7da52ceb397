import itertools
import math
from pathlib import Path

import pytest

from halles.ids import HallId
from halles.world.geometry import facing, local
from halles.world.live import CHAIRS, FISHBOWL_CHAIRS
from halles.world.movement import RADIUS
from halles.world.scene import Scene, parse_show
from halles.world.stage_seats import seat

PLANS = Path(__file__).parents[3] / "scenes"


@pytest.fixture(scope="module")
def scenes() -> dict[HallId, Scene]:
    return parse_show({file.name: file.read_bytes() for file in PLANS.glob("*.toml")})


def test_every_stages_chairs_stand_on_it_apart_and_look_at_the_public(scenes: dict[HallId, Scene]) -> None:
    stages = [(scene, stage) for scene in scenes.values() for stage in scene.stages]
    assert len(stages) >= 3
    for (scene, stage), chairs in itertools.product(stages, (FISHBOWL_CHAIRS, CHAIRS)):
        poses = [seat(stage, number, chairs) for number in range(chairs)]
        public, _ = stage.audience_place()
        for pose in poses:
            assert stage.box.contains(pose.x, pose.y, -0.5)
            assert scene.field.one(pose.x, pose.y) > RADIUS
            ahead = facing(pose.heading)
            away = math.dist((pose.x, pose.y), public)
            assert (ahead.x * (public.x - pose.x) + ahead.y * (public.y - pose.y)) / away > 0.7
        apart = [math.dist((a.x, a.y), (b.x, b.y)) for a, b in itertools.pairwise(poses)]
        assert min(apart) > 2 * RADIUS
        rights = [local(stage.box, pose.x, pose.y).x for pose in poses]
        assert rights == sorted(rights, reverse=True), "chair 0 is at the left as the public sees it"
