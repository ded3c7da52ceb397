"""The process that decodes one film for the screen it is shown on, and ends with its standard input.

Run by ``player`` as ``python -I child.py FILE FORMAT WIDTH HEIGHT``. Each line on standard input is the time in seconds
that the show's clock has, and this computer's when that was said: lines wait while this process starts or stands still,
and are as true when they are read at last. The film runs round and round by it, so that all who watch see the same. A
third number makes the first where the film is, and is 1 where it plays or 0 where it stands still: it then runs once,
and stays at its end.
Each picture on standard output is ``HEIGHT`` rows of ``WIDTH`` points, blue green red, bottom row first, as Panda3D
takes them.
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
STALE_S: Final = 60.0
SHORTEST_S: Final = 0.2
END_S: Final = 0.1
"""A film that runs once stays so long before its end: its last picture is there."""


class Clock:
    """The show's clock as standard input tells it, and as it runs on from there."""

    def __init__(self) -> None:
        self._told = threading.Event()
        self._offset, self._still, self._once = 0.0, -1.0, False

    def follow(self, lines: BinaryIO) -> None:
        """Reads times until the end, which is this process's end too; what is no time is passed over."""
        for line in lines:
            with suppress(ValueError):
                told, said, *runs = map(float, line.split())
                now = time.monotonic()
                # One clock for all processes; where it were not, a line would be taken to be said just now.
                self._offset = told - (said if 0.0 <= now - said < STALE_S else now)
                self._still = told if runs and not runs[0] else -1.0
                self._once = bool(runs)
                self._told.set()
        os._exit(0)

    def at(self, lasts: float) -> float:
        """Returns where a film of so many seconds is now; waits until the time was told once."""
        self._told.wait()
        now = self._still if self._still >= 0.0 else self._offset + time.monotonic()
        return min(max(now, 0.0), lasts - END_S) if self._once else now % lasts


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
    frames, shown, last = film.decode(video), -1.0, -1.0
    while True:
        wanted = clock.at(lasts)
        if wanted == last:  # it stands still
            time.sleep(FRAME_S)
            continue
        if not -FRAME_S <= wanted - shown <= LATE_S:
            film.seek(int(wanted * 1_000_000))
            frames, shown = film.decode(video), -1.0
        frame = _frame_at(frames, wanted)
        if frame is None:  # the end, or a part that cannot be decoded: from the beginning, in time
            shown = lasts + LATE_S * 2
            time.sleep(FRAME_S)
            continue
        shown, last = max(float(frame.time or 0.0), wanted), wanted
        pixels = frame.reformat(*size, format="bgr24").to_ndarray()
        out.write(pixels[::-1].tobytes())
        out.flush()
        time.sleep(max(0.0, FRAME_S - (clock.at(lasts) - wanted) % lasts))


def _frame_at(frames: Any, wanted: float) -> Any:
    """Returns the first picture that is not before a time, else the film's last one; None where there is no other."""
    newest = None
    for newest in frames:
        if newest.time is None or newest.time >= wanted:
            break
    return newest


if __name__ == "__main__":
    with suppress(BrokenPipeError, KeyboardInterrupt):
        main(sys.argv[1:])
