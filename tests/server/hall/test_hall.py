import contextlib
import math
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from halles.errors import Rejection
from halles.ids import HallId, VisitId
from halles.protocol import codec, far_slice
from halles.protocol.messages import Move, PoseBatch
from halles.protocol.pose_batch import read
from halles.protocol.table import Direction
from halles.world.look import Look
from halles.world.roles import Role
from halles.world.scene import Names, Obstacle, Scene, Spawn
from halles.world.text import Language
from halles_server.hall.hall import Hall, Tick

VISIT = VisitId("v")
LOOK = Look()
ANY = Names(fr="Halle", nl="Hal", en="Hall")


@dataclass(frozen=True)
class Somebody:
    visit: VisitId = VISIT
    name: str = "Zoë"
    role: Role = Role.GUEST
    language: Language = "fr"
    look: Look = LOOK
    bot: bool = False


def room(size: float = 50.0) -> Scene:
    half = size / 2
    return Scene(
        id=HallId("room"),
        name=ANY,
        region=ANY,
        subject=ANY,
        colour="b4452f",
        style="crane",
        outline=[(-half, -half), (half, -half), (half, half), (-half, half)],
        spawns=[Spawn(id="door", x=0, y=0, heading=0)],
        obstacles=[Obstacle(kind="wall", x=0, y=5, width=8, depth=0.2)],
    )


def crowd(hall: Hall, people: int, seed: int = 1) -> list[int]:
    rng = np.random.default_rng(seed)
    places = rng.uniform(-20, 20, (people, 2))
    return [hall.enter(Somebody(), float(x), float(y) - 3 * (4 < y < 6), 0.0, 0.0).number for x, y in places]


def batches(tick: Tick) -> dict[int, PoseBatch]:
    seen: dict[int, PoseBatch] = {}
    for frame in tick.frames:
        batch = codec.decode(frame.payload, Direction.TO_CLIENT)
        assert isinstance(batch, PoseBatch)
        for viewer in frame.viewers.tolist():
            assert viewer not in seen, "two frames for one viewer"
            seen[viewer] = batch
    return seen


def near_of(batch: PoseBatch) -> dict[int, np.void]:
    return {int(record["number"]): record for record in read(batch.near)}


def step_of(hall: Hall, number: int, sequence: int, dx: float, dy: float) -> None:
    pose = hall.pose(number)
    hall.submit(number, Move(sequence, round((pose.x + dx) * 100), round((pose.y + dy) * 100), 0, 0))


def test_two_people_see_each_others_step_with_the_next_tick() -> None:
    hall = Hall(room())
    one, two = (hall.enter(Somebody(), x, 0, 0, 0.0).number for x in (0.0, 2.0))
    hall.tick(0.05)
    step_of(hall, one, 1, 0.1, 0.0)
    record = near_of(batches(hall.tick(0.1))[two])[one]
    assert (int(record["x"]), int(record["y"])) == (10, 0)


def test_newcomers_and_leavers_are_told_once() -> None:
    hall = Hall(room())
    one = hall.enter(Somebody(name="A"), 0, 0, 0, 0.0).number
    first = hall.tick(0.05)
    assert [card.name for card in first.entered] == ["A"]
    hall.leave(one)
    second = hall.tick(0.1)
    assert (second.entered, second.left) == ((), (one,))
    assert hall.tick(0.15).left == ()
    assert hall.people == 0


def test_a_changed_role_is_told_with_the_next_tick_and_to_nobody_of_who_has_gone() -> None:
    hall = Hall(room())
    one, two = (hall.enter(Somebody(name=name), 0, 0, 0, 0.0).number for name in ("A", "B"))
    hall.tick(0.05)
    for number in (one, two):
        hall.renew(number, Role.MODERATOR)
    hall.leave(two)
    tick = hall.tick(0.1)
    assert [(card.number, card.role) for card in tick.entered] == [(one, Role.MODERATOR)]
    assert hall.card(one).role is Role.MODERATOR


def test_who_comes_and_goes_between_two_ticks_is_only_told_gone() -> None:
    hall = Hall(room())
    number = hall.enter(Somebody(), 0, 0, 0, 0.0).number
    hall.leave(number)
    tick = hall.tick(0.05)
    assert (tick.entered, tick.left) == ((), (number,))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.booleans(), max_size=120))
