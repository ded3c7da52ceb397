"""Makes ``assets/avatars``: the two meshes and the impostors' atlas, baked with the same pose shader that draws people.

Needs a GL 3.2 driver, software will do. Run ``python -m assets.make.avatars``.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from panda3d.core import OrthographicLens
from PIL import Image

from assets.make import avatar_body
from halles.world.movement import Gesture
from halles_client.view import avatar_shaders as shaders
from halles_client.view.avatar_inputs import AvatarInputs, PeopleBuffer, instanced
from halles_client.view.avatar_mesh import mesh
from halles_client.view.window import open_window

TARGET = Path(__file__).resolve().parents[1] / "avatars"

ATLAS_PX = 512
OVERSAMPLE = 6

POSES = (
    (0.0, 0.0, Gesture.NONE, 0.0),
    (np.pi / 2, 1.0, Gesture.NONE, 0.0),
    (-np.pi / 2, 1.0, Gesture.NONE, 0.0),
    (0.0, 0.0, Gesture.SIT, 1.0),
    (0.0, 0.0, Gesture.WAVE, 1.0),
    (0.0, 0.0, Gesture.APPLAUD, 1.0),
    (0.0, 0.0, Gesture.TALK, 1.0),
    (0.0, 0.0, Gesture.RAISE_HAND, 1.0),
)
"""Phase, walk, gesture and weight of each row of eight headings."""


def main() -> None:
    """Writes ``near.npz``, ``mid.npz`` and ``impostors.png``."""
    TARGET.mkdir(exist_ok=True)
    for level, body in (("near", avatar_body.near()), ("mid", avatar_body.mid())):
        corners, triangles = body.arrays()
        np.savez_compressed(TARGET / f"{level}.npz", corners=corners, triangles=triangles)
        print(level, len(corners), "corners", len(triangles), "triangles")
    corners, triangles = avatar_body.near().arrays()
    Image.fromarray(_atlas(mesh("atlas", corners, triangles))).save(TARGET / "impostors.png", optimize=True)


def _atlas(geometry: Any) -> NDArray[np.uint8]:
    """Draws eight headings of each pose into cells; ``(512, 512, 4)`` of skin, coat, trousers, hair times shade."""
    cell_w, cell_h = _cell(0)[2:]
    window = open_window(offscreen=True, width=cell_w * OVERSAMPLE, height=cell_h * OVERSAMPLE, preset="low")
    people = PeopleBuffer(1)
    _studio(window, geometry, people)
    sheet = np.zeros((ATLAS_PX, ATLAS_PX, 4), np.uint8)
    for row, (phase, walk, gesture, weight) in enumerate(POSES):
        for sector in range(8):
            people.rows(1)[0] = ((0, 0, 0, -sector * np.pi / 4), (phase, walk, gesture, weight), (0, 0, 0, 0))
            people.send()
            left, top, width, height = _cell(row * 8 + sector)
            sheet[top : top + height, left : left + width] = _shrink(_picture(window))
    window.close()
    return sheet


def _studio(window: Any, geometry: Any, people: PeopleBuffer) -> None:
    """Points an orthographic camera from the north at one body, so that it sees exactly one cell."""
    base = window.base
    node = base.render.attach_new_node(geometry)
    AvatarInputs(base.render, base.render, people).set_frame(0.0, 0.0)
    instanced(node, "body", shaders.ATLAS)
    node.set_instance_count(1)
    lens = OrthographicLens()
    lens.set_film_size(*shaders.CELL_METRES)
    base.cam.node().set_lens(lens)
    middle = shaders.CELL_METRES[1] / 2 - shaders.CELL_FLOOR
    base.cam.set_pos(0, 5, middle)
    base.cam.look_at(0, 0, middle)
    base.win.set_clear_color((0, 0, 0, 0))


def _picture(window: Any) -> NDArray[np.float64]:
    """Draws one frame; ``(height, width, 4)`` in 0 … 255."""
    window.base.graphicsEngine.render_frame()
    seen = window.base.win.get_screenshot()
    data = np.frombuffer(bytes(seen.get_ram_image_as("RGBA")), np.uint8)
    return data.reshape(seen.get_y_size(), seen.get_x_size(), 4)[::-1].astype(np.float64)


def _shrink(seen: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Averages down what is covered; where less than half of a pixel is, it keeps a hint for the filter only."""
    height, width = seen.shape[0] // OVERSAMPLE, seen.shape[1] // OVERSAMPLE
    blocks = seen.reshape(height, OVERSAMPLE, width, OVERSAMPLE, 4)
    cover = (blocks.sum(4) > 0).mean((1, 3))[..., None]
    colour = blocks.mean((1, 3)) / np.maximum(cover, 1e-3)
    colour = np.where(cover >= 0.5, colour, colour * cover * 0.6)
    edge = np.zeros((height, width, 1))
    edge[1:-1, 1:-1] = 1.0
    return np.clip(colour * edge, 0, 255).astype(np.uint8)


def _cell(index: int) -> tuple[int, int, int, int]:
    """Returns left, top, width and height of a cell in pixels: the shader's fractions in whole pixels."""
    column, row = index % shaders.ATLAS_COLUMNS, index // shaders.ATLAS_COLUMNS
    width, height = ATLAS_PX // shaders.ATLAS_COLUMNS, ATLAS_PX // shaders.ATLAS_ROWS
    left = round((column + 0.5) * ATLAS_PX / shaders.ATLAS_COLUMNS - width / 2)
    return left, round((row + 1) * ATLAS_PX / shaders.ATLAS_ROWS) - height, width, height


if __name__ == "__main__":
    main()
