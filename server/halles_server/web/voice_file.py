"""One minute of what somebody said, as a file that browsers play: frames of Opus in WebM, as they were sent; pure.

Elements and their ids as in RFC 8794 (EBML) and RFC 9559 (Matroska), Opus in it as Matroska's codec specification says.
Pauses are filled with silent frames, so that a place in the file is a place in the minute.
"""

import struct
from collections.abc import Iterable, Mapping
from typing import Final

from halles.world import live_voice
from halles.world.live_replay import PART_MS
from halles.world.live_voice import FRAME_MS, VoicePortion

_FRAMES: Final = PART_MS // FRAME_MS
_SILENT: Final = b"\xf8\xff\xfe"
"""20 ms of nothing (RFC 6716: CELT, full band, mono, one frame)."""

_CLUSTER_FRAMES: Final = 500
"""Ten seconds in a cluster: a place is given there in 16 bits."""

_PRE_SKIP: Final = 312
"""Samples at 48 kHz that a decoder leaves out at the beginning, as libopus asks (RFC 7845 section 4.2)."""

_RATE: Final = 48_000


def voice_file(portions: Iterable[VoicePortion], begun_ms: int) -> bytes:
    """Returns what one person said in the minute that begins at a moment."""
    frames = _frames(portions, begun_ms)
    clusters = [_cluster(frames, first) for first in range(0, _FRAMES, _CLUSTER_FRAMES)]
    info, tracks = _info(), _tracks()
    head = len(info) + len(tracks) + len(_cues([0] * len(clusters)))
    places = [head + sum(map(len, clusters[:number])) for number in range(len(clusters))]
    return _head() + _element("18538067", info, tracks, _cues(places), *clusters)


def _frames(portions: Iterable[VoicePortion], begun_ms: int) -> Mapping[int, bytes]:
    """Returns the frames of a minute by their place in it."""
    found: dict[int, bytes] = {}
    for portion in portions:
        first = round((portion.begun_ms - begun_ms) / FRAME_MS)
        found |= {first + one.place: one.frame for one in live_voice.unpack(portion.data)}
    return found


def _head() -> bytes:
    return _element(
        "1a45dfa3",
        *(_element(code, _number(value)) for code, value in (("4286", 1), ("42f7", 1), ("42f2", 4), ("42f3", 8))),
        _element("4282", b"webm"),
        _element("4287", _number(4)),
        _element("4285", _number(2)),
    )


def _info() -> bytes:
    name = b"Halles"
    return _element(
        "1549a966",
        _element("2ad7b1", _number(1_000_000)),
        _element("4489", struct.pack(">d", PART_MS)),
        _element("4d80", name),
        _element("5741", name),
    )


def _tracks() -> bytes:
    opus = b"OpusHead" + struct.pack("<BBHIHB", 1, 1, _PRE_SKIP, _RATE, 0, 0)
    audio = _element("e1", _element("b5", struct.pack(">d", _RATE)), _element("9f", _number(1)))
    return _element(
        "1654ae6b",
        _element(
            "ae",
            *(_element(code, _number(value)) for code, value in (("d7", 1), ("73c5", 1), ("83", 2))),
            _element("86", b"A_OPUS"),
            _element("63a2", opus),
            _element("56aa", _number(_PRE_SKIP * 1_000_000_000 // _RATE)),
            _element("56bb", _number(80_000_000)),
            audio,
        ),
    )


def _cues(places: Iterable[int]) -> bytes:
    """Returns where each cluster begins; as long for whatever places."""
    points = []
    for number, place in enumerate(places):
        at = _element("f1", struct.pack(">Q", place))
        time = _element("b3", _number(number * _CLUSTER_FRAMES * FRAME_MS))
        points.append(_element("bb", time, _element("b7", _element("f7", _number(1)), at)))
    return _element("1c53bb6b", *points)


def _cluster(frames: Mapping[int, bytes], first: int) -> bytes:
    blocks = (
        _element("a3", struct.pack(">BhB", 0x81, place * FRAME_MS, 0x80), frames.get(first + place, _SILENT))
        for place in range(_CLUSTER_FRAMES)
    )
    return _element("1f43b675", _element("e7", _number(first * FRAME_MS)), *blocks)


def _element(code: str, *parts: bytes) -> bytes:
    body = b"".join(parts)
    size = struct.pack(">Q", len(body) | 1 << 56) if len(body) >= 0x7F else bytes([0x80 | len(body)])
    return bytes.fromhex(code) + size + body


def _number(value: int) -> bytes:
    return value.to_bytes(max(1, (value.bit_length() + 7) // 8), "big")
