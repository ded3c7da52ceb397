"""What is done with words and names when a live session ends, within the transaction that ends it.

What was said to the hall is kept with its events, since chat itself is kept for days. What was written while nothing
was recorded goes; whoever has withdrawn is in none of it, and of guests, who could not withdraw, no name stays.
"""

from itertools import pairwise
from typing import Final

import msgspec

from halles.ids import AccountId, LiveSessionId, VisitId
from halles_server.ports.live import key_of
from halles_server.ports.recordings import SAID, WORDS
from halles_server.storage.pool import Connection

LINES_CAP: Final = 20_000

_LINES: Final = f"""
SELECT c.account, c.visit, c.name, c.text, c.time_ms FROM chat c, live_states l
WHERE l.session = $1 AND c.hall = l.hall AND c.channel = 'hall'
  AND c.time_ms >= (SELECT min(at_ms) FROM live_events
                    WHERE session = $1 AND kind = 'step' AND detail ->> 1 = 'open-doors')
ORDER BY c.id LIMIT {LINES_CAP}
"""
_KEEP_PEOPLE: Final = """
INSERT INTO live_people (session, key, account, visit, name, language)
SELECT DISTINCT ON (key) $1, key, account, visit, name, 'fr'
FROM unnest($2::text[], $3::uuid[], $4::text[], $5::text[]) AS said (key, account, visit, name)
ON CONFLICT (session, key) DO NOTHING
"""
_KEEP_LINES: Final = f"""
INSERT INTO live_events (session, at_ms, kind, by_key, detail)
SELECT $1, at_ms, '{SAID}', key, jsonb_build_array('', text)
FROM unnest($2::text[], $3::bigint[], $4::text[]) AS said (key, at_ms, text)
WHERE key NOT IN (SELECT key FROM live_people WHERE session = $1 AND withdrawn IS NOT NULL)
"""
_UNRECORDED: Final = f"""
DELETE FROM live_events e USING unnest($2::bigint[], $3::bigint[]) AS off (since, until)
WHERE e.session = $1 AND e.kind IN {WORDS} AND e.at_ms >= off.since AND e.at_ms < off.until
"""
_NEVER: Final = 2**53
_WITHDRAWN: Final = "SELECT key FROM live_people WHERE session = $1 AND withdrawn IS NOT NULL"


async def keep(connection: Connection, session: LiveSessionId) -> None:
    """Copies the lines that were said while it was recorded, and takes out whatever else shall not be in it."""
    turns = await connection.fetch(
        "SELECT at_ms, detail FROM live_events WHERE session = $1 AND kind = 'record' ORDER BY id", session
    )
    switches = [(row["at_ms"], bool(msgspec.json.decode(row["detail"])[1])) for row in turns]
    off = [(since, until) for (since, on), (until, _) in pairwise([*switches, (_NEVER, True)]) if not on]
    await connection.execute(_UNRECORDED, session, [since for since, _ in off], [until for _, until in off])
    lines = [row for row in await connection.fetch(_LINES, session) if _recorded(switches, row["time_ms"])]
    keys = [
        key_of(session, AccountId(str(row["account"])) if row["account"] else None, VisitId(row["visit"]))
        for row in lines
    ]
    accounts, visits, names = ([row[column] for row in lines] for column in ("account", "visit", "name"))
    await connection.execute(_KEEP_PEOPLE, session, keys, accounts, visits, names)
    said = [row["time_ms"] for row in lines], [row["text"] for row in lines]
    await connection.execute(_KEEP_LINES, session, keys, *said)
    await take_out(connection, session, [row["key"] for row in await connection.fetch(_WITHDRAWN, session)])


async def take_out(connection: Connection, session: LiveSessionId, keys: list[str]) -> None:
    """Deletes what some people wrote."""
    gone = await connection.execute(
        "DELETE FROM live_questions WHERE session = $1 AND key = ANY($2::text[])", session, keys
    )
    if gone != "DELETE 0":  # halls that show one of them look again
        await connection.execute("UPDATE live_public SET revision = revision + 1 WHERE session = $1", session)
    await connection.execute(
        f"DELETE FROM live_events WHERE session = $1 AND by_key = ANY($2::text[]) AND kind IN {WORDS}", session, keys
    )


async def forget_guests(connection: Connection, session: LiveSessionId) -> None:
    """Takes out the names of those who have no account by which they could find the recording, and leave it."""
    await connection.execute(
        "UPDATE live_people SET name = '', visit = '' WHERE session = $1 AND account IS NULL"
        " AND (name <> '' OR visit <> '')",
        session,
    )


def _recorded(switches: list[tuple[int, bool]], at_ms: int) -> bool:
    return next((on for since, on in reversed(switches) if since <= at_ms), True)
