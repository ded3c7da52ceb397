"""Roles, of accounts and within scopes, as they are given and taken."""

from dataclasses import dataclass
from typing import Protocol

from halles.ids import AccountId, RequestId
from halles.world.roles import Role
from halles_server.ports.sanctions import Author
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

    async def grant(self, author: Author, request_id: RequestId, account: AccountId, grant: Grant) -> None:
        """Stores a grant in place of one of the same role and scope; ``Rejection`` NOT_FOUND."""

    async def take(self, author: Author, request_id: RequestId, account: AccountId, grant: Grant) -> None:
        """Removes a grant; ``Rejection`` NOT_FOUND."""

    async def listed(self, scope: Scope, limit: int) -> tuple[GrantRecord, ...]:
        """Reads the grants in a scope and those below it, by name."""

    async def role_of(self, account: AccountId) -> Role:
        """Reads an account's role; ``Rejection`` NOT_FOUND."""

    async def set_role(
        self, author: Author, request_id: RequestId, account: AccountId, change: tuple[Role, Role]
    ) -> None:
        """Changes an account's role from one to another.

        Raises:
            Rejection: FORBIDDEN for the last organiser, and when the author's own role has changed meanwhile;
                STALE_REVISION when the account's has.
        """
