"""Rings at booths: at most one of a visit waits at a booth, and of two who answer it one does."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any, Final

import asyncpg

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, BoothId, RequestId, VisitId
from halles.world.roles import Role
from halles_server.ports.doorbell import Ring, Ringer, Rung
from halles_server.storage import requests
from halles_server.storage.pool import Connection, Database

_COLUMNS: Final = "id, booth, account, visit, name, role, language, state, rung, answered_name, message"
_RING: Final = """
INSERT INTO bell_rings (booth, account, visit, name, role, language) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (booth, visit) WHERE state = 'waiting' DO UPDATE SET name = excluded.name RETURNING id, xmax = 0 AS new
"""
_TOLD: Final = f"""
SELECT {_COLUMNS} FROM bell_rings
WHERE booth = $1 AND (state = 'waiting' OR decided > now() - $2::interval)
ORDER BY state <> 'waiting', CASE WHEN state = 'waiting' THEN id ELSE -id END LIMIT $3
"""


class Doorbell:
    """The port ``BellStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ring(self, ringer: Ringer, request_id: RequestId, booth: BoothId) -> Rung:
        """Stores a ring, unless one of the ringer's waits already.

        Raises:
            Rejection: NOT_FOUND for no such booth; BAD_FIELD for a used key; STORAGE_FULL.
        """
        made = False

        async def effect(connection: Connection) -> int:
            nonlocal made
            try:
                row = await connection.fetchrow(
                    _RING, booth, ringer.account, ringer.visit, ringer.name, ringer.role.value, ringer.language
                )
            except asyncpg.ForeignKeyViolationError:
                raise Rejection(RejectionCode.NOT_FOUND, f"no booth {booth}") from None
            made = bool(row["new"])
            return int(row["id"])

        number, _ = await requests.once(self._database, ringer.key, request_id, ("ring", booth), effect)
        return Rung(number, made)

    async def read(self, number: int) -> Ring:
        """Reads one; ``Rejection`` NOT_FOUND."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(f"SELECT {_COLUMNS} FROM bell_rings WHERE id = $1", number)
        if row is None:
            raise Rejection(RejectionCode.NOT_FOUND, f"no ring {number}")
        return _ring(row)

    async def these(self, numbers: Collection[int]) -> tuple[Ring, ...]:
        """Reads rings by their numbers."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                f"SELECT {_COLUMNS} FROM bell_rings WHERE id = ANY($1::bigint[])", list(numbers)
            )
        return tuple(_ring(row) for row in rows)

    async def answer(self, actor: AccountId, request_id: RequestId, number: int, name: str) -> None:
        """Answers a ring; ``Rejection`` NOT_FOUND when it does not wait any more."""

        async def effect(connection: Connection) -> int:
            await _decide_one(
                connection,
                "UPDATE bell_rings SET state = 'answered', decided = now(), answered_by = $2, answered_name = $3"
                " WHERE id = $1 AND state = 'waiting' RETURNING true",
                number,
                actor,
                name,
            )
            return number

        await requests.once(self._database, actor, request_id, ("answer", number), effect)

    async def cancel(self, visits: Collection[VisitId], number: int | None = None) -> frozenset[BoothId]:
        """Cancels what waits of these visits, or of it this one ring; returns whose bells that changes."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                "UPDATE bell_rings SET state = 'cancelled', decided = now() WHERE state = 'waiting'"
                " AND visit = ANY($1::text[]) AND ($2::bigint IS NULL OR id = $2) RETURNING booth",
                list(visits),
                number,
            )
        return frozenset(BoothId(row["booth"]) for row in rows)

    async def leave_message(self, ringer: Ringer, request_id: RequestId, number: int, text: str) -> None:
        """Stores words with a missed ring of the ringer's that has none; else ``Rejection`` NOT_FOUND."""

        async def effect(connection: Connection) -> int:
            await _decide_one(
                connection,
                "UPDATE bell_rings SET message = $2 WHERE id = $1 AND state = 'missed' AND message = ''"
                " AND (visit = $3 OR account = $4) RETURNING true",
                number,
                text,
                ringer.visit,
                ringer.account,
            )
            return number

        await requests.once(self._database, ringer.key, request_id, ("leave", number, text), effect)

    async def miss(self, after_s: float) -> frozenset[BoothId]:
        """Decides that what has waited so long is missed; returns whose bells that changes."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                "UPDATE bell_rings SET state = 'missed', decided = now()"
                " WHERE state = 'waiting' AND rung <= now() - $1::interval RETURNING booth",
                timedelta(seconds=after_s),
            )
        return frozenset(BoothId(row["booth"]) for row in rows)

    async def waiting(self) -> frozenset[BoothId]:
        """Reads at which booths a ring waits."""
        async with self._database.connection() as connection:
            rows = await connection.fetch("SELECT DISTINCT booth FROM bell_rings WHERE state = 'waiting'")
        return frozenset(BoothId(row["booth"]) for row in rows)

    async def told(self, booth: BoothId, lately_s: float, limit: int) -> tuple[Ring, ...]:
        """Reads a bell's queue: all that wait, oldest first, then what was decided so lately, newest first."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(_TOLD, booth, timedelta(seconds=lately_s), limit)
        return tuple(_ring(row) for row in rows)

    async def last(self, booth: BoothId, limit: int) -> tuple[Ring, ...]:
        """Reads the newest rings, newest first."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                f"SELECT {_COLUMNS} FROM bell_rings WHERE booth = $1 ORDER BY id DESC LIMIT $2", booth, limit
            )
        return tuple(_ring(row) for row in rows)

    async def answered_of(self, booth: BoothId) -> tuple[int, int]:
        """Counts the rings of the last 30 days that were answered, and those that were answered or missed."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(
                "SELECT count(*) FILTER (WHERE state = 'answered') AS answered, count(*) AS decided FROM bell_rings"
                " WHERE booth = $1 AND state IN ('answered', 'missed') AND rung > now() - interval '30 days'",
                booth,
            )
        return int(row["answered"]), int(row["decided"])


async def _decide_one(connection: Connection, statement: str, number: int, *values: object) -> None:
    if not await connection.fetchval(statement, number, *values):
        raise Rejection(RejectionCode.NOT_FOUND, f"ring {number} is not open for this")


def _ring(row: Any) -> Ring:
    account = AccountId(str(row["account"])) if row["account"] else None
    ringer = Ringer(account, VisitId(row["visit"]), row["name"], Role(row["role"]), row["language"])
    return Ring(
        row["id"], BoothId(row["booth"]), ringer, row["state"], row["rung"], row["answered_name"], row["message"]
    )
