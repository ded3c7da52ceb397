"""Voice: the sign of who speaks, over the bar, and a sheet on the right where it is switched and set."""

from functools import partial
from typing import Final

from halles_client.language import Tongue
from halles_client.view.hud import acts, tokens
from halles_client.view.hud.cards import sheet as frame
from halles_client.view.hud.cards.bar import room
from halles_client.view.hud.cards.frame import View
from halles_client.view.hud.pen import Act, Pen, Rect
from halles_client.view.hud.voice_state import Speaker, VoiceShown

_ROW: Final = 46
_BUTTON: Final = 36
_NAMED: Final = 3
"""Names in the sign; of more it is said how many."""


def sign(pen: Pen, view: View) -> None:
    """Draws who is heard now: oneself, and others by name."""
    voice, _, high = view.state.voice, view.tongue, sign_height(pen, view)
    if voice is None or not high:
        return
    text = _sign(_, voice)
    left, right = room(pen, view)
    most = min(pen.u(420), right - left)
    dot, pad = pen.u(10), pen.u(14)
    text = pen.shorten(text, 15, "semibold", most - dot - 3 * pad)
    wide = pen.width(text, 15, "semibold") + dot + 2 * pad + pen.u(8)
    above = pen.u(tokens.MARGIN) + pen.u(48) + pen.u(8) + pen.u(40) + pen.u(8)  # the bar and the prompt
    rect = Rect((left + right - wide) // 2, view.size[1] - above - high, wide, high)
    pen.card(rect, radius=17)
    pen.disc(rect.x + pad + dot // 2, rect.y + high // 2, dot, tokens.AMBER if voice.talking else tokens.PRESENT)
    pen.text(rect.x + pad + dot + pen.u(8), rect.y + (high - pen.line(15)) // 2, text, 15, "semibold")


def sign_height(pen: Pen, view: View) -> int:
    """Returns how high the sign is; 0 while there is none."""
    voice = view.state.voice
    if voice is None or not voice.on or not view.inside or view.quiet or view.ui.sheet == "gestures":
        return 0
    return pen.u(34) if _sign(view.tongue, voice) else 0


def sheet(pen: Pen, view: View) -> None:
    """Draws the sheet."""
    voice, _ = view.state.voice, view.tongue
    if voice is not None and frame.is_open(view, "voice"):
        frame.draw(pen, view, frame.Sheet("voice", _("Voice"), partial(_content, view, voice)))


def said(_: Tongue, voice: VoiceShown, key: str) -> str:
    """Says how it stands: what is missing, or how far one is heard."""
    if not voice.on:
        return _("Voice is off: nobody hears you, and you hear nobody. Everything works without it, by text.")
    if "library" in voice.lacking:
        return _("This computer lacks what sound needs (sounddevice with PortAudio). Text goes on as before.")
    if {"microphone", "loudspeaker"} <= voice.lacking:
        return _("Neither a microphone nor a loudspeaker was found. Text goes on as before.")
    if "loudspeaker" in voice.lacking:
        return _("No loudspeaker was found: you hear nobody.")
    if voice.hearing == "silenced":
        return _("You may not speak here just now. You hear the others.")
    if "microphone" in voice.lacking:
        return _("No microphone was found: you hear the others, and answer by text.")
    if voice.hearing == "stage":
        return _("You have the floor: while you hold {key}, the whole hall hears you.", key=key)
    metres = _.metres(voice.metres)
    return _("While you hold {key}, whoever is within {metres} hears you.", key=key, metres=metres)


def _sign(_: Tongue, voice: VoiceShown) -> str:
    names = voice.speaking
    shown = ", ".join(names[:_NAMED])
    if len(names) > _NAMED:
        shown = _.many("{names} and {count} more", "{names} and {count} more", len(names) - _NAMED, names=shown)
    own = ""
    if voice.talking:
        own = _("The whole hall hears you") if voice.hearing == "stage" else _("You are speaking")
    return " · ".join(part for part in (own, shown) if part)


def _content(view: View, voice: VoiceShown, pen: Pen, area: Rect, y: int) -> int:
    _ = view.tongue
    y = pen.paragraph(area.x, y, area.w, said(_, voice, view.letter("q")), lines=5) + pen.u(12)
    switch = _("Switch voice off") if voice.on else _("Switch voice on")
    x = area.x + _button(pen, area.x, y, switch, acts.SwitchVoice(not voice.on), primary=not voice.on) + pen.u(8)
    if voice.on:
        ears = _("Stereo") if voice.mono else _("Mono")
        if x + pen.width(ears, 15, "semibold") + pen.u(24) > area.x + area.w:
            x, y = area.x, y + pen.u(_BUTTON) + pen.u(8)
        _button(pen, x, y, ears, acts.SwitchMono(not voice.mono))
    y += pen.u(_BUTTON) + pen.u(14)
    if not voice.on:
        return y
    if voice.recorded is not None:
        y = _recorded(view, voice.recorded, pen, area, y)
    if not voice.speakers:
        return pen.paragraph(area.x, y, area.w, _("Nobody has spoken near you lately."), 13, fill=tokens.MUTED)
    for speaker in voice.speakers:
        _speaker(pen, view, Rect(area.x - pen.u(8), y, area.w + pen.u(16), pen.u(_ROW)), speaker)
        y += pen.u(_ROW) + pen.u(6)
    return y


def _recorded(view: View, on: bool, pen: Pen, area: Rect, y: int) -> int:
    """Says whether one's voice stays in recordings, with what changes that; returns the y below it."""
    _ = view.tongue
    if on:
        told = _("What you say from the stage stays in the recording of a live session, until you leave that.")
        label = _("Not in recordings")
    else:
        told, label = _("Nothing of your voice is recorded."), _("Let it be recorded")
    y = pen.paragraph(area.x, y, area.w, told, 13, lines=3, fill=tokens.MUTED) + pen.u(6)
    _button(pen, area.x, y, label, acts.SwitchRecorded(not on))
    return y + pen.u(_BUTTON) + pen.u(14)


def _speaker(pen: Pen, view: View, rect: Rect, speaker: Speaker) -> None:
    """Draws somebody with how loud they are, and softer and louder."""
    _, side = view.tongue, pen.u(30)
    pen.box(rect)
    top = rect.y + (rect.h - side) // 2
    louder = Rect(rect.x + rect.w - side - pen.u(8), top, side, side)
    level = _("{percent}%", percent=speaker.percent) if speaker.percent else _("muted")
    wide = max(pen.width(_("{percent}%", percent=200), 13), pen.width(_("muted"), 13)) + pen.u(12)
    softer = Rect(louder.x - wide - side, top, side, side)
    for button, label, step in ((softer, "−", -1), (louder, "+", 1)):
        pen.button(button, label, acts.ChangeVolume(speaker.id, step))
    pen.text(softer.x + side + pen.u(6), rect.y + (rect.h - pen.line(13)) // 2, level, 13)
    dot = pen.u(10)
    pen.disc(rect.x + pen.u(16), rect.y + rect.h // 2, dot, tokens.PRESENT if speaker.speaks else tokens.KEY)
    left = rect.x + pen.u(28)
    free = softer.x - left - pen.u(8)
    if speaker.speaks:
        pen.text(left, rect.y + pen.u(4), speaker.name, 15, "semibold", most=free)
        pen.text(left, rect.y + pen.u(4) + pen.line(15), _("speaks"), 13, fill=tokens.PRESENT, most=free)
    else:
        pen.text(left, rect.y + (rect.h - pen.line(15)) // 2, speaker.name, 15, "semibold", most=free)


def _button(pen: Pen, x: int, y: int, label: str, act: Act, *, primary: bool = False) -> int:
    wide = pen.width(label, 15, "semibold") + pen.u(24)
    pen.button(Rect(x, y, wide, pen.u(_BUTTON)), label, act, primary=primary)
    return wide
