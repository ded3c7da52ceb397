"""Who may do what: the only place where roles are weighed.

``may`` is a pure question. What else an answer depends on (being on a booth's staff) is looked up by the caller and
passed in, so that the table of role and right stands in one screenful.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId
from halles.world.roles import Right, Role, StaffRole
from halles.world.sanctions import SanctionKind
from halles_server.ports.programme import Access, Entry
from halles_server.ports.standing import SHOW, Grant, InForce, Scope, Standing
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
    Right.JOIN_GROUP: _EVERYBODY - {Role.GUEST, Role.VISITOR},
    Right.HOST_LIVE: _HOUSE | {Role.MODERATOR},
    Right.MOVE: _EVERYBODY,
    Right.SANCTION: _HOUSE | {Role.MODERATOR},
    Right.GRANT: _HOUSE,
    Right.REPORT: _EVERYBODY,
    Right.SEE_REPORTS: _HOUSE | {Role.MODERATOR},
    Right.TAKE_DOWN: _HOUSE | {Role.MODERATOR},
    Right.ANNOUNCE: _HOUSE | {Role.MODERATOR},
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
    Right.ANNOUNCE: frozenset({StaffRole.LEAD, StaffRole.EDITOR}),
}
"""Who has a right at a booth, by what they are on its staff."""

_INVITED_BY_STAFF: Final = frozenset({StaffRole.EDITOR, StaffRole.STAFF})
"""As what a booth's own staff may invite; only the house makes leads."""

_BY_ACCESS: Final[dict[Access, frozenset[Role]]] = {
    "public": _EVERYBODY,
    "members": _EVERYBODY - {Role.GUEST, Role.VISITOR},
    "invited": _HOUSE,
}
"""Who may know of a live session and attend it without being named in it."""
_TAKES_AWAY: Final[dict[SanctionKind, frozenset[Right]]] = {
    SanctionKind.WARN: frozenset(),
    SanctionKind.SILENCE: frozenset({Right.SPEAK, Right.RING_BELL, Right.ANNOUNCE}),
    SanctionKind.HOLD: frozenset({Right.MOVE}),
    SanctionKind.REMOVE: frozenset(),  # it ends the visit, and that is all
    SanctionKind.BAN: frozenset(Right),
}
"""Which rights a sanction takes away, in its scope and those below."""

_RANKS: Final = {Role.MODERATOR: 1, Role.ORGANISER: 2, Role.OPERATOR: 3}
"""Who stands above whom; all others are of rank 0."""

GRANTED: Final = frozenset({Role.MODERATOR, Role.ORGANISER})
"""Which roles may be granted within a scope."""

GUARDED_NAMES: Final = frozenset(Role) - {Role.GUEST, Role.VISITOR, Role.MEMBER}
"""Whose names nobody may resemble: those who speak for the show or for a body in it."""

