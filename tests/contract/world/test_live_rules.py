"""A live session's rules: every phase and mode, who may do what, and what hostile hands come to."""

import itertools
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from halles.errors import Rejection
from halles.ids import VisitId
from halles.world import live_rules
from halles.world.live import (
    FLOOR_CAP,
    HANDS_CAP,
    OPEN,
    LivePerson,
    LiveState,
    Material,
    Mode,
    Phase,
    film_position_ms,
    has_floor,
    rank,
)
from halles.world.live_acts import (
    CountDown,
    Depart,
    FreezeChat,
    GiveFloor,
    HostsGone,
    LeaveChair,
    LiveAct,
    LockDoor,
    LowerHand,
    MakePresenter,
    MoveHand,
    RaiseHand,
    Record,
    Return,
    RunFilm,
    Seat,
    ServerAct,
    SetMode,
    ShowOnScreen,
    ShowPage,
    Step,
    TakeChair,
    TakeFloor,
    YieldFloor,
    name_of,
)
from tests.support.messages import value_of

MATERIALS = (Material("Slides", "d.pdf", ("1.webp", "2.webp"), 0), Material("Film", "f.mp4", (), 60))
LIVE = LiveState(phase="live")


def person(key: str) -> LivePerson:
    return LivePerson(key, VisitId(f"visit-{key}"), key.title(), "fr")


def after(state: LiveState, *acts: tuple[LiveAct | ServerAct, str], now_ms: int = 1000) -> LiveState:
    """The state after acts, each with who does it: "host" is one; each a second later."""
    for act, by in acts:
        who = getattr(act, "who", "")
        about = live_rules.named(state, who) or (person(who) if who and who != "nobody" else None)
        asked = live_rules.Asked(person(by), by == "host", now_ms, about, MATERIALS)
        state = live_rules.decide(state, act, asked)
        now_ms += 1000
    return state


def refusal(state: LiveState, act: LiveAct, by: str = "ada") -> str:
    with pytest.raises(Rejection) as refused:
        after(state, (act, by))
    return refused.value.code


def hands(state: LiveState) -> list[str]:
    return [hand.person.key for hand in state.hands]


@pytest.mark.parametrize(("phase", "step"), list(itertools.product(get_args(Phase), live_rules.STEPS)))
def test_each_step_leads_from_its_phases_only_and_is_the_hosts(phase: Phase, step: live_rules.StepName) -> None:
    sources, target = live_rules.STEPS[step]
    state = LiveState(phase=phase)
    assert refusal(state, Step(step)) == "FORBIDDEN"
    if phase in sources:
        reached = after(state, (Step(step), "host"), now_ms=7000)
        assert (reached.phase, reached.since_ms) == (target, 7000)
        assert step in live_rules.steps_from(phase)
    elif phase == target:
        assert after(state, (Step(step), "host")) is state, "two hosts pressed the same button"
    else:
        assert refusal(state, Step(step), "host") == "NOT_NOW"
        assert step not in live_rules.steps_from(phase)


def test_a_whole_live_session_passes_its_phases_and_leaves_nobody_with_the_floor() -> None:
    state = after(LiveState(), (Step("open-doors"), "host"), (RaiseHand(), "ada"), (Step("start"), "host"))
    assert hands(state) == ["ada"]
    state = after(state, (GiveFloor("ada", 120), "host"), (Step("pause"), "host"))
    assert not has_floor(state, "ada"), "nobody is heard while it pauses"
    state = after(state, (Step("resume"), "host"))
    assert has_floor(state, "ada")
    state = after(state, (FreezeChat(True), "host"), (Step("close"), "host"), (Step("end"), "host"))
    left = replace(LiveState(phase="ended"), since_ms=state.since_ms, spoken=("ada",))
    assert state == replace(left, talked=state.talked, counted_ms=state.counted_ms)
    assert after(state, (Step("publish"), "host")).phase == "published"


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
        asked = live_rules.Asked(person(by), by == "host", 5000, None, MATERIALS, inside=inside)
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
        asked = live_rules.Asked(person(by), by == "host", 5000, None, MATERIALS, inside=inside, room=False)
        return live_rules.decide(before, act, asked)

    waits = does(replace(state, mode="open"), RaiseHand(), "ada")
    assert hands(waits) == ["ada"]
    with pytest.raises(Rejection, match="HALL_FULL"):
        does(replace(waits, mode=mode), act, "ada")
    for by, inside in (("ada", True), ("host", False)):
        assert live_rules.has_seat(does(state, act, by, inside=inside), by)
    sits = after(state, (act, "ada"))
    assert live_rules.has_seat(does(sits, act, "ada"), "ada"), "who has a seat has a place"


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


@pytest.mark.parametrize("act", [SetMode("open"), MakePresenter("bob"), MakePresenter(), Record(on=False)], ids=name_of)
def test_once_it_is_over_hosts_change_nothing_any_more(act: LiveAct) -> None:
    for phase in ("ended", "published"):
        assert refusal(LiveState(phase=phase, presenter="ada"), act, "host") == "NOT_NOW"
    assert after(LiveState(presenter="ada"), (act, "host")) != LiveState(presenter="ada"), (
        "before the doors they prepare"
    )


