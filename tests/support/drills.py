"""Faults for drills: freezing, thawing and killing every process of an embedded Postgres."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from halles_server.storage import leftovers


def kill_all(cluster: Path) -> None:
    """Ends all processes of a Postgres at once, as a power cut would."""
    _signal_all(cluster, signal.SIGKILL)


@contextmanager
def frozen(cluster: Path) -> Iterator[None]:
    """Keeps all processes of a Postgres from running: connections stay open and get no answer."""
    _signal_all(cluster, signal.SIGSTOP)
    try:
        yield
    finally:
        _signal_all(cluster, signal.SIGCONT)


def _signal_all(cluster: Path, number: signal.Signals) -> None:
    for pid in leftovers.running(cluster):
        with suppress(ProcessLookupError):
            os.kill(pid, number)
