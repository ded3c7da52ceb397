"""What surfaces are made of: one table that the baking scripts and the view share. Pure: no panda3d.

A material's texture holds only the *detail*: twice its square multiplies the vertex's own colour, so that the same
felt serves every accent and a preset may leave a texture out without a change of tone.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Material:
    """One material.

    Attributes:
        name: Also its texture's file, ``assets/halls/materials/<name>.webp``.
        colour: Mean colour, sRGB hex.
        tile_m: Metres that one repeat of the texture covers.
        textured: Whether there is a texture at all.
        always: Whether even the low preset shows it.
    """

    name: str
    colour: str
    tile_m: float = 2.0
    textured: bool = False
    always: bool = False


MATERIALS: Final = (
    Material("plaster", "d9d4c8", 4.0, textured=True),
    Material("brick", "a3614c", 2.0, textured=True, always=True),
    Material("oak", "b98a57", 2.0, textured=True, always=True),
    Material("slats", "b08252", 1.0, textured=True, always=True),
    Material("tile", "cfc6b2", 2.0, textured=True, always=True),
    Material("boards", "c9c2b4", 2.0, textured=True, always=True),
    Material("roof", "8a6a50", 2.0, textured=True, always=True),
    Material("felt", "8f8878", 1.5, textured=True, always=True),
    Material("steel", "5d8274"),
    Material("white", "e4e1d9"),
    Material("dark", "2b2f35"),
    Material("concrete", "b9b2a4", 3.0, textured=True),
    Material("leaf", "5f8a3c"),
    Material("bark", "6a4f38"),
    Material("glow", "fff6e6"),
    Material("floor", "b9b2a4"),
)
"""In the order of the numbers that baked halls store; append, never reorder without a bake."""

NUMBER: Final = {material.name: number for number, material in enumerate(MATERIALS)}

DETAIL_GAIN: Final = 2.0
"""A texel's square times this multiplies the vertex colour: 1 on the mean."""

LIGHT_MAX: Final = 4.0
"""Vertex light is stored as √(light / LIGHT_MAX) in 8 bits."""

NO_SLOT: Final = 255
"""Slot number of vertices that carry their own colour; others take a booth's accent."""


def linear(colour: str) -> tuple[float, float, float]:
    """Returns a hex colour as linear light 0 … 1, with the square that the shader uses instead of the sRGB curve."""
    red, green, blue = (int(colour[i : i + 2], 16) / 255.0 for i in (0, 2, 4))
    return red * red, green * green, blue * blue
