"""The wait that makes a steady voice of frames that come unevenly: one speaker's frames, in order, bounded.

Pure: whoever plays asks for a frame each 20 ms, and that is the only clock. Numbers go round at 2**32, as on the wire.
"""

from collections.abc import Sequence
from typing import Final

START: Final = 4
"""Frames that wait before the first is played, 80 ms: a server's tick brings two or three at once."""

MOST: Final = 6
"""Frames that wait at most, 120 ms; the oldest are left out for newer ones, so that a voice never lags behind."""

FAR: Final = 50
"""A number so far from the one awaited begins anew: somebody spoke again after a pause."""

_ROUND: Final = 2**32

LOST: Final = b""
"""In place of a frame that did not come in time."""


class Jitter:
    """One speaker's frames.

    Attributes:
        late: How many frames came after their time, or had no room.
    """

    def __init__(self) -> None:
        self._frames: dict[int, bytes] = {}
        self._next: int | None = None
        self._playing = False
        self._waited = 0
        self.late = 0

    def put(self, sequence: int, frames: Sequence[bytes]) -> None:
        """Takes frames that follow each other, the first with a number."""
        for offset, frame in enumerate(frames):
            self._put((sequence + offset) % _ROUND, frame)
        while len(self._frames) > MOST:
            oldest = self._oldest()
            del self._frames[oldest]
            self._next = (oldest + 1) % _ROUND
            self.late += 1

    def take(self) -> bytes | None:
        """Returns the frame that is due, ``LOST`` where it did not come though later ones did, None for silence."""
        if not self._frames:
            self._playing, self._waited = False, 0
            return None
        if not self._playing:
            self._waited += 1
            if len(self._frames) < START and self._waited < START:
                return None
            self._playing, self._waited, self._next = True, 0, self._oldest()
        assert self._next is not None, "set when playing began"
        due, self._next = self._next, (self._next + 1) % _ROUND
        return self._frames.pop(due, LOST)

    def _put(self, number: int, frame: bytes) -> None:
        ahead = _ahead(number, self._next) if self._next is not None else 0
        if abs(ahead) > FAR:
            self._frames.clear()
            self._playing, self._waited, self._next = False, 0, None
        elif ahead < 0:
            self.late += 1
            return
        self._frames[number] = frame

    def _oldest(self) -> int:
        some = next(iter(self._frames))
        return min(self._frames, key=lambda number: _ahead(number, some))


def _ahead(number: int, of: int) -> int:
    """Returns by how much a number comes after another one, on the shorter way round."""
    return (number - of + _ROUND // 2) % _ROUND - _ROUND // 2
