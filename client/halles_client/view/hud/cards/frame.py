"""What every card is drawn from, and where each stands in the window. No card's content here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, get_args

from halles_client.language import Tongue
from halles_client.view.hud import tokens
from halles_client.view.hud.acts import Beside
from halles_client.view.hud.opened import Ui
from halles_client.view.hud.pen import Pen, Rect
from halles_client.view.hud.state import HudState

BESIDE: Final = frozenset(get_args(Beside))
"""Sheets that lie at the right, so that others make way."""

LINE_WIDTH: Final = 460
"""Pixels of the look: a line of news under the go-to field."""


@dataclass(frozen=True, slots=True)
class View:
    """What is to be drawn.

    Attributes:
        state: What the application says.
        ui: What the person has open and typed.
        tongue: The language spoken.
        size: The window's width and height, pixels.
        letter: What stands on a key of this keyboard, by the key's name on an American one.
    """

    state: HudState
    ui: Ui
    tongue: Tongue
    size: tuple[int, int]
    letter: Callable[[str], str] = str.upper

    @property
    def folded(self) -> bool:
        """Whether chat and map are folded to keys."""
        return self.size[0] / self.ui.scale < tokens.FOLD_BELOW

    @property
    def inside(self) -> bool:
        """Whether the world's cards are shown: nobody stands at the door and the show is not lost."""
        return self.state.door is None and self.state.connection.state in ("open", "reconnecting")

    @property
    def reading(self) -> bool:
        """Whether a panel is read large."""
        return bool(self.ui.panel and self.state.sheet)

    @property
    def quiet(self) -> bool:
        """Whether something large lies in the middle, so that the cards around it make way."""
        return self.reading or self.ui.sheet in ("help", "map")


def top_height(pen: Pen) -> int:
    """Height of the cards in the top row."""
    return pen.u(44)


def place_rect(pen: Pen, view: View) -> Rect:
    """Top left: the most that the card of where I am may take."""
    margin = pen.u(tokens.MARGIN)
    wide = min(pen.u(424), (view.size[0] - 2 * margin) * (30 if view.folded else 34) // 100)
    return Rect(margin, margin, wide, top_height(pen))


def search_rect(pen: Pen, view: View) -> Rect:
    """Top middle: the go-to field."""
    margin, left = pen.u(tokens.MARGIN), place_rect(pen, view)
    if view.folded:
        start = left.x + left.w + pen.u(12)
        return Rect(start, margin, min(pen.u(400), view.size[0] - margin - start), top_height(pen))
    free = view.size[0] - 2 * (left.x + left.w + pen.u(12))
    wide = min(pen.u(400), free)
    return Rect((view.size[0] - wide) // 2, margin, wide, top_height(pen))


def live_rect(pen: Pen, view: View) -> Rect | None:
    """Top right, in a narrow window under the top row: the live session, or what is watched; None where neither is."""
    if (view.state.live is None and view.state.replay is None) or not view.inside:
        return None
    margin = pen.u(tokens.MARGIN)
    wide = min(pen.u(tokens.SHEET_WIDTH), view.size[0] - 2 * margin)
    top = 2 * margin + top_height(pen) if view.folded else margin
    return Rect(view.size[0] - margin - wide, top, wide, pen.line(13) + pen.line(15) + pen.u(62))


def under_search(pen: Pen, view: View) -> int:
    """Returns where what lies under the go-to field begins; in a narrow window the live session lies between."""
    field, live = search_rect(pen, view), live_rect(pen, view)
    bottom = live.y + live.h if live is not None and view.folded else field.y + field.h
    return bottom + pen.u(8)


def line_rect(pen: Pen, view: View, down: int, high: int) -> Rect:
    """Below the go-to field, ``down`` pixels under its place for a line, beside an open sheet."""
    margin = pen.u(tokens.MARGIN)
    beside = view.state.sheet is not None or view.ui.sheet in BESIDE
    right = (sheet_rect(pen, view).x if beside else view.size[0]) - margin
    most = min(pen.u(LINE_WIDTH), right - margin)
    top = under_search(pen, view) + down
    return Rect(min((view.size[0] - most) // 2, right - most), top, most, high)


def aside_rect(pen: Pen, view: View, down: int, high: int) -> Rect:
    """As ``line_rect``, as far right as an open sheet lets it: the sign of the booth ahead is in the middle."""
    line = line_rect(pen, view, down, high)
    margin = pen.u(tokens.MARGIN)
    beside = view.state.sheet is not None or view.ui.sheet in BESIDE
    right = (sheet_rect(pen, view).x if beside else view.size[0]) - margin
    live = live_rect(pen, view)
    top = max(line.y, live.y + live.h + pen.u(8)) if live is not None else line.y
    return Rect(right - line.w, top, line.w, high)


def chat_rect(pen: Pen, view: View) -> Rect:
    """Bottom left."""
    margin, (wide, high) = pen.u(tokens.MARGIN), tokens.CHAT_SIZE
    wide = min(pen.u(wide), view.size[0] - 2 * margin)
    high = min(pen.u(high), view.size[1] - 3 * margin - top_height(pen))
    return Rect(margin, view.size[1] - margin - high, wide, high)


def map_rect(pen: Pen, view: View) -> Rect:
    """Bottom right."""
    margin, (wide, high) = pen.u(tokens.MARGIN), tokens.MAP_SIZE
    return Rect(view.size[0] - margin - pen.u(wide), view.size[1] - margin - pen.u(high), pen.u(wide), pen.u(high))


def sheet_rect(pen: Pen, view: View) -> Rect:
    """Right: the most that a sheet may take, between the top row and the map."""
    margin = pen.u(tokens.MARGIN)
    wide = min(pen.u(tokens.SHEET_WIDTH), view.size[0] - 2 * margin)
    live = live_rect(pen, view)
    top = live.y + live.h + pen.u(12) if live is not None else 2 * margin + top_height(pen)
    below = pen.u(48) + margin if view.folded else pen.u(tokens.MAP_SIZE[1]) + margin
    return Rect(view.size[0] - margin - wide, top, wide, view.size[1] - margin - below - top)


def middle_rect(pen: Pen, view: View, wide: int, high: int) -> Rect:
    """A card in the middle, at most ``wide`` × ``high`` pixels of the look."""
    margin = pen.u(tokens.MARGIN)
    w, h = min(pen.u(wide), view.size[0] - 2 * margin), min(pen.u(high), view.size[1] - 2 * margin)
    return Rect((view.size[0] - w) // 2, (view.size[1] - h) // 2, w, h)


def scroll_mark(pen: Pen, window: Rect, shown: int, whole: int, at: int) -> None:
    """Draws how far a scrolled window is, at its right edge; nothing when all of it is shown."""
    if whole <= shown:
        return
    high = max(pen.u(24), window.h * shown // whole)
    top = window.y + (window.h - high) * at // max(1, whole - shown)
    pen.shape(Rect(window.x + window.w - pen.u(4), top, pen.u(3), high), tokens.KEY, pen.u(2))
