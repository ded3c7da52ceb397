"""Where tests put their files: in memory, where there is enough of it.

Hundreds of tests start a Postgres or have a database of their own; on a disk most of that time is copying and waiting
for the disk. Killing processes, which is what tests do, loses nothing written in memory either.
"""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

import pytest

from halles_server.processes import lives

MEMORY: Final = Path("/dev/shm")
NEEDED: Final = 6 << 30
"""Bytes: many times what is there at once, since a test's files go when it has passed."""

_PREFIX: Final = "halles-tests-"
_TAKEN: Final = pytest.StashKey[Path]()
_FAILED: Final = pytest.StashKey[bool]()


def take(config: pytest.Config) -> None:
    """Puts temporary files of this run, and of what it starts, into memory; whoever names a place themselves has it."""
    if "TMPDIR" in os.environ or not _usable():
        return
    for left in MEMORY.glob(f"{_PREFIX}*-*"):
        process = left.name.removeprefix(_PREFIX).partition("-")[0]
        if process.isdecimal() and not lives(int(process)):
            shutil.rmtree(left, ignore_errors=True)
    taken = config.stash[_TAKEN] = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=MEMORY))
    taken.chmod(0o711)  # a way through for whoever a test lets a program run as
    os.environ["TMPDIR"] = str(taken)
    tempfile.tempdir = None


def finished(session: pytest.Session) -> None:
    """Notes whether a test has failed."""
    session.config.stash[_FAILED] = session.testsfailed > 0


def leave(config: pytest.Config) -> None:
    """Empties it; what tests that failed have left stays until the next run."""
    taken = config.stash.get(_TAKEN, None)
    if taken is not None and not config.stash.get(_FAILED, False):
        shutil.rmtree(taken, ignore_errors=True)


def in_memory(folder: Path) -> bool:
    """Tells whether a folder's files are in memory."""
    return folder.resolve().is_relative_to(MEMORY)


def _usable() -> bool:
    try:
        facts = os.statvfs(MEMORY)
        told = Path("/proc/meminfo").read_text(encoding="ascii")
    except OSError:
        return False
    available = next((int(line.split()[1]) << 10 for line in told.splitlines() if line.startswith("MemAvailable")), 0)
    forbidden = facts.f_flag & (os.ST_NOEXEC | os.ST_RDONLY)  # tests run programs that they have written
    return not forbidden and min(facts.f_bavail * facts.f_frsize, available) >= NEEDED
