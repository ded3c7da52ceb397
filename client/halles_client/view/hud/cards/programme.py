"""The programme: a sheet on the right with what is on and what comes, where one goes at once or says to come."""

from functools import partial
from typing import Final

from halles_client.view.hud import acts, tokens
from halles_client.view.hud.cards import sheet
from halles_client.view.hud.cards.buttons import Button, small
from halles_client.view.hud.cards.frame import View
from halles_client.view.hud.pen import Pen, Rect
from halles_client.view.hud.replay_state import Watchable
from halles_client.view.hud.state import Planned

_ROW: Final = 98


def programme(pen: Pen, view: View) -> None:
    """Draws the sheet."""
    _ = view.tongue
    if sheet.is_open(view, "programme"):
        sheet.draw(pen, view, sheet.Sheet("programme", _("Programme"), partial(_content, view)))


def _content(view: View, pen: Pen, area: Rect, y: int) -> int:
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
    small(pen, left, rect.y + rect.h - pen.u(36), Button(_("Watch it there"), acts.Watch(row.session)))


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
    at = small(pen, left, below, Button(_("Go there now"), acts.Go(row.goal), primary=row.on)) + pen.u(8)
    label = _("I will come ✓") if row.coming else _("I will come")
    small(pen, at, below, Button(label, acts.MarkComing(row.session)))
