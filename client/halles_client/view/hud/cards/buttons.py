"""Buttons that are as wide as their words: small ones in rows of a sheet, and ones that show their key."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from halles_client.view.hud import tokens
from halles_client.view.hud.pen import Act, Pen, Rect

SMALL: Final = 28
"""Height of a small one, pixels of the look."""

KEYED: Final = 32


class Button(NamedTuple):
    """One of them.

    Attributes:
        label: What it says.
        act: What a press means.
        key: The key that does the same, "" for none.
        primary: Whether it is amber.
    """

    label: str
    act: Act
    key: str = ""
    primary: bool = False


def small_width(pen: Pen, label: str) -> int:
    """Returns how wide a small button is."""
    return pen.width(label, 13, "semibold") + pen.u(20)


def small(pen: Pen, x: int, y: int, button: Button) -> int:
    """Draws a small button, without its key; returns where it ends."""
    rect = Rect(x, y, small_width(pen, button.label), pen.u(SMALL))
    ink = _box(pen, rect, button)
    pen.text(rect.x + pen.u(10), rect.y + (rect.h - pen.line(13)) // 2, button.label, 13, "semibold", ink)
    pen.target(rect, button.act)
    return rect.x + rect.w


def keyed_width(pen: Pen, button: Button) -> int:
    """Returns how wide a button with its key is."""
    return pen.width(button.label, 15, "semibold") + (_cap(pen, button.key) + pen.u(5)) + pen.u(18)


def keyed(pen: Pen, x: int, y: int, button: Button) -> int:
    """Draws a button with the key that does the same; returns where it ends."""
    rect = Rect(x, y, keyed_width(pen, button), pen.u(KEYED))
    ink = _box(pen, rect, button)
    pen.text(rect.x + pen.u(9), rect.y + (rect.h - pen.line(15)) // 2, button.label, 15, "semibold", ink)
    if button.key:
        cap = _cap(pen, button.key)
        place = Rect(rect.x + rect.w - cap - pen.u(5), rect.y + pen.u(5), cap, rect.h - pen.u(10))
        pen.shape(place, ink.at(0.16), pen.u(tokens.RADIUS_KEY))
        letter = place.x + (cap - pen.width(button.key, 13, "semibold")) // 2
        pen.text(letter, rect.y + (rect.h - pen.line(13)) // 2, button.key, 13, "semibold", ink)
    pen.target(rect, button.act)
    return rect.x + rect.w


def row(pen: Pen, area: Rect, y: int, buttons: Sequence[Button]) -> int:
    """Draws buttons with their keys side by side, on the next line where there is no room; returns the y below."""
    x, high = area.x, pen.u(KEYED)
    for button in buttons:
        if x + keyed_width(pen, button) > area.x + area.w and x > area.x:
            x, y = area.x, y + high + pen.u(6)
        x = keyed(pen, x, y, button) + pen.u(6)
    return y + high


def _cap(pen: Pen, key: str) -> int:
    return max(pen.u(22), pen.width(key, 13, "semibold") + pen.u(12)) if key else -pen.u(5)


def _box(pen: Pen, rect: Rect, button: Button) -> tokens.Colour:
    """Draws the ground; returns the ink on it."""
    pen.box(rect, tokens.AMBER if button.primary else tokens.KEY)
    return tokens.INK if button.primary else tokens.PAPER
