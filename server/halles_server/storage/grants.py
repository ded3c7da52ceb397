"""Roles, of accounts and within scopes: each change is one transaction with its request key and its audit row."""

from contextlib import AbstractContextManager
from typing import Final

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, RequestId
from halles.world.roles import Role
from halles_server.ports.grants import GrantRecord
from halles_server.ports.sanctions import Author, Decider
from halles_server.ports.standing import Grant, Scope
from halles_server.storage import audit, requests
from halles_server.storage.pool import Connection, Database
from halles_server.storage.standing import BELOW, hold_ranks, keep_an_organiser

_GRANT: Final = """
INSERT INTO grants (account, role, scope, until, made_by) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (account, role, scope) DO UPDATE SET until = excluded.until, made_by = excluded.made_by, made = now()
"""


class Grants:
    """The port ``GrantStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def grant(
        self, decider: Decider, request_id: RequestId, account: AccountId, grant: Grant, said: str = ""
    ) -> None:
        """Stores a grant in place of one of the same role and scope; ``Rejection`` NOT_FOUND."""

        async def effect(connection: Connection) -> int:
            ranks = await hold_ranks(connection, (decider.account, account))
            with _refusing("give", account, grant):
                author = decider.author(ranks)
            if account not in ranks:
                raise Rejection(RejectionCode.NOT_FOUND, f"no account {account}")
            await connection.execute(_GRANT, account, grant.role.value, grant.scope, grant.until, author.account)
            await _note(connection, author, "grant.give", account, grant)
            return 0

        # What was said, not what it came to: "a week" ends later in a repeat.
        asked = ("grant", account, grant.role, grant.scope, said or grant.until)
        await requests.once(self._database, decider.account, request_id, asked, effect)

    async def take(self, decider: Decider, request_id: RequestId, account: AccountId, grant: Grant) -> None:
        """Removes a grant; ``Rejection`` NOT_FOUND."""

        async def effect(connection: Connection) -> int:
            with _refusing("take", account, grant):
                author = decider.author(await hold_ranks(connection, (decider.account, account)))
            if not await connection.fetchval(
                "DELETE FROM grants WHERE account = $1 AND role = $2 AND scope = $3 RETURNING true",
                account,
                grant.role.value,
                grant.scope,
            ):
                raise Rejection(RejectionCode.NOT_FOUND, "there is no such grant")
            await _note(connection, author, "grant.take", account, grant)
            return 0

        asked = ("take grant", account, grant.role, grant.scope)
        await requests.once(self._database, decider.account, request_id, asked, effect)

    async def listed(self, scope: Scope, limit: int) -> tuple[GrantRecord, ...]:
        """Reads the grants in a scope and those below it, by name."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                "SELECT g.account, a.name, g.role, g.scope, g.until, coalesce(m.name, '') AS by FROM grants g"
                " JOIN accounts a ON a.id = g.account LEFT JOIN accounts m ON m.id = g.made_by"
                f" WHERE {BELOW.format(column='g.scope')} AND (g.until IS NULL OR g.until > now())"
                " ORDER BY a.name, g.scope LIMIT $2",
                scope.key,
                limit,
            )
        return tuple(
            GrantRecord(
                AccountId(str(row["account"])),
                row["name"],
                Grant(Role(row["role"]), row["scope"], row["until"]),
                row["by"],
            )
            for row in rows
        )

    async def role_of(self, account: AccountId) -> Role:
        """Reads an account's role; ``Rejection`` NOT_FOUND."""
        async with self._database.connection() as connection:
            role = await connection.fetchval("SELECT role FROM accounts WHERE id = $1", account)
        if role is None:
            raise Rejection(RejectionCode.NOT_FOUND, f"no account {account}")
        return Role(role)

    async def set_role(
        self, decider: Decider, request_id: RequestId, account: AccountId, change: tuple[Role, Role]
    ) -> None:
        """Changes an account's role from one to another.

        Raises:
            Rejection: FORBIDDEN for the last organiser; STALE_REVISION when the account's role has changed meanwhile.
        """
        before, after = change

        async def effect(connection: Connection) -> int:
            fewer = before is Role.ORGANISER and after is not Role.ORGANISER
            with requests.writing_down("role.refused", f"account:{account}", role=after):
                author = decider.author(await hold_ranks(connection, (decider.account, account), organisers=fewer))
                if fewer:
                    await keep_an_organiser(connection, account)
            changed = await connection.fetchval(
                "UPDATE accounts SET role = $2 WHERE id = $1 AND role = $3 RETURNING true",
                account,
                after.value,
                before.value,
            )
            if not changed:
                raise Rejection(RejectionCode.STALE_REVISION, "somebody else changed this role meanwhile")
            subject = f"account:{account}"
            await audit.note(connection, author.account, "account.role", subject, before=before, after=after)
            return 0

        # Not from what: a repeat finds what the first has made of them.
        await requests.once(self._database, decider.account, request_id, ("role", account, after), effect)


def _refusing(tried: str, account: AccountId, grant: Grant) -> AbstractContextManager[None]:
    """Writes down what is refused within the block."""
    subject = f"account:{account}"
    return requests.writing_down("grant.refused", subject, tried=tried, role=grant.role, scope=grant.scope)


async def _note(connection: Connection, author: Author, act: str, account: AccountId, grant: Grant) -> None:
    until = grant.until.isoformat() if grant.until else ""
    await audit.note(
        connection, author.account, act, f"account:{account}", role=grant.role, scope=grant.scope, until=until
    )
