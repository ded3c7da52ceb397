"""Recorded live sessions: events as they were stored with their acts, motion by chunks, and who is named."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

import msgspec

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, LiveSessionId, VisitId
from halles.world.live_motion import KeyedNumber, MotionChunk
from halles.world.live_voice import VoicePortion
from halles.world.reactions import ReactionCounts
from halles.world.text import Text
from halles_server.ports.programme import Entry
from halles_server.ports.recordings import REACTED, LiveEvent, MineIn, RecordedPerson
from halles_server.storage import audit, left_out, recorded_talk, retention, take_back
from halles_server.storage.live import Event, record
from halles_server.storage.pool import Database
from halles_server.storage.programme import READ, entry_of

EVENTS_CAP: Final = 100_000
VOICE_CAP: Final = 512 * 1024 * 1024
"""Bytes of voice in one recording: a dozen hours of four speakers who never pause."""

_LEAD: Final = """
INSERT INTO live_recorders (session, node, until) VALUES ($1, $2, now() + $3::interval)
ON CONFLICT (session) DO UPDATE SET node = excluded.node, until = excluded.until
WHERE live_recorders.node = excluded.node OR live_recorders.until < now()
RETURNING true
"""
_MINE: Final = f"""
SELECT p.session, e.title, (SELECT min(at_ms) FROM live_events v WHERE v.session = p.session AND at_ms > 0) AS begun
FROM (SELECT session FROM live_people WHERE account = $1 AND withdrawn IS NULL UNION {recorded_talk.SPOKE}) p
JOIN programme e ON e.id = p.session ORDER BY e.during
"""
_TOOK_PART: Final = f"""
SELECT session FROM live_people WHERE account = $1 UNION {recorded_talk.SPOKE} ORDER BY session
"""

_MARK: Final = """
SELECT p.revision AS entry, (SELECT revision FROM live_states l WHERE l.session = p.id) AS state,
  w.withdrawn, w.accounts, v.events, v.last
FROM programme p,
  LATERAL (SELECT count(withdrawn) AS withdrawn, count(account) AS accounts FROM live_people WHERE session = p.id) w,
  LATERAL (SELECT count(*) AS events, max(id) AS last FROM live_events WHERE session = p.id) v
