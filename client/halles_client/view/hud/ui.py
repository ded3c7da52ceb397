"""What somebody has open, chosen and half typed, and how presses and keys change it. Pure: values in, values out.

``Ui`` belongs to one window; the show never hears of it. Acts (``acts.py``) are what a press on a card means;
``press`` gives the next ``Ui`` and the events that leave the HUD.
"""

import re
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from halles.protocol.booth_messages import MESSAGE_CAP
from halles.protocol.messages import CHAT_CAP, Channel
from halles.world.booth import NAME_CAP
from halles.world.look import COATS, HAIRS, HEADS, SKINS, TROUSERS, Look
from halles.world.movement import Gesture
from halles.world.questions import QUESTION_CAP
from halles.world.text import LANGUAGES, Language
from halles_client.view.hud import acts
from halles_client.view.hud import events as hud
from halles_client.view.hud.acts import Act, Field, Row, Sheet
from halles_client.view.hud.events import HudEvent
from halles_client.view.hud.line_edit import Line
from halles_client.view.hud.replay_state import StopWatching
from halles_client.view.hud.state import HudState, Person, Result

SEARCH_CAP: Final = 80

BACK_CAP: Final = 10
"""Characters of an hour, as in "15 h 30"."""

_HOUR: Final = re.compile(r"([01]?\d|2[0-3])\s*[:.hHuU]\s*([0-5]\d)?")
_MINUTES: Final = re.compile(r"\d{1,3}")

SCALES: Final = (1.0, 1.25, 1.5, 1.75, 2.0)

GESTURES: Final = (Gesture.WAVE, Gesture.APPLAUD, Gesture.RAISE_HAND, Gesture.TALK, Gesture.SIT, Gesture.NONE)
"""In the order of the digits, from 1 on."""

_NAME: Final = Line(cap=NAME_CAP)
_SEARCH: Final = Line(cap=SEARCH_CAP)
_CHAT: Final = Line(cap=CHAT_CAP)
_WORDS: Final = Line(cap=MESSAGE_CAP)
_BACK: Final = Line(cap=BACK_CAP)
_QUESTION: Final = Line(cap=QUESTION_CAP)


@dataclass(frozen=True, slots=True)
class Ui:
    """What is open, chosen and typed.

    Attributes:
        language: The language spoken.
        scale: Size of everything, 1 to 2.
        typing: The field that has the keyboard, "" for none.
        name: At the door.
        nameless: Somebody wanted to go in without a name, and has not typed since.
        renamed: The name is another than the one that was refused last.
        search: The go-to field.
        chat: The chat's field.
        words: What is left with a missed ring.
        back: When one is back at one's booth.
        question: What one asks the live session.
        look: The avatar chosen at the door.
        channel: The chat's tab.
        sheet: What is open beside a booth's sheet (which is the state's).
        reporting: What is to be reported, while its sheet asks why.
        panel: The slot of the panel that is read large, "" for none.
        chosen: The row under the keyboard in results and people.
        scroll: Lines scrolled, by card.
        ring: The act under the keyboard's ring on the ``top`` card; None is the door's field, or nothing.
        muted: Serial of the chat's refusal that has been read.
        dismissed: Serial of the newest notice put away.
    """

    language: Language = "fr"
    scale: float = 1.0
    typing: Field | Literal[""] = ""
    name: Line = _NAME
    nameless: bool = False
    renamed: bool = False
    search: Line = _SEARCH
    chat: Line = _CHAT
    words: Line = _WORDS
    back: Line = _BACK
    question: Line = _QUESTION
    look: Look = field(default_factory=Look)
    channel: Channel = "nearby"
    sheet: Sheet = ""
    reporting: acts.Report | None = None
    panel: str = ""
    chosen: int = 0
    scroll: tuple[tuple[str, int], ...] = ()
    ring: Act | None = None
    muted: int = -1
    dismissed: int = -1

    def line(self, which: Field) -> Line:
        """Returns the text of a field."""
        return {
            "name": self.name,
            "search": self.search,
            "chat": self.chat,
            "words": self.words,
            "back": self.back,
            "question": self.question,
        }[which]

    def scrolled(self, card: str) -> int:
        """Returns how far a card is scrolled, lines."""
        return dict(self.scroll).get(card, 0)

    def scrolling(self, card: str, lines: int, most: int) -> "Ui":
        """Returns a copy with a card scrolled by ``lines`` more, between 0 and ``most``."""
        rows = dict(self.scroll)
        rows[card] = max(0, min(rows.get(card, 0) + lines, most))
        return replace(self, scroll=tuple(sorted(rows.items())))


