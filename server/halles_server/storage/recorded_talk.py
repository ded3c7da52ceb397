"""What was said to the hall during a live session, kept with its events once it is over: chat itself is kept for days.

The step that ends it only owes this (``owe``): however much was said, and whatever the database has to do, it can
always end. It is kept soon after, in portions, each a transaction of its own, by whichever node comes first.
"""

from typing import Any, Final

import msgspec

from halles.ids import AccountId, LiveSessionId, VisitId
from halles.world.live import OPEN
from halles_server.ports.live import key_of
from halles_server.ports.recordings import SAID
from halles_server.storage.pool import Connection

LINES_CAP: Final = 20_000
"""Of more lines the last ones are kept."""

PORTION: Final = 500
"""Lines of one transaction."""

_OWED: Final = """
SELECT session, hall, talk_after,
  (SELECT min(at_ms) FROM live_events v WHERE v.session = l.session AND kind = 'step' AND detail ->> 1 = 'open-doors')
    AS begun,
  (SELECT max(at_ms) FROM live_events v WHERE v.session = l.session AND kind = 'step' AND detail ->> 1 = 'end') AS ended
FROM live_states l WHERE talk_after IS NOT NULL ORDER BY session LIMIT 1 FOR UPDATE SKIP LOCKED
"""
_SAID_THEN: Final = """
FROM chat c WHERE c.hall = $1 AND c.channel = 'hall' AND c.time_ms BETWEEN $2 AND $3
  AND c.stored >= to_timestamp($2 / 1000.0) - interval '1 minute' AND c.id > $4
"""
_BEFORE: Final = f"SELECT c.id {_SAID_THEN} ORDER BY c.id DESC OFFSET {LINES_CAP} LIMIT 1"
_LINES: Final = f"""
SELECT s.*, coalesce(v.devices, '{{}}') AS devices
FROM (SELECT c.id, c.account, c.visit, c.name, c.text, c.time_ms {_SAID_THEN} ORDER BY c.id LIMIT {PORTION}) s
LEFT JOIN visits v ON v.id = s.visit ORDER BY s.id
"""

SPOKE: Final = f"""
SELECT l.session FROM live_states l,
  LATERAL (SELECT min(v.at_ms) AS ms FROM live_events v
           WHERE v.session = l.session AND kind = 'step' AND detail ->> 1 = 'open-doors') begun
WHERE (l.phase IN {tuple(sorted(OPEN))} OR l.talk_after IS NOT NULL)
  AND NOT EXISTS (SELECT FROM live_people k WHERE k.session = l.session AND k.account = $1)
  AND EXISTS (SELECT FROM chat c WHERE c.hall = l.hall AND c.channel = 'hall' AND c.account = $1
              AND c.time_ms >= begun.ms AND c.stored >= to_timestamp(begun.ms / 1000.0) - interval '1 minute')
"""
"""In which live sessions an account has said something that is kept only later, and did nothing else."""

_ADMIT: Final = f"""
INSERT INTO live_people (session, key, account, visit, name, language)
SELECT $2, $3, $1, '', '', 'fr' WHERE $2 IN ({SPOKE}) ON CONFLICT DO NOTHING
"""
_PEOPLE: Final = """
INSERT INTO live_people (session, key, account, visit, name, language)
SELECT DISTINCT ON (key) $1, key, account, visit, name, 'fr'
FROM unnest($2::text[], $3::uuid[], $4::text[], $5::text[]) AS said (key, account, visit, name)
ON CONFLICT (session, key) DO NOTHING
"""
_STORE: Final = f"""
INSERT INTO live_events (session, at_ms, kind, by_key, detail)
SELECT $1, at_ms, '{SAID}', key, jsonb_build_array('', text)
FROM unnest($2::text[], $3::bigint[], $4::text[]) WITH ORDINALITY AS said (key, at_ms, text, place)
WHERE key NOT IN (SELECT key FROM live_people WHERE session = $1 AND withdrawn IS NOT NULL) ORDER BY place
"""
"""Whoever has withdrawn meanwhile is in none of it."""


async def owe(connection: Connection, session: LiveSessionId) -> None:
    """Notes, within the transaction that ends it, that its lines are still to be kept."""
    await connection.execute("UPDATE live_states SET talk_after = 0 WHERE session = $1", session)


async def keep(connection: Connection) -> bool:
    """Keeps the next lines that were said while some live session was recorded; tells whether there may be more."""
    owed = await connection.fetchrow(_OWED)
    if owed is None:
        return False
    session, then = LiveSessionId(owed["session"]), (owed["hall"], owed["begun"], owed["ended"])
    after = owed["talk_after"] or await connection.fetchval(_BEFORE, *then, 0) or 0
    lines = await connection.fetch(_LINES, *then, after)
    await _store(connection, session, lines)
    following = lines[-1]["id"] if len(lines) == PORTION else None
    await connection.execute("UPDATE live_states SET talk_after = $2 WHERE session = $1", session, following)
    return True


async def admit(connection: Connection, session: LiveSessionId, account: AccountId) -> None:
    """Counts whoever has only said something among those who took part, so that they can leave before it is kept."""
    await connection.execute(_ADMIT, account, session, key_of(session, account, VisitId("")))


async def _store(connection: Connection, session: LiveSessionId, said: list[Any]) -> None:
    switches = await switches_of(connection, session)
    lines = [row for row in said if _recorded(switches, row["time_ms"])]
    keys = [_key(session, row) for row in lines]
    # Guests are named in no recording: they could not leave it.
    accounts = [row["account"] for row in lines]
    visits, names = ([row[of] if row["account"] else "" for row in lines] for of in ("visit", "name"))
    await connection.execute(_PEOPLE, session, keys, accounts, visits, names)
    moments, texts = [row["time_ms"] for row in lines], [row["text"] for row in lines]
    await connection.execute(_STORE, session, keys, moments, texts)


async def switches_of(connection: Connection, session: LiveSessionId) -> list[tuple[int, bool]]:
    """Reads from when on it was recorded, or was not."""
    turns = await connection.fetch(
        "SELECT at_ms, detail FROM live_events WHERE session = $1 AND kind = 'record' ORDER BY id", session
    )
    return [(row["at_ms"], bool(msgspec.json.decode(row["detail"])[1])) for row in turns]


def _key(session: LiveSessionId, row: Any) -> str:
    account = AccountId(str(row["account"])) if row["account"] else None
    return key_of(session, account, VisitId(row["visit"]), row["devices"])


def _recorded(switches: list[tuple[int, bool]], at_ms: int) -> bool:
    return next((on for since, on in reversed(switches) if since <= at_ms), True)
