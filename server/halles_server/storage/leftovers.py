"""What an earlier server left behind in a cluster folder, and how to clear it without risk to the data.

Called only by whoever holds the lock of the data folder. Every process of Postgres has the cluster as its working
folder, which the kernel tells reliably; a process number in a file may long belong to somebody else.
"""

import contextlib
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from halles.errors import ConfigError

_PATIENCE_S: Final = 60.0


def clear(cluster: Path, on_progress: Callable[[str], None]) -> None:
    """Stops a Postgres that still runs in the folder, then removes a stale ``postmaster.pid``.

    It is stopped, not taken over: it may be of another version, with other settings and another socket, and it is no
    child of ours. An orderly stop takes a tenth of a second. The pid file goes only when no process is left, so that
    Postgres' own guard against two servers on one folder is never undermined. Where there is no ``/proc``, everything
    is left to that guard.

    Raises:
        ConfigError: It does not stop within a minute.
    """
    if not Path("/proc/self/cwd").exists():
        return
    until = time.monotonic() + _PATIENCE_S
    if running(cluster):
        on_progress("stopping the Postgres that an earlier server left")
        for pid in running(cluster):
            _signal(pid, signal.SIGCONT)
        # Orphans of a killed postmaster notice by themselves and end.
        first = postmaster(cluster)
        if first is not None and first in running(cluster):
            _signal(first, signal.SIGINT)
    while pids := running(cluster):
        if time.monotonic() > until:
            raise ConfigError(f"Postgres (process {pids[0]}) still runs in {cluster} and does not stop")
        time.sleep(0.02)
    (cluster / "postmaster.pid").unlink(missing_ok=True)


def running(cluster: Path) -> list[int]:
    """Returns the processes of Postgres whose working folder is the cluster."""
    here = os.stat(cluster)
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                there, name = os.stat(entry / "cwd"), (entry / "comm").read_text()
            except OSError:
                continue
            if name.startswith("postgres") and os.path.samestat(here, there):
                found.append(int(entry.name))
    return sorted(found)


def postmaster(cluster: Path) -> int | None:
    """Returns the process number in ``postmaster.pid``, alive or not."""
    try:
        return int((cluster / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