Step = tuple[Ui, tuple[HudEvent, ...]]


Top = Literal[
    "",
    "closed",
    "door",
    "reading",
    "help",
    "gestures",
    "people",
    "map",
    "satchel",
    "programme",
    "voice",
    "report",
    "live",
    "conduct",
    "replay",
    "sheet",
]
"""Names of cards, as ``hud.py`` draws them."""


def top(ui: Ui, state: HudState) -> Top:
    """Returns the card that lies over the others and has Tab, Enter and Escape; "" when none is open."""
    if state.connection.state == "closed":
        return "closed"
    if state.door is not None:
        return "door"
    if state.sheet and ui.panel:
        return "reading"
    return ui.sheet or ("sheet" if state.sheet else "")


def press(ui: Ui, act: Act, state: HudState) -> Step:
    """Does what a press means.

    The keyboard's ring does not pass from one card to another, and the go-to field keeps no words without it.
    """
    pressed, told = _press(ui, act, state)
    if ui.typing == "search" != pressed.typing:
        pressed = replace(pressed, search=_SEARCH)
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
        case _:
            return _outward(ui, act, state)


def _outward(ui: Ui, act: Act, state: HudState) -> Step:
    """Acts that leave the HUD."""
    match act:
        case acts.Visit():
            if state.sheet and (not state.near or state.near.booth == state.sheet.booth):
                return replace(ui, panel=""), (hud.ClosedSheet(),)
            return (replace(ui, sheet="", panel=""), (hud.OpenedBooth(state.near.booth),)) if state.near else (ui, ())
        case acts.Ring():
            return _bell(ui, state)
        case acts.LeaveDraft():
            return ui, (hud.LeftDraft(),) if state.draft else ()
        case acts.Record() | acts.KeepRecording() | acts.DropRecording():
            return ui, _recording(act, state)
        case acts.Gesticulate(gesture):
            return replace(ui, sheet="" if ui.sheet == "gestures" else ui.sheet), (hud.Gestured(gesture),)
        case acts.Follow(url):
            return ui, (hud.OpenedLink(url),)
        case acts.Take(media):
            return ui, (hud.OpenedDocument(media),)
        case acts.TakeAlong(media):
            return ui, (hud.TookAlong(state.sheet.booth, media),) if state.sheet else ()
        case acts.TakeOut(item):
            return ui, (hud.TookOut(item),)
        case acts.Part(what):
            return ui, (hud.TookPart(what),) if state.live else ()
        case acts.Watch(session):
            return replace(ui, sheet=""), (hud.Watched(session),)
        case acts.Replay(what):
            return ui, (hud.DidReplay(what),) if state.replay else ()
        case acts.GoToStage():
            return replace(ui, sheet=""), (hud.WentToStage(),) if state.live else ()
        case acts.MarkComing(session):
            return ui, (hud.MarkedComing(session),)
        case acts.Block(person, on):
            return ui, (hud.Blocked(person, on),)
        case acts.SwitchVoice(on):
            return ui, (hud.SwitchedVoice(on),)
        case acts.SwitchMono(on):
            return ui, (hud.SwitchedMono(on),)
        case acts.ChangeVolume(speaker, step):
            return ui, (hud.ChangedVolume(speaker, step),)
        case acts.Report() | acts.SendReport():
            return _report(ui, act)
        case acts.Resize(step):
            at = min(range(len(SCALES)), key=lambda i: abs(SCALES[i] - ui.scale)) + step
            scale = SCALES[max(0, min(at, len(SCALES) - 1))]
            return replace(ui, scale=scale), (hud.ChangedScale(scale),)
        case acts.Dismiss(serial):
            return replace(ui, dismissed=serial), ()
        case acts.TryAgain():
            return ui, (hud.TriedAgain(),)
        case acts.Back():
            return ui, (hud.WentBack(),)
        case acts.Leave():
            return ui, (hud.Left(),)
        case _:
            return ui, ()


