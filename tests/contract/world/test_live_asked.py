"""What is weighed of every act: hosts, the door, and whom it names."""

import pytest
from msgspec.structs import replace

from halles.errors import Rejection
from halles.world import live_asked, live_rules
from halles.world.live import (
    LiveState,
    Mode,
)
from halles.world.live_acts import (
    CountDown,
    FreezeChat,
    GiveFloor,
    LeaveChair,
    LiveAct,
    LockDoor,
    LowerHand,
    MakePresenter,
    RaiseHand,
    Record,
    Seat,
    SetMode,
    ShowOnScreen,
    TakeChair,
    TakeFloor,
    YieldFloor,
)
from tests.support.live_rules import LIVE, MATERIALS, after, hands, person, refusal


def test_only_hosts_give_take_and_lower_for_others() -> None:
    state = after(LIVE, (RaiseHand(), "ada"), (GiveFloor("bob"), "host"))
    for act in (LowerHand("ada"), YieldFloor("bob"), GiveFloor("ada"), LeaveChair("bob"), Seat("ada", 0)):
        assert refusal(state, act, "eve") == "FORBIDDEN", act
    for act in (MakePresenter("eve"), SetMode("open"), ShowOnScreen("title"), CountDown(5), FreezeChat(True)):
        assert refusal(state, act, "eve") == "FORBIDDEN", act
    assert refusal(state, Record(False), "eve") == "FORBIDDEN"
    assert not after(state, (Record(False), "host")).recorded
    assert refusal(state, LockDoor(True), "eve") == refusal(state, TakeFloor(), "eve") == "FORBIDDEN"
    assert refusal(state, GiveFloor("nobody"), "host") == "NOT_FOUND"
    assert hands(after(state, (LowerHand("ada"), "host"))) == []
    assert after(state, (YieldFloor("bob"), "host")).floor == ()


@pytest.mark.parametrize(("mode", "act"), [("hands", RaiseHand()), ("open", TakeFloor()), ("fishbowl", TakeChair(1))])
def test_through_a_locked_door_only_those_take_part_who_are_inside_or_did_before(mode: Mode, act: LiveAct) -> None:
    state = after(LiveState(phase="live", mode=mode), (LockDoor(True), "host"))

    def takes_part(before: LiveState, by: str, *, inside: bool) -> bool:
        asked = live_asked.Asked(person(by), by == "host", 5000, None, MATERIALS, inside=inside)
        try:
            return live_rules.decide(before, act, asked) is not None
        except Rejection as refusal:
            return refusal.code != "NOT_NOW"

    assert not takes_part(state, "ada", inside=False)
    assert takes_part(state, "ada", inside=True)
    assert takes_part(state, "host", inside=False)
    assert takes_part(after(state, (act, "ada")), "ada", inside=False)
    assert takes_part(after(state, (LockDoor(False), "host")), "ada", inside=False)


@pytest.mark.parametrize(("mode", "act"), [("open", TakeFloor()), ("fishbowl", TakeChair(1))])
def test_where_it_is_full_nobody_comes_in_by_a_seat_and_a_hand_gives_none(mode: Mode, act: LiveAct) -> None:
    state = LiveState(phase="live", mode=mode)

    def does(before: LiveState, act: LiveAct, by: str, *, inside: bool = False) -> LiveState:
        asked = live_asked.Asked(person(by), by == "host", 5000, None, MATERIALS, inside=inside, room=False)
        return live_rules.decide(before, act, asked)

    waits = does(replace(state, mode="open"), RaiseHand(), "ada")
    assert hands(waits) == ["ada"]
    with pytest.raises(Rejection, match="HALL_FULL"):
        does(replace(waits, mode=mode), act, "ada")
    for by, inside in (("ada", True), ("host", False)):
        assert live_asked.has_seat(does(state, act, by, inside=inside), by)
    sits = after(state, (act, "ada"))
    assert live_asked.has_seat(does(sits, act, "ada"), "ada"), "who has a seat has a place"
