"""Who comes near a booth slot and who stops there, counted over the slab."""

import math

import numpy as np
import pytest
from msgspec import structs

from halles.world.scene import Scene, Slot
from halles.world.text import LANGUAGES
from halles_server.hall.footfall import NEAR_M, STOPPED_S, Footfall, Looked
from halles_server.hall.hall import Hall
from tests.server.hall.test_hall import Somebody, room

FR, NL = LANGUAGES.index("fr"), LANGUAGES.index("nl")
LEFT, RIGHT = 0, 1


def two_booths() -> Scene:
    """Two booths side by side, their fronts towards the south."""
    slots = [Slot(id="A1", size="S", x=-10, y=0, heading=180), Slot(id="A2", size="S", x=10, y=0, heading=180)]
    return structs.replace(room(), slots=slots)


def put(hall: Hall, footfall: Footfall, x: float, y: float, *, language: int = FR) -> int:
    """Lets somebody in whom nothing keeps from counting."""
    number = hall.enter(Somebody(), x, y, 0.0, 0.0).number
    assert number in footfall.newcomers()
    footfall.introduce(number, language, ())
    return number


def front(scene: Scene, slot: int, metres: float) -> tuple[float, float]:
    """So far before the middle of a slot's open side."""
    box = scene.slots[slot].box
    return box.x - math.sin(box.heading) * (box.depth / 2 + metres), box.y + math.cos(box.heading) * (
        box.depth / 2 + metres
    )


def sums(looked: Looked) -> tuple[int, int]:
    return int(looked.passed.sum()), int(looked.stopped.sum())


def test_who_comes_near_passes_once_and_who_stays_stops_once() -> None:
    scene = two_booths()
    hall = Hall(scene)
    footfall = hall.footfall()
    number = put(hall, footfall, 0.0, -20.0, language=NL)
    assert sums(footfall.look(0.0)) == (0, 0)
    hall.jump(number, *front(scene, LEFT, 1.0), 0.0, 1.0)
    looked = footfall.look(1.0)
    assert (looked.passed[LEFT, NL], sums(looked)) == (1, (1, 0))
    assert sums(footfall.look(1.0 + STOPPED_S - 0.5)) == (0, 0)
    looked = footfall.look(1.0 + STOPPED_S)
    assert (looked.stopped[LEFT, NL], sums(looked)) == (1, (0, 1))
    hall.jump(number, 0.0, -20.0, 0.0, 30.0)
    footfall.look(30.0)
    hall.jump(number, *front(scene, LEFT, 1.0), 0.0, 31.0)
    assert [sums(footfall.look(at)) for at in (31.0, 60.0)] == [(0, 0), (0, 0)], "the same stay counts once"
    hall.jump(number, *front(scene, RIGHT, 1.0), 0.0, 61.0)
    assert footfall.look(61.0).passed[RIGHT, NL] == 1


def test_who_only_walks_by_does_not_stop() -> None:
    scene = two_booths()
    hall = Hall(scene)
    footfall = hall.footfall()
    number = put(hall, footfall, *front(scene, LEFT, 1.0))
    for second in range(60):
        hall.jump(number, *front(scene, LEFT if second % 30 < 15 else RIGHT, 1.0), 0.0, float(second))
        assert footfall.look(float(second)).stopped.sum() == 0


@pytest.mark.parametrize(
    ("metres", "near"), [(-1.0, True), (0.5, True), (NEAR_M - 0.5, True), (NEAR_M + 0.5, False), (-3.5, False)]
)
def test_near_is_within_three_metres_and_not_behind(metres: float, near: bool) -> None:
    scene = two_booths()
    hall = Hall(scene)
    footfall = hall.footfall()
    put(hall, footfall, *front(scene, LEFT, metres))
    assert footfall.look(0.0).passed.sum() == near


def test_of_two_slots_the_nearer_counts() -> None:
    scene = structs.replace(
        two_booths(),
        slots=[Slot(id="A1", size="S", x=0, y=0, heading=180), Slot(id="B1", size="S", x=0, y=-7, heading=0)],
    )
    hall = Hall(scene)
    footfall = hall.footfall()
    put(hall, footfall, *front(scene, LEFT, 1.0))
    put(hall, footfall, *front(scene, RIGHT, 1.0))
    assert footfall.look(0.0).passed.sum(axis=1).tolist() == [1, 1]


def test_bots_count_nowhere_and_staff_everywhere_but_at_their_own_booth() -> None:
    scene = two_booths()
    hall = Hall(scene)
    footfall = hall.footfall()
    for besides, passed in ((None, [0, 0]), ((LEFT,), [0, 1]), ((), [1, 1])):
        number = hall.enter(Somebody(), *front(scene, LEFT, 1.0), 0.0, 0.0).number
        assert footfall.newcomers().tolist() == [number]
        footfall.introduce(number, FR, besides)
        first = footfall.look(0.0).passed
        hall.jump(number, *front(scene, RIGHT, 1.0), 0.0, 1.0)
        assert (first + footfall.look(1.0).passed).sum(axis=1).tolist() == passed
        hall.leave(number)


def test_a_number_given_anew_is_another_stay() -> None:
    scene = two_booths()
    hall = Hall(scene, capacity=1)
    footfall = hall.footfall()
    seen = set()
    for stay in range(4):
        number = put(hall, footfall, *front(scene, LEFT, 1.0))
        seen.add(number)
        assert footfall.look(float(stay)).passed.sum() == 1
        hall.leave(number)
        for _ in range(45):  # numbers rest
            hall.tick(float(stay))
    assert len(seen) < 4


def test_nobody_counts_before_being_introduced() -> None:
    scene = two_booths()
    hall = Hall(scene)
    footfall = hall.footfall()
    hall.enter(Somebody(), *front(scene, LEFT, 1.0), 0.0, 0.0)
    assert sums(footfall.look(0.0)) == (0, 0)


def test_among_nodes_each_counts_its_own_and_begins_anew_with_another_slot() -> None:
    scene = two_booths()
    hall = Hall(scene, slot=3)
    footfall = hall.footfall()
    number = put(hall, footfall, *front(scene, LEFT, 1.0))
    assert footfall.look(0.0).passed.sum() == 1
    hall.leave(number)
    hall.settle(5)
    assert put(hall, footfall, *front(scene, LEFT, 1.0)) != number
    assert footfall.look(1.0).passed.sum() == 1


def test_a_hall_without_booths_counts_nothing() -> None:
    hall = Hall(room())
    footfall = hall.footfall()
    put(hall, footfall, 0.0, 0.0)
    assert footfall.look(0.0).passed.shape == (0, len(LANGUAGES))


def test_a_full_hall_is_looked_at_as_a_whole() -> None:
    scene = two_booths()
    hall = Hall(scene)
    footfall = hall.footfall()
    rng = np.random.default_rng(7)
    places = rng.uniform(-24, 24, (2000, 2))
    for x, y in places:
        hall.enter(Somebody(), float(x), float(y), 0.0, 0.0)
    for number in footfall.newcomers().tolist():
        footfall.introduce(number, FR, ())
    looked = footfall.look(0.0)
    assert 0 < looked.passed.sum() < 2000
    assert footfall.look(STOPPED_S).stopped.sum() == looked.passed.sum()
