"""Other people's motion: what batches told, shown a moment late so that it is smooth. Pure: time is an argument.

Belongs here: positions over time. Not here: names, roles (replica). There is no Python object per avatar: every
array is indexed by the avatar's number in the hall, and each avatar keeps its last ``KEPT`` poses in a ring.

Each avatar is shown ``lag`` seconds in the past: 100–150 ms where poses come on every beat, a little over the time
between two far slices for those far away, at most a second. When that changes, the lag glides, so that nobody jumps.
(Interpolation of entities in the past: Bernier 2001, "Latency compensating methods".)
"""

import math
from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from halles.protocol import far_slice
from halles.protocol.messages import AvatarCard, PoseBatch
from halles.protocol.pose_batch import GESTURE_BITS, read, unpack_heading
from halles.world.roles import Role
from halles_client.replica.crowd import Crowd

Floats32 = NDArray[np.float32]
HeightOf = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]
"""The floor's height at places of shape ``(n,)``; far records carry none."""

KEPT: Final = 8
"""Poses kept of each avatar: 400 ms at 20 Hz, more than the longest ordinary lag."""

LEAST_LAG_S: Final = 0.1
MOST_LAG_S: Final = 0.3
"""Between these the lag of near avatars adapts to how unevenly batches arrive; 0.1–0.15 on an ordinary network."""

FAR_LAG_CAP_S: Final = 2.5
"""Nobody is shown later than this, however seldom one hears of them."""

EXTRAPOLATE_S: Final = 0.25
"""How long somebody walks on without news before they stand still."""

_SELDOM_S: Final = 0.5
"""A longer wait than this between two near records is that of somebody who stood still."""

_BESIDE_S: Final = 0.12
"""A far record that comes sooner after the last one than this is of somebody who is near as well."""

_STILL_M: Final = 0.03

_FAR_S: Final = 1.1
"""Until more is known: how long it takes until somebody far away is heard of again."""

_GLIDE: Final = 0.4
"""Seconds of lag gained or lost in one second: time runs at most this much faster or slower for somebody."""

_TELEPORT_M: Final = 6.0
"""A step longer than this between two poses is a jump, not a walk: it is not shown as a slide."""

_LONG_AGO: Final = -1e9
_TAU: Final = np.float32(2.0 * math.pi)