def _bell(ui: Ui, state: HudState) -> Step:
    """Whoever waits at a bell of one's own comes first; then one's own ring, then the booth that one looks at."""
    if state.caller is not None:
        return ui, (hud.AnsweredBell(state.caller.ring),)
    own = state.own_ring
    if own is not None and own.state == "waiting":
        return ui, (hud.TookRingBack(),)
    if own is not None and own.state == "missed":
        return ui, ()  # its field is opened by a character: see ``keys.typed``
    if state.talk is not None and state.talk.duty:
        return ui, ()  # nobody rings at their own booth: B opens the field for when they are back
    booth = state.sheet.booth if state.sheet else state.near.booth if state.near else None
    return ui, (hud.Rang(booth),) if booth is not None else ()


def _recording(act: Act, state: HudState) -> tuple[HudEvent, ...]:
    """What one decides of one's own recording, where there is something to decide."""
    at = state.recording.state if state.recording is not None else ""
    match act:
        case acts.Record() if at in ("off", "recording", "kept"):
            return (hud.ToggledRecording(),)
        case acts.KeepRecording() if at == "asking":
            return (hud.AgreedToRecording(),)
        case acts.DropRecording() if at in ("recording", "asking"):
            return (hud.DiscardedRecording(),)
    return ()


def _report(ui: Ui, act: acts.Report | acts.SendReport) -> Step:
    """Asks for a reason, or sends what one was asked about."""
    if isinstance(act, acts.Report):
        return replace(ui, sheet="report", reporting=act, panel="", typing=""), ()
    asked = ui.reporting
    ui = replace(ui, sheet="", reporting=None)
    return ui, (hud.Reported(asked.about, asked.subject, act.reason),) if asked is not None else ()


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


def edited(ui: Ui, line: Line) -> Step:
    """Puts an edited line into the field that has the keyboard."""
    if ui.typing == "search":
        changed = line.text.strip() != ui.search.text.strip()
        ui = replace(ui, search=line, chosen=0 if changed else ui.chosen)
        return ui, (hud.Searched(line.text.strip()),) if changed else ()
    if ui.typing == "chat":
        return replace(ui, chat=line), ()
    if ui.typing == "words":
        return replace(ui, words=line), ()
    if ui.typing == "back":
        return replace(ui, back=line), ()
    if ui.typing == "question":
        return replace(ui, question=line), ()
    if ui.typing == "name":
        renamed = ui.renamed or line.text.strip() != ui.name.text.strip()
        return replace(ui, name=line, nameless=ui.nameless and not line.text.strip(), renamed=renamed), ()
    return ui, ()


def send(ui: Ui, state: HudState) -> Step:
    """Says what stands in the chat's field; an empty field gives the keyboard back to walking."""
    text = ui.chat.text.strip()
    if not text:
        return replace(ui, typing=""), ()
    ui = replace(_hushed(ui, state), chat=_CHAT).scrolling("chat", -10_000, 0)
    return ui, (hud.SaidIt(ui.channel, text),)


def leave_words(ui: Ui, state: HudState) -> Step:
    """Leaves what stands in the field with the missed ring; an empty field gives the keyboard back to walking."""
    text, ui = ui.words.text.strip(), replace(ui, typing="")
    if not text or state.own_ring is None:
        return ui, ()
    return replace(ui, words=_WORDS), (hud.LeftMessage(text),)


def say_back(ui: Ui, state: HudState) -> Step:
    """Says when one is back: "15:00", "15 h", "15.30" or minutes; what is neither stays to be changed."""
    text = ui.back.text.strip()
    if state.talk is None or not state.talk.duty:
        return replace(ui, typing="", back=_BACK), ()
    if hour := _HOUR.fullmatch(text):
        event = hud.SaidBack(at=(int(hour[1]), int(hour[2] or 0)))
    elif not text or _MINUTES.fullmatch(text):
        event = hud.SaidBack(int(text or 0))
    else:
        return replace(ui, back=ui.back.all()), ()
    return replace(ui, typing="", back=_BACK), (event,)


