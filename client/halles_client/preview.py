"""The program that draws one booth without a screen and ends: a job on standard input, a WebP on standard output.

``python -m halles_client.preview`` is run by the server for the studio, so that an exhibitor sees a draft as the hall
will show it: the hall, the walls, the pictures and the model come from the parts of the view that visitors have. It
asks nobody for anything: what is to be hung lies in the job.
"""

import os
import sys
import time
from collections.abc import Mapping
from concurrent.futures import Future
from typing import BinaryIO, Final

from PIL import Image

from halles.errors import ConfigError, HallesError, Unavailable
from halles.ids import MediaId
from halles.protocol.preview_job import JOB_CAP, PreviewJob, read
from halles.world.geometry import place
from halles.world.scene import Scene, Slot
from halles_client import config
from halles_client.net.media import Face
from halles_client.view.booth_view import BoothView
from halles_client.view.model_view import ModelView
from halles_client.view.scene_view import SceneView
from halles_client.view.window import Window, open_window

SIZE: Final = (800, 600)
"""Points of the picture; a studio's column shows it at half of that, at twice on a fine screen."""

SETTLE_S: Final = 20.0
"""For everything that the job holds to hang."""

FOV: Final = (66.0, 52.0)
"""Degrees across and upwards."""

_EYE_M: Final = 1.62
_LOOK_AT_M: Final = 1.72
_ASIDE_M: Final = 0.9
"""How far to a side one stands: the counter does not hide the wall, and the wing is seen, too."""

_BACK_M: Final[Mapping[str, float]] = {"S": 3.6, "M": 4.6, "L": 4.6}
"""How far before its front one sees a whole booth, by its size."""

_PAUSE_S: Final = 0.01
_QUALITY: Final = 86


def main() -> int:
    """Draws the job on standard input; returns the exit code, with a sentence on standard error for any but 0."""
    # Whatever a library prints must not get into the picture.
    with os.fdopen(os.dup(1), "wb") as out:
        os.dup2(2, 1)
        try:
            job = read(sys.stdin.buffer.read(JOB_CAP + 1))
            draw(job, out)
        except (HallesError, ValueError) as error:
            print(f"halles preview: {error}", file=sys.stderr)
            return 2
    return 0


def draw(job: PreviewJob, out: BinaryIO) -> None:
    """Opens a window without a screen, and writes the job's booth as a WebP.

    Raises:
        ConfigError: There is no driver, or no such hall or place.
        Unavailable: What is to be hung was not read in time.
    """
    window = open_window(offscreen=True, width=SIZE[0], height=SIZE[1])
    try:
        picture(window, job).save(out, "WEBP", quality=_QUALITY, method=2)
    finally:
        window.close()


def picture(window: Window, job: PreviewJob) -> Image.Image:
    """Returns the job's booth as somebody sees it who comes up to it; errors as for ``draw``."""
    scene = config.plans().scenes.get(job.hall)
    slot = scene.slot(job.card.slot) if scene is not None else None
    if scene is None or slot is None:
        raise ConfigError(f"there is no place {job.card.slot} in a hall {job.hall}")
    stand = _Stand(window, scene, job)
    try:
        stand.settle(slot)
        look(window, slot)
        window.base.graphicsEngine.render_frame()
        return window.still()
    finally:
        stand.close()


def look(window: Window, slot: Slot) -> None:
    """Puts the camera where one stands who comes up to a booth."""
    box = slot.box
    spot = place(box, _ASIDE_M, box.depth / 2 + _BACK_M[slot.size])
    window.base.camLens.set_fov(*FOV)
    window.base.camLens.set_near_far(0.1, 200.0)
    window.base.camera.set_pos(spot.x, spot.y, _EYE_M)
    window.base.camera.look_at(box.x, box.y, _LOOK_AT_M)


class _Stand:
    """One booth in its hall; its neighbours' places stay bare."""

    def __init__(self, window: Window, scene: Scene, job: PreviewJob) -> None:
        self._job = job
        card = job.card
        self._hall = SceneView(window, window.preset)
        self._booths = BoothView(window, window.preset, self._fetch)
        self._models = ModelView(window, self._fetch, still=True)
        self._hall.show(scene)
        self._hall.set_accents({card.slot: card.accent})
        self._booths.show(scene, {card.booth: card})
        self._models.show(scene, {card.booth: card})

    def settle(self, slot: Slot) -> None:
        """Waits until everything hangs; ``Unavailable``."""
        until = time.monotonic() + SETTLE_S
        while True:
            self._booths.step(slot.x, slot.y, 0.0)
            self._models.step(slot.x, slot.y, 0.0)
            if self._booths.settled and self._models.settled:
                return
            if time.monotonic() > until:
                raise Unavailable(f"what is to be hung was not read within {SETTLE_S:.0f} s")
            time.sleep(_PAUSE_S)

    def close(self) -> None:
        """Takes everything off."""
        self._models.close()
        self._booths.close()
        self._hall.clear()

    def _fetch(self, media: MediaId, face: Face = "sheet") -> "Future[bytes]":
        """Returns what the job holds, at one size for every face; what it lacks hangs as what did not come."""
        future: Future[bytes] = Future()
        data = self._job.media.get(media)
        if data is None:
            future.set_exception(Unavailable(f"{media} is not in the job"))
        else:
            future.set_result(data)
        return future


if __name__ == "__main__":
    sys.exit(main())
