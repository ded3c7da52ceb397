"""How large measurements are where nobody says so, and how large they may be.

Imports nothing that a load needs, so that the command can tell what it understands also where that is missing.
"""

import argparse
import math
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

Size = TypeVar("Size", int, float)

STEPS: Final = (250, 500, 1000, 1500, 2500, 3500, 4000, 5000)
"""Numbers of people of which growth is told."""
FLOODERS: Final = 200
SOCKETS: Final = 1000
"""Half open ones."""
FAULTS: Final = ("postgres", "pause", "away", "bus", "node")
CACHE: Final = Path.home() / ".cache/halles-bench"
"""Where Colyseus is installed."""

PEOPLE: Final = (1, 16_000)
"""A hall holds up to 32,767, and a storm has a crowd and as many newcomers."""
NODES: Final = (2, 16)
HALLS: Final = (1, 64)
NODE_PEOPLE: Final = (1, 4095)
"""What the bus has room for: slots, halls, and a node's numbers in a hall."""
DRAWN: Final = (0, 16_000)
BOOTHS: Final = (1, 155)
"""The demonstration's halls have so many slots."""
REVISIONS: Final = (1, 200)
"""So many of a draft are kept."""
HERTZ: Final = (1.0, 60.0)
"""What a server may tick at."""
SECONDS: Final = (1.0, 86_400.0)
PER_SECOND: Final = (0.1, 1000.0)


def whole(bounds: tuple[int, int]) -> Callable[[str], int]:
    """Returns what reads a whole number within bounds, both included."""

    def read(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = bounds[0] - 1
        return _within(text, value, bounds, "a whole number")

    return read


def number(bounds: tuple[float, float]) -> Callable[[str], float]:
    """Returns what reads a number within bounds, both included."""

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        return _within(text, value, bounds, "a number")

    return read


def hall(text: str) -> str:
    """Reads the name of a hall that has a scene."""
    from halles import resources

    names = sorted(file.stem for file in resources.scenes().glob("*.toml"))
    if text not in names:
        raise argparse.ArgumentTypeError(f"{text!r} is no hall; there are {', '.join(names)}")
    return text


def writable(text: str) -> Path:
    """Reads the name of a file that can be written: known before the minutes of measuring, not after them."""
    file = Path(text)
    was_there = file.exists()
    try:
        file.open("a").close()
    except OSError as problem:
        raise argparse.ArgumentTypeError(f"{text} cannot be written: {problem.strerror}") from None
    if not was_there:
        file.unlink()
    return file


def _within(text: str, value: Size, bounds: tuple[Size, Size], what: str) -> Size:
    least, most = bounds
    if not least <= value <= most:  # NaN is within nothing
        raise argparse.ArgumentTypeError(f"{text!r} is not {what} from {least:,g} to {most:,g}")
    return value
