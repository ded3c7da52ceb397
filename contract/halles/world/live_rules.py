"""The rules of a live session: from a state and an act to the next state, or a refusal.

Belongs here: the table of phases, the table of acts, and what changes the live session as a whole. The floor has its
rules in ``live_floor_rules``, the screens in ``live_screen_rules``, what is asked of every act stands in
``live_asked``. Not here: whether somebody is a host (the server's policies): it is passed in. Pure, so that a restart,
another node and a replay come to the same.
"""

from collections.abc import Callable
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from halles.errors import Rejection, RejectionCode
from halles.world import floor_time
from halles.world import live_floor_rules as floor_rules
from halles.world import live_screen_rules as screens
from halles.world.live import (
    OPEN,
    LiveState,
    Phase,
    chairs_of,
    people_in,
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
    ShutBackstage,
    Silence,
    Step,
    StepName,
    TakeChair,
    TakeFloor,
    YieldFloor,
    tag_of,
)
from halles.world.live_asked import Asked, during, not_over, only_hosts
from halles.world.live_floor_rules import HANDS_MODES

STEPS: Final[dict[StepName, tuple[frozenset[Phase], Phase]]] = {
    "open-doors": (frozenset({"scheduled"}), "doors"),
    "start": (frozenset({"doors"}), "live"),
    "pause": (frozenset({"live"}), "paused"),
    "resume": (frozenset({"paused"}), "live"),
    "close": (frozenset({"live", "paused"}), "closing"),
    "end": (frozenset({"closing"}), "ended"),
    "publish": (frozenset({"ended"}), "published"),
}
"""Each step, from which phases it leads, and to which; all are the hosts'."""


def steps_from(phase: Phase) -> tuple[StepName, ...]:
    """Returns the steps that lead on from a phase."""
    return tuple(step for step, (sources, _) in STEPS.items() if phase in sources)


def decide(state: LiveState, act: LiveAct | ServerAct, asked: Asked) -> LiveState:
    """Returns the state after an act; the same state where it changes nothing.

    Raises:
        Rejection: FORBIDDEN to who may not; NOT_NOW where phase or mode do not allow it; SEAT_TAKEN; NOT_FOUND for
            somebody or something that is not there; OVER_BUDGET where too many wait.
    """
    after = _RULES[type(act)](state, act, asked)
    return after if after is state else floor_time.counted(state, after, asked.now_ms)


# --- the hosts' --------------------------------------------------------------------------------------------------


def _step(state: LiveState, act: Step, asked: Asked) -> LiveState:
    only_hosts(asked)
    sources, phase = STEPS[act.step]
    if state.phase == phase:
        return state  # two hosts pressed the same button
    if state.phase not in sources:
        raise Rejection(RejectionCode.NOT_NOW, f"no {act.step} while {state.phase}")
    state = replace(state, phase=phase, since_ms=asked.now_ms)
    if phase in ("closing", "ended"):
        state = replace(state, hands=(), film=screens.stopped(state, asked.now_ms))
    if phase == "ended":
        state = replace(state, floor=(), chairs=(), presenter="", presenting=None, countdown_ms=0)
        state = replace(state, frozen=False, locked=False, backstage=())
        state = floor_time.nameless(state)
    return state


def _set_mode(state: LiveState, act: SetMode, asked: Asked) -> LiveState:
    only_hosts(asked)
    not_over(state)
    hands = state.hands if act.mode in HANDS_MODES else ()
    floor = () if act.mode in ("screening", "fishbowl") else state.floor
    room = chairs_of(act.mode) - (act.mode == "fishbowl")  # one stays empty
    within = [chair for chair in state.chairs if chair.number < chairs_of(act.mode)]
    return replace(state, mode=act.mode, hands=hands, floor=floor, chairs=tuple(within[:room]))


def _freeze_chat(state: LiveState, act: FreezeChat, asked: Asked) -> LiveState:
    only_hosts(asked)
    during(state, OPEN)
    return replace(state, frozen=act.on)


def _lock_door(state: LiveState, act: LockDoor, asked: Asked) -> LiveState:
    only_hosts(asked)
    during(state, OPEN)
    return replace(state, locked=act.on)


def _shut_backstage(state: LiveState, act: ShutBackstage, asked: Asked) -> LiveState:
    only_hosts(asked)
    left = tuple(one for one in state.backstage if one.key != act.who)
    return replace(state, backstage=left) if len(left) < len(state.backstage) else state


def _record(state: LiveState, act: Record, asked: Asked) -> LiveState:
    only_hosts(asked)
    not_over(state)
    return replace(state, recorded=act.on)


# --- the server's ------------------------------------------------------------------------------------------------


def _return(state: LiveState, _: Return, asked: Asked) -> LiveState:
    def met(holder: Any) -> Any:
        return replace(holder, person=asked.by) if holder.person.key == asked.by.key else holder

    presents = state.presenting is not None and state.presenting.key == asked.by.key
    return replace(
        state,
        presenting=asked.by if presents else state.presenting,
        hands=tuple(map(met, state.hands)),
        chairs=tuple(map(met, state.chairs)),
        floor=tuple(map(met, state.floor)),
    )


def _depart(state: LiveState, act: Depart, _: Asked) -> LiveState:
    held = people_in(state).get(act.who)
    if held is not None and act.visit and held.visit not in ("", act.visit):
        return state  # they came back meanwhile, with another visit
    return replace(
        state,
        hands=tuple(hand for hand in state.hands if hand.person.key != act.who),
        chairs=tuple(chair for chair in state.chairs if chair.person.key != act.who),
        floor=tuple(floor for floor in state.floor if floor.person.key != act.who),
        presenter="" if state.presenter == act.who else state.presenter,
        presenting=None if state.presenter == act.who else state.presenting,
    )


def _silence(state: LiveState, act: Silence, _: Asked) -> LiveState:
    seated = state.mode != "fishbowl"  # elsewhere a chair does not let anybody speak
    return replace(
        state,
        hands=tuple(hand for hand in state.hands if hand.person.key != act.who),
        chairs=tuple(chair for chair in state.chairs if seated or chair.person.key != act.who),
        floor=tuple(floor for floor in state.floor if floor.person.key != act.who),
    )


def _hosts_gone(state: LiveState, _: HostsGone, asked: Asked) -> LiveState:
    if state.phase != "live":
        return state
    return replace(state, phase="paused", since_ms=asked.now_ms, film=screens.stopped(state, asked.now_ms))


_RULES: Final[dict[type[msgspec.Struct], Callable[[LiveState, Any, Asked], LiveState]]] = {
    RaiseHand: floor_rules.raise_hand,
    LowerHand: floor_rules.lower_hand,
    TakeFloor: floor_rules.take_floor,
    YieldFloor: floor_rules.yield_floor,
    TakeChair: floor_rules.take_chair,
    LeaveChair: floor_rules.leave_chair,
    ShowPage: screens.show_page,
    RunFilm: screens.run_film,
    Step: _step,
    SetMode: _set_mode,
    GiveFloor: floor_rules.give_floor,
    MoveHand: floor_rules.move_hand,
    Seat: floor_rules.seat,
    MakePresenter: screens.make_presenter,
    ShowOnScreen: screens.show,
    CountDown: screens.count_down,
    FreezeChat: _freeze_chat,
    LockDoor: _lock_door,
    Record: _record,
    ShutBackstage: _shut_backstage,
    Return: _return,
    Depart: _depart,
    Silence: _silence,
    HostsGone: _hosts_gone,
}

NAMES: Final = frozenset(tag_of(kind) for kind in _RULES)
"""Of all acts."""
