import contextlib
import functools
import math
import subprocess
import sys
import typing

import msgpack
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from halles.errors import RemoteProtocolError
from halles.protocol import codec
from halles.protocol.close_codes import CloseCode
from halles.protocol.messages import Hello, Message, Move, Say
from halles.protocol.table import BY_TYPE, TABLE, Direction, Row
from halles.protocol.version import NEWEST
from halles.world.look import Look
from tests.support.messages import message

HELLO = Hello(1, 1, "guest", "", "Zoë", "fr", Look(), "test 1")


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.type.__name__)
def test_every_message_of_the_table_survives_the_wire(row: Row) -> None:
    @settings(max_examples=25, deadline=None)
    @given(message(row.type))
    def survives(sent: Message) -> None:
        assert codec.decode(codec.encode(sent), row.direction) == sent

    survives()


@pytest.mark.parametrize("row", [row for row in TABLE if row.type is not Move], ids=lambda row: row.type.__name__)
def test_a_message_is_the_bytes_that_msgpack_makes_of_its_fields(row: Row) -> None:
    @settings(max_examples=25, deadline=None)
    @given(message(row.type))
    def same(sent: Message) -> None:
        fields = msgspec.to_builtins(sent, builtin_types=(bytes,))
        assert codec.encode(sent) == msgpack.packb([row.code, *fields])

    same()


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.type.__name__)
def test_no_message_is_accepted_against_its_direction(row: Row) -> None:
    @settings(max_examples=3, deadline=None)
    @given(message(row.type))
    def refused(sent: Message) -> None:
        wrong = Direction.TO_CLIENT if row.direction is Direction.TO_SERVER else Direction.TO_SERVER
        with pytest.raises(RemoteProtocolError) as refusal:
            codec.decode(codec.encode(sent), wrong)
        assert refusal.value.close_code == CloseCode.BAD_MESSAGE

    refused()


@settings(max_examples=1500, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(Direction))
def test_arbitrary_bytes_raise_remote_protocol_error_and_nothing_else(data: bytes, direction: Direction) -> None:
    with contextlib.suppress(RemoteProtocolError):
        codec.decode(data, direction)


_PLAIN = st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**64 - 1), st.floats(), st.text(), st.binary())


def _or_in_a_box(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.one_of(_PLAIN, st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=3), inner, max_size=2))


# Four deep by hand: what ``st.recursive`` draws is no other, at twice the time.
_ANYTHING = _or_in_a_box(_or_in_a_box(_or_in_a_box(_or_in_a_box(_PLAIN))))


@settings(max_examples=1500, deadline=None)
@given(st.sampled_from(TABLE), st.lists(_ANYTHING, max_size=12))
def test_well_formed_arrays_with_any_fields_raise_nothing_else_either(row: Row, fields: list[object]) -> None:
    data = typing.cast("bytes", msgpack.packb([row.code, *fields]))
    try:
        decoded = codec.decode(data, row.direction)
    except RemoteProtocolError:
        return
    assert codec.decode(codec.encode(decoded), row.direction) == decoded


@settings(max_examples=600, deadline=None)
@given(st.data(), st.sampled_from([row for row in TABLE if row.direction is Direction.TO_SERVER]))
def test_a_flipped_bit_is_a_message_or_a_protocol_error(data: st.DataObject, row: Row) -> None:
    good = bytearray(codec.encode(data.draw(message(row.type))))
    place = data.draw(st.integers(0, len(good) * 8 - 1))
    good[place // 8] ^= 1 << place % 8
    with contextlib.suppress(RemoteProtocolError):
        codec.decode(bytes(good), row.direction)


def refusal_of(*fields: object) -> RemoteProtocolError:
    with pytest.raises(RemoteProtocolError) as refusal:
        codec.decode(typing.cast("bytes", msgpack.packb(list(fields))), Direction.TO_SERVER)
    return refusal.value


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, 1.0, True, None, "1", 2**40, -(2**40)])
def test_a_place_that_is_not_a_small_integer_is_refused(number: object) -> None:
    assert refusal_of(3, 1, number, 0, 0, 0).close_code == CloseCode.BAD_MESSAGE


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ((4, b"0" * 16, "日" * 90, "x"), "$[1]"),
        ((4, b"0" * 16, ["canary"], "x"), "$[1]"),
        ((7, b"0" * 16, "booth", 1, [[["canary", ["canary"]]]]), "$[3]"),
        ((5, b"0" * 16, "canary" * 90), "$[1]"),
        ((3, "canary", 0, 0, 0, 0), "$[0]"),
    ],
)
def test_a_refusal_says_where_and_what_was_expected_and_repeats_nothing_of_the_peers(
    fields: tuple[object, ...], where: str
) -> None:
    text = refusal_of(*fields).text
    assert where in text
    assert "canary" not in text
    assert "日" not in text
    assert text.isascii()


