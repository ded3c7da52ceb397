"""The rules of the floor: hands, who may be heard, and the chairs on the stage; pure."""

from typing import Final

from msgspec.structs import replace

from halles.errors import Rejection, RejectionCode
from halles.world.live import (
    BACKSTAGE_CAP,
    FLOOR_CAP,
    HANDS_CAP,
    OPEN,
    TAKING_PART,
    Behind,
    Chair,
    Floor,
    Hand,
    LivePerson,
    LiveState,
    Mode,
    chairs_of,
    rank,
)
from halles.world.live_acts import (
    GiveFloor,
    LeaveChair,
    LowerHand,
    MoveHand,
    RaiseHand,
    Seat,
    TakeChair,
    TakeFloor,
    YieldFloor,
)
from halles.world.live_asked import Asked, during, only_hosts, somebody, through_door, whose
from halles.world.live_queue import moved, queued

HANDS_MODES: Final[frozenset[Mode]] = frozenset({"open", "hands"})
"""In which hands go up."""


def raise_hand(state: LiveState, _: RaiseHand, asked: Asked) -> LiveState:
    """Queues whoever asks for the floor, once."""
    during(state, TAKING_PART)
    through_door(state, asked)  # a hand gives no place: where it is full it may go up
    if state.mode not in HANDS_MODES:
        raise Rejection(RejectionCode.NOT_NOW, f"no hands while the mode is {state.mode}")
    key = asked.by.key
    if any(hand.person.key == key for hand in state.hands) or any(floor.person.key == key for floor in state.floor):
        return state
    if len(state.hands) >= HANDS_CAP:
        raise Rejection(RejectionCode.OVER_BUDGET, f"{HANDS_CAP} hands are up already")
    hand = Hand(asked.by, asked.now_ms, key not in state.spoken)
    return replace(state, hands=queued(state.hands, hand))


def lower_hand(state: LiveState, act: LowerHand, asked: Asked) -> LiveState:
    """Takes a hand out of the queue: one's own, or by a host."""
    key = whose(act.who, asked)
    return replace(state, hands=tuple(hand for hand in state.hands if hand.person.key != key))


def take_floor(state: LiveState, _: TakeFloor, asked: Asked) -> LiveState:
    """Gives the floor to whoever takes it: a host, or anybody while it is open."""
    during(state, frozenset({"live"}))
    if not asked.host and state.mode != "open":
        raise Rejection(RejectionCode.FORBIDDEN, "the hosts give the floor")
    through_door(state, asked, seat=True)
    return _given(state, asked.by, 0, asked.now_ms)


def yield_floor(state: LiveState, act: YieldFloor, asked: Asked) -> LiveState:
    """Ends a turn: one's own, or by a host."""
    key = whose(act.who, asked)
    return replace(state, floor=tuple(floor for floor in state.floor if floor.person.key != key))


def take_chair(state: LiveState, act: TakeChair, asked: Asked) -> LiveState:
    """Seats whoever sits down: a host, or anybody in a fishbowl."""
    during(state, TAKING_PART)
    if state.mode != "fishbowl" and not asked.host:
        raise Rejection(RejectionCode.FORBIDDEN, "the hosts offer the chairs")
    through_door(state, asked, seat=True)
    return _seated(state, asked.by, act.chair, asked.now_ms)


def leave_chair(state: LiveState, act: LeaveChair, asked: Asked) -> LiveState:
    """Frees a chair: one's own, or by a host."""
    key = whose(act.who, asked)
    return replace(state, chairs=tuple(chair for chair in state.chairs if chair.person.key != key))


def give_floor(state: LiveState, act: GiveFloor, asked: Asked) -> LiveState:
    """Gives somebody the floor, or more time."""
    only_hosts(asked)
    during(state, frozenset({"live"}))
    if state.mode in ("screening", "fishbowl"):
        raise Rejection(RejectionCode.NOT_NOW, f"nobody is given the floor while the mode is {state.mode}")
    person = somebody(asked)
    given = _given(state, person, act.seconds, asked.now_ms)
    has = any(floor.person.key == person.key for floor in state.floor)
    return given if has else _let_backstage(given, person, asked.now_ms)


def move_hand(state: LiveState, act: MoveHand, asked: Asked) -> LiveState:
    """Moves a hand in the queue."""
    only_hosts(asked)
    place = rank(state, somebody(asked).key) - 1
    if place < 0:
        raise Rejection(RejectionCode.NOT_FOUND, "their hand is not up")
    hands = moved(state.hands, place, act.to)
    return state if hands is state.hands else replace(state, hands=hands)


def seat(state: LiveState, act: Seat, asked: Asked) -> LiveState:
    """Seats somebody."""
    only_hosts(asked)
    during(state, OPEN)
    person = somebody(asked)
    return _let_backstage(_seated(state, person, act.chair, asked.now_ms), person, asked.now_ms)


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
