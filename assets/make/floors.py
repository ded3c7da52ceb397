"""Floors: painted by style, with guide lines and numbered discs, then multiplied with their light.

One pixel covers the same length both ways; the picture's top is north. Colours are √linear in 8 bits, as everywhere.
"""

import math
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from assets.make.bake import Baker
from assets.make.mesh import Array
from assets.make.room import Room
from halles.world.geometry import place
from halles.world.scene import Slot
from halles_client.view.materials import LIGHT_MAX

PIXELS_M = 48.0
"""Per metre: the edge of a guide line stays crisp a few steps ahead."""

SAMPLES_M = 5.0
"""Light samples per metre."""

RAYS = 96
DISC = 1.25
"""Radius of a numbered disc, metres."""

INSCRIPTION = "NORD-PAS DE CALAIS · WALLONIE · VLAANDEREN · "
INSCRIBED = 4.4
"""Radius of the ring of letters, metres."""

BRONZE = (139, 104, 58)
NUMERAL = (245, 241, 232)
DRAWN_OUT = 1.55
"""How much longer than wide a disc's number is painted."""

FONT = Path(__file__).resolve().parents[1] / "fonts" / "InterDisplay-SemiBold.ttf"


@dataclass(frozen=True)
class Ground:
    """The rectangle that a floor picture covers: its south-west corner and its pixels per metre."""

    x0: float
    y0: float
    width: float
    depth: float
    scale: float

    @staticmethod
    def of(room: Room) -> "Ground":
        """Covers the room's outline."""
        xs, ys = [p[0] for p in room.scene.outline], [p[1] for p in room.scene.outline]
        width, depth = max(xs) - min(xs), max(ys) - min(ys)
        return Ground(min(xs), min(ys), width, depth, PIXELS_M)

    @property
    def size(self) -> tuple[int, int]:
        """Pixels: width, height."""
        return round(self.width * self.scale), round(self.depth * self.scale)

    def at(self, x: float, y: float, by: float = 1.0) -> tuple[float, float]:
        """The pixel of a place."""
        return (x - self.x0) * self.scale * by, (self.y0 + self.depth - y) * self.scale * by


def floor_pictures(room: Room, baker: Baker) -> tuple[Image.Image, Image.Image]:
    """Returns the lit floor, and the light alone at about a sample a metre (for people who stand on it)."""
    ground = Ground.of(room)
    outline = [(float(x), float(y)) for x, y in room.scene.outline]
    light = _resized(_soft_light(ground, baker, outline), ground.size)
    light += _sun(ground, baker, outline)
    paint = painted(room, ground, _usual(light, room, ground))
    lit = paint * light
    small = _resized(light, (max(2, round(ground.width * 1.5)), max(2, round(ground.depth * 1.5))))
    return _coded(lit), _coded(small)


def _usual(light: Array, room: Room, ground: Ground) -> float:
    """The light that most of the guide lines lie in."""
    found = [1.0]
    for line in room.scene.lines:
        for (x0, y0), (x1, y1) in pairwise(line.points):
            for share in np.linspace(0.02, 0.98, 40):
                x, y = ground.at(x0 + share * (x1 - x0), y0 + share * (y1 - y0))
                found.append(float(light[min(int(y), light.shape[0] - 1), min(int(x), light.shape[1] - 1)].mean()))
    return float(np.percentile(found, 65))


def painted(room: Room, ground: Ground, light: float) -> Array:
    """Returns the floor's own colours, linear ``(height, width, 3)``, row 0 in the north.

    ``light`` is usual on this floor: signs are mixed so that under it the screen shows their colours as written.
    """
    base = _BASES[room.scene.style](ground)
    image = Image.fromarray(np.uint8(np.clip(np.sqrt(base), 0, 1) * 255))
    image = _signs(image, room, ground, max(0.85, light * room.tone.exposure))
    return np.asarray((np.asarray(image, dtype=np.float64) / 255) ** 2)


def _mat(draw: ImageDraw.ImageDraw, room: Room, ground: Ground) -> None:
    """A dark mat where people arrive: at the hall's door, or before the crossroads' desk."""
    y = -12.9 if room.scene.style == "rotunda" else room.scene.spawn("door").y - 3.1
    left, top = ground.at(-2.2, y + 0.8, 2)
    right, bottom = ground.at(2.2, y - 0.8, 2)
    draw.rounded_rectangle((left, top, right, bottom), 0.12 * ground.scale * 2, (58, 55, 52, 255))


