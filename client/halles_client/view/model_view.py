"""Models on booths' counters: the nearest few are fetched and read in a thread; they turn for who stands near.

Not here: which of them stand (``model_plan``), how a file becomes arrays (``model_shape``).
"""

import io
import math
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from panda3d.core import (
    GeomEnums,
    GeomVertexArrayFormat,
    GeomVertexData,
    GeomVertexFormat,
    InternalName,
)
from PIL import Image

from halles.errors import HallesError
from halles.ids import BoothId, MediaId
from halles.protocol.messages import BoothCard
from halles.world.scene import Scene
from halles_client.view import textures
from halles_client.view.booth_kit import stand
from halles_client.view.meshes import drawn, fill
from halles_client.view.model_plan import Model, chosen
from halles_client.view.model_shape import Part, Shape, shape_of
from halles_client.view.pictures import open_picture
from halles_client.view.shader_source import shader
from halles_client.view.window import Window

Fetch = Callable[[MediaId], "Future[bytes]"]

AGAIN_S: Final = 15.0
"""Seconds after which a model that did not come is asked for again."""
TURN: Final = 18.0
"""Degrees a second."""
TURNS_M: Final = 6.0
"""A model turns by itself for who is so near; farther away nothing moves without a cause."""
ALONE_S: Final = 6.0
"""Seconds for which one that somebody has turned stays as it was put."""
LONGEST_S: Final = 0.1
"""A frame that took longer turns no farther."""
TEXTURE: Final = 512
"""Points of a picture's longer side."""
PICTURE_BYTES: Final = 3_000_000
"""That one model's pictures take of the driver's memory at most: where it has many, each is smaller."""
TEXEL: Final = 16 / 3
"""Bytes of a point with transparency, smaller copies included."""


class _Model:
    """One booth's model."""

    def __init__(self, media: MediaId, place: tuple[float, float, float]) -> None:
        self.media, self.place = media, place
        self.fetching: Future[bytes] | None = None
        self.reading: Future[tuple[Shape, list[NDArray[np.uint8] | None]]] | None = None
        self.node: Any = None
        self.triangles = 0
        """0 until it has been read once; stays known when it is taken away, so that no more are read than stand."""

        self.hangs = self.refused = False
        """Whether ``node`` is this medium, not the one before; and whether it may not be shown."""

        self.again_at = -math.inf

    @property
    def under_way(self) -> bool:
        """Whether it is being fetched or read."""
        return self.fetching is not None or self.reading is not None

    @property
    def stands(self) -> bool:
        """Whether it, or the one before it, is on screen, or on its way there."""
        return self.node is not None or self.under_way

    def remove(self) -> None:
        if self.node is not None:
            self.node.remove_node()
        self.node, self.hangs, self.fetching, self.reading = None, False, None, None


