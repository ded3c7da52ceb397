"""Which of one's own poses goes to the server, and when. Pure: time is an argument.

Only the newest pose, at the send rate, while something changes; the last one always; once a second when nothing does.
"""

import math
from typing import Final

from halles.protocol.messages import Move
from halles.protocol.pose_batch import RUNNING_BIT
from halles.world.movement import Pose

IDLE_S: Final = 1.0
"""Seconds between two moves while nothing changes."""

SLOWEST_HZ: Final = 10.0
FASTEST_HZ: Final = 20.0

_HEADING_UNITS: Final = 65536.0 / (2.0 * math.pi)
_SOON: Final = 0.002
"""Seconds that a move may leave early, so that a caller's beat of the same rate does not skip every other."""


class Uplink:
    """The decision for one visit; its sequence counts through all halls and connections."""

    def __init__(self, tick_hz: float = FASTEST_HZ) -> None:
        self.sequence = 0
        self._period = 1.0 / min(max(tick_hz, SLOWEST_HZ), FASTEST_HZ)
        self._sent: tuple[int, int, int, int, int] | None = None
        self._sent_at = -math.inf

    def entered(self, now: float) -> None:
        """A hall was entered: the server knows the place, so nothing needs saying until it changes."""
        self._sent = None
        self._sent_at = now - self._period

    def due(self, now: float, pose: Pose, *, running: bool = False) -> Move | None:
        """Returns the move to send now, if any; the caller must send it."""
        packed = pack(pose, running=running)
        wait = self._period if packed != self._sent else IDLE_S
        if now - self._sent_at < wait - _SOON:
            return None
        self._sent, self._sent_at = packed, now
        self.sequence += 1
        return Move(self.sequence, *packed)


def pack(pose: Pose, *, running: bool = False) -> tuple[int, int, int, int, int]:
    """Returns x, y, z, heading and act as ``Move`` carries them."""
    return (
        _within(round(pose.x * 100.0), -32_000, 32_000),
        _within(round(pose.y * 100.0), -32_000, 32_000),
        _within(round(pose.z * 100.0), 0, 510),
        round(pose.heading * _HEADING_UNITS) & 0xFFFF,
        int(pose.gesture) | (RUNNING_BIT if running else 0),
    )


def _within(value: int, low: int, high: int) -> int:
    return min(max(value, low), high)
