"""What counts for or against somebody within a part of the show: granted roles and sanctions, as stored.

Belongs here: the tree of scopes, and both as values. Not here: what they amount to (``services.policies``).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from halles.ids import BoothId, HallId, LiveSessionId
from halles.world.roles import Role
from halles.world.sanctions import SanctionKind

ScopeKind = Literal["show", "hall", "booth", "live"]

_NO_HALL: Final = HallId("")


@dataclass(frozen=True, slots=True)
class Scope:
    """A part of the show: all of it, a hall, a booth or a live session.

    What holds in a scope holds in those below it: a booth and a live session lie in their hall, a hall in the show.

    Attributes:
        hall: The hall that it is or lies in; "" for the show.
        id: The booth's or live session's; "" else.
    """

    kind: ScopeKind
    hall: HallId = _NO_HALL
    id: str = ""

    @property
    def key(self) -> str:
        """Names it in storage and to people who read what was decided: ``show``, ``hall:lille``, ``live:…``."""
        if self.kind == "show":
            return "show"
        return f"{self.kind}:{self.hall if self.kind == 'hall' else self.id}"

    @property
    def keys(self) -> frozenset[str]:
        """Names it and all scopes that it lies in."""
        return frozenset({self.key, "show"} | ({f"hall:{self.hall}"} if self.hall else set()))


SHOW: Final = Scope("show")


def hall_scope(hall: HallId) -> Scope:
    """Returns a hall's scope."""
    return Scope("hall", hall)


def booth_scope(hall: HallId, booth: BoothId) -> Scope:
    """Returns a booth's scope, within its hall."""
    return Scope("booth", hall, booth)


def live_scope(hall: HallId, session: LiveSessionId) -> Scope:
    """Returns a live session's scope, within its hall."""
    return Scope("live", hall, session)


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that somebody has within a scope.

    Attributes:
        scope: The scope's key.
        until: When it ends; None for never.
    """

    role: Role
    scope: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class InForce:
    """A sanction that somebody is under.

    Attributes:
        scope: The scope's key.
        name: Under which name they were sanctioned.
        visit: In which visit, "" in none: it is that one which a removal ends.
        appealed: Whether they have written why it should end.
        by_role: As what it was given.
        upheld: Whether their appeal was answered, and it stays.
        answer: What was answered.
    """

    number: int
    kind: SanctionKind
    scope: str
    until: datetime
    reason: str = ""
    name: str = ""
    visit: str = ""
    appealed: bool = False
    by_role: Role = Role.MODERATOR
    upheld: bool = False
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is granted to somebody beside their role in the show, and the sanctions that they are under."""

    grants: tuple[Grant, ...] = ()
    sanctions: tuple[InForce, ...] = ()


NO_STANDING: Final = Standing()


@dataclass(frozen=True, slots=True)
class Rank:
    """What somebody is: their role in the show, and what counts for or against them within parts of it."""

    role: Role
    standing: Standing = NO_STANDING
