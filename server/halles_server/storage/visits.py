"""Visits: where a dropped one was, whose newest counts, and the token that brings it back once."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from typing import Any, Final

import msgspec

from halles.ids import AccountId, HallId, VisitId
from halles.world.look import Look
from halles.world.roles import Role
from halles_server.ports.visits import Place, VisitRecord
from halles_server.storage.pool import Connection, Database

_RETURN: Final = """
UPDATE visits v SET resume_hash = $2, dropped = NULL, seen = now(), node = $4,
       epoch = CASE WHEN v.account IS NULL THEN v.epoch + 1 ELSE $3 END,
       name = coalesce(a.name, v.name), role = coalesce(a.role, v.role), network = $5
FROM visits w LEFT JOIN accounts a ON a.id = w.account
WHERE v.id = w.id AND v.resume_hash = $1 AND v.ended IS NULL
RETURNING v.id, v.account, v.epoch, v.name, v.role, v.language, v.look, v.bot, v.hall, v.x, v.y, v.z, v.heading,
          greatest(extract(epoch FROM now() - w.seen), 0)::float8 AS place_age_s, v.devices, v.network
"""
_LIVE: Final = """
SELECT account FROM visits
WHERE resume_hash = $1 AND ended IS NULL AND coalesce(dropped, seen + $3::interval) > now() - $2::interval
"""
_KEEP: Final = """
UPDATE visits v SET seen = now(), hall = coalesce(p.hall, v.hall), x = coalesce(p.x, v.x), y = coalesce(p.y, v.y),
       z = coalesce(p.z, v.z), heading = coalesce(p.heading, v.heading)
FROM unnest($1::text[], $2::text[], $3::float8[], $4::float8[], $5::float8[], $6::float8[])
     AS p(id, hall, x, y, z, heading)