def _signs(image: Image.Image, room: Room, ground: Ground, bright: float) -> Image.Image:
    """Paints lines and discs, drawn twice as fine and mixed in, so that wear shows through."""
    over = Image.new("RGBA", (image.width * 2, image.height * 2), (0, 0, 0, 0))
    draw = ImageDraw.Draw(over)
    _mat(draw, room, ground)
    if room.scene.style == "rotunda":
        _inscribe(over, ground)
    for line in room.scene.lines:
        points = [ground.at(x, y, 2) for x, y in line.points]
        draw.line(points, _rgb(line.colour), round(line.width * ground.scale * 2), joint="curve")
    for disc in room.scene.discs:
        x, y = ground.at(disc.x, disc.y, 2)
        r = DISC * ground.scale * 2
        draw.ellipse((x - r, y - r, x + r, y + r), _rgb(room.scene.colour))
        _number(over, disc.label, (x, y), ground.scale * 2)
    _row_letters(draw, room, ground)
    over = over.resize(image.size, Image.Resampling.LANCZOS)
    pigment = over.convert("RGB").point([_pigment(value, bright) for value in range(256)] * 3)
    worn = image.copy()
    worn.paste(pigment, (0, 0), over.getchannel("A").point(lambda a: round(a * 0.9)))
    return worn


def _number(over: Image.Image, label: str, at: tuple[float, float], scale: float) -> None:
    """Paints a disc's number as roads have theirs: drawn out along the way, for eyes that see it almost edge on."""
    font = ImageFont.truetype(FONT, round(1.5 * scale))
    side = round(2 * DISC * scale)
    tile = Image.new("RGBA", (side, side), (*NUMERAL, 0))
    ImageDraw.Draw(tile).text((side / 2, side / 2), label, (*NUMERAL, 235), font, anchor="mm")
    tile = tile.resize((side, round(side * DRAWN_OUT)), Image.Resampling.BICUBIC)
    over.alpha_composite(tile, (round(at[0] - side / 2), round(at[1] - tile.height / 2)))


def _row_letters(draw: ImageDraw.ImageDraw, room: Room, ground: Ground) -> None:
    """Paints each row's letter on the aisle at both ends of its stretches, read by who walks north."""
    font = ImageFont.truetype(FONT, round(1.05 * ground.scale * 2))
    rows: dict[tuple[str, bool, float], list[Slot]] = {}
    for slot in room.scene.slots:
        rows.setdefault((slot.id[0], slot.y > -6.5, slot.heading), []).append(slot)
    for (letter, _, heading), slots in rows.items():
        if abs(heading) != 90:
            continue
        first = min(slots, key=lambda slot: slot.y)
        front = place(first.box, 0.0, first.box.depth / 2 + 0.75)
        x, y = ground.at(front.x, first.y - first.box.width / 2 + 0.75, 2)
        draw.text((x, y), letter, (122, 116, 106, 215), font, anchor="mm")


def _inscribe(over: Image.Image, ground: Ground) -> None:
    """Sets the regions' names in a ring about the room's centre, read from outside it, tops inwards."""
    font = ImageFont.truetype(FONT, round(0.78 * ground.scale * 2))
    advance = np.array([font.getlength(letter) for letter in INSCRIPTION])
    first = advance[: INSCRIPTION.index(" · ")].sum()
    middle = (np.cumsum(advance) - advance / 2 - first / 2) / advance.sum() * 2 * np.pi - np.pi / 2
    size = round(1.2 * ground.scale * 2)
    for letter, turn in zip(INSCRIPTION, middle, strict=True):
        tile = Image.new("RGBA", (size, size), (*BRONZE, 0))
        ImageDraw.Draw(tile).text((size / 2, size / 2), letter, (*BRONZE, 225), font, anchor="mm")
        tile = tile.rotate(math.degrees(turn) + 90, Image.Resampling.BICUBIC)
        x, y = ground.at(INSCRIBED * math.cos(turn), INSCRIBED * math.sin(turn), 2)
        over.alpha_composite(tile, (round(x - size / 2), round(y - size / 2)))