class ModelView:
    """The models of the hall on screen."""

    def __init__(self, window: Window, fetch: Fetch, *, still: bool = False) -> None:
        """Takes also whether models stand still, for those who want little movement."""
        self._root: Any = window.base.render.attach_new_node("models")
        self._shader = shader("model")
        self._white = textures.from_pixels(np.full((4, 4, 4), 255, dtype=np.uint8), "white")
        self._window, self._triangles = window, window.preset.model_triangles
        self._fetch, self._still = fetch, still
        self._by_hand, self._stepped_at, self._alone_until = 0.0, -math.inf, -math.inf
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="halles models")
        self._models: dict[BoothId, _Model] = {}
        self._decided = False
        """Whether something was decided with the last step: the plan may be another with the next."""

    @property
    def settled(self) -> bool:
        """Whether nothing is under way, nor was anything decided with the last step, after which more may come."""
        return not self._decided and not any(model.under_way for model in self._models.values())

    def show(self, scene: Scene, cards: Mapping[BoothId, BoothCard]) -> None:
        """Shows these booths' models; one that is shown already stays until its next is there."""
        wanted = {}
        for card in cards.values():
            slot = scene.slot(card.slot)
            if card.model and slot is not None:
                wanted[card.booth] = (card.model, stand(slot))
        for booth in [booth for booth in self._models if booth not in wanted]:
            self._models.pop(booth).remove()
        for booth, (media, place) in wanted.items():
            known = self._models.get(booth)
            if known is None or (known.media, known.place) != (media, place):
                new = self._models[booth] = _Model(media, place)
                if known is not None and known.place == place:
                    new.node, new.triangles = known.node, known.triangles
                elif known is not None:
                    known.remove()

    def step(self, x: float, y: float, now: float) -> None:
        """Fetches, reads, hangs and turns, seen from a place; call once a frame with any clock's time."""
        seen = [
            Model(booth, math.dist(model.place[:2], (x, y)), model.triangles, stands=model.stands)
            for booth, model in self._models.items()
            if model.stands or (not model.refused and model.again_at <= now)
        ]
        stand = chosen(seen, self._triangles)
        self._decided = False
        for model in [model for booth, model in self._models.items() if booth not in stand]:
            model.remove()  # first: who comes may need their room
        for booth in stand:
            self._go_on(self._models[booth], now)
        self._turn(sorted(seen, key=lambda model: model.distance), now)

    def turn(self, degrees: float) -> None:
        """Turns the model that one stands at, with the next step; for a while none turns by itself then."""
        self._by_hand += degrees

    def _turn(self, seen: list[Model], now: float) -> None:
        """Turns those that one stands near."""
        near = [self._models[model.booth].node for model in seen if model.distance <= TURNS_M]
        nodes = [node for node in near if node is not None]
        if self._by_hand and nodes:
            nodes[0].set_h(nodes[0].get_h() + self._by_hand)
            self._alone_until = now + ALONE_S
        elif not self._still and now >= self._alone_until:
            for node in nodes:
                node.set_h((node.get_h() + TURN * min(now - self._stepped_at, LONGEST_S)) % 360.0)
        self._by_hand, self._stepped_at = 0.0, now

    def close(self) -> None:
        """Takes everything off and ends the thread."""
        for model in self._models.values():
            model.remove()
        self._models.clear()
        self._root.remove_node()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _go_on(self, model: _Model, now: float) -> None:
        """Takes the next step with a model; what cannot be had or shown is left alone for a while."""
        if model.reading is not None:
            if model.reading.done():
                reading, model.reading = model.reading, None
                if isinstance(reading.exception(), HallesError):
                    model.refused = self._decided = True  # the same bytes always will be
                else:
                    self._take(model, *reading.result())
        elif model.fetching is not None:
            if model.fetching.done():
                fetched, model.fetching = model.fetching, None
                if fetched.cancelled() or isinstance(fetched.exception(), HallesError):
                    model.again_at, self._decided = now + AGAIN_S, True
                else:
                    model.reading = self._threads.submit(_read, fetched.result())
        elif not model.hangs and not model.refused and model.again_at <= now:
            model.fetching = self._fetch(model.media)

    def _take(self, model: _Model, shape: Shape, pictures: list[NDArray[np.uint8] | None]) -> None:
        """Hangs what was read if there is room for it; else it is known what it needs."""
        others = sum(row.triangles for row in self._models.values() if row.node is not None and row is not model)
        self._decided = True
        if others + shape.triangles <= self._triangles:
            self._hang(model, shape, pictures)
        else:
            model.triangles = shape.triangles

    def _hang(self, model: _Model, shape: Shape, pictures: list[NDArray[np.uint8] | None]) -> None:
        model.remove()
        node = self._root.attach_new_node("model")
        data = _table(shape.vertices)
        for part, pixels in zip(shape.parts, pictures, strict=True):
            worn = node.attach_new_node(drawn("part", data, part.indices))
            worn.set_texture(self._white if pixels is None else self._picture(pixels))
            worn.set_shader_input("cut_out", 0.5 if part.cut_out else -1.0)
        node.set_shader(self._shader)
        node.set_two_sided(True)
        node.set_pos(*model.place)
        model.node, model.triangles, model.hangs = node, shape.triangles, True

    def _picture(self, pixels: NDArray[np.uint8]) -> Any:
        texture = textures.from_pixels(pixels, "model", repeat=True)
        textures.send(texture, self._window)
        return texture


def _read(data: bytes) -> tuple[Shape, list[NDArray[np.uint8] | None]]:
    """Reads a model and its pictures, in a thread; ``Rejection`` for what may not be shown."""
    shape = shape_of(data)
    side = picture_side(sum(part.picture is not None for part in shape.parts))
    return shape, [_pixels(part, side) for part in shape.parts]


def picture_side(pictures: int) -> int:
    """Returns how long a side each of so many pictures of one model may have, points."""
    side = TEXTURE
    while side > 1 and pictures * side * side * TEXEL > PICTURE_BYTES:
        side //= 2
    return side


def _pixels(part: Part, side: int) -> NDArray[np.uint8] | None:
    if part.picture is None:
        return None
    picture = open_picture(part.picture, (side, side))
    if picture is None:
        return None
    if part.cut_out:
        with Image.open(io.BytesIO(part.picture)) as whole:
            picture = whole.convert("RGBA")
    picture.thumbnail((side, side))
    return np.asarray(picture)


def _table(vertices: NDArray[np.void]) -> Any:
    layout = GeomVertexArrayFormat()
    layout.add_column(InternalName.get_vertex(), 3, GeomEnums.NT_float32, GeomEnums.C_point)
    layout.add_column(InternalName.get_normal(), 3, GeomEnums.NT_float32, GeomEnums.C_normal)
    layout.add_column(InternalName.get_color(), 4, GeomEnums.NT_uint8, GeomEnums.C_color)
    layout.add_column(InternalName.get_texcoord(), 2, GeomEnums.NT_float32, GeomEnums.C_texcoord)
    assert layout.get_stride() == vertices.dtype.itemsize
    data = GeomVertexData("model", GeomVertexFormat.register_format(GeomVertexFormat(layout)), GeomEnums.UH_static)
    fill(data, vertices.tobytes(), len(vertices))
    return data
