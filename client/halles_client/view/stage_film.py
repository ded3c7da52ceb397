"""The film on a stage's main screen: fetched, decoded elsewhere, and where the server's clock says it is.

Who stalls, or comes in the middle, is told the place anew each second and catches up alone. Until its first picture is
there the screen shows what it showed before.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from panda3d.core import SamplerState, Texture

from halles.errors import HallesError
from halles.ids import MediaId
from halles.world.scene import Screen
from halles_client.films.player import Player
from halles_client.stage_board import FilmNow
from halles_client.view.plates import LIFT_M, OVER_M, Plate, surface_of
from halles_client.view.window import Window

Fetch = Callable[[MediaId], "Future[Path]"]

SIZE: Final = (960, 540)
TELL_S: Final = 1.0
APART_S: Final = 0.1
"""A place that differs by more from what was expected is told at once: somebody sought."""

AGAIN_S: Final = 15.0


class StageFilm:
    """The film of the hall's stage in one window."""

    def __init__(self, window: Window, fetch: Fetch) -> None:
        self._window, self._fetch = window, fetch
        self._root: Any = window.base.render.attach_new_node("stage film")
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="halles stage film")
        self._plate: Plate | None = None
        self._texture: Any = None
        self._media: MediaId | None = None
        self._fetching: Future[Path] | None = None
        self._starting: Future[Player] | None = None
        self._player: Player | None = None
        self._told: tuple[float, float, bool] | None = None
        self._again: tuple[MediaId, float] | None = None

    @property
    def playing(self) -> MediaId | None:
        """The film whose picture is on the screen now."""
        return self._media if self._plate is not None and self._plate.shown else None

    def show_hall(self, screen: Screen | None) -> None:
        """Takes a hall's main screen."""
        self._stop()
        if self._plate is not None:
            self._plate.node.remove_node()
        self._plate = None
        if screen is not None:
            self._plate = Plate(self._window, self._root, "stage film", surface_of(screen, LIFT_M + OVER_M))

    def step(self, film: FilmNow | None, now: float) -> None:
        """Starts, follows and stops; call once a frame with any clock's seconds."""
        if film is None or film.media != self._media:
            self._stop()
        if film is None or self._plate is None:
            return
        if self._player is not None:
            self._go_on(self._player, film, now)
        elif self._starting is not None:
            self._started(self._starting, now)
        elif self._fetching is not None:
            self._begin(self._fetching, now)
        elif self._again is None or self._again[0] != film.media or now >= self._again[1]:
            self._media, self._fetching = film.media, self._fetch(film.media)

    def close(self) -> None:
        """Takes it off, and waits for the process to end."""
        self.show_hall(None)
        self._root.remove_node()
        self._threads.shutdown()

    def _begin(self, fetched: "Future[Path]", now: float) -> None:
        if not fetched.done():
            return
        self._fetching = None
        if fetched.cancelled() or isinstance(fetched.exception(), HallesError):
            self._leave_alone(now)
        else:
            self._starting = self._threads.submit(Player, fetched.result(), SIZE)

    def _started(self, starting: "Future[Player]", now: float) -> None:
        if not starting.done():
            return
        self._starting = None
        if isinstance(starting.exception(), OSError | ValueError):  # no process is to be had, or this is no film
            self._leave_alone(now)
        else:
            self._player, self._told = starting.result(), None

    def _go_on(self, player: Player, film: FilmNow, now: float) -> None:
        if self._due(film, now):
            self._told = now, film.seconds, film.playing
            player.run_from(film.seconds, playing=film.playing)
        picture = player.picture()
        if picture is not None and self._plate is not None:
            if self._texture is None:
                self._texture = _texture()
            self._texture.set_ram_image(picture.tobytes())
            if not self._plate.shown:
                self._plate.show_texture(self._texture)
        elif picture is None and not player.running:
            self._leave_alone(now)

    def _due(self, film: FilmNow, now: float) -> bool:
        """Tells whether the process is to be told where the film is."""
        if self._told is None:
            return True
        when, where, playing = self._told
        expected = where + (now - when if playing else 0.0)
        return film.playing != playing or abs(film.seconds - expected) > APART_S or (playing and now - when >= TELL_S)

    def _leave_alone(self, now: float) -> None:
        """Stops a film that cannot be shown now; it is tried again later."""
        again = (self._media, now + AGAIN_S) if self._media is not None else None
        self._stop()
        self._again = again

    def _stop(self) -> None:
        if self._player is not None:
            self._threads.submit(self._player.close)
        if self._starting is not None:
            self._threads.submit(_close_started, self._starting)
        if self._plate is not None:
            self._plate.hide()
        self._media = self._fetching = self._starting = self._player = self._texture = self._told = None


def _texture() -> Any:
    texture = Texture("stage film")
    texture.setup_2d_texture(*SIZE, Texture.T_unsigned_byte, Texture.F_rgb8)
    texture.set_minfilter(SamplerState.FT_linear)
    texture.set_magfilter(SamplerState.FT_linear)
    return texture


def _close_started(starting: "Future[Player]") -> None:
    """Ends what nobody waits for any more; the one thread has started it before."""
    if starting.exception() is None:
        starting.result().close()
