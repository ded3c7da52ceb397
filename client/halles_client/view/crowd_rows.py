"""Who is drawn, in which level of detail, and the numbers that the shaders read; all vectorised, no Panda3D.

One row per drawn avatar, nearest first, so that each level draws a slice. A row is three texels of four floats:
(x, y, z, heading), (phase of the legs, walk, gesture + seed, weight), (coat, trousers, skin, 32 · head + hair); who was
recorded has 64 more in the place of the trousers, and the shaders make them pale.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from halles.world.look import Look
from halles.world.movement import WALK_SPEED, Gesture
from halles_client.replica.crowd import Crowd
from halles_client.replica.ghosts import GHOST_NUMBER, GHOSTS_CAP
from halles_client.view.avatar_shaders import STRIDE_CYCLE_M
from halles_client.view.presets import Preset

CAPACITY: Final = 4096
"""Rows at most; of a larger crowd the nearest are drawn."""

OWN_NUMBER: Final = 65535
"""The row of one's own avatar; the server numbers from 0 and never so high."""

HOST_NUMBER: Final = 65534
"""The row of the first recorded host; the others count down from it. No hall is so full that somebody has it too."""

TOO_NEAR_M: Final = 0.55
IN_THE_WAY_M: Final = 1.15
"""In third person somebody this near to the camera hides oneself, and is left out instead."""

_GHOST: Final = 64
"""Added to the trousers of a ghost; ``people.glsl`` takes it off again."""

_BODY_HEIGHT: Final = 2.1
_BODY_REACH: Final = 0.8
_GESTURE_IN_S: Final = 0.28
_GESTURE_OUT_S: Final = 0.20
_WALK_EASE_S: Final = 0.10
_WALK_MOST: Final = 1.5


@dataclass(frozen=True, slots=True)
class OwnAvatar:
    """Oneself, drawn like everybody else in third person; units as in ``Crowd``."""

    x: float
    y: float
    z: float
    heading: float
    speed: float
    stride: float
    gesture: Gesture
    look: Look


@dataclass(frozen=True, slots=True)
class Sight:
    """Where the camera is and what it sees: metres, radians, ``spread`` = tangent of half the horizontal angle."""

    x: float
    y: float
    z: float
    heading: float
    pitch: float
    spread: float


@dataclass(frozen=True, slots=True)
class Levels:
    """How many avatars at most are drawn in each level, and how far: metres."""

    near: int
    near_m: float
    mid: int
    mid_m: float
    shadows: int


@dataclass(frozen=True, slots=True)
class Slices:
    """How the sorted rows fall to the levels: counts; the first ``shadows`` also cast one."""

    near: int
    mid: int
    far: int
    shadows: int

    @property
    def total(self) -> int:
        """Rows in all."""
        return self.near + self.mid + self.far


@dataclass(frozen=True, slots=True)
class Bodies:
    """What bodies show after easing, each of shape ``(n,)``: gesture uint8, its weight 0 … 1, walk (1 = walking)."""

    gesture: NDArray[np.uint8]
    weight: NDArray[np.float32]
    walk: NDArray[np.float32]


def levels_for(preset: Preset) -> Levels:
    """Returns a preset's levels; the low one hands over to impostors sooner, where they look the same in pixels."""
    low = preset.name == "low"
    return Levels(preset.near_avatars, 9.0, 150 if low else 300, 20.0 if low else 32.0, 300 if low else 600)


def with_own(crowd: Crowd, own: OwnAvatar) -> Crowd:
    """Returns the crowd with oneself as its last row."""
    look = own.look
    row: dict[str, object] = {
        "number": OWN_NUMBER,
        "gesture": int(own.gesture),
        "look": (look.coat, look.trousers, look.skin, look.head, look.hair),
        "staff": False,
    }
    merged = {}
    for column in fields(Crowd):
        array = getattr(crowd, column.name)
        value = np.array([row.get(column.name, getattr(own, column.name, 0.0))], dtype=array.dtype)
        merged[column.name] = np.concatenate([array, value])
    return Crowd(**merged)


@dataclass(frozen=True, slots=True)
class HostAvatar:
    """A recorded host, drawn like everybody else; units as in ``Crowd``."""

    number: int
    x: float
    y: float
    z: float
    heading: float
    speed: float
    stride: float
    gesture: Gesture
    look: Look


def with_hosts(crowd: Crowd, hosts: Sequence[HostAvatar]) -> Crowd:
    """Returns the crowd with recorded hosts as its last rows."""
    if not hosts:
        return crowd
    merged = {}
    for column in fields(Crowd):
        array = getattr(crowd, column.name)
        rows = [_of_host(host, column.name) for host in hosts]
        merged[column.name] = np.concatenate([array, np.array(rows, dtype=array.dtype)])
    return Crowd(**merged)


def with_ghosts(crowd: Crowd, ghosts: Crowd) -> Crowd:
    """Returns the crowd with the people of a recorded live session as its last rows."""
    if not len(ghosts.number):
        return crowd
    return Crowd(**{c.name: np.concatenate([getattr(crowd, c.name), getattr(ghosts, c.name)]) for c in fields(Crowd)})