def test_enters_and_leaves_balance(coming: list[bool]) -> None:
    hall = Hall(room(), capacity=20)
    here: set[int] = set()
    told: set[int] = set()
    for i, comes in enumerate(coming):
        if comes and len(here) < 20:
            with contextlib.suppress(Rejection):  # the last free numbers may be resting
                here.add(hall.enter(Somebody(), 0, 0, 0, i / 20).number)
        elif here:
            hall.leave(here.pop())
        if i % 3 == 0:
            tick = hall.tick(i / 20)
            told = (told | {card.number for card in tick.entered}) - set(tick.left)
            assert told == here
    assert hall.people == len(here)


def test_a_full_hall_refuses_and_a_number_rests_before_it_is_given_again() -> None:
    hall = Hall(room(), capacity=2)
    first = hall.enter(Somebody(), 0, 0, 0, 0.0).number
    hall.enter(Somebody(), 1, 0, 0, 0.0)
    with pytest.raises(Rejection, match="HALL_FULL"):
        hall.enter(Somebody(), 1, 0, 0, 0.0)
    given = [first]
    for _ in range(2):
        hall.leave(given[-1])
        given.append(hall.enter(Somebody(), 1, 0, 0, 0.0).number)
    assert len(set(given)) == 3, "who comes back at once takes no number that rests"
    hall.leave(given[-1])
    with pytest.raises(Rejection):
        hall.enter(Somebody(), 1, 0, 0, 0.0)
    for i in range(60):
        hall.tick(i / 20)
    assert hall.enter(Somebody(), 1, 0, 0, 3.0).number == first


def test_a_teleport_is_never_seen_and_is_corrected() -> None:
    hall = Hall(room())
    one, _ = (hall.enter(Somebody(), x, 0, 0, 0.0).number for x in (0.0, 2.0))
    hall.tick(0.05)
    for i in range(100):
        hall.submit(one, Move(i, 2000, 2000, 0, 0))
        tick = hall.tick(0.1 + i * 0.05)
        ((number, correction),) = tick.corrections
        assert (number, correction.sequence, correction.x, correction.y) == (one, i, 0, 0)
        assert correction.reason == "too-far"
        for batch in batches(tick).values():
            assert all(abs(int(record["x"])) < 300 for record in read(batch.near))
    assert hall.pose(one).x == 0


def test_a_step_into_a_wall_is_corrected_with_its_reason() -> None:
    hall = Hall(room())
    one = hall.enter(Somebody(), 0, 4.4, 0, 0.0).number
    hall.submit(one, Move(1, 0, 500, 0, 0))
    ((_, correction),) = hall.tick(0.5).corrections
    assert correction.reason == "wall"


def test_a_walk_through_a_thin_wall_is_corrected() -> None:
    hall = Hall(room())
    one = hall.enter(Somebody(), 0, 4.4, 0, 0.0).number
    hall.tick(0.05)
    hall.submit(one, Move(1, 0, 560, 0, 0))
    assert hall.tick(1.5).corrections
    assert hall.pose(one).y == 4.4


def test_nobody_runs_faster_than_a_run_for_long() -> None:
    hall = Hall(room())
    one = hall.enter(Somebody(), -20, -20, 0, 0.0).number
    now, sequence = 0.0, 0
    while now < 6.0:
        now, sequence = now + 0.05, sequence + 1
        step_of(hall, one, sequence, 0.3, 0.0)  # 6 m/s
        hall.tick(now)
    assert hall.pose(one).x + 20 <= 2.8 * 1.2 * 7.0 + 1.5


def test_the_slack_of_many_small_steps_adds_up_to_no_speed() -> None:
    hall = Hall(room())
    one = hall.enter(Somebody(), -24, -20, 0, 0.0).number
    for i in range(1, 201):  # 3.8 m/s while the credit lasts, then as fast as is believed
        step_of(hall, one, i, 0.19, 0.0)
        hall.tick(i * 0.05)
    assert hall.pose(one).x + 24 <= 2.8 * 1.2 * 11.0 + 0.1


def test_packets_that_bunch_are_forgiven() -> None:
    hall = Hall(room())
    one = hall.enter(Somebody(), -10, 0, 0, 0.0).number
    corrections = 0
    x = -10.0
    for i in range(200):  # a runner whose packets come in pairs, 50 and 150 ms apart
        x += 0.28 if x < 15 else 0.0
        hall.submit(one, Move(i, round(x * 100), 0, 0, 0))
        corrections += len(hall.tick(0.1 * i + (0.05 if i % 2 else 0.0)).corrections)
    assert corrections == 0