WHERE v.id = p.id AND v.ended IS NULL AND v.node = $7
RETURNING v.id
"""
_DROP: Final = """
UPDATE visits v SET dropped = now() FROM unnest($1::text[], $2::bigint[]) AS d(id, epoch)
WHERE v.id = d.id AND v.epoch = d.epoch AND v.ended IS NULL AND v.node = $3
"""

_NOWHERE: Final = (None,) * 5
"""The place of who stands in no hall yet."""


class Visits:
    """The port ``VisitStore``."""

    def __init__(
        self, database: Database, *, resume_s: float, unseen_s: float, node: Callable[[], int] = lambda: 0
    ) -> None:
        """Takes how long a token is good after the drop, and how long a connected visit may go without being stored.

        Who was connected when the server was killed is known by when it was last stored: its token is good for both.
        ``node`` tells this node's incarnation: what another has taken up is not touched any more.
        """
        self._database, self._node = database, node
        # Two statements that each lock many rows in an order of their own would wait for each other for ever.
        self._many = asyncio.Lock()
        self._resume, self._unseen = timedelta(seconds=resume_s), timedelta(seconds=unseen_s)

    async def open(self, visit: VisitRecord, resume_hash: bytes) -> int:
        """Stores a new visit and returns its epoch: 0 for a guest, else one more than the account's last.

        The account's older visits end with it: their resume tokens are worth nothing now.
        """
        if visit.account is None:  # one statement needs no transaction around it; guests come by the hundred
            async with self._database.connection() as connection:
                await self._insert(connection, visit, 0, resume_hash)
            return 0
        async with self._database.transaction() as connection:
            epoch = await _next_epoch(connection, visit.account)
            await connection.execute(
                "UPDATE visits SET ended = now(), resume_hash = NULL, network = ''"
                " WHERE account = $1 AND ended IS NULL",
                visit.account,
            )
            await self._insert(connection, visit, epoch, resume_hash)
        return epoch

    async def _insert(self, connection: Connection, visit: VisitRecord, epoch: int, resume_hash: bytes) -> None:
        await connection.execute(
            "INSERT INTO visits"
            " (id, account, epoch, resume_hash, name, role, language, look, bot, hall, x, y, z, heading,"
            " node, devices, network)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
            visit.visit,
            visit.account,
            epoch,
            resume_hash,
            visit.name,
            visit.role.value,
            visit.language,
            list(msgspec.structs.astuple(visit.look)),
            visit.bot,
            visit.hall,
            visit.x,
            visit.y,
            visit.z,
            visit.heading,
            self._node(),
            list(visit.devices),
            visit.network,
        )

    async def resume(self, resume_hash: bytes, next_hash: bytes, network: str = "") -> VisitRecord | None:
        """Uses a resume token up and sets the next; None when it is unknown, used or too long after the drop.

        Role and name are read anew from the account. An account's epoch rises, so that whatever the old connection
        still says is old.
        """
        try:
            async with self._database.transaction() as connection:
                live = await connection.fetchrow(_LIVE, resume_hash, self._resume, self._unseen)
                if live is None:
                    raise _NotLive
                return await _resumed(connection, live["account"], (resume_hash, next_hash), (self._node(), network))
        except _NotLive:
            return None

    async def keep_places(self, places: Mapping[VisitId, Place | None]) -> frozenset[VisitId]:
        """Stores that visits are here, and where those stand that stand somewhere; all in one statement.

        Returns:
            Those that are over, or with another node: of them nothing is stored.
        """
        if not places:
            return frozenset()
        rows = [
            (visit, at.hall, at.x, at.y, at.z, at.heading) if at else (visit, *_NOWHERE) for visit, at in places.items()
        ]
        async with self._many, self._database.connection() as connection:
            kept = await connection.fetch(_KEEP, *(list(column) for column in zip(*rows, strict=True)), self._node())
        return frozenset(places) - {VisitId(row["id"]) for row in kept}

    async def dropped(self, epochs: Mapping[VisitId, int]) -> None:
        """Notes that the connections of these epochs broke: a token ages from now on, unless its visit has returned."""
        async with self._many, self._database.connection() as connection:
            await connection.execute(_DROP, list(epochs), list(epochs.values()), self._node())

    async def end(self, visits: Collection[VisitId]) -> None:
        """Notes that visits are over; their tokens are worth nothing now."""
        async with self._many, self._database.connection() as connection:
            await connection.execute(
                "UPDATE visits SET ended = now(), resume_hash = NULL, network = '' WHERE id = ANY($1) AND node = $2",
                list(visits),
                self._node(),
            )


class _NotLive(Exception):
    """The token is not or no longer good; undoes the transaction, so that nobody's epoch has changed."""


async def _resumed(
    connection: Connection, account: AccountId | None, hashes: tuple[bytes, bytes], where: tuple[int, str]
) -> VisitRecord:
    # The account before the visit, as in ``open``: two who take the same locks in the same order cannot deadlock.
    epoch = await _next_epoch(connection, account)
    row = await connection.fetchrow(_RETURN, *hashes, epoch, *where)
    if row is None:
        raise _NotLive
    return _visit(row)


async def _next_epoch(connection: Connection, account: AccountId | None) -> int:
    """Raises an account's epoch, which also makes its visits wait for each other here."""
    if account is None:
        return 0
    raised = await connection.fetchval(
        "UPDATE accounts SET visit_epoch = visit_epoch + 1 WHERE id = $1 RETURNING visit_epoch", account
    )
    return int(raised)


def _visit(row: Any) -> VisitRecord:
    return VisitRecord(
        VisitId(row["id"]),
        AccountId(str(row["account"])) if row["account"] else None,
        row["epoch"],
        row["name"],
        Role(row["role"]),
        row["language"],
        Look(*row["look"]),
        row["bot"],
        HallId(row["hall"]),
        row["x"],
        row["y"],
        row["z"],
        row["heading"],
        row["place_age_s"],
        tuple(row["devices"]),
        row["network"],
    )
