"""What stands in the HUD's fields: an edited line, and what Enter makes of it. Pure: see ``opened.py``."""

import re
from dataclasses import replace
from typing import Final

from halles_client.view.hud import events as hud
from halles_client.view.hud.line_edit import Line
from halles_client.view.hud.opened import BLANK, Step, Ui, hushed
from halles_client.view.hud.state import HudState

_HOUR: Final = re.compile(r"([01]?\d|2[0-3])\s*[:.hHuU]\s*([0-5]\d)?")
_MINUTES: Final = re.compile(r"\d{1,3}")


def edited(ui: Ui, line: Line) -> Step:
    """Puts an edited line into the field that has the keyboard."""
    which = ui.typing
    if not which:
        return ui, ()
    changed = line.text.strip() != ui.line(which).text.strip()
    if which == "search":
        ui = replace(ui, search=line, chosen=0 if changed else ui.chosen)
        return ui, (hud.Searched(line.text.strip()),) if changed else ()
    if which == "name":
        ui = replace(ui, nameless=ui.nameless and not line.text.strip(), renamed=ui.renamed or changed)
    return ui.written(which, line), ()


def send(ui: Ui, state: HudState) -> Step:
    """Says what stands in the chat's field; an empty field gives the keyboard back to walking."""
    text = ui.chat.text.strip()
    if not text:
        return replace(ui, typing=""), ()
    ui = replace(hushed(ui, state), chat=BLANK["chat"]).scrolling("chat", -10_000, 0)
    return ui, (hud.SaidIt(ui.channel, text),)


def leave_words(ui: Ui, state: HudState) -> Step:
    """Leaves what stands in the field with the missed ring; an empty field gives the keyboard back to walking."""
    text, ui = ui.words.text.strip(), replace(ui, typing="")
    if not text or state.own_ring is None:
        return ui, ()
    return replace(ui, words=BLANK["words"]), (hud.LeftMessage(text),)


def say_back(ui: Ui, state: HudState) -> Step:
    """Says when one is back: "15:00", "15 h", "15.30" or minutes; what is neither stays to be changed."""
    text = ui.back.text.strip()
    if state.talk is None or not state.talk.duty:
        return replace(ui, typing="", back=BLANK["back"]), ()
    if hour := _HOUR.fullmatch(text):
        event = hud.SaidBack(at=(int(hour[1]), int(hour[2] or 0)))
    elif not text or _MINUTES.fullmatch(text):
        event = hud.SaidBack(int(text or 0))
    else:
        return replace(ui, back=ui.back.all()), ()
    return replace(ui, typing="", back=BLANK["back"]), (event,)


def say_backstage(ui: Ui, state: HudState) -> Step:
    """Says to hosts and speakers what stands in the field; an empty field gives the keyboard back to walking."""
    text = ui.backstage.text.strip()
    if not text or state.live is None or not state.live.behind:
        return replace(ui, typing=""), ()
    return replace(ui, backstage=BLANK["backstage"]), (hud.SaidBackstage(text),)


def ask(ui: Ui, state: HudState) -> Step:
    """Asks the live session what stands in the field; an empty field gives the keyboard back to walking."""
    text, ui = ui.question.text.strip(), replace(ui, typing="")
    if not text or state.live is None:
        return ui, ()
    return replace(ui, question=BLANK["question"]), (hud.AskedLive(text),)
