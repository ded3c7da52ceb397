"""Who is on a booth's staff, how they get there, and whether they are there."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NewType, Protocol

from halles.ids import AccountId, BoothId, HallId, RequestId
from halles.world.roles import StaffRole
from halles_server.ports.people import Account

InvitationId = NewType("InvitationId", str)
"""An invitation's name in lists and forms, of which nobody makes the code."""


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody on a booth's staff."""

    account: AccountId
    login: str
    name: str
    role: StaffRole


class StaffStore(Protocol):
    """Who is on which booth's staff."""

    async def of_booth(self, booth: BoothId) -> tuple[StaffMember, ...]:
        """Reads a booth's staff: leads, editors, staff, each by name."""

    async def booths_of(self, accounts: Collection[AccountId]) -> dict[AccountId, dict[BoothId, StaffRole]]:
        """Reads on which booths' staff these accounts are; those on none are left out."""

    async def all(self) -> dict[AccountId, frozenset[BoothId]]:
        """Reads which booths each member of any staff serves."""

    async def set_role(self, actor: AccountId, booth: BoothId, account: AccountId, role: StaffRole) -> None:
        """Changes the role of somebody who is on the staff, with its audit row.

        Raises:
            Rejection: NOT_FOUND when they are not; FORBIDDEN when it would leave the booth without the lead it has.
        """

    async def remove(self, actor: AccountId, booth: BoothId, account: AccountId) -> None:
        """Takes somebody off the staff, with its audit row; refuses as ``set_role`` does."""

    async def note_refused(self, actor: AccountId, act: str, booth: BoothId) -> None:
        """Adds an audit row for something that somebody without the right has tried."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """A code that was made, without the code.

    Attributes:
        id: Its name.
        used_by: The name of whoever used it, "" while nobody has.
    """

    booth: BoothId
    role: StaffRole
    made: datetime
    expires: datetime
    used_by: str
    id: InvitationId


@dataclass(frozen=True, slots=True)
class Newcomer:
    """An account that an invitation makes, with its password's hash."""

    account: Account
    password_hash: str


class InvitationStore(Protocol):
    """Codes that bring somebody onto a booth's staff, each known by its SHA-256."""

    async def make(self, code_hash: bytes, booth: BoothId, role: StaffRole, actor: str, lasts: timedelta) -> None:
        """Stores an invitation with its audit row; ``Rejection`` NOT_FOUND for no such booth."""

    async def find(self, code_hash: bytes) -> tuple[BoothId, StaffRole] | None:
        """Reads what a code is good for; None when it is unknown, used or too old."""

    async def take(self, code_hash: bytes, who: AccountId | Newcomer) -> BoothId:
        """Uses a code up and puts somebody on the booth's staff, all in one transaction; never lowers a role.

        A visitor becomes an exhibitor by it. Whoever has used the code already gets its booth again.

        Raises:
            Rejection: NOT_FOUND for a code that is unknown, too old or was used by somebody else; NAME_TAKEN.
        """

    async def made(self, booth: BoothId | None, limit: int) -> tuple[Invitation, ...]:
        """Reads the newest invitations, of one booth or of all."""

    async def unused(self, invitation: InvitationId) -> tuple[BoothId, StaffRole] | None:
        """Reads what an invitation that nobody has used was made for; None when there is no such."""

    async def withdraw(self, invitation: InvitationId, actor: AccountId) -> None:
        """Removes an invitation with its audit row; ``Rejection`` NOT_FOUND when it was used or is gone."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Somebody of a booth's staff, as the node with their visit sees them."""

    account: AccountId
    booth: BoothId
    here: bool


@dataclass(frozen=True, slots=True)
class StaffedRecord:
    """What is known of a booth that somebody of its staff is at, in the show for, or said to be back at."""

    booth: BoothId
    hall: HallId
    here: bool
    in_show: bool
    back_at: datetime | None


class StaffingStore(Protocol):
    """Who of the booths' staff is there; rows that are not renewed count for nothing after a while."""

    async def note(self, seen: Collection[Seen]) -> None:
        """Stores all that this node sees, instead of what it saw before."""

    async def read(self, booth: BoothId | None = None) -> tuple[StaffedRecord, ...]:
        """Reads one booth, or all of which there is something to say."""

    async def say_back(self, actor: AccountId, request_id: RequestId, booth: BoothId, in_minutes: int) -> None:
        """Stores when a booth is staffed again, once per ``request_id``; 0 takes it back."""
