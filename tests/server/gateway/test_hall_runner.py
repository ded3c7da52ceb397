"""The beat of a hall: on time, never twice for one tick, and first each one's own frames."""

import asyncio
import contextlib
import math
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from websockets.frames import BINARY, Frame

from halles.errors import Rejection
from halles.ids import HallId, VisitId
from halles.protocol import codec
from halles.protocol.messages import AvatarCard, Move
from halles.protocol.table import Direction
from halles.world.look import Look
from halles.world.roles import Role
from halles.world.scene import Scene
from halles_server.bootstrap import read_scenes
from halles_server.config import ServerConfig
from halles_server.gateway.connection import Connection
from halles_server.gateway.hall_runner import DRIFT_S, HallRunner, off_beat, to_next
from halles_server.gateway.visits import Visit, Visits
from halles_server.hall.hall import Hall, Tick
from halles_server.hall.overload import Overload, Rung
from halles_server.observability import Metrics
from halles_server.ports.visits import Place, VisitRecord
from tests.server.gateway.test_small_frames import connect

RECORD = VisitRecord(VisitId("v0"), None, 0, "Ada", Role.GUEST, "fr", Look(), False, HallId(""), 0, 0, 0, 0)


@pytest.fixture(scope="module")
def scene() -> Scene:
    scenes, _ = read_scenes()
    return scenes[HallId("lille")]


@pytest.fixture
def runner(scene: Scene) -> HallRunner:
    return HallRunner(Hall(scene, capacity=3, tick_hz=20), Overload(20, 64), Metrics())


def _visit(number: int) -> Visit:
    visit, _ = Visits(ServerConfig()).add(replace(RECORD, visit=VisitId(f"v{number}")), "")
    return visit


def _place(runner: HallRunner) -> Place:
    spawn = runner.hall.scene.spawns[0]
    return Place(runner.id, spawn.x, spawn.y, 0.0, 1.0)


def test_a_visit_enters_moves_and_keeps_its_place_when_it_leaves(runner: HallRunner) -> None:
    visit, place = _visit(1), _place(runner)
    card = runner.enter(visit, place, 10.0)
    assert (visit.runner, visit.number, runner.hall.people) == (runner, card.number, 1)
    runner.submit(visit, Move(1, card.x + 10, card.y, 0, 0))
    runner.tick(10.05)
    runner.leave(visit)
    assert (visit.runner, visit.number, runner.hall.people) == (None, 0, 0)
    kept = visit.place()
    assert kept is not None
    assert kept.x == pytest.approx(place.x + 0.1, abs=0.011)


def test_a_full_hall_changes_nothing_for_who_is_refused(runner: HallRunner) -> None:
    for number in range(3):
        runner.enter(_visit(number), _place(runner), 0.0)
    visit = _visit(9)
    with pytest.raises(Rejection, match="HALL_FULL"):
        runner.enter(visit, _place(runner), 0.0)
    assert (visit.runner, visit.number, runner.hall.people) == (None, 0, 3)


def test_newcomers_are_told_who_is_here_now_and_where_within_a_second(runner: HallRunner) -> None:
    visits = [_visit(number) for number in range(3)]
    for visit in visits[:2]:
        runner.enter(visit, _place(runner), 0.0)
    first = list(runner.portions.frames())
    runner.tick(0.05)
    assert next(runner.portions.frames()) is first[0]
    runner.enter(visits[2], _place(runner), 0.1)
    second = list(runner.portions.frames())
    runner.leave(visits[0])
    third = list(runner.portions.frames())
    assert len(first) == len(second) == len(third) == 1
    assert len(third[0]) < len(second[0]) > len(first[0])
    for beat in range(runner.hall.tick_hz):
        runner.tick(0.2 + beat / runner.hall.tick_hz)
    assert next(runner.portions.frames()) is not third[0]


def test_ticks_keep_to_an_absolute_schedule_and_a_late_one_is_left_out(runner: HallRunner) -> None:
    metrics = runner._metrics

    async def run() -> float:
        began = time.monotonic()
        task = asyncio.create_task(runner.run())
        await asyncio.sleep(0.3)
        # Somebody holds up the loop for more than four periods.
        asyncio.get_running_loop().call_soon(time.sleep, 0.22)
        await asyncio.sleep(0.3)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return time.monotonic() - began

    beats = asyncio.run(run()) * runner.hall.tick_hz
    skipped = metrics.registry.get_sample_value("halles_ticks_skipped_total") or 0.0
    assert skipped >= 2, "missed ticks are not caught up on"
    assert beats - 2 <= _count(metrics) + skipped <= beats + 1, "and yet the schedule does not drift"
    assert metrics.registry.get_sample_value("halles_tick_lag_seconds_count") == _count(metrics)
    assert metrics.registry.get_sample_value("halles_ticks_late_total"), "the one that was held up"


def _count(metrics: Metrics) -> float:
    return metrics.registry.get_sample_value("halles_tick_build_seconds_count") or 0.0


def test_a_tick_that_fails_is_counted_and_the_next_comes(runner: HallRunner) -> None:
    visit = _visit(1)
    runner.enter(visit, _place(runner), 0.0)

    async def run() -> None:
        task = asyncio.create_task(runner.run())
        await asyncio.sleep(0.12)
        # A row that nobody holds, as a bug of ours would leave one: its card is missing.
        runner.hall._presence._came.append(2)
        before = _count(runner._metrics)
        async with asyncio.timeout(10):
            while _count(runner._metrics) < before + 3:  # noqa: ASYNC110 - a counter wakes nobody
                await asyncio.sleep(0.02)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(run())
    assert runner._metrics.registry.get_sample_value("halles_faults_total", {"place": "tick"}) == 1


