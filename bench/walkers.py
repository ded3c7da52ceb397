"""The load: clients that walk about and report where they are, whatever server they walk in.

A server's language is in subclasses of ``Walker``: how one comes in, reports and understands. The load has to be cheap,
so only some of it, the witnesses, decodes all that it gets; the others only count bytes. A witness checks that every
record is a place that its owner really reported, and how long ago; and that it hears of everybody.
"""

import asyncio
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import picows

WITNESSES: Final = 12
RING: Final = 64
"""Reports remembered of each avatar, to tell a received one's age."""
SPEED: Final = 1.4
HALF: Final = 23.0
"""The walkers keep within ± so many metres."""
ARRIVALS: Final = 25
"""Connections opened at the same time."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """Records that a server sent, each held against what its owner reported; arrays of shape ``(n,)``."""

    who: np.ndarray
    found: np.ndarray
    reported_at: np.ndarray
    """Of the newest report that says the same, 0 where none does."""


@dataclass
class Crowd:
    """The load's knowledge: what each client sent and what the witnesses heard.

    Arrays are by client, except ``owner``, which is by avatar number and holds the client, -1 for none.
    """

    clients: int
    rng: np.random.Generator
    x: np.ndarray = field(init=False)
    y: np.ndarray = field(init=False)
    heading: np.ndarray = field(init=False)
    owner: np.ndarray = field(init=False)
    sent_x: np.ndarray = field(init=False)
    sent_y: np.ndarray = field(init=False)
    sent_at: np.ndarray = field(init=False)
    sequence: np.ndarray = field(init=False)
    heard_at: np.ndarray = field(init=False)
    ages: list[np.ndarray] = field(default_factory=list)
    gaps: list[np.ndarray] = field(default_factory=list)
    wrong: int = 0
    records: int = 0
    bytes_in: int = 0
    frames_in: int = 0
    lost: int = 0
    measuring: bool = False

    def __post_init__(self) -> None:
        n = self.clients
        # Where nobody tells the walkers their place, they begin all over the hall.
        self.x, self.y = self.rng.uniform(-HALF, HALF, (2, n))
        self.heading = self.rng.uniform(0, math.tau, n)
        self.owner = np.full(65_536, -1)
        self.sent_x = np.full((n, RING), 1 << 20)
        self.sent_y = np.full((n, RING), 1 << 20)
        self.sent_at = np.zeros((n, RING))
        self.sequence = np.zeros(n, dtype=np.int64)
        self.heard_at = np.zeros((self.witnesses, n))

    @property
    def witnesses(self) -> int:
        """How many clients decode all that they get: the first ones."""
        return min(WITNESSES, self.clients)

    def begin(self) -> None:
        """Forgets what was counted so far: from now on it counts."""
        self.measuring = True
        self.bytes_in = self.frames_in = self.records = self.wrong = 0

    def walk(self, who: np.ndarray, seconds: float) -> None:
        """Moves clients on, turning back from the hall's edge."""
        self.heading[who] += self.rng.normal(0, 0.25, who.size)
        x = self.x[who] - np.sin(self.heading[who]) * SPEED * seconds
        y = self.y[who] + np.cos(self.heading[who]) * SPEED * seconds
        out = (np.abs(x) > HALF) | (np.abs(y) > HALF)
        self.heading[who[out]] = np.arctan2(self.x[who[out]], -self.y[who[out]])
        self.x[who], self.y[who] = np.where(out, self.x[who], x), np.where(out, self.y[who], y)

    def sight(self, numbers: np.ndarray, x: np.ndarray, y: np.ndarray) -> Sighting:
        """Finds the reports that records came from; avatar numbers and centimetres, nobody's avatars are left out."""
        who = self.owner[numbers]
        known = who >= 0
        who, x, y = who[known], x[known], y[known]
        same = (self.sent_x[who] == x[:, None]) & (self.sent_y[who] == y[:, None])
        return Sighting(who, same.any(axis=1), np.where(same, self.sent_at[who], 0.0).max(axis=1, initial=0.0))

    def hear(self, me: int, sighting: Sighting, now: float, *, fresh: bool = True) -> None:
        """Takes note of what one witness hears; the age counts of records that the server calls fresh."""
        who, others = sighting.who, sighting.who != me
        self.records += who.size
        self.wrong += int((~sighting.found & others).sum())
        before = self.heard_at[me, who]
        self.heard_at[me, who] = now
        if not self.measuring:
            return
        self.gaps.append(now - before[before > 0])
        if fresh:
            counted = sighting.found & others & (now - sighting.reported_at < 5.0)
            self.ages.append((now - sighting.reported_at[counted]) * 1000.0)