def test_a_newer_hello_with_more_fields_is_read_if_there_is_a_version_in_common() -> None:
    fields = typing.cast("list[object]", msgpack.unpackb(codec.encode(HELLO)))
    fields[2] = NEWEST + 1
    newer = typing.cast("bytes", msgpack.packb([*fields, "unheard", ["of"]]))
    assert codec.decode(newer, Direction.TO_SERVER) == msgspec.structs.replace(HELLO, newest=NEWEST + 1)


@pytest.mark.parametrize(
    "unheard",
    [
        {"a": {1: [2.5, None]}},
        msgpack.ExtType(5, b"x"),
        msgpack.Timestamp(1),
        1.5,
        [0] * 5000,
        functools.reduce(lambda inner, _: [inner], range(400), 0),
    ],
    ids=["map", "extension", "time", "float", "long", "deep"],
)
def test_what_a_newer_hello_says_beyond_our_fields_may_be_any_messagepack(unheard: object) -> None:
    fields = typing.cast("list[object]", msgpack.unpackb(codec.encode(HELLO)))
    fields[2] = NEWEST + 1
    newer = typing.cast("bytes", msgpack.packb([*fields, unheard, "more"]))
    assert codec.decode(newer, Direction.TO_SERVER) == msgspec.structs.replace(HELLO, newest=NEWEST + 1)
    assert codec.hello_versions(newer) == (HELLO.oldest, NEWEST + 1)
    for broken in (newer[:-1], newer + b"\x00", newer + b"x" * codec.TO_SERVER_CAP):
        with pytest.raises(RemoteProtocolError):
            codec.decode(broken, Direction.TO_SERVER)


def test_a_map_within_our_own_fields_of_a_newer_hello_is_refused() -> None:
    fields = typing.cast("list[object]", msgpack.unpackb(codec.encode(HELLO)))
    assert refusal_of(1, 1, NEWEST + 1, {"a": 1}, *fields[4:], "more").close_code == CloseCode.BAD_MESSAGE


@pytest.mark.parametrize(("oldest", "newest"), [(NEWEST, NEWEST), (NEWEST + 1, NEWEST + 2)])
def test_more_fields_are_not_read_of_a_hello_that_is_not_newer_or_has_nothing_in_common(
    oldest: int, newest: int
) -> None:
    fields = typing.cast("list[object]", msgpack.unpackb(codec.encode(HELLO)))
    assert refusal_of(1, oldest, newest, *fields[3:], "unheard").close_code == CloseCode.BAD_MESSAGE


def test_text_is_not_taken_for_bytes() -> None:
    with pytest.raises(RemoteProtocolError):
        codec.decode(msgpack.packb([6, "eHh4eHh4eHh4eHh4eHh4eA==", "pole-images"]), Direction.TO_SERVER)


def test_too_few_and_too_many_fields_are_refused() -> None:
    assert refusal_of(3, 1, 2, 3).close_code == CloseCode.BAD_MESSAGE
    assert refusal_of(3, 1, 2, 3, 4, 5, 6, 7).close_code == CloseCode.BAD_MESSAGE


def test_an_unknown_code_is_refused() -> None:
    assert "63" in refusal_of(63).text


def test_a_string_over_its_cap_is_refused() -> None:
    assert refusal_of(4, b"0" * 16, "hall", "x" * 2001).close_code == CloseCode.BAD_MESSAGE


def test_a_message_over_16_kib_is_too_big() -> None:
    data = codec.encode(Say(b"0" * 16, "hall", "x")) + b"\0" * codec.TO_SERVER_CAP
    with pytest.raises(RemoteProtocolError) as refusal:
        codec.decode(data, Direction.TO_SERVER)
    assert refusal.value.close_code == CloseCode.TOO_BIG


