"""Draws cards into plain values: boxes, letters, places to press. Knows tokens and glyph measures, no scene graph.

Everything is in whole pixels of the window, x to the right, y downwards; ``Pen.u`` turns the look's pixels into the
window's by the reader's scale. A drawing is kept as rows of ``ROW`` numbers, which ``canvas.py`` uploads as they are.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from halles.ids import MediaId
from halles_client.view.fonts import Face, GlyphSheet, Weight
from halles_client.view.hud import tokens
from halles_client.view.hud.line_edit import Line
from halles_client.view.hud.tokens import Colour, TextSize

ROW: Final = 30
"""Numbers per quad: 4 corners × (x, y, local x, local y); half sizes; radius, stroke, blur, kind; colour; clip."""

SHAPE: Final = 0.0
GLYPH: Final = 1.0

Act = Hashable
"""What pressing a target means: a frozen value of ``ui.py`` or an event of ``state.py``."""


class Rect(NamedTuple):
    """Left, top, width, height in pixels."""

    x: int
    y: int
    w: int
    h: int

    def holds(self, x: float, y: float) -> bool:
        """Tells whether a point lies inside."""
        return self.x <= x < self.x + self.w and self.y <= y < self.y + self.h

    def inset(self, by: int) -> "Rect":
        """Returns the rectangle made smaller on every side."""
        return Rect(self.x + by, self.y + by, self.w - 2 * by, self.h - 2 * by)


class Target(NamedTuple):
    """A place to press."""

    rect: Rect
    act: Act


class Stop(NamedTuple):
    """A place where the keyboard's ring may stand.

    Attributes:
        rect: Where it would be if nothing were cut off.
        act: What Enter does there.
        off: Lines by which its card is to be scrolled before all of it is seen.
    """

    rect: Rect
    act: Act
    off: int = 0


class TextArea(NamedTuple):
    """Where a field's text stands, to find the caret for a press."""

    rect: Rect
    act: Act
    start: float
    face: Face


class Picture(NamedTuple):
    """A picture to be drawn over the card."""

    rect: Rect
    media: MediaId


@dataclass(slots=True)
class Drawing:
    """What one card came to.

    Attributes:
        rows: Quads in painting order, each of ``ROW`` numbers.
        covers: Areas that hide the world and keep presses from it.
        targets: Places to press, later ones on top.
        stops: The same for the keyboard, also those that are scrolled out of sight.
        areas: Text fields.
        pictures: Pictures, drawn after everything else.
        overflow: How far the scrolled content is longer than its window, pixels.
    """

    rows: list[tuple[float, ...]] = field(default_factory=list)
    covers: list[Rect] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    stops: list[Stop] = field(default_factory=list)
    areas: list[TextArea] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    overflow: int = 0

    def mesh(self) -> NDArray[np.float32]:
        """Returns the quads as one array, shape ``(n, ROW)``."""
        return np.array(self.rows, dtype=np.float32).reshape(-1, ROW)


_EVERYWHERE: Final = (-1e6, -1e6, 1e6, 1e6)


