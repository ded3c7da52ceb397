"""The voice relay: frames of Opus passed on within a hall, undecoded. Implements ``ports.VoiceBackend``.

It holds what was said since the last tick and nothing else, in bounds: so many speakers of a hall and so many frames of
each. Where nobody speaks a tick costs two look-ups.
"""

from collections.abc import Collection, Sequence
from typing import Final

from msgspec import structs

from halles.ids import AvatarNumber, HallId
from halles.protocol.voice_messages import FRAMES_HEARD, Speak, Voice
from halles_server.announcements import VOICES
from halles_server.hall.hall import Hall
from halles_server.ports.voice import Portion

HEARD: Final = 4 * VOICES
"""Speakers of all nodes that are heard in one tick of a hall."""

_Said = dict[int, Voice]


class VoiceRelay:
    """Passes voice on."""

    def __init__(self) -> None:
        self._saying: dict[HallId, _Said] = {}
        self._heard: dict[HallId, _Said] = {}

    def say(self, hall: HallId, number: AvatarNumber, words: Speak, *, stage: bool) -> None:
        """Takes what somebody of this node says."""
        _add(
            self._saying.setdefault(hall, {}),
            Voice(number, stage, words.sequence, words.frames, words.recorded),
            VOICES,
        )

    def begin(self, hall: HallId) -> tuple[Voice, ...]:
        """Ends what is said before a hall's tick, and returns it."""
        said = self._saying.pop(hall, None)
        if said is None:
            return ()
        voices = tuple(said.values())
        self.others_said(hall, voices)
        return voices

    def others_said(self, hall: HallId, voices: Collection[Voice]) -> None:
        """Takes what is to be heard in the next tick."""
        heard = self._heard.setdefault(hall, {})
        for voice in voices:
            _add(heard, voice, HEARD)

    def deliver(self, hall: Hall, listeners: Collection[int]) -> Sequence[Portion]:
        """Returns which of the listeners hear what in this tick, and forgets it."""
        heard = self._heard.pop(hall.scene.id, None)
        if not heard or not listeners:
            return ()
        voices = tuple(heard.values())
        groups = hall.earshot(listeners, tuple(heard), [voice.stage for voice in voices])
        return [Portion(rows.tolist(), tuple(voices[one] for one in which)) for rows, which in groups]


def _add(said: _Said, voice: Voice, most: int) -> None:
    """Adds what somebody says; where too many do, only for the stage, in the place of somebody who is not on it."""
    before = said.get(voice.number)
    if before is not None:
        said[voice.number] = _joined(before, voice)
        return
    if len(said) >= most:
        aside = next((number for number, other in said.items() if not other.stage), None) if voice.stage else None
        if aside is None:
            return
        del said[aside]
    said[voice.number] = voice


def _joined(before: Voice, after: Voice) -> Voice:
    """Returns what two portions of a speaker are together: the newest frames that follow each other."""
    follows = after.sequence == (before.sequence + len(before.frames)) & 0xFFFF_FFFF
    if not follows or after.recorded != before.recorded:
        return after
    frames = before.frames + after.frames
    beyond = max(0, len(frames) - FRAMES_HEARD)
    sequence = (before.sequence + beyond) & 0xFFFF_FFFF
    return structs.replace(after, sequence=sequence, frames=frames[beyond:])
