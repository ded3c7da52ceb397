"""Sums of what people did at booths."""

from datetime import date
from typing import Any, Final

from halles.ids import BoothId, RequestId
from halles_server.ports.numbers import DAYS_KEPT, MET, Tally
from halles_server.storage import requests
from halles_server.storage.pool import Connection, Database

_COUNTING: Final = "numbers"
"""Whose batches these are, among the requests of accounts and visits."""

_ADD: Final = """
INSERT INTO booth_days (booth, day, language, kind, count)
SELECT t.booth, t.day, t.language, t.kind, t.count
FROM unnest($1::text[], $2::date[], $3::text[], $4::text[], $5::bigint[]) AS t (booth, day, language, kind, count)
JOIN booths b ON b.id = t.booth ORDER BY t.booth, t.day, t.language, t.kind
ON CONFLICT (booth, day, language, kind) DO UPDATE SET count = booth_days.count + excluded.count
"""

_DAYS: Final = """
SELECT day, language, kind, count FROM booth_days WHERE booth = $1
UNION ALL
SELECT (lower(during) AT TIME ZONE $2)::date, language, $3, count(*) FROM meetings
WHERE booth = $1 AND state = 'confirmed' AND upper(during) <= now() AND lower(during) > now() - $4::interval
GROUP BY 1, 2
ORDER BY day, language, kind
"""

_MONTHS: Final = """
SELECT month, language, kind, count FROM booth_months WHERE booth = $1
UNION ALL
SELECT date_trunc('month', lower(during) AT TIME ZONE $2)::date, language, $3, count(*) FROM meetings
WHERE booth = $1 AND state = 'confirmed' AND lower(during) <= now() - $4::interval
GROUP BY 1, 2
ORDER BY month, language, kind
"""

_SUM_UP: Final = """
WITH old AS (
    DELETE FROM booth_days WHERE day < (now() - $1::interval)::date RETURNING booth, day, language, kind, count
), summed AS (
    INSERT INTO booth_months (booth, month, language, kind, count)
    SELECT booth, date_trunc('month', day)::date, language, kind, sum(count) FROM old GROUP BY 1, 2, 3, 4
    ON CONFLICT (booth, month, language, kind) DO UPDATE SET count = booth_months.count + excluded.count
)
SELECT count(*) FROM old
"""


class Numbers:
    """The port ``NumberStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, batch: RequestId, tallies: tuple[Tally, ...]) -> None:
        """Adds to the sums once per ``batch``."""

        async def effect(connection: Connection) -> int:
            await connection.execute(
                _ADD,
                [tally.booth for tally in tallies],
                [tally.day for tally in tallies],
                [tally.language for tally in tallies],
                [tally.kind for tally in tallies],
                [tally.count for tally in tallies],
            )
            return len(tallies)

        await requests.once(self._database, _COUNTING, batch, tallies, effect)

    async def days(self, booth: BoothId, zone: str) -> tuple[Tally, ...]:
        """Reads a booth's sums by day, with the meetings that were held, by the days of an IANA zone."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(_DAYS, booth, zone, MET, DAYS_KEPT)
        return tuple(_tally(booth, row["day"], row) for row in rows)

    async def months(self, booth: BoothId, zone: str) -> tuple[Tally, ...]:
        """Reads a booth's older sums, each on the first day of its month, with the meetings of twelve months."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(_MONTHS, booth, zone, MET, DAYS_KEPT)
        return tuple(_tally(booth, row["month"], row) for row in rows)


async def sum_up(connection: Connection) -> int:
    """Adds days that are too old to their months and removes them; returns how many rows went."""
    return int(await connection.fetchval(_SUM_UP, DAYS_KEPT))


def _tally(booth: BoothId, day: date, row: Any) -> Tally:
    return Tally(booth, day, row["language"], row["kind"], int(row["count"]))
