import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from panda3d.core import SceneGraphAnalyzer, Texture

from halles.world.look import Look
from halles.world.movement import Gesture
from halles_client.replica.crowd import Crowd
from halles_client.replica.ghosts import GHOST_NUMBER
from halles_client.view.avatar_inputs import set_floor_light, set_tone
from halles_client.view.crowd_rows import OwnAvatar, Slices, with_ghosts
from halles_client.view.crowd_view import CrowdView
from halles_client.view.presets import HIGH, LOW
from halles_client.view.window import Window

TEAL, RUST = 4, 11
NOBODY_SEEN = 0.0002


@pytest.fixture
def view(window: Window) -> Iterator[CrowdView]:
    others = [node for node in window.base.render.get_children() if not node.is_hidden()]
    for node in others:
        node.hide()
    window.base.camera.set_pos_hpr(0, 0, 0, 0, 0, 0)
    window.base.cam.set_pos_hpr(0, 0, 1.6, 0, 0, 0)
    window.base.camLens.set_fov(72)
    window.base.win.set_clear_color((0.5, 0.5, 0.5, 1))
    crowd_view = CrowdView(window, LOW)
    set_tone(crowd_view.root, 0.82, 0.003, (0.6, 0.6, 0.6))
    set_floor_light(crowd_view.root, None, (0.0, 0.0), (1.0, 1.0))
    yield crowd_view
    crowd_view.close()
    window.base.cam.set_pos_hpr(0, 0, 0, 0, 0, 0)
    for node in others:
        node.show()


def crowd(x: np.ndarray, y: np.ndarray, coat: int, gesture: int = 0) -> Crowd:
    count = len(x)
    look = np.tile(np.array([coat, 0, 1, 0, 1], np.uint8), (count, 1))
    zero = np.zeros(count, np.float32)
    return Crowd(
        np.arange(count, dtype=np.uint16),
        x.astype(np.float32),
        y.astype(np.float32),
        zero,
        np.full(count, math.pi, np.float32),
        zero,
        zero,
        np.full(count, gesture, np.uint8),
        look,
        np.zeros(count, np.bool_),
    )


def picture(window: Window) -> np.ndarray:
    window.step()
    window.step()
    return np.asarray(window.picture()).astype(int)


def teal(image: np.ndarray) -> float:
    """Share of pixels that are clearly of the teal coat: green and blue well above red."""
    return float(((image[..., 1] > image[..., 0] + 25) & (image[..., 2] > image[..., 0] + 20)).mean())


def rust(image: np.ndarray) -> float:
    return float(((image[..., 0] > image[..., 1] + 50) & (image[..., 1] > image[..., 2] + 15)).mean())


