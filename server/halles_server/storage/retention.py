"""What is not kept: the nightly clean-up, by the database's own clock."""

import contextlib
from collections.abc import AsyncIterator
from typing import Final

import asyncpg

from halles.errors import HallesError
from halles.world.host_replay import KEPT_DAYS
from halles_server.ports.satchel import BROWSER_KEPT, UNDO
from halles_server.storage import cards, numbers, recording_end, requests
from halles_server.storage.pool import Connection, Database

_DEADLINE_S: Final = 600
_FORGET: Final = {
    "chat": "DELETE FROM chat WHERE stored < now() - interval '30 days'",
    "visits": "DELETE FROM visits WHERE opened < now() - interval '30 days'"
    " OR (account IS NULL AND ended < now() - interval '1 day')"
    " OR (ended IS NULL AND coalesce(dropped, seen) < now() - interval '1 day')",
    "tickets": "DELETE FROM tickets WHERE issued < now() - interval '1 hour'",
    "logins": "DELETE FROM logins WHERE created < now() - interval '12 hours' OR seen < now() - interval '2 hours'",
    "tokens": "DELETE FROM tokens WHERE until < now()",
    "invitations": "DELETE FROM invitations WHERE expires < now() - interval '30 days'",
    "booth_presence": "DELETE FROM booth_presence WHERE seen < now() - interval '1 day'",
    "booth_back": "DELETE FROM booth_back WHERE back_at < now() - interval '1 day'",
    "bell_rings": "DELETE FROM bell_rings WHERE rung < now() - interval '30 days'",
    "host_replays": f"DELETE FROM host_replays WHERE recorded < now() - interval '{KEPT_DAYS} days'",
    "leads": "DELETE FROM leads WHERE until <= now()",
    "satchel_items": f"DELETE FROM satchel_items WHERE removed < now() - interval '{UNDO.total_seconds():.0f} s'"
    " OR (account IS NULL AND visit IS NULL"
    f" AND taken < now() - interval '{BROWSER_KEPT.total_seconds():.0f} s')",
    "live_attendance": "DELETE FROM live_attendance WHERE until <= now()",
    "reports": "DELETE FROM reports WHERE closed < now() - interval '6 months'",
    "meetings": "DELETE FROM meetings WHERE upper(during) < now() - interval '12 months'",
    "meetings_gone": "DELETE FROM meetings_gone WHERE upper(during) < now() - interval '25 hours'",
    "programme_marks": "DELETE FROM programme_marks k USING programme p"
    " WHERE p.id = k.session AND upper(p.during) < now() - interval '30 days'",
    "announcements": "DELETE FROM announcements WHERE made < now() - interval '30 days'",
    "sanctions": "DELETE FROM sanctions WHERE until < now() - interval '12 months'",
    "sanctioned_addresses": "UPDATE sanctions SET network = NULL WHERE network IS NOT NULL AND until < now()",
    "replays_taken_back": "DELETE FROM replays_taken_back t USING live_states l WHERE l.session = t.session"
    " AND least(t.restored, l.forgotten) < now() - interval '12 months'",
    "meeting_slots": "DELETE FROM meeting_slots WHERE upper(during) < now() - interval '1 day'",
}


async def forget(database: Database) -> dict[str, int]:
    """Deletes what is older than it may be kept; returns how many rows of each table went.

    Each table is its own transaction, so that a long one holds nothing up.

    Raises:
        Unavailable: The database does not answer, or a table took over ten minutes; the next night goes on.
    """
    gone = {}
    for table, statement in _FORGET.items():
        async with _unhurried(database) as connection:
            gone[table] = int((await connection.execute(statement)).split()[-1])
    async with _unhurried(database) as connection:
        gone["withdrawn"] = await cards.settle(connection)
    async with _unhurried(database) as connection:
        gone["days"] = await numbers.sum_up(connection)
    async with _unhurried(database) as connection:
        gone["requests"] = await requests.forget_old(connection)
    async with _unhurried(database) as connection:
        gone["audit"] = int(await connection.fetchval("SELECT audit_forget()"))
    return gone


async def forget_recordings(database: Database, days: int, unpublished_days: int) -> int:
    """Deletes what happened in live sessions that were over so long ago; returns of how many.

    One that cannot be deleted now keeps none of the others; the first failure is raised once all were tried.

    Raises:
        Unavailable: As for ``forget``.
    """
    async with _unhurried(database) as connection:
        due = await recording_end.due(connection, days, unpublished_days)
    failures: list[HallesError | asyncpg.PostgresError] = []
    for session, phase in due.items():
        try:
            async with _unhurried(database) as connection:
                await recording_end.forget(connection, session, phase)
        except (HallesError, asyncpg.PostgresError) as failure:
            failure.add_note(f"while {session} was to be deleted")
            failures.append(failure)
    if failures:
        raise failures[0]
    return len(due)


@contextlib.asynccontextmanager
async def _unhurried(database: Database) -> AsyncIterator[Connection]:
    async with database.transaction(deadline_s=_DEADLINE_S) as connection:
        await connection.execute(f"SET LOCAL statement_timeout = '{_DEADLINE_S} s'")
        yield connection
