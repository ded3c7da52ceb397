"""Recorded voices of a replay: kept minute by minute, given out frame by frame when their moment comes.

Pure but for what it keeps. They are heard at the speed at which they were spoken, and otherwise left out: captions tell
them then. Bounded: so many portions of each minute that is kept.
"""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Final

from halles.errors import Rejection
from halles.world import live_voice
from halles.world.live_voice import FRAME_MS, PORTION_MS, Spoken, VoicePortion

PORTIONS_CAP: Final = 96
"""Portions of one minute at most: a dozen speakers who never pause."""

FIRST_NUMBER: Final = 0x1_0000
"""Speakers of a recording are numbered from here on: no avatar's number is as high."""

_LEAD_MS: Final = 60
"""How long before its moment a frame is given out: whoever plays it waits for some to come together."""

_JUMP_MS: Final = 1000
"""Time that went further at once was a jump: what lies between is not heard."""


@dataclass(frozen=True, slots=True)
class Words:
    """Frames of one speaker that follow each other; ``sequence`` counts frames of 20 ms."""

    number: int
    sequence: int
    frames: tuple[bytes, ...]


class ReplayVoice:
    """The voices of one replay."""

    def __init__(self) -> None:
        self._minutes: dict[int, dict[tuple[int, str], Sequence[Spoken]]] = {}
        self._numbers: dict[str, int] = {}
        self._until: float | None = None

    def put(self, minute: int, portion: VoicePortion) -> None:
        """Takes a portion of a minute; what cannot be read is left out, as if nobody had spoken."""
        kept = self._minutes.setdefault(minute, {})
        if len(kept) >= PORTIONS_CAP:
            return
        try:
            kept[portion.begun_ms, portion.key] = live_voice.unpack(portion.data)
        except Rejection:
            return

    def keep(self, minutes: Container[int]) -> None:
        """Forgets all other minutes."""
        for gone in [minute for minute in self._minutes if minute not in minutes]:
            del self._minutes[gone]

    def due(self, position_ms: float, *, playing: bool) -> list[Words]:
        """Returns what is to be heard now, since the last call; nothing after a jump but what comes from then on."""
        until = position_ms + _LEAD_MS
        since, self._until = self._until, until if playing else None
        if not playing:
            return []
        if since is None or not since <= until <= since + _JUMP_MS:
            since = position_ms
        portions = {at: spoken for minute in self._minutes.values() for at, spoken in minute.items()}
        found = []
        for (begun, key), spoken in portions.items():
            if begun < until and since < begun + PORTION_MS:
                found += self._within(key, begun, spoken, since, until)
        return found

    def _within(self, key: str, begun: int, spoken: Sequence[Spoken], since: float, until: float) -> list[Words]:
        number = self._numbers.setdefault(key, FIRST_NUMBER + len(self._numbers))
        return [
            Words(number, (begun // FRAME_MS + one.place) % 2**32, (one.frame,))
            for one in spoken
            if since <= begun + one.place * FRAME_MS < until
        ]
