"""Reporting somebody or a booth to the moderators: a sheet on the right with the reasons; a press sends the report."""

from typing import Final, get_args

from halles.world.reports import ReportReason
from halles_client.language import Tongue
from halles_client.view.hud import acts, tokens
from halles_client.view.hud.cards.frame import View, sheet_rect
from halles_client.view.hud.pen import Pen, Rect

REASONS: Final[tuple[ReportReason, ...]] = get_args(ReportReason)

_PAD: Final = 20
_ROW: Final = 36


def report(pen: Pen, view: View) -> None:
    """Draws the sheet as high as its content."""
    if not view.inside or view.ui.sheet != "report" or view.ui.reporting is None or view.reading:
        return
    most = sheet_rect(pen, view)
    measure = Pen(pen.glyphs, pen.size, view.ui.scale)
    high = _content(measure, view, most) - most.y
    pen.card(Rect(most.x, most.y, most.w, high), alpha=0.94)
    _content(pen, view, most)


def _content(pen: Pen, view: View, rect: Rect) -> int:
    """Draws all of it; returns the y below."""
    _, about = view.tongue, view.ui.reporting
    assert about is not None
    left, wide = rect.x + pen.u(_PAD), rect.w - 2 * pen.u(_PAD)
    cap = pen.width(_("Esc"), 13, "semibold") + pen.u(16)
    close = Rect(rect.x + rect.w - cap - pen.u(14), rect.y + pen.u(14), cap, pen.u(24))
    pen.key(close.x, close.y, _("Esc"))
    pen.target(close, acts.Close())
    title = _("Report {name}", name=about.name)
    y = pen.paragraph(left, rect.y + pen.u(14), close.x - left - pen.u(10), title, 18, "semibold", lines=2) + pen.u(6)
    told = _("Only the moderators know that it came from you. They also read what you heard here in the last minute.")
    y = pen.paragraph(left, y, wide, told, 13, fill=tokens.MUTED, lines=6) + pen.u(10)
    for reason in REASONS:
        pen.button(Rect(left, y, wide, pen.u(_ROW)), reason_word(_, reason), acts.SendReport(reason))
        y += pen.u(_ROW) + pen.u(6)
    return y + pen.u(8)


def reason_word(_: Tongue, reason: ReportReason) -> str:
    """Returns a reason in the reader's language."""
    return {
        "harassment": _("Harassment"),
        "hate": _("Hate or insult of a group"),
        "spam": _("Advertising or noise"),
        "rights": _("Somebody’s rights"),
        "other": _("Something else"),
    }[reason]