class Pen:
    """Draws one card.

    Attributes:
        drawing: What was drawn so far.
        size: The window's width and height, pixels.
        glyphs: The measures and the sheet of letters.
        hover: The act under the pointer.
        ring: The act that has the keyboard's ring, in cards that are walked with Tab.
    """

    def __init__(
        self, glyphs: GlyphSheet, size: tuple[int, int], scale: float, hover: Act = None, ring: Act = None
    ) -> None:
        self.drawing = Drawing()
        self.size = size
        self.hover = hover
        self.ring = ring
        self.glyphs = glyphs
        self._scale = scale
        self._clip: tuple[float, float, float, float] = _EVERYWHERE

    def u(self, look_px: float) -> int:
        """Turns pixels of the look into pixels of this window."""
        return round(look_px * self._scale)

    def face(self, size: TextSize, weight: Weight = "medium") -> Face:
        """Returns the face of a token size."""
        return Face(weight, self.u(size))

    def line(self, size: TextSize) -> int:
        """Returns the height of a line of text."""
        return round(self.u(size) * tokens.LINE)

    # Shapes

    def shape(
        self, rect: Rect, fill: Colour, radius: float = 0, *, stroke: float = 0, blur: float = 0, turn: float = 0.0
    ) -> None:
        """Draws a rounded rectangle: filled, or only its edge of ``stroke`` pixels, or blurred as a shadow.

        ``radius`` is in window pixels; ``turn`` in radians, clockwise on the screen, about the middle.
        """
        pad = 1 + blur
        half_w, half_h = rect.w / 2, rect.h / 2
        cx, cy = rect.x + half_w, rect.y + half_h
        cos, sin = float(np.cos(turn)), float(np.sin(turn))
        corners: list[float] = []
        for sx, sy in _CORNERS:
            lx, ly = sx * (half_w + pad), sy * (half_h + pad)
            corners += (cx + lx * cos - ly * sin, cy + lx * sin + ly * cos, lx, ly)
        radius = min(radius, half_w, half_h)
        self.drawing.rows.append((*corners, half_w, half_h, radius, stroke, blur, SHAPE, *fill, *self._clip))

    def card(self, rect: Rect, *, radius: int = tokens.RADIUS_PANEL, alpha: float = tokens.PANEL_ALPHA) -> None:
        """Draws a card with its shadow; it covers the world."""
        blur = self.u(9)
        self.shape(Rect(rect.x, rect.y + self.u(3), rect.w, rect.h), _SHADOW, self.u(radius), blur=blur)
        self.shape(rect, tokens.INK.at(alpha), self.u(radius))
        self.drawing.covers.append(rect)

    def box(self, rect: Rect, fill: Colour = tokens.RAISED, radius: int = tokens.RADIUS_BUTTON) -> None:
        """Draws a filled rectangle with a token radius."""
        self.shape(rect, fill, self.u(radius))

    def disc(self, cx: int, cy: int, diameter: int, fill: Colour) -> None:
        """Draws a disc."""
        self.shape(Rect(cx - diameter // 2, cy - diameter // 2, diameter, diameter), fill, diameter)

    def clip(self, rect: Rect | None) -> None:
        """From now on draws only inside ``rect``; None ends it."""
        self._clip = (rect.x, rect.y, rect.x + rect.w, rect.y + rect.h) if rect else _EVERYWHERE

    # Text

    def width(self, text: str, size: TextSize, weight: Weight = "medium") -> int:
        """Returns how wide a text is, pixels, rounded up."""
        return int(np.ceil(self.glyphs.width(text, self.face(size, weight))))

    def text(
        self,
        x: float,
        y: int,
        text: str,
        size: TextSize = 15,
        weight: Weight = "medium",
        fill: Colour = tokens.PAPER,
        most: int | None = None,
    ) -> int:
        """Writes one line whose line box begins at (x, y), cut with an ellipsis at ``most``. Returns its width."""
        face = self.face(size, weight)
        if most is not None:
            text = self.shorten(text, size, weight, most)
        base = y + round(face.size * 1.02)
        for px, glyph in self.glyphs.run(text, face, x):
            self._glyph(px + glyph.dx, base + glyph.dy, glyph.u, glyph.v, glyph.width, glyph.height, fill)
        return self.width(text, size, weight)

    def _glyph(self, x: int, y: int, u: int, v: int, w: int, h: int, fill: Colour) -> None:
        corners = (x, y, u, v, x + w, y, u + w, v, x, y + h, u, v + h, x + w, y + h, u + w, v + h)
        self.drawing.rows.append((*corners, 0, 0, 0, 0, 0, GLYPH, *fill, *self._clip))

    def shorten(self, text: str, size: TextSize, weight: Weight, most: int) -> str:
        """Returns the text, cut with an ellipsis where it is wider than ``most`` pixels."""
        if self.width(text, size, weight) <= most:
            return text
        offsets = self.glyphs.offsets(text, self.face(size, weight))
        room = most - self.width("…", size, weight)
        kept = max((i for i, at in enumerate(offsets) if at <= room), default=0)
        return text[:kept].rstrip() + "…"

    def wrap(self, text: str, size: TextSize, weight: Weight, most: int) -> tuple[str, ...]:
        """Breaks a text into lines (see ``GlyphSheet.lines``)."""
        return self.glyphs.lines(text, self.face(size, weight), most)

    def paragraph(
        self,
        x: int,
        y: int,
        most: int,
        text: str,
        size: TextSize = 15,
        weight: Weight = "medium",
        fill: Colour = tokens.PAPER,
        lines: int | None = None,
    ) -> int:
        """Writes wrapped text, at most ``lines`` lines; returns the y below it."""
        broken = self.wrap(text, size, weight, most)
        if lines is not None and len(broken) > lines:
            rest = " ".join(broken[lines - 1 :])
            broken = (*broken[: lines - 1], self.shorten(rest, size, weight, most))
        for one in broken:
            self.text(x, y, one, size, weight, fill)
            y += self.line(size)
        return y

    # Controls

    def target(self, rect: Rect, act: Act, radius: int = tokens.RADIUS_BUTTON) -> None:
        """Makes an area pressable and shows the pointer's and the keyboard's presence on it."""
        shown, off = rect, 0
        outer = rect.inset(-self.u(_RING))
        if self._clip != _EVERYWHERE:
            left, top = max(rect.x, round(self._clip[0])), max(rect.y, round(self._clip[1]))
            right = min(rect.x + rect.w, round(self._clip[2]))
            bottom = min(rect.y + rect.h, round(self._clip[3]))
            shown = Rect(left, top, right - left, bottom - top)
            above, below = min(0, outer.y - round(self._clip[1])), max(0, outer.y + outer.h - round(self._clip[3]))
            off = above // self.line(15) if above else -(-below // self.line(15))
        self.drawing.stops.append(Stop(rect, act, off))
        if shown.w <= 0 or shown.h <= 0:
            return
        self.drawing.targets.append(Target(shown, act))
        if self.hover == act:
            self.shape(rect, tokens.PAPER.at(0.07), self.u(radius))
        if self.ring == act:
            self.shape(outer, tokens.AMBER, self.u(radius + _RING), stroke=max(2, self.u(2)))

    def key(self, x: int, y: int, label: str, *, primary: bool = False) -> int:
        """Draws a key cap 24 high whose top is ``y``; returns its width."""
        height, pad = self.u(24), self.u(8)
        width = max(height, self.width(label, 13, "semibold") + 2 * pad)
        self.box(Rect(x, y, width, height), tokens.AMBER if primary else tokens.KEY, tokens.RADIUS_KEY)
        ink = tokens.INK if primary else tokens.PAPER
        left = x + (width - self.width(label, 13, "semibold")) / 2
        self.text(left, y + (height - self.line(13)) // 2, label, 13, "semibold", ink)
        return width

    def button(self, rect: Rect, label: str, act: Act, *, primary: bool = False) -> None:
        """Draws a button with its label in the middle."""
        self.box(rect, tokens.AMBER if primary else tokens.KEY)
        label = self.shorten(label, 15, "semibold", rect.w - self.u(8))
        left = rect.x + (rect.w - self.width(label, 15, "semibold")) / 2
        ink = tokens.INK if primary else tokens.PAPER
        self.text(left, rect.y + (rect.h - self.line(15)) // 2, label, 15, "semibold", ink)
        self.target(rect, act)

    def field(self, rect: Rect, line: Line, placeholder: str, act: Act, *, active: bool, bare: bool = False) -> None:
        """Draws a one-line text field; the caret stays in view."""
        if not bare:
            self.box(rect)
        if active and not bare:
            self.shape(rect, tokens.AMBER, self.u(tokens.RADIUS_BUTTON), stroke=max(1, self.u(1.5)))
        face, pad = self.face(15), 0 if bare else self.u(12)
        window = Rect(rect.x + pad, rect.y, rect.w - 2 * pad, rect.h)
        offsets = self.glyphs.offsets(line.text, face)
        shift = max(0.0, offsets[line.caret] - window.w + self.u(2))
        start, top = window.x - shift, rect.y + (rect.h - self.line(15)) // 2
        self.drawing.areas.append(TextArea(rect, act, start, face))
        self.drawing.targets.append(Target(rect, act))
        outer, self._clip = self._clip, (window.x - 1, window.y, window.x + window.w + 2, window.y + window.h)
        first, last = line.selected
        if active and first != last:
            left, right = round(start + offsets[first]), round(start + offsets[last])
            self.shape(Rect(left, top, right - left, self.line(15)), tokens.AMBER.at(0.35), self.u(2))
        if line.text:
            self.text(start, top, line.text)
        else:
            self.text(window.x + (self.u(3) if active else 0), top, placeholder, fill=tokens.MUTED, most=window.w)
        if active:
            caret = round(start + offsets[line.caret])
            self.shape(Rect(caret, top + self.u(1), max(1, self.u(1.5)), self.line(15) - self.u(2)), tokens.AMBER)
        self._clip = outer


_CORNERS: Final = ((-1, -1), (1, -1), (-1, 1), (1, 1))
_RING: Final = 4
"""How far outside of its target the keyboard's ring runs: with a gap, so that it shows on an amber button too."""

_SHADOW: Final = Colour(0.0, 0.0, 0.0, 0.34)
