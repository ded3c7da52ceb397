"""How an avatar looks, chosen at the door: five small numbers into fixed palettes.

The palettes are part of the contract, so that an avatar has the same colours in every client and on the pages.
"""

from typing import Annotated, Final

import msgspec

COATS: Final = (
    "4f6d8f",
    "7d8f4e",
    "b4675a",
    "6f6391",
    "3f8580",
    "c2924a",
    "8a8f96",
    "a9638a",
    "5d7f5f",
    "d0c8b6",
    "44556e",
    "a0522d",
)
"""sRGB hex of coats; also offered as "your colour" at the door."""

TROUSERS: Final = ("2f3640", "3d4a60", "4a4038", "5a5f66", "6b5d4a", "23272c")
SKINS: Final = ("f1d3bd", "dcb08f", "c08a63", "96623f", "6e4630", "4a2f22")
HAIRS: Final = ("1f1a17", "3b2a1e", "6a4a2c", "a77b45", "8a8782", "d8d2c8", "2c3550", "7a3b2a")
HEADS: Final = 4
"""Head shapes: short hair, long hair, bun, cap."""


class Look(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Indices into ``COATS``, ``TROUSERS``, ``SKINS``, the head shapes and ``HAIRS``."""

    coat: Annotated[int, msgspec.Meta(ge=0, lt=len(COATS))] = 0
    trousers: Annotated[int, msgspec.Meta(ge=0, lt=len(TROUSERS))] = 0
    skin: Annotated[int, msgspec.Meta(ge=0, lt=len(SKINS))] = 1
    head: Annotated[int, msgspec.Meta(ge=0, lt=HEADS)] = 0
    hair: Annotated[int, msgspec.Meta(ge=0, lt=len(HAIRS))] = 1
