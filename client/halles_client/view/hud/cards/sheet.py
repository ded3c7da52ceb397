"""The frame of a sheet on the right: its heading with Escape, what scrolls below, and room for a foot."""

from collections.abc import Callable
from typing import Final, NamedTuple

from halles_client.view.hud import acts
from halles_client.view.hud.cards.buttons import Button
from halles_client.view.hud.cards.frame import View, scroll_mark, sheet_rect
from halles_client.view.hud.pen import Pen, Rect

HEAD: Final = 54
"""Height of the heading, pixels of the look."""

_BELOW: Final = 12


Content = Callable[[Pen, Rect, int], int]
"""Draws all that scrolls from a y on, within an area; returns the y below it."""


class Sheet(NamedTuple):
    """A sheet.

    Attributes:
        name: Its name in ``Ui.sheet``, by which it is scrolled as well.
        title: What stands over it.
        content: What scrolls.
        pad: Pixels of the look left and right of the content.
        foot: Pixels of the look that stay free below the content.
        other: The way to another sheet, beside the title.
    """

    name: str
    title: str
    content: Content
    pad: int = 20
    foot: int = 0
    other: Button | None = None


def is_open(view: View, name: str) -> bool:
    """Tells whether a sheet is to be drawn."""
    return view.inside and view.ui.sheet == name and not view.reading


def draw(pen: Pen, view: View, sheet: Sheet) -> Rect:
    """Draws a sheet as high as its content, scrolled where that is more than the window has; returns all of it."""
    most, pad, foot = sheet_rect(pen, view), pen.u(sheet.pad), pen.u(sheet.foot)
    above, below = pen.u(HEAD), pen.u(_BELOW) + foot
    inner = Rect(most.x + pad, most.y + above, most.w - 2 * pad, most.h - above - below)
    whole = height(pen, view, sheet.content, inner)
    rect = Rect(most.x, most.y, most.w, min(whole, inner.h) + above + below)
    pen.card(rect, alpha=0.94)
    heading(pen, view, Rect(rect.x + pad, rect.y, rect.w - pad, rect.h), sheet.title, sheet.other)
    scrolled(pen, view, sheet, Rect(rect.x, inner.y, rect.w, min(whole, inner.h)), whole)
    return rect


def heading(pen: Pen, view: View, rect: Rect, title: str, other: Button | None = None) -> None:
    """Draws a title at the left edge, Escape at the right one, and the way to another sheet between them."""
    _, inset = view.tongue, pen.u(14)
    cap = pen.width(_("Esc"), 13, "semibold") + pen.u(16)
    close = Rect(rect.x + rect.w - cap - inset, rect.y + inset, cap, pen.u(24))
    edge = close.x
    if other is not None:
        wide = pen.width(other.label, 13, "semibold") + pen.u(46)
        there = Rect(close.x - wide - pen.u(6), close.y, wide, close.h)
        pen.key(there.x + pen.u(4), there.y, other.key)
        pen.text(there.x + pen.u(36), there.y + (there.h - pen.line(13)) // 2, other.label, 13, "semibold")
        pen.target(there, other.act)
        edge = there.x
    pen.text(rect.x, close.y, title, 18, "semibold", most=edge - rect.x - pen.u(8))
    pen.key(close.x, close.y, _("Esc"))
    pen.target(close, acts.Close())


def height(pen: Pen, view: View, content: Content, area: Rect) -> int:
    """Returns how high a content is."""
    return content(Pen(pen.glyphs, pen.size, view.ui.scale), area, area.y) - area.y


def scrolled(pen: Pen, view: View, sheet: Sheet, window: Rect, whole: int) -> None:
    """Draws the part of a content, ``whole`` pixels high, that a window shows, and how far it is scrolled."""
    pad, step = pen.u(sheet.pad), pen.line(15)
    pen.drawing.overflow = -(-max(0, whole - window.h) // step)
    offset = min(view.ui.scrolled(sheet.name) * step, max(0, whole - window.h))
    pen.clip(window)
    sheet.content(pen, Rect(window.x + pad, window.y, window.w - 2 * pad, window.h), window.y - offset)
    pen.clip(None)
    scroll_mark(pen, window.inset(pen.u(2)), window.h, whole, offset)