def test_everybody_in_a_large_hall_is_heard_of_within_a_second() -> None:
    hall = Hall(room(), tick_hz=10)
    numbers = crowd(hall, 600)
    heard: dict[int, set[int]] = {number: set() for number in numbers}
    for i in range(1, 12):
        for k, number in enumerate(numbers):
            step_of(hall, number, i, 0.05 * math.cos(k), 0.05 * math.sin(k))
        tick = hall.tick(i / 10)
        if i > 1:
            for viewer, batch in batches(tick).items():
                heard[viewer].update(near_of(batch))
                heard[viewer].update(int(record["number"]) for record in far_slice.read(batch.far).records)
    assert all(heard[viewer] == set(numbers) for viewer in numbers)


def test_in_a_hall_that_is_not_full_everybody_is_heard_of_more_often() -> None:
    hall = Hall(room(), tick_hz=20)
    numbers = crowd(hall, 300)
    told: Counter[int] = Counter()
    for i in range(1, 21):
        for k, number in enumerate(numbers):
            step_of(hall, number, i, 0.05 * math.cos(k), 0.05 * math.sin(k))
        batch = batches(hall.tick(i / 20))[numbers[0]]
        told.update(far_slice.read(batch.far).records["number"].tolist())
    assert min(told[number] for number in numbers) == 5


@pytest.mark.parametrize("people", [100, 300, 700])
@pytest.mark.parametrize("tick_hz", [10, 25])
def test_who_gets_no_spare_frames_hears_of_everybody_all_the_same(people: int, tick_hz: int) -> None:
    hall = Hall(room(), tick_hz=tick_hz)
    numbers = crowd(hall, people)
    coarse: set[int] = set()
    full: set[int] = set()
    for i in range(1, 11 * tick_hz):
        hall.submit(numbers[i % people], Move(i, 100 * (i % 2), -300, 0, 0))
        for frame in hall.tick(i / tick_hz).frames:
            batch = codec.decode(frame.payload, Direction.TO_CLIENT)
            assert isinstance(batch, PoseBatch)
            if numbers[0] in frame.viewers and not frame.spare:
                full |= set(near_of(batch))
                coarse |= set(far_slice.read(batch.far).records["number"].tolist()) if i <= 3 * tick_hz else set()
    assert coarse == set(numbers), "within two turns"
    assert full == set(numbers), "within ten"


def test_one_spot_with_everybody_still_makes_small_frames() -> None:
    hall = Hall(room(), tick_hz=10)
    rng = np.random.default_rng(3)
    numbers = [hall.enter(Somebody(), *rng.uniform(-4, 4, 2).tolist(), 0, 0.0).number for _ in range(1000)]
    tick = hall.tick(0.1)
    assert sum(frame.viewers.size for frame in tick.frames) == len(numbers)
    assert max(len(frame.payload) for frame in tick.frames) < 64 * 9 + 150 * 3 + 60
    assert max(frame.viewers.size for frame in tick.frames) <= 32
    for viewer, batch in batches(tick).items():
        assert viewer in near_of(batch)


@pytest.mark.parametrize("cap", [64, 48])
@pytest.mark.parametrize(
    ("wide", "high"), [(20.0, 20.0), (4.0, 4.0), (20.0, 0.4)], ids=["all over the hall", "around a stage", "in a queue"]
)
def test_who_is_told_of_is_nearest_to_those_who_are_told(wide: float, high: float, cap: int) -> None:
    hall = Hall(room(), tick_hz=10, capacity=3000, near_cap=cap)
    rng = np.random.default_rng(5)
    normal = wide < 20
    where = rng.normal(0, wide, (3000, 2)).clip(-20, 20) if normal else rng.uniform(-1, 1, (3000, 2)) * (wide, high)
    numbers = [hall.enter(Somebody(), float(x), float(y) - 3 * (4 < y < 6), 0, 0.0).number for x, y in where]
    poses = [hall.pose(number) for number in range(1, len(numbers) + 1)]
    places = np.array([(math.inf, math.inf), *((pose.x, pose.y) for pose in poses)])  # by number; 0 is nobody's
    found = []
    for frame in hall.tick(0.1).frames:
        batch = codec.decode(frame.payload, Direction.TO_CLIENT)
        assert isinstance(batch, PoseBatch)
        viewers, told = set(frame.viewers.tolist()), set(near_of(batch))
        assert viewers <= told
        assert len(told) == cap
        mine = places[frame.viewers]
        away = np.hypot(*np.clip(np.maximum(mine.min(axis=0) - places, places - mine.max(axis=0)), 0, None).T)
        away[frame.viewers] = math.inf
        others = np.argsort(away)[: cap - len(viewers)].tolist()
        found.append(len(told & set(others)) / len(others))
    assert np.mean(found) > 0.95
    assert min(found) >= 0.5


