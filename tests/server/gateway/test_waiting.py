"""Who has not said Hello yet."""

from hypothesis import given
from hypothesis import strategies as st

from halles_server.gateway.waiting import GRACE_S, Waiting

LATER = GRACE_S + 0.01
"""From one to the next in these tests: nobody is so new as to be spared."""


def test_the_oldest_of_an_address_makes_room_before_anybody_else() -> None:
    waiting: Waiting[int] = Waiting(10, 2)
    assert [waiting.add(i, address, i * LATER) for i, address in enumerate("abbb")] == [[], [], [], [1]]
    assert len(waiting) == 3


def test_an_ipv6_network_waits_as_one_address() -> None:
    waiting: Waiting[str] = Waiting(10, 2)
    assert [waiting.add(str(i), f"2001:db8::{i}", i * LATER) for i in range(3)] == [[], [], ["0"]]
    assert waiting.add("other", "2001:db8:0:1::1", 3 * LATER) == []


def test_the_oldest_of_all_makes_room() -> None:
    waiting: Waiting[int] = Waiting(2, 2)
    assert [waiting.add(i, address, i * LATER) for i, address in ((1, "a"), (2, "b"), (3, "c"))] == [[], [], [1]]


def test_of_a_crowd_that_comes_at_once_nobody_makes_room_before_a_moment_has_passed() -> None:
    waiting: Waiting[int] = Waiting(10, 2)
    assert [waiting.add(i, "a", 0.0) for i in range(5)] == [[]] * 5
    assert waiting.tidy(GRACE_S) == []
    assert waiting.tidy(LATER) == [0, 1, 2]
    made_room = [one for i in range(10, 25) for one in waiting.add(i, str(i), LATER)]
    assert made_room == [3, 4], "who have had their moment"


def test_a_successor_waits_as_the_newest_and_only_if_its_predecessor_waits() -> None:
    waiting: Waiting[int] = Waiting(2, 2)
    waiting.add(1, "a", 0.0)
    waiting.add(2, "b", 0.0)
    assert waiting.replace(1, 11, "a", 0.1) == []
    assert waiting.replace(99, 999, "z", 0.1) == []
    assert len(waiting) == 2
    assert waiting.add(3, "c", LATER) == [2]


def test_a_successor_at_an_address_of_its_own_makes_the_oldest_of_that_address_leave() -> None:
    waiting: Waiting[int] = Waiting(10, 2)
    for item in (1, 2, 3):
        waiting.add(item, f"proxy:{item}", 0.0)
    assert [waiting.replace(i, 10 + i, "a", i * LATER) for i in (1, 2, 3)] == [[], [], [11]]
    assert len(waiting) == 2


@given(st.lists(st.tuples(st.integers(0, 20), st.sampled_from("abc"), st.booleans())))
def test_bounds_hold_whatever_happens(acts: list[tuple[int, str, bool]]) -> None:
    waiting: Waiting[object] = Waiting(7, 3)
    there: dict[object, str] = {}
    for step, (_, address, goes) in enumerate(acts):
        if goes and there:
            gone = next(iter(there))
            waiting.remove(gone)
            del there[gone]
        else:
            item = object()
            there[item] = address
            for closed in waiting.add(item, address, step * LATER):
                del there[closed]
        assert len(waiting) == len(there) <= 7
        assert all(list(there.values()).count(address) <= 3 for address in "abc")
