"""Personal tokens: known to the database only by their hash, counted and audited by account."""

import uuid
from datetime import timedelta
from typing import Final

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId
from halles_server.ports.people import Account
from halles_server.ports.tokens import PersonalToken, TokenId
from halles_server.storage import audit
from halles_server.storage.accounts import COLUMNS, account_of_row
from halles_server.storage.pool import Database

TOKENS_CAP: Final = 10
"""Live tokens of one account."""

_MARK: Final = timedelta(minutes=5)
"""How exactly a token's last use is known: a program that asks ten times a second is no reason to write as often."""


class Tokens:
    """The port ``TokenStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, account: AccountId, token_hash: bytes, label: str, days: int) -> None:
        """Stores a token and its audit row; ``Rejection`` OVER_BUDGET for one more than ``TOKENS_CAP``."""
        async with self._database.adding() as connection:
            await connection.execute("SELECT 1 FROM accounts WHERE id = $1 FOR UPDATE", account)
            live = await connection.fetchval(
                "SELECT count(*) FROM tokens WHERE account = $1 AND until > now()", account
            )
            if live >= TOKENS_CAP:
                raise Rejection(RejectionCode.OVER_BUDGET, f"at most {TOKENS_CAP} tokens an account")
            await connection.execute(
                "INSERT INTO tokens (token_hash, account, label, until)"
                " VALUES ($1, $2, $3, now() + make_interval(days => $4))",
                token_hash,
                account,
                label,
                days,
            )
            await audit.note(connection, account, "token.make", f"account:{account}", days=days)

    async def of(self, account: AccountId) -> tuple[PersonalToken, ...]:
        """Reads an account's live tokens, newest first."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                "SELECT id, label, made, until, used FROM tokens WHERE account = $1 AND until > now()"
                " ORDER BY made DESC, id",
                account,
            )
        return tuple(
            PersonalToken(TokenId(str(row["id"])), row["label"], row["made"], row["until"], row["used"]) for row in rows
        )

    async def account_of(self, token_hash: bytes) -> Account | None:
        """Returns whose live token this is, as the account is now, and marks it used."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(
                f"SELECT {COLUMNS}, t.used IS NULL OR t.used < now() - $2::interval AS unmarked"
                " FROM tokens t JOIN accounts a ON a.id = t.account WHERE t.token_hash = $1 AND t.until > now()",
                token_hash,
                _MARK,
            )
            if row is not None and row["unmarked"]:
                await connection.execute("UPDATE tokens SET used = now() WHERE token_hash = $1", token_hash)
        return account_of_row(row) if row else None

    async def remove(self, account: AccountId, token: TokenId) -> bool:
        """Ends one of an account's tokens, with an audit row; False when it has no such."""
        try:
            wanted = uuid.UUID(token)
        except ValueError:
            return False
        async with self._database.transaction() as connection:
            gone = await connection.fetchval(
                "DELETE FROM tokens WHERE id = $1 AND account = $2 RETURNING true", wanted, account
            )
            if gone:
                await audit.note(connection, account, "token.remove", f"account:{account}")
        return bool(gone)
