"""A film on a stage's main screen, decoded by its real process: it is where the board says, and catches up alone."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

import numpy as np
import pytest

from halles.errors import Unavailable
from halles.ids import MediaId
from halles_client.stage_board import FilmNow
from halles_client.view.stage_film import AGAIN_S, StageFilm
from halles_client.view.window import Window
from tests.support import films
from tests.support.live_hall import SCENE

LASTS = 8.0
FILM, GONE = MediaId("f" * 64 + ".mp4"), MediaId("0" * 64 + ".mp4")
MAIN = next(screen for screen in SCENE.screens if screen.id == "main")


class Shelf:
    """One film; counts what is asked for."""

    def __init__(self, file: Path) -> None:
        self.file, self.asked = file, list[str]()

    def fetch(self, media: MediaId) -> "Future[Path]":
        self.asked.append(media)
        future: Future[Path] = Future()
        if media == FILM:
            future.set_result(self.file)
        else:
            future.set_exception(Unavailable("gone"))
        return future


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return films.write(tmp_path_factory.mktemp("films") / "film.mp4", LASTS)


@pytest.fixture
def shelf(file: Path) -> Shelf:
    return Shelf(file)


@pytest.fixture
def film(window: Window, shelf: Shelf) -> Iterator[StageFilm]:
    made = StageFilm(window, shelf.fetch)
    made.show_hall(MAIN)
    yield made
    made.close()


def run(film: StageFilm, now_is: Callable[[], FilmNow], until: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not until():
        assert time.monotonic() < end
        film.step(now_is(), time.monotonic())
        time.sleep(0.005)


def moment(window: Window) -> float:
    """The moment of the film that is seen on the screen."""
    window.base.camera.set_pos(MAIN.x, MAIN.y - 3.0, MAIN.z + 2.0)
    window.base.camera.look_at(MAIN.x, MAIN.y, MAIN.z + 2.0)
    window.step()
    window.step()
    shot = np.asarray(window.picture())
    return (float(shot[shot.shape[0] // 2, shot.shape[1] // 2, 1]) - 40) / 180 * LASTS


def test_a_film_that_stands_still_is_seen_where_it_stands_and_where_it_is_sought(
    window: Window, film: StageFilm
) -> None:
    run(film, lambda: FilmNow(FILM, 2.0, playing=False), lambda: film.playing == FILM)
    assert moment(window) == pytest.approx(2.0, abs=0.25)
    run(film, lambda: FilmNow(FILM, 6.0, playing=False), lambda: abs(moment(window) - 6.0) < 0.25)


def test_who_joins_in_the_middle_sees_the_same_moment_as_the_clock(window: Window, film: StageFilm) -> None:
    begun = time.monotonic() - 3.0

    def now_is() -> FilmNow:
        return FilmNow(FILM, min(time.monotonic() - begun, LASTS), playing=True)

    def in_step() -> bool:
        if film.playing is None:
            return False
        return abs(moment(window) - now_is().seconds) < 0.25

    run(film, now_is, in_step)


def test_it_goes_with_the_screen_and_one_that_does_not_come_is_tried_again_later(film: StageFilm, shelf: Shelf) -> None:
    run(film, lambda: FilmNow(FILM, 2.0, playing=False), lambda: film.playing == FILM)
    player = film._player
    assert player is not None
    film.step(None, 0.0)
    assert film.playing is None
    end = time.monotonic() + 20
    while player.running:
        assert time.monotonic() < end
        time.sleep(0.005)
    for now in (0.0, 0.1, AGAIN_S / 2, AGAIN_S + 0.2, AGAIN_S + 0.3):
        film.step(FilmNow(GONE, 0.0, playing=True), now)
    assert shelf.asked.count(GONE) == 2