SOON_IDLE: Final = _HOUSE
"""Whose web logins end sooner when they are not used, since more can be done with them."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where and when a right is asked for: granted roles hold in their scope, and end.

    Attributes:
        open: Keys of the live sessions that are open there: what somebody is under in them binds as well, while a role
            granted in one gives nothing outside it.
    """

    scope: Scope
    now: datetime
    open: frozenset[str] = frozenset()

    @property
    def binding(self) -> frozenset[str]:
        """The keys of all scopes whose sanctions bind here."""
        return self.scope.keys | self.open


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
        where: In which scope and when; None for the whole show, where only the role itself counts, and sanctions
            for as long as they are known.
        on_staff: Whether they are lead or editor of the booth concerned.
        staff_role: What they are on its staff, where that is known.
    """
    if _taken_away(actor, right, where):
        return False
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


def may_attend(account: AccountId | None, role: Role, entry: Entry) -> bool:
    """Tells whether somebody may know of a live session and attend it."""
    return role in _BY_ACCESS[entry.access] or entry.names(account)


def may_describe(actor: Actor, where: Where, lead: AccountId | None) -> bool:
    """Tells whether somebody may write what an entry of the programme says: who plans, and its working group's lead.

    When and where it is stays with those who plan. Who is banned there publishes nothing, whatever they lead.
    """
    leads = lead is not None and lead == actor.account
    return may(actor, Right.PLAN, where) or (leads and may(actor, Right.ENTER, where))


def may_announce(actor: Actor, roles: Iterable[StaffRole], now: datetime) -> bool:
    """Tells whether somebody may announce something somewhere, being what they are on the staff of booths."""
    return (
        may(actor, Right.ANNOUNCE)
        or any(may(actor, Right.ANNOUNCE, staff_role=role) for role in roles)
        or bool(scopes_of(actor, Right.ANNOUNCE, now))
    )


def may_block(actor: Actor, role: Role, standing: Standing, now: datetime) -> bool:
    """Tells whether somebody may block somebody: nobody who moderates anywhere is hidden from anybody, nor hides."""

    def moderates(one: Role, grants: Iterable[Grant]) -> bool:
        return bool(_rank(one)) or any(grant.until is None or now < grant.until for grant in grants)

    return not moderates(actor.role, actor.standing.grants) and not moderates(role, standing.grants)


def scopes_of(actor: Actor, right: Right, now: datetime) -> tuple[str, ...]:
    """Returns the keys of the scopes in which a granted role gives somebody a right, whatever sanctions take away."""
    return tuple(
        grant.scope
        for grant in actor.standing.grants
        if grant.role in _BY_ROLE[right] and (grant.until is None or now < grant.until)
    )


def may_somewhere(actor: Actor, right: Right, now: datetime) -> bool:
    """Tells whether somebody has a right in the show or in a part of it, as far as that is known without a scope."""
    return may(actor, right) or bool(scopes_of(actor, right, now))


def require_somewhere(actor: Actor, right: Right, now: datetime) -> None:
    """Refuses who has a right nowhere; ``Rejection`` FORBIDDEN."""
    if not may_somewhere(actor, right, now):
        raise Rejection(RejectionCode.FORBIDDEN, f"{actor.role} has the right {right} nowhere")


def _holds(grant: Grant, where: Where) -> bool:
    return grant.scope in where.scope.keys and (grant.until is None or where.now < grant.until)


def _taken_away(actor: Actor, right: Right, where: Where | None) -> bool:
    """Tells whether a sanction takes a right away: sanctions subtract, whatever role or grant would give it."""
    keys = where.binding if where is not None else SHOW.keys
    return any(
        right in _TAKES_AWAY[sanction.kind] and sanction.scope in keys and (where is None or where.now < sanction.until)
        for sanction in actor.standing.sanctions
    )


def bound_in_live(actor: Actor) -> bool:
    """Tells whether somebody is under anything in a live session: to nobody else it matters which are open."""
    return any(sanction.scope.startswith("live:") for sanction in actor.standing.sanctions)


def keeps_out(sanction: InForce, now: datetime) -> bool:
    """Tells whether a sanction keeps somebody out of the show."""
    return sanction.kind is SanctionKind.BAN and sanction.scope == SHOW.key and now < sanction.until


def keeps_name(sanction: InForce, now: datetime) -> bool:
    """Tells whether a sanction forbids somebody another name: a name speaks to everybody."""
    return sanction.kind is SanctionKind.SILENCE and now < sanction.until


def role_at(role: Role, standing: Standing, where: Where) -> Role:
    """Returns the highest of somebody's role in the show and those granted to them where one asks."""
    return max((role, *(grant.role for grant in standing.grants if _holds(grant, where))), key=_rank)


def may_sanction(actor: Actor, target_role: Role, where: Where) -> bool:
    """Tells whether somebody may sanction somebody whose ``role_at`` is given: nobody of their own rank or above."""
    above = _rank(role_at(actor.role, actor.standing, where)) > _rank(target_role)
    return above and may(actor, Right.SANCTION, where)


def may_lift(actor: Actor, given_by: Role, where: Where) -> bool:
    """Tells whether somebody may lift what somebody with a role has given: not what somebody above has."""
    as_high = _rank(role_at(actor.role, actor.standing, where)) >= _rank(given_by)
    return as_high and may(actor, Right.SANCTION, where)


def may_make(actor: Actor, before: Role, after: Role) -> bool:
    """Tells whether somebody may change an account from a role to another: none above their own."""
    return may(actor, Right.GRANT) and max(_rank(before), _rank(after)) <= _rank(actor.role)


def adds_nothing(granted: Role, held: Role, scope: Scope) -> bool:
    """Tells whether a role within a scope gives nothing to who has a role in the whole show.

    Who is host of a live session is named there, whatever else they are: that always adds something.
    """
    return scope.kind != "live" and _rank(granted) <= _rank(held)


def by_rank(roles: Iterable[Role]) -> tuple[Role, ...]:
    """Returns roles with the weakest first."""
    return tuple(sorted(roles, key=_rank))


def may_grant(actor: Actor, account: AccountId, until: datetime | None, where: Where) -> bool:
    """Tells whether somebody may give an account a role there until an end, None for none.

    Whose own role there is a granted one gives it to others only, and for no longer than they have theirs: else a grant
    that ends would end for nobody who may give.
    """
    if not may(actor, Right.GRANT, where):
        return False
    if actor.role in _BY_ROLE[Right.GRANT]:
        return True
    held = [one for one in actor.standing.grants if _holds(one, where) and one.role in _BY_ROLE[Right.GRANT]]
    return account != actor.account and any(
        one.until is None or (until is not None and until <= one.until) for one in held
    )


def stands_above(role: Role) -> bool:
    """Tells whether a role stands above others."""
    return bool(_rank(role))


def _rank(role: Role) -> int:
    return _RANKS.get(role, 0)


def may_invite_as(actor: Actor, invited: StaffRole, staff_role: StaffRole | None) -> bool:
    """Tells whether somebody, who is ``staff_role`` on a booth's staff, may invite somebody onto it in a role."""
    return may(actor, Right.INVITE, staff_role=staff_role) and (
        invited in _INVITED_BY_STAFF or actor.role in _BY_ROLE[Right.INVITE]
    )
