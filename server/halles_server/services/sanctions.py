"""Sanctions: given and lifted by whoever stands above, appealed against by whoever is under them.

Belongs here: who may do which of that, and what may be asked. Not here: which rights a sanction takes away
(``policies``) and how it binds in the halls (``gateway/standing_board.py``).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Final

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, HallId, RequestId, VisitId
from halles.world.booth import clean_text
from halles.world.roles import Right, Role
from halles.world.sanctions import ADDRESS_MINUTES_MOST, APPEAL_CAP, MINUTES_MOST, REASON_CAP, SanctionKind
from halles_server.announcements import SanctionChanged
from halles_server.ports.clock import Clock
from halles_server.ports.nodes import Bus
from halles_server.ports.sanctions import (
    Author,
    Binding,
    Given,
    Known,
    Order,
    SanctionRecord,
    SanctionStore,
    Target,
)
from halles_server.ports.standing import Grant, InForce, Scope, ScopeKind
from halles_server.services import policies
from halles_server.services.actor import Actor

LISTED: Final = 200
"""Sanctions in one list."""

HISTORY: Final = 50
"""Sanctions of one person in one list."""

_TOLD_FOR_MINUTES: Final[Mapping[SanctionKind, int]] = {SanctionKind.WARN: 24 * 60, SanctionKind.REMOVE: 10}
"""For how long a sanction is known that takes nothing away: so long a warning is shown, and a removal looked for."""


@dataclass(frozen=True, slots=True)
class Whom:
    """Whom a moderator means: a visit or, on a page, an account."""

    visit: VisitId | None = None
    account: AccountId | None = None


class Sanctions:
    """What moderators do to people, and what these may say against it."""

    def __init__(self, store: SanctionStore, bus: Bus, clock: Clock, halls: Collection[HallId]) -> None:
        self._store, self._bus, self._clock, self._halls = store, bus, clock, halls

    async def scope(self, kind: ScopeKind, place: str) -> Scope:
        """Returns a scope by its kind and place; ``Rejection`` NOT_FOUND."""
        if kind == "hall" and place not in self._halls:
            raise Rejection(RejectionCode.NOT_FOUND, f"no hall {place}")
        return await self._store.scope(kind, place)

    async def give(self, actor: Actor, request_id: RequestId, whom: Whom, order: Order) -> Given:
        """Sanctions somebody; returns once that is stored.

        Raises:
            Rejection: FORBIDDEN outside one's scope, for somebody of one's own rank or above, and for the last
                organiser; NOT_FOUND; INVALID_TEXT; BAD_FIELD for a time that cannot be; STORAGE_FULL.
            Unavailable: Not known whether it was given; asking again with the same ``request_id`` is safe.
        """
        author = self._author(actor, order.scope)
        order = _checked(order)
        target = await self._store.target(visit=whom.visit, account=whom.account)
        where = self._where(order.scope)
        if not policies.may_sanction(actor, policies.role_at(target.role, target.standing, where), where):
            await self._store.refuse(author, target, order)
            raise Rejection(RejectionCode.FORBIDDEN, "this person is of your own rank or above")
        given = await self._store.give(author, request_id, target, order)
        self._bus.announce(SanctionChanged())
        return given

    async def lift(self, actor: Actor, request_id: RequestId, number: int, reason: str = "") -> None:
        """Ends a sanction before its time.

        Raises:
            Rejection: FORBIDDEN outside one's scope, and for one that somebody above has given; NOT_FOUND.
            Unavailable: Not known whether it was lifted; asking again with the same ``request_id`` is safe.
        """
        author = await self._decider(actor, number)
        await self._store.lift(author, request_id, number, clean_text(reason, REASON_CAP, lines=False))
        self._bus.announce(SanctionChanged())

    async def uphold(self, actor: Actor, request_id: RequestId, number: int, reply: str = "") -> None:
        """Answers an appeal without lifting; ``Rejection`` as ``lift``, NOT_FOUND where none waits."""
        author = await self._decider(actor, number)
        await self._store.uphold(author, request_id, number, clean_text(reply, REASON_CAP, lines=False))

    async def appeal(self, known: Known, request_id: RequestId, number: int, text: str) -> None:
        """Stores why somebody thinks that a sanction of theirs should end; once for each.

        Raises:
            Rejection: INVALID_TEXT; NOT_FOUND for another's sanction, or one with an appeal already.
        """
        words = clean_text(text, APPEAL_CAP, lines=True)
        if not words:
            raise Rejection(RejectionCode.INVALID_TEXT, "nothing was written")
        await self._store.appeal(known, request_id, number, words)
        self._bus.announce(SanctionChanged())

    async def in_scope(self, actor: Actor, scope: Scope) -> tuple[SanctionRecord, ...]:
        """Returns the newest sanctions in a scope and below, ended ones too; ``Rejection`` FORBIDDEN."""
        self._author(actor, scope)
        return await self._store.listed(scope, LISTED)

    async def people(self, actor: Actor, scope: Scope) -> tuple[SanctionRecord, ...]:
        """Returns who is under a sanction in a scope and below now; ``Rejection`` FORBIDDEN."""
        self._author(actor, scope)
        return await self._store.listed(scope, LISTED, in_force=True)

    async def appeals(self, actor: Actor, scope: Scope) -> tuple[SanctionRecord, ...]:
        """Returns the sanctions in a scope and below whose appeal waits; ``Rejection`` FORBIDDEN."""
        self._author(actor, scope)
        return await self._store.listed(scope, LISTED, appeals=True)

    async def of(self, known: Known) -> tuple[InForce, ...]:
        """Returns what somebody is under now, for whoever lets them in, and for themselves."""
        return await self._store.of(known)

    async def read(self, actor: Actor, number: int) -> tuple[SanctionRecord, Scope]:
        """Returns one and its scope; ``Rejection`` FORBIDDEN to who may sanction nobody there, NOT_FOUND."""
        record, scope = await self._store.read(number)
        self._author(actor, scope)
        return record, scope

    async def target(self, whom: Whom) -> Target:
        """Returns whom a visit or account is; ``Rejection`` NOT_FOUND."""
        return await self._store.target(visit=whom.visit, account=whom.account)

    async def history(self, known: Known) -> tuple[SanctionRecord, ...]:
        """Returns what somebody was ever under, newest first: for themselves, and for who may sanction them."""
        return await self._store.history(known, HISTORY)

    async def in_force(self) -> tuple[Binding, ...]:
        """Returns all that is in force, for a node to bind its visits by."""
        return await self._store.in_force()

    async def ranks(self, accounts: list[AccountId]) -> Mapping[AccountId, tuple[Role, tuple[Grant, ...]]]:
        """Returns roles and grants as they are now."""
        return await self._store.ranks(accounts)

    async def _decider(self, actor: Actor, number: int) -> Author:
        record, scope = await self._store.read(number)
        author = self._author(actor, scope)
        if actor.account == record.account or not policies.may_lift(actor, record.by_role, self._where(scope)):
            raise Rejection(RejectionCode.FORBIDDEN, "it was given by somebody above")
        return author

    def _author(self, actor: Actor, scope: Scope) -> Author:
        """Returns who decides; ``Rejection`` FORBIDDEN to who may sanction nobody in this scope."""
        where = self._where(scope)
        policies.require(actor, Right.SANCTION, where)
        return author_of(actor, policies.role_at(actor.role, actor.standing, where))

    def _where(self, scope: Scope) -> policies.Where:
        return policies.Where(scope, self._clock.wall())


def author_of(actor: Actor, role: Role) -> Author:
    """Returns an actor as it is written down; ``Rejection`` FORBIDDEN to guests."""
    if actor.account is None:
        raise Rejection(RejectionCode.FORBIDDEN, "guests decide nothing")
    return Author(actor.account, actor.name, role)


def _checked(order: Order) -> Order:
    """Returns an order with a clean reason and the time for which it will be known."""
    reason = clean_text(order.reason, REASON_CAP, lines=False)
    if not reason:
        raise Rejection(RejectionCode.INVALID_TEXT, "a sanction has a reason, which the person reads")
    minutes = _TOLD_FOR_MINUTES.get(order.kind, order.minutes)
    if not 1 <= minutes <= MINUTES_MOST:
        raise Rejection(RejectionCode.BAD_FIELD, f"between a minute and {MINUTES_MOST} minutes")
    if order.address and (order.kind is not SanctionKind.BAN or minutes > ADDRESS_MINUTES_MOST):
        raise Rejection(RejectionCode.BAD_FIELD, "an address is held by a ban of a day at most")
    return replace(order, reason=reason, minutes=minutes)
