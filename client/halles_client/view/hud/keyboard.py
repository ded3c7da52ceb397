"""From Panda3D's events to the HUD: characters, keys with their modifiers, presses and the wheel.

Characters come as keystrokes, after the keyboard layout, dead keys and the input method have made them: the HUD
never guesses a character from a key. Commands are keys by name.
"""

from typing import Any, Final, Protocol

from direct.showbase.DirectObject import DirectObject

from halles_client.view.hud.keys import DIGITS
from halles_client.view.window import Window

_EDITING: Final = ("arrow_left", "arrow_right", "arrow_up", "arrow_down", "home", "end", "backspace", "delete")
_REPEATED: Final = (*_EDITING, "page_up", "page_down")
_COMMANDS: Final = ("escape", "enter", "tab", "space", "f1", "e", "g", "m")
_WITH_CONTROL: Final = ("a", "c", "v", "x", "insert")


class Listener(Protocol):
    """Whoever is told of keys and presses."""

    def key(self, name: str) -> None:
        """A key, for example ``shift-control-arrow_left``."""

    def type(self, text: str) -> None:
        """A character."""

    def press_pointer(self) -> None:
        """The first mouse button went down."""

    def wheel(self, lines: int) -> None:
        """The wheel turned; positive is down."""


class Keyboard:
    """Listens as long as it is not closed."""

    def __init__(self, window: Window, listener: Listener) -> None:
        self._ears: Any = DirectObject()
        for thrower in window.base.buttonThrowers or ():
            thrower.node().set_keystroke_event("hud-keystroke")
        self._ears.accept("hud-keystroke", lambda text: _character(listener, text))
        for name in _REPEATED:
            self._listen(listener, name, repeat=True)
        for name in (*_COMMANDS, *_WITH_CONTROL):
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
                if name in _WITH_CONTROL and not (control or name == "insert" or name in _COMMANDS):
                    continue
                told = f"{shift}{'control-' if control else ''}{name}"
                for event in _events(shift, control, name, repeat=repeat):
                    self._ears.accept(event, listener.key, [told])
        if name == "enter":
            self._ears.accept("num_enter", listener.key, ["enter"])


def _events(shift: str, control: str, name: str, *, repeat: bool) -> tuple[str, ...]:
    """Names under which Panda3D may throw a key: with modifiers, and again while it is held."""
    first = f"{shift}{control}{name}"
    return (first, f"{first}-repeat") if repeat else (first,)


def _character(listener: Listener, text: str) -> None:
    if text and text.isprintable():
        listener.type(text)