def spread(count: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    return rng.uniform(-12, 12, count), rng.uniform(14, 60, count)


@pytest.mark.parametrize(("far", "level"), [(4.0, "near"), (14.0, "mid"), (24.0, "far")])
def test_every_level_of_detail_shows_the_coat_that_was_chosen(
    view: CrowdView, window: Window, far: float, level: str
) -> None:
    x = np.linspace(-0.25 * far, 0.25 * far, 5)
    view.draw(crowd(x, np.full(5, far), TEAL), 0, 0, 0.02)
    assert getattr(view.drawn, level) == 5
    seen = picture(window)
    as_teal = teal(seen)
    assert as_teal > 0.17 / far**2
    assert rust(seen) < NOBODY_SEEN
    view.draw(crowd(x, np.full(5, far), RUST), 0, 0, 0.02)
    seen = picture(window)
    assert rust(seen) > 0.17 / far**2
    assert teal(seen) < 0.2 * as_teal, "only the scarf may be teal"


@pytest.mark.parametrize("count", [60, 2500])
def test_any_crowd_takes_at_most_six_draws(view: CrowdView, window: Window, count: int) -> None:
    x, y = spread(count)
    x[:30], y[:30] = np.linspace(-2, 2, 30), 5.0
    view.draw(crowd(x, y, TEAL), 0, 0, 0.02)
    assert view.drawn.total > 0.8 * count
    assert view.drawn.near == 12
    analyzer = SceneGraphAnalyzer()
    visible = [node for node in view.root.get_children() if not node.is_hidden()]
    for node in visible:
        analyzer.add_node(node.node())
    assert 2 <= analyzer.get_num_geoms() <= 6
    assert sum(node.get_instance_count() for node in visible) == view.drawn.total + view.drawn.shadows
    assert teal(picture(window)) > 0.02


@pytest.mark.parametrize(("far", "level"), [(4.0, "near"), (14.0, "mid"), (24.0, "far")])
def test_a_ghost_is_pale_and_cool_whatever_it_wears(view: CrowdView, window: Window, far: float, level: str) -> None:
    living = crowd(np.linspace(-0.25 * far, 0.25 * far, 5), np.full(5, far), RUST)
    ghosts = replace(living, number=living.number + np.uint16(GHOST_NUMBER))
    view.draw(ghosts, 0, 0, 0.02)
    assert getattr(view.drawn, level) == 5
    seen = picture(window)
    cool = (seen[..., 2] > seen[..., 0] + 6) & (seen.sum(axis=-1) > 240)
    assert cool.mean() > 0.1 / far**2
    assert rust(seen) < NOBODY_SEEN
    view.draw(with_ghosts(living, ghosts), 0, 0, 0.02)
    assert view.drawn.total == 10, "among the living, with the same draws"


def test_levels_of_the_high_preset_are_the_ones_of_the_design(window: Window) -> None:
    view = CrowdView(window, HIGH)
    x, y = spread(2500)
    y[:60] = np.linspace(2.0, 8.0, 60)
    x[:60] = 0.0
    view.draw(crowd(x, y, TEAL), 0, 0, 0.02)
    assert (view.drawn.near, view.drawn.mid, view.drawn.shadows) == (40, 300, 600)
    view.close()


def test_a_broken_pose_is_not_drawn_and_spoils_nothing(view: CrowdView, window: Window) -> None:
    broken = crowd(np.array([0.0, math.nan]), np.array([4.0, 4.0]), TEAL)
    view.draw(broken, 0, 0, 0.02)
    assert view.drawn.total == 1
    assert teal(picture(window)) > 0.01


def test_an_empty_hall_draws_nothing(view: CrowdView, window: Window) -> None:
    view.draw(crowd(np.zeros(0), np.zeros(0), TEAL), 0, 0, 0.02)
    assert view.drawn == Slices(0, 0, 0, 0)
    assert all(node.is_hidden() for node in view.root.get_children())
    assert teal(picture(window)) < NOBODY_SEEN


def test_oneself_is_drawn_in_third_person_only(view: CrowdView, window: Window) -> None:
    nobody = crowd(np.zeros(0), np.zeros(0), TEAL)
    own = OwnAvatar(0.0, 3.0, 0.0, 0.0, 0.0, 0.0, Gesture.NONE, Look(coat=TEAL))
    view.draw(nobody, 0, 0, 0.02, own)
    assert teal(picture(window)) > 0.02
    view.draw(nobody, 0, 0, 0.02)
    assert teal(picture(window)) < NOBODY_SEEN


def test_a_raised_hand_reaches_above_the_head(view: CrowdView, window: Window) -> None:
    def top(gesture: Gesture) -> int:
        view.draw(crowd(np.zeros(1), np.array([4.0]), TEAL, int(gesture)), 0, 0, 0.5)
        drawn = np.abs(picture(window) - 127).sum(2) > 40
        return int(np.flatnonzero(drawn.any(1)).min())

    standing = top(Gesture.NONE)
    for _ in range(3):
        raised = top(Gesture.RAISE_HAND)
    assert raised < standing - 10
    for _ in range(3):
        seated = top(Gesture.SIT)
    assert seated > standing + 20


def test_floor_light_darkens_who_stands_in_the_dark(view: CrowdView, window: Window) -> None:
    light = Texture("light")
    light.setup_2d_texture(2, 1, Texture.T_unsigned_byte, Texture.F_rgb)
    light.set_ram_image(bytes((40, 40, 40, 128, 128, 128)))
    light.set_minfilter(Texture.FT_nearest)
    light.set_magfilter(Texture.FT_nearest)
    set_floor_light(view.root, light, (-10.0, 0.0), (20.0, 20.0))
    view.draw(crowd(np.array([-1.5, 1.5]), np.array([4.0, 4.0]), TEAL), 0, 0, 0.02)
    seen = picture(window)
    half = seen.shape[1] // 2
    body = np.abs(seen - 127).sum(2) > 40
    assert seen[:, :half][body[:, :half]].mean() < 0.6 * seen[:, half:][body[:, half:]].mean()


def test_idle_sway_stops_with_reduced_motion(view: CrowdView, window: Window) -> None:
    view.reduced_motion = True
    still = crowd(np.zeros(1), np.array([2.5]), TEAL)
    view.draw(still, 0, 0, 0.02)
    first = picture(window)
    view.draw(still, 0, 0, 1.3)
    assert np.array_equal(first, picture(window))
    view.reduced_motion = False
    view.draw(still, 0, 0, 1.3)
    assert not np.array_equal(first, picture(window))
