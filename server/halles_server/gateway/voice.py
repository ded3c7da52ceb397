"""Voice at the gateway: who may speak, how far, how often; then it is the backend's (``ports.voice``).

Every frame is judged anew, so that whoever is silenced is not heard from that moment on, whatever their client sends.
Nothing of what is said is logged, nor stored but in a recording (``voice_recorder``). Invariant: what is not allowed,
too much or too late is dropped, and waits for nobody.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from halles.errors import RemoteProtocolError
from halles.ids import AvatarNumber, HallId
from halles.protocol.close_codes import CloseCode
from halles.protocol.voice_messages import Hearing, Listen, Speak, Voice, Voices, VoiceTold, is_frame
from halles_server.gateway.boards import Board
from halles_server.gateway.connection import Connection
from halles_server.gateway.hall_runner import HallRunner
from halles_server.gateway.outbox import frame_of
from halles_server.gateway.visits import Visit
from halles_server.gateway.voice_relay import VoiceRelay
from halles_server.ports.voice import VoiceBackend

if TYPE_CHECKING:
    from halles_server.gateway.world import World

SWEEP_S: Final = 1.0
"""Seconds between two looks whether listeners are still heard as they were told."""

_AT_ONCE: Final = 200
"""Listeners looked at before the loop has air."""

Asked = Callable[[Visit], bool]
"""Asks something of a visit."""

Apart = Callable[[HallRunner, Sequence[int], tuple[Voice, ...]], Iterable[tuple[Sequence[int], tuple[Voice, ...]]]]
"""Takes out of what some hear together what single ones of them do not."""


@dataclass(frozen=True, slots=True)
class VoiceRules:
    """What other parts of the world know, asked anew of every portion.

    Attributes:
        may_speak: Whether a visit has the right to speak where it stands.
        on_stage: Whether a visit has the floor on the stage, and is heard in the whole hall.
        silent: Whether a film is shown in a hall, over which only the stage is heard.
        apart: Who of those who hear something together does not hear all of it.
        recorded: Hears all that is said in a hall, whichever node it is said at; keeps what may be kept.
        ignored: Hears that somebody goes on speaking who was told that they may not.
    """

    may_speak: Asked
    on_stage: Asked
    silent: Callable[[HallId], bool]
    apart: Apart
    recorded: Callable[[HallRunner, tuple[Voice, ...]], None]
    ignored: Callable[[Visit], None]


class Speaking(Board):
    """Voice in the halls of this node.

    Attributes:
        rules: Who may, how far, and who does not hear it.
        bots_speak: Whether bots are heard; for tests and measurements only.
    """

    def __init__(self, world: "World", rules: VoiceRules, backend: VoiceBackend | None = None) -> None:
        self.rules = rules
        self.bots_speak = False
        self._world = world
        self._offered: Final = world.config.voice
        self._backend: Final = VoiceRelay() if backend is None else backend
        for runner in world.runners.values() if self._offered else ():
            runner.voice = self

    # --- what visits say ------------------------------------------------------------------------------------

    def entered(self, connection: Connection, visit: Visit) -> None:
        """Tells a visit that has entered a hall how far its voice is heard there."""
        visit.hearing = None
        if self._offered:
            self._tell(connection, visit, self._hearing(visit))

    async def listen(self, connection: Connection, visit: Visit, message: Listen) -> None:
        """Lets a visit hear voices, or no more."""
        if visit.runner is None or not self._offered:
            return
        if message.on:
            visit.runner.listeners.add(visit.number)
        else:
            visit.runner.listeners.discard(visit.number)

    def say(self, connection: Connection, message: Speak, now: float) -> None:
        """Takes what a visit says.

        Raises:
            RemoteProtocolError: BAD_MESSAGE, a frame is no 20 ms of Opus.
        """
        if not all(is_frame(frame) for frame in message.frames):
            raise RemoteProtocolError(CloseCode.BAD_MESSAGE, "not 20 ms of one voice in Opus")
        visit, count = connection.visit, len(message.frames)
        if visit is None or visit.runner is None or visit.detached_at is not None or not self._offered:
            self._count("off", count)
        elif not visit.voice.take(now, count):
            self._count("rate", count)
        else:
            hearing = self._hearing(visit)
            if hearing != visit.hearing:
                self._tell(connection, visit, hearing)
            elif hearing == "silenced" and not self.rules.may_speak(visit):  # it was told so before
                self.rules.ignored(visit)
            self._count("silenced" if hearing == "silenced" else "said", count)
            if hearing != "silenced":
                self._backend.say(visit.runner.id, AvatarNumber(visit.number), message, stage=hearing == "stage")

    async def keep(self) -> None:
        """Tells listeners for ever when they are heard otherwise: who was silenced does not try, and would not know."""
        while self._offered:
            await asyncio.sleep(SWEEP_S)
            for runner in self._world.runners.values():
                for turn, number in enumerate(tuple(runner.listeners)):
                    if turn % _AT_ONCE == _AT_ONCE - 1:
                        await asyncio.sleep(0)
                    visit = runner.visit(number)
                    if visit is not None:
                        self.changed(visit)

    def changed(self, visit: Visit) -> None:
        """Tells a visit how far its voice is heard now, where that is no more what it was told."""
        if self._offered and visit.connection is not None and visit.runner is not None and visit.hearing is not None:
            hearing = self._hearing(visit)
            if hearing != visit.hearing:
                self._tell(visit.connection, visit, hearing)
                visit.connection.out.flush()

    def _hearing(self, visit: Visit) -> Hearing:
        if not self.rules.may_speak(visit) or (visit.record.bot and not self.bots_speak):
            return "silenced"
        if self.rules.on_stage(visit):
            return "stage"
        return "silenced" if visit.runner is not None and self.rules.silent(visit.runner.id) else "nearby"

    def _tell(self, connection: Connection, visit: Visit, hearing: Hearing) -> None:
        visit.hearing = hearing
        connection.send(VoiceTold(hearing))

    def _count(self, fate: str, frames: int) -> None:
        self._world.metrics.voice.labels(fate).inc(frames)

    # --- what halls hear ------------------------------------------------------------------------------------

    def heard(self, runner: HallRunner, voices: tuple[Voice, ...]) -> None:
        """Hears what was said in a hall at another node."""
        if self._offered:
            self._backend.others_said(runner.id, voices)
            self.rules.recorded(runner, voices)

    def begin(self, runner: HallRunner) -> None:
        """Ends what is said before a hall's tick, and tells the other nodes of it."""
        voices = self._backend.begin(runner.id)
        if voices:
            self.rules.recorded(runner, voices)
        if voices and self._world.neighbours is not None:
            self._world.neighbours.voiced(runner, voices)

    def deliver(self, runner: HallRunner) -> None:
        """Tells each listener what they hear in this tick, in the tick's own write."""
        for portion in self._backend.deliver(runner.hall, runner.listeners):
            for hearers, voices in self.rules.apart(runner, portion.hearers, portion.voices):
                if voices:
                    runner.tell_now(hearers, "voice", frame_of(Voices(voices)))
