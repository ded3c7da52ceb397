"""The film on the screen of the booth that one stands at: fetched, decoded elsewhere, in step with everybody's.

One at a time: the nearest within ``SEEN_M``. Until its first picture is there, and where it cannot be played, the
booth's screen shows its poster, as it does from afar. Its process is started and ended by a thread: both take the
system milliseconds, and an end may be waited for.
"""

import math
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import numpy as np
from panda3d.core import SamplerState, Texture

from halles.errors import HallesError
from halles.ids import BoothId, MediaId
from halles.protocol.messages import BoothCard
from halles.world.scene import Scene
from halles_client.films.player import HEIGHT, WIDTH, Player
from halles_client.view.booth_kit import Surface, places
from halles_client.view.booth_signs import corners
from halles_client.view.meshes import sheets
from halles_client.view.shader_source import shader
from halles_client.view.window import Window

Fetch = Callable[[MediaId], "Future[Path]"]

SEEN_M: Final = 9.0
LEFT_M: Final = 11.0
"""A film that plays goes on as far as here, so that it does not begin anew with each step to and fro."""
TELL_S: Final = 1.0
LIFT_M: Final = 0.004
"""Before the panel that hangs there."""
AGAIN_S: Final = 30.0
"""Seconds after which a film that did not come, or stopped, is tried again."""


class FilmView:
    """The films of the hall on screen."""

    def __init__(self, window: Window, fetch: Fetch) -> None:
        self._root: Any = window.base.render.attach_new_node("films")
        self._shader = shader("booth_picture")
        self._fetch = fetch
        self._films: dict[BoothId, tuple[MediaId, Surface]] = {}
        self._again: dict[MediaId, float] = {}
        self._at: BoothId | None = None
        self._fetching: Future[Path] | None = None
        self._starting: Future[Player] | None = None
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="halles films")
        self._player: Player | None = None
        self._node: Any = None
        self._texture: Any = None
        self._told_at = -math.inf

    @property
    def playing(self) -> BoothId | None:
        """The booth whose film is on its screen now."""
        return self._at if self._node is not None else None

    def show(self, scene: Scene, cards: Mapping[BoothId, BoothCard]) -> None:
        """Takes these booths' films; one that is not among them any more stops."""
        wanted = {}
        for card in cards.values():
            slot = scene.slot(card.slot)
            screen = places(slot).panels.get("screen") if slot is not None else None
            if card.film and screen is not None:
                wanted[card.booth] = (card.film, screen)
        if self._at is not None and wanted.get(self._at) != self._films.get(self._at):
            self._stop()
        self._films = wanted

    def step(self, x: float, y: float, now: float, clock: float) -> None:
        """Starts, shows and stops films, seen from a place; call once a frame.

        Args:
            x: Where one stands, metres.
            y: The same.
            now: Any clock's seconds.
            clock: The show's clock, seconds: the same for everybody.
        """
        if self._at is not None and self._distance(self._at, x, y) > LEFT_M:
            self._stop()
        if self._at is None:
            self._choose(x, y, now)
        elif self._player is not None:
            self._go_on(self._player, now, clock)
        elif self._starting is not None:
            self._started(self._starting, now)
        elif self._fetching is not None and self._fetching.done():
            self._begin(self._fetching, now)

    def close(self) -> None:
        """Takes everything off, and waits for the process to end."""
        self._stop()
        self._root.remove_node()
        self._threads.shutdown()

    def _distance(self, booth: BoothId, x: float, y: float) -> float:
        screen = self._films[booth][1]
        return math.dist((screen.x, screen.y), (x, y))

    def _choose(self, x: float, y: float, now: float) -> None:
        ready = [booth for booth, (media, _) in self._films.items() if self._again.get(media, -math.inf) <= now]
        nearest = min(ready, key=lambda booth: self._distance(booth, x, y), default=None)
        if nearest is not None and self._distance(nearest, x, y) <= SEEN_M:
            self._at = nearest
            self._fetching = self._fetch(self._films[nearest][0])

    def _begin(self, fetched: "Future[Path]", now: float) -> None:
        self._fetching = None
        if fetched.cancelled() or isinstance(fetched.exception(), HallesError):
            self._leave_alone(now)
        else:
            self._starting = self._threads.submit(Player, fetched.result())

    def _started(self, starting: "Future[Player]", now: float) -> None:
        if not starting.done():
            return
        self._starting = None
        if isinstance(starting.exception(), OSError):  # no process is to be had
            self._leave_alone(now)
        else:
            self._player, self._told_at = starting.result(), -math.inf

    def _go_on(self, player: Player, now: float, clock: float) -> None:
        if now - self._told_at >= TELL_S:
            self._told_at = now
            player.tell(clock)
        picture = player.picture()
        if picture is not None:
            if self._node is None:
                self._hang()
            self._texture.set_ram_image(picture.tobytes())
        elif not player.running:
            self._leave_alone(now)

    def _hang(self) -> None:
        assert self._at is not None, "there is a film"
        grid = np.zeros((2, 2, 5), dtype=np.float32)
        # Corners go round from the left bottom; a grid's rows go from the bottom up.
        around = corners(self._films[self._at][1], LIFT_M, 0.0)
        grid[..., :3] = np.array(((around[0], around[1]), (around[3], around[2])))
        grid[..., 3:] = (((0.0, 0.0), (1.0, 0.0)), ((0.0, 1.0), (1.0, 1.0)))
        self._texture = Texture("film")
        self._texture.setup_2d_texture(WIDTH, HEIGHT, Texture.T_unsigned_byte, Texture.F_rgb8)
        self._texture.set_minfilter(SamplerState.FT_linear)
        self._texture.set_magfilter(SamplerState.FT_linear)
        self._node = self._root.attach_new_node(sheets("film", [grid]))
        self._node.set_shader(self._shader)
        self._node.set_texture(self._texture)
        self._node.set_two_sided(True)

    def _leave_alone(self, now: float) -> None:
        """Stops a film that cannot be shown now; it is tried again later."""
        if self._at is not None:
            self._again[self._films[self._at][0]] = now + AGAIN_S
        self._stop()

    def _stop(self) -> None:
        if self._player is not None:
            self._threads.submit(self._player.close)
        if self._starting is not None:
            self._threads.submit(_close_started, self._starting)
        if self._node is not None:
            self._node.remove_node()
        self._at = self._fetching = self._starting = self._player = self._node = self._texture = None


def _close_started(starting: "Future[Player]") -> None:
    """Ends what nobody waits for any more; the one thread has started it before."""
    if starting.exception() is None:
        starting.result().close()
