"""How a person walks: the one rule that the client predicts with and the server judges by.

``step`` takes where somebody is and what they want, and returns where they are next. ``plausible`` judges
many reported steps at once. Nothing here knows of the network.
"""

import math
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from halles.world.geometry import FIELD_STEP, ClearanceField, Floats, facing, wrap

WALK_SPEED: Final = 1.4
"""m/s, a comfortable walk."""

RUN_SPEED: Final = 2.8
"""m/s."""

TURN_SPEED: Final = math.radians(120.0)
"""rad/s while a turn key is held."""

EASE_S: Final = 0.15
"""Seconds to nearly reach the wanted speed, so that starts and stops are soft."""

RADIUS: Final = 0.28
"""Metres: half a person's width; nobody's centre comes nearer to a wall."""

SPEED_MARGIN: Final = 1.2
"""A reported step may be this much faster than a run: clocks drift and packets bunch."""

WALL_MARGIN: Final = 0.13
"""Metres that a reported place may be nearer to a wall than RADIUS: rounding to centimetres plus half a grid step."""

CREDIT_S: Final = 1.0
"""Seconds of running that somebody may save up: packets bunch, and a report may stand for several steps."""

SLACK: Final = 0.05
"""Metres that a step may be longer, lent until the next: two roundings to centimetres, and the easing of a stop."""


class Gesture(IntEnum):
    """What an avatar's body does beside walking; 4 bits on the wire."""

    NONE = 0
    WAVE = 1
    APPLAUD = 2
    TALK = 3
    SIT = 4
    RAISE_HAND = 5


@dataclass(frozen=True, slots=True)
class Pose:
    """Where somebody is and how they stand: metres, radians."""

    x: float
    y: float
    z: float = 0.0
    heading: float = 0.0
    gesture: Gesture = Gesture.NONE


@dataclass(frozen=True, slots=True)
class Intent:
    """What somebody wants to do now; each axis in -1 … 1.

    Attributes:
        forward: Along the heading.
        right: Across it.
        turn: Positive turns left.
        run: Twice the speed.
    """

    forward: float = 0.0
    right: float = 0.0
    turn: float = 0.0
    run: bool = False


@dataclass(frozen=True, slots=True)
class Motion:
    """A pose with its velocity (m/s, in the hall's axes)."""

    pose: Pose
    vx: float = 0.0
    vy: float = 0.0


def step(motion: Motion, intent: Intent, dt: float, field: ClearanceField) -> Motion:
    """Walks for ``dt`` seconds (at most 0.1, longer ones are cut) and slides along what is in the way."""
    dt = min(max(dt, 0.0), 0.1)
    heading = wrap(motion.pose.heading + _clip(intent.turn) * TURN_SPEED * dt)
    ahead = facing(heading)
    forward, right = _clip(intent.forward), _clip(intent.right)
    length = max(math.hypot(forward, right), 1.0)
    speed = (RUN_SPEED if intent.run else WALK_SPEED) / length
    want_x = (ahead.x * forward + ahead.y * right) * speed
    want_y = (ahead.y * forward - ahead.x * right) * speed
    blend = 1.0 - math.exp(-3.0 * dt / EASE_S)
    vx = motion.vx + (want_x - motion.vx) * blend
    vy = motion.vy + (want_y - motion.vy) * blend
    x, y = slide(motion.pose.x, motion.pose.y, vx * dt, vy * dt, field)
    if dt > 0:
        vx, vy = (x - motion.pose.x) / dt, (y - motion.pose.y) / dt
    return Motion(replace(motion.pose, x=x, y=y, heading=heading), vx, vy)


def slide(x: float, y: float, dx: float, dy: float, field: ClearanceField) -> tuple[float, float]:
    """Moves by (dx, dy), pushed out of walls along the way they face; stays put where there is no room."""
    nx, ny = x + dx, y + dy
    for _ in range(3):
        lack = RADIUS - field.one(nx, ny)
        if lack <= 0:
            return nx, ny
        out = field.away(nx, ny)
        nx, ny = nx + out.x * (lack + 1e-3), ny + out.y * (lack + 1e-3)
    if field.one(nx, ny) < min(RADIUS - 0.02, field.one(x, y)):
        return x, y
    return nx, ny


def plausible(
    old: tuple[Floats, Floats], new: tuple[Floats, Floats], reach: Floats, field: ClearanceField
) -> NDArray[np.bool_]:
    """Judges reported steps from ``old`` to ``new``, each x and y; all arrays of shape ``(n,)``, metres.

    A step is plausible when it is no longer than ``reach`` and no sample of its straight path, one each FIELD_STEP
    metres at least, lies in a wall. NaN is never plausible.
    """
    (old_x, old_y), (new_x, new_y) = old, new
    dx, dy = new_x - old_x, new_y - old_y
    distance = np.hypot(dx, dy)
    fine = (distance <= reach + SLACK) & clear(new_x, new_y, field)
    longest = float(distance[fine].max()) if fine.any() else 0.0
    pieces = math.ceil(longest / FIELD_STEP)
    for piece in range(1, pieces):
        share = piece / pieces
        fine &= clear(old_x + share * dx, old_y + share * dy, field)
    return np.asarray(fine, dtype=np.bool_)


def clear(x: Floats, y: Floats, field: ClearanceField) -> NDArray[np.bool_]:
    """Tells of places of shape ``(n,)`` whether a person may stand there, rounding forgiven."""
    return np.asarray(field.at(x, y) >= RADIUS - WALL_MARGIN, dtype=np.bool_)


def _clip(value: float) -> float:
    return min(max(value, -1.0), 1.0)