class Timeline:
    """Everybody's recent poses in one hall."""

    def __init__(self, height_of: HeightOf | None = None, before: "Timeline | None" = None) -> None:
        """Takes the floor's heights, and the timeline of the hall before: the server's clock is the same in all."""
        self._height_of = height_of
        self._tick = -1
        self._clock: _ServerClock = _ServerClock() if before is None else before._clock
        self._sampled_at = -math.inf
        self._reserve(64)

    def __len__(self) -> int:
        return int(np.count_nonzero(self._here))

    def enter(self, card: AvatarCard) -> None:
        """Somebody came in; the card's pose holds until a batch says more."""
        number = int(card.number)
        if number >= len(self._here):
            self._reserve(number + 1)
        self._here[number] = True
        self._time[number] = _LONG_AGO
        self._pose[number] = (card.x / 100.0, card.y / 100.0, self._height(card.x / 100.0, card.y / 100.0), 0.0)
        self._pose[number, :, 3] = unpack_heading(np.array([card.heading], dtype=np.uint8))[0]
        self._head[number] = 0
        self._lag[number] = LEAST_LAG_S
        self._interval[number] = 0.0
        self._gesture[number] = card.act & GESTURE_BITS
        self._stride[number] = number * 0.37 % 1.0  # nobody walks in step
        look = card.look
        self._look[number] = (look.coat, look.trousers, look.skin, look.head, look.hair)
        self._staff[number] = card.role == Role.EXHIBITOR

    def leave(self, number: int) -> None:
        """Somebody went; unknown numbers are fine."""
        if number < len(self._here):
            self._here[number] = False

    def apply(self, batch: PoseBatch, now: float) -> bool:
        """Takes in a batch that arrived at ``now`` (seconds, the caller's clock); tells whether it was news.

        Batches older than the newest one and records of people who have not come in are left out.

        Raises:
            RemoteProtocolError: The records are malformed.
        """
        near, far = read(batch.near), far_slice.read(batch.far)
        if batch.tick <= self._tick:
            return False
        self._tick = batch.tick
        time = batch.time_ms / 1000.0
        self._clock.heard(time, now)
        if len(far.records):
            self._write(far.records, time, far.unit / 100.0)
        if len(near):
            self._write(near, time)
        return True

    def tell_time(self, server: float, now: float) -> None:
        """Takes the server's time from a message that is no batch: who is alone in a hall gets none."""
        self._clock.begin(server, now)

    def server_time(self, now: float) -> float:
        """Returns the server's time in seconds at ``now`` (the caller's clock), as far as known."""
        return self._clock.at(now)

    def newest(self, number: int) -> tuple[float, float] | None:
        """Returns where somebody was last heard of, without waiting for it to be shown."""
        if number >= len(self._here) or not self._here[number]:
            return None
        x, y = self._pose[number, (self._head[number] - 1) % KEPT, :2]
        return float(x), float(y)

    def nearest(self, x: float, y: float, most: int) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        """Returns the numbers of those who were last heard of nearest to a place, and their metres, nearest first."""
        who = np.flatnonzero(self._here)
        at = self._pose[who, self._head[who] - 1, :2]
        metres = np.hypot(at[:, 0] - np.float32(x), at[:, 1] - np.float32(y))
        order = np.argsort(metres, kind="stable")[:most]
        return who[order], metres[order]

    def sample(self, now: float) -> Crowd:
        """Returns everybody as they are shown at ``now`` (the caller's clock), by growing number."""
        passed = min(max(now - self._sampled_at, 0.0), 0.25)
        self._sampled_at = now
        who = np.flatnonzero(self._here)
        self._glide(who, passed)
        at = self._clock.at(now) - self._lag[who].astype(np.float64)
        pose, velocity = self._interpolate(who, at)
        speed = np.hypot(velocity[:, 0], velocity[:, 1]).astype(np.float32)
        stride = np.mod(self._stride[who] + speed * np.float32(passed), np.float32(1000.0))
        self._stride[who] = stride
        return Crowd(
            number=who.astype(np.uint16),
            x=pose[:, 0],
            y=pose[:, 1],
            z=pose[:, 2],
            heading=np.mod(pose[:, 3], _TAU),
            speed=speed,
            stride=stride,
            gesture=self._gesture[who],
            look=self._look[who],
            staff=self._staff[who],
        )

    # --- inside ---------------------------------------------------------------------------------------------

    def _reserve(self, count: int) -> None:
        """Makes room for numbers below ``count``; numbers are 16 bits, so this is bounded."""
        old = len(self._here) if hasattr(self, "_here") else 0
        size = max(1 << (count - 1).bit_length(), old)

        def grown(name: str, shape: tuple[int, ...], kind: Any) -> Any:
            fresh = np.zeros((size, *shape), dtype=kind)
            if old:
                fresh[:old] = getattr(self, name)
            return fresh

        self._here: NDArray[np.bool_] = grown("_here", (), np.bool_)
        self._time: NDArray[np.float64] = grown("_time", (KEPT,), np.float64)
        self._pose: Floats32 = grown("_pose", (KEPT, 4), np.float32)
        self._head: NDArray[np.intp] = grown("_head", (), np.intp)
        self._lag: Floats32 = grown("_lag", (), np.float32)
        self._interval: Floats32 = grown("_interval", (), np.float32)
        self._gesture: NDArray[np.uint8] = grown("_gesture", (), np.uint8)
        self._stride: Floats32 = grown("_stride", (), np.float32)
        self._look: NDArray[np.uint8] = grown("_look", (5,), np.uint8)
        self._staff: NDArray[np.bool_] = grown("_staff", (), np.bool_)

    def _write(self, records: NDArray[np.void], time: float, grid: float = 0.0) -> None:
        """Writes records of people who are here at the head of their rings; far ones stand on a grid of metres."""
        number = records["number"].astype(np.intp)
        known = number < len(self._here)
        known[known] = self._here[number[known]]
        records, number = records[known], number[known]
        head = self._head[number]
        last = self._time[number, head - 1]
        pose = np.empty((len(number), 4), dtype=np.float32)
        pose[:, 0] = records["x"] * np.float32(0.01)
        pose[:, 1] = records["y"] * np.float32(0.01)
        pose[:, 3] = unpack_heading(records["heading"])
        before = self._pose[number, head - 1]
        if grid:
            _keep_finer(pose, before, grid)
        pose[:, 2] = self._heights(pose[:, 0], pose[:, 1]) if grid else records["z"] * np.float32(0.02)
        moved = np.hypot(pose[:, 0] - before[:, 0], pose[:, 1] - before[:, 1]) > _STILL_M
        self._time[number, head] = time
        self._pose[number, head] = pose
        self._head[number] = (head + 1) % KEPT
        self._heard(number, time - last, moved, near=not grid)
        if not grid:
            self._gesture[number] = records["act"] & GESTURE_BITS

    def _heard(self, number: NDArray[np.intp], gap: NDArray[np.float64], moved: NDArray[np.bool_], near: bool) -> None:
        """Learns how often one hears of these people while they move; who stands still teaches nothing.

        The longest recent wait counts, fading, because somebody may be heard of unevenly at the rim of "near".
        """
        first = gap > FAR_LAG_CAP_S
        if near:
            self._interval[number] = np.maximum(np.where(gap <= _SELDOM_S, gap, 0.0), 0.85 * self._interval[number])
            return
        counts = moved & (gap >= _BESIDE_S)
        gap = np.where(first, _FAR_S, gap)
        self._interval[number] = np.maximum(np.where(counts, gap, 0.0), 0.5 * self._interval[number])
        self._lag[number[first & moved]] = _FAR_S

    def _heights(self, x: Floats32, y: Floats32) -> Floats32:
        if self._height_of is None:
            return np.zeros_like(x)
        return self._height_of(x.astype(np.float64), y.astype(np.float64)).astype(np.float32)

    def _height(self, x: float, y: float) -> float:
        return float(self._heights(np.array([x], dtype=np.float32), np.array([y], dtype=np.float32))[0])

    def _glide(self, who: NDArray[np.intp], passed: float) -> None:
        """Moves each lag towards what its avatar's news need."""
        slack = self._clock.jitter
        wanted = np.clip(self._interval[who] * np.float32(1.15) + np.float32(slack), LEAST_LAG_S, FAR_LAG_CAP_S)
        often = self._interval[who] < MOST_LAG_S
        wanted = np.where(often, np.minimum(wanted, np.float32(MOST_LAG_S)), wanted)
        lag = self._lag[who]
        self._lag[who] = lag + np.clip(wanted - lag, -_GLIDE * passed, _GLIDE * passed)

    def _interpolate(self, who: NDArray[np.intp], at: NDArray[np.float64]) -> tuple[Floats32, Floats32]:
        """Returns poses ``(n, 4)`` and velocities ``(n, 2)`` at the server times ``at``."""
        times = self._time[who]
        row = np.arange(len(who))
        before = np.where(times <= at[:, None], times, -np.inf)
        first, none_before = before.argmax(axis=1), ~np.isfinite(before.max(axis=1, initial=-np.inf))
        after = np.where(times > at[:, None], times, np.inf)
        second = after.argmin(axis=1)
        none_after = ~np.isfinite(after.min(axis=1, initial=np.inf))
        # Without a later pose, walk on from the last two; without an earlier one, stand at the earliest.
        first = np.where(none_before, second, first)
        newest = self._head[who] - 1
        first = np.where(none_after, (newest - 1) % KEPT, first)
        second = np.where(none_after, newest % KEPT, second)
        t1, t2 = times[row, first], times[row, second]
        p1, p2 = self._pose[who, first], self._pose[who, second]
        span = t2 - t1
        jump = np.hypot(p2[:, 0] - p1[:, 0], p2[:, 1] - p1[:, 1]) > _TELEPORT_M
        moving = (span > 1e-6) & (span < 2.0 * FAR_LAG_CAP_S) & ~jump
        until = np.minimum(at, t2 + EXTRAPOLATE_S)
        share = np.where(moving, (until - t1) / np.where(moving, span, 1.0), np.where(none_after | ~jump, 1.0, 0.0))
        share = share.astype(np.float32)
        delta = p2 - p1
        delta[:, 3] = np.mod(delta[:, 3] + _TAU / 2, _TAU) - _TAU / 2
        turn = np.minimum(share, np.float32(1.0))
        pose = p1 + delta * share[:, None]
        pose[:, 2:] = p1[:, 2:] + delta[:, 2:] * turn[:, None]  # nobody turns or climbs on without news
        going = moving & (at <= t2 + EXTRAPOLATE_S)
        rate = np.where(going, 1.0 / np.where(moving, span, 1.0), 0.0).astype(np.float32)
        return pose, delta[:, :2] * rate[:, None]


