"""What one can choose on the sheets of reports, sanctions and announcements, in their order. Pure, words included."""

from typing import Final, get_args

from halles.world import sanctions
from halles.world.reports import ReportReason
from halles.world.sanctions import SanctionKind
from halles_client.language import Tongue
from halles_client.view.hud import acts
from halles_client.view.hud.live_choices import Choice
from halles_client.view.hud.moderating import chosen
from halles_client.view.hud.opened import Ui
from halles_client.view.hud.safety_state import GivenHere, Moderating, Within
from halles_client.view.hud.state import HudState

REASONS: Final[tuple[ReportReason, ...]] = get_args(ReportReason)
"""Of reports; those of sanctions are ``world.sanctions.REASONS``."""

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


def sanction_choices(_: Tongue, ui: Ui, state: HudState) -> tuple[Choice, ...]:
    """Returns how and where somebody can be sanctioned, and what one has given them; then, once it is said how, why."""
    whom, moderating = ui.sanctioning, state.moderating
    if whom is None or moderating is None:
        return ()
    where = _scopes(_, ui, moderating.scopes)
    if ui.kind:
        what = Choice(kind_word(_, ui.kind), acts.Kind(""), chip=True, on=True, head=_("What, and where?"), quiet=True)
        why = tuple(
            Choice(text.within(_.language), acts.Decide(key), head="" if at else _("Why? This decides it."))
            for at, (key, text) in enumerate(sanctions.REASONS.items())
        )
        own = Choice(_("Something else, in your own words"), acts.Type("why"))
        return (what, *(row._replace(quiet=True, head="") for row in where), *why, own)
    kinds = tuple(
        Choice(kind_word(_, one), acts.Kind(one), chip=True, head="" if at else _("What?"))
        for at, one in enumerate(SanctionKind)
    )
    given = tuple(
        Choice(_lifting(_, one), acts.Lift(one.number), head="" if at else _("Given by you"))
        for at, one in enumerate(given_to(whom.person, moderating))
    )
    return (*kinds, *where, *given)


def given_to(person: str, moderating: Moderating) -> tuple[GivenHere, ...]:
    """Returns what one has given somebody and may lift."""
    return tuple(row for row in moderating.given if row.person == person)


def announce_choices(_: Tongue, ui: Ui, state: HudState) -> tuple[Choice, ...]:
    """Returns where one can announce something."""
    return _scopes(_, ui, state.moderating.announces) if state.moderating is not None else ()


def kind_word(_: Tongue, kind: SanctionKind) -> str:
    """Names what is done to somebody, for as long as it is given in the world."""
    return {
        SanctionKind.WARN: _("Warn"),
        SanctionKind.SILENCE: _("Silence, 10 min"),
        SanctionKind.HOLD: _("Hold in place, 10 min"),
        SanctionKind.REMOVE: _("Send out"),
        SanctionKind.BAN: _("Ban for a day"),
    }[kind]


def _scopes(_: Tongue, ui: Ui, offered: tuple[Within, ...]) -> tuple[Choice, ...]:
    meant = chosen(ui, offered)
    return tuple(
        Choice(one.name, acts.Scope(one.scope), chip=True, on=one.scope == meant, head="" if at else _("Where?"))
        for at, one in enumerate(offered)
    )


def _lifting(_: Tongue, given: GivenHere) -> str:
    kind = kind_word(_, given.kind)
    if given.until is None:
        return _("Take back: {what}", what=kind)
    day, month, hour, minute = given.until
    return _("Lift: {what}, until {day}, {time}", what=kind, day=f"{day}/{month}", time=_.time(hour, minute))


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
