"""What is left out of a recording: within the transaction that ends a live session, and when somebody withdraws.

What was written while nothing was recorded goes; whoever has withdrawn is in none of it, and of guests, who could not
withdraw, no name stays.
"""

from itertools import pairwise
from typing import Final

from halles.ids import LiveSessionId
from halles_server.ports.recordings import WORDS
from halles_server.storage.pool import Connection
from halles_server.storage.recorded_talk import switches_of

_UNRECORDED: Final = f"""
DELETE FROM live_events e USING unnest($2::bigint[], $3::bigint[]) AS off (since, until)
WHERE e.session = $1 AND e.kind IN {WORDS} AND e.at_ms >= off.since AND e.at_ms < off.until
"""
_NEVER: Final = 2**53
_WITHDRAWN: Final = "SELECT key FROM live_people WHERE session = $1 AND withdrawn IS NOT NULL"


async def at_end(connection: Connection, session: LiveSessionId) -> None:
    """Takes out what shall not be in a recording."""
    switches = await switches_of(connection, session)
    off = [(since, until) for (since, on), (until, _) in pairwise([*switches, (_NEVER, True)]) if not on]
    await connection.execute(_UNRECORDED, session, [since for since, _ in off], [until for _, until in off])
    await take_out(connection, session, [row["key"] for row in await connection.fetch(_WITHDRAWN, session)])


async def take_out(connection: Connection, session: LiveSessionId, keys: list[str]) -> None:
    """Deletes what some people wrote and said."""
    gone = await connection.execute(
        "DELETE FROM live_questions WHERE session = $1 AND key = ANY($2::text[])", session, keys
    )
    if gone != "DELETE 0":  # halls that show one of them look again
        await connection.execute("UPDATE live_public SET revision = revision + 1 WHERE session = $1", session)
    await connection.execute("DELETE FROM live_voice WHERE session = $1 AND key = ANY($2::text[])", session, keys)
    await connection.execute(
        f"DELETE FROM live_events WHERE session = $1 AND by_key = ANY($2::text[]) AND kind IN {WORDS}", session, keys
    )


async def guests(connection: Connection, session: LiveSessionId) -> None:
    """Takes out the names of those who have no account by which they could find the recording, and leave it."""
    await connection.execute(
        "UPDATE live_people SET name = '', visit = '' WHERE session = $1 AND account IS NULL"
        " AND (name <> '' OR visit <> '')",
        session,
    )