def _keep_finer(coarse: Floats32, before: Floats32, grid: float) -> None:
    """Keeps what was known more finely where a coarse pose says the same, so that nobody twitches who stands."""
    same = (np.abs(coarse[:, :2] - before[:, :2]) <= grid / 2 + 1e-3).all(axis=1)
    coarse[same, :2] = before[same, :2]
    turn = np.mod(coarse[:, 3] - before[:, 3] + _TAU / 2, _TAU) - _TAU / 2
    same = np.abs(turn) <= _TAU / 32 + 1e-3
    coarse[same, 3] = before[same, 3]


_OTHER_CLOCK_S: Final = 5.0
"""By so much no message is late: it is another server's clock, or the same begun anew."""


class _ServerClock:
    """What time it is at the server, from batches that arrive late by an unknown and uneven amount.

    Attributes:
        jitter: Seconds by which arrivals usually are later than the earliest ones.
    """

    def __init__(self) -> None:
        self._offset: float | None = None
        self.jitter = 0.02

    def begin(self, server: float, now: float) -> None:
        """Something of server time ``server`` arrived at ``now``, perhaps much later than a batch would."""
        if self._offset is None or abs(now - server - self._offset) > _OTHER_CLOCK_S:
            self._offset = now - server

    def heard(self, server: float, now: float) -> None:
        """A batch of server time ``server`` arrived at ``now``."""
        offset = now - server
        if self._offset is None or abs(offset - self._offset) > _OTHER_CLOCK_S:
            self._offset = offset  # the first one, or a server that restarted, or a laptop that slept
            return
        late = max(offset - self._offset, 0.0)
        # The earliest arrival counts; it creeps by 1 in 500, so that clocks may drift and routes change.
        self._offset = min(offset, self._offset + min(late, 0.002 * 0.1))
        wanted = min(late * 1.5, 0.2)
        self.jitter += (wanted - self.jitter) * (0.2 if wanted > self.jitter else 0.02)

    def at(self, now: float) -> float:
        """Returns the server's time at ``now``, as far as known."""
        return now - self._offset if self._offset is not None else 0.0
