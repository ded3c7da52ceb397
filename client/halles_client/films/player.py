"""One film that plays: a process that decodes, a thread that takes its pictures, and the newest of them.

However the process ends, the film stops and nothing else does. Not here: where a film is shown (view).
"""

import subprocess
import sys
import threading
import time
from contextlib import suppress
from io import RawIOBase
from pathlib import Path
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

WIDTH: Final = 640
HEIGHT: Final = 360
"""Points of a picture: what a booth's screen shows of it from two metres."""

_PROGRAM: Final = Path(__file__).with_name("child.py")
_CONTAINERS: Final = {".mp4": "mp4", ".webm": "matroska"}
_END_S: Final = 2.0


class Player:
    """Plays a file until it is closed."""

    def __init__(self, file: Path, size: tuple[int, int] = (WIDTH, HEIGHT)) -> None:
        """Starts; ``ValueError`` for what has not the name of a film; ``size`` in points of a picture."""
        container = _CONTAINERS.get(file.suffix)
        if container is None:
            raise ValueError(f"{file.name} is no film")
        self._size = size
        command = [sys.executable, "-I", str(_PROGRAM), str(file), container, *map(str, size)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0, env={}
        )
        self._newest: NDArray[np.uint8] | None = None
        self._thread = threading.Thread(target=self._take, name="halles film", daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether it still plays; a film that cannot be decoded does not."""
        return self._process.poll() is None

    def tell(self, seconds: float) -> None:
        """Tells the show's clock, by which the film goes round and round; once a second is enough."""
        self._say(f"{seconds:.3f} {time.monotonic():.3f}")

    def run_from(self, seconds: float, *, playing: bool) -> None:
        """Tells where the film is now, and whether it goes on from there, to its end and no further."""
        self._say(f"{seconds:.3f} {time.monotonic():.3f} {int(playing)}")

    def picture(self) -> NDArray[np.uint8] | None:
        """Returns a newer picture than the last time, ``(height, width, 3)`` BGR from the bottom up; or None."""
        newest, self._newest = self._newest, None
        return newest

    def close(self) -> None:
        """Ends the process."""
        self._process.kill()
        self._process.wait()
        self._thread.join(_END_S)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None, "started with a pipe"
        with suppress(OSError):  # it has ended
            self._process.stdin.write(f"{line}\n".encode())

    def _take(self) -> None:
        """Reads pictures; one that is not whole is the end."""
        pictures = cast(RawIOBase, self._process.stdout)  # unbuffered
        while True:
            data = bytearray(self._size[0] * self._size[1] * 3)
            left = memoryview(data)
            while left:
                count = pictures.readinto(left)
                if not count:
                    return
                left = left[count:]
            self._newest = np.frombuffer(data, dtype=np.uint8).reshape(self._size[1], self._size[0], 3)
