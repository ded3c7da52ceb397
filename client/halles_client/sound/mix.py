"""Where a voice comes from and how loud it is; all voices as one sound for two ears. Pure: arrays in, arrays out."""

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from halles.protocol.voice_messages import EARSHOT_M

RATE: Final = 48_000
FRAME: Final = RATE // 50
"""Samples of 20 ms."""

NEAR_M: Final = 2.0
"""Until here a voice is as loud as it is."""

FAR_M: Final = float(EARSHOT_M)
"""From here on it is not heard; the server passes none on from beyond."""

STAGE: Final = 10.0 ** (-6.0 / 20.0)
"""−6 dB: how loud the stage is, wherever one stands."""

VOLUME_MOST: Final = 2.0

_TURN: Final = 0.85
"""How far to one side a voice moves at most: never into one ear alone."""

_BESIDE_M: Final = 0.3
"""Within this nobody is at a side."""

_SOFT: Final = 0.8
"""From this level on several voices together are pressed softly under 1, so that they never crackle."""

Samples = NDArray[np.float32]


class Gains(NamedTuple):
    """How loud a voice is in each ear."""

    left: float
    right: float


SILENT: Final = Gains(0.0, 0.0)


def from_stage(volume: float = 1.0) -> Gains:
    """Returns how loud a voice from the stage is: the same in both ears, at any distance."""
    level = STAGE * _bounded(volume)
    return Gains(level, level)


def nearby(east: float, north: float, heading: float, volume: float = 1.0, *, mono: bool = False) -> Gains:
    """Returns how loud the voice of somebody nearby is.

    Args:
        east: Metres from oneself to them.
        north: The same.
        heading: Where one looks, radians, 0 north, growing to the left.
        volume: 0 to 2, as one has set it for them.
        mono: The same in both ears.
    """
    metres = math.hypot(east, north)
    level = fade(metres) * _bounded(volume)
    if mono or metres < _BESIDE_M:
        return Gains(level, level)
    side = (east * math.cos(heading) + north * math.sin(heading)) / metres * _TURN
    angle = (side + 1.0) * math.pi / 4.0
    return Gains(level * math.sqrt(2.0) * math.cos(angle), level * math.sqrt(2.0) * math.sin(angle))


def fade(metres: float) -> float:
    """Returns how loud a voice is at a distance: 1 until ``NEAR_M``, 0 from ``FAR_M`` on, falling evenly to the ear."""
    share = (FAR_M - metres) / (FAR_M - NEAR_M)
    return min(1.0, max(0.0, share)) ** 2


def mixed(voices: Sequence[tuple[Samples, Gains]]) -> Samples:
    """Returns voices of ``(FRAME,)`` samples, −1 to 1, as one sound of ``(FRAME, 2)``, within −1 and 1."""
    out = np.zeros((FRAME, 2), dtype=np.float32)
    for samples, gains in voices:
        out += samples[:, None] * np.array(gains, dtype=np.float32)
    level = np.abs(out)
    loud = level > _SOFT
    room = 1.0 - _SOFT
    out[loud] = np.sign(out[loud]) * (_SOFT + room * np.tanh((level[loud] - _SOFT) / room))
    return out


def _bounded(volume: float) -> float:
    return min(VOLUME_MOST, max(0.0, volume))
