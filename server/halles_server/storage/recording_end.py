"""The end of recordings: some time after a live session, all that happened in it is deleted.

What nobody published goes sooner: it holds what was said in the hall, and chat is not kept longer either. That a live
session took place stays, and what its hosts came to in the programme.
"""

from datetime import timedelta
from typing import Final

import msgspec

from halles.world.live import OPEN, LiveState, Phase
from halles_server.storage.pool import Connection

_DUE: Final = """
SELECT p.id, l.phase FROM programme p LEFT JOIN live_states l ON l.session = p.id
WHERE coalesce(l.ended, greatest(upper(p.during), l.changed))
      < now() - CASE WHEN l.phase = 'published' THEN $1::interval ELSE $2::interval END
  AND (l.forgotten IS NULL AND l.session IS NOT NULL OR EXISTS (SELECT FROM live_people k WHERE k.session = p.id))
ORDER BY p.id
"""
_TABLES: Final = (
    "live_events",
    "live_motion",
    "live_voice",
    "live_questions",
    "live_polls",
    "live_public",
    "live_people",
    "live_recorders",
    "live_materials",
)
"""What goes; ballots go with their questions and polls."""

_EMPTY: Final = """
UPDATE live_states SET state = $2, phase = $3, revision = revision + 1, ended = coalesce(ended, changed),
       forgotten = now() WHERE session = $1
"""


async def due(connection: Connection, days: int, unpublished_days: int) -> dict[str, Phase | None]:
    """Reads whose time is over, with their phases; None where nothing but the hosts' preparations happened."""
    rows = await connection.fetch(_DUE, timedelta(days=days), timedelta(days=unpublished_days))
    return {row["id"]: row["phase"] for row in rows}


async def forget(connection: Connection, session: str, phase: Phase | None) -> None:
    """Deletes what happened in one, within one transaction; one that nobody ended is over now."""
    if phase is not None:
        over: Phase = "ended" if phase in OPEN else phase
        state = msgspec.json.encode(LiveState(phase=over)).decode()
        await connection.execute(_EMPTY, session, state, over)
    # Locked before questions and people, as whoever asks, withdraws or erases themselves does.
    await connection.execute("SELECT FROM live_public WHERE session = $1 FOR UPDATE", session)
    for table in _TABLES:
        await connection.execute(f"DELETE FROM {table} WHERE session = $1", session)
