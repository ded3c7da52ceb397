import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from panda3d.core import (
    CardMaker,
    ConfigVariableBool,
    FrameBufferProperties,
    GraphicsOutput,
    GraphicsPipe,
    Texture,
    WindowProperties,
)
from PIL import Image, ImageGrab

from halles_client.view.presets import HIGH, LOW
from halles_client.view.window import Window
from tests.support.x_display import x_display


def test_an_offscreen_window_names_its_driver_and_draws_the_background(window: Window, tmp_path: Path) -> None:
    window.base.win.set_clear_color((1.0, 0.5, 0.0, 1.0))
    window.step()
    window.screenshot(tmp_path / "frame.png")
    with Image.open(tmp_path / "frame.png") as picture:
        assert picture.format == "PNG"
        assert picture.size == window.size == (640, 360)
        assert picture.convert("RGB").getpixel((320, 180)) == pytest.approx((255, 128, 0), abs=1)
    assert window.driver


def test_a_still_has_smooth_edges_where_a_frame_has_steps_and_leaves_the_lens_as_it_was(window: Window) -> None:
    window.base.win.set_clear_color((0.0, 0.0, 0.0, 1.0))
    window.base.camera.set_pos_hpr(0, 0, 0, 0, 0, 0)
    maker = CardMaker("slanting")
    maker.set_frame(-1, 1, -1, 1)
    card = window.base.render.attach_new_node(maker.generate())
    card.set_pos_hpr(0, 6, 0, 0, 0, 20)
    window.step()
    frame, still = np.asarray(window.picture()), np.asarray(window.still())
    card.remove_node()
    assert set(np.unique(frame)) == {0, 255}
    assert len(np.unique(still)) > 4
    assert np.abs(still.astype(int) - frame).mean() < 3
    assert tuple(window.base.camLens.get_film_offset()) == (0.0, 0.0)


def test_without_a_screen_one_sentence_says_so() -> None:
    code = (
        "from halles.errors import ConfigError\n"
        "from halles_client.view.window import open_window\n"
        "try:\n    open_window(offscreen=False)\nexcept ConfigError as error:\n    print(error)\n"
    )
    bare = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    done = subprocess.run(
        [sys.executable, "-c", code], env=bare, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.startswith("Halles cannot open a window: there is no screen")
    assert done.stdout.count("\n") == 1


def test_closing_the_window_leaves_nothing_on_standard_output() -> None:
    code = (
        "from halles_client.view.window import open_window\n"
        "window = open_window(offscreen=True, width=64, height=48)\nwindow.step()\nwindow.close()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == ""


def test_what_is_drawn_is_seen_on_a_real_screen() -> None:
    code = (
        "from halles_client.view.window import open_window\n"
        "window = open_window(offscreen=False, width=640, height=400)\n"
        "window.base.win.set_clear_color((1.0, 0.5, 0.0, 1.0))\n"
        "for _ in range(5): window.step()\n"
        "print('drawn', flush=True)\n"
        "input()\n"
    )
    with x_display() as display:
        program = subprocess.Popen(
            [sys.executable, "-c", code],
            env={**os.environ, "DISPLAY": display},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert program.stdout is not None
        assert program.stdout.readline() == "drawn\n"
        seen = ImageGrab.grab(xdisplay=display)
        program.communicate("\n", timeout=20)
    colours = seen.convert("RGB").getcolors(seen.width * seen.height)
    assert colours is not None
    assert sum(count for count, colour in colours if colour == pytest.approx((255, 128, 0), abs=1)) > 640 * 300


@pytest.fixture
def sampled(window: Window) -> Iterator[Any]:
    """A buffer of four samples that sees a slanted white card: Mesa's own windows have none behind them."""
    base, frame = window.base, FrameBufferProperties()
    frame.set_rgba_bits(8, 8, 8, 0)
    frame.set_depth_bits(24)
    frame.set_multisamples(4)
    size = WindowProperties.size(64, 48)
    flags = GraphicsPipe.BF_refuse_window
    buffer = base.graphicsEngine.make_output(base.pipe, "sampled", -1, frame, size, flags, base.win.gsg, base.win)
    seen = Texture()
    buffer.add_render_texture(seen, GraphicsOutput.RTM_copy_ram)
    buffer.set_clear_color((0, 0, 0, 1))
    card = base.render.attach_new_node(CardMaker("card").generate())
    card.set_pos_hpr(-500.5, 4, -500.5, 0, 0, 20)
    camera = base.makeCamera(buffer)
    camera.reparent_to(base.render)
    camera.set_pos(-500, 0, -500)
    yield seen
    card.remove_node()
    camera.remove_node()
    base.graphicsEngine.remove_window(buffer)


def test_edges_are_smooth_where_the_preset_has_samples(window: Window, sampled: Any) -> None:
    levels = {}
    for preset in (HIGH, LOW):
        window.draw_as(preset)
        window.step()
        window.step()
        levels[preset.name] = len(np.unique(np.frombuffer(sampled.get_ram_image(), np.uint8)))
    assert levels == {"high": 5, "low": 2}


def test_what_is_pasted_comes_from_our_clipboard_alone(window: Window) -> None:
    """Panda3D would type the clipboard on Control-V on Windows, beside the HUD."""
    assert not ConfigVariableBool("paste-emit-keystrokes", True).get_value()
    assert window.letter("q") == "Q"
