"""The screens of a hall's stage while a live session is open there: main screen with what lies over it, and the side.

Pictures are fetched and painted by threads; until a newer one is ready the old one stays. One picture of the main
screen is with the driver; the page that comes next is fetched already. Not here: what they show (``stage_board``) and
how it looks (``stage_cards``).
"""

from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from halles.errors import HallesError
from halles.ids import HallId, MediaId
from halles.world.scene import Scene, Screen
from halles_client.net.media import Face
from halles_client.stage_board import Board, Card, PageCard, QuoteCard, SideCard
from halles_client.view import stage_cards
from halles_client.view.plates import LIFT_M, OVER_M, Plate, part_of, surface_of
from halles_client.view.textures import Packed, packed
from halles_client.view.window import Window

Fetch = Callable[[MediaId, Face], "Future[bytes]"]
Painted = "Future[Packed | None]"

AGAIN_S: Final = 5.0
"""Seconds after which a page that did not come is asked for again."""

GONE_S: Final = 0.6
"""So long a stage waits before it is bare again: after a break all is told anew."""

_THIRD: Final = (0.0, 0.715, 0.5, 0.827)
_CLOCK: Final = (0.80, 0.04, 0.97, 0.164)
_CAPTIONS: Final = (0.0, 0.833, 1.0, 1.0)
"""Parts of the main screen: the name lies above the heads of those who sit before it."""

_POINTER_M: Final = 0.3


