"""From decisions and moderation of a visit to what the HUD shows of them."""

from halles.ids import BoothId, HallId, LiveSessionId
from halles.protocol.standing_messages import LiftedCard, SanctionCard, ScopeKind
from halles.world.text import Language
from halles_client.goals import Goal, hall_name
from halles_client.language import speak
from halles_client.moments import moment
from halles_client.view.hud.cards.decision import what
from halles_client.view.hud.safety_state import Decision, GivenHere, Moderating, Within
from halles_client.visit import Visit


def decision(visit: Visit, language: Language) -> Decision | None:
    """Returns what moderators have decided about oneself."""
    told = visit.decisions.shown
    if told is None:
        return None
    return Decision(
        told.kind,
        told.reason,
        moment(told.until_ms),
        told.appealed,
        told.sanction,
        scope_name(visit, language, told.scope, told.place),
        told.by_role,
        read=visit.decisions.read_is(told),
        upheld=told.upheld,
        answer=told.answer,
    )


def moderating(visit: Visit, language: Language) -> Moderating | None:
    """Returns what one moderates here; None for who moderates nothing."""
    moderation = visit.moderation
    scopes, announces = moderation.scopes, moderation.announces
    if not scopes and not announces:
        return None
    hall = visit.replica.hall or ""
    given = tuple(
        GivenHere(
            one.number,
            Goal(hall, f"visit:{one.visit}").id,
            one.kind,
            moment(one.until_ms) if one.until_ms else None,
        )
        for one in moderation.given
    )
    return Moderating(
        tuple(Within(one, scope_name(visit, language, one, moderation.place(one))) for one in scopes),
        tuple(Within(one, scope_name(visit, language, one, moderation.place(one))) for one in announces),
        given,
        waits=moderation.film_runs,
    )


def forbidden(sanction: SanctionCard, language: Language) -> str:
    """Says why something was refused that a decision forbids."""
    _ = speak(language)
    day, month, hour, minute = moment(sanction.until_ms)
    until = _("Until {day}, {time}", day=f"{day}/{month}", time=_.time(hour, minute))
    said = f"{what(_, sanction.kind)}. {until}."
    reason = _("“{words}”", words=sanction.reason)
    return f"{said} {reason}" if sanction.reason else said


def lifted(visit: Visit, language: Language, told: LiftedCard) -> str:
    """Says that a decision was lifted, and what was answered."""
    _ = speak(language)
    head = _("Your appeal was answered: it is lifted.") if told.appealed else _("A moderator has lifted it.")
    name = scope_name(visit, language, told.scope, told.place)
    said = f"{what(_, told.kind)} ({name}). {head}"
    return f"{said} {_('“{words}”', words=told.answer)}" if told.answer else said


def scope_name(visit: Visit, language: Language, scope: ScopeKind, place: str) -> str:
    """Names a part of the show."""
    _ = speak(language)
    if scope == "hall":
        return hall_name(visit.replica, language, HallId(place)) or place
    if scope == "booth":
        return visit.talk.name(BoothId(place))
    if scope == "live":
        live = visit.replica.live.open.get(LiveSessionId(place))
        return live.about.title.read(language)[0] if live is not None else _("Live session")
    return _("The whole show")
