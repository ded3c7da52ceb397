"""Following a way with intents, as a person with a keyboard would. Pure."""

import math
from typing import Final

from halles.world.geometry import Point, heading_to, wrap
from halles.world.movement import TURN_SPEED, Intent, Pose

ARRIVED_M: Final = 0.25
CORNER_M: Final = 0.6
"""A corner of the way counts as passed from here."""

STUCK_S: Final = 3.0
"""Without progress for this long a walker says that it is stuck."""

_WIDE: Final = math.radians(50.0)
"""More than this off the way, one turns before one walks."""

_FACING: Final = math.radians(3.0)


class Walker:
    """Walks one way and turns to ``heading`` at its end.

    Attributes:
        arrived: At the end, facing as wanted.
        stuck: No progress for ``STUCK_S``.
    """

    def __init__(self, path: tuple[Point, ...], heading: float | None = None, *, run: bool = False) -> None:
        self._path = list(path)
        self._heading = heading
        self._run = run
        self.arrived = not path
        self.stuck = False
        self._nearest = math.inf
        self._waited = 0.0

    def intent(self, pose: Pose, dt: float) -> Intent:
        """Returns what to do for the next ``dt`` seconds."""
        while self._path and self._left(pose) < (ARRIVED_M if len(self._path) == 1 else CORNER_M):
            self._path.pop(0)
            self._nearest = math.inf
        if not self._path:
            return self._settle(pose, dt)
        self._watch(pose, dt)
        corner = self._path[0]
        off = wrap(heading_to(pose.x, pose.y, corner.x, corner.y) - pose.heading)
        ahead = 0.0 if abs(off) > _WIDE else math.cos(off)
        if len(self._path) == 1:
            ahead *= min(1.0, 0.35 + self._left(pose))
        return Intent(forward=ahead, turn=_turn(off, dt), run=self._run)

    def _left(self, pose: Pose) -> float:
        return math.hypot(self._path[0].x - pose.x, self._path[0].y - pose.y)

    def _settle(self, pose: Pose, dt: float) -> Intent:
        off = wrap(self._heading - pose.heading) if self._heading is not None else 0.0
        self.arrived = abs(off) < _FACING
        return Intent(turn=_turn(off, dt)) if not self.arrived else Intent()

    def _watch(self, pose: Pose, dt: float) -> None:
        """Notices when the next corner comes no nearer; turning towards it counts as waiting, too."""
        left = self._left(pose)
        if left < self._nearest - 0.05:
            self._nearest, self._waited = left, 0.0
        else:
            self._waited += dt
        self.stuck = self._waited > STUCK_S


def _turn(off: float, dt: float) -> float:
    """Returns the turn that covers ``off`` radians, at most at full speed."""
    return min(max(off / max(TURN_SPEED * dt, 1e-6), -1.0), 1.0)
