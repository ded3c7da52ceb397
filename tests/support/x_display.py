"""A real X server without a screen, for tests of real windows."""

import itertools
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

_turns = itertools.count()


@contextmanager
def x_display(width: int = 800, height: int = 600, *, also: tuple[str, ...] = ()) -> Iterator[str]:
    """Runs Xvfb and yields its display; a test that lacks it, or a program of ``also``, fails with one sentence."""
    missing = [name for name in ("Xvfb", *also) if not shutil.which(name)]
    if missing:
        pytest.fail(f"this test needs {', '.join(missing)} (on Debian: xvfb, xdotool and x11-xkb-utils)", pytrace=False)
    read, write = os.pipe()
    # Never the first one: what opens a window without being told where tries that.
    own = f":{100 + (os.getpid() * 8 + next(_turns) % 8) % 50_000}"
    server = subprocess.Popen(
        ["Xvfb", own, "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24", "-noreset", "-nolisten", "tcp"],
        pass_fds=[write],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    try:
        with os.fdopen(read) as told:
            yield f":{told.readline().strip()}"
    finally:
        server.terminate()
        server.wait(10)
