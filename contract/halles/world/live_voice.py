"""Recorded voice: some seconds of what one speaker said from the stage, as they sent it.

Frames of Opus, each 20 ms, in the order in which they were spoken; nothing decodes them on the way. Pure.

A portion's bytes are, frame by frame: ``<H`` how many frames of 20 ms after the portion's beginning, ``B`` its length,
and the frame.
"""

import struct
from collections.abc import Iterable, Sequence
from typing import Annotated, Final, NamedTuple

import msgspec

from halles.errors import Rejection, RejectionCode
from halles.world.live import Key, Millis

FRAME_MS: Final = 20
PORTION_MS: Final = 10_000
"""How much one portion holds at most."""

FRAMES_CAP: Final = PORTION_MS // FRAME_MS
_HEAD: Final = struct.Struct("<HB")
DATA_CAP: Final = FRAMES_CAP * (_HEAD.size + 255)


class Spoken(NamedTuple):
    """One frame: how many frames of 20 ms after the beginning it was spoken, and its bytes."""

    place: int
    frame: bytes


class VoicePortion(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What one speaker said in ten seconds at most."""

    begun_ms: Millis
    """Unix time of the first frame."""
    key: Key
    data: Annotated[bytes, msgspec.Meta(max_length=DATA_CAP)]


def pack(spoken: Iterable[Spoken]) -> bytes:
    """Returns frames as a portion's bytes."""
    return b"".join(_HEAD.pack(one.place, len(one.frame)) + one.frame for one in spoken)


def unpack(data: bytes) -> Sequence[Spoken]:
    """Returns the frames of a portion, in order.

    Raises:
        Rejection: BAD_FIELD, these are no frames that follow each other within ten seconds.
    """
    found: list[Spoken] = []
    at = 0
    while at < len(data):
        if len(data) - at < _HEAD.size:
            raise _no_portion()
        place, size = _HEAD.unpack_from(data, at)
        at += _HEAD.size
        after = found[-1].place if found else -1
        if not after < place < FRAMES_CAP or not 0 < size <= len(data) - at:
            raise _no_portion()
        found.append(Spoken(place, data[at : at + size]))
        at += size
    return found


def _no_portion() -> Rejection:
    return Rejection(RejectionCode.BAD_FIELD, "no portion of recorded voice")
