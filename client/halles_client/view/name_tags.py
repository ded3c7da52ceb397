"""Names over the heads of the nearest people: one mesh, one draw, drawn with the HUD's pen.

``choose`` is pure: which tags are shown, and where, is arithmetic on pixels.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from halles.world.movement import Gesture
from halles_client.replica.crowd import Crowd
from halles_client.view.fonts import GlyphSheet, SheetFull
from halles_client.view.hud import tokens
from halles_client.view.hud.canvas import Canvas
from halles_client.view.hud.pen import Pen, Rect
from halles_client.view.window import Window

MOST: Final = 20
REACH_M: Final = 18.0
"""Beyond this nobody has a tag: the letters would be larger than the person."""

HEIGHT_M: Final = 1.98
SEATED_M: Final = 1.61
PILL_PX: Final = 22
NAME_MOST_PX: Final = 180
GAP_PX: Final = 3

_CANDIDATES: Final = 64
_CACHE_MOST: Final = 512
_PAD_PX: Final = 9
_DOT_PX: Final = 7
_X_COLUMNS: Final = (0, 4, 8, 12)
_Y_COLUMNS: Final = (1, 5, 9, 13)


class Tag(NamedTuple):
    """A drawn name: quads about (0, 0) = left top of the pill, and the pill's width in pixels."""

    mesh: NDArray[np.float32]
    width: int


def choose(
    anchors: NDArray[np.float64], widths: Sequence[int], height: int, size: tuple[int, int], avoid: Sequence[Rect]
) -> list[tuple[int, int, int]]:
    """Returns ``(index, left, top)`` of the tags that are shown.

    Args:
        anchors: Where each tag's lower middle goes, pixels, shape ``(n, 2)``, the most important first.
        widths: Width of each pill.
        height: Height of every pill.
        size: The window's width and height.
        avoid: Cards of the HUD; a tag that would touch one is dropped, as is one that would touch an earlier tag.
    """
    taken: list[tuple[float, float, float, float]] = [(r.x, r.y, r.x + r.w, r.y + r.h) for r in avoid]
    kept: list[tuple[int, int, int]] = []
    for i, (x, y) in enumerate(anchors):
        left, top = round(float(x) - widths[i] / 2), round(float(y)) - height
        right, bottom = left + widths[i], top + height
        if left < 0 or top < 0 or right > size[0] or bottom > size[1]:
            continue
        pill = (left, top, right, bottom)
        if any(_touch(pill, other) for other in taken):
            continue
        taken.append(pill)
        kept.append((i, left, top))
        if len(kept) == MOST:
            break
    return kept


class NameTags:
    """The tags of one window.

    Attributes:
        shown: How many were drawn last.
    """

    def __init__(self, window: Window, scale: float = 1.0) -> None:
        self._window = window
        self._glyphs = GlyphSheet()
        self._canvas = Canvas(window, self._glyphs)
        self._scale = scale
        self._tags: dict[tuple[str, bool], Tag] = {}
        self.shown = 0

    def draw(self, crowd: Crowd, names: Mapping[int, str], drawn: NDArray[np.intp], avoid: Sequence[Rect] = ()) -> None:
        """Tags whoever is nearest; call after the camera has moved.

        Args:
            crowd: As handed to ``CrowdView.draw``.
            names: Avatar number → name; who is not in it has no tag.
            drawn: The rows that ``CrowdView.draw`` drew: no name hangs in the air over nobody.
            avoid: The HUD's cards, pixels.
        """
        who, anchors = self._anchors(crowd, drawn)
        named = [i for i, row in enumerate(who) if names.get(int(crowd.number[row]))]
        tags = [self._tag(names[int(crowd.number[who[i]])], bool(crowd.staff[who[i]])) for i in named]
        widths = [tag.width for tag in tags]
        kept = choose(anchors[named], widths, self._px(PILL_PX), self._window.size, avoid)
        self.shown = len(kept)
        meshes = [_moved(tags[i].mesh, left, top) for i, left, top in reversed(kept)]
        self._canvas.show_cards(np.concatenate(meshes) if meshes else np.zeros((0, 1), np.float32))

    def close(self) -> None:
        """Takes the tags off the screen."""
        self._canvas.destroy()

    def _px(self, look_px: float) -> int:
        return round(look_px * self._scale)

    def _anchors(self, crowd: Crowd, drawn: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """Returns the nearest of those who are drawn, nearest first, and the pixels above their heads."""
        base = self._window.base
        camera = base.cam.get_pos(base.render)
        with np.errstate(invalid="ignore"):
            distance = np.hypot(crowd.x[drawn] - np.float32(camera[0]), crowd.y[drawn] - np.float32(camera[1]))
            near = np.flatnonzero(distance < REACH_M)
        near = drawn[near[np.argsort(distance[near])]]
        points = np.ones((len(near), 4))
        points[:, 0], points[:, 1] = crowd.x[near], crowd.y[near]
        points[:, 2] = crowd.z[near] + np.where(crowd.gesture[near] == Gesture.SIT, SEATED_M, HEIGHT_M)
        clip = points @ _matrix(base.render.get_mat(base.cam)) @ _matrix(base.camLens.get_projection_mat())
        ahead = clip[:, 3] > 0.3
        ahead &= (np.abs(clip[:, :2]) < clip[:, 3:]).all(axis=1)
        shown = np.flatnonzero(ahead)[:_CANDIDATES]
        width, height = self._window.size
        flat = clip[shown, :2] / clip[shown, 3:]
        return near[shown], (flat * (0.5, -0.5) + 0.5) * (width, height)

    def _tag(self, name: str, staff: bool) -> Tag:
        key = (name, staff)
        if key not in self._tags:
            if len(self._tags) >= _CACHE_MOST:
                self._tags.clear()
            try:
                self._tags[key] = self._drawn(name, staff)
            except SheetFull:
                self._tags.clear()
                self._glyphs.clear()
                self._tags[key] = self._drawn(name, staff)
        return self._tags[key]

    def _drawn(self, name: str, staff: bool) -> Tag:
        pen = Pen(self._glyphs, self._window.size, self._scale)
        pad, dot, height = self._px(_PAD_PX), self._px(_DOT_PX), self._px(PILL_PX)
        name = pen.shorten(name, 13, "medium", self._px(NAME_MOST_PX))
        start = pad + (dot + self._px(6) if staff else 0)
        width = start + pen.width(name, 13) + pad
        pen.shape(Rect(0, 0, width, height), tokens.INK.at(tokens.PANEL_ALPHA), height / 2)
        if staff:
            pen.shape(Rect(pad, (height - dot) // 2, dot, dot), tokens.AMBER, dot / 2)
        pen.text(start, (height - pen.line(13)) // 2, name, 13)
        return Tag(pen.drawing.mesh(), width)


def _touch(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    """Tells whether two rectangles (left, top, right, bottom) come nearer than ``GAP_PX``."""
    return a[0] < b[2] + GAP_PX and b[0] < a[2] + GAP_PX and a[1] < b[3] + GAP_PX and b[1] < a[3] + GAP_PX


def _moved(mesh: NDArray[np.float32], x: int, y: int) -> NDArray[np.float32]:
    moved = mesh.copy()
    moved[:, _X_COLUMNS] += np.float32(x)
    moved[:, _Y_COLUMNS] += np.float32(y)
    return moved


def _matrix(matrix: object) -> NDArray[np.float64]:
    """Panda3D's row-vector matrix as an array."""
    return np.array(matrix, dtype=np.float64).reshape(4, 4)
