"""From keys and clicks to an intent: pure values and functions, no events, no window.

``controls`` keeps which keys are down and where the pointer is; what they mean is decided here.
"""

import math
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, replace
from typing import Final, Literal, NamedTuple

from halles.world.geometry import Point, heading_to, wrap
from halles.world.movement import Intent, Pose

Action = Literal[
    "forward", "back", "left", "right", "turn_left", "turn_right", "run",
    "look_up", "look_down", "nearer", "farther", "view", "model_left", "model_right",
    "speak", "point",
]  # fmt: skip
"""What a key can mean."""

Bindings = Mapping[Action, tuple[str, ...]]
"""Keys by where they lie on the keyboard, named as on an American one: ``w`` is Z on a French keyboard."""

BINDINGS: Final[Bindings] = {
    "forward": ("w", "arrow_up"),
    "back": ("s", "arrow_down"),
    "left": ("a",),
    "right": ("d",),
    "turn_left": ("arrow_left",),
    "turn_right": ("arrow_right",),
    "run": ("lshift", "rshift", "shift"),
    "look_up": ("r",),
    "look_down": ("f",),
    "nearer": ("c",),
    "farther": ("x",),
    "view": ("v",),
    "model_left": ("j",),
    "model_right": ("l",),
    "speak": ("q",),
    "point": ("lcontrol", "rcontrol", "control"),
}

ARRIVED_M: Final = 0.15
GIVE_UP_S: Final = 0.8
PROGRESS_M: Final = 0.05
CLICK_REACH_M: Final = 60.0
"""A click beyond this is a click on the horizon."""

_SLOW_FROM_M: Final = 0.5
_TURN_FULL: Final = math.radians(35.0)


class Ray(NamedTuple):
    """Where somebody points: from a place along a direction of any length, metres."""

    x: float
    y: float
    z: float
    dx: float
    dy: float
    dz: float


@dataclass(frozen=True, slots=True)
class Walk:
    """A walk to a place that was clicked.

    Attributes:
        x: Where to, metres east.
        y: Metres north.
        best: The least distance so far.
        stuck_s: Seconds since it became less.
    """

    x: float
    y: float
    best: float = math.inf
    stuck_s: float = 0.0


def held_actions(bindings: Bindings, keys: Set[str]) -> frozenset[Action]:
    """Returns the actions of the keys that are down."""
    return frozenset(action for action, bound in bindings.items() if any(key in keys for key in bound))


def keys_intent(held: Set[Action]) -> Intent:
    """Turns held actions into an intent; opposite keys cancel."""
    turn = float(("turn_left" in held) - ("turn_right" in held))
    forward = float(("forward" in held) - ("back" in held))
    right = float(("right" in held) - ("left" in held))
    return Intent(forward, right, turn, "run" in held)


def moves(intent: Intent) -> bool:
    """Tells whether an intent is a wish to be elsewhere, which ends a walk to a clicked place."""
    return bool(intent.forward or intent.right or intent.turn)


def floor_point(ray: Ray, height: Callable[[float, float], float]) -> Point | None:
    """Returns where a ray meets the floor, None when it never does within ``CLICK_REACH_M``.

    Args:
        ray: Where somebody points.
        height: The floor's height at a place, as ``Scene.height``; two rounds suffice for its few flat parts.
    """
    level = 0.0
    point: Point | None = None
    for _ in range(3):
        if ray.dz > -1e-4:
            return None
        share = (level - ray.z) / ray.dz
        if share <= 0 or share * math.hypot(ray.dx, ray.dy) > CLICK_REACH_M:
            return None
        point = Point(ray.x + share * ray.dx, ray.y + share * ray.dy)
        level = height(*point)
    return point


def walk_step(walk: Walk, pose: Pose, dt: float, *, run: bool = False) -> tuple[Intent, Walk | None]:
    """Returns what to want for the next ``dt`` seconds, and the walk, None when it has ended.

    Straight towards the place, turning to face it; walls are slid along by ``movement.step``. It ends on arrival, or
    when the distance has not shrunk for ``GIVE_UP_S``: what cannot be reached in a straight line is not forced.
    """
    distance = math.hypot(walk.x - pose.x, walk.y - pose.y)
    if distance < walk.best - PROGRESS_M:
        walk = replace(walk, best=distance, stuck_s=0.0)
    else:
        walk = replace(walk, stuck_s=walk.stuck_s + dt)
    if distance < ARRIVED_M or walk.stuck_s > GIVE_UP_S:
        return Intent(), None
    error = wrap(heading_to(pose.x, pose.y, walk.x, walk.y) - pose.heading)
    speed = min(1.0, distance / _SLOW_FROM_M)
    turn = min(max(error / _TURN_FULL, -1.0), 1.0) if distance > 2 * ARRIVED_M else 0.0
    return Intent(speed * math.cos(error), -speed * math.sin(error), turn, run and distance > 2.0), walk