def ask(ui: Ui, state: HudState) -> Step:
    """Asks the live session what stands in the field; an empty field gives the keyboard back to walking."""
    text, ui = ui.question.text.strip(), replace(ui, typing="")
    if not text or state.live is None:
        return ui, ()
    return replace(ui, question=_QUESTION), (hud.AskedLive(text),)


def live_sheet(ui: Ui, state: HudState) -> Sheet:
    """Returns the sheet that I opens: taking part, then, for who conducts it, conducting."""
    if state.live is None or (ui.sheet == "live" and not state.live.host):
        return ""
    return {"live": "conduct", "conduct": ""}.get(ui.sheet, "live")  # type: ignore[return-value]


def next_channel(ui: Ui, state: HudState) -> Channel:
    """Returns the channel after the one shown; a booth's where one is at one."""
    channels: tuple[Channel, ...] = ("nearby", "hall", "booth") if state.talk is not None else ("nearby", "hall")
    return channels[(channels.index(ui.channel) + 1) % len(channels)] if ui.channel in channels else channels[0]


def _send_again(ui: Ui, request: bytes, state: HudState) -> Step:
    failed = [line.request for line in state.chat if line.channel == ui.channel and line.request]
    if not failed or (request and request not in failed):
        return ui, ()
    return _hushed(ui, state), (hud.SaidAgain(request or failed[-1]),)


def _hushed(ui: Ui, state: HudState) -> Ui:
    """The last refusal has been read."""
    return replace(ui, muted=state.chat_refusal.serial) if state.chat_refusal else ui


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


def settle(ui: Ui, before: HudState, now: HudState) -> Ui:
    """Fits what is open to a new state: a door opens with its field, a sheet that has gone takes its panel along."""
    ring = ui.ring if top(ui, before) == top(ui, now) else None
    ui = replace(ui, ring=ring)
    if now.door and not before.door:
        ui = replace(ui, typing="name", name=Line.of(now.door.name, NAME_CAP), look=now.door.look, sheet="", ring=None)
        ui = replace(ui, search=_SEARCH, nameless=False)
        ui = replace(ui, dismissed=-1, muted=-1)  # the next visit counts its refusals from the start
    if ui.ring == acts.Back() and now.door and not now.door.busy:
        ui = replace(ui, ring=None)  # its button is gone
    if before.door and not now.door:
        ui = replace(ui, typing="", ring=None)
    if now.door and now.door.refusal and (not before.door or before.door.refusal != now.door.refusal):
        ui = replace(ui, typing="name", name=ui.name.all(), renamed=False, ring=None)
    if ui.channel == "booth" and now.talk is None:
        ui = replace(ui, channel="nearby").scrolling("chat", -10_000, 0)
    if ui.typing == "back" and (now.talk is None or not now.talk.duty):
        ui = replace(ui, typing="", back=_BACK)
    if ui.typing == "words" and (now.own_ring is None or now.own_ring.state != "missed"):
        ui = replace(ui, typing="", words=_WORDS)  # its card is gone
    if now.live is None or (ui.sheet == "conduct" and not now.live.host):
        ui = replace(ui, sheet="" if ui.sheet in ("live", "conduct") else ui.sheet)
    if ui.sheet == "replay" and now.replay is None:
        ui = replace(ui, sheet="")  # it is over
    if ui.typing == "question" and (now.live is None or now.live.asking == "closed"):
        ui = replace(ui, typing="")
    if ui.sheet == "voice" and now.voice is None:
        ui = replace(ui, sheet="")  # a server without voice
    old, new = before.sheet, now.sheet
    if (old and old.booth) != (new and new.booth):
        sheet: Sheet = "" if new and ui.sheet == "people" else ui.sheet
        ui = replace(ui, panel="", sheet=sheet).scrolling("sheet", -10_000, 0)
    return ui


def languages_after(language: Language, step: int) -> Language:
    """Returns the language ``step`` places further in the order of signs."""
    return LANGUAGES[(LANGUAGES.index(language) + step) % len(LANGUAGES)]
