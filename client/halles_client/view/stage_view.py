"""A hall's stage while a live session is open there: screens, film and chairs. Only joins the parts."""

from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

from halles.ids import MediaId
from halles.world.scene import Scene, Stage
from halles_client.net.media import Face
from halles_client.stage_board import Board
from halles_client.view.chairs import Chairs
from halles_client.view.stage_film import StageFilm
from halles_client.view.stage_screens import StageScreens
from halles_client.view.window import Window


class StageView:
    """The stage of the hall on screen.

    Attributes:
        screens: What its screens show.
        film: The film on the main one.
        chairs: On the stage.
    """

    def __init__(
        self,
        window: Window,
        fetch: Callable[[MediaId, Face], "Future[bytes]"],
        fetch_file: Callable[[MediaId], "Future[Path]"],
    ) -> None:
        self.screens = StageScreens(window, fetch)
        self.film = StageFilm(window, fetch_file)
        self.chairs = Chairs(window)
        self._light = 0

    @property
    def settled(self) -> bool:
        """Whether nothing that is to be on the screens is still on its way."""
        return self.screens.settled

    def show_hall(self, scene: Scene, light: int) -> None:
        """Takes a hall's stage; ``light`` is what was baked there."""
        self._light = light
        self.screens.show_hall(scene)
        self.film.show_hall(self.screens.place)
        self.chairs.show(None, 0, light)

    def step(self, board: Board | None, stage: Stage | None, chairs: int, now: float) -> None:
        """Shows a board and so many chairs on a stage; call once a frame with any clock's seconds."""
        self.screens.step(board, now)
        self.film.step(board.film if board is not None else None, now)
        self.chairs.show(stage, chairs, self._light)

    def close(self) -> None:
        """Takes everything off, and waits for the film's process to end."""
        self.film.close()
        self.screens.close()
        self.chairs.close()
