"""What was said to the hall during a live session, kept with its events when it ends: chat itself is kept for days."""

from typing import Final

import msgspec

from halles.ids import AccountId, LiveSessionId, VisitId
from halles_server.ports.live import key_of
from halles_server.storage.pool import Connection

SAID: Final = "said"
LINES_CAP: Final = 20_000

_LINES: Final = f"""
SELECT c.account, c.visit, c.name, c.text, c.time_ms FROM chat c, live_states l
WHERE l.session = $1 AND c.hall = l.hall AND c.channel = 'hall'
  AND c.time_ms >= (SELECT min(at_ms) FROM live_events
                    WHERE session = $1 AND kind = 'step' AND detail ->> 1 = 'open-doors')
ORDER BY c.id LIMIT {LINES_CAP}
"""


async def keep(connection: Connection, session: LiveSessionId) -> None:
    """Copies the lines that were said while it was recorded, within the transaction that ends it."""
    turns = await connection.fetch(
        "SELECT at_ms, detail FROM live_events WHERE session = $1 AND kind = 'record' ORDER BY id", session
    )
    switches = [(row["at_ms"], bool(msgspec.json.decode(row["detail"])[1])) for row in turns]
    lines = [row for row in await connection.fetch(_LINES, session) if _recorded(switches, row["time_ms"])]
    keys = [
        key_of(session, AccountId(str(row["account"])) if row["account"] else None, VisitId(row["visit"]))
        for row in lines
    ]
    await connection.executemany(
        "INSERT INTO live_people (session, key, account, visit, name, language) VALUES ($1, $2, $3, $4, $5, 'fr')"
        " ON CONFLICT (session, key) DO NOTHING",
        [(session, key, row["account"], row["visit"], row["name"]) for key, row in zip(keys, lines, strict=True)],
    )
    await connection.executemany(
        "INSERT INTO live_events (session, at_ms, kind, by_key, detail) VALUES ($1, $2, $3, $4, $5)",
        [
            (session, row["time_ms"], SAID, key, msgspec.json.encode(("", row["text"])).decode())
            for key, row in zip(keys, lines, strict=True)
        ],
    )


def _recorded(switches: list[tuple[int, bool]], at_ms: int) -> bool:
    return next((on for since, on in reversed(switches) if since <= at_ms), True)
