"""A small disk for one process of a test: a tmpfs in a mount namespace of its own; nothing of the machine changes.

Without root a user namespace allows it. Where containers forbid both, the disk is what is left of their small /dev/shm.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_ALONE = ("unshare", "--mount", *(() if os.geteuid() == 0 else ("--map-current-user", "--keep-caps")))
_MOUNTED = 'mount -t tmpfs -o size="$1"m,mode=711 none "$2" && shift 2 && exec "$@"'


@dataclass(frozen=True, slots=True)
class SmallDisk:
    """A folder on it, as its processes see it, and what stands before their commands."""

    folder: Path
    before: tuple[str, ...]

    def run(self, *command: str) -> "subprocess.CompletedProcess[str]":
        """Runs a command on the disk, empty at first, to its end."""
        return subprocess.run([*self.before, *command], capture_output=True, text=True, timeout=150, check=False)


@contextmanager
def small_disk(tmp_path: Path, megabytes: int) -> Iterator[SmallDisk]:
    """Gives a test a disk of that size, for one ``run``."""
    if subprocess.run([*_ALONE, "true"], capture_output=True, check=False).returncode == 0:
        yield SmallDisk(tmp_path, (*_ALONE, "sh", "-c", _MOUNTED, "sh", str(megabytes), str(tmp_path)))
        return
    folder = Path(tempfile.mkdtemp(dir="/dev/shm"))
    try:
        left = shutil.disk_usage(folder).free
        assert left < 400_000_000, "neither a mount namespace nor a small /dev/shm"
        (folder / "filler").write_bytes(bytes(max(left - megabytes * 1024**2, 0)))
        yield SmallDisk(folder, ())
    finally:
        shutil.rmtree(folder)
