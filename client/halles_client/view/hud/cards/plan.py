"""The map: the room's outline, booths in their accents, lines, doors and stages; large with M. Dots move apart."""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from halles.world.booth import accent_of
from halles.world.geometry import Box, Point
from halles.world.scene import Scene
from halles_client.view.hud import acts, tokens
from halles_client.view.hud.cards.frame import View, map_rect, middle_rect
from halles_client.view.hud.pen import Pen, Rect
from halles_client.view.hud.state import MapPlan

DOTS_MOST = 400


@dataclass(frozen=True, slots=True)
class Projection:
    """Turns metres into pixels of the map: the room's long side lies along the map's."""

    x: float
    y: float
    scale: float
    middle: tuple[float, float]
    turned: bool

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Returns the pixel of a place."""
        dx, dy = x - self.middle[0], y - self.middle[1]
        if self.turned:
            dx, dy = dy, -dx
        return self.x + dx * self.scale, self.y - dy * self.scale

    def angle(self, heading: float) -> float:
        """Returns a heading's clockwise turn on the screen from pointing up."""
        return (math.pi / 2 if self.turned else 0.0) - heading


def projection(scene: Scene, area: Rect) -> Projection:
    """Fits a room into an area."""
    xs, ys = [c[0] for c in scene.outline], [c[1] for c in scene.outline]
    wide, deep = max(xs) - min(xs), max(ys) - min(ys)
    middle = ((max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2)
    turned = (deep > wide) == (area.w > area.h) and abs(wide - deep) > 1
    if turned:
        wide, deep = deep, wide
    scale = min(area.w / wide, area.h / deep)
    return Projection(area.x + area.w / 2, area.y + area.h / 2, scale, middle, turned)


def area(pen: Pen, view: View) -> Rect | None:
    """Returns where the plan is drawn now, None when no map is shown."""
    if view.state.map is None or not view.inside or view.reading:
        return None
    if view.ui.sheet == "map":
        return middle_rect(pen, view, 760, 500).inset(pen.u(44))
    if view.folded or view.quiet:
        return None
    rect = map_rect(pen, view)
    return Rect(rect.x + pen.u(12), rect.y + pen.u(34), rect.w - pen.u(24), rect.h - pen.u(46))


def plan(pen: Pen, view: View) -> None:
    """Draws the card and everything on it that stands still."""
    inner, shown, _ = area(pen, view), view.state.map, view.tongue
    if inner is None or shown is None:
        return
    large = view.ui.sheet == "map"
    rect = middle_rect(pen, view, 760, 500) if large else map_rect(pen, view)
    pen.card(rect, alpha=0.96 if large else tokens.PANEL_ALPHA)
    size: tokens.TextSize = 18 if large else 13
    title = view.state.place.name if large and view.state.place else _("Map")
    x, y = rect.x + pen.u(14), rect.y + pen.u(12 if large else 8)
    pen.text(x, y, title, size, "semibold", tokens.PAPER if large else tokens.MUTED, most=rect.w - pen.u(90))
    label = _("Esc") if large else "M"
    cap = max(pen.u(24), pen.width(label, 13, "semibold") + pen.u(16))
    pen.key(rect.x + rect.w - cap - pen.u(10 if large else 6), rect.y + pen.u(10 if large else 5), label)
    _room(pen, shown, projection(shown.scene, inner))
    if not large:
        pen.target(rect, acts.Open("map"), radius=tokens.RADIUS_PANEL)


def _room(pen: Pen, shown: MapPlan, fit: Projection) -> None:
    scene = shown.scene
    corners = [fit.at(*corner) for corner in scene.outline]
    for a, b in zip(corners, corners[1:] + corners[:1], strict=True):
        _bar(pen, a, b, max(1.5, pen.u(2)), tokens.KEY)
    for stage in scene.stages:
        _box(pen, fit, stage.box, tokens.AMBER.at(0.75))
    for line in scene.lines:
        points = [fit.at(*point) for point in line.points]
        for a, b in pairwise(points):
            _bar(pen, a, b, max(2, pen.u(2)), tokens.mix(tokens.colour(line.colour), tokens.PAPER, 0.12))
    accents: dict[str, int] = {str(slot): accent for slot, accent in shown.accents}
    for slot in scene.slots:
        accent = accents.get(slot.id)
        fill = tokens.KEY if accent is None else tokens.mix(tokens.colour(accent_of(accent)), tokens.PAPER, 0.12)
        _box(pen, fit, slot.box, fill)
    for portal in scene.portals:
        _box(pen, fit, portal.box, tokens.PAPER.at(0.85))


def _box(pen: Pen, fit: Projection, box: Box, fill: tokens.Colour) -> None:
    x, y = fit.at(box.x, box.y)
    wide, high = max(2.0, box.width * fit.scale - 1), max(2.0, box.depth * fit.scale - 1)
    turn = fit.angle(box.heading)
    if abs(math.sin(turn)) < 1e-3 or abs(math.cos(turn)) < 1e-3:
        if abs(math.sin(turn)) > 0.5:
            wide, high = high, wide
        left, top = round(x - wide / 2), round(y - high / 2)
        pen.shape(Rect(left, top, round(wide), round(high)), fill, 1)
        return
    pen.shape(Rect(round(x - wide / 2), round(y - high / 2), round(wide), round(high)), fill, 1, turn=turn)


def _bar(pen: Pen, a: tuple[float, float], b: tuple[float, float], thick: float, fill: tokens.Colour) -> None:
    """Draws a straight stroke between two pixels."""
    length = math.hypot(b[0] - a[0], b[1] - a[1]) + thick
    cx, cy = (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
    rect = Rect(round(cx - length / 2), round(cy - thick / 2), round(length), round(thick))
    pen.shape(rect, fill, thick / 2, turn=math.atan2(b[1] - a[1], b[0] - a[0]))


def dots(pen: Pen, fit: Projection, me: Point, heading: float, others: NDArray[np.float32]) -> None:
    """Draws people, and oneself with the direction one looks."""
    side = max(3, pen.u(3))
    for x, y in others[:DOTS_MOST]:
        px, py = fit.at(float(x), float(y))
        pen.shape(Rect(round(px) - side // 2, round(py) - side // 2, side, side), tokens.PAPER.at(0.7), side)
    px, py = fit.at(me.x, me.y)
    turn = fit.angle(heading)
    ahead = pen.u(9)
    tip = (px + math.sin(turn) * ahead, py - math.cos(turn) * ahead)
    _bar(pen, (px, py), tip, max(2, pen.u(3)), tokens.PAPER)
    ring = pen.u(11)
    pen.shape(Rect(round(px) - ring // 2, round(py) - ring // 2, ring, ring), tokens.INK, ring)
    pen.shape(Rect(round(px) - ring // 2, round(py) - ring // 2, ring, ring), tokens.PAPER, ring, stroke=2)
    core = pen.u(5)
    pen.shape(Rect(round(px) - core // 2, round(py) - core // 2, core, core), tokens.AMBER, core)
