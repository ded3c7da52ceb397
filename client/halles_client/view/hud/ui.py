"""What a press means: it gives the next ``Ui`` and the events that leave the HUD. Pure: values in, values out.

Acts (``acts.py``) are what cards and keys stand for. What moderators do stands in ``moderating``.
"""

from dataclasses import replace
from typing import Final

from halles.world.look import COATS, HAIRS, HEADS, SKINS, TROUSERS, Look
from halles.world.movement import Gesture
from halles_client.view.hud import acts, moderating, outward
from halles_client.view.hud import events as hud
from halles_client.view.hud.acts import Act, Field, Row, Sheet
from halles_client.view.hud.opened import BLANK, Step, Top, Ui, hushed, top
from halles_client.view.hud.replay_state import StopWatching
from halles_client.view.hud.state import HudState

__all__ = ["GESTURES", "SCALES", "Step", "Top", "Ui", "press", "top"]

SCALES: Final = (1.0, 1.25, 1.5, 1.75, 2.0)

GESTURES: Final = (Gesture.WAVE, Gesture.APPLAUD, Gesture.RAISE_HAND, Gesture.TALK, Gesture.SIT, Gesture.NONE)
"""In the order of the digits, from 1 on."""


def press(ui: Ui, act: Act, state: HudState) -> Step:
    """Does what a press means.

    The keyboard's ring does not pass from one card to another, and the go-to field keeps no words without it.
    """
    pressed, told = _press(ui, act, state)
    if ui.typing == "search" != pressed.typing:
        pressed = replace(pressed, search=BLANK["search"])
    return (pressed if top(pressed, state) == top(ui, state) else replace(pressed, ring=None)), told


def _press(ui: Ui, act: Act, state: HudState) -> Step:
    match act:
        case acts.Type(which):
            return _focus(ui, which)
        case acts.Choose(row, index):
            return replace(ui, look=_looking(ui.look, row, index), ring=act, typing=""), ()
        case acts.Speak(language):
            ring = act if state.door else ui.ring
            return replace(ui, language=language, ring=ring), (hud.ChangedLanguage(language),)
        case acts.Enter():
            return _enter(ui, state)
        case acts.Hear(channel):
            return replace(ui, channel=channel).scrolling("chat", -10_000, 0), ()
        case acts.SayAgain(request):
            return _send_again(ui, request, state)
        case acts.Go(result):
            closed = replace(ui, typing="", sheet="", chosen=0)
            return closed, (hud.WentTo(result),)
        case acts.Open(sheet):
            return _open(ui, sheet, state)
        case acts.Close():
            return _close(ui, state)
        case acts.Read(slot):
            return replace(ui, panel=slot).scrolling("panel", -10_000, 0), ()
        case acts.Visit():
            return _visit(ui, state)
        case acts.Report():
            return _report(ui, act)
        case acts.Reason(reason):
            return replace(ui, reason=reason), ()
        case acts.SendReport():
            return _send_report(ui)
        case acts.Resize(step):
            return _resize(ui, step)
        case acts.Dismiss(serial):
            return replace(ui, dismissed=serial), ()
        case _:
            return moderating.pressed(ui, act, state) or _outward(ui, act, state)


def _outward(ui: Ui, act: Act, state: HudState) -> Step:
    """Acts that change nothing here but what is open."""
    told = outward.event(act, state)
    leaves = isinstance(act, acts.Watch | acts.GoToStage)
    if told is not None and (leaves or (isinstance(act, acts.Gesticulate) and ui.sheet == "gestures")):
        ui = replace(ui, sheet="")
    return ui, (told,) if told is not None else ()


def _visit(ui: Ui, state: HudState) -> Step:
    """Opens the booth before one, or closes the one that is open."""
    if state.sheet and (not state.near or state.near.booth == state.sheet.booth):
        return replace(ui, panel=""), (hud.ClosedSheet(),)
    return (replace(ui, sheet="", panel=""), (hud.OpenedBooth(state.near.booth),)) if state.near else (ui, ())


