"""A booth's staff: who is on it, and who may change that."""

from collections.abc import Collection

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, BoothId
from halles.world.roles import Right, StaffRole
from halles_server.announcements import StaffingChanged
from halles_server.ports.nodes import Bus
from halles_server.ports.staff import StaffMember, StaffStore
from halles_server.services import policies
from halles_server.services.actor import Actor


class Staff:
    """What people do with a booth's staff."""

    def __init__(self, store: StaffStore, bus: Bus) -> None:
        self._store = store
        self._bus = bus

    async def role_of(self, actor: Actor, booth: BoothId) -> StaffRole | None:
        """Returns what somebody is on a booth's staff; None when they are not on it."""
        return (await self.served(actor)).get(booth)

    async def served(self, actor: Actor) -> dict[BoothId, StaffRole]:
        """Returns on which booths' staff somebody is; guests are on none."""
        if actor.account is None:
            return {}
        return (await self._store.booths_of([actor.account])).get(actor.account, {})

    async def booths_of(self, accounts: Collection[AccountId]) -> dict[AccountId, dict[BoothId, StaffRole]]:
        """Returns on which booths' staff accounts are; those on none are left out."""
        return await self._store.booths_of(accounts) if accounts else {}

    async def serves(self, actor: Actor, booth: BoothId) -> bool:
        """Tells whether somebody is on the booth's staff, whatever their role."""
        return await self.role_of(actor, booth) is not None

    async def require(self, actor: Actor, right: Right, booth: BoothId) -> AccountId:
        """Returns the account of somebody who has a right at a booth; ``Rejection`` FORBIDDEN."""
        if actor.account is None:
            raise Rejection(RejectionCode.FORBIDDEN, "guests are on no booth's staff")
        policies.require(actor, right, staff_role=await self.role_of(actor, booth))
        return actor.account

    async def note_refused(self, actor: Actor, act: str, booth: BoothId) -> None:
        """Leaves a row in the audit for what somebody of a booth's staff has tried without the right to."""
        if actor.account is not None and await self.serves(actor, booth):
            await self._store.note_refused(actor.account, act, booth)

    async def members(self, booth: BoothId) -> tuple[StaffMember, ...]:
        """Returns a booth's staff, for those who may see it for another reason."""
        return await self._store.of_booth(booth)

    async def all(self) -> dict[AccountId, frozenset[BoothId]]:
        """Returns which booths each member of any staff serves."""
        return await self._store.all()

    async def of_booth(self, actor: Actor, booth: BoothId) -> tuple[StaffMember, ...]:
        """Returns a booth's staff, for whoever is on it or may change it; ``Rejection`` FORBIDDEN."""
        policies.require(actor, Right.ANSWER_BELL, staff_role=await self.role_of(actor, booth))
        return await self._store.of_booth(booth)

    async def set_role(self, actor: Actor, booth: BoothId, account: AccountId, role: StaffRole) -> None:
        """Changes somebody's role; so a lead hands the booth on.

        Raises:
            Rejection: FORBIDDEN, also when the booth would lose its last lead; NOT_FOUND.
        """
        actor_id = await self._require_lead(actor, booth, "staff.role")
        await self._store.set_role(actor_id, booth, account, role)
        self._bus.announce(StaffingChanged(booth))

    async def remove(self, actor: Actor, booth: BoothId, account: AccountId) -> None:
        """Takes somebody off a booth's staff.

        Raises:
            Rejection: FORBIDDEN, also when the booth would lose its last lead; NOT_FOUND.
        """
        actor_id = await self._require_lead(actor, booth, "staff.remove")
        await self._store.remove(actor_id, booth, account)
        self._bus.announce(StaffingChanged(booth))

    async def _require_lead(self, actor: Actor, booth: BoothId, act: str) -> AccountId:
        """Returns who acts; whoever may not leaves a row in the audit."""
        if actor.account is None:
            raise Rejection(RejectionCode.FORBIDDEN, "guests change no staff")
        mine = await self.role_of(actor, booth)
        if not policies.may(actor, Right.MANAGE_STAFF, staff_role=mine):
            await self._store.note_refused(actor.account, act, booth)
        policies.require(actor, Right.MANAGE_STAFF, staff_role=mine)
        return actor.account
