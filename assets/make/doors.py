"""Photographs what one sees through each door: ``python -m assets.make.doors`` writes ``assets/halls/<id>-door.webp``.

The pictures are taken with the client's own view at its high preset, so bake the halls first.
"""

from pathlib import Path

from PIL import Image

from halles import resources
from halles.ids import SlotId
from halles.world.booth import ACCENTS
from halles.world.scene import Scene, parse
from halles_client.view.scene_view import SceneView
from halles_client.view.window import Window, open_window

TARGET = Path(__file__).resolve().parents[1] / "halls"
SIZE = (660, 600)
"""Pixels, in the shape of the door: 4.4 by 4 metres."""

FOV = 66.0
BACK = {"crossroads": -14.5}
"""Where the photographer stands, metres north; in the halls two metres inside the door."""


def make() -> None:
    """Photographs all halls."""
    window = open_window(offscreen=True, width=SIZE[0] * 2, height=SIZE[1] * 2, preset="high")
    view = SceneView(window, window.preset)
    for name in ("crossroads", "lille", "valenciennes", "hainaut"):
        scene = parse((resources.scenes() / f"{name}.toml").read_text(encoding="utf-8"), f"{name}.toml")
        picture = photograph(window, view, scene, BACK.get(name, scene.spawn("door").y - 2.0))
        picture.resize(SIZE, Image.Resampling.LANCZOS).save(TARGET / f"{name}-door.webp", quality=84, method=5)
    window.close()


def photograph(window: Window, view: SceneView, scene: Scene, north: float) -> Image.Image:
    """Takes one picture looking north, booths in the accents' turn."""
    view.show(scene)
    view.set_accents(
        {SlotId(slot.id): (number * 7 + number // 5) % (len(ACCENTS) - 1) for number, slot in enumerate(scene.slots)}
    )
    base = window.base
    base.camLens.set_fov(FOV)
    base.camLens.set_near_far(0.1, 200.0)
    base.camera.set_pos_hpr(0.0, north, 1.7, 0.0, 4.0, 0.0)
    for _ in range(2):
        window.step()
    return window.picture()


if __name__ == "__main__":
    make()
