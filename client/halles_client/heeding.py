"""What people do on the HUD, done by their visit: one row for each event. Not here: what needs no visit (``app``)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from halles.ids import LiveSessionId, VisitId
from halles.protocol.messages import REPLAY
from halles.world.sanctions import reason_of
from halles.world.text import Language
from halles_client.goals import Goal, subject_of
from halles_client.live_feed import take_part
from halles_client.moments import minutes_until
from halles_client.replay_feed import do_replay
from halles_client.view.hud import events
from halles_client.view.hud.events import HudEvent
from halles_client.visit import Visit


@dataclass(frozen=True, slots=True)
class Heeding:
    """Who heeds.

    Attributes:
        visit: The visit.
        travel: Goes to a hall and a place, through the dark.
        remember: Keeps settings.
        language: The language spoken.
    """

    visit: Visit
    travel: Callable[[str, str], None]
    remember: Callable[..., None]
    language: Language


def heed(event: HudEvent, by: Heeding) -> None:
    """Does what an event asks for, where it asks something of a visit."""
    row = _HEEDS.get(type(event))
    if row is not None:
        row(event, by)


def _go(event: events.WentTo, by: Heeding) -> None:
    goal = Goal.of(event.result.id)
    if goal.place.startswith(REPLAY):
        by.visit.replays.open(LiveSessionId(goal.place.removeprefix(REPLAY)))
    else:
        by.travel(goal.hall, goal.place)


def _open_booth(event: events.OpenedBooth, by: Heeding) -> None:
    by.visit.booths.open(event.booth)
    by.visit.satchel.look()


def _answer(event: events.AnsweredBell, by: Heeding) -> None:
    by.visit.bells.answer(event.ring, lambda bell: by.travel(bell.hall, f"booth:{bell.booth}"))


def _say_back(event: events.SaidBack, by: Heeding) -> None:
    now = datetime.now().astimezone()
    by.visit.talk.say_back(event.minutes if event.at is None else minutes_until(event.at, now))


def _to_stage(_: events.WentToStage, by: Heeding) -> None:
    live = by.visit.part.live
    if live is not None:
        by.travel(live.about.hall, f"stage:{live.about.stage}")


def _report(event: events.Reported, by: Heeding) -> None:
    by.visit.report(event.about, subject_of(event.subject), event.reason, event.text, event.said_ms)


def _sanction(event: events.Sanctioned, by: Heeding) -> None:
    """A reason of the list is written in the language of whoever reads it."""
    visit = VisitId(subject_of(event.person))
    card = next((card for card in by.visit.replica.people.values() if card.visit == visit), None)
    reason = reason_of(event.reason, event.said, card.language if card is not None else by.language)
    by.visit.moderation.sanction(visit, event.kind, event.scope, reason)


def _switch_voice(event: events.SwitchedVoice, by: Heeding) -> None:
    by.remember(voice=event.on)
    by.visit.voice.switch(on=event.on)


def _switch_mono(event: events.SwitchedMono, by: Heeding) -> None:
    by.remember(mono=event.on)
    by.visit.voice.mono = event.on


def _change_volume(event: events.ChangedVolume, by: Heeding) -> None:
    by.visit.voice.volume(VisitId(event.speaker), event.step)


def _switch_recorded(event: events.SwitchedRecorded, by: Heeding) -> None:
    by.visit.voice.recorded = event.on


_HEEDS: Final[dict[type, Callable[[Any, Heeding], None]]] = {
    events.SaidIt: lambda event, by: by.visit.say(event.channel, event.text),
    events.SaidAgain: lambda event, by: by.visit.own_lines.say_again(event.request),
    events.Searched: lambda event, by: by.visit.search(event.query),
    events.WentTo: _go,
    events.OpenedBooth: _open_booth,
    events.Rang: lambda event, by: by.visit.ring(event.booth),
    events.TookRingBack: lambda _, by: by.visit.bells.take_back(),
    events.AnsweredBell: _answer,
    events.LeftMessage: lambda event, by: by.visit.bells.leave_message(event.text),
    events.SaidBack: _say_back,
    events.ToggledRecording: lambda _, by: by.visit.recorder.toggle(by.language),
    events.AgreedToRecording: lambda _, by: by.visit.recorder.agree(),
    events.DiscardedRecording: lambda _, by: by.visit.recorder.discard(),
    events.ClosedSheet: lambda _, by: by.visit.booths.close(),
    events.OpenedSatchel: lambda _, by: by.visit.satchel.look(anew=True),
    events.TookAlong: lambda event, by: by.visit.satchel.take(event.booth, event.media),
    events.TookOut: lambda event, by: by.visit.satchel.remove(event.item),
    events.TookPart: lambda event, by: take_part(by.visit, event.what),
    events.SaidBackstage: lambda event, by: by.visit.part.say_backstage(event.text),
    events.AskedLive: lambda event, by: by.visit.part.ask(event.text, by.language),
    events.WentToStage: _to_stage,
    events.OpenedProgramme: lambda _, by: by.visit.replays.list(),
    events.Watched: lambda event, by: by.visit.replays.open(event.session),
    events.DidReplay: lambda event, by: do_replay(by.visit, event.what),
    events.MarkedComing: lambda event, by: by.visit.programme.mark(event.session),
    events.Reported: _report,
    events.ReadDecision: lambda event, by: by.visit.decisions.read(event.number),
    events.Sanctioned: _sanction,
    events.Lifted: lambda event, by: by.visit.moderation.lift(event.number),
    events.Announced: lambda event, by: by.visit.moderation.announce(event.scope, event.text, by.language),
    events.Blocked: lambda event, by: by.visit.block(subject_of(event.person), on=event.on),
    events.LeftDraft: lambda _, by: by.visit.drafts.leave(),
    events.Gestured: lambda event, by: by.visit.make(event.gesture),
    events.SwitchedVoice: _switch_voice,
    events.SwitchedMono: _switch_mono,
    events.SwitchedRecorded: _switch_recorded,
    events.ChangedVolume: _change_volume,
}
