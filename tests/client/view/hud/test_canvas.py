"""Pictures that come from the network are looked at with care, and what is drawn is exact to the pixel."""

import io
import time
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image

from halles.ids import MediaId
from halles_client.view.fonts import GlyphSheet
from halles_client.view.hud.canvas import PICTURE_MOST, Canvas
from halles_client.view.hud.pen import Pen, Picture, Rect
from halles_client.view.hud.tokens import colour
from halles_client.view.window import Window

BLUE = MediaId("a" * 64 + ".png")


@pytest.fixture
def canvas(window: Window) -> Iterator[Canvas]:
    opened = Canvas(window, GlyphSheet())
    yield opened
    opened.destroy()


def encoded(width: int, height: int, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), (20, 60, 200)).save(out, kind)
    return out.getvalue()


def decoded(canvas: Canvas) -> None:
    """Waits for the thread."""
    end = time.monotonic() + 10
    while canvas._decoding:
        assert time.monotonic() < end
        canvas.step()
        time.sleep(0.002)


def shot(window: Window) -> np.ndarray:
    window.step()
    window.step()
    return np.asarray(window.picture())


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "JPEG"])
def test_a_picture_is_shown_in_its_place_and_colours(canvas: Canvas, window: Window, kind: str) -> None:
    data = encoded(30, 20, kind)
    assert canvas.picture_shape(BLUE, data) == (30, 20)
    canvas.show_pictures((Picture(Rect(100, 50, 60, 40), BLUE),), {BLUE: data})
    decoded(canvas)
    seen = shot(window)
    assert np.abs(seen[52:88, 102:158].astype(int) - (20, 60, 200)).max() < 12
    assert np.abs(seen[40, 90].astype(int) - (20, 60, 200)).max() > 12


@pytest.mark.parametrize("data", [b"", b"no picture", encoded(30, 20)[:60]])
def test_what_is_no_picture_is_left_out(canvas: Canvas, window: Window, data: bytes) -> None:
    before = shot(window)
    canvas.show_pictures((Picture(Rect(100, 50, 60, 40), BLUE),), {BLUE: data})
    decoded(canvas)
    assert (shot(window) == before).all()
    assert canvas.picture_shape(BLUE, data) is None


def test_a_picture_is_decoded_beside_the_frames_and_seen_when_it_is_ready(canvas: Canvas, window: Window) -> None:
    before, data = shot(window), encoded(3000, 2000, "WEBP")
    assert canvas.picture_shape(BLUE, data) == (3000, 2000)
    canvas.show_pictures((Picture(Rect(100, 50, 60, 40), BLUE),), {BLUE: data})
    assert BLUE in canvas._decoding
    assert (shot(window) == before).all()
    decoded(canvas)
    assert (shot(window) != before).any()
    (texture,) = canvas._decoded.values()
    assert max(texture.get_x_size(), texture.get_y_size()) == PICTURE_MOST


def test_edges_on_whole_pixels_are_sharp_and_clipping_is_exact(canvas: Canvas, window: Window) -> None:
    pen = Pen(GlyphSheet(), window.size, 1.0)
    before = shot(window)
    pen.shape(Rect(10, 10, 20, 10), colour("ff0000"))
    pen.clip(Rect(60, 10, 10, 10))
    pen.shape(Rect(50, 5, 40, 40), colour("00ff00"))
    canvas.show_cards(pen.drawing.mesh())
    seen = shot(window)
    changed = (seen != before).any(axis=2)
    assert (seen[10:20, 10:30] == (255, 0, 0)).all()
    assert (seen[10:20, 60:70] == (0, 255, 0)).all()
    assert changed.sum() == 20 * 10 + 10 * 10


def test_letters_are_crisp(canvas: Canvas, window: Window) -> None:
    sheet = GlyphSheet()
    mine = Canvas(window, sheet)
    pen = Pen(sheet, window.size, 1.0)
    pen.shape(Rect(0, 0, 640, 360), colour("000000"))
    pen.text(20, 20, "|", 24, fill=colour("ffffff"))
    mine.show_cards(pen.drawing.mesh())
    column = shot(window)[:, :, 0].max(axis=0).astype(int)
    mine.destroy()
    assert column.max() >= 200
    assert 1 <= (column > 20).sum() <= 4
