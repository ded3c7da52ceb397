"""Announcing: a sheet on the right with where it is told, and a field for what is."""

from functools import partial
from typing import Final

from halles_client.view.hud import acts, tokens
from halles_client.view.hud.cards import sheet
from halles_client.view.hud.cards.frame import View
from halles_client.view.hud.cards.options import listed
from halles_client.view.hud.pen import Pen, Rect
from halles_client.view.hud.safety_choices import announce_choices

_FIELD: Final = 36
_BUTTON: Final = 40
_FOOT: Final = _FIELD + _BUTTON + 24


def announce(pen: Pen, view: View) -> None:
    """Draws the sheet."""
    _ = view.tongue
    if view.state.moderating is None or not sheet.is_open(view, "announce"):
        return
    rect = sheet.draw(pen, view, sheet.Sheet("announce", _("Announce"), partial(_content, view), foot=_FOOT))
    area = rect.inset(pen.u(16))
    button = Rect(area.x, area.y + area.h - pen.u(_BUTTON), area.w, pen.u(_BUTTON))
    field = Rect(area.x, button.y - pen.u(_FIELD + 8), area.w, pen.u(_FIELD))
    active = view.ui.typing == "announcement"
    hint = _("What everybody there reads, then Enter") if active else _("Enter: write it")
    pen.field(field, view.ui.announcement, hint, acts.Type("announcement"), active=active)
    pen.button(button, _("Announce it"), acts.Announce(), primary=bool(view.ui.announcement.text.strip()))


def _content(view: View, pen: Pen, area: Rect, y: int) -> int:
    _, moderating = view.tongue, view.state.moderating
    told = _("In the language that you speak here; your name stands with it. On the pages it can be told in three.")
    if moderating is not None and moderating.waits:
        waits = _("A film runs here: whoever watches is told when it is over.")
        y = pen.paragraph(area.x, y, area.w, waits, 13, "semibold", tokens.AMBER) + pen.u(4)
    y = pen.paragraph(area.x, y, area.w, told, 13, fill=tokens.MUTED, lines=5) + pen.u(4)
    return listed(pen, area, y, announce_choices(_, view.ui, view.state))
