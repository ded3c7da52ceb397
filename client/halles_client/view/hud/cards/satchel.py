"""The satchel: a sheet on the right with what was taken along, each opened in the browser or taken out."""

from typing import Final

from halles_client.view.hud import acts, texts, tokens
from halles_client.view.hud.booth_state import Satchel, Taken
from halles_client.view.hud.cards.frame import View, scroll_mark, sheet_rect
from halles_client.view.hud.pen import Pen, Rect

_ROW: Final = 58
_HEAD: Final = 54


def satchel(pen: Pen, view: View) -> None:
    """Draws the sheet as high as its content, its rows scrolled where that is more than the window has."""
    if not view.inside or view.ui.sheet != "satchel" or view.reading:
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
    offset = min(view.ui.scrolled("satchel") * step, max(0, whole - window))
    area = Rect(rect.x, inner.y, rect.w, window)
    pen.clip(area)
    _content(pen, view, inner, inner.y - offset)
    pen.clip(None)
    scroll_mark(pen, area.inset(pen.u(2)), window, whole, offset)


def _head(pen: Pen, view: View, rect: Rect) -> None:
    _, shown = view.tongue, view.state.satchel
    cap = pen.width(_("Esc"), 13, "semibold") + pen.u(16)
    close = Rect(rect.x + rect.w - cap - pen.u(14), rect.y + pen.u(14), cap, pen.u(24))
    title = _("Satchel") if shown is None else _("Satchel ({count})", count=_.number(shown.count))
    pen.text(rect.x + pen.u(20), rect.y + pen.u(14), title, 18, "semibold", most=close.x - rect.x - pen.u(30))
    pen.key(close.x, close.y, _("Esc"))
    pen.target(close, acts.Close())


def _content(pen: Pen, view: View, area: Rect, y: int) -> int:
    """Draws all that scrolls; returns the y below it."""
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
    label = _("Take out")
    wide = pen.width(label, 13, "semibold") + pen.u(20)
    button = Rect(rect.x + rect.w - wide - pen.u(10), rect.y + (rect.h - pen.u(28)) // 2, wide, pen.u(28))
    left, room = rect.x + pen.u(14), button.x - rect.x - pen.u(24)
    name = taken.title or (_("Document") if taken.media else _("Card of {booth}", booth=taken.booth))
    pen.text(left, rect.y + pen.u(8), name, 15, "semibold", most=room)
    became = texts.became(_, taken.state)
    below = " · ".join(part for part in ("PDF" if taken.media else "", taken.booth, became) if part)
    ink = tokens.AMBER if became else tokens.MUTED
    pen.text(left, rect.y + pen.u(8) + pen.line(15), below, 13, fill=ink, most=room)
    if taken.media and taken.state != "lost":
        pen.target(Rect(rect.x, rect.y, button.x - rect.x - pen.u(6), rect.h), acts.Take(taken.media))
    pen.box(button, tokens.KEY)
    pen.text(button.x + pen.u(10), button.y + (button.h - pen.line(13)) // 2, label, 13, "semibold")
    pen.target(button, acts.TakeOut(taken.item))