def test_a_beat_that_is_always_late_sheds_detail_and_says_so(runner: HallRunner) -> None:
    now = 0.0
    while runner.overload.rung < Rung.FAR:
        now += runner.overload.period
        runner.note_lag(runner.overload.period, 0.0, now)
        assert now < 60.0
    value = runner._metrics.registry.get_sample_value
    assert value("halles_overload_rung") == Rung.FAR
    assert value("halles_overload_steps_total", {"rung": "near", "way": "up"}) == 1
    assert value("halles_overload_steps_total", {"rung": "far", "way": "up"}) == 1
    while runner.overload.rung:
        now += runner.overload.period
        runner.note_lag(0.0, 0.0, now)
        assert now < 120.0
    assert value("halles_overload_rung") == Rung.NOTHING
    assert value("halles_overload_steps_total", {"rung": "near", "way": "down"}) == 1


@pytest.mark.parametrize(
    ("spent", "beats"), [(0.0, 1), (0.03, 1), (0.09, 1), (0.11, 1), (0.149, 1), (0.151, 2), (0.24, 2), (0.26, 3)]
)
def test_a_tick_is_left_out_only_where_it_would_begin_over_half_a_period_late(spent: float, beats: int) -> None:
    assert to_next(spent, 0.1) == beats


@pytest.mark.parametrize("phase", [0.0, 0.25, 0.9])
@pytest.mark.parametrize("begun", [1000.0, 1000.013, 1000.026, 1000.049])
def test_nodes_that_begin_at_any_time_soon_tick_together(phase: float, begun: float) -> None:
    due, period, steps = begun, 0.05, []
    for _ in range(60):
        sooner = off_beat(due, period, phase)
        steps.append(abs(sooner))
        due += period - sooner
    assert max(steps) <= DRIFT_S
    assert abs(math.remainder(due - phase * period, period)) < 1e-6
    assert off_beat(due, period, phase) == pytest.approx(0.0, abs=1e-6)


def test_a_hall_whose_ticks_take_longer_than_a_period_leaves_something_out(
    runner: HallRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = runner.begin

    def slowly(now: float) -> Tick:
        time.sleep(1.2 / runner.hall.tick_hz)
        return begin(now)

    monkeypatch.setattr(runner, "begin", slowly)

    async def run() -> None:
        task = asyncio.create_task(runner.run())
        async with asyncio.timeout(10):
            while runner.overload.rung == Rung.NOTHING:  # noqa: ASYNC110 - a rung wakes nobody
                await asyncio.sleep(0.02)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(run())


@contextlib.contextmanager
def walking(runner: HallRunner) -> Iterator[tuple[Visit, AvatarCard, Connection]]:
    """A visit in the hall, with its connection."""
    connection, listener = connect(ServerConfig())
    visit, place = _visit(1), _place(runner)
    visit.connection, connection.visit = connection, visit
    listener.take = lambda connection, data, now: runner.submit(visit, codec.decode(data, Direction.TO_SERVER))
    card = runner.enter(visit, place, 10.0)
    runner.tick(10.05)
    yield visit, card, connection
    connection._deadline.cancel()


def say(connection: Connection, move: Move) -> None:
    connection.data_received(Frame(BINARY, codec.encode(move)).serialize(mask=True))


def test_moves_of_the_lane_are_judged_by_the_tick(runner: HallRunner) -> None:
    async def run() -> None:
        with walking(runner) as (visit, card, connection):
            say(connection, Move(1, card.x + 5, card.y, 0, 0))
            say(connection, Move(2, card.x + 10, card.y, 0, 0))
            runner.begin(10.1)
            assert runner.hall.pose(visit.number).x == pytest.approx(card.x / 100 + 0.1, abs=0.011)

    asyncio.run(run())


def test_a_move_from_before_a_jump_is_forgotten_with_it(runner: HallRunner) -> None:
    async def run() -> None:
        with walking(runner) as (visit, card, connection):
            say(connection, Move(1, card.x + 10, card.y, 0, 0))
            place = _place(runner)
            runner.jump(visit, Place(place.hall, place.x + 0.5, place.y, 0.0, place.heading), 10.06)
            runner.begin(10.1)
            assert runner.hall.pose(visit.number).x == pytest.approx(place.x + 0.5, abs=0.011)

    asyncio.run(run())


def test_the_last_move_before_a_connection_breaks_counts(runner: HallRunner) -> None:
    async def run() -> None:
        with walking(runner) as (visit, card, connection):
            say(connection, Move(1, card.x + 10, card.y, 0, 0))
            connection.connection_lost(None)
            runner.detach(visit, 10.06)
            runner.begin(10.1)
            assert runner.hall.pose(visit.number).x == pytest.approx(card.x / 100 + 0.1, abs=0.011)

    asyncio.run(run())


def test_a_node_that_may_not_speak_hears_each_move_alone(runner: HallRunner) -> None:
    async def run() -> None:
        with walking(runner) as (_, card, connection):
            heard: list[bytes] = []
            connection._receiver.take = lambda connection, data, now: heard.append(data)
            runner.speaks = lambda: False
            move = Move(1, card.x + 10, card.y, 0, 0)
            say(connection, move)
            runner.begin(10.1)
            assert heard == [codec.encode(move)], "whoever hears it sends the visitor away"

    asyncio.run(run())
