"""Reading a baked hall, as ``assets/make/halls.py`` writes it. Pure: no panda3d.

A hall is ``<id>.npz`` (geometry with its light) and pictures beside it: ``-floor`` (painted and lit), ``-light`` (the
floor's light alone), ``-signs``, ``-screens``, ``-door``. The file remembers which plan it was baked from.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from halles.errors import SceneError

LEAF_CHUNK: Final = 51
"""The chunk of trees and plants: drawn from both sides."""

VERTEX: Final = np.dtype(
    [("position", "<f4", 3), ("light", "u1", 4), ("colour", "u1", 4), ("uv", "<f4", 2)],
)
"""One vertex: metres; √(light / LIGHT_MAX) with the slot's number as fourth; √colour; repeats of the texture."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """An unlit picture in the room: ``(rows, columns, 5)`` of x y z u v; ``texture`` is the picture's name."""

    texture: str
    grid: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Baked:
    """One baked hall.

    Attributes:
        digest: Of the plan's text that it was baked from.
        vertices: ``(n,)`` of ``VERTEX``.
        indices: ``(3 · triangles,)`` uint32.
        pieces: ``(k, 4)`` int32: chunk, material, first index, number of indices; by chunk, then material.
        sheets: Unlit pictures.
        ground: x, y of the south-west corner, width and depth of what the floor's pictures cover, metres.
        height: Of the ceiling, metres.
        tone: ``exposure``, ``fog_density``, ``fog_colour``, ``background``.
    """

    digest: str
    vertices: NDArray[np.void]
    indices: NDArray[np.uint32]
    pieces: NDArray[np.int32]
    sheets: tuple[Sheet, ...]
    ground: tuple[float, float, float, float]
    height: float
    tone: dict[str, Any]


def digest(plan: str) -> str:
    """Returns the digest of a plan's text that its baked file remembers."""
    return hashlib.sha256(plan.encode()).hexdigest()


def read(file: Path) -> Baked:
    """Reads a baked hall.

    Raises:
        SceneError: The file is missing or broken; the text says how to make it.
    """
    try:
        with np.load(file, allow_pickle=False) as held:
            arrays = {name: held[name] for name in ("vertices", "indices", "pieces", "sheets", "about")}
    except (OSError, ValueError, KeyError) as error:
        raise SceneError(f"{file.name} cannot be read ({error}); make it with python -m assets.make.halls") from None
    about = json.loads(arrays["about"].tobytes())
    sheets = tuple(
        Sheet(texture, arrays["sheets"][first : first + rows * columns].reshape(rows, columns, 5))
        for texture, first, rows, columns in about["sheets"]
    )
    x0, y0, width, depth = about["ground"]
    return Baked(
        about["digest"],
        arrays["vertices"],
        arrays["indices"],
        arrays["pieces"],
        sheets,
        (x0, y0, width, depth),
        about["height"],
        about["tone"],
    )