def _of_host(host: HostAvatar, column: str) -> object:
    if column == "look":
        return host.look.coat, host.look.trousers, host.look.skin, host.look.head, host.look.hair
    return False if column == "staff" else getattr(host, column)


def in_sight(
    crowd: Crowd, sight: Sight, nearest: float = TOO_NEAR_M, own_row: int = -1
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Returns who may be on screen, nearest first (indices), and their distances on the floor, metres.

    Rows with a value that is not finite are left out: one broken pose must not spoil a frame. So is whoever stands
    in the camera's way, within ``nearest`` metres: one would see the inside of a head. Row ``own_row`` comes first,
    so that oneself is always drawn in full.
    """
    sin, cos, lift = math.sin(sight.heading), math.cos(sight.heading), math.sin(sight.pitch)
    with np.errstate(invalid="ignore"):
        dx, dy = crowd.x - np.float32(sight.x), crowd.y - np.float32(sight.y)
        ahead, aside = dy * cos - dx * sin, dx * cos + dy * sin
        feet = crowd.z - np.float32(sight.z)
        depth = ahead * math.cos(sight.pitch) + np.maximum(feet * lift, (feet + _BODY_HEIGHT) * lift) + _BODY_REACH
        shown = (depth > 0.0) & (np.abs(aside) < depth * sight.spread + _BODY_REACH)
        shown &= np.isfinite(ahead + aside + feet + crowd.heading)
    who = np.flatnonzero(shown)
    distance = np.hypot(dx[who], dy[who])
    distance[who == own_row] = nearest + 1e-3
    order = np.argsort(distance)
    order = order[np.searchsorted(distance, nearest, sorter=order) :][:CAPACITY]
    return who[order], distance[order]


def slices(distance: NDArray[np.float32], levels: Levels) -> Slices:
    """Cuts sorted distances into the levels."""
    total = len(distance)
    near = min(int(np.searchsorted(distance, levels.near_m)), levels.near)
    mid = min(int(np.searchsorted(distance, levels.mid_m)) - near, levels.mid)
    mid = max(mid, 0)
    return Slices(near, mid, total - near - mid, min(total, levels.shadows))


class BodyEase:
    """Raises arms and slows legs softly: remembers by avatar number what was shown in the last frame."""

    def __init__(self) -> None:
        self._shown = np.zeros(65536, np.uint8)
        self._weight = np.zeros(65536, np.float32)
        self._walk = np.zeros(65536, np.float32)
        self._seen = np.full(65536, -2, np.int64)
        self._frame = 0

    def step(self, crowd: Crowd, who: NDArray[np.intp], dt: float) -> "Bodies":
        """Returns what each of ``who`` shows, ``dt`` seconds after the last call; newcomers are not eased."""
        self._frame += 1
        number, gesture = crowd.number[who], crowd.gesture[who]
        walk = np.minimum(crowd.speed[who] * np.float32(1.0 / WALK_SPEED), np.float32(_WALK_MOST))
        shown, weight = self._shown[number], self._weight[number]
        fresh = self._seen[number] < self._frame - 1
        same = shown == gesture
        weight += np.where(same, np.float32(dt / _GESTURE_IN_S), np.float32(-dt / _GESTURE_OUT_S))
        weight = np.clip(weight, 0.0, 1.0)
        weight[fresh] = 1.0
        shown = np.where(fresh | (~same & (weight <= 0.0)), gesture, shown)
        before = np.where(fresh, walk, self._walk[number])
        walk = before + (walk - before) * np.float32(1.0 - math.exp(-dt / _WALK_EASE_S))
        self._shown[number], self._weight[number], self._walk[number] = shown, weight, walk
        self._seen[number] = self._frame
        return Bodies(shown, weight, walk)


def fill(rows: NDArray[np.float32], crowd: Crowd, who: NDArray[np.intp], bodies: Bodies) -> None:
    """Writes the rows of ``who`` into ``rows``, shape ``(len(who), 3, 4)``; the layout is in the module docstring."""
    rows[:, 0, 0] = crowd.x[who]
    rows[:, 0, 1] = crowd.y[who]
    rows[:, 0, 2] = crowd.z[who]
    rows[:, 0, 3] = crowd.heading[who]
    rows[:, 1, 0] = crowd.stride[who] * np.float32(2.0 * math.pi / STRIDE_CYCLE_M)
    rows[:, 1, 1] = bodies.walk * (bodies.gesture != Gesture.SIT)
    seed = crowd.number[who].astype(np.uint32) * np.uint32(40503) & np.uint32(1023)
    rows[:, 1, 2] = bodies.gesture + seed * np.float32(0.99 / 1024.0)
    rows[:, 1, 3] = bodies.weight * (bodies.gesture != Gesture.NONE)
    look = crowd.look[who]
    rows[:, 2, :3] = look[:, :3]
    number = crowd.number[who]
    rows[:, 2, 1] += np.float32(_GHOST) * ((number >= GHOST_NUMBER) & (number < GHOST_NUMBER + GHOSTS_CAP))
    rows[:, 2, 3] = look[:, 3] * np.float32(32.0) + look[:, 4]
