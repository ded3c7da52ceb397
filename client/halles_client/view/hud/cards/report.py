"""Reporting somebody or something to the moderators: why, in one's own words if one likes, and what happens then."""

from functools import partial
from typing import Final

from halles_client.view.hud import acts, tokens
from halles_client.view.hud.cards import sheet
from halles_client.view.hud.cards.frame import View
from halles_client.view.hud.cards.options import listed
from halles_client.view.hud.pen import Pen, Rect
from halles_client.view.hud.safety_choices import report_choices

_FIELD: Final = 36
_BUTTON: Final = 40
_FOOT: Final = _FIELD + _BUTTON + 24


def report(pen: Pen, view: View) -> None:
    """Draws the sheet."""
    about, _ = view.ui.reporting, view.tongue
    if about is None or not sheet.is_open(view, "report"):
        return
    title = _("Report {name}", name=about.name)
    rect = sheet.draw(pen, view, sheet.Sheet("report", title, partial(_content, view), foot=_FOOT))
    area = rect.inset(pen.u(16))
    button = Rect(area.x, area.y + area.h - pen.u(_BUTTON), area.w, pen.u(_BUTTON))
    active = view.ui.typing == "report"
    hint = _("In your own words, if you like") if active else _("Enter: in your own words, if you like")
    field = Rect(area.x, button.y - pen.u(_FIELD + 8), area.w, pen.u(_FIELD))
    pen.field(field, view.ui.report, hint, acts.Type("report"), active=active)
    label = _("Send the report") if view.ui.reason else _("Choose why first")
    pen.button(button, label, acts.SendReport(), primary=bool(view.ui.reason))


def _content(view: View, pen: Pen, area: Rect, y: int) -> int:
    _ = view.tongue
    told = _("Only the moderators know that it came from you. They also read what you heard here in the last minute.")
    then = _("You are told here when they have looked at it.")
    y = pen.paragraph(area.x, y, area.w, f"{told} {then}", 13, fill=tokens.MUTED, lines=8) + pen.u(4)
    return listed(pen, area, y, report_choices(_, view.ui, view.state))
