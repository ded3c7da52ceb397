"""What a machine is asked to draw: three presets, and the first guess from the driver's name.

No panda3d here; the numbers come from measurements on a software driver and on what a GPU can be trusted with.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
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
        picture_bytes: What booths' pictures may take together (``picture_plan``): with the hall's own 34 to 39 MB,
            models and film all textures stay within 64 MB.
        model_triangles: What models on counters may have together.
    """

    name: PresetName
    samples: int
    anisotropy: int
    tone_per_pixel: bool
    detail_textures: bool
    reflections: bool
    near_avatars: int
    picture_bytes: int
    model_triangles: int


LOW: Final = Preset("low", 0, 1, False, False, True, 12, 10_000_000, 50_000)
MEDIUM: Final = Preset("medium", 2, 4, True, True, True, 40, 18_000_000, 120_000)
HIGH: Final = Preset("high", 4, 8, True, True, True, 40, 18_000_000, 120_000)

PRESETS: Final[dict[PresetName, Preset]] = {preset.name: preset for preset in (LOW, MEDIUM, HIGH)}

_SOFTWARE: Final = ("llvmpipe", "softpipe", "swiftshader", "basic render", "software rasterizer")


def for_driver(driver: str) -> Preset:
    """Returns the preset to begin with on a driver, by the name that it gives itself."""
    return LOW if any(name in driver.lower() for name in _SOFTWARE) else MEDIUM


SLOW_MS: Final = 40.0
"""A median frame longer than this asks for the next lower preset."""

TIMED_FRAMES: Final = 60
"""Frames that are timed at the start; the waits for the screen are among them, so that only a step down shows."""


def stepped(preset: Preset, frames_ms: Sequence[float]) -> Preset:
    """Returns the preset that suits measured frames: the next lower one when they were slow, else the same.

    Args:
        preset: What the frames were drawn with.
        frames_ms: Frame times, milliseconds; a few long ones (loading) do not count.
    """
    order = list(PRESETS.values())
    slow = bool(frames_ms) and median(frames_ms) > SLOW_MS
    return order[max(order.index(preset) - slow, 0)]
