"""Programs that the bench starts: each on its core where the system can pin, and none outlives the bench.

Each is in a session of its own, so that Ctrl-C reaches only the bench, which stops them in order.
"""

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from halles_server.processes import tied_to_parent

STOP_S: Final = 20.0
"""The longest that a program may take to stop before it is killed; the server needs at most 10."""


def start(
    command: Sequence[str], *, core: int | None = None, environment: Mapping[str, str] | None = None, **how: Any
) -> subprocess.Popen[str]:
    """Starts a program; ``how`` is for ``Popen``."""
    return subprocess.Popen(
        command,
        env=os.environ | (environment or {}),
        text=True,
        start_new_session=True,
        preexec_fn=_prepared(core),  # noqa: PLW1509 - the child only execs
        **how,
    )


def stop(process: subprocess.Popen[str]) -> None:
    """Asks a program to stop, and kills it when it does not; who is asked twice, ends its farewell."""
    try:
        process.terminate()  # inside: the second Ctrl-C may come before the wait has begun
        _wait(process)
    except KeyboardInterrupt:
        process.terminate()
        _wait(process)
        raise


def _wait(process: subprocess.Popen[str]) -> None:
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        print(f"{process.args} did not stop in {STOP_S:.0f} s and was killed", file=sys.stderr)
        process.kill()
        process.wait()


def pin(core: int) -> None:
    """Keeps this process on one core; it stays where it is when the system cannot pin, or forbids that core."""
    if hasattr(os, "sched_setaffinity"):
        with contextlib.suppress(OSError):
            os.sched_setaffinity(0, {core})


def _prepared(core: int | None) -> Callable[[], None] | None:
    """Returns what a child does first: it goes to its core, and gets SIGTERM when the bench dies, even by kill -9."""
    if sys.platform != "linux":
        return None
    tie = tied_to_parent()

    def prepare() -> None:
        if core is not None:
            pin(core)
        tie()

    return prepare
