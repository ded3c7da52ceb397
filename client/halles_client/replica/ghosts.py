"""The people of a recorded live session at one moment, as a crowd: from chunks of motion, kept by minute.

Who they are stands in ``replays``; how they are drawn in ``view``. Pure: time is an argument. No object for each of
them, and bounded: ``CHUNKS_CAP`` chunks of each minute, of as many minutes as whoever fetches them keeps.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from halles.errors import Rejection
from halles.protocol.pose_batch import GESTURE_BITS
from halles.world import live_motion
from halles.world.live_motion import STEP_MS, Motion, MotionChunk
from halles.world.look import COATS, HAIRS, HEADS, SKINS, TROUSERS
from halles.world.scene import Scene
from halles_client.replica.crowd import Crowd
from halles_client.replica.replica import heights

GHOST_NUMBER: Final = 32_768
"""The first number of a ghost: no hall is so full that somebody alive has it too."""

GHOSTS_CAP: Final = 32_000

CHUNKS_CAP: Final = 64
"""Of one minute: six, and at worst one for each second where a node with too much to do missed beats."""

JOINED_MS: Final = 2 * STEP_MS
"""Between the last sample of a chunk and the next chunk, so that people walk from one to the other."""

GONE_MS: Final = 15_000
"""So long after the last sample nobody is shown any more."""

_STEP_M: Final = 4.0
"""Farther than this from one frame to the next nobody has walked: the clock was set."""

_STRIDE_WRAP: Final = np.float32(1000.0)


@dataclass(frozen=True, slots=True)
class _Track:
    begun_ms: int
    motion: Motion
    keys: dict[int, str]

    @property
    def ends_ms(self) -> int:
        return self.begun_ms + (len(self.motion.x) - 1) * STEP_MS


def _everybody() -> Crowd:
    none, bare = np.zeros(0, dtype=np.float32), np.zeros(0, dtype=np.uint8)
    return Crowd(
        number=np.zeros(0, dtype=np.uint16),
        x=none,
        y=none,
        z=none,
        heading=none,
        speed=none,
        stride=none,
        gesture=bare,
        look=np.zeros((0, 5), dtype=np.uint8),
        staff=np.zeros(0, dtype=bool),
    )


NOBODY: Final = _everybody()


class Ghosts:
    """Everybody of the minutes that are kept.

    Attributes:
        keys: Who took part by more than watching, at the moment last asked for: keys by ghost's number.
    """

    def __init__(self) -> None:
        self._minutes: dict[int, dict[int, _Track]] = {}
        self._tracks: list[_Track] = []
        self._walked: tuple[tuple[int, int], Motion] | None = None
        self._last_x, self._last_y = np.zeros(65_536, np.float32), np.zeros(65_536, np.float32)
        self._stride = np.zeros(65_536, np.float32)
        self.keys: dict[int, str] = {}

    def put(self, minute: int, chunk: MotionChunk) -> None:
        """Takes in a chunk of a minute; what a server of ours never sends is left out."""
        kept = self._minutes.setdefault(minute, {})
        if len(kept) >= CHUNKS_CAP:
            return
        try:
            motion = live_motion.unpack(chunk.data, chunk.samples)
        except Rejection:
            return
        keys = {_ghost(row.number): row.key for row in chunk.people}
        kept[chunk.begun_ms] = _Track(chunk.begun_ms, motion, keys)
        self._sort()

    def keep(self, minutes: Collection[int]) -> None:
        """Lets go of all other minutes."""
        for minute in [one for one in self._minutes if one not in minutes]:
            del self._minutes[minute]
        self._sort()

    def at(self, at_ms: float, scene: Scene, pace: float) -> Crowd:
        """Returns everybody at a moment of the recording.

        Args:
            at_ms: Unix time of then, milliseconds.
            scene: The hall's plan.
            pace: How fast that time goes now, 0 while it stands still.
        """
        row = next((i for i in range(len(self._tracks) - 1, -1, -1) if self._tracks[i].begun_ms <= at_ms), -1)
        if row < 0 or at_ms - self._tracks[row].ends_ms > GONE_MS:
            self.keys = {}
            return NOBODY
        track = self._tracks[row]
        self.keys = track.keys
        found = live_motion.places(self._motion(row), at_ms - track.begun_ms)
        number = _ghosts(found.numbers)
        z = heights(scene, found.x.astype(np.float64), found.y.astype(np.float64)).astype(np.float32)
        return Crowd(
            number=number,
            x=found.x,
            y=found.y,
            z=z,
            heading=found.heading,
            speed=found.speed * np.float32(pace),
            stride=self._strides(number, found.x, found.y),
            gesture=found.act & np.uint8(GESTURE_BITS),
            look=_LOOKS[number % len(_LOOKS)],
            staff=np.zeros(len(number), dtype=bool),
        )

    def _sort(self) -> None:
        every = {begun: track for kept in self._minutes.values() for begun, track in kept.items()}
        self._tracks = [every[begun] for begun in sorted(every)]
        self._walked = None

    def _motion(self, row: int) -> Motion:
        """Returns a chunk as far as the next one, where that follows at once."""
        track = self._tracks[row]
        after = self._tracks[row + 1] if row + 1 < len(self._tracks) else None
        if after is None or after.begun_ms - track.ends_ms > JOINED_MS:
            return track.motion
        pair = track.begun_ms, after.begun_ms
        if self._walked is None or self._walked[0] != pair:
            self._walked = pair, live_motion.joined(track.motion, after.motion)
        return self._walked[1]

    def _strides(
        self, number: NDArray[np.uint16], x: NDArray[np.float32], y: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Returns how far everybody has walked, frame by frame: the phase of their legs."""
        step = np.hypot(x - self._last_x[number], y - self._last_y[number])
        stride = np.fmod(self._stride[number] + np.where(step < _STEP_M, step, 0.0), _STRIDE_WRAP).astype(np.float32)
        self._last_x[number], self._last_y[number], self._stride[number] = x, y, stride
        return stride


def _ghost(number: int) -> int:
    return GHOST_NUMBER + number % GHOSTS_CAP


def _ghosts(numbers: NDArray[np.uint16]) -> NDArray[np.uint16]:
    return (numbers % np.uint16(GHOSTS_CAP) + np.uint16(GHOST_NUMBER)).astype(np.uint16)


def _looks(count: int) -> NDArray[np.uint8]:
    """Returns looks that nobody chose: a recording keeps none."""
    mixed = (np.arange(count, dtype=np.uint32) * np.uint32(2_654_435_761)) >> np.uint32(8)
    kinds = (len(COATS), len(TROUSERS), len(SKINS), HEADS, len(HAIRS))
    return np.stack([(mixed >> np.uint32(4 * i)) % kind for i, kind in enumerate(kinds)], axis=1).astype(np.uint8)


_LOOKS: Final = _looks(4096)
