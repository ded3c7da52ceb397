"""From where one looks: over one's own shoulder, or out of one's own eyes.

``placement`` is pure; ``Camera`` eases it and moves Panda3D's camera. The camera stands so high behind that one's own
head stays below what hangs on a booth's back wall. Walls pull the camera in, so that it never stands in one; the
clearance field knows nothing of heights, so a counter counts as a wall.
"""

import math
from dataclasses import dataclass, replace
from typing import Final

from halles.world.geometry import ClearanceField, facing
from halles.world.movement import Pose
from halles_client.view.window import Window

EYE_M: Final = 1.6
BEHIND_M: Final = 2.8
FARTHEST_M: Final = 4.6
NEAREST_M: Final = 1.3
"""Nearer than this one looks out of one's own eyes."""

FOV: Final = 72.0
FOV_CROSSROADS: Final = 88.0
"""As wide as shows the three doors with their names over one's shoulder."""

_SHOULDER_M: Final = 0.6
_PIVOT_M: Final = 1.62
_RISE_M: Final = 0.5
"""How much higher than over the shoulder ``BEHIND_M`` is: at shoulder height one's own head hides what one came for."""

_LOOK_DOWN: Final = math.radians(-5.5)
_WALL_M: Final = 0.20
_RAY_STEP_M: Final = 0.08
_EASE_S: Final = 0.4
_NOTCH_M: Final = 0.55
_SEATED_M: Final = 0.37


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the camera is and where it looks: metres, radians; ``back`` metres behind the eyes, 0 = first person."""

    x: float
    y: float
    z: float
    heading: float
    pitch: float
    back: float


def placement(pose: Pose, pitch: float, back: float, field: ClearanceField) -> Placement:
    """Places a camera ``back`` metres behind somebody, pulled in by walls; 0 is first person.

    Args:
        pose: Whose view it is; the heading is where they look.
        pitch: Up positive, radians.
        back: Wanted distance.
        field: The hall's clearance.
    """
    if back <= 0.0:
        return Placement(pose.x, pose.y, pose.z + EYE_M, pose.heading, pitch, 0.0)
    ahead = facing(pose.heading)
    down = pitch + _LOOK_DOWN
    side = _free(pose.x, pose.y, ahead.y, -ahead.x, _SHOULDER_M * min(1.0, back / BEHIND_M), field)
    x, y = pose.x + ahead.y * side, pose.y - ahead.x * side
    level = back * math.cos(down)
    free = _free(x, y, -ahead.x, -ahead.y, level, field)
    share = free / level
    z = pose.z + _PIVOT_M + _RISE_M * min(1.0, back * share / BEHIND_M) - back * share * math.sin(down)
    return Placement(x - ahead.x * free, y - ahead.y * free, max(z, pose.z + 0.25), pose.heading, down, back * share)


def zoomed(back: float, notches: int) -> float:
    """Returns the wanted distance after turns of the wheel; positive is nearer, below ``NEAREST_M`` is 0."""
    for _ in range(abs(notches)):
        if notches > 0:
            back = back - _NOTCH_M if back - _NOTCH_M >= NEAREST_M else 0.0
        else:
            back = min(back + _NOTCH_M, FARTHEST_M) if back > 0 else NEAREST_M
    return back


def _free(x: float, y: float, dx: float, dy: float, length: float, field: ClearanceField) -> float:
    """Returns how far one gets from (x, y) along a unit direction before a wall is within ``_WALL_M``."""
    steps = max(1, math.ceil(length / _RAY_STEP_M))
    for i in range(1, steps + 1):
        at = length * i / steps
        if field.one(x + dx * at, y + dy * at) < _WALL_M:
            return length * (i - 1) / steps
    return length


class Camera:
    """Moves the window's camera with one's own avatar.

    Attributes:
        field: The clearance of the hall one is in.
        reduced_motion: No easing: zoom and view change are cuts.
        seen: Where the camera is now.
    """

    def __init__(self, window: Window, field: ClearanceField, fov: float = FOV) -> None:
        self._base = window.base
        self._base.disable_mouse()
        self._base.camLens.set_near_far(0.12, 220.0)
        self.set_fov(fov)
        self.field = field
        self.reduced_motion = False
        self._wanted = BEHIND_M
        self._third = BEHIND_M
        self._back = BEHIND_M
        self._lift = 0.0
        self.seen = Placement(0.0, 0.0, EYE_M, 0.0, 0.0, BEHIND_M)

    @property
    def first_person(self) -> bool:
        """Whether the camera is so near that one's own avatar must not be drawn."""
        return self.seen.back < 0.75

    def set_fov(self, degrees: float) -> None:
        """Sets the horizontal field of view."""
        self._base.camLens.set_fov(degrees)

    def zoom(self, notches: int) -> None:
        """Goes nearer (positive) or farther, through to first person and back."""
        self._wanted = zoomed(self._wanted, notches)
        if self._wanted > 0:
            self._third = self._wanted

    def toggle(self) -> None:
        """Changes between first and third person."""
        self._wanted = 0.0 if self._wanted > 0 else self._third

    def follow(self, pose: Pose, pitch: float, dt: float, *, seated: bool = False) -> Placement:
        """Goes where ``pose`` asks for; call once a frame after the step.

        Returns:
            Where the camera is, whose x and y ``CrowdView.draw`` counts distances from.
        """
        share = 1.0 if self.reduced_motion else 1.0 - math.exp(-3.0 * dt / _EASE_S)
        self._back += (self._wanted - self._back) * share
        if abs(self._wanted - self._back) < 0.01:
            self._back = self._wanted
        self._lift += ((-_SEATED_M if seated else 0.0) - self._lift) * share
        seen = placement(replace(pose, z=pose.z + self._lift), pitch, self._back, self.field)
        if seen.back > self.seen.back and not self.reduced_motion:
            eased = self.seen.back + (seen.back - self.seen.back) * share
            seen = placement(replace(pose, z=pose.z + self._lift), pitch, eased, self.field)
        return self._go(seen)

    def cut_to(self, pose: Pose, pitch: float = 0.0) -> Placement:
        """Is there at once, after travel: no glide through walls."""
        self._back, self._lift = self._wanted, 0.0
        return self._go(placement(pose, pitch, self._back, self.field))

    def _go(self, seen: Placement) -> Placement:
        self.seen = seen
        self._base.camera.set_pos_hpr(seen.x, seen.y, seen.z, math.degrees(seen.heading), math.degrees(seen.pitch), 0.0)
        return seen
