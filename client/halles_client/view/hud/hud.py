"""The HUD: shows a ``HudState``, hears keys and presses, and tells what people did. Knows nothing of the network.

Every card is redrawn only when what it shows changed (compared by value), and all cards go to the driver as one mesh.
"""

from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from halles.ids import MediaId
from halles.world.geometry import Point
from halles.world.text import Language
from halles_client.language import speak
from halles_client.view.fonts import GlyphSheet, SheetFull
from halles_client.view.hud import acts, keys, ui
from halles_client.view.hud.canvas import Canvas
from halles_client.view.hud.card_table import CARDS
from halles_client.view.hud.cards import booth, plan
from halles_client.view.hud.cards.frame import View
from halles_client.view.hud.clipboard import Clipboard, open_clipboard
from halles_client.view.hud.events import HudEvent
from halles_client.view.hud.fields import edited
from halles_client.view.hud.keyboard import Keyboard
from halles_client.view.hud.pen import ROW, Act, Drawing, Pen, Rect, Stop
from halles_client.view.hud.settle import settle
from halles_client.view.hud.state import HudState
from halles_client.view.window import Window

MAP_S: Final = 0.1
"""Seconds between two drawings of the map's dots."""

_EMPTY: Final[NDArray[np.float32]] = np.zeros((0, ROW), dtype=np.float32)


