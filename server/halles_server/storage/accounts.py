"""Accounts, booth staff and web logins."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any, Final

import asyncpg
import msgspec

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, BoothId
from halles.world.look import Look
from halles.world.roles import Role
from halles_server.ports.people import Account
from halles_server.storage import audit
from halles_server.storage.pool import Connection, Database
from halles_server.storage.standing import STANDING, standing_of_row

LOGIN_LASTS: Final = timedelta(hours=12)
LOGIN_IDLE: Final = timedelta(hours=2)
SOON_IDLE: Final = timedelta(minutes=30)
LOGINS_CAP: Final = 5

COLUMNS: Final = f"a.id, a.login, a.name, a.role, a.language, a.look, {STANDING}"
"""What ``account_of_row`` reads, of ``accounts a``."""
_LIVE: Final = (
    "l.created > now() - $2::interval AND l.seen > now()"
    " - CASE WHEN a.role = ANY($5) THEN $4::interval ELSE $3::interval END"
)


class Accounts:
    """The port ``AccountStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def by_login(self, login: str) -> tuple[Account, str] | None:
        """Reads an account and its password's argon2 hash, by login without regard to case."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(
                f"SELECT {COLUMNS}, a.password_hash FROM accounts a"
                " WHERE a.login_key = lower(normalize($1::text, NFKC))",
                login,
            )
        return (account_of_row(row), row["password_hash"]) if row else None

    async def read(self, account: AccountId) -> Account | None:
        """Reads one by its id."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(f"SELECT {COLUMNS} FROM accounts a WHERE a.id = $1", account)
        return account_of_row(row) if row else None

    async def create(self, account: Account, password_hash: str) -> None:
        """Stores a new account; ``Rejection`` NAME_TAKEN when its login, without regard to case, exists."""
        async with self._database.adding() as connection:
            await add(connection, account, password_hash)

    async def set_password(self, account: AccountId, password_hash: str, actor: str) -> None:
        """Replaces a password's hash and ends every web login of the account."""
        async with self._database.transaction() as connection:
            await connection.execute("UPDATE accounts SET password_hash = $2 WHERE id = $1", account, password_hash)
            await connection.execute("DELETE FROM logins WHERE account = $1", account)
            await audit.note(connection, actor, "account.password", f"account:{account}")

    async def set_staff(self, account: AccountId, booth: BoothId, role: str, actor: str) -> None:
        """Puts somebody on a booth's staff as ``lead``, ``editor`` or ``staff``; ``Rejection`` NOT_FOUND."""
        async with self._database.transaction() as connection:
            try:
                await connection.execute(
                    "INSERT INTO booth_staff (account, booth, role) VALUES ($1, $2, $3)"
                    " ON CONFLICT (account, booth) DO UPDATE SET role = excluded.role",
                    account,
                    booth,
                    role,
                )
            except asyncpg.ForeignKeyViolationError:
                raise Rejection(RejectionCode.NOT_FOUND, f"no booth {booth} or no account {account}") from None
            await audit.note(connection, actor, "booth.staff", f"booth:{booth}", account=account, role=role)

    async def guarded_names(self, roles: Collection[Role]) -> frozenset[str]:
        """Returns the names of the accounts with these roles, of all organisations and of all booths."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                "SELECT name FROM accounts WHERE role = ANY($1) UNION SELECT name FROM organisations"
                " UNION SELECT content ->> 'name' FROM booths",
                [role.value for role in roles],
            )
        return frozenset(row[0] for row in rows)


class Logins:
    """The port ``LoginStore``: what a browser's cookie stands for."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self, token_hash: bytes, account: AccountId) -> None:
        """Stores a login; the account's oldest end when it has more than ``LOGINS_CAP``."""
        async with self._database.transaction() as connection:
            await connection.execute("SELECT 1 FROM accounts WHERE id = $1 FOR UPDATE", account)
            await connection.execute("INSERT INTO logins (token_hash, account) VALUES ($1, $2)", token_hash, account)
            await connection.execute(
                "DELETE FROM logins WHERE account = $1 AND token_hash NOT IN (SELECT token_hash FROM logins"
                " WHERE account = $1 ORDER BY token_hash = $3 DESC, created DESC LIMIT $2)",
                account,
                LOGINS_CAP,
                token_hash,
            )

    async def account_of(self, token_hash: bytes, soon_idle: Collection[Role]) -> Account | None:
        """Returns whose live login this is, as the account is now, and marks it used."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(
                f"UPDATE logins l SET seen = now() FROM accounts a WHERE l.token_hash = $1 AND a.id = l.account"
                f" AND {_LIVE} RETURNING {COLUMNS}",
                token_hash,
                LOGIN_LASTS,
                LOGIN_IDLE,
                SOON_IDLE,
                [role.value for role in soon_idle],
            )
        return account_of_row(row) if row else None

    async def close(self, token_hash: bytes) -> None:
        """Ends a login."""
        async with self._database.connection() as connection:
            await connection.execute("DELETE FROM logins WHERE token_hash = $1", token_hash)


async def add(connection: Connection, account: Account, password_hash: str) -> None:
    """Adds an account within a transaction; ``Rejection`` NAME_TAKEN."""
    try:
        await connection.execute(
            "INSERT INTO accounts (id, login, password_hash, name, role, language, look)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7)",
            account.account,
            account.login,
            password_hash,
            account.name,
            account.role.value,
            account.language,
            list(msgspec.structs.astuple(account.look)),
        )
    except asyncpg.UniqueViolationError:
        raise Rejection(
            RejectionCode.NAME_TAKEN, f"there is already an account with the login {account.login}"
        ) from None
    await audit.note(connection, account.account, "account.create", f"account:{account.account}", role=account.role)


def account_of_row(row: Any) -> Account:
    """Returns the account of a row that has ``COLUMNS``."""
    return Account(
        AccountId(str(row["id"])),
        row["login"],
        row["name"],
        Role(row["role"]),
        row["language"],
        Look(*row["look"]),
        standing_of_row(row),
    )
