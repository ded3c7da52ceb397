"""What the load knows: where each client reported to be, and what the witnesses heard of it.

A witness checks that every record is a place that its owner really reported, and how long ago; that it hears of
everybody; and whom it is told of. Not here: connections (``walkers``).
"""

import math
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from bench.herd import Herd

WITNESSES: Final = 12
RING: Final = 64
"""Reports remembered of each avatar, to tell a received one's age."""
NEWS_S: Final = 5.0
"""What is older tells nothing of the server: its owner has stopped reporting."""
NUMBERS: Final = 65_536
"""Avatar numbers there are."""
SPEED: Final = 1.4
HALF: Final = 23.0
"""The walkers keep within ± so many metres."""
SPOT: Final = 5.0
"""Where everybody gathers in one spot they keep within so many metres of its middle."""


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

    Arrays are by client, except ``owner``, which is by avatar number and holds the client, -1 for none, and ``shown``.

    Attributes:
        clients: How many.
        rng: Whence they turn now and then.
        witnesses: How many of them decode all that they get: the first ones.
        spot: Whether all walk within ``SPOT`` metres of the middle, not all over the hall.
        speed: Metres a second; at 0 they stand.
        ring: Reports remembered of each.
        herd: What reads and writes the connections of all but the witnesses; None where they do so themselves.
        news_s: Up to which age a record is news.
        node: Which of several nodes each one is with.
        shown: By witness and avatar number, whether it was told that this one came in, and not yet that it went.
        inside: Who has come in and not gone; only these report.
        ticks_heard: Frames with positions that the witnesses got: one of each tick, beside what else they are told.
        unsent: Reports for which a connection had no room.
        lost: Connections that ended though the load did not want it.
    """

    clients: int
    rng: np.random.Generator
    witnesses: int = WITNESSES
    spot: bool = False
    speed: float = SPEED
    ring: int = RING
    news_s: float = NEWS_S
    herd: Herd | None = None
    inside: np.ndarray = field(init=False)
    x: np.ndarray = field(init=False)
    y: np.ndarray = field(init=False)
    heading: np.ndarray = field(init=False)
    owner: np.ndarray = field(init=False)
    sent_x: np.ndarray = field(init=False)
    sent_y: np.ndarray = field(init=False)
    sent_at: np.ndarray = field(init=False)
    sequence: np.ndarray = field(init=False)
    heard_at: np.ndarray = field(init=False)
    node: np.ndarray = field(init=False)
    shown: np.ndarray = field(init=False)
    ages: list[np.ndarray] = field(default_factory=list)
    elsewhere: list[np.ndarray] = field(default_factory=list)
    """Of each age, whether it is that of somebody with another node than the witness."""
    gaps: list[np.ndarray] = field(default_factory=list)
    wrong: int = 0
    records: int = 0
    bytes_in: int = 0
    frames_in: int = 0
    ticks_heard: int = 0
    unsent: int = 0
    lost: int = 0
    measuring: bool = False

    def __post_init__(self) -> None:
        n = self.clients
        self.witnesses = min(self.witnesses, n)
        self.inside = np.zeros(n, dtype=np.bool_)
        # Where nobody tells the walkers their place, they begin all over the hall.
        self.x, self.y = self.rng.uniform(-HALF, HALF, (2, n))
        self.heading = self.rng.uniform(0, math.tau, n)
        self.owner = np.full(NUMBERS, -1)
        self.sent_x = np.full((n, self.ring), 1 << 20)
        self.sent_y = np.full((n, self.ring), 1 << 20)
        self.sent_at = np.zeros((n, self.ring))
        self.sequence = np.zeros(n, dtype=np.int64)
        self.heard_at = np.zeros((self.witnesses, n))
        self.node = np.zeros(n, dtype=np.int64)
        self.shown = np.zeros((self.witnesses, NUMBERS), dtype=np.bool_)

    def begin(self) -> None:
        """Forgets what was counted so far: from now on it counts."""
        self.measuring = True
        self.ages, self.elsewhere, self.gaps = [], [], []
        self.bytes_in = self.frames_in = self.ticks_heard = self.unsent = self.records = self.wrong = self.lost = 0

    def count(self, frames: int, size: int, unsent: int = 0) -> None:
        """Counts messages that came, their bytes together, and reports that were not sent."""
        self.frames_in += frames
        self.bytes_in += size
        self.unsent += unsent

    def walk(self, who: np.ndarray, seconds: float) -> None:
        """Moves clients on, turning back from the edge of where they may walk."""
        self.heading[who] += self.rng.normal(0, 0.25, who.size)
        x = self.x[who] - np.sin(self.heading[who]) * self.speed * seconds
        y = self.y[who] + np.cos(self.heading[who]) * self.speed * seconds
        off, was_off = self._off_middle(x, y), self._off_middle(self.x[who], self.y[who])
        # Who was let in outside comes nearer: only the way out is closed.
        out = (off > (SPOT if self.spot else HALF)) & (off >= was_off)
        self.heading[who[out]] = np.arctan2(self.x[who[out]], -self.y[who[out]])
        self.x[who], self.y[who] = np.where(out, self.x[who], x), np.where(out, self.y[who], y)

    def _off_middle(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return np.hypot(x, y) if self.spot else np.maximum(np.abs(x), np.abs(y))

    def sight(self, numbers: np.ndarray, x: np.ndarray, y: np.ndarray, off: int = 0) -> Sighting:
        """Finds the reports that records came from.

        Avatar numbers and centimetres, at most ``off`` of them from what was reported; nobody's avatars are left out.
        """
        who = self.owner[numbers]
        known = who >= 0
        who, x, y = who[known], x[known], y[known]
        same = (np.abs(self.sent_x[who] - x[:, None]) <= off) & (np.abs(self.sent_y[who] - y[:, None]) <= off)
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
            counted = sighting.found & others & (now - sighting.reported_at < self.news_s)
            self.ages.append((now - sighting.reported_at[counted]) * 1000.0)
            self.elsewhere.append(self.node[who[counted]] != self.node[me])
