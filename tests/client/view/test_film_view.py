"""A film on a booth's screen, drawn offscreen in the real window."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

import numpy as np
import pytest

from halles.errors import Unavailable
from halles.ids import BoothId, HallId, MediaId
from halles.protocol.messages import BoothCard
from halles.world.scene import Scene
from halles_client.films.player import Player
from halles_client.view.booth_kit import places
from halles_client.view.film_view import AGAIN_S, LEFT_M, FilmView
from halles_client.view.window import Window
from tests.support import films
from tests.support.plans import PLANS

STARTS = frozenset({"subprocess.Popen", "os.fork", "os.posix_spawn"})
AUDITORS: list[Callable[[str], object]] = []
"""Whoever wants to hear of what Python does; a hook of the interpreter cannot be taken away again."""

sys.addaudithook(lambda event, _: AUDITORS[-1](event) if AUDITORS else None)

FILM, GONE = MediaId("f" * 64 + ".mp4"), MediaId("0" * 64 + ".mp4")


@pytest.fixture(scope="module")
def scene() -> Scene:
    return PLANS.scenes[HallId("lille")]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return films.write(tmp_path_factory.mktemp("films") / "film.mp4")


class Shelf:
    """One film; counts what is asked for."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.asked: list[str] = []

    def fetch(self, media: MediaId) -> "Future[Path]":
        self.asked.append(media)
        future: Future[Path] = Future()
        if media == FILM:
            future.set_result(self.file)
        else:
            future.set_exception(Unavailable("gone"))
        return future


@pytest.fixture
def shelf(file: Path) -> Shelf:
    return Shelf(file)


@pytest.fixture
def view(window: Window, shelf: Shelf) -> Iterator[FilmView]:
    window.base.render.set_shader_input("tone", (1.0, 0.003, 0.97, 0.0))
    window.base.render.set_shader_input("fog_colour", (0.5, 0.5, 0.5, 1.0))
    found = FilmView(window, shelf.fetch)
    yield found
    found.close()


def card(scene: Scene, index: int, film: MediaId) -> BoothCard:
    return BoothCard(BoothId(f"booth-{index}"), scene.slots[index].id, 1, "Studio", "company", 0, (), film=film)


def before_screen(scene: Scene, index: int, metres: float = 2.0) -> tuple[float, float]:
    screen = places(scene.slots[index]).panels["screen"]
    return screen.x - metres * float(np.sin(screen.heading)), screen.y + metres * float(np.cos(screen.heading))


def run(view: FilmView, place: tuple[float, float], until: Callable[[], bool]) -> None:
    begun = time.monotonic()
    while not until():
        now = time.monotonic() - begun
        assert now < 20
        view.step(*place, now, now)
        time.sleep(0.005)


def seen(window: Window, scene: Scene, index: int) -> int:
    """The grey in the middle of the screen of who stands before a booth's screen."""
    screen = places(scene.slots[index]).panels["screen"]
    window.base.camera.set_pos(*before_screen(scene, index, 1.2), screen.z)
    window.base.camera.look_at(screen.x, screen.y, screen.z)
    window.step()
    window.step()
    shot = window.picture()
    return int(shot.getpixel((shot.width // 2, shot.height // 2))[1])  # type: ignore[index]


def test_the_film_of_the_booth_that_one_stands_at_plays_and_goes_on(
    window: Window, view: FilmView, scene: Scene
) -> None:
    view.show(scene, {BoothId("booth-1"): card(scene, 1, FILM)})
    place, greys = before_screen(scene, 1), set[int]()
    run(view, place, lambda: view.playing == "booth-1")

    def moved_on() -> bool:
        greys.add(seen(window, scene, 1) // 8)
        return len(greys) >= 4

    run(view, place, moved_on)


def test_a_film_stops_where_one_leaves_and_where_the_booth_has_none_any_more(view: FilmView, scene: Scene) -> None:
    view.show(scene, {BoothId("booth-1"): card(scene, 1, FILM)})
    run(view, before_screen(scene, 1), lambda: view.playing == "booth-1")
    player = view._player
    assert player is not None
    view.step(*before_screen(scene, 1, LEFT_M + 1.0), 100.0, 100.0)
    assert view.playing is None
    ended(player)
    run(view, before_screen(scene, 1), lambda: view.playing == "booth-1")
    view.show(scene, {})
    assert view.playing is None


def test_a_booth_that_changes_beside_its_film_does_not_stop_it(view: FilmView, scene: Scene) -> None:
    view.show(scene, {BoothId("booth-1"): card(scene, 1, FILM)})
    run(view, before_screen(scene, 1), lambda: view.playing == "booth-1")
    player = view._player
    view.show(scene, {BoothId("booth-1"): card(scene, 1, FILM), BoothId("booth-2"): card(scene, 2, GONE)})
    assert view._player is player


def ended(player: Player) -> None:
    end = time.monotonic() + 20
    while player.running:
        assert time.monotonic() < end
        time.sleep(0.005)


def test_no_process_is_started_or_waited_for_while_a_frame_is_drawn(view: FilmView, scene: Scene) -> None:
    started: list[str] = []
    AUDITORS.append(lambda event: started.append(threading.current_thread().name) if event in STARTS else None)
    view.show(scene, {BoothId("booth-1"): card(scene, 1, FILM)})
    run(view, before_screen(scene, 1), lambda: view.playing == "booth-1")
    AUDITORS.clear()
    assert started
    assert threading.main_thread().name not in started


def test_who_passes_by_while_a_film_starts_leaves_nothing_running(view: FilmView, scene: Scene) -> None:
    view.show(scene, {BoothId("booth-1"): card(scene, 1, FILM)})
    run(view, before_screen(scene, 1), lambda: view._starting is not None)
    starting = view._starting
    assert starting is not None
    view.step(*before_screen(scene, 1, LEFT_M + 1.0), 100.0, 100.0)
    assert view.playing is None
    ended(starting.result())


def test_a_film_that_does_not_come_is_tried_again_later(view: FilmView, scene: Scene, shelf: Shelf) -> None:
    view.show(scene, {BoothId("booth-1"): card(scene, 1, GONE)})
    place = before_screen(scene, 1)
    for now in (0.0, 0.1, 0.2, AGAIN_S / 2, AGAIN_S + 0.2, AGAIN_S + 0.3):
        view.step(*place, now, now)
    assert shelf.asked == [GONE, GONE]
    assert view.playing is None
