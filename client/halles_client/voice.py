"""Talking by voice: whether one may, what goes up while the key is held, who is heard, from where and how loud.

Off until somebody switches it on; then the server is told that one listens. Volumes of single people hold for this
stay. Not here: sound itself (``sound``), how it looks (view).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from halles.ids import VisitId
from halles.protocol.messages import Message
from halles.protocol.voice_messages import FRAMES_SPOKEN, Hearing, Listen, Speak, Voices, VoiceTold
from halles_client.replay_voice import Words
from halles_client.replica.replica import Replica
from halles_client.sound.desk import SoundDesk
from halles_client.sound.library import Missing
from halles_client.sound.mix import SILENT, VOLUME_MOST, Gains, from_stage, nearby

SHOWN_S: Final = 0.4
"""Seconds for which somebody whose voice came last still speaks, so that no sign flickers."""

LISTED_S: Final = 60.0
"""Seconds for which somebody who spoke stays in the list with its volumes."""

LISTED: Final = 8
STEP: Final = 0.25
_VOLUMES: Final = 500
_TOGETHER: Final = 2
"""Packets that go up together: half as many messages."""


@dataclass(slots=True)
class _Heard:
    """Somebody whose voice came."""

    at: float
    stage: bool


class VoiceTalk:
    """One visit's voice.

    Attributes:
        on: Whether it is switched on here.
        mono: Whether both ears hear the same.
        recorded: Whether one's own voice may stay in the recording of a live session.
        hearing: How far one is heard; None where the server has no voice.
        holding: Whether one holds the key, and is heard.
    """

    def __init__(self, replica: Replica, tell: Callable[[Message], None], desk: SoundDesk | None) -> None:
        self._replica, self._tell, self._desk = replica, tell, desk
        self.on = self.mono = self.recorded = self.holding = False
        self.hearing: Hearing | None = None
        self._heard: dict[int, _Heard] = {}
        self._volumes: dict[VisitId, float] = {}
        self._now = 0.0

    @property
    def missing(self) -> frozenset[Missing]:
        """What could not be opened of microphone, loudspeaker and library."""
        return self._desk.missing if self._desk is not None and self.on else frozenset()

    def switch(self, *, on: bool) -> None:
        """Switches voice on, or off: then nothing is heard, and the microphone is closed."""
        if on == self.on:
            return
        self.on = on
        if self.hearing is not None:
            self._listen()
        if not on:
            self.hold(on=False)
            self._heard.clear()

    def hold(self, *, on: bool) -> None:
        """Holds the key, or lets it go."""
        wanted = on and self.on and self.hearing in ("nearby", "stage")
        if wanted != self.holding:
            self.holding = wanted
            if self._desk is not None:
                self._desk.talk(on=wanted)

    def volume(self, visit: VisitId, step: int = 0) -> float:
        """Returns how loud somebody is, 0 to 2, after so many steps louder or softer."""
        level = min(VOLUME_MOST, max(0.0, self._volumes.get(visit, 1.0) + step * STEP))
        if step:
            self._volumes[visit] = level
            if len(self._volumes) > _VOLUMES:
                del self._volumes[next(iter(self._volumes))]
        return level

    def speaking(self) -> tuple[int, ...]:
        """Returns the numbers of those who speak now, as they began."""
        return tuple(number for number, heard in self._heard.items() if self._now - heard.at <= SHOWN_S)

    def listed(self) -> tuple[int, ...]:
        """Returns the numbers of those who spoke lately and are here, who spoke last first."""
        here = [number for number in self._heard if number in self._replica.people]
        return tuple(sorted(here, key=lambda number: -self._heard[number].at)[:LISTED])

    # --- what comes -----------------------------------------------------------------------------------------

    def entered(self) -> None:
        """One is in another hall, or back in it: what is said there is told anew."""
        self.hearing = None
        self.hold(on=False)
        self._heard.clear()
        if self._desk is not None:
            self._desk.room.clear()

    def told(self, message: VoiceTold) -> None:
        """The server says how far one is heard."""
        first, self.hearing = self.hearing is None, message.hearing
        if first and self.on:
            self._listen()
        if message.hearing == "silenced":
            self.hold(on=False)

    def heard(self, message: Voices) -> None:
        """Voices came."""
        for voice in message.voices if self.on else ():
            before = self._heard.get(voice.number)
            if before is None or self._now - before.at > SHOWN_S:
                self._heard.pop(voice.number, None)  # so that who begins now comes last
            self._heard[voice.number] = _Heard(self._now, voice.stage)
            if self._desk is not None:
                self._desk.room.hear(voice.number, voice.sequence, voice.frames)

    def replayed(self, words: Words) -> None:
        """Somebody speaks in a replay: as from the stage."""
        if self.on and self._desk is not None:
            self._heard[words.number] = _Heard(self._now, stage=True)
            self._desk.room.hear(words.number, words.sequence, words.frames)

    def step(self, now: float) -> None:
        """Sends what one says, and moves the voices of others to where they are."""
        self._now = now
        if not self.on or self._desk is None:
            return
        for number in [number for number, heard in self._heard.items() if now - heard.at > LISTED_S]:
            del self._heard[number]
        if self._desk.waiting() >= (_TOGETHER if self.holding else 1):
            self._send(self._desk.own())
        self._desk.room.place({number: self._gains(number, heard) for number, heard in self._heard.items()})

    def _listen(self) -> None:
        """Opens or closes the devices, where the server has voice, and tells it that one listens, or no more."""
        if self._desk is not None:
            self._desk.switch(on=self.on)
        self._tell(Listen(self.on))

    def _send(self, packets: list[tuple[int, bytes]]) -> None:
        """Sends packets, each message those that follow each other."""
        run: list[tuple[int, bytes]] = []
        for packet in packets:
            if run and (packet[0] != run[-1][0] + 1 or len(run) == FRAMES_SPOKEN):
                self._tell(Speak(run[0][0], tuple(frame for _, frame in run), self.recorded))
                run = []
            run.append(packet)
        if run:
            self._tell(Speak(run[0][0], tuple(frame for _, frame in run), self.recorded))

    def _gains(self, number: int, heard: _Heard) -> Gains:
        card, own = self._replica.people.get(number), self._replica.own
        volume = self.volume(card.visit) if card is not None else 1.0
        if heard.stage:
            return from_stage(volume)
        place = self._replica.timeline.newest(number)
        if own is None or place is None:
            return SILENT
        pose = own.pose
        return nearby(place[0] - pose.x, place[1] - pose.y, pose.heading, volume, mono=self.mono)
