"""How much room the embedded database's disk has left.

What people write is refused before the disk is full: a Postgres that cannot write its log stops, and then nobody reads
either. Somebody else's Postgres is watched by whoever runs it; it answers a full disk with an error of its own.
"""

import contextlib
import shutil
from pathlib import Path
from typing import Final

RESERVE: Final = 1024**3
"""Bytes that must stay free; twice what Postgres' log may take."""
SHARE: Final = 0.05
"""The share of a disk that must stay free where that is less."""

_SEGMENT: Final = 16 * 1024**2
"""Bytes of one file of Postgres' log: with less than that it stops, and does not start."""


def reserve(folder: Path) -> int:
    """Returns how many bytes must stay free on a folder's disk; ``OSError`` where it cannot be asked."""
    return int(min(RESERVE, shutil.disk_usage(folder).total * SHARE))


def nearly_full(folder: Path) -> bool:
    """Tells whether nothing more should be stored; False where the disk cannot be asked."""
    with contextlib.suppress(OSError):
        return shutil.disk_usage(folder).free < reserve(folder)
    return False


def full(folder: Path) -> bool:
    """Tells whether Postgres cannot run for want of room; False where the disk cannot be asked."""
    with contextlib.suppress(OSError):
        return shutil.disk_usage(folder).free < _SEGMENT
    return False
