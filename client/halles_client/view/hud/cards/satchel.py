"""The satchel: a sheet on the right with what was taken along, each opened in the browser or taken out."""

from functools import partial
from typing import Final

from halles_client.view.hud import acts, texts, tokens
from halles_client.view.hud.booth_state import Satchel, Taken
from halles_client.view.hud.cards import sheet
from halles_client.view.hud.cards.buttons import SMALL, Button, small, small_width
from halles_client.view.hud.cards.frame import View
from halles_client.view.hud.pen import Pen, Rect

_ROW: Final = 58


def satchel(pen: Pen, view: View) -> None:
    """Draws the sheet."""
    if not sheet.is_open(view, "satchel"):
        return
    _, shown = view.tongue, view.state.satchel
    title = _("Satchel") if shown is None else _("Satchel ({count})", count=_.number(shown.count))
    sheet.draw(pen, view, sheet.Sheet("satchel", title, partial(_content, view)))


def _content(view: View, pen: Pen, area: Rect, y: int) -> int:
    _, shown = view.tongue, view.state.satchel
    if shown is None:
        return pen.paragraph(area.x, y, area.w, _("Looking into it…"), fill=tokens.MUTED)
    y = pen.paragraph(area.x, y, area.w, _kept(view, shown), 13, fill=tokens.MUTED, lines=4) + pen.u(10)
    for taken in shown.items:
        _item(pen, view, Rect(area.x - pen.u(8), y, area.w + pen.u(16), pen.u(_ROW)), taken)
        y += pen.u(_ROW) + pen.u(6)
    if shown.count > len(shown.items):
        y = pen.paragraph(
            area.x, y, area.w, _("The older ones are on the pages, under Satchel."), 13, fill=tokens.MUTED
        )
    return y


def _kept(view: View, shown: Satchel) -> str:
    _ = view.tongue
    if not shown.items:
        return _("Nothing lies in it yet. Take documents and cards in a booth’s sheet.")
    if shown.kept == "account":
        return _("It stays in your account, here and on the pages.")
    return _("Without an account it stays as long as this visit: open now what you want to keep.")


def _item(pen: Pen, view: View, rect: Rect, taken: Taken) -> None:
    """Draws one thing: its name, whose it is and what became of it; a document is opened by its row."""
    _ = view.tongue
    pen.box(rect)
    button = Button(_("Take out"), acts.TakeOut(taken.item))
    edge = rect.x + rect.w - small_width(pen, button.label) - pen.u(10)
    left, room = rect.x + pen.u(14), edge - rect.x - pen.u(24)
    name = taken.title or (_("Document") if taken.media else _("Card of {booth}", booth=taken.booth))
    pen.text(left, rect.y + pen.u(8), name, 15, "semibold", most=room)
    became = texts.became(_, taken.state)
    below = " · ".join(part for part in ("PDF" if taken.media else "", taken.booth, became) if part)
    ink = tokens.AMBER if became else tokens.MUTED
    pen.text(left, rect.y + pen.u(8) + pen.line(15), below, 13, fill=ink, most=room)
    if taken.media and taken.state != "lost":
        pen.target(Rect(rect.x, rect.y, edge - rect.x - pen.u(6), rect.h), acts.Take(taken.media))
    small(pen, edge, rect.y + (rect.h - pen.u(SMALL)) // 2, button)
