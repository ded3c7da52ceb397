"""The shaders of avatars, impostors and blob shadows, put together from ``shaders/``; no Panda3D here, only text.

``tone.glsl`` (shared with the room), then ``people.glsl``, then what each of them adds. One pose, ``body.glsl``, bends
every body: the near and middle meshes at run time, and the atlas of the impostors when ``assets/make/avatars.py``
bakes it. Colour, fog and tone are computed at the vertices in every preset, because avatars carry no texture.
"""

from pathlib import Path
from typing import Final, NamedTuple

STRIDE_CYCLE_M: Final = 1000.0 / 690.0
"""Metres of two steps; divides 1000, where ``Crowd.stride`` wraps, so that legs never jump."""

ATLAS_COLUMNS: Final = 12
ATLAS_ROWS: Final = 6
CELL_METRES: Final = (1.06, 2.14)
"""Width and height that one cell of the atlas shows."""

CELL_FLOOR: Final = 0.04
"""Metres of a cell below the feet."""

_FOLDER: Final = Path(__file__).resolve().parent / "shaders"


class Program(NamedTuple):
    """The text of a vertex and a fragment shader."""

    vertex: str
    fragment: str


def program(name: str, *parts: str) -> Program:
    """Returns ``<name>.vert``, which sees people and the named parts, and ``<name>.frag``."""
    head = "#version 150\n"
    cell = (
        f"const vec2 CELL = vec2({CELL_METRES[0]}, {CELL_METRES[1]});\nconst float FLOOR = {CELL_FLOOR};\n"
        f"const float COLUMNS = {ATLAS_COLUMNS}.0, ROWS = {ATLAS_ROWS}.0;\n"
    )
    files = ("tone.glsl", "people.glsl", *parts, f"{name}.vert")
    return Program(head + cell + "".join(_text(file) for file in files), head + _text(f"{name}.frag"))


def _text(file: str) -> str:
    return (_FOLDER / file).read_text(encoding="utf-8")


AVATAR: Final = program("avatar", "body.glsl")
ATLAS: Final = program("atlas", "body.glsl")
IMPOSTOR: Final = program("impostor")
SHADOW: Final = program("shadow")