def _report(ui: Ui, about: acts.Report) -> Step:
    """Asks why; on the sheet that asks already it is another thing that is meant, for the same reason."""
    if ui.sheet != "report":
        ui = replace(ui, reason="", report=BLANK["report"]).scrolling("report", -10_000, 0)
    return replace(ui, sheet="report", reporting=about, panel="", typing=""), ()


def _send_report(ui: Ui) -> Step:
    """Sends it once there is a reason."""
    asked = ui.reporting
    if asked is None or not ui.reason:
        return replace(ui, typing=""), ()
    told = hud.Reported(asked.about, asked.subject, ui.reason, ui.report.text.strip(), asked.said_ms)
    return replace(ui, sheet="", typing="", reporting=None, reason="", report=BLANK["report"]), (told,)


def _resize(ui: Ui, step: int) -> Step:
    at = min(range(len(SCALES)), key=lambda i: abs(SCALES[i] - ui.scale)) + step
    scale = SCALES[max(0, min(at, len(SCALES) - 1))]
    return replace(ui, scale=scale), (hud.ChangedScale(scale),)


def _focus(ui: Ui, which: Field) -> Step:
    if which == "search" and ui.typing != "search":
        return replace(ui, typing="search", chosen=0, sheet="", ring=None), (hud.Searched(""),)
    return replace(ui, typing=which, ring=None), ()


def _enter(ui: Ui, state: HudState) -> Step:
    name = ui.name.text.strip()
    if state.door is None:
        return ui, ()
    if state.door.busy:
        return press(ui, acts.TryAgain(), state)
    if not name:
        return replace(ui, typing="name", ring=None, nameless=True), ()
    return ui, (hud.EnteredAtDoor(name, ui.look, ui.language),)


def _open(ui: Ui, sheet: Sheet, state: HudState) -> Step:
    if ui.sheet == sheet:
        return replace(ui, sheet=""), ()
    if sheet == "replay" and state.replay is None:
        return ui, ()
    if sheet == "voice" and state.voice is None:
        return ui, ()
    if sheet == "announce":
        if state.moderating is None or not state.moderating.announces:
            return ui, ()
        return replace(ui, sheet=sheet, scope="", panel="", typing="announcement"), ()
    ui = replace(ui, sheet=sheet, chosen=0, panel="", typing="").scrolling("people", -10_000, 0)
    if sheet in ("live", "conduct", "replay"):
        ui = ui.scrolling(sheet, -10_000, 0)
    if sheet == "programme":
        return ui, (hud.OpenedProgramme(),)
    if sheet == "satchel":
        return ui.scrolling("satchel", -10_000, 0), (hud.OpenedSatchel(),)
    return ui, (hud.ClosedSheet(),) if state.sheet and sheet == "people" else ()


def _close(ui: Ui, state: HudState) -> Step:
    if ui.typing:
        return replace(ui, typing="", chosen=0), ()
    if ui.panel:
        return replace(ui, panel=""), ()
    if ui.sheet:
        return replace(ui, sheet=""), ()
    if state.sheet:
        return ui, (hud.ClosedSheet(),)
    if state.replay is not None:
        return ui, (hud.DidReplay(StopWatching()),)
    newest = max((row.serial for row in state.notices), default=ui.dismissed)
    return replace(ui, dismissed=max(newest, ui.dismissed)), ()


def _looking(look: Look, row: Row, index: int) -> Look:
    if row == "coat":
        return Look(index % len(COATS), index % len(TROUSERS), look.skin, look.head, look.hair)
    skin = index % len(SKINS) if row == "skin" else look.skin
    hair = index % len(HAIRS) if row == "hair" else look.hair
    head = index % HEADS if row == "head" else look.head
    return Look(look.coat, look.trousers, skin, head, hair)


def _send_again(ui: Ui, request: bytes, state: HudState) -> Step:
    failed = [line.request for line in state.chat if line.channel == ui.channel and line.request]
    if not failed or (request and request not in failed):
        return ui, ()
    return hushed(ui, state), (hud.SaidAgain(request or failed[-1]),)
