import itertools
import random

import numpy as np
import pytest

from halles.ids import HallId
from halles.world.geometry import Point
from halles.world.movement import RADIUS, Pose
from halles.world.scene import Scene
from halles_client.bots.walker import Walker
from halles_client.bots.wayfinding import CACHED, CLEARANCE_M, Ways
from halles_client.replica.prediction import Prediction
from tests.support.plans import PLANS

HALLS = [HallId("crossroads"), HallId("hainaut"), HallId("lille"), HallId("valenciennes")]


@pytest.fixture(scope="module")
def scenes() -> dict[HallId, Scene]:
    return PLANS.scenes


@pytest.mark.parametrize("hall", HALLS)
def test_every_booth_stage_and_passage_is_reached_from_the_door(scenes: dict[HallId, Scene], hall: HallId) -> None:
    scene = scenes[hall]
    ways = Ways(scene)
    door = Point(scene.spawns[0].x, scene.spawns[0].y)
    goals = [slot.visitor_place()[0] for slot in scene.slots]
    goals += [stage.audience_place()[0] for stage in scene.stages]
    goals += [Point(portal.x, portal.y) for portal in scene.portals]
    assert len(goals) >= 3
    for goal in goals:
        path = ways.path(door, goal)
        assert path
        assert path[-1] == goal


@pytest.mark.parametrize("hall", HALLS)
def test_ways_never_lead_through_a_wall(scenes: dict[HallId, Scene], hall: HallId) -> None:
    scene, rng = scenes[hall], random.Random(7)
    ways = Ways(scene)
    places = [slot.visitor_place()[0] for slot in scene.slots] or [Point(row.x, row.y) for row in scene.spawns]
    for _ in range(40):
        start, goal = rng.choice(places), rng.choice(places)
        corners = (start, *ways.path(start, goal))
        for a, b in itertools.pairwise(corners):
            share = np.linspace(0.0, 1.0, 60)
            clear = scene.field.at(a.x + share * (b.x - a.x), a.y + share * (b.y - a.y))
            assert clear.min() >= RADIUS


def test_a_goal_in_a_wall_becomes_the_nearest_free_place(scenes: dict[HallId, Scene]) -> None:
    scene = scenes[HallId("lille")]
    box = scene.slots[0].obstacles()[0]
    path = Ways(scene).path(Point(0.0, -20.0), Point(box.x, box.y))
    assert scene.field.one(*path[-1]) >= CLEARANCE_M


def test_there_is_no_way_to_outside(scenes: dict[HallId, Scene]) -> None:
    assert Ways(scenes[HallId("lille")]).path(Point(0.0, -20.0), Point(300.0, 300.0)) == ()


def test_flow_fields_are_kept_for_a_bounded_number_of_goals(scenes: dict[HallId, Scene]) -> None:
    ways = Ways(scenes[HallId("crossroads")])
    for n in range(CACHED + 10):
        ways.path(Point(0.0, 0.0), Point(-8.0 + 0.5 * (n % 32), -4.0 + 0.5 * (n // 32)))
    assert len(ways._flows) == CACHED


@pytest.mark.parametrize("hall", HALLS)
def test_a_walker_arrives_and_looks_where_it_should(scenes: dict[HallId, Scene], hall: HallId) -> None:
    scene, rng = scenes[hall], random.Random(3)
    ways = Ways(scene)
    own = Prediction(scene, Pose(scene.spawns[0].x, scene.spawns[0].y))
    goals = [slot.visitor_place() for slot in scene.slots] or [(Point(row.x, row.y), 1.0) for row in scene.spawns]
    for goal, heading in rng.sample(goals, min(6, len(goals))):
        walker = Walker(ways.path(Point(own.pose.x, own.pose.y), goal), heading, run=True)
        beats = 0
        while not walker.arrived and beats < 900:
            own.advance(walker.intent(own.pose, 0.1), 0.1)
            beats += 1
        assert walker.arrived
        assert abs(own.pose.x - goal.x) + abs(own.pose.y - goal.y) < 0.5


def test_a_walker_who_cannot_get_on_says_so() -> None:
    walker = Walker((Point(5.0, 5.0),))
    for _ in range(40):
        walker.intent(Pose(0.0, 0.0), 0.1)
    assert walker.stuck
    assert not walker.arrived
