"""From what was said and told in a visit to what the HUD shows: the chat, notices, voices, a decision about oneself."""

from typing import Final

from halles.errors import RejectionCode
from halles.ids import BoothId, HallId
from halles.protocol.announcement_messages import Announced
from halles.protocol.messages import ChatLine as Line
from halles.protocol.voice_messages import EARSHOT_M
from halles.world.roles import Role
from halles.world.sanctions import SanctionKind
from halles.world.text import Language
from halles_client.goals import Goal, hall_name
from halles_client.language import speak
from halles_client.moderation import Given
from halles_client.news import Missing, Trouble
from halles_client.programme import Reminder
from halles_client.safety_feed import forbidden, lifted
from halles_client.view.hud.safety_choices import kind_word
from halles_client.view.hud.state import ChatLine, Notice, Refusal
from halles_client.view.hud.voice_state import Speaker, VoiceShown
from halles_client.visit import Visit

ANNOUNCED_S: Final = 20.0
"""Seconds for which an announcement is shown over the world; then it stands in the chat."""


def chat(visit: Visit, language: Language) -> tuple[ChatLine, ...]:
    """Returns what was said where one may read it, announcements among it, and one's own lines under way."""
    talk, replica = visit.talk, visit.replica
    said = [_said(visit, row) for row in replica.chat if talk.shows(row)]
    for row in replica.announced:
        # After what had been said by then.
        at = sum(talk.shows(line) and line.time_ms <= row.said_ms for line in replica.chat)
        who, text = announced(row, language)
        said.insert(min(at, len(said)), ChatLine("hall", who.removesuffix(":").rstrip(), None, text))
    welcome = replica.welcome
    name, coat = (welcome.name, welcome.look.coat) if welcome else ("", 0)
    for line in visit.own_lines.unsaid:
        request = line.request if line.again else b""
        said.append(ChatLine(line.channel, name, coat, line.text, "failed" if line.failed else "sending", request))
    return tuple(said)


def chat_refusal(visit: Visit, language: Language) -> Refusal | None:
    """Returns why the last line was refused."""
    trouble = visit.news.chat
    if trouble is None:
        return None
    _, said = speak(language), forbidden(trouble.under, language) if trouble.under is not None else ""
    if trouble.code == RejectionCode.NOT_NOW:  # of a line nothing else is refused so
        said = _("The hosts have frozen the chat. At a booth you can still write.")
    return Refusal(trouble.serial, trouble.code, trouble.retry_s, said)


def voice(visit: Visit) -> VoiceShown | None:
    """Returns how talking by voice stands, where the show has it."""
    voice, people = visit.voice, visit.replica.people
    if voice.hearing is None:
        return None
    now = frozenset(voice.speaking())
    speakers = tuple(
        Speaker(card.visit, card.name, round(voice.volume(card.visit) * 100), number in now)
        for number, card in ((number, people[number]) for number in voice.listed())
    )
    welcome = visit.replica.welcome
    recorded = voice.recorded if welcome is not None and welcome.role is not Role.GUEST else None
    return VoiceShown(voice.hearing, EARSHOT_M, voice.on, voice.mono, voice.holding, voice.missing, speakers, recorded)


def notices(visit: Visit, language: Language) -> tuple[Notice, ...]:
    """Returns what one is told once."""
    _ = speak(language)
    told = tuple(_notice(visit, language, row) for row in visit.trouble)
    if not visit.outdated:
        return told
    text = _("This hall was rebuilt: your Halles is older than the server. Please update it.")
    return (Notice(0, text=text), *told)


def announced(told: Announced, language: Language) -> tuple[str, str]:
    """Returns who announced something, and what, marked where it is in another language than the reader's."""
    _ = speak(language)
    text, written = told.text.read(language)
    only = {"fr": _("in French only"), "nl": _("in Dutch only"), "en": _("in English only")}[written]
    who = _("Announcement by {name}:", name=told.name) if told.name else _("Announcement:")
    return who, text if written == language else f"{text} ({only})"


def _said(visit: Visit, line: Line) -> ChatLine:
    """Returns a line; one's own cannot be reported."""
    by = Goal(visit.replica.hall or "", f"visit:{line.visit}").id if line.visit != visit.replica.visit else ""
    return ChatLine(line.channel, _sender(visit, line), line.coat, line.text, by=by, said_ms=line.time_ms)


def _sender(visit: Visit, line: Line) -> str:
    """Returns who spoke and, of another booth than the one where one talks, where."""
    away = line.channel == "booth" and line.booth != visit.talk.booth
    return f"{line.name} · {visit.talk.name(BoothId(line.booth))}" if away else line.name


def _notice(visit: Visit, language: Language, trouble: Trouble) -> Notice:
    _ = speak(language)
    stays_s, text = 8.0, ""
    if trouble.under is not None:
        text = forbidden(trouble.under, language)
    elif trouble.lifted is not None:
        stays_s, text = ANNOUNCED_S, lifted(visit, language, trouble.lifted)
    elif trouble.appeals:
        stays_s, text = (
            ANNOUNCED_S,
            _("Appeals that wait: {count}. Answer them on the page “Appeals”.", count=trouble.appeals),
        )
    elif trouble.given is not None:
        text = _given(language, trouble.given)
    elif trouble.live_begins:
        text = _("A live session begins here: the recording has ended.")
    elif trouble.sent_out is not None:
        stays_s, out = ANNOUNCED_S, trouble.sent_out
        where = {"title": out.title.read(language)[0], "hall": hall_name(visit.replica, language, out.hall)}
        text = _("“{title}” in {hall} is not for everybody: you were sent out.", **where)
    elif trouble.announced is not None:
        stays_s, text = ANNOUNCED_S, " ".join(announced(trouble.announced, language))
    elif trouble.reminder is not None:
        text = _reminder(visit, language, trouble.reminder)
    elif trouble.waiting:
        text = _.many(
            "{count} report waits, on the page “Reports”.",
            "{count} reports wait, on the page “Reports”.",
            trouble.waiting,
        )
    elif trouble.report and trouble.looked:
        text = _("Your report {number} was looked at.", number=trouble.report)
    elif trouble.report:
        text = _(
            "Report {number} is with the moderators. You are told here when they have looked at it.",
            number=trouble.report,
        )
    elif trouble.missing is not None:
        text = _missing(visit, language, trouble.missing)
    return Notice(trouble.serial, "" if text else trouble.code, text, stays_s)


def _given(language: Language, given: Given) -> str:
    _ = speak(language)
    if given.lifted:
        return _("{name}: {what}. You have lifted it.", name=given.name, what=kind_word(_, given.kind))
    done = _("{name}: {what}. They read why.", name=given.name, what=kind_word(_, given.kind))
    lift = _("To lift it: Tab, then S.")
    return f"{done} {lift}" if given.kind is not SanctionKind.REMOVE else done


def _reminder(visit: Visit, language: Language, reminder: Reminder) -> str:
    _, entry = speak(language), reminder.entry
    words = {"title": entry.title.read(language)[0], "hall": hall_name(visit.replica, language, entry.hall)}
    return _("In {minutes} min: “{title}”, {hall}.", minutes=reminder.minutes, **words)


def _missing(visit: Visit, language: Language, missing: Missing) -> str:
    _, here = speak(language), hall_name(visit.replica, language, HallId(missing.instead))
    if missing.kind == "hall":
        return _("There is no hall “{name}” here. You are in {hall} instead.", name=missing.name, hall=here)
    return _("There is no booth “{name}” here. You are in {hall} instead.", name=missing.name, hall=here)
