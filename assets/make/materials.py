"""Paints the detail of materials: ``python -m assets.make.materials`` writes ``assets/halls/materials``.

A texture repeats without a seam and holds colour relative to its mean: linear value / mean / 2, as √ in 8 bits.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from assets.make.mesh import Array
from halles_client.view.materials import DETAIL_GAIN, MATERIALS

TARGET = Path(__file__).resolve().parents[1] / "halls" / "materials"
SIZE = 512


def make() -> None:
    """Writes every material that has a texture."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for material in MATERIALS:
        if material.textured:
            colours = _PAINTERS[material.name]()
            detail = colours / colours.mean(axis=(0, 1)) / DETAIL_GAIN
            pixels = np.uint8(np.clip(np.sqrt(detail), 0, 1) * 255 + 0.5)
            Image.fromarray(pixels).save(TARGET / f"{material.name}.webp", quality=82, method=5)


def _places() -> tuple[Array, Array]:
    at = (np.arange(SIZE) + 0.5) / SIZE
    u, v = np.meshgrid(at, at)
    return u, v


def _noise(across: int, up: int, seed: int) -> Array:
    """Smooth noise that repeats, mean 0, about −1 … 1, with so many knots across and up."""
    rng = np.random.default_rng(seed)
    knots = rng.normal(0, 0.5, (up, across))
    wide = np.pad(knots, ((2, 2), (2, 2)), mode="wrap").astype(np.float32)
    scale_x, scale_y = SIZE / across, SIZE / up
    size = (round(scale_x * (across + 4)), round(scale_y * (up + 4)))
    big = np.asarray(Image.fromarray(wide).resize(size, Image.Resampling.BICUBIC), dtype=np.float64)
    x, y = round(2 * scale_x), round(2 * scale_y)
    return big[y : y + SIZE, x : x + SIZE]


def _cloud(seed: int, strength: float) -> Array:
    total = 0.5 * _noise(4, 4, seed) + 0.3 * _noise(16, 16, seed + 1) + 0.2 * _noise(128, 128, seed + 2)
    return np.asarray(1 + strength * total)[..., None]


def _cells(columns: int, rows: int, shift: float) -> tuple[Array, Array, Array, Array]:
    """Cell numbers and places within a cell for bonded courses, every second one shifted."""
    u, v = _places()
    row = np.floor(v * rows)
    along = u * columns + shift * (row % 2)
    column = np.floor(along) % columns
    return column, row, along % 1.0, (v * rows) % 1.0


def _random(column: Array, row: Array, seed: float) -> Array:
    value = np.sin(column * 12.9898 + row * 78.233 + seed * 37.719) * 43758.5453
    return np.asarray(value - np.floor(value))


def _gap(along: Array, up: Array, wide: float, high: float) -> Array:
    return np.asarray((along < wide) | (along > 1 - wide) | (up < high) | (up > 1 - high))


def _brick() -> Array:
    column, row, along, up = _cells(9, 27, 0.5)
    tone, hue = _random(column, row, 1), _random(column, row, 2)
    brick = np.stack([0.40 + 0.17 * tone, 0.135 + 0.075 * tone + 0.03 * hue, 0.085 + 0.05 * tone], 2)
    brick *= np.where(_random(column, row, 3) > 0.9, 0.62, 1.0)[..., None] * _cloud(5, 0.16)
    mortar = _gap(along, up, 0.028, 0.075)
    brick[mortar] = np.array([0.36, 0.28, 0.23]) * (1 + 0.1 * _noise(64, 64, 8)[mortar][:, None])
    return np.asarray(brick)


def _oak() -> Array:
    """Long planks without butt joints: a piece of furniture is as long as its planks."""
    _, v = _places()
    board = np.floor(v * 8)
    tone = _random(0 * board, board, 4)
    grain = _noise(4, 128, 21) * 0.5 + _noise(2, 256, 22) * 0.5
    colour = np.array([0.52, 0.315, 0.135]) * (0.92 + 0.16 * tone + 0.15 * grain)[..., None]
    colour[(v * 8) % 1 < 0.035] *= 0.76
    return np.asarray(colour)


def _slats() -> Array:
    """Upright oak laths with dark gaps: 16 to the metre."""
    u, _ = _places()
    place = (u * 16) % 1.0
    lath = np.floor(u * 16)
    round_off = 1 - 0.35 * np.abs(place / 0.62 * 2 - 1) ** 3
    tone = 0.9 + 0.2 * _random(lath, lath * 0, 6) + 0.10 * _noise(128, 6, 31)
    colour = np.array([0.56, 0.35, 0.15]) * (round_off * tone)[..., None]
    colour[place > 0.62] = [0.085, 0.055, 0.03]
    return np.asarray(colour)


def _tile() -> Array:
    column, row, along, up = _cells(10, 20, 0.5)
    tone = _random(column, row, 7)
    colour = np.array([0.66, 0.60, 0.49]) * (0.93 + 0.13 * tone)[..., None] * _cloud(41, 0.03)
    colour[_gap(along, up, 0.012, 0.03)] *= 0.78
    return np.asarray(colour)


def _boards() -> Array:
    _, v = _places()
    board = np.floor(v * 10)
    tone = 0.94 + 0.12 * _random(board, board * 0, 9) + 0.05 * _noise(8, 128, 51)
    colour = np.array([0.6, 0.56, 0.48]) * tone[..., None] * _cloud(52, 0.07)
    colour[(v * 10) % 1 < 0.06] *= 0.7
    return np.asarray(colour)


def _roof() -> Array:
    """Boarding in short lengths, joints apart."""
    u, v = _places()
    board = np.floor(v * 8)
    piece = np.floor(u * 2 + 0.37 * board) % 2
    tone = 0.86 + 0.28 * _random(piece, board, 4) + 0.06 * (_noise(6, 128, 21) + _noise(3, 256, 22))
    colour = np.array([0.52, 0.331, 0.162]) * tone[..., None]
    seam = ((v * 8) % 1 < 0.035) | (((u * 2 + 0.37 * board) % 1) < 0.008)
    colour[seam] *= 0.6
    return np.asarray(colour)


def _felt() -> Array:
    return np.array([0.5, 0.5, 0.5]) * (_cloud(61, 0.1) + 0.10 * _noise(256, 256, 64)[..., None])


def _plaster() -> Array:
    return np.array([0.7, 0.67, 0.6]) * _cloud(71, 0.09)


def _concrete() -> Array:
    return np.array([0.5, 0.48, 0.43]) * _cloud(81, 0.16)


_PAINTERS: dict[str, Callable[[], Array]] = {
    "brick": _brick,
    "oak": _oak,
    "slats": _slats,
    "tile": _tile,
    "boards": _boards,
    "roof": _roof,
    "felt": _felt,
    "plaster": _plaster,
    "concrete": _concrete,
}

if __name__ == "__main__":
    make()
