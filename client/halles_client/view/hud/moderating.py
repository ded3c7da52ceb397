"""What presses of who moderates mean: sanctioning in two steps, lifting, announcing. Pure: see ``opened.py``."""

from dataclasses import replace

from halles.protocol.standing_messages import ScopeKind
from halles_client.view.hud import acts
from halles_client.view.hud import events as hud
from halles_client.view.hud.acts import Act
from halles_client.view.hud.opened import BLANK, Step, Ui
from halles_client.view.hud.safety_state import Within
from halles_client.view.hud.state import HudState


def pressed(ui: Ui, act: Act, state: HudState) -> Step | None:
    """Does what an act of a moderator means; None for any other act."""
    match act:
        case acts.Sanction():
            if state.moderating is None or not state.moderating.scopes:
                return ui, ()
            fresh = replace(ui, kind="", scope="", why=BLANK["why"]).scrolling("sanction", -10_000, 0)
            return replace(fresh, sheet="sanction", sanctioning=act, panel="", typing=""), ()
        case acts.Kind(kind):
            return replace(ui, kind=kind), ()
        case acts.Scope(scope):
            return replace(ui, scope=scope), ()
        case acts.Decide(reason):
            return _decide(ui, state, reason)
        case acts.DecideSaid():
            return _decide(ui, state, "")
        case acts.Announce():
            return _announce(ui, state)
    return None


def chosen(ui: Ui, offered: tuple[Within, ...]) -> ScopeKind | None:
    """Returns the scope that is meant: the one chosen, else the first offered."""
    kinds = [one.scope for one in offered]
    return ui.scope if ui.scope in kinds else next(iter(kinds), None)


def _decide(ui: Ui, state: HudState, reason: str) -> Step:
    """Sanctions somebody once it is said how; with a reason of the list, or in one's own words."""
    said, whom = ui.why.text.strip(), ui.sanctioning
    scope = chosen(ui, state.moderating.scopes) if state.moderating is not None else None
    if whom is None or scope is None or not ui.kind or not (reason or said):
        return replace(ui, typing=""), ()
    told = hud.Sanctioned(whom.person, ui.kind, scope, reason, "" if reason else said)
    return replace(ui, sheet="", typing="", sanctioning=None, kind="", scope="", why=BLANK["why"]), (told,)


def _announce(ui: Ui, state: HudState) -> Step:
    """Announces what stands in the field."""
    said = ui.announcement.text.strip()
    scope = chosen(ui, state.moderating.announces) if state.moderating is not None else None
    if not said or scope is None:
        return replace(ui, typing=""), ()
    done = replace(ui, sheet="", typing="", scope="", announcement=BLANK["announcement"])
    return done, (hud.Announced(scope, said),)
