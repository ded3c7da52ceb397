"""The window, real or offscreen: opening it, one frame, a picture of it.

Knows the graphics driver and nothing of halls. There is one window per process, because Panda3D's ``ShowBase`` is one.
"""

import os
import sys
from pathlib import Path
from typing import Any, Final

import numpy as np
from direct.showbase.ShowBase import ShowBase
from panda3d.core import AntialiasAttrib, FrameBufferProperties, WindowProperties, load_prc_file_data
from PIL import Image

from halles.errors import ConfigError
from halles_client.view.letters import take_every_letter
from halles_client.view.presets import PRESETS, Preset, PresetName, for_driver

_SETTINGS: Final = """
gl-version 3 2
audio-library-name null
textures-power-2 none
model-cache-dir
framebuffer-multisample 0
multisamples 0
paste-emit-keystrokes 0
notify-level warning
notify-level-device fatal
notify-level-display fatal
notify-level-egldisplay fatal
notify-level-x11display fatal
notify-level-windisplay fatal
notify-level-glgsg error
default-directnotify-level error
"""

_ASIDE: Final = tuple(((i + 0.5) / 8 - 0.5, ((i * 3) % 8 + 0.5) / 8 - 0.5) for i in range(8))
"""Eight places within a pixel, no two in one row or column."""


