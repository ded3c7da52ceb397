"""Who acts in a live session, and what is weighed of any act before it changes something; pure.

Belongs here: what several subjects ask (hosts only, which phases, the door, whom an act names). Not here: what acts
change (``live_rules``, ``live_floor_rules``, ``live_screen_rules``).
"""

from dataclasses import dataclass
from typing import Final

from halles.errors import Rejection, RejectionCode
from halles.world.live import LivePerson, LiveState, Material, Phase, people_in

FULL_MS: Final = 5000
"""When to knock again where it is full."""


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


def has_seat(state: LiveState, key: str) -> bool:
    """Tells whether somebody sits on the stage, or speaks from it: they have a place in the hall."""
    return key in {*(chair.person.key for chair in state.chairs), *(floor.person.key for floor in state.floor)}


def check_door(*, locked: bool, room: bool) -> None:
    """Refuses a newcomer where the door is locked, or nobody else has a place; ``Rejection`` NOT_NOW, HALL_FULL."""
    if locked:
        raise Rejection(RejectionCode.NOT_NOW, "the hosts have locked the door")
    if not room:
        raise Rejection(RejectionCode.HALL_FULL, "this live session is full", FULL_MS)


def named(state: LiveState, who: str) -> LivePerson | None:
    """Returns somebody who waits, sits, speaks or presents, by key or visit."""
    people = people_in(state)
    return people.get(who) or next((person for person in people.values() if who and person.visit == who), None)


def only_hosts(asked: Asked) -> None:
    """Refuses whoever conducts nothing here; ``Rejection`` FORBIDDEN."""
    if not asked.host:
        raise Rejection(RejectionCode.FORBIDDEN, "only the hosts of this live session do that")


def during(state: LiveState, phases: frozenset[Phase]) -> None:
    """Refuses what is for other phases; ``Rejection`` NOT_NOW."""
    if state.phase not in phases:
        raise Rejection(RejectionCode.NOT_NOW, f"not while {state.phase}")


def not_over(state: LiveState) -> None:
    """Refuses what changes nothing any more once it has ended; ``Rejection`` NOT_NOW."""
    if state.phase in ("ended", "published"):
        raise Rejection(RejectionCode.NOT_NOW, f"nothing more is changed while {state.phase}")


def through_door(state: LiveState, asked: Asked, *, seat: bool = False) -> None:
    """Refuses who would take part from outside a locked door and did not before, or have a seat where it is full."""
    if asked.inside or asked.host or has_seat(state, asked.by.key):
        return
    waits = asked.by.key in people_in(state)
    check_door(locked=state.locked and not waits, room=asked.room or not seat)


def whose(who: str, asked: Asked) -> str:
    """Returns whom an act concerns: oneself, or somebody else where a host acts."""
    if not who or who in (asked.by.key, asked.by.visit):
        return asked.by.key
    only_hosts(asked)
    return somebody(asked).key


def somebody(asked: Asked) -> LivePerson:
    """Returns whom an act names; ``Rejection`` NOT_FOUND."""
    if asked.about is None:
        raise Rejection(RejectionCode.NOT_FOUND, "nobody of that name is here")
    return asked.about
