"""The process that decodes one film for the screen it is shown on, and ends with its standard input.

Run by ``player`` as ``python -I child.py FILE FORMAT WIDTH HEIGHT``. Each line on standard input is the time in seconds
that the show's clock has now; the film runs round and round by it, so that all who watch see the same. Each picture on
standard output is ``HEIGHT`` rows of ``WIDTH`` points, blue green red, bottom row first, as Panda3D takes them.
Whatever a film makes this process do, it holds at most its memory and nothing of the visit's.
"""

import os
import sys
import threading
import time
from contextlib import suppress
from typing import Any, BinaryIO, Final

MEMORY: Final = 1024 * 1024 * 1024
NICE: Final = 5
FRAME_S: Final = 1 / 15
"""Between two pictures: a booth's screen is no cinema, and the hall needs the processor."""
LATE_S: Final = 1.5
"""So far behind or ahead the film is sought, not decoded through."""
SHORTEST_S: Final = 0.2


class Clock:
    """The show's clock as standard input tells it, and as it runs on from there."""

    def __init__(self) -> None:
        self._told = threading.Event()
        self._offset = 0.0

    def follow(self, lines: BinaryIO) -> None:
        """Reads times until the end, which is this process's end too; what is no time is passed over."""
        for line in lines:
            with suppress(ValueError):
                self._offset = float(line) - time.monotonic()
                self._told.set()
        os._exit(0)

    def now(self) -> float:
        """Returns the time, in seconds; waits until it was told once."""
        self._told.wait()
        return self._offset + time.monotonic()


def main(arguments: list[str]) -> None:
    """Plays until the end of input."""
    file, container, width, height = arguments
    _bounded()
    import av

    clock = Clock()
    threading.Thread(target=clock.follow, args=(sys.stdin.buffer,), daemon=True).start()
    # The container is named: a guess might take the file for a list of other files.
    with av.open(file, format=container) as film:
        _play(film, clock, (int(width), int(height)), sys.stdout.buffer)


def _bounded() -> None:
    """Gives up what is not needed, where the system can take it."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        os.nice(NICE)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _play(film: Any, clock: Clock, size: tuple[int, int], out: BinaryIO) -> None:
    video = film.streams.video[0]
    video.codec_context.thread_count = 1
    lasts = max(SHORTEST_S, (film.duration or 0) / 1_000_000)
    frames, shown = film.decode(video), -1.0
    while True:
        wanted = clock.now() % lasts
        if not -FRAME_S <= wanted - shown <= LATE_S:
            film.seek(int(wanted * 1_000_000))
            frames, shown = film.decode(video), -1.0
        frame = _frame_at(frames, wanted)
        if frame is None:  # the end, or a part that cannot be decoded: from the beginning, in time
            shown = lasts + LATE_S * 2
            time.sleep(FRAME_S)
            continue
        shown = max(float(frame.time or 0.0), wanted)
        pixels = frame.reformat(*size, format="bgr24").to_ndarray()
        out.write(pixels[::-1].tobytes())
        out.flush()
        time.sleep(max(0.0, FRAME_S - (clock.now() % lasts - wanted) % lasts))


def _frame_at(frames: Any, wanted: float) -> Any:
    """Returns the first picture that is not before a time; None at the end."""
    for frame in frames:
        if frame.time is None or frame.time >= wanted:
            return frame
    return None


if __name__ == "__main__":
    with suppress(BrokenPipeError, KeyboardInterrupt):
        main(sys.argv[1:])
