import random

from halles.ids import HallId
from halles.world.movement import Gesture
from halles_client.bots.plan import next_errand
from tests.support.plans import PLANS


def test_a_seed_gives_the_same_errands() -> None:
    scene = PLANS.scenes[HallId("lille")]
    slots = tuple(scene.slots)
    one, other = random.Random(5), random.Random(5)
    assert [next_errand(scene, slots, one) for _ in range(30)] == [next_errand(scene, slots, other) for _ in range(30)]


def test_most_errands_lead_to_booths_with_a_stay_of_5_to_20_seconds_some_elsewhere() -> None:
    scene = PLANS.scenes[HallId("lille")]
    rng = random.Random(1)
    errands = [next_errand(scene, tuple(scene.slots), rng) for _ in range(400)]
    leaving = [errand for errand in errands if errand and errand.portal]
    assert 10 < len(leaving) < 80
    stays = sorted(errand.stay_s for errand in errands if errand and not errand.portal)
    assert stays[0] >= 5.0
    assert 8.0 < stays[len(stays) // 2] < 20.0


def test_in_a_hall_without_booths_some_stand_about_and_all_leave_in_the_end() -> None:
    scene = PLANS.scenes[HallId("crossroads")]
    rng = random.Random(1)
    errands = [next_errand(scene, (), rng) for _ in range(100)]
    leaving = [errand for errand in errands if errand and errand.portal]
    assert 25 < len(leaving) < 60
    for errand in errands:
        assert errand is not None
        assert scene.field.one(*errand.goal) > 0.3


def test_some_speak_on_the_stage_and_some_listen_to_them() -> None:
    scene = PLANS.scenes[HallId("lille")]
    rng = random.Random(2)
    stage = scene.stages[0]
    goals = [errand for _ in range(400) if (errand := next_errand(scene, tuple(scene.slots), rng, "nl"))]
    speakers = [errand for errand in goals if stage.box.contains(*errand.goal)]
    assert speakers
    assert all(errand.gesture is Gesture.TALK for errand in speakers)
    assert any(errand.gesture is Gesture.APPLAUD for errand in goals)
