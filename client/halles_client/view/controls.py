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

from halles.world.movement import Intent, Pose
from halles_client.view.steering import (
    BINDINGS,
    Action,
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
LOOK_RATE: Final = math.radians(60.0)
"""How fast keys look up and down, radians a second."""

MODEL_RATE: Final = 90.0
"""How fast keys turn a model, degrees a second."""

RADIANS_PER_PIXEL: Final = math.radians(0.22)
DRAG_PX: Final = 5.0
"""The pointer must move this far while pressed before it looks around; less is a click."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants in this frame.

    Attributes:
        intent: For ``movement.step``.
        turned: Radians that the pointer turned the heading since the last frame, positive left.
        pitch: Where they look, radians, up positive.
        zoom: Notches of the wheel and presses of the keys, positive nearer.
        change_view: Asked to switch between first and third person.
        walking_to: Where on the floor a click leads, metres.
        model_turned: Degrees that the model that one stands at is to turn, positive left.
        speaking: Holds the key for talking by voice.
        pointing: Holds the key for pointing, and what lies under the pointer then.
    """

    intent: Intent
    turned: float = 0.0
    pitch: float = 0.0
    zoom: int = 0
    change_view: bool = False
    walking_to: tuple[float, float, float] | None = None
    model_turned: float = 0.0
    speaking: bool = False
    pointing: Ray | None = None


def _flat(x: float, y: float) -> float:
    return 0.0


class Controls:
    """The hands of one visitor.

    Attributes:
        suspended: Keys do nothing; setting it lets go of whatever was held.
        height: The floor's height, ``Scene.height`` of the hall one is in.
    """

    def __init__(
        self,
        window: Window,
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
        self.height: Callable[[float, float], float] = _flat
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

    def let_go(self) -> None:
        """Forgets what is held: another window has the keyboard, or a field."""
        self._down.clear()
        self._pressed.clear()

    def stop(self) -> None:
        """Ends a walk to a clicked place, for example on arrival in another hall."""
        self._walk = None

    def look_level(self) -> None:
        """Looks straight ahead again."""
        self._pitch = 0.0

    def intent(self, dt: float, pose: Pose) -> Wish:
        """Returns what is wanted for the next ``dt`` seconds by somebody at ``pose``; call once a frame."""
        held = held_actions(BINDINGS, self._down)
        pressed, zoom = tuple(self._pressed), self._zoom
        self._pressed.clear()
        self._zoom = 0
        zoom += pressed.count("nearer") - pressed.count("farther")
        turned = self._drag()
        self._look(LOOK_RATE * dt * (("look_up" in held) - ("look_down" in held)))
        intent = keys_intent(held)
        if self._clicked is not None:
            self._begin_walk(self._clicked)
            self._clicked = None
        if moves(intent):
            self._walk = None
        elif self._walk is not None:
            intent, self._walk = walk_step(self._walk, pose, dt, run="run" in held)
        aim = None if self._walk is None else (self._walk.x, self._walk.y, self.height(self._walk.x, self._walk.y))
        model = MODEL_RATE * dt * (("model_left" in held) - ("model_right" in held))
        at = self._pointer()
        ray = self._ray(at) if "point" in held and not self._covered(*at) else None
        return Wish(intent, turned, self._pitch, zoom, "view" in pressed, aim, model, "speak" in held, ray)

    def close(self) -> None:
        """Stops listening."""
        self._ears.ignore_all()

    # Events

    def _listen(self) -> None:
        ears = self._ears
        for key in {key for keys in BINDINGS.values() for key in keys}:
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
        self._pressed += [action for action, keys in BINDINGS.items() if key in keys]

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
        self._look(-dy * RADIANS_PER_PIXEL)
        return -dx * RADIANS_PER_PIXEL

    def _look(self, up: float) -> None:
        self._pitch = min(max(self._pitch + up, PITCH_DOWN), PITCH_UP)

    def _begin_walk(self, pixel: tuple[float, float]) -> None:
        point = floor_point(self._ray(pixel), self.height)
        self._walk = None if point is None else Walk(*point)

    def _ray(self, pixel: tuple[float, float]) -> Ray:
        """Returns what lies under a pixel, as a way into the hall."""
        width, height = self._window.size
        near, far = Point3(), Point3()
        self._base.camLens.extrude((2 * pixel[0] / width - 1, 1 - 2 * pixel[1] / height), near, far)
        render, camera = self._base.render, self._base.cam
        start = render.get_relative_point(camera, near)
        way = render.get_relative_point(camera, far) - start
        return Ray(*start, *way)
