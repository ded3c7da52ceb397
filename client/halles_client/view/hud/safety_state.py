"""What the HUD is shown of decisions: those about oneself, and what one moderates. Parts of ``HudState``."""

from dataclasses import dataclass

from halles.protocol.standing_messages import ScopeKind
from halles.world.roles import Role
from halles.world.sanctions import SanctionKind

Moment = tuple[int, int, int, int]
"""Day, month, hour and minute by this computer's clock."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a moderator has decided about oneself.

    Attributes:
        reason: In the moderator's own words.
        until: When it ends.
        appealed: Whether one has appealed already.
        number: What ``ReadDecision`` gives back.
        where: Where it holds, in the reader's language.
        by: As what it was given.
        read: Whether one has said that one has read it.
        upheld: Whether one's appeal was answered, and it stays.
        answer: What was answered, in the moderator's own words.
    """

    kind: SanctionKind
    reason: str
    until: Moment
    appealed: bool = False
    number: int = 0
    where: str = ""
    by: Role = Role.MODERATOR
    read: bool = False
    upheld: bool = False
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Within:
    """A part of the show, with its name in the reader's language."""

    scope: ScopeKind
    name: str


@dataclass(frozen=True, slots=True)
class GivenHere:
    """A sanction that one has given in this visit.

    Attributes:
        number: What ``Lifted`` gives back.
        person: Whose, as ``Person.id``.
        until: When it ends; None of a warning.
    """

    number: int
    person: str
    kind: SanctionKind
    until: Moment | None = None


@dataclass(frozen=True, slots=True)
class Moderating:
    """What one moderates here.

    Attributes:
        scopes: Where one may sanction, the nearest first; empty for who may nowhere.
        announces: Where one may announce, the nearest first.
        given: What one has given and may lift.
        waits: Whether an announcement here waits until a film is over.
    """

    scopes: tuple[Within, ...] = ()
    announces: tuple[Within, ...] = ()
    given: tuple[GivenHere, ...] = ()
    waits: bool = False
