"""Who of the booths' staff is there: rows of each node, renewed while they are true; and when somebody is back."""

from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Final

from halles.ids import AccountId, BoothId, HallId, RequestId
from halles_server.ports.staff import Seen, StaffedRecord
from halles_server.storage import audit, requests
from halles_server.storage.pool import Connection, Database

_FORGET: Final = """
DELETE FROM booth_presence WHERE node = $1
AND (account, booth) NOT IN (SELECT * FROM unnest($2::uuid[], $3::text[]))
"""
_NOTE: Final = """
INSERT INTO booth_presence (node, account, booth, here)
SELECT $1, s.account, s.booth, p.here FROM unnest($2::uuid[], $3::text[], $4::boolean[]) AS p(account, booth, here)
JOIN booth_staff s ON s.account = p.account AND s.booth = p.booth
ON CONFLICT (node, account, booth) DO UPDATE SET here = excluded.here, seen = now()
"""
"""Who was taken off the staff meanwhile is not written again."""

_READ: Final = """
SELECT b.id, b.hall, coalesce(bool_or(p.here), false) AS here, count(p.account) > 0 AS in_show,
       max(k.back_at) AS back_at
FROM booths b
LEFT JOIN booth_presence p ON p.booth = b.id AND p.seen > now() - $1::interval
LEFT JOIN booth_back k ON k.booth = b.id AND k.back_at > now()
WHERE ($2::text IS NULL OR b.id = $2) AND (p.booth IS NOT NULL OR k.booth IS NOT NULL)
GROUP BY b.id, b.hall
"""


class Staffing:
    """The port ``StaffingStore``."""

    def __init__(self, database: Database, *, unseen_s: float, node: Callable[[], int] = lambda: 0) -> None:
        """Takes for how long a row counts that is not renewed, and what tells this node's incarnation."""
        self._database, self._node = database, node
        self._unseen = timedelta(seconds=unseen_s)

    async def note(self, seen: Collection[Seen]) -> None:
        """Stores all that this node sees, instead of what it saw before."""
        rows = [(one.account, one.booth, one.here) for one in seen]
        columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], []]
        async with self._database.transaction() as connection:
            await connection.execute(_FORGET, self._node(), *columns[:2])
            await connection.execute(_NOTE, self._node(), *columns)

    async def read(self, booth: BoothId | None = None) -> tuple[StaffedRecord, ...]:
        """Reads one booth, or all of which there is something to say."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(_READ, self._unseen, booth)
        return tuple(
            StaffedRecord(BoothId(r["id"]), HallId(r["hall"]), r["here"], r["in_show"], r["back_at"]) for r in rows
        )

    async def say_back(self, actor: AccountId, request_id: RequestId, booth: BoothId, in_minutes: int) -> None:
        """Stores when a booth is staffed again, once per ``request_id``; 0 takes it back."""

        async def effect(connection: Connection) -> int:
            if in_minutes:
                await connection.execute(
                    "INSERT INTO booth_back (booth, back_at, said_by) VALUES ($1, now() + $2::interval, $3)"
                    " ON CONFLICT (booth) DO UPDATE SET back_at = excluded.back_at, said_by = excluded.said_by",
                    booth,
                    timedelta(minutes=in_minutes),
                    actor,
                )
            else:
                await connection.execute("DELETE FROM booth_back WHERE booth = $1", booth)
            await audit.note(connection, actor, "booth.back", f"booth:{booth}", minutes=in_minutes)
            return in_minutes

        await requests.once(self._database, actor, request_id, ("back", booth, in_minutes), effect)
