"""What those who take part in a live session are under, whether they are in the halls or act from a page."""

from collections.abc import Collection
from typing import Final

from halles.ids import LiveSessionId
from halles.world.live import LivePerson
from halles_server.ports.standing import InForce
from halles_server.storage.pool import Connection
from halles_server.storage.standing import LIVE, SANCTION_JSON, sanctions_of

_BOUND: Final = f"""
WITH people AS (
    SELECT w.key, w.visit, coalesce(p.account, v.account) AS account, v.devices, nullif(v.network, '') AS network
    FROM unnest($2::text[], $3::text[]) AS w (key, visit)
    LEFT JOIN live_people p ON p.session = $1 AND p.key = w.key
    LEFT JOIN visits v ON v.id = nullif(w.visit, '')
)
SELECT w.key, jsonb_agg({SANCTION_JSON} ORDER BY s.id DESC) AS sanctions
FROM people w JOIN sanctions s ON {LIVE} AND (s.account = w.account OR s.visit = nullif(w.visit, '')
    OR (w.account IS NULL AND (s.devices && w.devices OR s.network = w.network)))
GROUP BY w.key
"""
"""As a visit is bound in the halls: an account by nothing that others share."""


async def bound(
    connection: Connection, session: LiveSessionId, people: Collection[LivePerson]
) -> dict[str, tuple[InForce, ...]]:
    """Reads the sanctions in force of those who are under any, by their keys in the live session."""
    keys, visits = [person.key for person in people], [person.visit for person in people]
    rows = await connection.fetch(_BOUND, session, keys, visits)
    return {row["key"]: sanctions_of(row["sanctions"]) for row in rows}
