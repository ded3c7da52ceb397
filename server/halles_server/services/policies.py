"""Who may do what: the only place where roles are weighed.

``may`` is a pure question. What else an answer depends on (being on a booth's staff) is looked up by the caller and
passed in, so that the table of role and right stands in one screenful.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from halles.errors import Rejection, RejectionCode
from halles.world.roles import Right, Role, StaffRole
from halles_server.ports.standing import Grant, Scope
from halles_server.services.actor import Actor

_EVERYBODY: Final = frozenset(Role)
_HOUSE: Final = frozenset({Role.ORGANISER, Role.OPERATOR})

_BY_ROLE: Final[dict[Right, frozenset[Role]]] = {
    Right.ENTER: _EVERYBODY,
    Right.SPEAK: _EVERYBODY,
    Right.EDIT_BOOTH: _HOUSE,
    Right.CHECK_BOOTH: _HOUSE,
    Right.INVITE: _HOUSE,
    Right.MANAGE_STAFF: _HOUSE,
    Right.RING_BELL: _EVERYBODY,
    Right.ANSWER_BELL: _HOUSE,
    Right.GIVE_CARD: _EVERYBODY - {Role.GUEST},
    Right.SEE_LEADS: frozenset(),  # consent was given to the booth alone
    Right.ASK_MEETING: _EVERYBODY - {Role.GUEST},
    Right.HOLD_MEETINGS: frozenset(),
    Right.SEE_NUMBERS: _HOUSE,
    Right.RECORD_HOST: frozenset(),  # nobody can be a host in another's place
    Right.REMOVE_HOST: _HOUSE,
    Right.PLAN: _HOUSE,
    Right.HOST_LIVE: _HOUSE | {Role.MODERATOR},
    Right.REPORT: _EVERYBODY,
    Right.SEE_REPORTS: _HOUSE | {Role.MODERATOR},
    Right.TAKE_DOWN: _HOUSE | {Role.MODERATOR},
}
"""Who has a right everywhere, by role."""

_ON_STAFF: Final[dict[Right, frozenset[Role]]] = {
    Right.EDIT_BOOTH: _EVERYBODY - {Role.GUEST},
}
"""Who has a right where they are staff."""

_BY_STAFF_ROLE: Final[dict[Right, frozenset[StaffRole]]] = {
    Right.EDIT_BOOTH: frozenset({StaffRole.LEAD, StaffRole.EDITOR}),
    Right.INVITE: frozenset({StaffRole.LEAD}),
    Right.MANAGE_STAFF: frozenset({StaffRole.LEAD}),
    Right.ANSWER_BELL: frozenset(StaffRole),
    Right.SEE_LEADS: frozenset(StaffRole),
    Right.HOLD_MEETINGS: frozenset(StaffRole),
    Right.SEE_NUMBERS: frozenset(StaffRole),
    Right.RECORD_HOST: frozenset(StaffRole),
    Right.REMOVE_HOST: frozenset({StaffRole.LEAD, StaffRole.EDITOR}),
}
"""Who has a right at a booth, by what they are on its staff."""

_INVITED_BY_STAFF: Final = frozenset({StaffRole.EDITOR, StaffRole.STAFF})
"""As what a booth's own staff may invite; only the house makes leads."""

GUARDED_NAMES: Final = frozenset(Role) - {Role.GUEST, Role.VISITOR, Role.MEMBER}
"""Whose names nobody may resemble: those who speak for the show or for a body in it."""

SOON_IDLE: Final = _HOUSE
"""Whose web logins end sooner when they are not used, since more can be done with them."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where and when a right is asked for: granted roles hold in their scope, and end."""

    scope: Scope
    now: datetime


def may(
    actor: Actor,
    right: Right,
    where: Where | None = None,
    *,
    on_staff: bool = False,
    staff_role: StaffRole | None = None,
) -> bool:
    """Tells whether somebody has a right.

    Args:
        actor: Who asks.
        right: For what.
        where: In which scope and when; None for the whole show, where only the role itself counts.
        on_staff: Whether they are lead or editor of the booth concerned.
        staff_role: What they are on its staff, where that is known.
    """
    if actor.role in _BY_ROLE[right]:
        return True
    if where is not None and any(
        _holds(grant, where) and grant.role in _BY_ROLE[right] for grant in actor.standing.grants
    ):
        return True
    if staff_role is not None and actor.account is not None and staff_role in _BY_STAFF_ROLE.get(right, ()):
        return True
    return on_staff and actor.role in _ON_STAFF.get(right, frozenset())


def require(
    actor: Actor,
    right: Right,
    where: Where | None = None,
    *,
    on_staff: bool = False,
    staff_role: StaffRole | None = None,
) -> None:
    """Refuses who has not the right.

    Raises:
        Rejection: FORBIDDEN.
    """
    if not may(actor, right, where, on_staff=on_staff, staff_role=staff_role):
        raise Rejection(RejectionCode.FORBIDDEN, f"{actor.role} has not the right {right} here")


def _holds(grant: Grant, where: Where) -> bool:
    return grant.scope in where.scope.keys and (grant.until is None or where.now < grant.until)


def may_invite_as(actor: Actor, invited: StaffRole, staff_role: StaffRole | None) -> bool:
    """Tells whether somebody, who is ``staff_role`` on a booth's staff, may invite somebody onto it in a role."""
    return may(actor, Right.INVITE, staff_role=staff_role) and (
        invited in _INVITED_BY_STAFF or actor.role in _BY_ROLE[Right.INVITE]
    )