class Window:
    """An open window with its camera and scene graph roots.

    Attributes:
        base: Panda3D's ``ShowBase``: ``render``, ``camera``, ``cam``, ``pixel2d``, ``taskMgr``, events.
        driver: What the driver calls itself, for example ``llvmpipe (LLVM 15.0.6, 256 bits)``.
        preset: The level of quality; samples of the window stay as it was opened with.
        offscreen: Whether nobody sees it.
    """

    def __init__(self, base: Any, preset: Preset, *, offscreen: bool) -> None:
        self.base = base
        self.draw_as(preset)
        self.offscreen = offscreen
        self.driver = _driver(base)

    def draw_as(self, preset: Preset) -> None:
        """Takes another preset from now on; whoever was made with the old one is made anew by its owner."""
        self.preset = preset
        smooth = AntialiasAttrib.M_multisample if preset.samples else AntialiasAttrib.M_none
        self.base.render.set_antialias(smooth)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.base.win.get_x_size(), self.base.win.get_y_size()

    def letter(self, key: str) -> str:
        """Returns what stands on a key, by its name on an American keyboard; that name where nobody knows."""
        keyboard = getattr(self.base.win, "get_keyboard_map", None)
        mapped = keyboard().get_mapped_button(key).name if keyboard else ""
        return (mapped if len(mapped) == 1 else key).upper()

    def step(self) -> None:
        """Runs every task once and draws one frame."""
        self.base.taskMgr.step()

    def picture(self) -> Image.Image:
        """Returns the last drawn frame; draws one first when there is none yet."""
        texture = self.base.win.get_screenshot()
        if texture is None:
            self.base.graphicsEngine.render_frame()
            texture = self.base.win.get_screenshot()
        data = bytes(texture.get_ram_image_as("RGB"))
        size = (texture.get_x_size(), texture.get_y_size())
        return Image.frombytes("RGB", size, data).transpose(Image.Transpose.FLIP_TOP_BOTTOM)

    def still(self) -> Image.Image:
        """Draws the same moment again and again, each a part of a pixel aside, and returns the mean.

        So edges and small letters come out as with a driver that can afford multisampling; nothing moves meanwhile.
        """
        if self.preset.samples:
            return self.picture()
        lens, (width, height) = self.base.camLens, self.size
        film, total = lens.get_film_size(), np.zeros((height, width, 3), dtype=np.uint32)
        for x, y in _ASIDE:
            lens.set_film_offset(film[0] * x / width, film[1] * y / height)
            self.base.graphicsEngine.render_frame()
            total += np.asarray(self.picture())
        lens.set_film_offset(0.0, 0.0)
        return Image.fromarray(np.uint8((total + len(_ASIDE) // 2) // len(_ASIDE)))

    def screenshot(self, path: Path) -> None:
        """Writes what is drawn, as a still, into a PNG."""
        self.still().save(path, "PNG")

    def close(self) -> None:
        """Closes the window and frees the driver; another may be opened afterwards."""
        self.base.destroy()


def open_window(
    *, offscreen: bool, width: int = 1280, height: int = 720, title: str = "Halles", preset: PresetName | None = None
) -> Window:
    """Opens the window.

    Args:
        offscreen: Draw into memory (needs EGL) instead of on a screen.
        width: Pixels.
        height: Pixels.
        title: What the window's frame shows.
        preset: The level of quality; without one, what suits the driver.

    Raises:
        ConfigError: There is no screen, or no OpenGL 3.2, in one sentence.
    """
    take_every_letter()
    display = "p3headlessgl" if offscreen else "pandagl"
    kind = "offscreen" if offscreen else "onscreen"
    load_prc_file_data("halles", f"{_SETTINGS}\nload-display {display}\nsync-video {int(not offscreen)}\n")
    base: Any = ShowBase(windowType="none")
    base.windowType = kind
    base.makeDefaultPipe(printPipeTypes=False)
    screen = base.pipe is not None and base.pipe.is_valid()
    if not screen or not _open(base, kind, width, height, title, 0):
        base.destroy()
        raise ConfigError(_missing(offscreen, screen=screen))
    chosen = PRESETS[preset] if preset else for_driver(_driver(base))
    if chosen.samples and not _open(base, kind, width, height, title, chosen.samples):
        _open(base, kind, width, height, title, 0)
    _fit_overlays(base)
    return Window(base, chosen, offscreen=offscreen)


def _open(base: Any, kind: str, width: int, height: int, title: str, samples: int) -> bool:
    """Opens or replaces the main window; tells whether that worked."""
    frame = FrameBufferProperties()
    # No alpha: a compositor would let the desktop shine through. Two buffers: what is drawn into one only stays unseen.
    frame.set_rgba_bits(8, 8, 8, 0)
    frame.set_back_buffers(int(kind == "onscreen"))
    frame.set_depth_bits(24)
    frame.set_multisamples(samples)
    wanted = WindowProperties.size(width, height)
    wanted.set_title(title)
    if base.win is not None:
        base.closeWindow(base.win)
    base.openMainWindow(props=wanted, fbprops=frame, type=kind, requireWindow=False)
    if base.win is None or not base.win.is_valid() or base.win.gsg is None:
        return False
    base.graphicsEngine.open_windows()
    base.graphicsEngine.render_frame()
    gsg = base.win.gsg
    return bool((gsg.driver_version_major, gsg.driver_version_minor) >= (3, 2))


def _fit_overlays(base: Any) -> None:
    """Scales ``pixel2d`` to pixels and ``aspect2d`` to the shape; ShowBase does it only on a resize."""
    width, height = base.win.get_x_size(), base.win.get_y_size()
    base.pixel2d.set_scale(2.0 / width, 1.0, 2.0 / height)
    base.adjustWindowAspectRatio(width / height)


def _driver(base: Any) -> str:
    return str(base.win.gsg.driver_renderer)


def _missing(offscreen: bool, *, screen: bool) -> str:
    """Says what is missing; whoever knows the show's address adds what to do instead."""
    if offscreen:
        return "Halles cannot draw offscreen: EGL with OpenGL 3.2 is missing (on Debian: libegl1 and libgl1-mesa-dri)"
    if screen:
        return "Halles cannot open a window: the graphics driver lacks OpenGL 3.2"
    where = ""
    if sys.platform.startswith("linux"):
        display = os.environ.get("DISPLAY", "")
        where = f" (DISPLAY={display} does not answer)" if display else " (DISPLAY is not set)"
    return f"Halles cannot open a window: there is no screen{where}"
