"""The map: the room's outline, booths in their accents, lines, doors and stages. Dots move apart.

Large with M it has names as well: every booth's number, its name where there is room or the pointer is, where doors
lead, the stage; a press on a booth goes there.
"""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from halles.ids import SlotId
from halles.world.booth import accent_of
from halles.world.geometry import Box, Point, place
from halles.world.scene import Scene
from halles_client.view.hud import acts, tokens
from halles_client.view.hud.cards.frame import View, map_rect, middle_rect
from halles_client.view.hud.pen import Pen, Rect
from halles_client.view.hud.state import MapBooth, MapPlan, Result

DOTS_MOST = 400

_LARGE = (980, 620)
_FOOT = 40
"""Height of the line below the large map: the booth under the pointer, or what the marks mean."""


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
        rect, pad = _large(pen, view), pen.u(20)
        head = pen.u(52)
        return Rect(rect.x + pad, rect.y + head, rect.w - 2 * pad, rect.h - head - pen.u(_FOOT))
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
    rect = _large(pen, view) if large else map_rect(pen, view)
    pen.card(rect, alpha=0.96 if large else tokens.PANEL_ALPHA)
    size: tokens.TextSize = 18 if large else 13
    title = view.state.place.name if large and view.state.place else _("Map")
    x, y = rect.x + pen.u(14), rect.y + pen.u(12 if large else 8)
    pen.text(x, y, title, size, "semibold", tokens.PAPER if large else tokens.MUTED, most=rect.w - pen.u(90))
    label = _("Esc") if large else "M"
    cap = max(pen.u(24), pen.width(label, 13, "semibold") + pen.u(16))
    pen.key(rect.x + rect.w - cap - pen.u(10 if large else 6), rect.y + pen.u(10 if large else 5), label)
    fit = projection(shown.scene, inner)
    _room(pen, shown, fit)
    if large:
        _words(pen, view, shown, fit, inner)
        _foot(pen, view, shown, Rect(inner.x, inner.y + inner.h, inner.w, pen.u(_FOOT)))
    else:
        pen.target(rect, acts.Open("map"), radius=tokens.RADIUS_PANEL)


def _large(pen: Pen, view: View) -> Rect:
    """Returns the large card: between the top row and the keys, which are away in a narrow window."""
    wide, high = _LARGE
    around = 0 if view.folded else 2 * (tokens.MARGIN + 48 + 8)
    return middle_rect(pen, view, wide, min(high, int(view.size[1] / view.ui.scale) - around))


def _words(pen: Pen, view: View, shown: MapPlan, fit: Projection, inner: Rect) -> None:
    """Writes numbers and names over the room, and makes booths pressable."""
    booths = {booth.slot: booth for booth in shown.booths}
    for slot in shown.scene.slots:
        rect, booth = _bounds(fit, slot.box), booths.get(SlotId(slot.id))
        _slot(pen, rect, slot.id, booth)
        if booth is not None:
            pen.target(rect, _to(booth), radius=2)
    for stage in shown.scene.stages:
        _stage(pen, view, _bounds(fit, stage.box), stage.name.text().read(view.ui.language)[0])
    doors = dict(shown.doors)
    for portal in shown.scene.portals:
        _label(pen, fit, portal.box, doors.get(portal.id, ""), inner)


