"""Visits: where a dropped one was, whose newest counts, and the token that brings it back once."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

import msgspec

from halles.ids import AccountId, HallId, VisitId
from halles.world.look import Look
from halles.world.roles import Role
from halles_server.ports import VisitRecord
from halles_server.storage.pool import Connection, Database

RESUME_LASTS: Final = timedelta(seconds=60)

_RETURN: Final = """
UPDATE visits v SET resume_hash = $2, dropped = NULL, epoch = $3,
       name = coalesce(a.name, v.name), role = coalesce(a.role, v.role)
FROM visits w LEFT JOIN accounts a ON a.id = w.account
WHERE v.id = w.id AND v.resume_hash = $1 AND v.ended IS NULL
RETURNING v.id, v.account, v.epoch, v.name, v.role, v.language, v.look, v.bot, v.hall, v.x, v.y, v.z, v.heading
"""
_LIVE: Final = """
SELECT account FROM visits
WHERE resume_hash = $1 AND ended IS NULL AND (dropped IS NULL OR dropped > now() - $2::interval)
"""


class Visits:
    """The port ``VisitStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self, visit: VisitRecord, resume_hash: bytes) -> int:
        """Stores a new visit and returns its epoch: 0 for a guest, else one more than the account's last.

        The account's older visits end with it: their resume tokens are worth nothing now.
        """
        async with self._database.transaction() as connection:
            epoch = await _next_epoch(connection, visit.account)
            if visit.account is not None:
                await connection.execute(
                    "UPDATE visits SET ended = now(), resume_hash = NULL WHERE account = $1 AND ended IS NULL",
                    visit.account,
                )
            await connection.execute(
                "INSERT INTO visits"
                " (id, account, epoch, resume_hash, name, role, language, look, bot, hall, x, y, z, heading)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
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
            )
        return epoch

    async def resume(self, resume_hash: bytes, next_hash: bytes) -> VisitRecord | None:
        """Uses a resume token up and sets the next; None when it is unknown, used or over 60 s after the drop.

        Role and name are read anew from the account. An account's epoch rises, so that whatever the old connection
        still says is old.
        """
        try:
            async with self._database.transaction() as connection:
                return await _resumed(connection, resume_hash, next_hash)
        except _NotLive:
            return None

    async def keep_places(self, places: Sequence[tuple[VisitId, HallId, float, float, float, float]]) -> None:
        """Stores where visits are: visit, hall, x, y, z, heading; all in one statement."""
        if not places:
            return
        async with self._database.connection() as connection:
            await connection.execute(
                "UPDATE visits v SET hall = p.hall, x = p.x, y = p.y, z = p.z, heading = p.heading"
                " FROM unnest($1::text[], $2::text[], $3::float8[], $4::float8[], $5::float8[], $6::float8[])"
                " AS p(id, hall, x, y, z, heading) WHERE v.id = p.id AND v.ended IS NULL",
                *(list(column) for column in zip(*places, strict=True)),
            )

    async def dropped(self, visit: VisitId) -> None:
        """Notes that the connection broke: the 60 s begin."""
        async with self._database.connection() as connection:
            await connection.execute("UPDATE visits SET dropped = now() WHERE id = $1 AND ended IS NULL", visit)

    async def end(self, visit: VisitId) -> None:
        """Notes that the visit is over; its token is worth nothing now."""
        async with self._database.connection() as connection:
            await connection.execute("UPDATE visits SET ended = now(), resume_hash = NULL WHERE id = $1", visit)

    async def epoch(self, account: AccountId) -> int:
        """Returns the account's newest epoch; 0 before its first visit."""
        async with self._database.connection() as connection:
            return int(await connection.fetchval("SELECT visit_epoch FROM accounts WHERE id = $1", account) or 0)


class _NotLive(Exception):
    """The token is not or no longer good; undoes the transaction, so that nobody's epoch has changed."""


async def _resumed(connection: Connection, resume_hash: bytes, next_hash: bytes) -> VisitRecord:
    live = await connection.fetchrow(_LIVE, resume_hash, RESUME_LASTS)
    if live is None:
        raise _NotLive
    # The account before the visit, as in ``open``: two who take the same locks in the same order cannot deadlock.
    epoch = await _next_epoch(connection, live["account"])
    row = await connection.fetchrow(_RETURN, resume_hash, next_hash, epoch)
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
    )
