"""A small disk for one process of a test: a tmpfs in a mount namespace of its own; nothing of the machine changes.

Without root a user namespace allows it. Where containers forbid both, the disk is what is left of their small /dev/shm.
"""

import functools
import math
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from halles_server.storage import binaries, cluster, os_user

_MB = 1024**2
_PATIENCE_S = 150
_ALONE = ("unshare", "--mount", *(() if os.geteuid() == 0 else ("--map-current-user", "--keep-caps")))
_MOUNTED = 'mount -t tmpfs -o size="$1"m,mode=711 none "$2" && shift 2 && exec "$@"'


@dataclass(frozen=True, slots=True)
class SmallDisk:
    """A folder on it, as its processes see it, and what stands before their commands."""

    folder: Path
    before: tuple[str, ...]

    def run(self, *command: str) -> "subprocess.CompletedProcess[str]":
        """Runs a command on the disk, empty at first, to its end."""
        try:
            return subprocess.run(
                [*self.before, *command], capture_output=True, text=True, timeout=_PATIENCE_S, check=False
            )
        except subprocess.TimeoutExpired as late:
            raise AssertionError(
                f"did not end within {_PATIENCE_S} s on its small disk; it said {late.stderr!r}"
            ) from None


@contextmanager
def small_disk(tmp_path: Path, megabytes: int) -> Iterator[SmallDisk]:
    """Gives a test a disk of that size, for one ``run``."""
    if shutil.which(_ALONE[0]) and subprocess.run([*_ALONE, "true"], capture_output=True, check=False).returncode == 0:
        yield SmallDisk(tmp_path, (*_ALONE, "sh", "-c", _MOUNTED, "sh", str(megabytes), str(tmp_path)))
        return
    folder = Path(tempfile.mkdtemp(dir="/dev/shm"))
    try:
        left = shutil.disk_usage(folder).free
        assert left < 400 * _MB, "no small disk: mount namespaces are forbidden, and /dev/shm is large"
        assert left >= megabytes * _MB, (
            f"no small disk: mount namespaces are forbidden, and /dev/shm has {left // _MB} MB free of {megabytes}"
        )
        (folder / "filler").write_bytes(bytes(left - megabytes * _MB))
        yield SmallDisk(folder, ())
    finally:
        shutil.rmtree(folder)


@functools.cache
def cluster_megabytes() -> int:
    """Measures what a fresh cluster takes, which differs between versions of Postgres."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o711)  # whoever root drops to must get through
        data = Path(folder) / "data"
        data.mkdir()
        user = os_user.choose(data / "cluster", None)
        made = cluster.make(data, user, binaries.find(user, None, binaries.CACHE))
        return math.ceil(sum(path.stat().st_blocks * 512 for path in made.rglob("*") if path.is_file()) / _MB)