class StageScreens:
    """What a stage's screens show in one window."""

    def __init__(self, window: Window, fetch: Fetch) -> None:
        self._window, self._fetch = window, fetch
        self._root: Any = window.base.render.attach_new_node("stage screens")
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="halles stage")
        self._plates: dict[str, Plate] = {}
        self._screen: Screen | None = None
        self._hall = HallId("")
        self._painting: dict[str, tuple[Hashable, Future[Packed | None]]] = {}
        self._shown: dict[str, Hashable] = {}
        self._page: tuple[MediaId, Future[bytes]] | None = None
        self._ahead: tuple[MediaId, Future[bytes]] | None = None
        self._again_at = 0.0
        self._board_at = float("-inf")

    @property
    def main(self) -> Card | None:
        """The card that the main screen shows; the old one until the newer is ready."""
        shown = self._shown.get("main")
        return shown[0] if isinstance(shown, tuple) else None

    @property
    def settled(self) -> bool:
        """Whether nothing is being painted or fetched."""
        return not self._painting and self._page is None

    @property
    def place(self) -> Screen | None:
        """The main screen of the hall that is shown."""
        return self._screen

    def show_hall(self, scene: Scene) -> None:
        """Takes a hall's screens; nothing is on them yet."""
        self._clear()
        self._hall = scene.id
        screens = {screen.id: screen for screen in scene.screens}
        self._screen = main = screens.get("main")
        if main is not None:
            self._put("main", Plate(self._window, self._root, "stage main", surface_of(main)))
            for name, part in (("third", _THIRD), ("clock", _CLOCK), ("captions", _CAPTIONS)):
                self._over(name, main, part)
            share = _POINTER_M / 2 / main.width, _POINTER_M / 2 / main.height
            self._over("pointer", main, (0.5 - share[0], 0.5 - share[1], 0.5 + share[0], 0.5 + share[1]))
        side = screens.get("questions")
        if side is not None:
            self._put("side", Plate(self._window, self._root, "stage side", surface_of(side)))

    def step(self, board: Board | None, now: float) -> None:
        """Shows what a board has as soon as it is painted; call once a frame with any clock's seconds."""
        if board is not None:
            self._board_at = now
            self._show(board, now)
        elif now - self._board_at >= GONE_S and self._shown:
            self._bare()
        self._hang()

    def close(self) -> None:
        """Takes everything off and ends the thread."""
        self._clear()
        self._root.remove_node()
        self._threads.shutdown(wait=False, cancel_futures=True)

    # --- inside ---------------------------------------------------------------------------------------------

    def _show(self, board: Board, now: float) -> None:
        if self._screen is None:
            return
        self._show_main(board, now)
        self._want("third", board.floor, lambda: stage_cards.lower_third(board.floor))
        self._want("clock", board.clock, lambda: stage_cards.clock(board.clock))
        self._want("captions", board.captions, lambda: stage_cards.captions(board.captions))
        self._want("side", board.side, lambda: stage_cards.side(board.side or SideCard("", (), "")))
        self._want("pointer", board.pointer is not None, stage_cards.pointer)
        self._point(board.pointer)

    def _show_main(self, board: Board, now: float) -> None:
        card = board.main
        if isinstance(card, PageCard):
            self._turn_to(card, now)
            self._fetch_ahead(board.ahead)
            return
        self._page = None
        hall = self._hall
        if isinstance(card, QuoteCard):
            self._want("main", (card,), lambda: stage_cards.quote(card))
        else:
            self._want("main", (card,), lambda: stage_cards.title(card, hall))

    def _turn_to(self, card: PageCard, now: float) -> None:
        """Fetches a page, then paints it; one that did not come is asked for again."""
        if self._shown.get("main") == (card,) or self._under_way("main") == (card,):
            return
        if self._page is None or self._page[0] != card.media:
            ready = self._ahead is not None and self._ahead[0] == card.media
            if not ready and now < self._again_at and self._page is None:
                return
            self._page = self._ahead if ready else (card.media, self._fetch(card.media, "sheet"))
        assert self._page is not None
        fetched = self._page[1]
        if not fetched.done():
            return
        self._page = None
        if fetched.cancelled() or isinstance(fetched.exception(), HallesError):
            self._ahead, self._again_at = None, now + AGAIN_S
            return
        data = fetched.result()
        self._want("main", (card,), lambda: stage_cards.page(data))

    def _fetch_ahead(self, media: MediaId | None) -> None:
        if media is not None and self._page is None and (self._ahead is None or self._ahead[0] != media):
            self._ahead = media, self._fetch(media, "sheet")

    def _want(self, name: str, key: Hashable, paint: Callable[[], NDArray[np.uint8] | None]) -> None:
        """Has a plate painted, unless that is what it shows or is being painted; with an empty key it is bare."""
        if name not in self._plates:
            return
        if not key:
            self._painting.pop(name, None)
            if self._shown.pop(name, None) is not None:
                self._plates[name].hide()
            return
        under_way = self._painting.get(name)
        if (under_way[0] if under_way else self._shown.get(name)) == key:
            return
        if under_way is not None and not under_way[1].done():
            return  # one after the other: what changes quickly is painted as quickly as that goes
        self._painting[name] = key, self._threads.submit(_painted, paint)

    def _under_way(self, name: str) -> Hashable:
        row = self._painting.get(name)
        return row[0] if row is not None else None

    def _hang(self) -> None:
        for name, (key, painting) in tuple(self._painting.items()):
            if painting.done():
                del self._painting[name]
                picture = painting.result()
                self._shown[name] = key  # what is no picture leaves the old one, and is not tried again
                if picture is not None:
                    self._plates[name].show(picture)

    def _point(self, at: tuple[float, float] | None) -> None:
        plate, screen = self._plates.get("pointer"), self._screen
        if plate is None or screen is None or at is None:
            return
        middle, spot = part_of(screen, (0.5, 0.5, 0.5, 0.5), 0.0), part_of(screen, (*at, *at), 0.0)
        plate.node.set_pos(spot.x - middle.x, spot.y - middle.y, spot.z - middle.z)

    def _over(self, name: str, screen: Screen, part: tuple[float, float, float, float]) -> None:
        lift = LIFT_M + OVER_M * (3 if name == "pointer" else 2)
        self._put(name, Plate(self._window, self._root, f"stage {name}", part_of(screen, part, lift), clear=True))

    def _put(self, name: str, plate: Plate) -> None:
        self._plates[name] = plate

    def _bare(self) -> None:
        for plate in self._plates.values():
            plate.hide()
        self._painting.clear()
        self._shown.clear()
        self._page = self._ahead = None

    def _clear(self) -> None:
        self._bare()
        for plate in self._plates.values():
            plate.node.remove_node()
        self._plates.clear()
        self._screen = None


def _painted(paint: Callable[[], NDArray[np.uint8] | None]) -> Packed | None:
    pixels = paint()
    return packed(pixels) if pixels is not None else None