def _pigment(shown: int, bright: float) -> int:
    """The paint, √linear in 8 bits, that looks like ``shown`` under so much light: the shaders' tone backwards."""
    y = min((shown / 255) ** 2, 0.98)
    a, b, c = 2.43 * y - 2.51, 0.59 * y - 0.03, 0.14 * y
    light = (-b - math.sqrt(max(b * b - 4 * a * c, 0.0))) / (2 * a)
    return round(255 * math.sqrt(min(max(light / bright, 0.0), 0.85)))


def _rgb(colour: str) -> tuple[int, int, int, int]:
    return int(colour[:2], 16), int(colour[2:4], 16), int(colour[4:], 16), 255


def _soft_light(ground: Ground, baker: Baker, outline: list[tuple[float, float]]) -> Array:
    """Sky, lamps and bounces on the floor, ``(rows, columns, 3)``, row 0 in the north."""
    columns, rows = round(ground.width * SAMPLES_M), round(ground.depth * SAMPLES_M)
    x = ground.x0 + (np.arange(columns) + 0.5) / columns * ground.width
    y = ground.y0 + ground.depth - (np.arange(rows) + 0.5) / rows * ground.depth
    gx, gy = np.meshgrid(x, y)
    points = np.stack([gx.ravel(), gy.ravel(), np.full(gx.size, 0.012)], 1)
    up = np.broadcast_to([0.0, 0.0, 1.0], points.shape).copy()
    sun, baker.light.sun = baker.light.sun, None
    light = baker.gather(points, up, RAYS) + baker.direct(points, up, 0.0)
    baker.light.sun = sun
    return _inside_only(light.reshape(rows, columns, 3), _inside(ground, outline, (columns, rows)))


def _inside(ground: Ground, outline: list[tuple[float, float]], size: tuple[int, int]) -> NDArray[np.bool_]:
    """Tells which samples, ``(rows, columns)``, lie in the room and a sample away from its walls."""
    mask = Image.new("1", size)
    scale = size[0] / ground.width
    corners = [((x - ground.x0) * scale - 0.5, (ground.y0 + ground.depth - y) * scale - 0.5) for x, y in outline]
    ImageDraw.Draw(mask).polygon(corners, fill=1)
    found = np.asarray(mask)
    for axis in (0, 1):
        found = found & np.roll(found, 1, axis) & np.roll(found, -1, axis)
    return found


def _inside_only(light: Array, inside: NDArray[np.bool_]) -> Array:
    """Carries the room's light a little way under its walls, so that no day from outside shines through the joint."""
    known, result = inside.copy(), np.where(inside[..., None], light, 0.0)
    for _ in range(8):
        total, count = np.zeros_like(result), np.zeros(known.shape)
        for axis, way in ((0, 1), (0, -1), (1, 1), (1, -1)):
            total += np.roll(result * known[..., None], way, axis)
            count += np.roll(known, way, axis)
        new = ~known & (count > 0)
        result[new] = total[new] / count[new][:, None]
        known |= new
    result[~known] = light[inside].mean(axis=0)
    return result


def _sun(ground: Ground, baker: Baker, outline: list[tuple[float, float]]) -> Array:
    """The sun on the room's floor, traced at 20 samples per metre with a soft edge."""
    width, height = ground.size
    if baker.light.sun is None:
        return np.zeros((height, width, 3))
    _, strength = baker.light.sun
    columns, rows = round(ground.width * 20), round(ground.depth * 20)
    x = ground.x0 + (np.arange(columns) + 0.5) / columns * ground.width
    y = ground.y0 + ground.depth - (np.arange(rows) + 0.5) / rows * ground.depth
    gx, gy = np.meshgrid(x, y)
    points = np.stack([gx.ravel(), gy.ravel(), np.full(gx.size, 0.012)], 1)
    up = np.broadcast_to([0.0, 0.0, 1.0], points.shape)
    seen = baker.sunlit(points, up, 0.05).reshape(rows, columns) * _inside(ground, outline, (columns, rows))
    return _resized(seen[..., None] * strength, (width, height))


def _resized(values: Array, size: tuple[int, int]) -> Array:
    """Resizes float channels smoothly."""
    channels = [
        Image.fromarray(values[..., c].astype(np.float32)).resize(size, Image.Resampling.BICUBIC) for c in range(3)
    ]
    return np.maximum(np.stack([np.asarray(c, dtype=np.float64) for c in channels], 2), 0.0)


def _coded(values: Array) -> Image.Image:
    return Image.fromarray(np.uint8(np.clip(np.sqrt(values / LIGHT_MAX), 0, 1) * 255 + 0.5))


