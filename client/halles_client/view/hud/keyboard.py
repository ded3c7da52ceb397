"""From Panda3D's events to the HUD: characters, keys with their modifiers, presses and the wheel.

Characters come as keystrokes, after the keyboard layout, dead keys and the input method have made them: the HUD
never guesses a character from a key. Commands are keys by name, or by place where the layout has no such letter
(``places.py``).
"""

from typing import Any, Final, Protocol

from direct.showbase.DirectObject import DirectObject

from halles_client.view.hud.keys import DIGITS, IN_LIST
from halles_client.view.hud.places import MODIFIERS, Places
from halles_client.view.window import Window

_EDITING: Final = ("arrow_left", "arrow_right", "arrow_up", "arrow_down", "home", "end", "backspace", "delete")
_REPEATED: Final = (*_EDITING, "page_up", "page_down")
COMMANDS: Final = ("escape", "enter", "tab", "space", "f1", "b", "e", "g", "h", "i", "k", "m", "n", "o", "p", "u", "y")
"""Keys that the HUD hears besides ``steering.BINDINGS``, which walk: a key is in one of the two only. ``IN_LIST`` come
with those as well, and mean something while nobody can walk."""

_WITH_CONTROL: Final = ("a", "c", "v", "x", "insert")
_BY_PLACE: Final = frozenset(
    f"{shift}{control}{name}"
    for control, names in (("", (*COMMANDS, *IN_LIST)), ("control-", _WITH_CONTROL))
    for name in names
    for shift in ("", "shift-")
    if len(name) == 1
)
"""Letters that are commands."""


class Listener(Protocol):
    """Whoever is told of keys and presses."""

    def key(self, name: str) -> None:
        """A key, for example ``shift-control-arrow_left``."""

    def type(self, text: str, place: str = "") -> None:
        """A character; where it is no Latin letter, also the letter that an American keyboard has on its key."""

    def press_pointer(self) -> None:
        """The first mouse button went down."""

    def wheel(self, lines: int) -> None:
        """The wheel turned; positive is down."""


class Keyboard:
    """Listens as long as it is not closed."""

    def __init__(self, window: Window, listener: Listener) -> None:
        self._ears: Any = DirectObject()
        self._listener, self._places, self._base = listener, Places(), window.base
        for thrower in window.base.buttonThrowers or ():
            thrower.node().set_keystroke_event("hud-keystroke")
            thrower.node().set_raw_button_down_event("hud-place")
        self._ears.accept("hud-keystroke", self._character)
        self._ears.accept("hud-place", lambda button: self._places.press(str(button)))
        for modifier in MODIFIERS:
            self._ears.accept(f"raw-{modifier}-up", self._places.release, [modifier])
        if not window.offscreen:
            self._ears.accept(window.base.win.get_window_event(), self._window_changed)
        for name in _REPEATED:
            self._listen(listener, name, repeat=True)
        for name in (*COMMANDS, *IN_LIST, *_WITH_CONTROL):
            self._listen(listener, name, repeat=False)
        for digit in DIGITS:
            self._ears.accept(f"raw-{digit}", listener.key, [digit])
        for prefix in ("", "shift-", "control-"):
            self._ears.accept(f"{prefix}mouse1", listener.press_pointer)
            self._ears.accept(f"{prefix}wheel_up", listener.wheel, [-3])
            self._ears.accept(f"{prefix}wheel_down", listener.wheel, [3])

    def close(self) -> None:
        """Stops listening."""
        self._ears.ignore_all()

    def _listen(self, listener: Listener, name: str, *, repeat: bool) -> None:
        for shift in ("", "shift-"):
            for control in ("", "control-", "meta-"):
                if name in _WITH_CONTROL and not (control or name == "insert" or name in COMMANDS):
                    continue
                told = f"{shift}{'control-' if control else ''}{name}"
                for event in _events(shift, control, name, repeat=repeat):
                    self._ears.accept(event, self._named, [name, told])
        if name == "enter":
            self._ears.accept("num_enter", listener.key, ["enter"])

    def _named(self, name: str, told: str) -> None:
        if self._places.name(name):
            self._listener.key(told)

    def _character(self, text: str) -> None:
        typed, key = self._places.character(text)
        if typed and typed.isprintable():
            self._listener.type(typed, key.rsplit("-", 1)[-1])
        if key in _BY_PLACE:
            self._listener.key(key)

    def _window_changed(self, window: Any) -> None:
        if window is self._base.win and not window.get_properties().get_foreground():
            self._places.let_go()


def _events(shift: str, control: str, name: str, *, repeat: bool) -> tuple[str, ...]:
    """Names under which Panda3D may throw a key: with modifiers, and again while it is held."""
    first = f"{shift}{control}{name}"
    return (first, f"{first}-repeat") if repeat else (first,)