def test_the_last_pose_of_somebody_who_stops_is_sent_and_then_rests() -> None:
    hall = Hall(room())
    one, two = (hall.enter(Somebody(), x, 0, 0, 0.0).number for x in (0.0, 2.0))
    step_of(hall, one, 1, 0.1, 0.0)
    hall.tick(0.05)
    told = [tick for i in range(20, 80) if (tick := hall.tick(i / 20)).frames and two in batches(tick)]
    final = [near_of(batches(tick)[two])[one] for tick in told if one in near_of(batches(tick)[two])]
    assert final
    assert all(int(record["x"]) == 10 for record in final)
    assert len(told) < 12, "a still hall costs next to nothing"


def test_a_jump_is_on_the_servers_word_and_moves_from_before_do_not_undo_it() -> None:
    hall = Hall(room())
    one = hall.enter(Somebody(), 0, 0, 0, 0.0).number
    step_of(hall, one, 1, 0.1, 0.0)
    hall.jump(one, 12, -12, 1.0, 0.05)
    tick = hall.tick(0.1)
    assert tick.corrections == ()
    assert (hall.pose(one).x, hall.pose(one).y) == (12, -12)
    assert hall.pose(one).heading == pytest.approx(1.0, abs=1e-3)


def test_within_counts_who_is_near() -> None:
    hall = Hall(room())
    numbers = [hall.enter(Somebody(), x, -10, 0, 0.0).number for x in (0.0, 3.0, 11.9, 12.5)]
    assert hall.within(numbers[0], 12.0) == numbers[:3]


def test_places_near_are_those_of_whoever_is_near_enough() -> None:
    hall = Hall(room())
    assert hall.places_near(0.0, 0.0, 5.0).shape == (0, 2)
    for x in (0.0, 2.0, 6.0):
        hall.enter(Somebody(), x, 1.0, 0.0, 0.0)
    assert hall.places_near(1.0, 1.0, 1.5).tolist() == [[0.0, 1.0], [2.0, 1.0]]


def test_a_card_tells_newcomers_where_somebody_stands_now() -> None:
    hall = Hall(room())
    one = hall.enter(Somebody(name="Zoë"), 0, 0, 0, 0.0).number
    hall.tick(0.05)
    step_of(hall, one, 1, 0.1, 0.0)
    hall.tick(0.1)
    assert hall.numbers_here(1, 200) == [one]
    card = hall.card(one)
    assert (card.name, card.x, card.y) == ("Zoë", 10, 0)


def test_who_is_held_turns_and_waves_where_they_stand_and_gets_nowhere_not_even_by_small_steps() -> None:
    hall = Hall(room())
    held, free = (hall.enter(Somebody(), x, 0.0, 0.0, 0.0).number for x in (0.0, 2.0))
    hall.hold(held, held=True)
    corrected = []
    for tick in range(1, 60):
        pose = hall.pose(held)
        far = 100 if tick % 2 else round(pose.x * 100) + 1
        hall.submit(held, Move(tick, far, 0, 0, 1000 + tick, 1))
        hall.submit(free, Move(tick, 200 + tick, 0, 0, 0))
        told = hall.tick(tick / 20)
        corrected += [number for number, _ in told.corrections]
    assert (hall.pose(held).x, hall.pose(held).y) == (0.0, 0.0)
    assert hall.pose(free).x == pytest.approx(2.59), "nobody else is held"
    assert set(corrected) == {held}
    assert len(corrected) == 30
    assert hall.card(held).act == 1
    hall.hold(held, held=False)
    hall.submit(held, Move(60, 5, 0, 0, 0))
    assert not hall.tick(3.1).corrections
