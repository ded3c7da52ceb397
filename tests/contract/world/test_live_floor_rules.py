"""Hands, the floor and the chairs: who goes first, in which mode, and how many."""

from typing import get_args

import pytest

from halles.world.live import (
    FLOOR_CAP,
    HANDS_CAP,
    LiveState,
    Mode,
    has_floor,
    rank,
)
from halles.world.live_acts import (
    GiveFloor,
    LeaveChair,
    MoveHand,
    RaiseHand,
    Seat,
    SetMode,
    Step,
    TakeChair,
    TakeFloor,
    YieldFloor,
)
from tests.support.live_rules import LIVE, after, hands, refusal


def test_whoever_has_not_spoken_goes_first_and_the_floor_lowers_the_hand() -> None:
    state = after(LIVE, (GiveFloor("ada", 60), "host"), (YieldFloor(), "ada"))
    state = after(state, (RaiseHand(), "ada"), (RaiseHand(), "bob"), (RaiseHand(), "cid"), now_ms=5000)
    assert hands(state) == ["bob", "cid", "ada"]
    assert [rank(state, key) for key in ("bob", "ada", "dan")] == [1, 3, 0]
    assert after(state, (RaiseHand(), "ada")) is state, "a hand is up once"
    state = after(state, (GiveFloor("bob", 90), "host"), now_ms=9000)
    assert hands(state) == ["cid", "ada"]
    assert [(floor.person.key, floor.since_ms, floor.until_ms) for floor in state.floor] == [("bob", 9000, 99_000)]
    longer = after(state, (GiveFloor("bob", 30), "host"), now_ms=10_000)
    assert (longer.floor[0].since_ms, longer.floor[0].until_ms) == (9000, 40_000), "more time is no new turn"


def test_a_host_orders_the_queue_and_nobody_goes_before_whom_a_host_has_moved_up() -> None:
    spoke = LiveState(phase="live", spoken=("bob", "cy"))
    state = after(spoke, (RaiseHand(), "ada"), (RaiseHand(), "bob"), (RaiseHand(), "cy"))
    assert hands(state) == ["ada", "bob", "cy"]
    assert hands(after(state, (MoveHand("cy", "up"), "host"))) == ["ada", "cy", "bob"]
    assert hands(after(state, (MoveHand("ada", "down"), "host"))) == ["bob", "ada", "cy"]
    state = after(state, (MoveHand("cy", "first"), "host"))
    assert hands(state) == ["cy", "ada", "bob"]
    assert hands(after(state, (RaiseHand(), "dan"))) == ["cy", "ada", "dan", "bob"]
    alone = after(spoke, (RaiseHand(), "bob"), (MoveHand("bob", "first"), "host"), (RaiseHand(), "dan"))
    assert hands(alone) == ["bob", "dan"], "though he has spoken"
    assert rank(state, "cy") == 1
    for end, to in (("cy", "up"), ("cy", "first"), ("bob", "down")):
        assert after(state, (MoveHand(end, to), "host")) == state  # type: ignore[arg-type]
    assert refusal(state, MoveHand("cy", "down")) == "FORBIDDEN"
    assert refusal(state, MoveHand("zoe", "up"), "host") == "NOT_FOUND"


@pytest.mark.parametrize("mode", get_args(Mode))
def test_each_mode_says_who_may_raise_a_hand_and_take_the_floor(mode: Mode) -> None:
    state = after(LIVE, (RaiseHand(), "bob"), (SetMode(mode), "host"))
    if mode in ("open", "hands"):
        assert hands(after(state, (RaiseHand(), "ada"))) == ["bob", "ada"]
    else:
        assert state.hands == ()
        assert refusal(state, RaiseHand()) == "NOT_NOW"
    if mode == "open":
        assert has_floor(after(state, (TakeFloor(), "ada")), "ada")
    else:
        assert refusal(state, TakeFloor()) == "FORBIDDEN"
    if mode in ("screening", "fishbowl"):
        assert refusal(state, GiveFloor("ada"), "host") == "NOT_NOW"
    if mode == "fishbowl":
        assert after(state, (TakeChair(0), "ada")).chairs[0].person.key == "ada"
    else:
        assert refusal(state, TakeChair(0)) == "FORBIDDEN"
        assert after(state, (Seat("ada", 7), "host")).chairs[0].number == 7


def test_in_a_fishbowl_one_chair_stays_empty_and_who_sits_is_heard() -> None:
    state = after(LIVE, (SetMode("fishbowl"), "host"))
    state = after(state, *((TakeChair(n), who) for n, who in enumerate(("ada", "bob", "cid", "dan"))))
    assert has_floor(state, "ada")
    assert refusal(state, TakeChair(1), "eve") == "SEAT_TAKEN"
    assert refusal(state, TakeChair(5), "eve") == "NOT_FOUND"
    state = after(state, (TakeChair(4), "eve"), now_ms=60_000)
    assert {chair.number: chair.person.key for chair in state.chairs} == {1: "bob", 2: "cid", 3: "dan", 4: "eve"}
    state = after(state, (TakeChair(0), "eve"), now_ms=61_000)
    assert len(state.chairs) == 4, "whoever changes chairs turns nobody out"
    assert len(after(state, (LeaveChair(), "bob")).chairs) == 3
    assert refusal(state, LeaveChair("bob"), "cid") == "FORBIDDEN"
    full = after(LIVE, *((Seat(f"p{n}", n), "host") for n in range(8)))
    assert len(after(full, (SetMode("fishbowl"), "host")).chairs) == 4


def test_hands_and_floors_are_bounded() -> None:
    state = after(LIVE, *((RaiseHand(), f"p{n}") for n in range(HANDS_CAP)))
    assert refusal(state, RaiseHand(), "late") == "OVER_BUDGET"
    state = after(LIVE, *((GiveFloor(f"p{n}"), "host") for n in range(FLOOR_CAP)))
    assert refusal(state, GiveFloor("late"), "host") == "OVER_BUDGET"


def test_who_was_heard_has_spoken_however_it_came_to_that() -> None:
    doors = LiveState(phase="doors", mode="fishbowl")
    sat_before = after(doors, (TakeChair(0), "ada"), (Step("start"), "host"))
    sat_elsewhere = after(LIVE, (Seat("ada", 0), "host"), (SetMode("fishbowl"), "host"))
    for state in (sat_before, sat_elsewhere):
        in_hands = after(state, (LeaveChair(), "ada"), (SetMode("hands"), "host"))
        assert hands(after(in_hands, (RaiseHand(), "bob"), (RaiseHand(), "ada"), (RaiseHand(), "cid"))) == [
            "bob",
            "cid",
            "ada",
        ]
    assert after(doors, (TakeChair(0), "ada"), (LeaveChair(), "ada"), (Step("start"), "host")).spoken == ()
