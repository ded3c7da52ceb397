"""What one can choose on the sheet of a report, in its order; the first nine have a digit. Pure, words included."""

from typing import Final, get_args

from halles.world.reports import ReportReason
from halles_client.language import Tongue
from halles_client.view.hud import acts
from halles_client.view.hud.live_choices import Choice
from halles_client.view.hud.state import HudState
from halles_client.view.hud.ui import Ui

REASONS: Final[tuple[ReportReason, ...]] = get_args(ReportReason)

LINES: Final = 3
"""Lines of one person that a report may be about: the newest."""


def report_choices(_: Tongue, ui: Ui, state: HudState) -> tuple[Choice, ...]:
    """Returns why something can be reported, then what else of the same person or booth it may be about."""
    reasons = tuple(
        Choice(reason_word(_, one), acts.Reason(one), chip=True, on=one == ui.reason, head="" if at else _("Why?"))
        for at, one in enumerate(REASONS)
    )
    about = _about(_, ui.reporting, state) if ui.reporting is not None else ()
    if len(about) < 2:
        return reasons
    meant = tuple(
        Choice(label, act, on=act == ui.reporting, head="" if at else _("It is about"))
        for at, (label, act) in enumerate(about)
    )
    return (*reasons, *meant)


def reason_word(_: Tongue, reason: ReportReason) -> str:
    """Returns a reason in the reader's language."""
    return {
        "harassment": _("Harassment"),
        "hate": _("Hate or insult of a group"),
        "spam": _("Advertising or noise"),
        "rights": _("Somebody’s rights"),
        "other": _("Something else"),
    }[reason]


def _about(_: Tongue, asked: acts.Report, state: HudState) -> tuple[tuple[str, acts.Report], ...]:
    """Returns what a report may be about, with its words: somebody or a line of theirs, a booth or its host."""
    name, subject = asked.name, asked.subject
    if asked.about in ("person", "line"):
        said = [line for line in state.chat if line.by == subject][-LINES:]
        lines = [acts.Report("line", subject, name, line.text, line.said_ms) for line in reversed(said)]
        if asked.about == "line" and asked not in lines:
            lines = [asked, *lines[: LINES - 1]]
        return (
            (_("{name}, as a person", name=name), acts.Report("person", subject, name)),
            *((_("“{words}”", words=line.said), line) for line in lines),
        )
    host = ((_("The recorded host"), acts.Report("host", subject, name)),)
    recorded = state.sheet is not None and state.sheet.recorded
    return ((_("The booth"), acts.Report("booth", subject, name)), *(host if recorded or asked.about == "host" else ()))
