from collections.abc import Iterator
from typing import Any

import pytest

from halles.world.movement import Intent, Pose
from halles_client.view.controls import LOOK_RATE, MODEL_RATE, PITCH_DOWN, PITCH_UP, Controls
from halles_client.view.window import Window

HERE = Pose(0.0, 0.0)


class Mouse:
    """A pointer that the test holds: an offscreen window has none of its own."""

    def __init__(self) -> None:
        self.x = 0.0
        self.y = 0.0

    def has_mouse(self) -> bool:
        return True

    def get_mouse_x(self) -> float:
        return self.x

    def get_mouse_y(self) -> float:
        return self.y


@pytest.fixture
def controls(window: Window) -> Iterator[Controls]:
    made = Controls(window)
    yield made
    made.close()


@pytest.fixture
def mouse(window: Window, monkeypatch: pytest.MonkeyPatch) -> Mouse:
    pointer = Mouse()
    monkeypatch.setattr(window.base, "mouseWatcherNode", pointer, raising=False)
    window.base.cam.set_pos_hpr(0, 0, 0, 0, 0, 0)
    window.base.camera.set_pos_hpr(0, 0, 1.6, 0, 0, 0)
    return pointer


def send(window: Window, *events: Any) -> None:
    for event in events:
        window.base.messenger.send(event)


def test_a_held_key_walks_until_it_is_let_go(controls: Controls, window: Window) -> None:
    send(window, "raw-w", "raw-lshift")
    assert controls.intent(0.1, HERE).intent == Intent(forward=1.0, run=True)
    send(window, "raw-w-up")
    assert controls.intent(0.1, HERE).intent == Intent(run=True)


def test_keys_do_nothing_while_a_field_has_the_keyboard(controls: Controls, window: Window) -> None:
    send(window, "raw-w")
    controls.suspended = True
    send(window, "raw-a", "raw-c")
    wish = controls.intent(0.1, HERE)
    assert (wish.intent, wish.zoom) == (Intent(), 0)
    controls.suspended = False
    assert controls.intent(0.1, HERE).intent == Intent()


def test_keys_look_up_and_down_as_far_as_the_pointer_does(controls: Controls, window: Window) -> None:
    send(window, "raw-r")
    assert controls.intent(0.1, HERE).pitch == pytest.approx(0.1 * LOOK_RATE)
    assert controls.intent(60.0, HERE).pitch == PITCH_UP
    send(window, "raw-r-up", "raw-f")
    assert controls.intent(60.0, HERE).pitch == PITCH_DOWN
    send(window, "raw-f-up")
    assert controls.intent(1.0, HERE).pitch == PITCH_DOWN


def test_keys_go_nearer_and_farther_once_a_press(controls: Controls, window: Window) -> None:
    send(window, "raw-c", "raw-c")
    assert controls.intent(0.1, HERE).zoom == 1
    send(window, "raw-x", "raw-c-up", "raw-x-up", "raw-x")
    assert controls.intent(0.1, HERE).zoom == -2
    assert controls.intent(0.1, HERE).zoom == 0


def test_held_keys_turn_the_model_to_either_side(controls: Controls, window: Window) -> None:
    send(window, "raw-j")
    assert controls.intent(0.1, HERE).model_turned == pytest.approx(0.1 * MODEL_RATE)
    send(window, "raw-j-up", "raw-l")
    assert controls.intent(0.1, HERE).model_turned == pytest.approx(-0.1 * MODEL_RATE)
    send(window, "raw-l-up")
    assert controls.intent(0.1, HERE).model_turned == 0.0


def test_dragging_right_turns_right_and_dragging_up_looks_up(controls: Controls, window: Window, mouse: Mouse) -> None:
    send(window, "mouse1")
    mouse.x = 0.1
    controls.intent(0.1, HERE)
    mouse.x, mouse.y = 0.3, 0.2
    wish = controls.intent(0.1, HERE)
    assert wish.turned < -0.05
    assert wish.pitch > 0.05
    mouse.y = 50.0
    assert controls.intent(0.1, HERE).pitch == PITCH_UP
    send(window, "mouse1-up")
    assert controls.intent(0.1, HERE).walking_to is None


def test_a_click_on_the_floor_walks_there_and_a_key_ends_it(controls: Controls, window: Window, mouse: Mouse) -> None:
    mouse.y = -0.5
    send(window, "mouse1", "mouse1-up")
    wish = controls.intent(0.1, HERE)
    assert wish.walking_to is not None
    assert wish.walking_to[0] == pytest.approx(0.0, abs=1e-3)
    assert wish.walking_to[2] == 0.0
    assert 2.0 < wish.walking_to[1] < 12.0
    assert wish.intent.forward == 1.0
    send(window, "raw-s")
    wish = controls.intent(0.1, HERE)
    assert wish.walking_to is None
    assert wish.intent.forward == -1.0


def test_a_press_on_a_card_neither_walks_nor_looks(window: Window, mouse: Mouse) -> None:
    controls = Controls(window, covered=lambda x, y: x < 400)
    mouse.y = -0.5
    send(window, "mouse1", "mouse1-up", "wheel_up")
    wish = controls.intent(0.1, HERE)
    assert (wish.walking_to, wish.zoom) == (None, 0)
    controls.close()


def test_the_wheel_zooms(controls: Controls, window: Window) -> None:
    send(window, "wheel_up", "wheel_up", "wheel_down")
    assert controls.intent(0.1, HERE).zoom == 1
    assert controls.intent(0.1, HERE).zoom == 0


def test_a_closed_one_hears_nothing(window: Window) -> None:
    controls = Controls(window)
    controls.close()
    send(window, "raw-w")
    assert controls.intent(0.1, HERE).intent == Intent()


def test_while_control_is_held_one_points_at_what_lies_under_the_pointer(
    controls: Controls, window: Window, mouse: Mouse
) -> None:
    assert controls.intent(0.1, HERE).pointing is None
    send(window, "raw-lcontrol")
    ray = controls.intent(0.1, HERE).pointing
    assert ray is not None
    assert (ray.dx / ray.dy, ray.dz / ray.dy) == pytest.approx((0.0, 0.0), abs=1e-4)
    mouse.x = 0.5
    right = controls.intent(0.1, HERE).pointing
    assert right is not None
    assert right.dx > 0.1 * right.dy
    send(window, "raw-lcontrol-up")
    assert controls.intent(0.1, HERE).pointing is None
