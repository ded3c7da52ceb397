"""What each key means, given what is open. Pure; which key was pressed is found out in ``keyboard.py``.

Keys are named as Panda3D names them (``arrow_left``, ``page_up``, ``tab``), with ``shift-`` and ``control-`` before,
in this order. Digits are keys by where they lie, because French and Belgian keyboards give them with Shift only; what
opens a field is a character, because as a key it would come before its own letter on some systems.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, NamedTuple, cast, get_args

from halles_client.language import speak
from halles_client.view.hud import acts
from halles_client.view.hud.acts import Act, AnySheet, Beside, Field, Sheet
from halles_client.view.hud.fields import ask, edited, leave_words, say_back, say_backstage, send
from halles_client.view.hud.line_edit import Line
from halles_client.view.hud.lists import (
    languages_after,
    live_fields,
    live_sheet,
    next_channel,
    people,
    report_person,
    results,
    to_person,
)
from halles_client.view.hud.live_choices import Choice, by_digit, choices
from halles_client.view.hud.pen import Stop
from halles_client.view.hud.replay_state import JumpBy, PlayOrPause, ReplayWish, SetSpeed
from halles_client.view.hud.safety_choices import announce_choices, report_choices, sanction_choices
from halles_client.view.hud.state import HudState
from halles_client.view.hud.ui import GESTURES, Step, Top, Ui, press, top

DIGITS: Final = tuple("123456789")
"""Keys of the digit row that mean something: a gesture, or a panel of the open booth."""


class Drawn(NamedTuple):
    """What keys must know of the cards as they are on the screen.

    Attributes:
        most: How many lines a card can be scrolled.
        stops: Where the ring may stand on a card, in reading order.
    """

    most: Callable[[str], int]
    stops: Callable[[str], Sequence[Stop]]


_WALKED: Final[frozenset[Top]] = frozenset({"closed", "reading", "sheet", *get_args(AnySheet)}) - {"people", "map"}
"""Cards that Tab walks while they are on top; the door and the list of people have ways of their own."""

_SCROLLED: Final[frozenset[Sheet]] = frozenset({"help", *get_args(Beside)}) - {"people"}

_SHEETS: Final[dict[str, Sheet]] = {
    "g": "gestures",
    "tab": "people",
    "m": "map",
    "k": "satchel",
    "o": "programme",
    "u": "voice",
    "n": "announce",
    "f1": "help",
}
_RECORDING: Final[dict[str, Act]] = {"h": acts.Record(), "y": acts.KeepRecording(), "n": acts.DropRecording()}
_REPLAY: Final[dict[str, ReplayWish]] = {
    "space": PlayOrPause(),
    "arrow_left": JumpBy(-1),
    "arrow_right": JumpBy(1),
}
_CHOICES: Final = {"report": report_choices, "sanction": sanction_choices, "announce": announce_choices}
"""What stands beside digits, by sheet."""

_FIELDS: Final[dict[str, Field]] = {"report": "report", "sanction": "why", "announce": "announcement"}
"""The field that Enter opens, by sheet."""

_SENT: Final[dict[str, Act]] = {
    "report": acts.SendReport(),
    "why": acts.DecideSaid(),
    "announcement": acts.Announce(),
}
"""What Enter does in a field."""

IN_LIST: Final = ("r", "s")
"""Keys that walk elsewhere, and mean somebody while the list of people has the keyboard."""

_PAGE: Final = 8


def key(ui: Ui, name: str, state: HudState, drawn: Drawn) -> Step:
    """Does what a key means now."""
    over = top(ui, state)
    if over == "door":
        return _at_door(ui, name, state)
    if name == "control-enter" and over != "closed":
        return press(ui, acts.SayAgain(), state)
    if ui.typing and over != "closed":
        return _in_field(ui, name, state, drawn)
    stops = drawn.stops(over) if over in _WALKED else ()
    if stops and name in ("tab", "shift-tab"):
        return _next_stop(ui, over, stops, drawn, step=-1 if name == "shift-tab" else 1), ()
    if name in ("enter", "space") and any(stop.act == ui.ring for stop in stops):
        return press(ui, ui.ring, state) if ui.ring is not None else (ui, ())
    if over == "closed":
        return press(ui, acts.TryAgain(), state) if name == "enter" else (ui, ())
    if name == "escape":
        return press(ui, acts.Close(), state)
    if name in DIGITS:
        return _digit(ui, int(name), state)
    return _reading(ui, name, state, drawn) if over == "reading" else _open(ui, name, state, drawn)


def _open(ui: Ui, name: str, state: HudState, drawn: Drawn) -> Step:
    """Keys in the hall, whatever sheet is open."""
    if ui.sheet == "people" and name in ("arrow_up", "arrow_down", "page_up", "page_down", "enter", "delete"):
        return _people(ui, name, state)
    if ui.sheet == "people" and name in IN_LIST:
        return _about_person(ui, name, state)
    if name in ("page_up", "page_down"):
        card = ui.sheet if ui.sheet in _SCROLLED else "sheet" if state.sheet else "chat"
        return _scrolled(ui, card, name, drawn), ()
    return _walking(ui, name.removeprefix("shift-"), state)


def _next_stop(ui: Ui, card: str, stops: Sequence[Stop], drawn: Drawn, *, step: int) -> Ui:
    """Moves the ring to the next or the last place on a card, and the card with it."""
    at = next((index for index, stop in enumerate(stops) if stop.act == ui.ring), -1 if step > 0 else 0)
    stop = stops[(at + step) % len(stops)]
    ui = replace(ui, ring=cast("Act", stop.act))
    return ui.scrolling(card, stop.off, drawn.most(card)) if stop.off else ui


def _digit(ui: Ui, digit: int, state: HudState) -> Step:
    """A digit reads a panel of the open booth; where none is open, or gestures are, it makes a gesture.

    On the live session's sheets it does what stands beside it there.
    """
    offered = _offered(ui, state)
    if offered is not None:
        act = by_digit(offered, digit)
        return press(ui, act, state) if act is not None else (ui, ())
    if ui.sheet == "replay" and state.replay is not None:
        known = digit <= len(state.replay.speeds)
        return press(ui, acts.Replay(SetSpeed(digit - 1)), state) if known else (ui, ())
    if ui.sheet == "gestures" or (state.sheet is None and ui.sheet != "people"):
        known = digit <= len(GESTURES)
        return press(ui, acts.Gesticulate(GESTURES[digit - 1]), state) if known else (ui, ())
    panels = state.sheet.content.panels if state.sheet and state.sheet.content else ()
    known = digit <= len(panels) and ui.sheet == ""
    return press(ui, acts.Read(panels[digit - 1].slot), state) if known else (ui, ())


def _offered(ui: Ui, state: HudState) -> Sequence[Choice] | None:
    """Returns what stands beside digits on the sheet that is open; None where they mean something else."""
    if ui.sheet in ("live", "conduct") and state.live is not None:
        return choices(speak(ui.language), state.live, ui.sheet)
    sheet = _CHOICES.get(ui.sheet)
    return sheet(speak(ui.language), ui, state) if sheet is not None else None


def typed(ui: Ui, text: str, state: HudState, place: str = "") -> Step:
    """Does what a character means: into the field that has the keyboard, else as a sign of its own.

    Args:
        ui: What is open.
        text: The character.
        state: What is shown.
        place: Where it is no Latin letter, the one that an American keyboard has on its key.
    """
    if ui.typing:
        return edited(ui, ui.line(ui.typing).typed(text))
    if state.door is not None or state.connection.state == "closed":
        return ui, ()
    if text == "/":
        return press(replace(ui, panel=""), acts.Type("search"), state)
    if text == "?":
        return press(ui, acts.Open("help"), state)
    missed = state.own_ring is not None and state.own_ring.state == "missed" and state.caller is None
    if missed and "b" in (text.lower(), place) and not ui.panel:
        return press(ui, acts.Type("words"), state)
    duty = state.talk is not None and state.talk.duty and state.caller is None
    if duty and state.own_ring is None and "b" in (text.lower(), place) and not ui.panel:
        return press(ui, acts.Type("back"), state)
    if "t" in (text.lower(), place) and not ui.panel:
        return press(ui, acts.Type("chat"), state)
    return ui, ()


def _walking(ui: Ui, name: str, state: HudState) -> Step:
    """Keys while nothing has the keyboard."""
    if name == "e":
        return press(ui, acts.Visit(), state)
    if name == "b":
        return press(ui, acts.Ring(), state)
    if name == "p":
        return press(ui, acts.LeaveDraft(), state)
    recording = press(ui, _RECORDING[name], state) if name in _RECORDING else (ui, ())
    if recording[1] or name == "h":
        return recording
    if name == "y" and state.decision is not None and not state.decision.read:
        return press(ui, acts.ReadDecision(), state)
    if state.replay is not None and (name == "space" or (ui.sheet == "replay" and name in _REPLAY)):
        return press(ui, acts.Replay(_REPLAY[name]), state)
    if name == "i" and state.replay is not None:
        return press(ui, acts.Open("replay"), state)
    if name == "i":
        sheet = live_sheet(ui, state)
        return press(ui, acts.Open(sheet), state) if sheet or ui.sheet in ("live", "conduct") else (ui, ())
    if name == "enter" and ui.sheet in _FIELDS and (ui.sheet != "sanction" or ui.kind):
        return press(ui, acts.Type(_FIELDS[ui.sheet]), state)
    if name == "enter":
        fields = live_fields(state.live, ui.sheet)
        return press(ui, acts.Type(fields[0] if fields else "chat"), state)
    known = _SHEETS.get(name)
    return press(ui, acts.Open(known), state) if known else (ui, ())


def _in_field(ui: Ui, name: str, state: HudState, drawn: Drawn) -> Step:
    if name == "escape":
        return press(ui, acts.Close(), state)
    if ui.typing == "search" and name in ("arrow_up", "arrow_down", "enter", "tab", "shift-tab"):
        return _results(ui, name, state)
    if ui.typing == "words" and name == "enter":
        return leave_words(ui, state)
    if ui.typing == "back" and name == "enter":
        return say_back(ui, state)
    fields = live_fields(state.live, ui.sheet)
    if ui.typing in fields and name in ("tab", "shift-tab"):
        return press(ui, acts.Type(fields[(fields.index(ui.typing) + 1) % len(fields)]), state)
    if ui.typing == "question" and name == "enter":
        return ask(ui, state)
    if ui.typing == "backstage" and name == "enter":
        return say_backstage(ui, state)
    if ui.typing in _SENT and name == "enter":
        return press(ui, _SENT[ui.typing], state)
    if ui.typing == "chat":
        if name == "enter":
            return send(ui, state)
        if name in ("tab", "shift-tab"):
            return press(ui, acts.Hear(next_channel(ui, state)), state)
        if name in ("arrow_up", "arrow_down", "page_up", "page_down"):
            return _scrolled(ui, "chat", name, drawn), ()
    return edited(ui, edit(ui.line(ui.typing), name)) if ui.typing else (ui, ())


def edit(line: Line, name: str) -> Line:
    """Returns the line after an editing key; unchanged for any other key."""
    select, word = "shift-" in name, "control-" in name
    match name.rsplit("-", 1)[-1]:
        case "arrow_left":
            return line.moved(forward=False, word=word, select=select)
        case "arrow_right":
            return line.moved(forward=True, word=word, select=select)
        case "home":
            return line.to_end(forward=False, select=select)
        case "end":
            return line.to_end(forward=True, select=select)
        case "backspace":
            return line.erased(word=word)
        case "delete":
            return line.erased(forward=True, word=word)
        case "a" if word:
            return line.all()
        case _:
            return line


def _results(ui: Ui, name: str, state: HudState) -> Step:
    found = results(ui, state)
    if not found:
        return ui, ()
    if name == "enter":
        return press(ui, acts.Go(found[min(ui.chosen, len(found) - 1)]), state)
    step = -1 if name in ("arrow_up", "shift-tab") else 1
    return replace(ui, chosen=(ui.chosen + step) % len(found)), ()


def _people(ui: Ui, name: str, state: HudState) -> Step:
    here = people(state)
    if not here:
        return ui, ()
    if name == "enter":
        who = here[min(ui.chosen, len(here) - 1)]
        if who.blocked:
            return press(ui, acts.Block(who.id, on=False), state)
        return (ui, ()) if who.me else press(ui, to_person(who), state)
    if name == "delete":
        who = here[min(ui.chosen, len(here) - 1)]
        return (ui, ()) if who.me else press(ui, acts.Block(who.id, not who.blocked), state)
    step = {"arrow_up": -1, "arrow_down": 1, "page_up": -_PAGE, "page_down": _PAGE}[name]
    return replace(ui, chosen=max(0, min(ui.chosen + step, len(here) - 1))), ()


def _about_person(ui: Ui, name: str, state: HudState) -> Step:
    """Reports or sanctions whoever is chosen in the list."""
    here = people(state)
    chosen = here[ui.chosen] if ui.chosen < len(here) else None
    if chosen is None or chosen.me:
        return ui, ()
    return press(ui, report_person(chosen) if name == "r" else acts.Sanction(chosen.id, chosen.name), state)


def _reading(ui: Ui, name: str, state: HudState, drawn: Drawn) -> Step:
    """Keys while a panel is read large."""
    if name in ("arrow_up", "arrow_down", "page_up", "page_down"):
        return _scrolled(ui, "panel", name, drawn), ()
    if name in ("arrow_left", "arrow_right") and state.sheet and state.sheet.content:
        slots = [panel.slot for panel in state.sheet.content.panels]
        at = slots.index(ui.panel) if ui.panel in slots else 0
        return press(ui, acts.Read(slots[(at + (1 if name == "arrow_right" else -1)) % len(slots)]), state)
    return press(ui, acts.Visit(), state) if name == "e" else (ui, ())


def _scrolled(ui: Ui, card: str, name: str, drawn: Drawn) -> Ui:
    lines = {"arrow_up": -1, "arrow_down": 1, "page_up": -_PAGE, "page_down": _PAGE}[name]
    return ui.scrolling(card, -lines if card == "chat" else lines, drawn.most(card))


def _at_door(ui: Ui, name: str, state: HudState) -> Step:
    """The door is walked with Tab; arrows choose within a row; Enter goes in from anywhere but the button beside it."""
    busy = state.door is not None and state.door.busy
    if name in ("tab", "shift-tab"):
        return _ring(ui, -1 if name == "shift-tab" else 1, busy=busy), ()
    if name == "enter" and ui.ring != acts.Back():
        return press(ui, acts.Enter(), state)
    if name == "escape" and busy:
        return press(ui, acts.Back(), state)
    ring = ui.ring
    if ring is None:
        return edited(ui, edit(ui.name, name)) if ui.typing == "name" else (ui, ())
    if name in ("arrow_left", "arrow_right"):
        step = 1 if name == "arrow_right" else -1
        match ring:
            case acts.Choose(row, index):
                act = acts.Choose(row, index + step)
                ui = press(ui, act, state)[0]
                return replace(ui, ring=acts.Choose(row, getattr(ui.look, row))), ()
            case acts.Speak(language):
                return press(ui, acts.Speak(languages_after(language, step)), state)
    return press(ui, ring, state) if name in ("space", "enter") else (ui, ())


def _ring(ui: Ui, step: int, *, busy: bool) -> Ui:
    look = ui.look
    stops: tuple[Act | None, ...] = (
        None,
        acts.Choose("coat", look.coat),
        acts.Choose("skin", look.skin),
        acts.Choose("hair", look.hair),
        acts.Choose("head", look.head),
        acts.Enter(),
        *((acts.Back(),) if busy else ()),
        acts.Speak(ui.language),
    )
    at = (stops.index(ui.ring) if ui.ring in stops else 0) + step
    ring = stops[at % len(stops)]
    return replace(ui, ring=ring, typing="name" if ring is None else "")