def test_extension_types_and_maps_are_refused() -> None:
    assert refusal_of(3, msgpack.ExtType(4, b"x"), 0, 0, 0, 0).close_code == CloseCode.BAD_MESSAGE
    assert refusal_of(3, msgpack.Timestamp(1), 0, 0, 0, 0).close_code == CloseCode.BAD_MESSAGE
    assert refusal_of(3, {"a": 1}, 0, 0, 0, 0).close_code == CloseCode.BAD_MESSAGE


def test_deep_nesting_and_huge_announced_lengths_cost_nothing() -> None:
    for data in (b"\x91" * 16_000, b"\xdd\xff\xff\xff\xff", b"\xdb\xff\xff\xff\xff", b"\xc6\xff\xff\xff\xff", b""):
        with pytest.raises(RemoteProtocolError):
            codec.decode(data, Direction.TO_SERVER)


def test_bytes_after_the_message_are_refused() -> None:
    with pytest.raises(RemoteProtocolError):
        codec.decode(codec.encode(HELLO) + b"\0", Direction.TO_SERVER)


def test_a_lone_surrogate_is_refused() -> None:
    broken = codec.encode(HELLO).replace("Zoë".encode(), b"Z\xed\xa0\x80")
    with pytest.raises(RemoteProtocolError):
        codec.decode(broken, Direction.TO_SERVER)


def test_a_shorter_array_from_an_older_peer_gets_the_defaults() -> None:
    older = typing.cast("bytes", msgpack.packb(msgpack.unpackb(codec.encode(HELLO))[:-2]))
    assert codec.decode(older, Direction.TO_SERVER) == HELLO


def test_codes_are_unique_and_every_type_has_one_row() -> None:
    assert len({row.code for row in TABLE}) == len(TABLE) == len(BY_TYPE)


_anything = st.one_of(
    st.integers(-(2**63), 2**64 - 1),
    st.integers(-5, 70_000),
    st.floats(),
    st.just(1.0),
    st.booleans(),
    st.none(),
    st.text(max_size=3),
)


def _outcome(read: typing.Callable[[], Message]) -> tuple[object, ...]:
    try:
        return (read(),)
    except RemoteProtocolError as error:
        return (error.close_code, str(error))


def _the_long_way(data: bytes) -> Message:
    fields = codec.unpack(data, codec.TO_SERVER_CAP)
    if fields[0] != BY_TYPE[Move].code:
        return codec.decode(data, Direction.TO_SERVER)
    return codec.typed(fields[1:], Move)


@given(st.lists(_anything, min_size=6, max_size=6), st.data())
@settings(max_examples=400)
def test_a_move_has_a_short_way_that_leads_to_the_same(fields: list[object], data: st.DataObject) -> None:
    good = [7, -300, 200, 0, 9000, 0]
    mixed = [data.draw(st.sampled_from([field, right])) for field, right in zip(fields, good, strict=True)]
    packed = bytearray(msgpack.packb([BY_TYPE[Move].code, *mixed]))
    if data.draw(st.booleans()):
        packed[data.draw(st.integers(0, len(packed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    if data.draw(st.booleans()):
        del packed[data.draw(st.integers(0, len(packed) - 1)) :]
    whole = bytes(packed)
    assert _outcome(lambda: codec.decode(whole, Direction.TO_SERVER)) == _outcome(lambda: _the_long_way(whole))


FIRST_READ_BY_MANY = """
import sys, threading
from halles.protocol import codec
from halles.protocol.live_messages import LiveTold
from halles.world.live import LiveState
import msgspec
sys.setswitchinterval(1e-7)
fields, together = msgspec.to_builtins(("debate", 1, 1, LiveState())), threading.Barrier(24)
def read():
    together.wait()
    codec.typed(list(fields), LiveTold)
threads = [threading.Thread(target=read) for _ in range(24)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""


def test_a_message_is_read_for_the_first_time_by_many_threads_at_once() -> None:
    for _ in range(6):  # without care each ends one time in four with a segmentation fault
        assert subprocess.run([sys.executable, "-c", FIRST_READ_BY_MANY], timeout=60, check=False).returncode == 0
