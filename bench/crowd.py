"""W(N, H) of the design: N clients walk in one hall and each sends H times a second; what does that cost?"""

import time
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import picows
import uvloop

from bench import measuring, serving
from bench.report import Result
from bench.walkers import Walker
from bench.witnessing import Crowd
from halles.protocol import codec, far_slice, pose_batch
from halles.protocol.messages import (
    AvatarsEntered,
    AvatarsLeft,
    Correction,
    EnterHall,
    HallEntered,
    Hello,
    Message,
    Move,
    PoseBatch,
    Welcomed,
)
from halles.protocol.table import Direction
from halles.world.look import Look
from halles_server.config import ServerConfig

SCENES = Path(__file__).parent / "scenes"
LONGEST_CORRECTION: Final = len(codec.encode(Correction(2**32 - 1, -32_000, -32_000, 65_535, 65_535, "too-far")))
"""Bytes of the only message that moves somebody; hardly any other for somebody who walks is so short."""


class Visitor(Walker):
    """A walker in Halles."""

    number = 0
    heeds = LONGEST_CORRECTION

    def greet(self) -> None:
        """Asks for admission."""
        name = f"Load {self.index}"
        self.send(codec.encode(Hello(1, 1, "guest", "", name, "en", Look(), "bench", conduct=True, kind="bot")))

    def receive(self, payload: bytes) -> None:
        """Comes in; then hears of the others."""
        message = codec.decode(payload, Direction.TO_CLIENT)
        if self.inside.done():
            self._hear(message)
        elif isinstance(message, Welcomed):
            self.send(codec.encode(EnterHall(uuid.uuid4().bytes, message.halls[0].hall, "")))
        elif isinstance(message, HallEntered):
            self.number = message.number
            self.crowd.owner[message.number] = self.index
            self._stand(message)
            self.enter()

    def _hear(self, message: Message) -> None:
        """Goes where the server puts it; a witness takes note of who is here and where."""
        crowd, me = self.crowd, self.index
        if isinstance(message, Correction):
            self._stand(message)
        elif me >= crowd.witnesses:
            return
        elif isinstance(message, PoseBatch):
            witness(crowd, me, message, time.perf_counter())
        elif isinstance(message, AvatarsEntered):
            crowd.shown[me, [card.number for card in message.avatars]] = True
        elif isinstance(message, AvatarsLeft):
            crowd.shown[me, list(message.numbers)] = False

    def _stand(self, place: HallEntered | Correction) -> None:
        self.crowd.x[self.index], self.crowd.y[self.index] = place.x / 100, place.y / 100

    def on_ws_disconnected(self, transport: picows.WSTransport) -> None:
        """Gives its number back: the next one who has it is somebody else."""
        self.crowd.owner[self.number] = -1
        super().on_ws_disconnected(transport)

    def report(self, sequence: int, x: int, y: int, heading: int) -> bytes:
        """Returns a move."""
        return codec.encode(Move(sequence, x, y, 0, heading))


def witness(crowd: Crowd, me: int, batch: PoseBatch, now: float) -> None:
    """Takes note of a batch: far records come in turn, so only the near ones tell how old the news is."""
    crowd.ticks_heard += 1
    near, far = pose_batch.read(batch.near), far_slice.read(batch.far)
    # Whose turn it is among the far ones may be near as well: that is no second position.
    others = far.records[~np.isin(far.records["number"], near["number"])]
    for records, off in ((near, 0), (others, far.unit // 2)):
        sighting = crowd.sight(records["number"], records["x"], records["y"], off)
        crowd.hear(me, sighting, now, fresh=records is near)


def run(clients: int, hz: float, seconds: float, *, spot: bool = False) -> Result:
    """Measures W(clients, hz) for so many seconds after a time of walking in; ``spot`` has all within 5 m."""
    measuring.pin_load()
    with serving.running(core=measuring.SERVER_CORE, settings=settings(clients, hz)) as server:
        result = uvloop.run(_measure(server, clients, hz, seconds, spot))
    return replace(result, notes=result.notes | {"server ready after s": server.ready_s})


def settings(people: int, hz: float) -> dict[str, str]:
    """Returns what a server needs to have so many people in the one hall of the bench, and to tick so often."""
    return {
        "HALLES_SCENES": str(SCENES),
        "HALLES_TICK_HZ": str(round(hz)),
        "HALLES_HALL_CAPACITY": str(max(people, ServerConfig().hall_capacity)),
        "HALLES_NODE_CAPACITY": str(max(people, ServerConfig().node_capacity)),
    }


async def _measure(server: serving.Serving, clients: int, hz: float, seconds: float, spot: bool) -> Result:
    crowd = measuring.new_crowd(clients, spot=spot)
    visitors = [Visitor(crowd, index, server.world) for index in range(clients)]
    name = f"W({clients}, {hz:g}){', within 5 m' if spot else ''}"
    return await measuring.measure(name, measuring.Walking(server, visitors, hz), seconds)
