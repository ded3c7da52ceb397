"""Blocks: an account's as long as both accounts are there, a guest's as long as its visit is kept."""

from typing import Final

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, RequestId, VisitId
from halles.protocol.block_messages import BLOCKS_MOST
from halles.world.roles import Role
from halles_server.ports.blocks import PAIRS_MOST, Blockable, Listed, Pair, Party
from halles_server.ports.standing import Standing
from halles_server.storage import requests
from halles_server.storage.pool import Connection, Database
from halles_server.storage.standing import GRANTS, grants_of

_TARGET: Final = f"""
SELECT v.account, v.id, coalesce(a.name, v.name) AS name, coalesce(a.role, v.role) AS role, {GRANTS}
FROM visits v LEFT JOIN accounts a ON a.id = v.account WHERE v.id = $1 AND v.ended IS NULL
"""
_PAIRS: Final = """
SELECT o.id AS owner, t.id AS target, b.name
FROM blocks b
JOIN visits o ON o.ended IS NULL AND (o.account = b.owner_account OR o.id = b.owner_visit)
JOIN visits t ON t.ended IS NULL AND (t.account = b.target_account OR t.id = b.target_visit)
WHERE o.id <> t.id ORDER BY b.id DESC LIMIT $1
"""
_OWNERS: Final = "(owner_account = $1::uuid OR (owner_visit = $2 AND $1::uuid IS NULL))"

_THERE: Final = (
    f"SELECT EXISTS (SELECT FROM blocks WHERE {_OWNERS} AND (target_account = $3::uuid OR target_visit = $4))"
)


class Blocks:
    """The port ``BlockStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def target(self, visit: VisitId) -> Blockable:
        """Reads whom a visit is; ``Rejection`` NOT_FOUND."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(_TARGET, visit)
        if row is None:
            raise Rejection(RejectionCode.NOT_FOUND, "nobody of that name")
        account = AccountId(str(row["account"])) if row["account"] else None
        standing = Standing(grants_of(row["grants"]))
        return Blockable(Party(account, VisitId(row["id"])), row["name"], Role(row["role"]), standing)

    async def block(self, owner: Party, request_id: RequestId, target: Blockable) -> None:
        """Stores a block; one that is there stays. ``Rejection`` OVER_BUDGET, BAD_FIELD, STORAGE_FULL."""

        async def effect(connection: Connection) -> int:
            # Two of one person at once are counted one after the other.
            await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('block ' || $1, 0))", owner.key)
            if await connection.fetchval(_THERE, owner.account, owner.visit, *_columns(target.party)):
                return 0
            count = f"SELECT count(*) FROM blocks WHERE {_OWNERS}"
            if await connection.fetchval(count, owner.account, owner.visit) >= BLOCKS_MOST:
                raise Rejection(RejectionCode.OVER_BUDGET, f"{BLOCKS_MOST} people are blocked")
            await connection.execute(
                "INSERT INTO blocks (owner_account, owner_visit, target_account, target_visit, name)"
                " VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
                *_columns(owner),
                *_columns(target.party),
                target.name,
            )
            return 0

        await requests.once(self._database, owner.key, request_id, ("block", target.party.key), effect)

    async def unblock(self, owner: Party, request_id: RequestId, target: Party) -> None:
        """Forgets a block, if there is one."""

        async def effect(connection: Connection) -> int:
            await connection.execute(
                f"DELETE FROM blocks WHERE {_OWNERS} AND (target_account = $3::uuid OR target_visit = $4)",
                owner.account,
                owner.visit,
                *_columns(target),
            )
            return 0

        await requests.once(self._database, owner.key, request_id, ("unblock", target.key), effect)

    async def lift(self, owner: AccountId, number: int) -> None:
        """Forgets an account's block by its number, if it is this account's."""
        async with self._database.connection() as connection:
            await connection.execute("DELETE FROM blocks WHERE owner_account = $1 AND id = $2", owner, number)

    async def erase(self, owner: AccountId) -> bool:
        """Forgets all of an account's blocks; tells whether there were some."""
        async with self._database.connection() as connection:
            return bool(await connection.execute("DELETE FROM blocks WHERE owner_account = $1", owner) != "DELETE 0")

    async def of(self, owner: AccountId) -> tuple[Listed, ...]:
        """Reads whom an account has blocked, the newest first."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                "SELECT id, name, made FROM blocks WHERE owner_account = $1 ORDER BY id DESC", owner
            )
        return tuple(Listed(row["id"], row["name"], row["made"]) for row in rows)

    async def pairs(self) -> tuple[Pair, ...]:
        """Reads which visits that are in the show now do not see each other."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(_PAIRS, PAIRS_MOST)
        return tuple(Pair(VisitId(row["owner"]), VisitId(row["target"]), row["name"]) for row in rows)


def _columns(party: Party) -> tuple[AccountId | None, VisitId | None]:
    """Returns account and visit as stored: one of them, since an account's block outlives its visit."""
    return party.account, None if party.account is not None else party.visit
