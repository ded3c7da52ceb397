"""Recorded voice: packed and read again; bytes that are no portion."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halles.errors import Rejection
from halles.world import live_voice
from halles.world.live_voice import DATA_CAP, FRAMES_CAP, Spoken


@given(st.dictionaries(st.integers(0, FRAMES_CAP - 1), st.binary(min_size=1, max_size=133), max_size=60))
def test_what_was_packed_is_read_again(frames: dict[int, bytes]) -> None:
    spoken = [Spoken(place, frame) for place, frame in sorted(frames.items())]
    assert live_voice.unpack(live_voice.pack(spoken)) == spoken


def test_ten_seconds_of_the_largest_frames_fit() -> None:
    assert len(live_voice.pack(Spoken(place, b"x" * 255) for place in range(FRAMES_CAP))) <= DATA_CAP


@pytest.mark.parametrize(
    "data",
    [
        b"\x00",
        b"\x00\x00\x05abc",
        b"\x00\x00\x00",
        live_voice.pack([Spoken(3, b"a"), Spoken(3, b"b")]),
        live_voice.pack([Spoken(FRAMES_CAP, b"a")]),
    ],
    ids=["half a head", "less than it says", "no bytes", "twice the same moment", "beyond ten seconds"],
)
def test_bytes_that_are_no_portion_are_refused(data: bytes) -> None:
    with pytest.raises(Rejection):
        live_voice.unpack(data)


@given(st.binary(max_size=200))
def test_whatever_bytes_come_they_are_frames_in_order_or_refused(data: bytes) -> None:
    try:
        found = live_voice.unpack(data)
    except Rejection:
        return
    assert live_voice.pack(found) == data
    assert [one.place for one in found] == sorted({one.place for one in found})
