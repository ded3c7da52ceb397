"""The programme: a sheet on the right with what is on and what comes, where one goes at once or says to come."""

from typing import Final

from halles_client.view.hud import acts, tokens
from halles_client.view.hud.cards.frame import View, scroll_mark, sheet_rect
from halles_client.view.hud.pen import Act, Pen, Rect
from halles_client.view.hud.replay_state import Watchable
from halles_client.view.hud.state import Planned

_ROW: Final = 98
_HEAD: Final = 54


def programme(pen: Pen, view: View) -> None:
    """Draws the sheet as high as its content, its rows scrolled where that is more than the window has."""
    if not view.inside or view.ui.sheet != "programme" or view.reading:
        return
    most, pad = sheet_rect(pen, view), pen.u(20)
    inner = Rect(most.x + pad, most.y + pen.u(_HEAD), most.w - 2 * pad, most.h - pen.u(_HEAD) - pen.u(12))
    measure = Pen(pen.glyphs, pen.size, view.ui.scale)
    whole = _content(measure, view, inner, inner.y) - inner.y
    window = min(whole, inner.h)
    rect = Rect(most.x, most.y, most.w, window + pen.u(_HEAD) + pen.u(12))
    pen.card(rect, alpha=0.94)
    _head(pen, view, rect)
    step = pen.line(15)
    pen.drawing.overflow = -(-max(0, whole - window) // step)
    offset = min(view.ui.scrolled("programme") * step, max(0, whole - window))
    area = Rect(rect.x, inner.y, rect.w, window)
    pen.clip(area)
    _content(pen, view, inner, inner.y - offset)
    pen.clip(None)
    scroll_mark(pen, area.inset(pen.u(2)), window, whole, offset)


def _head(pen: Pen, view: View, rect: Rect) -> None:
    _ = view.tongue
    cap = pen.width(_("Esc"), 13, "semibold") + pen.u(16)
    close = Rect(rect.x + rect.w - cap - pen.u(14), rect.y + pen.u(14), cap, pen.u(24))
    pen.text(rect.x + pen.u(20), rect.y + pen.u(14), _("Programme"), 18, "semibold", most=close.x - rect.x - pen.u(32))
    pen.key(close.x, close.y, _("Esc"))
    pen.target(close, acts.Close())


def _content(pen: Pen, view: View, area: Rect, y: int) -> int:
    """Draws all that scrolls; returns the y below it."""
    _ = view.tongue
    if not view.state.programme:
        y = pen.paragraph(area.x, y, area.w, _("Nothing more is planned."), fill=tokens.MUTED) + pen.u(8)
    else:
        hours = _("Hours are those of the show.")
        y = pen.paragraph(area.x, y, area.w, hours, 13, fill=tokens.MUTED, lines=2) + pen.u(8)
    for row in view.state.programme:
        _entry(pen, view, Rect(area.x - pen.u(8), y, area.w + pen.u(16), pen.u(_ROW)), row)
        y += pen.u(_ROW) + pen.u(6)
    if view.state.watchable:
        y = pen.paragraph(area.x, y + pen.u(8), area.w, _("To watch again"), 15, "semibold") + pen.u(6)
    for recorded in view.state.watchable:
        _recorded(pen, view, Rect(area.x - pen.u(8), y, area.w + pen.u(16), pen.u(_ROW)), recorded)
        y += pen.u(_ROW) + pen.u(6)
    return y


def _recorded(pen: Pen, view: View, rect: Rect, row: Watchable) -> None:
    """Draws when, where and what was recorded, and the button to watch it."""
    _ = view.tongue
    pen.box(rect)
    left, y, most = rect.x + pen.u(14), rect.y + pen.u(8), rect.w - pen.u(28)
    pen.text(left, y, f"{row.when} · {row.where}", 13, fill=tokens.MUTED, most=most)
    pen.text(left, y + pen.line(13), row.title, 15, "semibold", most=most)
    _button(pen, left, rect.y + rect.h - pen.u(36), _("Watch it there"), acts.Watch(row.session), primary=False)


def _entry(pen: Pen, view: View, rect: Rect, row: Planned) -> None:
    """Draws when, what and where, and below them the two things that one may do."""
    _ = view.tongue
    pen.box(rect)
    left, right, y = rect.x + pen.u(14), rect.x + rect.w - pen.u(14), rect.y + pen.u(8)
    if row.on:
        pen.shape(Rect(rect.x, rect.y, pen.u(6), rect.h), tokens.AMBER, pen.u(3))
    now = _("Now")
    when = f"{now} · {row.when}" if row.on else row.when
    wide = pen.text(left, y, when, 13, "semibold", tokens.AMBER if row.on else tokens.PAPER, most=right - left)
    where = f" · {row.goal.place}"
    pen.text(left + wide, y, where, 13, fill=tokens.MUTED, most=right - left - wide)
    pen.text(left, y + pen.line(13), row.goal.title, 15, "semibold", most=right - left)
    below = rect.y + rect.h - pen.u(36)
    at = _button(pen, left, below, _("Go there now"), acts.Go(row.goal), primary=row.on) + pen.u(8)
    label = _("I will come ✓") if row.coming else _("I will come")
    _button(pen, at, below, label, acts.MarkComing(row.session), primary=False)


def _button(pen: Pen, x: int, y: int, label: str, act: Act, *, primary: bool) -> int:
    """Draws a button; returns where it ends."""
    rect = Rect(x, y, pen.width(label, 13, "semibold") + pen.u(20), pen.u(28))
    pen.box(rect, tokens.AMBER if primary else tokens.KEY)
    ink = tokens.INK if primary else tokens.PAPER
    pen.text(rect.x + pen.u(10), rect.y + (rect.h - pen.line(13)) // 2, label, 13, "semibold", ink)
    pen.target(rect, act)
    return rect.x + rect.w
