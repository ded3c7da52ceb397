"""Other processes of this machine."""

import ctypes
import os
import signal
from collections.abc import Callable
from typing import Final

_PR_SET_PDEATHSIG: Final = 1


def lives(process: int) -> bool:
    """Tells whether a process with this number is there, also one that is somebody else's."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # somebody else's
        return True
    return True


def tied_to_parent() -> Callable[[], None]:
    """Returns what a child does first: it gets SIGTERM when the thread that made it ends, even by kill -9 (prctl(2)).

    On Linux only.
    """
    libc, parent = ctypes.CDLL(None), os.getpid()

    def tie() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before it was asked for
            os._exit(1)

    return tie
