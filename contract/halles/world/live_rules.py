"""The rules of a live session: from a state and an act to the next state, or a refusal.

Belongs here: the table of phases, who may do what while which phase and mode last, and what each act changes. Not here:
whether somebody is a host (the server's policies): it is passed in. Pure, so that a restart, another node and a replay
come to the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from halles.errors import Rejection, RejectionCode
from halles.world import floor_time
from halles.world.live import (
    BACKSTAGE_CAP,
    FLOOR_CAP,
    HANDS_CAP,
    OPEN,
    TAKING_PART,
    Behind,
    Chair,
    Film,
    Floor,
    Hand,
    LivePerson,
    LiveState,
    Material,
    Mode,
    Phase,
    Slide,
    chairs_of,
    people_in,
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
    ShutBackstage,
    Silence,
    Step,
    StepName,
    TakeChair,
    TakeFloor,
    YieldFloor,
    tag_of,
)
from halles.world.live_queue import moved, queued

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

_HANDS: Final[frozenset[Mode]] = frozenset({"open", "hands"})


@dataclass(frozen=True, slots=True)
class Asked:
    """Who acts, and what is known when they do.

    Attributes:
        by: Whoever acts; of the server's own acts, whom they concern.
        host: Whether they conduct this live session.
        now_ms: Unix time.
        about: Whom the act names, None where it names nobody or nobody knows them.
        materials: What may be shown.
        inside: Whether they are in the hall: through a locked door nobody new takes part.
        room: Whether somebody else has a place in the hall: a seat lets one in.
    """

    by: LivePerson
    host: bool
    now_ms: int
    about: LivePerson | None = None
    materials: tuple[Material, ...] = ()
    inside: bool = True
    room: bool = True


FULL_MS: Final = 5000
"""When to knock again where it is full."""


def has_seat(state: LiveState, key: str) -> bool:
    """Tells whether somebody sits on the stage, or speaks from it: they have a place in the hall."""
    return key in {*(chair.person.key for chair in state.chairs), *(floor.person.key for floor in state.floor)}


def check_door(*, locked: bool, room: bool) -> None:
    """Refuses a newcomer where the door is locked, or nobody else has a place; ``Rejection`` NOT_NOW, HALL_FULL."""
    if locked:
        raise Rejection(RejectionCode.NOT_NOW, "the hosts have locked the door")
    if not room:
        raise Rejection(RejectionCode.HALL_FULL, "this live session is full", FULL_MS)


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


# --- the public's ------------------------------------------------------------------------------------------------


def _raise_hand(state: LiveState, _: RaiseHand, asked: Asked) -> LiveState:
    _during(state, TAKING_PART)
    _through_door(state, asked)  # a hand gives no place: where it is full it may go up
    if state.mode not in _HANDS:
        raise Rejection(RejectionCode.NOT_NOW, f"no hands while the mode is {state.mode}")
    key = asked.by.key
    if any(hand.person.key == key for hand in state.hands) or any(floor.person.key == key for floor in state.floor):
        return state
    if len(state.hands) >= HANDS_CAP:
        raise Rejection(RejectionCode.OVER_BUDGET, f"{HANDS_CAP} hands are up already")
    hand = Hand(asked.by, asked.now_ms, key not in state.spoken)
    return replace(state, hands=queued(state.hands, hand))


def _lower_hand(state: LiveState, act: LowerHand, asked: Asked) -> LiveState:
    key = _whose(act.who, asked)
    return replace(state, hands=tuple(hand for hand in state.hands if hand.person.key != key))


def _take_floor(state: LiveState, _: TakeFloor, asked: Asked) -> LiveState:
    _during(state, frozenset({"live"}))
    if not asked.host and state.mode != "open":
        raise Rejection(RejectionCode.FORBIDDEN, "the hosts give the floor")
    _through_door(state, asked, seat=True)
    return _given(state, asked.by, 0, asked.now_ms)


def _yield_floor(state: LiveState, act: YieldFloor, asked: Asked) -> LiveState:
    key = _whose(act.who, asked)
    return replace(state, floor=tuple(floor for floor in state.floor if floor.person.key != key))


def _take_chair(state: LiveState, act: TakeChair, asked: Asked) -> LiveState:
    _during(state, TAKING_PART)
    if state.mode != "fishbowl" and not asked.host:
        raise Rejection(RejectionCode.FORBIDDEN, "the hosts offer the chairs")
    _through_door(state, asked, seat=True)
    return _seated(state, asked.by, act.chair, asked.now_ms)


def _leave_chair(state: LiveState, act: LeaveChair, asked: Asked) -> LiveState:
    key = _whose(act.who, asked)
    return replace(state, chairs=tuple(chair for chair in state.chairs if chair.person.key != key))


# --- what the screens show ---------------------------------------------------------------------------------------


def _show_page(state: LiveState, act: ShowPage, asked: Asked) -> LiveState:
    material = _showable(state, act.material, asked)
    if not 1 <= act.page <= len(material.pages):
        raise Rejection(RejectionCode.NOT_FOUND, f"page {act.page} of {len(material.pages)}")
    return replace(state, slide=Slide(act.material, act.page), screen="slides", film=_stopped(state, asked.now_ms))


def _run_film(state: LiveState, act: RunFilm, asked: Asked) -> LiveState:
    material = _showable(state, act.material, asked)
    if material.pages or act.position_ms > material.seconds * 1000:
        raise Rejection(RejectionCode.NOT_FOUND, "no film, or one that is shorter")
    return replace(state, film=Film(act.material, act.playing, act.position_ms, asked.now_ms), screen="film")


# --- the hosts' --------------------------------------------------------------------------------------------------


def _step(state: LiveState, act: Step, asked: Asked) -> LiveState:
    _only_hosts(asked)
    sources, phase = STEPS[act.step]
    if state.phase == phase:
        return state  # two hosts pressed the same button
    if state.phase not in sources:
        raise Rejection(RejectionCode.NOT_NOW, f"no {act.step} while {state.phase}")
    state = replace(state, phase=phase, since_ms=asked.now_ms)
    if phase in ("closing", "ended"):
        state = replace(state, hands=(), film=_stopped(state, asked.now_ms))
    if phase == "ended":
        state = replace(state, floor=(), chairs=(), presenter="", presenting=None, countdown_ms=0)
        state = replace(state, frozen=False, locked=False, backstage=())
        state = floor_time.nameless(state)
    return state


def _set_mode(state: LiveState, act: SetMode, asked: Asked) -> LiveState:
    _only_hosts(asked)
    _not_over(state)
    hands = state.hands if act.mode in _HANDS else ()
    floor = () if act.mode in ("screening", "fishbowl") else state.floor
    room = chairs_of(act.mode) - (act.mode == "fishbowl")  # one stays empty
    within = [chair for chair in state.chairs if chair.number < chairs_of(act.mode)]
    return replace(state, mode=act.mode, hands=hands, floor=floor, chairs=tuple(within[:room]))


def _give_floor(state: LiveState, act: GiveFloor, asked: Asked) -> LiveState:
    _only_hosts(asked)
    _during(state, frozenset({"live"}))
    if state.mode in ("screening", "fishbowl"):
        raise Rejection(RejectionCode.NOT_NOW, f"nobody is given the floor while the mode is {state.mode}")
    person = _somebody(asked)
    given = _given(state, person, act.seconds, asked.now_ms)
    has = any(floor.person.key == person.key for floor in state.floor)
    return given if has else _let_backstage(given, person, asked.now_ms)


def _move_hand(state: LiveState, act: MoveHand, asked: Asked) -> LiveState:
    _only_hosts(asked)
    place = rank(state, _somebody(asked).key) - 1
    if place < 0:
        raise Rejection(RejectionCode.NOT_FOUND, "their hand is not up")
    hands = moved(state.hands, place, act.to)
    return state if hands is state.hands else replace(state, hands=hands)


def _seat(state: LiveState, act: Seat, asked: Asked) -> LiveState:
    _only_hosts(asked)
    _during(state, OPEN)
    person = _somebody(asked)
    return _let_backstage(_seated(state, person, act.chair, asked.now_ms), person, asked.now_ms)


def _make_presenter(state: LiveState, act: MakePresenter, asked: Asked) -> LiveState:
    _only_hosts(asked)
    _not_over(state)
    who = _somebody(asked) if act.who else None
    return replace(state, presenter=who.key if who is not None else "", presenting=who)


def _show(state: LiveState, act: ShowOnScreen, asked: Asked) -> LiveState:
    _only_hosts(asked)
    _during(state, OPEN)
    lacks = {"slides": state.slide is None, "film": state.film is None, "question": not act.question}
    if lacks.get(act.screen, False):
        raise Rejection(RejectionCode.NOT_FOUND, f"no {act.screen} to show")
    film = state.film if act.screen == "film" else _stopped(state, asked.now_ms)
    return replace(state, screen=act.screen, on_screen=act.question if act.screen == "question" else 0, film=film)


def _count_down(state: LiveState, act: CountDown, asked: Asked) -> LiveState:
    _only_hosts(asked)
    _during(state, OPEN)
    return replace(state, countdown_ms=asked.now_ms + act.seconds * 1000 if act.seconds else 0)


def _freeze_chat(state: LiveState, act: FreezeChat, asked: Asked) -> LiveState:
    _only_hosts(asked)
    _during(state, OPEN)
    return replace(state, frozen=act.on)


def _lock_door(state: LiveState, act: LockDoor, asked: Asked) -> LiveState:
    _only_hosts(asked)
    _during(state, OPEN)
    return replace(state, locked=act.on)


def _shut_backstage(state: LiveState, act: ShutBackstage, asked: Asked) -> LiveState:
    _only_hosts(asked)
    left = tuple(one for one in state.backstage if one.key != act.who)
    return replace(state, backstage=left) if len(left) < len(state.backstage) else state


def _record(state: LiveState, act: Record, asked: Asked) -> LiveState:
    _only_hosts(asked)
    _not_over(state)
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
    return replace(state, phase="paused", since_ms=asked.now_ms, film=_stopped(state, asked.now_ms))


# --- what several of them do -------------------------------------------------------------------------------------


def _only_hosts(asked: Asked) -> None:
    if not asked.host:
        raise Rejection(RejectionCode.FORBIDDEN, "only the hosts of this live session do that")


def _during(state: LiveState, phases: frozenset[Phase]) -> None:
    if state.phase not in phases:
        raise Rejection(RejectionCode.NOT_NOW, f"not while {state.phase}")


def _not_over(state: LiveState) -> None:
    if state.phase in ("ended", "published"):
        raise Rejection(RejectionCode.NOT_NOW, f"nothing more is changed while {state.phase}")


def _through_door(state: LiveState, asked: Asked, *, seat: bool = False) -> None:
    """Refuses who would take part from outside a locked door and did not before, or have a seat where it is full."""
    if asked.inside or asked.host or has_seat(state, asked.by.key):
        return
    waits = asked.by.key in people_in(state)
    check_door(locked=state.locked and not waits, room=asked.room or not seat)


def _whose(who: str, asked: Asked) -> str:
    """Returns whom an act concerns: oneself, or somebody else where a host acts."""
    if not who or who in (asked.by.key, asked.by.visit):
        return asked.by.key
    _only_hosts(asked)
    return _somebody(asked).key


def _somebody(asked: Asked) -> LivePerson:
    if asked.about is None:
        raise Rejection(RejectionCode.NOT_FOUND, "nobody of that name is here")
    return asked.about


def _showable(state: LiveState, place: int, asked: Asked) -> Material:
    _during(state, OPEN)
    may = asked.by.key == state.presenter if state.presenter else asked.host
    if not may:
        raise Rejection(RejectionCode.FORBIDDEN, "only the presenter shows something")
    if place >= len(asked.materials):
        raise Rejection(RejectionCode.NOT_FOUND, f"no material {place}")
    return asked.materials[place]


def _given(state: LiveState, person: LivePerson, seconds: int, now_ms: int) -> LiveState:
    until = now_ms + seconds * 1000 if seconds else 0
    others = tuple(floor for floor in state.floor if floor.person.key != person.key)
    if len(others) >= FLOOR_CAP:
        raise Rejection(RejectionCode.OVER_BUDGET, f"{FLOOR_CAP} have the floor already")
    before = next((floor for floor in state.floor if floor.person.key == person.key), None)
    floor = Floor(person, before.since_ms if before else now_ms, until)
    hands = tuple(hand for hand in state.hands if hand.person.key != person.key)
    return replace(state, floor=(*others, floor), hands=hands)


def _seated(state: LiveState, person: LivePerson, number: int, now_ms: int) -> LiveState:
    if number >= chairs_of(state.mode):
        raise Rejection(RejectionCode.NOT_FOUND, f"no chair {number} while the mode is {state.mode}")
    others = [chair for chair in state.chairs if chair.person.key != person.key]
    if any(chair.number == number for chair in others):
        raise Rejection(RejectionCode.SEAT_TAKEN, f"somebody sits on chair {number}")
    if state.mode == "fishbowl" and len(others) + 1 >= chairs_of(state.mode):
        others.remove(min(others, key=lambda chair: chair.since_ms))
    chairs = sorted([*others, Chair(number, person, now_ms)], key=lambda chair: chair.number)
    return replace(state, chairs=tuple(chairs))


def _let_backstage(state: LiveState, person: LivePerson, now_ms: int) -> LiveState:
    if any(one.key == person.key for one in state.backstage):
        return state
    return replace(state, backstage=(*state.backstage, Behind(person.key, person.name, now_ms))[-BACKSTAGE_CAP:])


def _stopped(state: LiveState, now_ms: int) -> Film | None:
    """Returns the film standing still where it is."""
    film = state.film
    if film is None or not film.playing:
        return film
    return replace(film, playing=False, position_ms=film.position_ms + max(0, now_ms - film.at_ms), at_ms=now_ms)


def named(state: LiveState, who: str) -> LivePerson | None:
    """Returns somebody who waits, sits, speaks or presents, by key or visit."""
    people = people_in(state)
    return people.get(who) or next((person for person in people.values() if who and person.visit == who), None)


_RULES: Final[dict[type[msgspec.Struct], Callable[[LiveState, Any, Asked], LiveState]]] = {
    RaiseHand: _raise_hand,
    LowerHand: _lower_hand,
    TakeFloor: _take_floor,
    YieldFloor: _yield_floor,
    TakeChair: _take_chair,
    LeaveChair: _leave_chair,
    ShowPage: _show_page,
    RunFilm: _run_film,
    Step: _step,
    SetMode: _set_mode,
    GiveFloor: _give_floor,
    MoveHand: _move_hand,
    Seat: _seat,
    MakePresenter: _make_presenter,
    ShowOnScreen: _show,
    CountDown: _count_down,
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
