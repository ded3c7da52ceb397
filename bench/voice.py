"""What voice adds to a hall's tick: nobody speaks, eight speak among the others, eight speak from the stage.

A hall with its people, each at the other end of a real connection on loopback, all in this process; what is timed is
the tick alone: its frames, who hears whom, the bytes, and their writing, the kernel's part included.
"""

import asyncio
import contextlib
import math
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final, cast

import numpy as np
import uvloop

from bench.report import Result
from bench.tick import Walker
from halles.ids import AvatarNumber, VisitId
from halles.protocol.messages import Move
from halles.protocol.voice_messages import Speak, Voices
from halles.world.look import Look
from halles.world.scene import parse
from halles_server.config import ServerConfig
from halles_server.gateway.outbox import frame_of, framed
from halles_server.gateway.voice_relay import VoiceRelay
from halles_server.gateway.way_out import WayOut
from halles_server.hall.hall import Hall

SPEAKERS: Final = 8
FRAME: Final = bytes([0x78]) + bytes(59)
"""As much as 20 ms of speech take at 24 kbit/s."""

HZ: Final = 20
MEDIAN: Final = "tick ms, median"
ADDS: Final = "of it for voice, ms"
SHARE: Final = "of the period"
HEARERS: Final = "who hear somebody"


class _Ear(asyncio.Protocol):
    """The server's end of one connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        config = ServerConfig()
        self.out = WayOut(cast(asyncio.Transport, transport), config.outbox_bytes, config.slow_s)
        self.out.open()

    def pause_writing(self) -> None:
        self.out.block()

    def resume_writing(self) -> None:
        self.out.unblock()


def run(people: int, seconds: float) -> list[Result]:
    """Measures each in turn, for so many seconds."""
    return uvloop.run(_measure(people, round(seconds * HZ)))


async def _measure(people: int, ticks: int) -> list[Result]:
    async with _ears(people) as ears:
        hall, numbers = _hall(people)
        ways = {number: ear.out for number, ear in zip(numbers, ears, strict=True)}
        crowd = _Crowd(hall, ways)
        return [await crowd.talk(name, speakers, stage, ticks) for name, speakers, stage in _CASES]


_CASES: Final = (
    ("nobody speaks", 0, False),
    (f"{SPEAKERS} speak among the others", SPEAKERS, False),
    (f"{SPEAKERS} speak from the stage", SPEAKERS, True),
)


class _Crowd:
    """A hall's people, who walk, and its ticks."""

    def __init__(self, hall: Hall, ways: dict[int, WayOut]) -> None:
        self._hall, self._ways, self._relay = hall, ways, VoiceRelay()
        self._numbers = tuple(ways)
        self._places = np.array([(hall.pose(number).x, hall.pose(number).y) for number in self._numbers])
        self._headings = np.random.default_rng(7).uniform(0, math.tau, len(self._numbers))
        self._step = 0

    async def talk(self, name: str, speakers: int, stage: bool, ticks: int) -> Result:
        """Times ticks while so many speak."""
        whole, voice, heard = [], [], 0
        for _ in range(ticks):
            self._walk()
            for number in self._numbers[:speakers]:
                words = Speak(self._step * 3, (FRAME,) * (2 + self._step % 2))  # 50 ms are two and a half frames
                self._relay.say(self._hall.scene.id, AvatarNumber(number), words, stage=stage)
            begun = time.thread_time()
            tick = self._hall.tick(self._step / HZ)
            told = time.thread_time()
            self._relay.begin(self._hall.scene.id)
            heard = self._deliver()
            delivered = time.thread_time()
            for frame in tick.frames:
                data = framed(frame.payload)
                for number in frame.viewers.tolist():
                    self._ways[number].write_poses(data, spare=frame.spare)
            whole.append(time.thread_time() - begun)
            voice.append(delivered - told)
            await asyncio.sleep(0.01)  # the other ends read
        median = float(np.median(whole) * 1000)
        notes = {MEDIAN: median, ADDS: float(np.median(voice) * 1000), HEARERS: heard, SHARE: median * HZ / 1000}
        return Result(f"{len(self._numbers)} people, {name}", clients=len(self._numbers), hz=float(HZ), notes=notes)

    def _deliver(self) -> int:
        heard = 0
        for portion in self._relay.deliver(self._hall, self._numbers):
            frame = frame_of(Voices(portion.voices))
            heard += len(portion.hearers)
            for number in portion.hearers:
                self._ways[number].put_now("voice", frame)
        return heard

    def _walk(self) -> None:
        self._step += 1
        turned = self._headings + self._step / 9
        self._places = np.clip(self._places + 1.4 / HZ * np.stack([np.cos(turned), np.sin(turned)], axis=1), -24, 24)
        for number, (x, y) in zip(self._numbers, np.round(self._places * 100).astype(int).tolist(), strict=True):
            self._hall.submit(number, Move(self._step, x, y, 0, 9 * self._step % 65_536))


def _hall(people: int) -> tuple[Hall, list[int]]:
    file = Path(__file__).parent / "scenes/square.toml"
    hall = Hall(parse(file.read_text(encoding="utf-8"), file.name), tick_hz=HZ)
    places = np.random.default_rng(7).uniform(-23, 23, (people, 2)).tolist()
    return hall, [hall.enter(Walker(VisitId("v"), Look()), x, y, 0.0, 0.0).number for x, y in places]


@contextlib.asynccontextmanager
async def _ears(people: int) -> AsyncIterator[list[_Ear]]:
    """Connects so many, and closes them in the end."""
    ears: list[_Ear] = []
    complete = asyncio.Event()

    def arrived() -> _Ear:
        ears.append(_Ear())
        if len(ears) == people:
            complete.set()
        return ears[-1]

    loop = asyncio.get_running_loop()
    server = await loop.create_server(arrived, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    ends = [(await loop.create_connection(asyncio.Protocol, "127.0.0.1", port))[0] for _ in range(people)]
    await asyncio.wait_for(complete.wait(), 10.0)
    try:
        yield ears
    finally:
        for end in ends:
            end.close()
        server.close()
