"""Who waits to be admitted."""

from hypothesis import given
from hypothesis import strategies as st

from halles_server.gateway.waiting import Waiting


def test_the_oldest_of_an_address_makes_room_before_anybody_else() -> None:
    waiting: Waiting[int] = Waiting(10, 2)
    assert [waiting.add(1, "a"), waiting.add(2, "b"), waiting.add(3, "b"), waiting.add(4, "b")] == [None, None, None, 2]
    assert len(waiting) == 3


def test_an_ipv6_network_waits_as_one_address() -> None:
    waiting: Waiting[str] = Waiting(10, 2)
    assert [waiting.add(str(i), f"2001:db8::{i}") for i in range(3)] == [None, None, "0"]
    assert waiting.add("other", "2001:db8:0:1::1") is None


def test_the_oldest_of_all_makes_room() -> None:
    waiting: Waiting[int] = Waiting(2, 2)
    assert [waiting.add(1, "a"), waiting.add(2, "b"), waiting.add(3, "c")] == [None, None, 1]


def test_a_successor_waits_as_the_newest_and_only_if_its_predecessor_waits() -> None:
    waiting: Waiting[int] = Waiting(2, 2)
    waiting.add(1, "a")
    waiting.add(2, "b")
    assert waiting.replace(1, 11, "a") is None
    assert waiting.replace(99, 999, "z") is None
    assert len(waiting) == 2
    assert waiting.add(3, "c") == 2


def test_a_successor_at_an_address_of_its_own_makes_the_oldest_of_that_address_leave() -> None:
    waiting: Waiting[int] = Waiting(10, 2)
    for item in (1, 2, 3):
        waiting.add(item, f"proxy:{item}")
    assert [waiting.replace(1, 11, "a"), waiting.replace(2, 12, "a"), waiting.replace(3, 13, "a")] == [None, None, 11]
    assert len(waiting) == 2


@given(st.lists(st.tuples(st.integers(0, 20), st.sampled_from("abc"), st.booleans())))
def test_bounds_hold_whatever_happens(acts: list[tuple[int, str, bool]]) -> None:
    waiting: Waiting[object] = Waiting(7, 3)
    there: dict[object, str] = {}
    for _, address, goes in acts:
        if goes and there:
            gone = next(iter(there))
            waiting.remove(gone)
            del there[gone]
        else:
            item = object()
            there[item] = address
            if (closed := waiting.add(item, address)) is not None:
                del there[closed]
        assert len(waiting) == len(there) <= 7
        assert all(list(there.values()).count(address) <= 3 for address in "abc")
