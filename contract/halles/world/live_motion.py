"""How people moved in a live session: ten seconds of a whole hall in a few kilobytes, read again at any moment.

Belongs here: the packing and what stands where between two samples. Not here: who somebody is; a chunk names numbers,
and keys of those who took part by more than watching: whoever only watched is a shape without a key from the start.
Pure.

A chunk's bytes are deflated (RFC 1951 within zlib's frame, RFC 1950): the numbers as ``<u2`` (people), then for each
person all samples, the planes one after the other: x and y in centimetres as differences from the sample before, modulo
65,536, low bytes before high bytes; heading in 256ths of a turn and the act byte as differences modulo 256. An x of
-32,768 says that somebody was not there.
"""

import zlib
from collections.abc import Sequence
from typing import Annotated, Final, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from halles.errors import Rejection, RejectionCode
from halles.world.live import Key, Millis

STEP_MS: Final = 1000
"""Between two samples."""

SAMPLES_CAP: Final = 10
PEOPLE_CAP: Final = 5_000
"""In one chunk: those who were there and those who came meanwhile."""

AWAY: Final = -32_768
_ROW: Final = 6
"""Bytes of one person at one sample, before they are deflated."""

_RAW_CAP: Final = PEOPLE_CAP * (2 + SAMPLES_CAP * _ROW)
DATA_CAP: Final = 200 * 1024

I16 = NDArray[np.int16]
U8 = NDArray[np.uint8]
F32 = NDArray[np.float32]


class Sample(NamedTuple):
    """Everybody at one moment: arrays ``(people,)``."""

    numbers: NDArray[np.uint16]
    x: I16
    y: I16
    heading: U8
    act: U8


class Motion(NamedTuple):
    """A chunk, unpacked: ``numbers`` ``(people,)``, all else ``(samples, people)``."""

    numbers: NDArray[np.uint16]
    x: I16
    y: I16
    heading: U8
    act: U8


