"""A live session's rules: every phase and mode, who may do what, and what hostile hands come to."""

import itertools
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from halles.errors import Rejection
from halles.ids import VisitId
from halles.world import live_asked, live_rules
from halles.world.live import (
    FLOOR_CAP,
    OPEN,
    LiveState,
    Phase,
    has_floor,
    people_in,
)
from halles.world.live_acts import (
    Depart,
    FreezeChat,
    GiveFloor,
    HostsGone,
    LiveAct,
    MakePresenter,
    RaiseHand,
    Record,
    Return,
    RunFilm,
    Seat,
    ServerAct,
    SetMode,
    Step,
    StepName,
    name_of,
)
from tests.support.live_rules import LIVE, after, hands, person, refusal
from tests.support.messages import value_of


@pytest.mark.parametrize(("phase", "step"), list(itertools.product(get_args(Phase), live_rules.STEPS)))
def test_each_step_leads_from_its_phases_only_and_is_the_hosts(phase: Phase, step: StepName) -> None:
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


@pytest.mark.parametrize("act", [SetMode("open"), MakePresenter("bob"), MakePresenter(), Record(on=False)], ids=name_of)
def test_once_it_is_over_hosts_change_nothing_any_more(act: LiveAct) -> None:
    for phase in ("ended", "published"):
        assert refusal(LiveState(phase=phase, presenter="ada"), act, "host") == "NOT_NOW"
    assert after(LiveState(presenter="ada"), (act, "host")) != LiveState(presenter="ada"), (
        "before the doors they prepare"
    )


def test_who_comes_back_has_all_as_before_and_who_is_gone_has_nothing() -> None:
    state = after(LIVE, (Seat("ada", 2), "host"), (GiveFloor("ada", 60), "host"), (MakePresenter("ada"), "host"))
    state = after(state, (RaiseHand(), "bob"))
    back = replace(person("ada"), visit=VisitId("anew"))
    returned = live_rules.decide(state, Return(), live_asked.Asked(back, False, 9000))
    assert [returned.chairs[0].person, returned.floor[0].person] == [back, back]
    assert returned.floor[0].until_ms == state.floor[0].until_ms
    assert after(returned, (Depart("ada", "visit-ada"), "server")) is returned, "an old visit's end takes nothing"
    gone = after(returned, (Depart("ada", "anew"), "server"), (Depart("bob"), "server"))
    counted = {"talked": gone.talked, "counted_ms": gone.counted_ms}
    assert gone == replace(LIVE, spoken=("ada",), backstage=returned.backstage, **counted)


def test_a_presenter_who_does_nothing_else_is_somebody_here_and_gone_like_all_others() -> None:
    state = after(LIVE, (MakePresenter("ada"), "host"))
    assert live_asked.named(state, "visit-ada") == person("ada")
    anew = live_asked.Asked(replace(person("ada"), visit=VisitId("anew")), False, 9000)
    returned = live_rules.decide(state, Return(), anew)
    assert after(returned, (Depart("ada", "visit-ada"), "server")) is returned
    assert after(returned, (Depart("ada", "anew"), "server")) == LIVE
    assert after(state, (MakePresenter(), "host")) == LIVE
    ended = after(state, (Step("close"), "host"), (Step("end"), "host"))
    assert people_in(ended) == {}


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
