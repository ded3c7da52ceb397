"""A booth's staff: who may do there what visitors may not."""

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, BoothId
from halles.world.roles import Right
from halles_server.ports.booth_staff import StaffMember, StaffStore
from halles_server.services import policies
from halles_server.services.actor import Actor


class BoothStaff:
    """Looks up who is on a booth's staff, and asks the policies."""

    def __init__(self, store: StaffStore) -> None:
        self._store = store

    async def serves(self, actor: Actor, booth: BoothId) -> bool:
        """Tells whether somebody is on the booth's staff, whatever their part."""
        return actor.account is not None and await self._store.serves(actor.account, booth)

    async def require(self, actor: Actor, right: Right, booth: BoothId) -> AccountId:
        """Returns the account of somebody who has a right at a booth; ``Rejection`` FORBIDDEN."""
        if actor.account is None:
            raise Rejection(RejectionCode.FORBIDDEN, "guests are on no booth's staff")
        policies.require(actor, right, on_staff=await self._store.serves(actor.account, booth))
        return actor.account

    async def members(self, booth: BoothId) -> tuple[StaffMember, ...]:
        """Returns a booth's staff, by name."""
        return await self._store.members(booth)

    async def all(self) -> dict[AccountId, frozenset[BoothId]]:
        """Returns which booths each member of any staff serves."""
        return await self._store.all()
