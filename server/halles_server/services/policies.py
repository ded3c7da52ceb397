"""Who may do what: the only place where roles are weighed.

``may`` is a pure question. What else an answer depends on (being on a booth's staff) is looked up by the caller and
passed in, so that the table of role and right stands in one screenful.
"""

from typing import Final

from halles.errors import Rejection, RejectionCode
from halles.world.roles import Right, Role
from halles_server.services.actor import Actor

_EVERYBODY: Final = frozenset(Role)
_HOUSE: Final = frozenset({Role.ORGANISER, Role.OPERATOR})

_BY_ROLE: Final[dict[Right, frozenset[Role]]] = {
    Right.ENTER: _EVERYBODY,
    Right.SPEAK: _EVERYBODY,
    Right.EDIT_BOOTH: _HOUSE,
    Right.GIVE_CARD: _EVERYBODY - {Role.GUEST},
    Right.SEE_LEADS: frozenset(),  # consent was given to the booth alone
    Right.ASK_MEETING: _EVERYBODY - {Role.GUEST},
    Right.HOLD_MEETINGS: frozenset(),
    Right.SEE_NUMBERS: _HOUSE,
}
"""Who has a right everywhere, by role."""

_ON_STAFF: Final[dict[Right, frozenset[Role]]] = {
    Right.EDIT_BOOTH: _EVERYBODY - {Role.GUEST},
    Right.SEE_LEADS: _EVERYBODY - {Role.GUEST},
    Right.HOLD_MEETINGS: _EVERYBODY - {Role.GUEST},
    Right.SEE_NUMBERS: _EVERYBODY - {Role.GUEST},
}
"""Who has a right where they are staff."""

GUARDED_NAMES: Final = frozenset(Role) - {Role.GUEST, Role.VISITOR, Role.MEMBER}
"""Whose names nobody may resemble: those who speak for the show or for a body in it."""

SOON_IDLE: Final = _HOUSE
"""Whose web logins end sooner when they are not used, since more can be done with them."""


def may(actor: Actor, right: Right, *, on_staff: bool = False) -> bool:
    """Tells whether somebody has a right.

    Args:
        actor: Who asks.
        right: For what.
        on_staff: Whether they are on the staff of the booth concerned; for editing it, as lead or editor.
    """
    if actor.role in _BY_ROLE[right]:
        return True
    return on_staff and actor.role in _ON_STAFF.get(right, frozenset())


def require(actor: Actor, right: Right, *, on_staff: bool = False) -> None:
    """Refuses who has not the right.

    Raises:
        Rejection: FORBIDDEN.
    """
    if not may(actor, right, on_staff=on_staff):
        raise Rejection(RejectionCode.FORBIDDEN, f"{actor.role} has not the right {right} here")