class Walker(picows.WSListener):
    """One connection of the load; subclasses speak a server's language."""

    def __init__(self, crowd: Crowd, index: int, url: str) -> None:
        self.crowd, self.index, self.url = crowd, index, url
        self.transport: picows.WSTransport | None = None
        self.inside: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def address(self) -> str:
        """Returns where to connect, asked for just before."""
        return self.url

    def greet(self) -> None:
        """Says what comes first on a new connection."""

    def receive(self, payload: bytes) -> None:
        """Takes what comes until it is inside, and as a witness all that comes."""
        raise NotImplementedError

    def report(self, sequence: int, x: int, y: int, heading: int) -> bytes:
        """Returns the message that says where it is: centimetres, and 65,536ths of a turn."""
        raise NotImplementedError

    def send(self, payload: bytes) -> None:
        """Sends a message."""
        if self.transport is not None:
            self.transport.send(picows.WSMsgType.BINARY, payload)

    def leave(self) -> None:
        """Closes the connection."""
        if self.transport is not None:
            self.transport.disconnect()

    def on_ws_connected(self, transport: picows.WSTransport) -> None:
        """Greets."""
        self.transport = transport
        self.greet()

    def on_ws_frame(self, transport: picows.WSTransport, frame: picows.WSFrame) -> None:
        """Counts; hands on what is needed to come in, and all that a witness gets."""
        crowd = self.crowd
        if frame.msg_type == picows.WSMsgType.PING:
            transport.send_pong(frame.get_payload_as_bytes())
            return
        if frame.msg_type != picows.WSMsgType.BINARY:
            return
        crowd.bytes_in += frame.payload_size
        crowd.frames_in += 1
        if self.index < WITNESSES or not self.inside.done():
            self.receive(frame.get_payload_as_bytes())

    def on_ws_disconnected(self, transport: picows.WSTransport) -> None:
        """Notes a loss."""
        self.transport = None
        self.crowd.lost += 1
        if not self.inside.done():
            self.inside.set_exception(ConnectionError(f"client {self.index} was not let in"))


async def arrive(walkers: Sequence[Walker]) -> None:
    """Opens the connections, some at a time; the first one alone, so that it hears of everybody who comes."""
    for start in (0, *range(1, len(walkers), ARRIVALS)):
        portion = walkers[start : start + ARRIVALS] if start else walkers[:1]
        await asyncio.gather(*(picows.ws_connect(lambda w=walker: w, walker.address()) for walker in portion))
        await asyncio.wait_for(asyncio.gather(*(walker.inside for walker in portion)), 60)


async def walk(walkers: Sequence[Walker], hz: float, seconds: float) -> None:
    """Lets everybody walk for so long; sends are spread over each period in slots of about 10 ms."""
    crowd = walkers[0].crowd
    slots = max(1, round(100 / hz))
    groups = [np.arange(slot, crowd.clients, slots) for slot in range(slots)]
    started = time.perf_counter()
    for beat in range(int(seconds * hz * slots)):
        due = started + beat / (hz * slots)
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        who = groups[beat % slots]
        crowd.walk(who, 1 / hz)
        _report(crowd, walkers, who)


def _report(crowd: Crowd, walkers: Sequence[Walker], who: np.ndarray) -> None:
    x, y = np.round(crowd.x[who] * 100).astype(int), np.round(crowd.y[who] * 100).astype(int)
    crowd.sequence[who] += 1
    place = crowd.sequence[who] % RING
    crowd.sent_x[who, place], crowd.sent_y[who, place] = x, y
    crowd.sent_at[who, place] = time.perf_counter()
    headings = (crowd.heading[who] * 65_536 / math.tau).astype(int) & 0xFFFF
    rows = zip(who.tolist(), crowd.sequence[who].tolist(), x.tolist(), y.tolist(), headings.tolist(), strict=True)
    for index, *row in rows:
        walker = walkers[index]
        walker.send(walker.report(*row))
