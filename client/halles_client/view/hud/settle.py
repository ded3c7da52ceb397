"""How what somebody has open is fitted to what the show has become. Pure: see ``opened.py``."""

from dataclasses import replace
from typing import Final

from halles.world.booth import NAME_CAP
from halles_client.view.hud import acts
from halles_client.view.hud.acts import Sheet
from halles_client.view.hud.line_edit import Line
from halles_client.view.hud.lists import live_fields
from halles_client.view.hud.opened import BLANK, Ui, top
from halles_client.view.hud.state import HudState

_FIELDS: Final[dict[str, Sheet]] = {"report": "report", "why": "sanction", "announcement": "announce"}
"""The sheet that a field stands on."""


def settle(ui: Ui, before: HudState, now: HudState) -> Ui:
    """Fits what is open to a new state: a door opens with its field, a sheet that has gone takes its panel along."""
    ui = replace(ui, ring=ui.ring if top(ui, before) == top(ui, now) else None)
    ui = _sheet(_field(_door(ui, before, now), now), now)
    old, new = before.sheet, now.sheet
    if (old and old.booth) != (new and new.booth):
        sheet: Sheet = "" if new and ui.sheet == "people" else ui.sheet
        ui = replace(ui, panel="", sheet=sheet).scrolling("sheet", -10_000, 0)
    return ui


def _door(ui: Ui, before: HudState, now: HudState) -> Ui:
    """Opens it with its field, and closes it."""
    if now.door and not before.door:
        ui = replace(ui, typing="name", name=Line.of(now.door.name, NAME_CAP), look=now.door.look, sheet="", ring=None)
        ui = replace(ui, search=BLANK["search"], nameless=False)
        ui = replace(ui, dismissed=-1, muted=-1)  # the next visit counts its refusals from the start
    if ui.ring == acts.Back() and now.door and not now.door.busy:
        ui = replace(ui, ring=None)  # its button is gone
    if before.door and not now.door:
        ui = replace(ui, typing="", ring=None)
    if now.door and now.door.refusal and (not before.door or before.door.refusal != now.door.refusal):
        ui = replace(ui, typing="name", name=ui.name.all(), renamed=False, ring=None)
    return ui


def _field(ui: Ui, now: HudState) -> Ui:
    """Takes the keyboard from a field whose card is gone."""
    if ui.channel == "booth" and now.talk is None:
        ui = replace(ui, channel="nearby").scrolling("chat", -10_000, 0)
    if ui.typing == "back" and (now.talk is None or not now.talk.duty):
        ui = replace(ui, typing="", back=BLANK["back"])
    if ui.typing == "words" and (now.own_ring is None or now.own_ring.state != "missed"):
        ui = replace(ui, typing="", words=BLANK["words"])
    if ui.typing == "question" and (now.live is None or now.live.asking == "closed"):
        ui = replace(ui, typing="")
    if ui.typing == "backstage" and "backstage" not in live_fields(now.live, ui.sheet):
        ui = replace(ui, typing="")
    return ui


def _sheet(ui: Ui, now: HudState) -> Ui:
    """Closes a sheet of what is over, or of what this server has not."""
    gone = {
        "live": now.live is None,
        "conduct": now.live is None or not now.live.host,
        "replay": now.replay is None,
        "voice": now.voice is None,
        "sanction": now.moderating is None or not now.moderating.scopes,
        "announce": now.moderating is None or not now.moderating.announces,
    }
    if gone.get(ui.sheet):
        ui = replace(ui, sheet="")
    if ui.sheet != _FIELDS.get(ui.typing, ui.sheet):
        ui = replace(ui, typing="")  # its sheet is gone
    return ui