def _stage(pen: Pen, view: View, at: Rect, name: str) -> None:
    """Writes a stage's name, or only what it is where a word of the name would be broken."""
    _, room = view.tongue, at.w - pen.u(8)
    if any(pen.width(word, 13, "semibold") > room for word in name.split()):
        name = _("Stage")
    rows = pen.wrap(name, 13, "semibold", room)[: at.h // pen.line(13)]
    top = at.y + (at.h - len(rows) * pen.line(13)) // 2
    for index, row in enumerate(rows):
        left = at.x + (at.w - pen.width(row, 13, "semibold")) // 2
        pen.text(left, top + index * pen.line(13), row, 13, "semibold", tokens.INK)


def _slot(pen: Pen, rect: Rect, number: str, booth: MapBooth | None) -> None:
    """Writes a booth's number and, where there is room for more than its beginning, its name."""
    name = booth.name if booth is not None else ""
    fill, room = tokens.PAPER if booth is not None else tokens.MUTED, rect.w - pen.u(6)
    short = pen.shorten(name, 13, "medium", room) if name else ""
    named = rect.h >= 2 * pen.line(13) and len(short) >= min(len(name), 6) and bool(short)
    if pen.width(number, 13, "semibold") > rect.w:
        return
    top = rect.y + (rect.h - pen.line(13) * (1 + named)) // 2
    for text, weight in ((number, "semibold"), *(((short, "medium"),) if named else ())):
        pen.text(rect.x + (rect.w - pen.width(text, 13, weight)) // 2, top, text, 13, weight, fill)
        top += pen.line(13)


def _label(pen: Pen, fit: Projection, door: Box, name: str, inner: Rect) -> None:
    """Writes where a door leads on a pill inside, beside the way: whoever comes in stands on the way."""
    if not name:
        return
    wide, high = pen.width(name, 13, "semibold") + pen.u(16), pen.u(24)
    turn = fit.angle(door.heading)
    ahead, aside = (math.sin(turn), -math.cos(turn)), (math.cos(turn), math.sin(turn))
    before = place(door, 0.0, door.depth / 2)
    away = abs(ahead[0]) * wide / 2 + abs(ahead[1]) * high / 2 + pen.u(6)
    along = door.width * fit.scale / 2 + abs(aside[0]) * wide / 2 + abs(aside[1]) * high / 2
    cx, cy = (at + ahead[i] * away + aside[i] * along for i, at in enumerate(fit.at(before.x, before.y)))
    x = min(max(round(cx - wide / 2), inner.x), inner.x + inner.w - wide)
    y = min(max(round(cy - high / 2), inner.y), inner.y + inner.h - high)
    pen.shape(Rect(x, y, wide, high), tokens.PAPER, high)
    pen.text(x + pen.u(8), y + (high - pen.line(13)) // 2, name, 13, "semibold", tokens.INK)


def _foot(pen: Pen, view: View, shown: MapPlan, rect: Rect) -> None:
    """Writes which booth the pointer is on; else what the marks mean and what a press does."""
    _ = view.tongue
    top = rect.y + (rect.h - pen.line(15)) // 2
    under = next((booth for booth in shown.booths if pen.hover == _to(booth)), None)
    if under is not None:
        x = rect.x + pen.key(rect.x, rect.y + (rect.h - pen.u(24)) // 2, under.slot) + pen.u(10)
        pen.text(x, top, under.name, 15, "semibold", most=rect.x + rect.w - x)
        return
    x = rect.x + pen.u(10)
    me(pen, x, rect.y + rect.h // 2, 0.0, large=False)
    x += pen.u(16)
    x += pen.text(x, top, _("you, and where you look"), fill=tokens.MUTED) + pen.u(24)
    pen.disc(x, rect.y + rect.h // 2, pen.u(6), tokens.PAPER)
    x += pen.u(10)
    x += pen.text(x, top, _("others"), fill=tokens.MUTED) + pen.u(24)
    hint = _("Press a booth to go there.") if shown.booths else ""
    pen.text(x, top, hint, fill=tokens.MUTED, most=rect.x + rect.w - x)


def _to(booth: MapBooth) -> acts.Go:
    return acts.Go(Result("booth", booth.id, booth.name))


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
    accents: dict[str, int] = {str(booth.slot): booth.accent for booth in shown.booths}
    for slot in scene.slots:
        accent = accents.get(slot.id)
        fill = tokens.KEY if accent is None else tokens.mix(tokens.colour(accent_of(accent)), tokens.PAPER, 0.12)
        _box(pen, fit, slot.box, fill)
    for portal in scene.portals:
        _box(pen, fit, portal.box, tokens.PAPER.at(0.85))


def _box(pen: Pen, fit: Projection, box: Box, fill: tokens.Colour) -> None:
    turn = fit.angle(box.heading)
    if abs(math.sin(turn)) < 1e-3 or abs(math.cos(turn)) < 1e-3:
        pen.shape(_bounds(fit, box), fill, 1)
        return
    x, y = fit.at(box.x, box.y)
    wide, high = max(2.0, box.width * fit.scale - 1), max(2.0, box.depth * fit.scale - 1)
    pen.shape(Rect(round(x - wide / 2), round(y - high / 2), round(wide), round(high)), fill, 1, turn=turn)


def _bounds(fit: Projection, box: Box) -> Rect:
    """Returns the pixels of a box that stands along the map, or that lies across it with its sides changed."""
    x, y = fit.at(box.x, box.y)
    wide, high = max(2.0, box.width * fit.scale - 1), max(2.0, box.depth * fit.scale - 1)
    if abs(math.sin(fit.angle(box.heading))) > 0.7:
        wide, high = high, wide
    return Rect(round(x - wide / 2), round(y - high / 2), round(wide), round(high))


def _bar(pen: Pen, a: tuple[float, float], b: tuple[float, float], thick: float, fill: tokens.Colour) -> None:
    """Draws a straight stroke between two pixels."""
    length = math.hypot(b[0] - a[0], b[1] - a[1]) + thick
    cx, cy = (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
    rect = Rect(round(cx - length / 2), round(cy - thick / 2), round(length), round(thick))
    pen.shape(rect, fill, thick / 2, turn=math.atan2(b[1] - a[1], b[0] - a[0]))


def dots(
    pen: Pen, fit: Projection, here: Point, heading: float, others: NDArray[np.float32], *, large: bool = False
) -> None:
    """Draws people, and oneself with the direction one looks."""
    side = max(3, pen.u(5 if large else 3))
    for x, y in others[:DOTS_MOST]:
        px, py = fit.at(float(x), float(y))
        pen.shape(Rect(round(px) - side // 2, round(py) - side // 2, side, side), tokens.PAPER.at(0.7), side)
    px, py = fit.at(here.x, here.y)
    me(pen, px, py, fit.angle(heading), large=large)


def me(pen: Pen, px: float, py: float, turn: float, *, large: bool) -> None:
    """Draws oneself: a ring with an amber core, and a hand that points where one looks."""
    ahead, ring, core, thick = (pen.u(part) for part in ((17, 17, 9, 5) if large else (9, 11, 5, 3)))
    tip = (px + math.sin(turn) * ahead, py - math.cos(turn) * ahead)
    if large:
        _bar(pen, (px, py), tip, thick + pen.u(4), tokens.INK)
    _bar(pen, (px, py), tip, max(2, thick), tokens.PAPER)
    for fill, side, stroke in ((tokens.INK, ring, 0), (tokens.PAPER, ring, 2), (tokens.AMBER, core, 0)):
        pen.shape(Rect(round(px) - side // 2, round(py) - side // 2, side, side), fill, side, stroke=stroke)
