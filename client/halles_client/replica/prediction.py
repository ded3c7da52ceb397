"""One's own avatar: it moves at once by the shared rule, and gives way when the server overrules. Pure."""

import math
from dataclasses import replace
from typing import Final

from halles.world.geometry import wrap
from halles.world.movement import Gesture, Intent, Motion, Pose, step
from halles.world.scene import Scene

SNAP_M: Final = 1.0
"""A correction over more than this is shown as a cut, a smaller one is blended."""

BLEND_S: Final = 0.15

_LONGEST_STEP_S: Final = 0.1
_MOST_STEPS: Final = 5
"""A frame that took longer than half a second is not walked through."""


class Prediction:
    """Where one's own avatar is and is shown.

    Attributes:
        motion: Where it is, as told to the server.
    """

    def __init__(self, scene: Scene, pose: Pose) -> None:
        self._scene = scene
        self.motion = Motion(self._grounded(pose))
        self._offset_x = self._offset_y = 0.0
        self._offset_s = 0.0

    @property
    def pose(self) -> Pose:
        """The pose that is told to the server."""
        return self.motion.pose

    @property
    def speed(self) -> float:
        """Metres per second on the floor."""
        return math.hypot(self.motion.vx, self.motion.vy)

    def advance(self, intent: Intent, dt: float) -> Pose:
        """Walks for ``dt`` seconds and returns the pose to show."""
        left = min(max(dt, 0.0), _LONGEST_STEP_S * _MOST_STEPS)
        while left > 1e-9:
            piece = min(left, _LONGEST_STEP_S)
            self.motion = step(self.motion, intent, piece, self._scene.field)
            left -= piece
        if (intent.forward or intent.right) and self.pose.gesture is not Gesture.NONE:
            self.make(Gesture.NONE)  # who walks off sits or waves no longer
        self.motion = replace(self.motion, pose=self._grounded(self.motion.pose))
        self._offset_s = max(self._offset_s - dt, 0.0)
        return self.shown()

    def shown(self) -> Pose:
        """Returns the pose to show: the true one, or on the way there after a correction."""
        share = self._offset_s / BLEND_S
        pose = self.motion.pose
        if not share:
            return pose
        return replace(pose, x=pose.x + self._offset_x * share, y=pose.y + self._offset_y * share)

    def turn(self, radians: float) -> None:
        """Turns at once, as a pointer does; positive left."""
        pose = self.motion.pose
        self.motion = replace(self.motion, pose=replace(pose, heading=wrap(pose.heading + radians)))

    def make(self, gesture: Gesture) -> None:
        """Begins or ends a gesture."""
        self.motion = replace(self.motion, pose=replace(self.motion.pose, gesture=gesture))

    def corrected(self, x: float, y: float) -> None:
        """The server overrules the place, metres; the heading stays one's own, lest the view be wrenched round."""
        shown = self.shown()
        dx, dy = shown.x - x, shown.y - y
        self.motion = Motion(self._grounded(replace(self.motion.pose, x=x, y=y)))
        if math.hypot(dx, dy) > SNAP_M:
            self._offset_s = 0.0
        else:
            self._offset_x, self._offset_y, self._offset_s = dx, dy, BLEND_S

    def _grounded(self, pose: Pose) -> Pose:
        return replace(pose, z=self._scene.height(pose.x, pose.y))


def heading_of(units: int) -> float:
    """Turns 65,536ths of a turn, as ``HallEntered`` and ``Correction`` carry them, into radians in (-π, π]."""
    return (units if units <= 0x8000 else units - 0x10000) / 65536.0 * 2.0 * math.pi
