"""Blocking: who wants to see and hear no more of whom; it holds in both directions."""

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, RequestId, VisitId
from halles_server.announcements import BlocksChanged
from halles_server.ports.blocks import BlockStore, Listed, Pair, Party
from halles_server.ports.clock import Clock
from halles_server.ports.nodes import Bus
from halles_server.services import policies
from halles_server.services.actor import Actor


class Blocks:
    """Whom people block."""

    def __init__(self, store: BlockStore, bus: Bus, clock: Clock) -> None:
        self._store, self._bus, self._clock = store, bus, clock

    async def block(self, actor: Actor, request_id: RequestId, visit: VisitId, *, on: bool) -> None:
        """Blocks whoever a visit is, or no more.

        Raises:
            Rejection: NOT_FOUND; FORBIDDEN where one of both moderates or is of the house; OVER_BUDGET; BAD_FIELD.
            Unavailable: Not known whether it was stored; asking again with the same ``request_id`` is safe.
        """
        target = await self._store.target(visit)
        owner = Party(actor.account, actor.visit or VisitId(""))
        if not owner.key or owner.key == target.party.key:
            raise Rejection(RejectionCode.BAD_FIELD, "nobody blocks themselves")
        if not on:
            await self._store.unblock(owner, request_id, target.party)
        elif policies.may_block(actor, target.role, target.standing, self._clock.wall()):
            await self._store.block(owner, request_id, target)
        else:
            raise Rejection(RejectionCode.FORBIDDEN, "who moderates sees everybody")
        self._bus.announce(BlocksChanged(visit))

    async def lift(self, account: AccountId, number: int) -> None:
        """Ends an account's block by its number."""
        await self._store.lift(account, number)
        self._bus.announce(BlocksChanged(VisitId("")))

    async def erase(self, account: AccountId) -> None:
        """Ends all of an account's blocks."""
        if await self._store.erase(account):
            self._bus.announce(BlocksChanged(VisitId("")))

    async def of(self, account: AccountId) -> tuple[Listed, ...]:
        """Returns whom an account has blocked."""
        return await self._store.of(account)

    async def pairs(self) -> tuple[Pair, ...]:
        """Returns which visits do not see each other now."""
        return await self._store.pairs()
