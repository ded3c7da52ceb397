"""Keyboard and pointer: listens to Panda3D's events and answers, once a frame, what somebody wants.

What keys mean is in ``steering``. While ``suspended`` (a text field has the keyboard) keys do nothing; the pointer
still does, unless a card lies under it.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from direct.showbase.DirectObject import DirectObject
from panda3d.core import Point3

from halles.world.movement import Gesture, Intent, Pose
from halles_client.view.steering import (
    BINDINGS,
    GESTURES,
    SNAP,
    Action,
    Bindings,
    Ray,
    Walk,
    floor_point,
    held_actions,
    keys_intent,
    moves,
    walk_step,
)
from halles_client.view.window import Window

PITCH_DOWN: Final = math.radians(-55.0)
PITCH_UP: Final = math.radians(40.0)
RADIANS_PER_PIXEL: Final = math.radians(0.22)
DRAG_PX: Final = 5.0
"""The pointer must move this far while pressed before it looks around; less is a click."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants in this frame.

    Attributes:
        intent: For ``movement.step``.
        turned: Radians that the pointer (or a turning step) turned the heading since the last frame, positive left.
        pitch: Where they look, radians, up positive.
        zoom: Notches of the wheel, positive nearer.
        gesture: A gesture key pressed in this frame; ``Gesture.NONE`` is the key to stand up.
        change_view: Asked to switch between first and third person.
        walking_to: Where a click leads, for a mark on the floor.
    """

    intent: Intent
    turned: float = 0.0
    pitch: float = 0.0
    zoom: int = 0
    gesture: Gesture | None = None
    change_view: bool = False
    walking_to: tuple[float, float] | None = None


def _flat(x: float, y: float) -> float:
    return 0.0


class Controls:
    """The hands of one visitor.

    Attributes:
        suspended: Keys do nothing; setting it lets go of whatever was held.
        snap_turn: Turn keys turn by 30° steps.
        sensitivity: Factor on how far a drag turns.
        height: The floor's height, ``Scene.height`` of the hall one is in.
    """

    def __init__(
        self,
        window: Window,
        bindings: Bindings = BINDINGS,
        covered: Callable[[float, float], bool] = lambda x, y: False,
    ) -> None:
        """Listens from now on; ``covered`` tells whether a card lies under a pixel (x right, y down)."""
        self._base = window.base
        self._window = window
        self._covered = covered
        self._ears: Any = DirectObject()
        self._suspended = False
        self._down: set[str] = set()
        self._pressed: list[Action] = []
        self._zoom = 0
        self._from: tuple[float, float] | None = None
        self._last: tuple[float, float] = (0.0, 0.0)
        self._dragging = False
        self._clicked: tuple[float, float] | None = None
        self._walk: Walk | None = None
        self._pitch = 0.0
        self.snap_turn = False
        self.sensitivity = 1.0
        self.height: Callable[[float, float], float] = _flat
        self.bindings = bindings
        self._listen()

    @property
    def suspended(self) -> bool:
        """Whether keys do nothing."""
        return self._suspended

    @suspended.setter
    def suspended(self, on: bool) -> None:
        self._suspended = on
        if on:
            self.let_go()

    def rebind(self, bindings: Bindings) -> None:
        """Takes other keys from now on."""
        self.let_go()
        self.bindings = bindings
        self._listen()

    def let_go(self) -> None:
        """Forgets what is held: another window has the keyboard, or a field."""
        self._down.clear()
        self._pressed.clear()

    def stop(self) -> None:
        """Ends a walk to a clicked place, for example on arrival in another hall."""
        self._walk = None

    def walk_to(self, x: float, y: float) -> None:
        """Walks to a place as if it had been clicked."""
        self._walk = Walk(x, y)

    def look_level(self) -> None:
        """Looks straight ahead again."""
        self._pitch = 0.0

    def intent(self, dt: float, pose: Pose) -> Wish:
        """Returns what is wanted for the next ``dt`` seconds by somebody at ``pose``; call once a frame."""
        held = held_actions(self.bindings, self._down)
        pressed, zoom = tuple(self._pressed), self._zoom
        self._pressed.clear()
        self._zoom = 0
        turned = self._drag() + self._steps(pressed)
        intent = keys_intent(held, snap_turn=self.snap_turn)
        if self._clicked is not None:
            self._begin_walk(self._clicked)
            self._clicked = None
        if moves(intent):
            self._walk = None
        elif self._walk is not None:
            intent, self._walk = walk_step(self._walk, pose, dt, run="run" in held)
        gesture = next((GESTURES[action] for action in reversed(pressed) if action in GESTURES), None)
        aim = None if self._walk is None else (self._walk.x, self._walk.y)
        return Wish(intent, turned, self._pitch, zoom, gesture, "view" in pressed, aim)

    def close(self) -> None:
        """Stops listening."""
        self._ears.ignore_all()

    # Events

    def _listen(self) -> None:
        ears = self._ears
        ears.ignore_all()
        for key in {key for keys in self.bindings.values() for key in keys}:
            ears.accept(f"raw-{key}", self._key_down, [key])
            ears.accept(f"raw-{key}-up", self._key_up, [key])
        for before in ("", "shift-", "control-", "alt-"):
            for button in ("mouse1", "mouse3"):
                ears.accept(before + button, self._button_down)
            ears.accept(f"{before}wheel_up", self._wheel, [1])
            ears.accept(f"{before}wheel_down", self._wheel, [-1])
        ears.accept("mouse1-up", self._button_up, [True])
        ears.accept("mouse3-up", self._button_up, [False])
        if not self._window.offscreen:
            ears.accept(self._base.win.get_window_event(), self._window_changed)

    def _key_down(self, key: str) -> None:
        if self._suspended or key in self._down:
            return
        self._down.add(key)
        self._pressed += [action for action, keys in self.bindings.items() if key in keys]

    def _key_up(self, key: str) -> None:
        self._down.discard(key)

    def _wheel(self, notches: int) -> None:
        if not self._covered(*self._pointer()):
            self._zoom += notches

    def _button_down(self) -> None:
        at = self._pointer()
        if not self._covered(*at):
            self._from = self._last = at
            self._dragging = False

    def _button_up(self, left: bool) -> None:
        if self._from is not None and left and not self._dragging:
            self._clicked = self._from
        self._from = None
        self._dragging = False

    def _window_changed(self, window: Any) -> None:
        if window is self._base.win and not window.get_properties().get_foreground():
            self.let_go()
            self._from = None

    # The pointer

    def _pointer(self) -> tuple[float, float]:
        """Returns the pointer's pixel, the last known one when it is outside."""
        mouse = getattr(self._base, "mouseWatcherNode", None)
        if mouse is None or not mouse.has_mouse():
            return self._last
        width, height = self._window.size
        return (mouse.get_mouse_x() + 1) * width / 2, (1 - mouse.get_mouse_y()) * height / 2

    def _drag(self) -> float:
        """Turns and pitches by how far the pressed pointer moved; returns the turn, radians."""
        if self._from is None:
            return 0.0
        at = self._pointer()
        if not self._dragging and math.hypot(at[0] - self._from[0], at[1] - self._from[1]) > DRAG_PX:
            self._dragging = True
            self._last = at
        if not self._dragging:
            return 0.0
        dx, dy = at[0] - self._last[0], at[1] - self._last[1]
        self._last = at
        step = RADIANS_PER_PIXEL * self.sensitivity
        self._pitch = min(max(self._pitch - dy * step, PITCH_DOWN), PITCH_UP)
        return -dx * step

    def _steps(self, pressed: tuple[Action, ...]) -> float:
        if not self.snap_turn:
            return 0.0
        return SNAP * (pressed.count("turn_left") - pressed.count("turn_right"))

    def _begin_walk(self, pixel: tuple[float, float]) -> None:
        width, height = self._window.size
        near, far = Point3(), Point3()
        at = (2 * pixel[0] / width - 1, 1 - 2 * pixel[1] / height)
        self._base.camLens.extrude(at, near, far)
        render, camera = self._base.render, self._base.cam
        start = render.get_relative_point(camera, near)
        way = render.get_relative_point(camera, far) - start
        point = floor_point(Ray(*start, *way), self.height)
        self._walk = None if point is None else Walk(*point)
