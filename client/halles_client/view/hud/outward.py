"""What leaves the HUD at a press while nothing in it changes but what is open: an act gives its event, or none.

A row says when an act makes sense; what it means in the show is decided by whoever heeds the event.
"""

from collections.abc import Callable
from typing import Any, Final

from halles_client.view.hud import acts
from halles_client.view.hud import events as hud
from halles_client.view.hud.acts import Act
from halles_client.view.hud.events import HudEvent
from halles_client.view.hud.state import HudState


def event(act: Act, state: HudState) -> HudEvent | None:
    """Returns what an act tells now."""
    told = _EVENTS.get(type(act))
    return told(act, state) if told is not None else None


def _bell(_: acts.Ring, state: HudState) -> HudEvent | None:
    """Whoever waits at a bell of one's own comes first; then one's own ring, then the booth that one looks at."""
    if state.caller is not None:
        return hud.AnsweredBell(state.caller.ring)
    own = state.own_ring
    if own is not None and own.state == "waiting":
        return hud.TookRingBack()
    if own is not None and own.state == "missed":
        return None  # its field is opened by a character: see ``keys.typed``
    if state.talk is not None and state.talk.duty:
        return None  # nobody rings at their own booth: B opens the field for when they are back
    booth = state.sheet.booth if state.sheet else state.near.booth if state.near else None
    return hud.Rang(booth) if booth is not None else None


def _recording(told: HudEvent, *states: str) -> Callable[[Any, HudState], HudEvent | None]:
    """Returns a row for what one decides of one's own recording, where there is something to decide."""
    return lambda _, state: told if state.recording is not None and state.recording.state in states else None


_EVENTS: Final[dict[type, Callable[[Any, HudState], HudEvent | None]]] = {
    acts.Ring: _bell,
    acts.LeaveDraft: lambda _, state: hud.LeftDraft() if state.draft else None,
    acts.Record: _recording(hud.ToggledRecording(), "off", "recording", "kept"),
    acts.KeepRecording: _recording(hud.AgreedToRecording(), "asking"),
    acts.DropRecording: _recording(hud.DiscardedRecording(), "recording", "asking"),
    acts.Gesticulate: lambda act, _: hud.Gestured(act.gesture),
    acts.Follow: lambda act, _: hud.OpenedLink(act.url),
    acts.Take: lambda act, _: hud.OpenedDocument(act.media),
    acts.TakeAlong: lambda act, state: hud.TookAlong(state.sheet.booth, act.media) if state.sheet else None,
    acts.TakeOut: lambda act, _: hud.TookOut(act.item),
    acts.Part: lambda act, state: hud.TookPart(act.what) if state.live else None,
    acts.Watch: lambda act, _: hud.Watched(act.session),
    acts.Replay: lambda act, state: hud.DidReplay(act.what) if state.replay else None,
    acts.GoToStage: lambda _, state: hud.WentToStage() if state.live else None,
    acts.ReadDecision: lambda _, state: hud.ReadDecision(state.decision.number) if state.decision else None,
    acts.Lift: lambda act, _: hud.Lifted(act.number),
    acts.MarkComing: lambda act, _: hud.MarkedComing(act.session),
    acts.Block: lambda act, _: hud.Blocked(act.person, act.on),
    acts.SwitchVoice: lambda act, _: hud.SwitchedVoice(act.on),
    acts.SwitchMono: lambda act, _: hud.SwitchedMono(act.on),
    acts.SwitchRecorded: lambda act, _: hud.SwitchedRecorded(act.on),
    acts.ChangeVolume: lambda act, _: hud.ChangedVolume(act.speaker, act.step),
    acts.TryAgain: lambda _act, _state: hud.TriedAgain(),
    acts.Back: lambda _act, _state: hud.WentBack(),
    acts.Leave: lambda _act, _state: hud.Left(),
}