def _noise(shape: tuple[int, int], cells: float, seed: int) -> Array:
    """Smooth noise about 0, some −1 … 1, with ``cells`` pixels between its knots."""
    rng = np.random.default_rng(seed)
    rows, columns = max(2, round(shape[0] / cells)), max(2, round(shape[1] / cells))
    knots = Image.fromarray(rng.normal(0, 0.5, (rows, columns)).astype(np.float32))
    return np.asarray(knots.resize((shape[1], shape[0]), Image.Resampling.BICUBIC), dtype=np.float64)


def _places(ground: Ground) -> tuple[Array, Array]:
    width, height = ground.size
    x = ground.x0 + (np.arange(width) + 0.5) / ground.scale
    y = ground.y0 + ground.depth - (np.arange(height) + 0.5) / ground.scale
    gx, gy = np.meshgrid(x, y)
    return gx, gy


def _wear(ground: Ground, strength: float) -> Array:
    shape = (ground.size[1], ground.size[0])
    total = sum(
        _noise(shape, ground.scale * m, i) * w
        for i, (m, w) in enumerate(((6.0, 1.0), (1.6, 0.6), (0.3, 0.2), (0.05, 0.12)))
    )
    return np.asarray(1 + strength * total)[..., None]


def _joint(values: Array, every: float, width: float) -> NDArray[np.bool_]:
    return np.asarray(np.abs((values + every / 2) % every - every / 2) < width / 2)


def _concrete(ground: Ground) -> Array:
    gx, gy = _places(ground)
    floor = np.array([0.56, 0.51, 0.445]) * _wear(ground, 0.085)
    floor[_joint(gx, 4.0, 0.03) | _joint(gy, 4.0, 0.03)] *= 0.72
    return floor


def _boards(ground: Ground) -> Array:
    gx, gy = _places(ground)
    plank = np.floor(gx / 0.24)
    offset = (plank * 1.37) % 2.4
    piece = np.floor((gy + offset) / 2.4)
    tone = np.sin(plank * 12.9898 + piece * 78.233) * 43758.5453
    tone = tone - np.floor(tone)
    grain = _noise((ground.size[1], ground.size[0]), ground.scale * 0.05, 9)
    floor = np.array([0.49, 0.345, 0.195]) * (0.86 + 0.26 * tone + 0.05 * grain)[..., None] * _wear(ground, 0.05)
    floor[_joint(gx, 0.24, 0.02) | _joint(gy + offset, 2.4, 0.03)] *= 0.74
    return floor


def _chequer(ground: Ground) -> Array:
    gx, gy = _places(ground)
    dark = (np.floor(gx / 1.2) + np.floor(gy / 1.2)) % 2 > 0.5
    tile = np.sin(np.floor(gx / 1.2) * 12.9898 + np.floor(gy / 1.2) * 78.233) * 43758.5453
    floor = np.where(dark[..., None], [0.30, 0.235, 0.17], [0.58, 0.52, 0.42])
    floor = floor * (0.92 + 0.16 * (tile - np.floor(tile)))[..., None] * _wear(ground, 0.07)
    floor[_joint(gx, 1.2, 0.02) | _joint(gy, 1.2, 0.02)] *= 0.8
    return np.asarray(floor)


def _terrazzo(ground: Ground) -> Array:
    gx, gy = _places(ground)
    radius, turn = np.hypot(gx, gy), np.arctan2(gy, gx)
    floor = np.array([0.62, 0.575, 0.50]) * _wear(ground, 0.022)
    chips = np.random.default_rng(3).random(gx.shape)
    floor[chips > 0.985] *= 0.8
    floor[chips < 0.012] *= 1.12
    ray = (np.abs((turn * 24 / (2 * np.pi) + 0.5) % 1 - 0.5) * 2 * np.pi * radius / 24 < 0.012) & (radius > 5.2)
    rings = np.zeros_like(ray)
    for r in (5.2, 9.4, 13.6):
        rings |= np.abs(radius - r) < 0.018
    floor[ray | rings] *= 0.74
    band = np.abs(radius - 5.45) < 0.12
    floor[band] = floor[band] * 0.35 + np.array([0.42, 0.31, 0.16]) * 0.6
    return floor


_BASES = {"sawtooth": _concrete, "vault": _boards, "crane": _chequer, "rotunda": _terrazzo}