class Hud:
    """What one person sees over the world.

    Once a frame: ``show`` with the newest state, ``locate``, ``step``, then ``events``.
    """

    def __init__(
        self, window: Window, language: Language, ui_scale: float = 1.0, clipboard: Clipboard | None = None
    ) -> None:
        """Draws nothing before ``show``.

        Args:
            window: Where.
            language: What it speaks first.
            ui_scale: Size of everything, 1 to 2.
            clipboard: Another than the system's.
        """
        self._window = window
        self._state = HudState()
        self._ui = ui.Ui(language=language, scale=ui_scale)
        self._tongue = speak(language)
        self._glyphs = GlyphSheet()
        self._canvas = Canvas(window, self._glyphs)
        self._clipboard = clipboard or open_clipboard()
        self._cards: dict[str, tuple[tuple[object, ...], Drawing, NDArray[np.float32]]] = {}
        self._events: list[HudEvent] = []
        self._hover: Act = None
        self._pointer = (-1.0, -1.0)
        self._here: tuple[Point, float, NDArray[np.float32]] | None = None
        self._dots_at = self._notice_at = float("-inf")
        self._notice = -1
        self._drawn = keys.Drawn(self._most, self._stops)
        self._keyboard = Keyboard(window, self)
        self.rebuilt = 0
        """Cards drawn anew so far."""

    # What the application calls

    def show(self, state: HudState) -> None:
        """Shows a state; only cards whose part of it changed are drawn anew."""
        if state is self._state:
            return
        before, self._state = self._state, state
        self._ui = settle(self._ui, before, state)
        self._redraw()

    def locate(self, x: float, y: float, heading: float, others: NDArray[np.float32]) -> None:
        """Says where one stands (metres, radians) and where others do, shape ``(n, 2)``, for the map."""
        self._here = (Point(x, y), heading, others)

    def step(self, now: float) -> None:
        """Follows the pointer, the window's size, the map and the time; ``now`` is any clock's seconds."""
        self._clipboard.serve()
        pointer = self._find_pointer()
        if pointer is not None and pointer != self._pointer:
            self.point(*pointer)
        told = self._state.notices[-1] if self._state.notices else None
        newest = told.serial if told is not None else -1
        if newest != self._notice:
            self._notice, self._notice_at = newest, now
        elif told is not None and newest > self._ui.dismissed and now - self._notice_at >= told.stays_s:
            self._take(ui.press(self._ui, acts.Dismiss(newest), self._state))
        self._canvas.step()
        self._redraw()
        if not 0 <= now - self._dots_at < MAP_S:
            self._dots_at = now
            self._draw_dots()

    def events(self) -> list[HudEvent]:
        """Returns what was done since the last call, in order."""
        told, self._events = self._events, []
        return told

    @property
    def focused(self) -> bool:
        """Whether the HUD has the keyboard, so that nobody walks by typing."""
        return bool(
            self._ui.typing
            or self._ui.panel
            or self._ui.sheet in ("people", "replay")
            or self._state.door
            or self._state.connection.state == "closed"
        )

    @property
    def listing(self) -> bool:
        """Whether the list of who is here is open: it is wanted then only."""
        return self._ui.sheet == "people"

    @property
    def language(self) -> Language:
        """The language spoken now."""
        return self._ui.language

    def speak(self, language: Language) -> None:
        """Speaks another language; unlike a choice it is not told."""
        self._ui = replace(self._ui, language=language)
        self._redraw()

    def rectangles(self) -> tuple[Rect, ...]:
        """Returns the areas that cards cover, pixels from the top left: no name tag there, no press into the world."""
        return tuple(rect for _, drawing, _ in self._cards.values() for rect in drawing.covers)

    def covers(self, x: float, y: float) -> bool:
        """Tells whether a card covers a pixel."""
        return any(rect.holds(x, y) for rect in self.rectangles())

    def close(self) -> None:
        """Takes the HUD off the window."""
        self._keyboard.close()
        self._clipboard.close()
        self._canvas.destroy()

    # What keyboard and pointer call, and tests and tours

    def key(self, name: str) -> None:
        """A key was pressed (names as in ``keys.py``)."""
        if self._ui.typing and name in _CLIPBOARD:
            self._take(self._clip(_CLIPBOARD[name]))
        elif name not in _CLIPBOARD:
            self._take(keys.key(self._ui, name, self._state, self._drawn))

    def type(self, text: str, place: str = "") -> None:
        """A character was typed, on the key of another letter where it is no Latin one."""
        self._take(keys.typed(self._ui, text, self._state, place))

    def point(self, x: float, y: float) -> None:
        """The pointer moved to a pixel."""
        self._pointer = (x, y)
        self._hover = self._at(x, y)
        self._redraw()

    def press(self, x: float, y: float) -> None:
        """The pointer was pressed at a pixel; outside of cards it takes the keyboard from the fields."""
        act = self._at(x, y)
        if act is not None:
            self._take(ui.press(self._ui, act, self._state))
            self._put_caret(x, act)
        elif self._ui.typing and not self.covers(x, y) and self._state.door is None:
            self._take(ui.press(self._ui, acts.Close(), self._state))

    def press_pointer(self) -> None:
        """The first mouse button went down where the pointer is."""
        pointer = self._find_pointer()
        if pointer is not None:
            self.press(*pointer)

    def wheel(self, lines: int) -> None:
        """The wheel turned over whatever card the pointer is on."""
        for name, (_, drawing, _) in reversed(self._cards.items()):
            if any(rect.holds(*self._pointer) for rect in drawing.covers):
                card, sign = {"reading": ("panel", 1), "chat": ("chat", -1)}.get(name, (name, 1))
                if name == "people":
                    step = "arrow_down" if lines > 0 else "arrow_up"
                    self._take(keys.key(self._ui, step, self._state, self._drawn))
                else:
                    self._take((self._ui.scrolling(card, sign * lines, self._most(card)), ()))
                return

    # Inside

    def _take(self, step: ui.Step) -> None:
        self._ui, told = step
        self._events.extend(told)
        self._redraw()

    def _clip(self, what: str) -> ui.Step:
        line = self._ui.line(self._ui.typing or "chat")
        if what == "paste":
            return edited(self._ui, line.typed(self._clipboard.read()))
        if line.selection:
            self._clipboard.write(line.selection)
            if what == "cut":
                return edited(self._ui, line.typed(""))
        return self._ui, ()

    def _put_caret(self, x: float, act: Act) -> None:
        for _, drawing, _ in self._cards.values():
            for area in drawing.areas:
                if area.act == act and self._ui.typing:
                    line = self._ui.line(self._ui.typing)
                    offsets = self._glyphs.offsets(line.text, area.face)
                    nearest = min(range(len(offsets)), key=lambda i: abs(area.start + offsets[i] - x))
                    self._take(edited(self._ui, line.put(nearest)))
                    return

    def _most(self, card: str) -> int:
        name = "reading" if card == "panel" else card
        return self._cards[name][1].overflow if name in self._cards else 0

    def _stops(self, card: str) -> list[Stop]:
        """Returns where the ring may stand on a card, as it was drawn: in reading order, each act once."""
        stops = self._cards[card][1].stops if card in self._cards else []
        return list({stop.act: stop for stop in reversed(stops)}.values())[::-1]

    def _at(self, x: float, y: float) -> Any:
        """Returns the act at a pixel; a card hides what lies below it."""
        for _, drawing, _ in reversed(self._cards.values()):
            for target in reversed(drawing.targets):
                if target.rect.holds(x, y):
                    return target.act
            if any(rect.holds(x, y) for rect in drawing.covers):
                return None
        return None

    def _find_pointer(self) -> tuple[float, float] | None:
        if self._window.offscreen:
            return None
        pointer = self._window.base.win.get_pointer(0)
        return (pointer.get_x(), pointer.get_y()) if pointer.get_in_window() else None

    def _redraw(self) -> None:
        if self._tongue.language != self._ui.language:
            self._tongue = speak(self._ui.language)
        view = View(self._state, self._ui, self._tongue, self._window.size, self._window.letter)
        try:
            changed = self._draw_changed(view)
        except SheetFull:
            self._glyphs.clear()
            self._cards.clear()  # what was drawn names places in the old sheet
            changed = self._draw_changed(view)
        if changed:
            self._canvas.show_cards(np.concatenate([mesh for _, _, mesh in self._cards.values()]))
            self._draw_dots()
            pictures = tuple(picture for _, drawing, _ in self._cards.values() for picture in drawing.pictures)
            self._canvas.show_pictures(pictures, self._media())
            hover = self._at(*self._pointer)
            if hover != self._hover:
                self._hover = hover
                self._redraw()

    def _draw_changed(self, view: View) -> bool:
        """Draws the cards whose part changed; tells whether there was one."""
        changed = False
        common, uppermost = _common(view), ui.top(view.ui, view.state)
        for name, draw, reads in (*CARDS, ("reading", self._draw_reading, self._reads_reading)):
            old = self._cards.get(name)
            ring = view.ui.ring if name == uppermost else None
            part = (common, reads(view), ring)
            if old is None or old[0] != (*part, _hovered(old[1], self._hover)):
                pen = Pen(self._glyphs, view.size, view.ui.scale, self._hover, ring)
                draw(pen, view)
                self._cards[name] = ((*part, _hovered(pen.drawing, self._hover)), pen.drawing, pen.drawing.mesh())
                self.rebuilt += 1
                changed = True
        return changed

    def _reads_reading(self, view: View) -> object:
        return view.reading and (view.state.sheet, view.ui.panel, view.ui.scrolled("panel"), self._canvas.broken)

    def _draw_reading(self, pen: Pen, view: View) -> None:
        content = view.state.sheet.content if view.state.sheet else None
        panel = content.panel(view.ui.panel) if content else None
        shape = None
        if panel is not None and panel.picture in self._media():
            shape = self._canvas.picture_shape(panel.picture, self._media()[panel.picture])
        booth.reading(pen, view, shape)

    def _media(self) -> dict[MediaId, bytes]:
        return dict(self._state.sheet.pictures) if self._state.sheet else {}

    def _draw_dots(self) -> None:
        view = View(self._state, self._ui, self._tongue, self._window.size)
        pen = Pen(self._glyphs, view.size, view.ui.scale)
        area, shown = plan.area(pen, view), self._state.map
        hidden = self._ui.sheet == "help" or self._state.door is not None
        if area is None or shown is None or self._here is None or hidden:
            self._canvas.show_moving(_EMPTY)
            return
        plan.dots(pen, plan.projection(shown.scene, area), *self._here, large=self._ui.sheet == "map")
        self._canvas.show_moving(pen.drawing.mesh())


def _hovered(drawing: Drawing, hover: Act) -> Act:
    """Returns the hovered act where it is one of this card's, so that only its card is drawn anew."""
    return hover if any(target.act == hover for target in drawing.targets) else None


def _common(view: View) -> tuple[object, ...]:
    """What every card depends on; each of these changes seldom."""
    open_ = (
        view.state.connection.state,
        view.state.door is None,
        view.state.sheet is None,
        view.state.live is None,
        view.state.replay is None,
    )
    return view.ui.language, view.ui.scale, view.size, open_, view.ui.sheet, view.ui.panel, view.ui.typing


_CLIPBOARD: Final = {
    "control-c": "copy",
    "control-insert": "copy",
    "control-x": "cut",
    "control-v": "paste",
    "shift-insert": "paste",
}
