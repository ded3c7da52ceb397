"""Roles: given and taken within a scope, with an end, and changed for an account as a whole.

Invariant: there is always an organiser who can act (``storage/standing.keep_an_organiser``).
"""

from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, RequestId
from halles.world.roles import Right, Role
from halles_server.announcements import SanctionChanged
from halles_server.ports.clock import Clock
from halles_server.ports.grants import GrantRecord, GrantStore
from halles_server.ports.nodes import Bus
from halles_server.ports.sanctions import Decider
from halles_server.ports.standing import Grant, Rank, Scope
from halles_server.services import policies
from halles_server.services.actor import Actor
from halles_server.services.sanctions import attempting, ranked

LISTED: Final = 200
"""Grants in one list."""


class Grants:
    """What organisers do with roles."""

    def __init__(self, store: GrantStore, bus: Bus, clock: Clock) -> None:
        self._store, self._bus, self._clock = store, bus, clock

    async def give(
        self,
        actor: Actor,
        request_id: RequestId,
        account: AccountId,
        grant: tuple[Role, Scope, datetime | None],
        said: str = "",
    ) -> None:
        """Gives somebody a role within a scope until an end, None for none; again, it changes the end.

        Args:
            actor: Who gives it.
            request_id: Their key.
            account: To whom.
            grant: The role, where, and until when.
            said: The words that the end was counted from, as "a week": a repeat says the same and ends later.

        Raises:
            Rejection: FORBIDDEN to who is no organiser there and, to whom that itself is granted, for themselves or an
                end after their own; NOT_FOUND; BAD_FIELD for a role that is not granted, or an end that has passed.
            Unavailable: Not known whether it was given; asking again with the same ``request_id`` is safe.
        """
        role, scope, until = grant
        decider, to, where = self._decider(actor, scope), _account(account), self._where(scope)

        def weigh(rank: Rank) -> Role:  # only where it is stored: a repeat ends later and was given all the same
            if not policies.may_grant(ranked(actor, rank), to, until, where):
                raise Rejection(RejectionCode.FORBIDDEN, "to others only, and for no longer than your own role")
            return decider.weigh(rank)

        if role not in policies.GRANTED or (until is not None and until <= self._clock.wall()):
            raise Rejection(RejectionCode.BAD_FIELD, "no such role, or its end has passed")
        await self._store.grant(replace(decider, weigh=weigh), request_id, to, Grant(role, scope.key, until), said)
        self._bus.announce(SanctionChanged())

    async def take(self, actor: Actor, request_id: RequestId, account: AccountId, grant: tuple[Role, Scope]) -> None:
        """Takes a granted role back; ``Rejection`` FORBIDDEN, NOT_FOUND."""
        role, scope = grant
        decider = self._decider(actor, scope)
        await self._store.take(decider, request_id, _account(account), Grant(role, scope.key))
        self._bus.announce(SanctionChanged())

    async def listed(self, actor: Actor, scope: Scope) -> tuple[GrantRecord, ...]:
        """Returns who has been granted what in a scope and below; ``Rejection`` FORBIDDEN to moderators and others."""
        policies.require(actor, Right.GRANT, self._where(scope))
        return await self._store.listed(scope, LISTED)

    async def set_role(self, actor: Actor, request_id: RequestId, account: AccountId, role: Role) -> None:
        """Makes an account something else in the show.

        Raises:
            Rejection: FORBIDDEN to who is no organiser, for somebody above, for a role above one's own, and for the
                last organiser; BAD_FIELD for ``guest``; NOT_FOUND; STALE_REVISION when somebody else was quicker.
            Unavailable: Not known whether it was changed; asking again with the same ``request_id`` is safe.
        """
        if role is Role.GUEST:
            raise Rejection(RejectionCode.BAD_FIELD, "who has an account is no guest")
        policies.require_somewhere(actor, Right.GRANT, self._clock.wall())
        before = await self._store.role_of(_account(account))

        def weigh(now: Actor) -> Role:
            if not policies.may_make(now, before, role):
                raise Rejection(RejectionCode.FORBIDDEN, "this person, or this role, is above your own")
            return now.role

        decider = attempting(actor, Right.GRANT, self._clock.wall(), weigh)
        await self._store.set_role(decider, request_id, account, (before, role))
        self._bus.announce(SanctionChanged())

    def _decider(self, actor: Actor, scope: Scope) -> Decider:
        where = self._where(scope)

        def weigh(now: Actor) -> Role:
            policies.require(now, Right.GRANT, where)
            return policies.role_at(now.role, now.standing, where)

        return attempting(actor, Right.GRANT, self._clock.wall(), weigh)

    def _where(self, scope: Scope) -> policies.Where:
        return policies.Where(scope, self._clock.wall())


def _account(account: AccountId) -> AccountId:
    """Returns an account's id; ``Rejection`` NOT_FOUND for what cannot be one."""
    try:
        return AccountId(str(UUID(account)))
    except ValueError:
        raise Rejection(RejectionCode.NOT_FOUND, "no such account") from None
