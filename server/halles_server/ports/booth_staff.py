"""Who is on which booth's staff."""

from dataclasses import dataclass
from typing import Protocol

from halles.ids import AccountId, BoothId


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody of a booth's staff, under the name that visitors read."""

    account: AccountId
    name: str


class StaffStore(Protocol):
    """Booth staff, whatever their part: lead, editor or staff."""

    async def serves(self, account: AccountId, booth: BoothId) -> bool:
        """Tells whether the account is on the booth's staff."""

    async def members(self, booth: BoothId) -> tuple[StaffMember, ...]:
        """Reads a booth's staff, by name."""

    async def all(self) -> dict[AccountId, frozenset[BoothId]]:
        """Reads which booths each member of any staff serves."""
