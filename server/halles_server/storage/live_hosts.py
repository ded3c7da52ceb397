"""A live session's hosts: who has the role moderator within it, granted and taken with the entry of the programme."""

from collections.abc import Collection
from typing import Final

from halles.ids import AccountId, LiveSessionId
from halles_server.storage import audit
from halles_server.storage.pool import Connection
from halles_server.storage.standing import hold_ranks

_HOST: Final = "moderator"

_NOW: Final = "SELECT account FROM grants WHERE scope = $1 AND role = $2 AND (until IS NULL OR until > now())"
_GIVE: Final = """
INSERT INTO grants (account, role, scope, made_by)
VALUES ($1, $2, $3, (SELECT id FROM accounts WHERE id::text = $4))
ON CONFLICT (account, role, scope) DO UPDATE SET until = NULL, made_by = excluded.made_by, made = now()
"""


async def set_hosts(
    connection: Connection,
    author: str,
    session: LiveSessionId,
    hosts: Collection[AccountId],
    read: Collection[AccountId] | None = None,
) -> bool:
    """Brings a live session's hosts to what is wanted; returns whether any was granted or taken.

    Args:
        connection: In a transaction.
        author: An account, or the name of a program of ours.
        session: Of which live session.
        hosts: Who shall be its hosts.
        read: Who they were when whoever changes them looked: only where the two differ anything is touched, so that
            who was granted or taken elsewhere meanwhile stays so. None for who they are now.
    """
    scope, wanted = f"live:{session}", set(hosts)
    now = await _now(connection, scope)
    before = now if read is None else set(read)
    taken, given = (before - wanted) & now, wanted - before
    if not taken and not given:
        return False
    # Their accounts first, as everybody does who grants: the other way round two could wait for each other.
    await hold_ranks(connection, taken | given)
    taken &= await _now(connection, scope)
    for account in sorted(taken):
        await connection.execute(
            "DELETE FROM grants WHERE account = $1 AND role = $2 AND scope = $3", account, _HOST, scope
        )
        await _note(connection, author, "grant.take", account, scope)
    for account in sorted(given):
        await connection.execute(_GIVE, account, _HOST, scope, author)
        await _note(connection, author, "grant.give", account, scope)
    return True


async def _now(connection: Connection, scope: str) -> set[AccountId]:
    return {AccountId(str(row["account"])) for row in await connection.fetch(_NOW, scope, _HOST)}


async def _note(connection: Connection, author: str, act: str, account: AccountId, scope: str) -> None:
    await audit.note(connection, author, act, f"account:{account}", role=_HOST, scope=scope, until="")