def test_only_the_presenter_turns_pages_and_runs_the_film() -> None:
    assert refusal(LIVE, ShowPage(0, 1)) == "FORBIDDEN"
    state = after(LIVE, (ShowPage(0, 2), "host"))
    assert (state.screen, state.slide and state.slide.page) == ("slides", 2)
    state = after(state, (MakePresenter("ada"), "host"))
    assert refusal(state, ShowPage(0, 1), "host") == "FORBIDDEN"
    assert after(state, (ShowPage(0, 1), "ada")).slide != state.slide
    for wrong in (ShowPage(0, 3), ShowPage(1, 1), ShowPage(9, 1), RunFilm(0, 0, True), RunFilm(1, 60_001, True)):
        assert refusal(state, wrong, "ada") == "NOT_FOUND", wrong
    assert refusal(replace(state, phase="ended"), ShowPage(0, 1), "ada") == "NOT_NOW"
    assert after(state, (MakePresenter(), "host")).presenter == ""


def test_a_film_goes_on_from_the_servers_moment_and_stands_still_when_something_else_is_shown() -> None:
    state = after(LIVE, (RunFilm(1, 5000, True), "host"), now_ms=10_000)
    assert state.film is not None
    assert [film_position_ms(state.film, now, 60_000) for now in (9000, 10_000, 12_500, 90_000)] == [
        5000,
        5000,
        7500,
        60_000,
    ]
    state = after(state, (ShowPage(0, 1), "host"), now_ms=13_000)
    assert state.film is not None
    assert (state.film.playing, film_position_ms(state.film, 20_000)) == (False, 8000)
    assert after(state, (ShowOnScreen("film"), "host")).screen == "film"
    assert refusal(LIVE, ShowOnScreen("film"), "host") == refusal(LIVE, ShowOnScreen("question"), "host") == "NOT_FOUND"
    assert after(LIVE, (ShowOnScreen("question", 7), "host")).on_screen == 7


def test_hands_and_floors_are_bounded() -> None:
    state = after(LIVE, *((RaiseHand(), f"p{n}") for n in range(HANDS_CAP)))
    assert refusal(state, RaiseHand(), "late") == "OVER_BUDGET"
    state = after(LIVE, *((GiveFloor(f"p{n}"), "host") for n in range(FLOOR_CAP)))
    assert refusal(state, GiveFloor("late"), "host") == "OVER_BUDGET"


def test_who_comes_back_has_all_as_before_and_who_is_gone_has_nothing() -> None:
    state = after(LIVE, (Seat("ada", 2), "host"), (GiveFloor("ada", 60), "host"), (MakePresenter("ada"), "host"))
    state = after(state, (RaiseHand(), "bob"))
    back = replace(person("ada"), visit=VisitId("anew"))
    returned = live_rules.decide(state, Return(), live_rules.Asked(back, False, 9000))
    assert [returned.chairs[0].person, returned.floor[0].person] == [back, back]
    assert returned.floor[0].until_ms == state.floor[0].until_ms
    assert after(returned, (Depart("ada", "visit-ada"), "server")) is returned, "an old visit's end takes nothing"
    gone = after(returned, (Depart("ada", "anew"), "server"), (Depart("bob"), "server"))
    counted = {"talked": gone.talked, "counted_ms": gone.counted_ms}
    assert gone == replace(LIVE, spoken=("ada",), backstage=returned.backstage, **counted)


def test_a_presenter_who_does_nothing_else_is_somebody_here_and_gone_like_all_others() -> None:
    state = after(LIVE, (MakePresenter("ada"), "host"))
    assert live_rules.named(state, "visit-ada") == person("ada")
    anew = live_rules.Asked(replace(person("ada"), visit=VisitId("anew")), False, 9000)
    returned = live_rules.decide(state, Return(), anew)
    assert after(returned, (Depart("ada", "visit-ada"), "server")) is returned
    assert after(returned, (Depart("ada", "anew"), "server")) == LIVE
    assert after(state, (MakePresenter(), "host")) == LIVE
    ended = after(state, (Step("close"), "host"), (Step("end"), "host"))
    assert live_rules.people_in(ended) == {}


def test_without_hosts_it_pauses_and_the_film_stands_still() -> None:
    state = after(LIVE, (RunFilm(1, 0, True), "host"), (HostsGone(), "server"), now_ms=1000)
    assert state.phase == "paused"
    assert state.film is not None
    assert not state.film.playing
    assert after(LiveState(phase="doors"), (HostsGone(), "server")).phase == "doors"


def test_every_act_has_a_rule_and_a_name_of_its_own() -> None:
    acts = [*get_args(LiveAct), *get_args(ServerAct)]
    assert set(live_rules._RULES) == set(acts)
    names = {kind.__struct_config__.tag for kind in acts}
    assert len(names) == len(acts)
    assert name_of(Step("start")) == "step"


@given(st.lists(st.tuples(value_of(LiveAct), st.sampled_from(["host", "ada", "bob", "eve"])), max_size=40))
def test_whatever_is_asked_the_state_stays_one_that_can_be_told(acts: list[tuple[LiveAct, str]]) -> None:
    state = LIVE
    for act, by in acts:
        try:
            state = after(state, (act, by))
        except Rejection:
            continue
        holders = [chair.person.key for chair in state.chairs]
        assert len(holders) == len(set(holders))
        assert len({chair.number for chair in state.chairs}) == len(state.chairs)
        assert len(state.floor) <= FLOOR_CAP
        assert state.mode != "fishbowl" or len(state.chairs) <= 4
        assert state.phase in OPEN or not state.frozen
