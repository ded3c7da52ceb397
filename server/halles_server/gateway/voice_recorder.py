"""Records what is said from the stage of a live session, by whoever wants to stay in its recording.

Frames are kept as they were sent, and are stored in portions of ten seconds beside the ticks. The node that records a
live session (``recorder``) hears all speakers of its hall, whichever node they are with. Invariant: nothing is kept of
who does not say with each message that it may be, nor while it is not recorded.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import structlog

from halles.errors import Rejection, RejectionCode
from halles.ids import LiveSessionId, VisitId
from halles.protocol.voice_messages import Voice
from halles.world import live_voice
from halles.world.live_voice import FRAME_MS, FRAMES_CAP, PORTION_MS, Spoken, VoicePortion
from halles_server.gateway.backlog import Backlog
from halles_server.gateway.boards import Attempt, Board
from halles_server.gateway.hall_runner import HallRunner

if TYPE_CHECKING:
    from halles_server.gateway.world import World

BACKLOG: Final = 240
"""Portions that wait for a database that is away: ten minutes of four speakers."""

_log = structlog.get_logger(__name__)
_LOOK_S: Final = 1.0
_ROUND: Final = 2**32
_DRIFT_MS: Final = 1000
"""How far a speaker's own count of frames may be from the clock before the clock is believed."""


@dataclass(slots=True, eq=False)
class Portion:
    """What one speaker has said since a moment."""

    session: LiveSessionId
    visit: VisitId
    begun_ms: int
    first: int
    spoken: list[Spoken] = field(default_factory=list)

    def place(self, sequence: int) -> int:
        """Returns how many frames after the first one a frame was spoken; it may be far, or before."""
        return (sequence - self.first + _ROUND // 2) % _ROUND - _ROUND // 2

    def takes(self, session: LiveSessionId, visit: VisitId, sequence: int) -> bool:
        """Tells whether a frame belongs into it: the next of the same speaker, within ten seconds."""
        after = self.spoken[-1].place if self.spoken else -1
        return (self.session, self.visit) == (session, visit) and after < self.place(sequence) < FRAMES_CAP


class VoiceRecorder(Board):
    """What is recorded of voices on this node."""

    def __init__(self, world: "World", attempt: Attempt) -> None:
        self._world, self._attempt = world, attempt
        self._begun: dict[tuple[LiveSessionId, int], Portion] = {}
        self._waiting: Backlog[Portion] = Backlog("voice", BACKLOG, world.metrics)

    def heard(self, runner: HallRunner, voices: Sequence[Voice]) -> None:
        """Takes what is heard in a hall in one tick."""
        wanted = [voice for voice in voices if voice.stage and voice.recorded]
        session = self._world.recorder.recording(runner.id) if wanted else None
        if session is None:
            return
        visits = runner.hall.visits_of([voice.number for voice in wanted])
        now_ms = int(self._world.services.clock.wall().timestamp() * 1000)
        for voice in wanted:
            if voice.number in visits:
                self._take(session, visits[voice.number], voice, now_ms)

    async def keep(self) -> None:
        """Stores what is whole, once a second, for ever."""
        while True:
            await asyncio.sleep(_LOOK_S)
            now_ms = int(self._world.services.clock.wall().timestamp() * 1000)
            for at in [at for at, portion in self._begun.items() if now_ms - portion.begun_ms > PORTION_MS + _DRIFT_MS]:
                self._waiting.put(self._begun.pop(at))
            await self._store_waiting()

    async def store(self) -> None:
        """Stores what was heard before the node stops."""
        for at in tuple(self._begun):
            self._waiting.put(self._begun.pop(at))
        await self._store_waiting()

    def _take(self, session: LiveSessionId, visit: VisitId, voice: Voice, now_ms: int) -> None:
        at = (session, voice.number)
        for offset, frame in enumerate(voice.frames):
            sequence, portion = (voice.sequence + offset) % _ROUND, self._begun.get(at)
            if portion is None or not portion.takes(session, visit, sequence):
                portion = self._begun[at] = self._after(portion, Portion(session, visit, now_ms, sequence))
            portion.spoken.append(Spoken(portion.place(sequence), frame))

    def _after(self, before: Portion | None, portion: Portion) -> Portion:
        """Ends a speaker's portion; the next one begins where that ended, unless the clock knows better."""
        if before is None:
            return portion
        self._waiting.put(before)
        counted = before.begun_ms + before.place(portion.first) * FRAME_MS
        if before.visit == portion.visit and abs(counted - portion.begun_ms) <= _DRIFT_MS:
            portion.begun_ms = counted
        return portion

    async def _store_waiting(self) -> None:
        while self._waiting and await self._attempt("store voice", self._store(self._waiting.first)):
            pass

    async def _store(self, portion: Portion) -> None:
        recordings = self._world.services.recordings
        key = (await recordings.keys(portion.session)).get(portion.visit)
        if key is None:  # a guest, who could not withdraw, or who has; or whose visit is another by now
            self._waiting.lost("nameless")
        else:
            said = VoicePortion(portion.begun_ms, key, live_voice.pack(portion.spoken))
            try:
                await recordings.keep_voice(portion.session, said)
            except Rejection as refusal:
                if refusal.code != RejectionCode.OVER_BUDGET:
                    raise
                self._waiting.lost("budget")
                _log.warning("voice not recorded", session=portion.session, reason=str(refusal))
        self._waiting.done(portion)
