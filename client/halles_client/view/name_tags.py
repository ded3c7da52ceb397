"""Names over the heads of the nearest people: one mesh, one draw, drawn with the HUD's pen.

``choose`` is pure: which tags are shown, and where, is arithmetic on pixels.
"""

from collections.abc import Mapping, Sequence, Set
from typing import Final, Literal, NamedTuple

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
RAISED_MOST: Final = 8
"""Places, one above the other, that are tried for the tag of who speaks: as many as there are chairs."""

_CANDIDATES: Final = 64
_CACHE_MOST: Final = 512
_PAD_PX: Final = 9
_DOT_PX: Final = 7
_BAR_PX: Final = 3
_BARS: Final = (0.28, 0.55, 0.36)
"""Heights of the sign of who speaks, as loudness is drawn: shares of the pill's."""

_X_COLUMNS: Final = (0, 4, 8, 12)
_Y_COLUMNS: Final = (1, 5, 9, 13)


Sign = Literal["", "staff", "speaks"]
"""What stands beside a name: a dot for who works at a booth, or an amber pill with three bars for who speaks."""


class Tag(NamedTuple):
    """A drawn name: quads about (0, 0) = left top of the pill, and the pill's width in pixels."""

    mesh: NDArray[np.float32]
    width: int


def choose(
    anchors: NDArray[np.float64],
    widths: Sequence[int],
    height: int,
    size: tuple[int, int],
    avoid: Sequence[Rect],
    *,
    raised: int = 0,
) -> list[tuple[int, int, int]]:
    """Returns ``(index, left, top)`` of the tags that are shown.

    Args:
        anchors: Where each tag's lower middle goes, pixels, shape ``(n, 2)``, the most important first.
        widths: Width of each pill.
        height: Height of every pill.
        size: The window's width and height.
        avoid: Cards of the HUD; a tag that would touch one is dropped, as is one that would touch an earlier tag.
        raised: So many of the first are not dropped at once: they go up over what they would touch.
    """
    taken: list[tuple[float, float, float, float]] = [(r.x, r.y, r.x + r.w, r.y + r.h) for r in avoid]
    kept: list[tuple[int, int, int]] = []
    for i, (x, y) in enumerate(anchors):
        left, low = round(float(x) - widths[i] / 2), round(float(y)) - height
        for step in range(RAISED_MOST if i < raised else 1):
            top = low - step * (height + GAP_PX + 1)
            right, bottom = left + widths[i], top + height
            inside = left >= 0 and top >= 0 and right <= size[0] and bottom <= size[1]
            pill = (left, top, right, bottom)
            if inside and not any(_touch(pill, other) for other in taken):
                taken.append(pill)
                kept.append((i, left, top))
                break
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
        self._tags: dict[tuple[str, Sign], Tag] = {}
        self.shown = 0

    def draw(
        self,
        crowd: Crowd,
        names: Mapping[int, str],
        drawn: NDArray[np.intp],
        avoid: Sequence[Rect] = (),
        speaking: Set[int] = frozenset(),
    ) -> None:
        """Tags whoever speaks to the whole hall, however far off, then whoever is nearest; after the camera has moved.

        Args:
            crowd: As handed to ``CrowdView.draw``.
            names: Avatar number → name; who is not in it has no tag.
            drawn: The rows that ``CrowdView.draw`` drew: no name hangs in the air over nobody.
            avoid: The HUD's cards, pixels.
            speaking: The numbers of those who have the floor.
        """
        who, anchors = self._anchors(crowd, drawn, speaking)
        named = [i for i, row in enumerate(who) if names.get(int(crowd.number[row]))]
        tags = []
        for row in who[named].tolist():
            number = int(crowd.number[row])
            sign: Sign = "speaks" if number in speaking else "staff" if crowd.staff[row] else ""
            tags.append(self._tag(names[number], sign))
        widths = [tag.width for tag in tags]
        first = sum(int(number) in speaking for number in crowd.number[who[named]])
        kept = choose(anchors[named], widths, self._px(PILL_PX), self._window.size, avoid, raised=first)
        self.shown = len(kept)
        meshes = [_moved(tags[i].mesh, left, top) for i, left, top in reversed(kept)]
        self._canvas.show_cards(np.concatenate(meshes) if meshes else np.zeros((0, 1), np.float32))

    def close(self) -> None:
        """Takes the tags off the screen."""
        self._canvas.destroy()

    def _px(self, look_px: float) -> int:
        return round(look_px * self._scale)

    def _anchors(
        self, crowd: Crowd, drawn: NDArray[np.intp], speaking: Set[int]
    ) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """Returns who speaks, then the nearest, of those who are drawn, and the pixels above their heads."""
        base = self._window.base
        camera = base.cam.get_pos(base.render)
        with np.errstate(invalid="ignore"):
            distance = np.hypot(crowd.x[drawn] - np.float32(camera[0]), crowd.y[drawn] - np.float32(camera[1]))
            speaks = np.isin(crowd.number[drawn], list(speaking)) if speaking else np.zeros(len(drawn), dtype=bool)
            near = np.flatnonzero((distance < REACH_M) | speaks)
        near = drawn[near[np.lexsort((distance[near], ~speaks[near]))]]
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

    def _tag(self, name: str, sign: Sign) -> Tag:
        key = (name, sign)
        if key not in self._tags:
            if len(self._tags) >= _CACHE_MOST:
                self._tags.clear()
            try:
                self._tags[key] = self._drawn(name, sign)
            except SheetFull:
                self._tags.clear()
                self._glyphs.clear()
                self._tags[key] = self._drawn(name, sign)
        return self._tags[key]

    def _drawn(self, name: str, sign: Sign) -> Tag:
        pen = Pen(self._glyphs, self._window.size, self._scale)
        pad, dot, height, speaks = self._px(_PAD_PX), self._px(_DOT_PX), self._px(PILL_PX), sign == "speaks"
        name = pen.shorten(name, 13, "semibold" if speaks else "medium", self._px(NAME_MOST_PX))
        start = pad + {"": 0, "staff": dot + self._px(6), "speaks": 3 * self._px(_BAR_PX) + self._px(10)}[sign]
        width = start + pen.width(name, 13, "semibold" if speaks else "medium") + pad
        pen.shape(Rect(0, 0, width, height), tokens.AMBER if speaks else tokens.INK.at(tokens.PANEL_ALPHA), height / 2)
        if sign == "staff":
            pen.shape(Rect(pad, (height - dot) // 2, dot, dot), tokens.AMBER, dot / 2)
        for place, share in enumerate(_BARS if speaks else ()):
            bar, high = self._px(_BAR_PX), round(height * share)
            pen.shape(Rect(pad + place * (bar + self._px(2)), (height - high) // 2, bar, high), tokens.INK, bar / 2)
        top = (height - pen.line(13)) // 2
        pen.text(start, top, name, 13, "semibold" if speaks else "medium", tokens.INK if speaks else tokens.PAPER)
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
