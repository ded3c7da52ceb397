"""Moves of full width are what MessagePack allows, and many are read as each alone would be."""

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from halles.errors import LocalProtocolError, RemoteProtocolError
from halles.protocol import codec, wide_move
from halles.protocol.messages import Move
from halles.protocol.table import Direction
from tests.support.messages import message


def rows(messages: list[bytes]) -> np.ndarray:
    return np.frombuffer(b"".join(messages), dtype=np.uint8).reshape(-1, wide_move.SIZE)


@given(message(Move))
def test_a_move_of_full_width_is_a_move_like_any_other(move: Move) -> None:
    data = wide_move.write(move)
    assert len(data) == wide_move.SIZE
    assert codec.decode(data, Direction.TO_SERVER) == move
    fields = msgspec.to_builtins(move)
    assert codec.decode(msgspec.msgpack.encode([3, *fields]), Direction.TO_SERVER) == move, "nor is another width wrong"


@given(st.lists(message(Move), max_size=20))
def test_many_are_read_at_once(moves: list[Move]) -> None:
    read, fine = wide_move.read(rows([wide_move.write(move) for move in moves]))
    assert fine.all()
    assert [Move(*row[1:][1::2]) for row in read.tolist()] == moves


@given(st.lists(st.tuples(message(Move), st.integers(0, wide_move.SIZE - 1), st.integers(0, 255)), max_size=20))
def test_what_is_read_at_once_is_what_the_codec_reads(changes: list[tuple[Move, int, int]]) -> None:
    messages = []
    for move, place, value in changes:
        data = bytearray(wide_move.write(move))
        data[place] = value
        messages.append(bytes(data))
    read, fine = wide_move.read(rows(messages))
    for row, good, data in zip(read.tolist(), fine.tolist(), messages, strict=True):
        if good:
            assert codec.decode(data, Direction.TO_SERVER) == Move(*row[1:][1::2])


@pytest.mark.parametrize(
    "move", [Move(1, 32_001, 0, 0, 0), Move(1, 0, -32_001, 0, 0), Move(1, 0, 0, 511, 0)], ids=["x", "y", "z"]
)
def test_a_place_outside_of_every_hall_is_not_read(move: Move) -> None:
    _, fine = wide_move.read(rows([wide_move.write(move)]))
    assert not fine.any()
    with pytest.raises(RemoteProtocolError):
        codec.decode(wide_move.write(move), Direction.TO_SERVER)


def test_a_move_that_no_bytes_can_hold_is_our_own_fault() -> None:
    with pytest.raises(LocalProtocolError):
        codec.encode(Move(1, 40_000, 0, 0, 0))
