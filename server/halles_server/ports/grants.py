"""Roles, of accounts and within scopes, as they are given and taken."""

from dataclasses import dataclass
from typing import Protocol

from halles.ids import AccountId, RequestId
from halles.world.roles import Role
from halles_server.ports.sanctions import Decider
from halles_server.ports.standing import Grant, Scope


@dataclass(frozen=True, slots=True)
class GrantRecord:
    """A grant as it is listed."""

    account: AccountId
    name: str
    grant: Grant
    by: str


class GrantStore(Protocol):
    """Roles, of accounts and within scopes."""

    async def grant(
        self, decider: Decider, request_id: RequestId, account: AccountId, grant: Grant, said: str = ""
    ) -> None:
        """Stores a grant in place of one of the same role and scope; ``Rejection`` NOT_FOUND.

        Args:
            decider: Who gives it.
            request_id: Their key.
            account: To whom.
            grant: What.
            said: Until when in the words that its end was counted from, which a repeat has as well; "" for none.
        """

    async def take(self, decider: Decider, request_id: RequestId, account: AccountId, grant: Grant) -> None:
        """Removes a grant; ``Rejection`` NOT_FOUND."""

    async def listed(self, scope: Scope, limit: int) -> tuple[GrantRecord, ...]:
        """Reads the grants in a scope and those below it, by name."""

    async def role_of(self, account: AccountId) -> Role:
        """Reads an account's role; ``Rejection`` NOT_FOUND."""

    async def set_role(
        self, decider: Decider, request_id: RequestId, account: AccountId, change: tuple[Role, Role]
    ) -> None:
        """Changes an account's role from one to another.

        Raises:
            Rejection: FORBIDDEN for the last organiser; STALE_REVISION when the account's role has changed meanwhile.
        """
