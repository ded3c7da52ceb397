"""Announcements as bytes: what was said is heard, and arbitrary bytes raise one error."""

import msgpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from halles.errors import RemoteProtocolError
from halles_server.announcements import Announcement
from halles_server.cluster import events
from tests.support.announcements import BOOTH, EACH

_PLAIN = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**63), 2**64 - 1), st.floats(), st.text(), st.binary(max_size=64)
)
_LISTS = st.lists(st.one_of(_PLAIN, st.lists(st.one_of(_PLAIN, st.lists(_PLAIN, max_size=8)), max_size=8)), max_size=8)
# Three deep by hand: what ``st.recursive`` draws is no other, at several times the time.
ANYTHING = st.one_of(_PLAIN, _LISTS)


@pytest.mark.parametrize("news", EACH, ids=lambda news: type(news).__name__)
def test_what_was_said_is_heard(news: Announcement) -> None:
    assert events.decode(events.encode(news)) == news


def test_every_kind_has_its_example_so_that_none_is_left_out_above() -> None:
    assert {type(news) for news in EACH} == set(events.TYPES.values())


@settings(max_examples=500, deadline=None)
@given(st.binary(max_size=512))
def test_arbitrary_bytes_raise_one_error(data: bytes) -> None:
    with pytest.raises(RemoteProtocolError):
        events.decode(data)


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(sorted(events.TYPES)), st.lists(ANYTHING, max_size=8))
def test_arrays_of_anything_are_announcements_or_raise_one_error(code: int, fields: list[object]) -> None:
    try:
        assert type(events.decode(msgpack.packb([code, *fields]))) is events.TYPES[code]
    except RemoteProtocolError:
        return


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(EACH), st.data())
def test_a_real_announcement_with_broken_bytes_raises_at_most_one_error(
    news: Announcement, data: st.DataObject
) -> None:
    raw = bytearray(events.encode(news))
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        events.decode(bytes(raw))
    except RemoteProtocolError:
        return


def test_what_is_too_big_is_not_even_looked_at() -> None:
    with pytest.raises(RemoteProtocolError, match="at most"):
        events.decode(events.encode(BOOTH) + bytes(events.CAP))


@pytest.mark.parametrize(
    "fields",
    [
        [2, 16, 5, []],
        [2, -1, 5, []],
        [4, 1, 5, "lille", 9, 3, bytes(10 * 4096 + 1)],
        [5, 1, 5, "lille", 4, [], [0]],
        [5, 1, 5, "lille", 4, [], [65_536]],
        [99, 1],
        [1, "x" * 65, "a", 3],
    ],
)
def test_what_no_node_would_say_is_refused(fields: list[object]) -> None:
    with pytest.raises(RemoteProtocolError):
        events.decode(msgpack.packb(fields))
