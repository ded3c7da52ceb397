"""Sanctioning somebody, in two presses: what is done to them, and why; and lifting what one has given them."""

from functools import partial
from typing import Final

from halles_client.view.hud import acts, tokens
from halles_client.view.hud.cards import sheet
from halles_client.view.hud.cards.frame import View
from halles_client.view.hud.cards.options import listed
from halles_client.view.hud.pen import Pen, Rect
from halles_client.view.hud.safety_choices import given_to, sanction_choices

_FIELD: Final = 36
_FOOT: Final = _FIELD + 20


def sanction(pen: Pen, view: View) -> None:
    """Draws the sheet; once it is said how, with a field for another reason at its foot."""
    whom, _ = view.ui.sanctioning, view.tongue
    if whom is None or view.state.moderating is None or not sheet.is_open(view, "sanction"):
        return
    title, foot = _("Sanction {name}", name=whom.name), _FOOT if view.ui.kind else 0
    rect = sheet.draw(pen, view, sheet.Sheet("sanction", title, partial(_content, view), foot=foot))
    if not foot:
        return
    area = rect.inset(pen.u(16))
    active = view.ui.typing == "why"
    hint = _("Another reason, then Enter") if active else _("Enter: another reason")
    field = Rect(area.x, area.y + area.h - pen.u(_FIELD), area.w, pen.u(_FIELD))
    pen.field(field, view.ui.why, hint, acts.Type("why"), active=active)


def _content(view: View, pen: Pen, area: Rect, y: int) -> int:
    _, whom, moderating = view.tongue, view.ui.sanctioning, view.state.moderating
    given = given_to(whom.person, moderating) if whom is not None and moderating is not None else ()
    if not view.ui.kind and not given:
        told = _("They read what, where, until when, why, your role and how to appeal; not your name.")
        y = pen.paragraph(area.x, y, area.w, told, 13, fill=tokens.MUTED, lines=6) + pen.u(4)
    return listed(pen, area, y, sanction_choices(_, view.ui, view.state))
