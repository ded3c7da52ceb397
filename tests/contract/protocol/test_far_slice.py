import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from halles.errors import RemoteProtocolError
from halles.protocol.far_slice import FAR, HEAD, pack, read, size

people = st.dictionaries(
    st.integers(0, 200),
    st.tuples(st.integers(-32_768, 32_767), st.integers(-32_768, 32_767), st.integers(0, 255)),
    min_size=1,
    max_size=40,
)


@given(people, st.integers(1, 255), st.integers(0, 1000))
def test_everybody_comes_back_within_half_a_unit_and_half_a_sixteenth_of_a_turn(
    where: dict[int, tuple[int, int, int]], step: int, first: int
) -> None:
    rows = [(first + step * at, *place) for at, place in sorted(where.items())]
    told = np.array(rows, dtype=FAR)
    heard = read(pack(told, step))
    assert heard.records["number"].tolist() == told["number"].tolist()
    for axis in ("x", "y"):
        assert np.abs(heard.records[axis] - told[axis]).max() * 2 <= heard.unit
    turn = (heard.records["heading"].astype(int) - told["heading"] + 128) % 256 - 128
    assert np.abs(turn).max() <= 8


def test_a_hall_of_fifty_metres_is_told_to_a_fifth_of_a_metre_in_two_and_a_half_bytes_each() -> None:
    rng = np.random.default_rng(1)
    told = np.empty(250, dtype=FAR)
    told["number"] = 10 * np.arange(250) + 3
    told["x"], told["y"], told["heading"] = [*rng.integers(-2500, 2501, (2, 250)).tolist(), [0] * 250]
    told["x"][:2] = -2500, 2500
    data = pack(told, 10)
    assert read(data).unit == math.ceil(5000 / 255)
    assert len(data) == HEAD.size + 32 + 625 == size(250, 250)


def test_a_crowd_in_one_spot_is_told_to_the_centimetre() -> None:
    told = np.array([(1, 100, -100, 0), (3, 355, 100, 240)], dtype=FAR)
    assert read(pack(told, 2)).records.tolist() == told.tolist()


def test_nobody_takes_no_bytes() -> None:
    assert pack(np.empty(0, dtype=FAR), 10) == b""
    assert read(b"").records.size == 0


WHOLE = pack(np.array([(1, 0, 0, 0), (5, 9, 9, 0)], dtype=FAR), 2)


@pytest.mark.parametrize(
    "data",
    [
        b"x",
        WHOLE[:-1],
        WHOLE + b"\0",
        WHOLE[: HEAD.size],
        HEAD.pack(1, 0, 1, 1, 0, 0) + b"\1\0\0\0",
        HEAD.pack(1, 1, 0, 1, 0, 0),
        HEAD.pack(1, 1, 1, 0, 0, 0) + b"\1\0\0\0",
        HEAD.pack(65_535, 1, 2, 1, 0, 0) + b"\3\0\0\0\0\0",
        HEAD.pack(0, 65_535, 65_535, 1, 0, 0) + bytes(8192),
    ],
    ids=["a byte", "cut", "too long", "head only", "no step", "no bits", "no unit", "number 65,536", "huge numbers"],
)
def test_a_slice_that_is_not_whole_is_a_protocol_error(data: bytes) -> None:
    with pytest.raises(RemoteProtocolError):
        read(data)


@given(st.binary(max_size=80))
def test_whatever_bytes_come_they_are_a_slice_or_a_protocol_error(data: bytes) -> None:
    try:
        heard = read(data)
    except RemoteProtocolError:
        return
    assert np.unique(heard.records["number"]).size == heard.records.size