class KeyedNumber(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Somebody who took part, by number in one chunk."""

    number: Annotated[int, msgspec.Meta(ge=1, le=0xFFFF)]
    key: Key


class MotionChunk(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Up to ten seconds of a hall; samples are ``STEP_MS`` apart."""

    begun_ms: Millis
    """Unix time of the first sample."""
    samples: Annotated[int, msgspec.Meta(ge=1, le=SAMPLES_CAP)]
    data: Annotated[bytes, msgspec.Meta(max_length=DATA_CAP)]
    people: Annotated[tuple[KeyedNumber, ...], msgspec.Meta(max_length=PEOPLE_CAP)] = ()


def pack(samples: Sequence[Sample]) -> bytes:
    """Returns the bytes of 1 … ``SAMPLES_CAP`` samples; of more people than ``PEOPLE_CAP`` the first by number."""
    numbers = np.unique(np.concatenate([sample.numbers for sample in samples]))[:PEOPLE_CAP].astype("<u2")
    shape = (len(samples), numbers.size)
    x, y = np.full(shape, AWAY, dtype="<i2"), np.zeros(shape, dtype="<i2")
    heading, act = np.zeros(shape, dtype=np.uint8), np.zeros(shape, dtype=np.uint8)
    for row, sample in enumerate(samples):
        known = np.isin(sample.numbers, numbers)
        at = np.searchsorted(numbers, sample.numbers[known])
        x[row, at], y[row, at] = sample.x[known], sample.y[known]
        heading[row, at], act[row, at] = sample.heading[known], sample.act[known]
    planes = [*_halves(x), *_halves(y), _steps(heading), _steps(act)]
    return zlib.compress(numbers.tobytes() + b"".join(plane.T.tobytes() for plane in planes), 6)


def unpack(data: bytes, samples: int) -> Motion:
    """Reads a chunk's bytes.

    Raises:
        Rejection: BAD_FIELD for whatever cannot be one, however much it would inflate to.
    """
    opened = zlib.decompressobj()
    try:
        raw = opened.decompress(data, _RAW_CAP)
    except zlib.error:
        raise Rejection(RejectionCode.BAD_FIELD, "no chunk of motion") from None
    each = 2 + samples * _ROW
    people = len(raw) // each
    if not opened.eof or len(raw) != people * each:
        raise Rejection(RejectionCode.BAD_FIELD, "no chunk of motion")
    planes = np.frombuffer(raw, dtype=np.uint8, offset=people * 2).reshape(_ROW, people, samples).transpose(0, 2, 1)
    x, y = _whole(planes[0], planes[1]), _whole(planes[2], planes[3])
    heading, act = (np.cumsum(plane, axis=0, dtype=np.uint8) for plane in planes[4:])
    return Motion(np.frombuffer(raw, dtype="<u2", count=people), x, y, heading, act)


class Places(NamedTuple):
    """Who is where at one moment, all ``(people,)``: metres, radians, and how fast they go there, m/s."""

    numbers: NDArray[np.uint16]
    x: F32
    y: F32
    heading: F32
    act: U8
    speed: F32


class _Between(NamedTuple):
    """A moment between two samples: whose rows of which count, for each person, and how far it is to the second."""

    shown: NDArray[np.bool_]
    first: NDArray[np.intp]
    second: NDArray[np.intp]
    share: float


def at(motion: Motion, since_ms: float) -> Motion:
    """Returns where people stood at a moment, as one sample; between two they walk straight.

    Args:
        motion: A chunk.
        since_ms: Milliseconds after its first sample.
    """
    moment = _between(motion, since_ms)
    x, y = (np.round(_mixed(plane, moment)).astype(np.int16) for plane in (motion.x, motion.y))
    columns, shown = np.arange(motion.numbers.size), moment.shown
    heading, act = motion.heading[moment.first, columns], motion.act[moment.first, columns]
    return Motion(motion.numbers[shown], x[None, shown], y[None, shown], heading[None, shown], act[None, shown])


def places(motion: Motion, since_ms: float) -> Places:
    """Returns the same as ``at`` for drawing: unrounded, people turning on the shorter way, and their speed."""
    moment = _between(motion, since_ms)
    shown, columns = moment.shown, np.arange(motion.numbers.size)
    planes = (motion.x, motion.y)
    x, y = (_mixed(plane, moment)[shown] / np.float32(100.0) for plane in planes)
    across, along = (
        plane[moment.second, columns].astype(np.float32) - plane[moment.first, columns] for plane in planes
    )
    first, second = (motion.heading[row, columns][shown] for row in (moment.first, moment.second))
    turn = (second - first).view(np.int8).astype(np.float32)  # modulo 256: at most half a turn either way
    heading = (first + turn * np.float32(moment.share)) * np.float32(2.0 * np.pi / 256.0)
    speed = np.hypot(across, along)[shown] * np.float32(10.0 / STEP_MS)
    return Places(motion.numbers[shown], x, y, heading, motion.act[moment.first, columns][shown], speed)


def joined(motion: Motion, following: Motion) -> Motion:
    """Returns a chunk with the first sample of the one that follows it, so that people walk on between the two."""
    numbers = np.union1d(motion.numbers, following.numbers)
    old, new = np.searchsorted(numbers, motion.numbers), np.searchsorted(numbers, following.numbers)
    shape = (len(motion.x) + 1, numbers.size)
    x, y = np.full(shape, AWAY, dtype=np.int16), np.zeros(shape, dtype=np.int16)
    heading, act = np.zeros(shape, dtype=np.uint8), np.zeros(shape, dtype=np.uint8)
    for whole, before, after in ((x, motion.x, following.x), (y, motion.y, following.y)):
        whole[:-1, old], whole[-1, new] = before, after[0]
    for turned, before8, after8 in ((heading, motion.heading, following.heading), (act, motion.act, following.act)):
        turned[:-1, old], turned[-1, new] = before8, after8[0]
    return Motion(numbers, x, y, heading, act)


def _between(motion: Motion, since_ms: float) -> _Between:
    last = len(motion.x) - 1
    exact = min(max(since_ms / STEP_MS, 0.0), float(last))
    before = min(int(exact), last)
    after, share = min(before + 1, last), exact - before
    here, there = motion.x[before] != AWAY, motion.x[after] != AWAY
    shown = here | (there & (share > 0.0))
    return _Between(shown, np.where(here, before, after), np.where(there, after, before), share)


def _mixed(plane: I16, moment: _Between) -> F32:
    columns = np.arange(plane.shape[1])
    start = plane[moment.first, columns].astype(np.float32)
    found: F32 = start + (plane[moment.second, columns] - start) * np.float32(moment.share)
    return found


def _halves(plane: I16) -> tuple[U8, U8]:
    steps = np.diff(plane.astype(np.int32), axis=0, prepend=0).astype(np.uint16)
    return (steps & 0xFF).astype(np.uint8), (steps >> 8).astype(np.uint8)


def _steps(plane: U8) -> U8:
    return np.diff(plane.astype(np.int16), axis=0, prepend=0).astype(np.uint8)


def _whole(low: U8, high: U8) -> I16:
    steps = low.astype(np.uint16) | (high.astype(np.uint16) << 8)
    return np.cumsum(steps, axis=0, dtype=np.uint16).view(np.int16)
