"""The nodes of one deployment: who has which slot, alive by the database's own clock as long as its lease runs."""

from collections.abc import Collection
from datetime import timedelta
from typing import Final

from halles.errors import ConfigError
from halles_server.announcements import NODES
from halles_server.ports.nodes import NodeRecord
from halles_server.storage.pool import Database

_LOCK: Final = 0x4E4F4445  # "NODE"

_REGISTER: Final = """
INSERT INTO nodes (slot, incarnation, name, address, lease)
SELECT s, nextval('node_incarnations'), $1, $2, clock_timestamp() + $3::interval
FROM generate_series(0, $4::int - 1) s LEFT JOIN nodes n ON n.slot = s
WHERE n.slot IS NULL OR n.lease < clock_timestamp()
ORDER BY n.slot IS NOT NULL, n.lease, s LIMIT 1
ON CONFLICT (slot) DO UPDATE SET incarnation = excluded.incarnation, name = excluded.name,
   address = excluded.address, lease = excluded.lease
RETURNING slot, incarnation
"""
"""A slot that nobody has had comes first, then the one that was left longest ago."""

_RENEW: Final = """
WITH mine AS (
    UPDATE nodes SET lease = clock_timestamp() + $3::interval WHERE slot = $1 AND incarnation = $2 RETURNING slot
)
SELECT slot, incarnation, name, address, lease > clock_timestamp() OR incarnation = $2 AS alive
FROM nodes WHERE EXISTS (SELECT FROM mine) ORDER BY slot
"""


class Nodes:
    """The port ``NodeStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def register(self, name: str, address: str, lease_s: float) -> NodeRecord:
        """Takes a free slot with an incarnation greater than any before."""
        lease = timedelta(seconds=lease_s)
        async with self._database.transaction() as connection:
            await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
            row = await connection.fetchrow(_REGISTER, name, address, lease, NODES)
        if row is None:
            raise ConfigError(f"there are {NODES} nodes already")
        return NodeRecord(row["slot"], row["incarnation"], name, address)

    async def renew(self, node: NodeRecord, lease_s: float) -> tuple[NodeRecord, ...] | None:
        """Renews a lease and returns all nodes; None when another has the slot, or the others have buried it."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(_RENEW, node.slot, node.incarnation, timedelta(seconds=lease_s))
        found = tuple(
            NodeRecord(row["slot"], row["incarnation"], row["name"], row["address"], row["alive"]) for row in rows
        )
        return found or None

    async def bury(self, incarnations: Collection[int]) -> None:
        """Removes nodes whose lease is over, so that they cannot renew it any more."""
        async with self._database.connection() as connection:
            await connection.execute(
                "DELETE FROM nodes WHERE incarnation = ANY($1) AND lease < clock_timestamp()", list(incarnations)
            )

    async def leave(self, node: NodeRecord) -> None:
        """Gives a slot back."""
        async with self._database.connection() as connection:
            await connection.execute(
                "DELETE FROM nodes WHERE slot = $1 AND incarnation = $2", node.slot, node.incarnation
            )
