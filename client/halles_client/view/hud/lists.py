"""What somebody may choose from now, in the order in which it is shown, and what choosing means. Pure."""

from halles.protocol.messages import Channel
from halles.world.text import LANGUAGES, Language
from halles_client.view.hud import acts
from halles_client.view.hud.acts import Field, Sheet
from halles_client.view.hud.live_state import LiveShown
from halles_client.view.hud.opened import Ui
from halles_client.view.hud.state import HudState, Person, Result


def results(ui: Ui, state: HudState) -> tuple[Result, ...]:
    """Returns the results that belong to what stands in the field, grouped by kind in the order of the answer."""
    if state.found is None or state.found.query != ui.search.text.strip():
        return ()
    order = list(dict.fromkeys(found.kind for found in state.found.results))
    return tuple(sorted(state.found.results, key=lambda found: order.index(found.kind)))[:12]


def people(state: HudState) -> tuple[Person, ...]:
    """Returns who is here, oneself first, then the nearest first."""
    return tuple(sorted(state.people, key=lambda who: (not who.me, who.blocked, who.distance_m, who.name)))


def to_person(who: Person) -> acts.Go:
    """Returns the act that goes to somebody."""
    return acts.Go(Result("person", who.id, who.name))


def report_person(who: Person) -> acts.Report:
    """Returns the act that asks why somebody is to be reported."""
    return acts.Report("person", who.id, who.name)


def live_fields(live: LiveShown | None, sheet: Sheet) -> tuple[Field, ...]:
    """Returns the fields at the foot of one of the live session's two sheets, the one that Enter opens first."""
    if live is None or sheet not in ("live", "conduct"):
        return ()
    asks: tuple[Field, ...] = ("question",) if sheet == "live" and live.asking != "closed" else ()
    return (*asks, "backstage") if live.behind else asks


def live_sheet(ui: Ui, state: HudState) -> Sheet:
    """Returns the sheet that I opens: taking part, then, for who conducts it, conducting."""
    if state.live is None or (ui.sheet == "live" and not state.live.host):
        return ""
    return {"live": "conduct", "conduct": ""}.get(ui.sheet, "live")  # type: ignore[return-value]


def next_channel(ui: Ui, state: HudState) -> Channel:
    """Returns the channel after the one shown; a booth's where one is at one."""
    channels: tuple[Channel, ...] = ("nearby", "hall", "booth") if state.talk is not None else ("nearby", "hall")
    return channels[(channels.index(ui.channel) + 1) % len(channels)] if ui.channel in channels else channels[0]


def languages_after(language: Language, step: int) -> Language:
    """Returns the language ``step`` places further in the order of signs."""
    return LANGUAGES[(LANGUAGES.index(language) + step) % len(LANGUAGES)]
