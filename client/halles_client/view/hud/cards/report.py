"""Reporting somebody or a booth to the moderators: a sheet on the right with the reasons; a press sends the report."""

from functools import partial
from typing import Final, get_args

from halles.world.reports import ReportReason
from halles_client.language import Tongue
from halles_client.view.hud import acts, tokens
from halles_client.view.hud.cards import sheet
from halles_client.view.hud.cards.frame import View
from halles_client.view.hud.pen import Pen, Rect

REASONS: Final[tuple[ReportReason, ...]] = get_args(ReportReason)

_ROW: Final = 36


def report(pen: Pen, view: View) -> None:
    """Draws the sheet."""
    about, _ = view.ui.reporting, view.tongue
    if about is not None and sheet.is_open(view, "report"):
        title = _("Report {name}", name=about.name)
        sheet.draw(pen, view, sheet.Sheet("report", title, partial(_content, view)))


def _content(view: View, pen: Pen, area: Rect, y: int) -> int:
    _ = view.tongue
    told = _("Only the moderators know that it came from you. They also read what you heard here in the last minute.")
    y = pen.paragraph(area.x, y, area.w, told, 13, fill=tokens.MUTED, lines=6) + pen.u(10)
    for reason in REASONS:
        pen.button(Rect(area.x, y, area.w, pen.u(_ROW)), reason_word(_, reason), acts.SendReport(reason))
        y += pen.u(_ROW) + pen.u(6)
    return y


def reason_word(_: Tongue, reason: ReportReason) -> str:
    """Returns a reason in the reader's language."""
    return {
        "harassment": _("Harassment"),
        "hate": _("Hate or insult of a group"),
        "spam": _("Advertising or noise"),
        "rights": _("Somebody’s rights"),
        "other": _("Something else"),
    }[reason]
