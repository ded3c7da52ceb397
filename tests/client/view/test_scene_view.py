import time

import numpy as np
import pytest
from numpy.typing import NDArray

from halles import resources
from halles.ids import SlotId
from halles.world.geometry import facing
from halles.world.scene import Scene, parse
from halles_client.view.presets import HIGH, LOW, Preset
from halles_client.view.scene_view import SceneView, felt
from halles_client.view.window import Window

HALLS = ("crossroads", "lille", "valenciennes", "hainaut")


def plan(name: str) -> Scene:
    return parse((resources.scenes() / f"{name}.toml").read_text(encoding="utf-8"), f"{name}.toml")


def seen(window: Window, x: float, y: float, z: float, heading: float, pitch: float = 0.0) -> NDArray[np.float64]:
    window.base.camLens.set_fov(72)
    window.base.camLens.set_near_far(0.1, 150)
    window.base.camera.set_pos_hpr(x, y, z, np.degrees(heading), pitch, 0)
    window.step()
    window.step()
    return np.asarray(window.picture(), dtype=np.float64)


def front_of(scene: Scene, slot_id: str) -> tuple[float, float, float]:
    slot = scene.slot(SlotId(slot_id))
    assert slot is not None
    (x, y), heading = slot.visitor_place()
    back = facing(heading)
    return x - back.x, y - back.y, heading


@pytest.mark.parametrize("preset", [LOW, HIGH], ids=lambda preset: preset.name)
@pytest.mark.parametrize("name", HALLS)
def test_each_hall_is_shown_with_floor_walls_and_roof(window: Window, name: str, preset: Preset) -> None:
    view = SceneView(window, preset)
    scene = plan(name)
    view.show(scene)
    spawn = scene.spawn("door")
    picture = seen(window, spawn.x + 1.5, spawn.y, 1.8, 0.0, 4.0)
    thirds = [picture[:120], picture[120:240], picture[240:]]
    assert all(part.std() > 6 for part in thirds)
    assert all(part.mean() > 45 for part in thirds)
    assert len(np.unique((picture // 16).reshape(-1, 3), axis=0)) > 60
    view.clear()


def test_the_guide_line_lies_ahead_in_the_halls_colour(window: Window) -> None:
    view = SceneView(window, LOW)
    view.show(plan("lille"))
    line = seen(window, 0.0, -26.0, 1.8, 0.0, -20.0)[300:330, 310:330].mean(axis=(0, 1))
    beside = seen(window, 3.0, -26.0, 1.8, 0.0, -20.0)[300:330, 310:330].mean(axis=(0, 1))
    assert line[0] > 1.4 * line[1]
    assert beside[0] < 1.15 * beside[1]
    view.clear()


def test_accents_recolour_a_booth_at_once(window: Window) -> None:
    view = SceneView(window, LOW)
    scene = plan("lille")
    view.show(scene)
    at = front_of(scene, "D2")
    grey = seen(window, at[0], at[1], 1.9, at[2])[120:200, 250:390].mean(axis=(0, 1))
    view.set_accents({SlotId("D2"): 0})
    red = seen(window, at[0], at[1], 1.9, at[2])[120:200, 250:390].mean(axis=(0, 1))
    view.set_accents({SlotId("D3"): 0})
    back = seen(window, at[0], at[1], 1.9, at[2])[120:200, 250:390].mean(axis=(0, 1))
    assert red[0] - red[2] > grey[0] - grey[2] + 25
    assert back == pytest.approx(grey, abs=1.0)
    view.clear()


def test_a_hall_loads_in_less_than_the_blink_that_a_fade_hides(window: Window) -> None:
    view = SceneView(window, LOW)
    scene = plan("valenciennes")
    view.show(scene)
    began = time.process_time()
    view.show(scene)
    assert time.process_time() - began < 0.8
    view.clear()


def test_another_hall_takes_the_place_of_the_first(window: Window) -> None:
    view = SceneView(window, LOW)
    view.show(plan("lille"))
    first = view.root
    view.show(plan("crossroads"))
    assert first.is_empty()
    assert [node.name for node in window.base.render.get_children()].count("crossroads") == 1
    view.clear()
    assert all(node.name != "crossroads" for node in window.base.render.get_children())
    assert view.floor_light is None


def test_people_find_the_light_of_the_floor(window: Window) -> None:
    view = SceneView(window, LOW)
    view.show(plan("lille"))
    light = view.floor_light
    assert light is not None
    assert light.ground == pytest.approx((-20.0, -33.7, 40.0, 65.7))
    assert light.texture.get_x_size() >= 40
    tone = window.base.render.get_shader_input("tone")
    assert 1.0 < tone.get_vector().x < 3.0
    view.clear()


def test_felt_is_mostly_the_accent() -> None:
    red = felt(0)
    assert red[0] > 2 * red[1] > 0
