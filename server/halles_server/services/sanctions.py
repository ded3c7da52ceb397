"""Sanctions: given and lifted by whoever stands above, appealed against by whoever is under them.

Belongs here: who may do which of that, and what may be asked. Not here: which rights a sanction takes away
(``policies``) and how it binds in the halls (``gateway/standing_board.py``).
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, HallId, RequestId
from halles.world.booth import clean_text
from halles.world.roles import Right, Role
from halles.world.sanctions import ADDRESS_MINUTES_MOST, APPEAL_CAP, MINUTES_MOST, REASON_CAP, SanctionKind
from halles_server.announcements import SanctionChanged
from halles_server.ports.clock import Clock
from halles_server.ports.nodes import Bus
from halles_server.ports.sanctions import (
    Binding,
    Decider,
    Given,
    Known,
    Lifted,
    Order,
    SanctionRecord,
    SanctionStore,
    Target,
)
from halles_server.ports.sanctions import Whom as Whom  # said with what is asked for here
from halles_server.ports.standing import SHOW, Grant, InForce, Rank, Scope, ScopeKind
from halles_server.services import policies
from halles_server.services.actor import Actor

LISTED: Final = 200
"""Sanctions in one list."""

HISTORY: Final = 50
"""Sanctions of one person in one list."""

LIFTED_TOLD: Final = timedelta(hours=1)
"""For how long somebody is told that a sanction of theirs was lifted; its page tells it for ever."""

_TOLD_FOR_MINUTES: Final[Mapping[SanctionKind, int]] = {SanctionKind.WARN: 24 * 60, SanctionKind.REMOVE: 10}
"""For how long a sanction is known that takes nothing away: so long a warning is shown, and a removal looked for."""


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
                organiser; NOT_FOUND; NOT_NOW in a live session that is over; INVALID_TEXT; BAD_FIELD for a time that
                cannot be; OVER_BUDGET while too many are in force; STORAGE_FULL.
            Unavailable: Not known whether it was given; asking again with the same ``request_id`` is safe.
        """
        where = self._where(order.scope)
        decider = decider_of(actor, lambda now: _role_at(now, where))

        def above(mine: Rank, theirs: Rank) -> bool:
            role = policies.role_at(theirs.role, theirs.standing, where)
            return policies.may_sanction(ranked(actor, mine), role, where)

        given = await self._store.give(decider, request_id, whom, _checked(order), above)
        self._bus.announce(SanctionChanged())
        return given

    async def lift(self, actor: Actor, request_id: RequestId, number: int, reason: str = "") -> None:
        """Ends a sanction before its time.

        Raises:
            Rejection: FORBIDDEN outside one's scope, and for one that somebody above has given; NOT_FOUND.
            Unavailable: Not known whether it was lifted; asking again with the same ``request_id`` is safe.
        """
        decider = await self._decider(actor, number)
        await self._store.lift(decider, request_id, number, clean_text(reason, REASON_CAP, lines=False))
        self._bus.announce(SanctionChanged())

    async def uphold(self, actor: Actor, request_id: RequestId, number: int, reply: str = "") -> None:
        """Answers an appeal without lifting; ``Rejection`` as ``lift``, NOT_FOUND where none waits."""
        author = await self._decider(actor, number)
        await self._store.uphold(author, request_id, number, clean_text(reply, REASON_CAP, lines=False))
        self._bus.announce(SanctionChanged())

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

    async def in_scope(
        self, actor: Actor, scope: Scope, *, past: bool = False, before: int = 0
    ) -> tuple[SanctionRecord, ...]:
        """Returns the newest in a scope and below that are in force, or past; ``Rejection`` FORBIDDEN.

        Args:
            actor: Who asks.
            scope: Where.
            past: Whether those that have ended.
            before: Only those given before the one with this number; 0 for the newest.
        """
        self._author(actor, scope)
        return await self._store.listed(scope, LISTED, in_force=not past, before=before)

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
        policies.require(actor, Right.SANCTION, self._where(scope))
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

    async def awaited(self) -> tuple[tuple[SanctionRecord, Scope], ...]:
        """Returns the sanctions of the whole show whose appeal waits, with their scopes, for a node to count them."""
        waiting = await self._store.listed(SHOW, LISTED, appeals=True)
        scopes = {one.scope: one.number for one in waiting}
        found = {key: (await self._store.read(number))[1] for key, number in scopes.items()}
        return tuple((one, found[one.scope]) for one in waiting)

    async def lifted(self) -> tuple[Lifted, ...]:
        """Returns what was lately lifted, for a node to tell those whom it bound."""
        return await self._store.lifted(LIFTED_TOLD)

    async def ranks(self, accounts: list[AccountId]) -> Mapping[AccountId, tuple[Role, tuple[Grant, ...]]]:
        """Returns roles and grants as they are now."""
        return await self._store.ranks(accounts)

    async def _decider(self, actor: Actor, number: int) -> Decider:
        record, scope = await self._store.read(number)
        where = self._where(scope)

        def weigh(now: Actor) -> Role:
            role = _role_at(now, where)
            if now.account == record.account or not policies.may_lift(now, record.by_role, where):
                raise Rejection(RejectionCode.FORBIDDEN, "it was given by somebody above")
            return role

        return decider_of(actor, weigh)

    def _author(self, actor: Actor, scope: Scope) -> None:
        """Refuses who may sanction nobody in this scope; ``Rejection`` FORBIDDEN."""
        policies.require(actor, Right.SANCTION, self._where(scope))

    def _where(self, scope: Scope) -> policies.Where:
        return policies.Where(scope, self._clock.wall())


def decider_of(actor: Actor, weigh: Callable[[Actor], Role]) -> Decider:
    """Returns who decides; ``weigh`` is asked at once, and again of what they are when it is stored.

    Raises:
        Rejection: FORBIDDEN to guests, and to whom ``weigh`` refuses it.
    """
    decider = _weighed_there(actor, weigh)
    weigh(actor)
    return decider


def attempting(actor: Actor, right: Right, now: datetime, weigh: Callable[[Actor], Role]) -> Decider:
    """Returns who decides; ``weigh`` is asked only where it is stored, which writes down what it refuses there.

    Raises:
        Rejection: FORBIDDEN to who has the right nowhere. Of them nothing is written down: they would fill the audit.
    """
    policies.require_somewhere(actor, right, now)
    return _weighed_there(actor, weigh)


def _weighed_there(actor: Actor, weigh: Callable[[Actor], Role]) -> Decider:
    """Returns who decides, weighed where it is stored."""
    if actor.account is None:
        raise Rejection(RejectionCode.FORBIDDEN, "guests decide nothing")
    return Decider(actor.account, actor.name, lambda rank: weigh(ranked(actor, rank)))


def ranked(actor: Actor, rank: Rank) -> Actor:
    """Returns an actor as what it is by now."""
    return replace(actor, role=rank.role, standing=rank.standing)


def _role_at(actor: Actor, where: policies.Where) -> Role:
    """Returns as what somebody sanctions there; ``Rejection`` FORBIDDEN to who may sanction nobody."""
    policies.require(actor, Right.SANCTION, where)
    return policies.role_at(actor.role, actor.standing, where)


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
