"""How the bench ends before its time: by Ctrl-C, or by a signal that asks it to; what it has started ends with it."""

import contextlib
import signal
import sys
from collections.abc import Iterator
from types import FrameType
from typing import Final

ASKED: Final = ("SIGTERM", "SIGHUP")
"""Taken like Ctrl-C, by name since not every system has them."""
SAID: Final = "interrupted"


@contextlib.contextmanager
def on_signals() -> Iterator[None]:
    """Ends the process with 128 and the signal's number when one comes in the block, once the block has cleaned up."""
    came = [signal.SIGINT]

    def interrupt(number: int, _frame: FrameType | None) -> None:
        came[0] = signal.Signals(number)
        # Whoever waits is woken in the way of Ctrl-C, which event loops turn into the end of what they run.
        signal.raise_signal(signal.SIGINT)

    # A shell's background job is started with this ignored, and whoever ignores it is not woken by it either.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in ASKED:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), interrupt)
    try:
        yield
    except KeyboardInterrupt:
        print(SAID, file=sys.stderr, flush=True)
        sys.exit(128 + came[0])
