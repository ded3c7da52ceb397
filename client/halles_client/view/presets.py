"""What a machine is asked to draw: three presets, and the first guess from the driver's name.

No panda3d here; the numbers come from measurements on a software driver and on what a GPU can be trusted with.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

PresetName = Literal["low", "medium", "high"]


@dataclass(frozen=True, slots=True)
class Preset:
    """One level of quality.

    Attributes:
        name: What settings and logs call it.
        samples: Multisampling; 0 is none (five times the cost on a software driver).
        anisotropy: Of floor and wall textures.
        tone_per_pixel: Fog and tone in the fragment shader; else at the vertices.
        detail_textures: Whether plaster, steel, boards and felt carry a texture; brick, oak and tile always do.
        reflections: Whether the floor mirrors the room.
        near_avatars: How many people at most are drawn in full.
    """

    name: PresetName
    samples: int
    anisotropy: int
    tone_per_pixel: bool
    detail_textures: bool
    reflections: bool
    near_avatars: int


LOW: Final = Preset("low", 0, 1, False, False, True, 12)
MEDIUM: Final = Preset("medium", 2, 4, True, True, True, 40)
HIGH: Final = Preset("high", 4, 8, True, True, True, 40)

PRESETS: Final[dict[PresetName, Preset]] = {preset.name: preset for preset in (LOW, MEDIUM, HIGH)}

_SOFTWARE: Final = ("llvmpipe", "softpipe", "swiftshader", "basic render", "software rasterizer")


def for_driver(driver: str) -> Preset:
    """Returns the preset to begin with on a driver, by the name that it gives itself."""
    return LOW if any(name in driver.lower() for name in _SOFTWARE) else MEDIUM


SLOW_MS: Final = 40.0
"""A median frame longer than this asks for the next lower preset."""

QUICK_MS: Final = 7.0
"""A median frame shorter than this leaves room for the next higher one."""


def stepped(preset: Preset, frames_ms: Sequence[float]) -> Preset:
    """Returns the preset that suits measured frames: a step down when slow, up when quick, else the same.

    Args:
        preset: What the frames were drawn with.
        frames_ms: Some 60 frame times without waiting for the screen, milliseconds; none keeps the preset.
    """
    order = list(PRESETS.values())
    at = order.index(preset)
    middle = sorted(frames_ms)[len(frames_ms) // 2] if frames_ms else (SLOW_MS + QUICK_MS) / 2
    change = -1 if middle > SLOW_MS else 1 if middle < QUICK_MS else 0
    return order[min(max(at + change, 0), len(order) - 1)]