WHERE p.id = $1
"""
_WITHDRAW: Final = """
UPDATE live_people SET withdrawn = now(), name = '', visit = ''
WHERE session = $1 AND key = ANY($2::text[]) AND withdrawn IS NULL
"""


class Recordings:
    """The port ``RecordingStore``."""

    def __init__(self, database: Database, node: Callable[[], int] = lambda: 0) -> None:
        """Takes also what tells this node's incarnation."""
        self._database, self._node = database, node

    async def lead(self, session: LiveSessionId, seconds: float) -> bool:
        """Claims to record for so long; tells whether this node may."""
        async with self._database.connection() as connection:
            return bool(await connection.fetchval(_LEAD, session, self._node(), timedelta(seconds=seconds)))

    async def keep(self, session: LiveSessionId, chunk: MotionChunk) -> None:
        """Stores a chunk; again is the same. ``Rejection`` STORAGE_FULL."""
        async with self._database.adding() as connection:
            await connection.execute(
                "INSERT INTO live_motion (session, begun_ms, samples, people, data) VALUES ($1, $2, $3, $4, $5)"
                " ON CONFLICT DO NOTHING",
                session,
                chunk.begun_ms,
                chunk.samples,
                msgspec.json.encode(chunk.people).decode(),
                chunk.data,
            )

    async def keep_voice(self, session: LiveSessionId, portion: VoicePortion) -> None:
        """Stores what somebody with an account said, who can take it out; again is the same."""
        async with self._database.adding() as connection:
            held = "SELECT coalesce(sum(length(data)), 0) FROM live_voice WHERE session = $1"
            if await connection.fetchval(held, session) >= VOICE_CAP:
                raise Rejection(RejectionCode.OVER_BUDGET, f"{session} holds no more voice")
            await connection.execute(
                "INSERT INTO live_voice (session, begun_ms, key, data) SELECT $1, $2, key, $4 FROM live_people"
                " WHERE session = $1 AND key = $3 AND account IS NOT NULL AND withdrawn IS NULL"
                " ON CONFLICT DO NOTHING",
                session,
                portion.begun_ms,
                portion.key,
                portion.data,
            )

    async def voice(
        self, session: LiveSessionId, from_ms: int, until_ms: int, key: str | None = None
    ) -> tuple[VoicePortion, ...]:
        """Reads the portions that begin in a time, of everybody or of one by key."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                "SELECT begun_ms, key, data FROM live_voice WHERE session = $1 AND begun_ms >= $2 AND begun_ms < $3"
                " AND ($4::text IS NULL OR key = $4) ORDER BY begun_ms, key",
                session,
                from_ms,
                until_ms,
                key,
            )
        return tuple(VoicePortion(*row) for row in rows)

    async def react(self, session: LiveSessionId, at_ms: int, counts: ReactionCounts) -> None:
        """Stores how many reactions came in the seconds from a moment on. ``Rejection`` STORAGE_FULL."""
        async with self._database.adding() as connection:
            await record(connection, session, Event(REACTED, at_ms, detail=counts))

    async def keep_talk(self) -> bool:
        """Keeps the next lines that were said in what has ended; tells whether there may be more."""
        async with self._database.adding() as connection:
            return await recorded_talk.keep(connection)

    async def mark(self, session: LiveSessionId) -> object:
        """Reads, cheaply, what differs whenever anything of a recording does: its events, people, state or entry."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(_MARK, session)
        return tuple(row) if row is not None else ()

    async def events(self, session: LiveSessionId) -> tuple[LiveEvent, ...]:
        """Reads what happened, in order."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                "SELECT id, at_ms, kind, by_key, about_key, detail FROM live_events WHERE session = $1"
                " ORDER BY at_ms, id LIMIT $2",
                session,
                EVENTS_CAP,
            )
        return tuple(LiveEvent(*row) for row in rows)

    async def people(self, session: LiveSessionId) -> Mapping[str, RecordedPerson]:
        """Reads who took part, by key."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                "SELECT key, name, language, visit, withdrawn IS NOT NULL AS gone, account IS NOT NULL AS lasting"
                " FROM live_people WHERE session = $1",
                session,
            )
        return {
            row["key"]: RecordedPerson(
                row["key"], row["name"], row["language"], VisitId(row["visit"]), row["gone"], row["lasting"]
            )
            for row in rows
        }

    async def motion(self, session: LiveSessionId, from_ms: int, until_ms: int) -> tuple[MotionChunk, ...]:
        """Reads the chunks that begin in a time."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                "SELECT begun_ms, samples, data, people FROM live_motion"
                " WHERE session = $1 AND begun_ms >= $2 AND begun_ms < $3 ORDER BY begun_ms",
                session,
                from_ms,
                until_ms,
            )
        read = msgspec.json.Decoder(tuple[KeyedNumber, ...])
        return tuple(
            MotionChunk(row["begun_ms"], row["samples"], row["data"], read.decode(row["people"])) for row in rows
        )

    async def published(self, days: int, most: int) -> tuple[Entry, ...]:
        """Reads the entries of what was published and took place in the last days, newest first."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                f"{READ} JOIN live_states l ON l.session = p.id WHERE l.phase = 'published'"
                f" AND NOT EXISTS ({take_back.NOW.format(session='p.id')})"
                " AND l.forgotten IS NULL"
                " AND upper(p.during) > now() - $1::interval ORDER BY lower(p.during) DESC, p.id LIMIT $2",
                timedelta(days=days),
                most,
            )
        return tuple(entry_of(row) for row in rows)

    async def taken_back(self, session: LiveSessionId) -> bool:
        """Tells whether what was published of it is taken back."""
        async with self._database.connection() as connection:
            return bool(await connection.fetchval(f"SELECT EXISTS ({take_back.NOW.format(session='$1')})", session))

    async def mine(self, account: AccountId) -> tuple[MineIn, ...]:
        """Reads in which recordings somebody is named."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(_MINE, account)
        return tuple(
            MineIn(LiveSessionId(row["session"]), msgspec.json.decode(row["title"], type=Text), row["begun"] or 0)
            for row in rows
        )

    async def withdraw(self, session: LiveSessionId, account: AccountId) -> None:
        """Takes somebody out for good; see the port."""
        async with self._database.transaction() as connection:
            # Locked before any person's row, as whoever asks does.
            await connection.execute("SELECT FROM live_public WHERE session = $1 FOR UPDATE", session)
            await recorded_talk.admit(connection, session, account)
            rows = await connection.fetch(
                "SELECT key, withdrawn FROM live_people WHERE session = $1 AND account = $2 FOR UPDATE",
                session,
                account,
            )
            if not rows:
                raise Rejection(RejectionCode.NOT_FOUND, f"nobody of this account took part in {session}")
            keys = [row["key"] for row in rows]
            await left_out.take_out(connection, session, keys)
            if any(row["withdrawn"] is None for row in rows):
                await connection.execute(_WITHDRAW, session, keys)
                await audit.note(connection, account, "recording.withdraw", f"live:{session}")

    async def forget(self, days: int, unpublished_days: int) -> int:
        """Deletes what happened in live sessions that were over so many days ago; returns of how many."""
        return await retention.forget_recordings(self._database, days, unpublished_days)

    async def took_part(self, account: AccountId) -> tuple[LiveSessionId, ...]:
        """Reads in which recordings somebody is or was, withdrawn or not."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(_TOOK_PART, account)
        return tuple(LiveSessionId(row["session"]) for row in rows)
