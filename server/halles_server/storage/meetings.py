"""Meetings at booths. That nobody is in two at once is a constraint of the database, whoever writes how many at once.

Whoever engages people locks their accounts in one order first, so that of two at once one waits and is refused; without
the locks Postgres would see a deadlock.
"""

from datetime import timedelta
from typing import Any, Final

import asyncpg

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, BoothId, RequestId
from halles.world.text import Language
from halles_server.ports.meetings import Meeting, MeetingAnswer, MeetingGone, MeetingRequest, Period, Slot
from halles_server.storage import audit, requests
from halles_server.storage.pool import Connection, Database

SLOTS_CAP: Final = 500
"""Slots of one booth that are still to come."""

ASKS_CAP: Final = 10
"""Requests of one visitor that wait for an answer: who asks for all slots keeps all others from them."""

_SLOTS: Final = """
SELECT s.id, s.booth, s.host, a.name AS host_name, lower(s.during) AS start, upper(s.during) AS finish,
       NOT EXISTS (
           SELECT FROM engagements e JOIN meetings m ON m.id = e.meeting
           WHERE e.person = s.host AND e.during && s.during AND NOT (m.state = 'asked' AND m.expires <= now())
       ) AS free
FROM meeting_slots s JOIN accounts a ON a.id = s.host
WHERE s.booth = $1 AND lower(s.during) > now() ORDER BY lower(s.during), a.name, s.id
"""

_MEETINGS: Final = """
SELECT m.id, m.uid, m.booth, b.content ->> 'name' AS booth_name, h.name AS host_name, v.name AS visitor_name,
       lower(m.during) AS start, upper(m.during) AS finish, m.subject, m.word, m.expires, m.sequence, m.changed,
       CASE WHEN m.state = 'asked' AND m.expires <= now() THEN 'expired' ELSE m.state END AS state,
       m.host = $1 AS hosting
FROM meetings m JOIN booths b ON b.id = m.booth JOIN accounts h ON h.id = m.host JOIN accounts v ON v.id = m.visitor
WHERE {which} ORDER BY lower(m.during), m.id LIMIT 1000
"""

_GONE: Final = """
SELECT h.name AS host_name, lower(g.during) AS start, upper(g.during) AS finish
FROM meetings_gone g JOIN accounts h ON h.id = g.host
WHERE g.booth = $1 AND upper(g.during) > now() - $2::interval ORDER BY lower(g.during), h.name LIMIT 500
"""

_ASK: Final = """
INSERT INTO meetings (slot, booth, host, visitor, language, during, subject, expires)
SELECT id, booth, host, $2, $3, during, $4, least(now() + $5::interval, lower(during))
FROM meeting_slots WHERE id = $1 RETURNING id
"""

_VOID: Final = """
WITH over AS (
    UPDATE meetings SET state = 'expired', changed = expires, sequence = sequence + 1
    WHERE state = 'asked' AND expires <= now() RETURNING id
)
DELETE FROM engagements WHERE meeting IN (SELECT id FROM over)
"""

_CHANGE: Final = "UPDATE meetings SET state = $2, word = $3, changed = now(), sequence = sequence + 1 WHERE id = $1"


class Meetings:
    """The port ``MeetingStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(
        self, author: AccountId, request_id: RequestId, booth: BoothId, host: AccountId, periods: tuple[Period, ...]
    ) -> int:
        """Opens slots, all or none, once per ``request_id``; returns how many."""

        async def effect(connection: Connection) -> int:
            return await _opened(connection, author, booth, host, periods)

        asked = ("open", booth, host, periods)
        number, _ = await requests.once(self._database, author, request_id, asked, effect)
        return number

    async def close(self, author: AccountId, booth: BoothId, slot: int) -> None:
        """Removes a slot that nobody asked for; ``Rejection`` NOT_FOUND, or STALE_REVISION when somebody has."""
        async with self._database.transaction() as connection:
            await connection.execute(_VOID)
            found = await connection.fetchval(
                "SELECT id FROM meeting_slots WHERE id = $1 AND booth = $2 FOR UPDATE", slot, booth
            )
            if found is None:
                raise Rejection(RejectionCode.NOT_FOUND, f"booth {booth} has no slot {slot}")
            if await connection.fetchval(
                "SELECT true FROM meetings WHERE slot = $1 AND state IN ('asked', 'confirmed') LIMIT 1", slot
            ):
                raise Rejection(RejectionCode.STALE_REVISION, "somebody has asked for this slot")
            await connection.execute("DELETE FROM meeting_slots WHERE id = $1", slot)
            await audit.note(connection, author, "slot.close", f"booth:{booth}", slot=slot)

    async def slots(self, booth: BoothId) -> tuple[Slot, ...]:
        """Reads a booth's slots that are still to come, by time."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(_SLOTS, booth)
        return tuple(_slot(row) for row in rows)

    async def ask(self, visitor: AccountId, request_id: RequestId, wanted: MeetingRequest) -> int:
        """Asks for a slot, once per ``request_id``; returns the meeting's number."""

        async def effect(connection: Connection) -> int:
            return await _asked(connection, visitor, wanted)

        number, _ = await requests.once(self._database, visitor, request_id, ("ask", wanted), effect)
        return number

    async def answer(self, author: AccountId, request_id: RequestId, given: MeetingAnswer) -> None:
        """Confirms or declines once per ``request_id``."""

        async def effect(connection: Connection) -> int:
            return await _answered(connection, author, given)

        await requests.once(self._database, author, request_id, ("answer", given), effect)

    async def cancel(self, author: AccountId, meeting: int, word: str, booth: BoothId | None) -> None:
        """Cancels what is asked or confirmed and not over; again, it changes nothing. ``Rejection`` NOT_FOUND."""
        async with self._database.transaction() as connection:
            row = await connection.fetchrow(
                "SELECT booth, state FROM meetings WHERE id = $1 AND upper(during) > now()"
                " AND (booth = $3 OR ($3 IS NULL AND visitor = $2)) FOR UPDATE",
                meeting,
                author,
                booth,
            )
            if row is None:
                raise _no_meeting(meeting)
            if row["state"] in {"asked", "confirmed"}:
                await connection.execute(_CHANGE, meeting, "cancelled", word)
                await connection.execute("DELETE FROM engagements WHERE meeting = $1", meeting)
                await audit.note(connection, author, "meeting.cancel", f"booth:{row['booth']}", meeting=meeting)

    async def of_booth(self, booth: BoothId) -> tuple[Meeting, ...]:
        """Reads a booth's meetings that are not over, by time."""
        async with self._database.connection() as connection:
            # No account reads here: nobody is told to be the host.
            query = _MEETINGS.format(which="m.booth = $2 AND upper(m.during) > now()")
            rows = await connection.fetch(query, None, booth)
        return tuple(_meeting(row) for row in rows)

    async def gone(self, booth: BoothId, past: timedelta) -> tuple[MeetingGone, ...]:
        """Reads a booth's meetings that went with their visitor and would be over since ``past`` at most, by time."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(_GONE, booth, past)
        return tuple(MeetingGone(row["host_name"], Period(row["start"], row["finish"])) for row in rows)

    async def agenda(self, account: AccountId, past: timedelta) -> tuple[Meeting, ...]:
        """Reads somebody's meetings, as host and as visitor, that are over since ``past`` at most, by time."""
        async with self._database.connection() as connection:
            query = _MEETINGS.format(which="$1 IN (m.host, m.visitor) AND upper(m.during) > now() - $2::interval")
            rows = await connection.fetch(query, account, past)
        return tuple(_meeting(row) for row in rows)

    async def read(self, account: AccountId, meeting: int) -> Meeting:
        """Reads one of somebody's meetings; ``Rejection`` NOT_FOUND."""
        async with self._database.connection() as connection:
            query = _MEETINGS.format(which="$1 IN (m.host, m.visitor) AND m.id = $2")
            row = await connection.fetchrow(query, account, meeting)
        if row is None:
            raise _no_meeting(meeting)
        return _meeting(row)

    async def set_feed(self, account: AccountId, secret_hash: bytes | None) -> None:
        """Gives an agenda another secret address, or none."""
        async with self._database.transaction() as connection:
            if secret_hash is None:
                await connection.execute("DELETE FROM agenda_feeds WHERE account = $1", account)
                return
            await connection.execute(
                "INSERT INTO agenda_feeds (account, secret_hash) VALUES ($1, $2) ON CONFLICT (account)"
                " DO UPDATE SET secret_hash = excluded.secret_hash, made = now()",
                account,
                secret_hash,
            )

    async def has_feed(self, account: AccountId) -> bool:
        """Tells whether an agenda has a secret address."""
        async with self._database.connection() as connection:
            return bool(await connection.fetchval("SELECT true FROM agenda_feeds WHERE account = $1", account))

    async def fed(self, secret_hash: bytes) -> tuple[AccountId, Language] | None:
        """Returns whose agenda a secret opens, and in which language."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(
                "SELECT a.id, a.language FROM agenda_feeds f JOIN accounts a ON a.id = f.account"
                " WHERE f.secret_hash = $1",
                secret_hash,
            )
        return (AccountId(str(row["id"])), row["language"]) if row else None

    async def erase(self, account: AccountId) -> None:
        """Erases what somebody asked for as a visitor, and the secret address; what was agreed leaves its hour."""
        async with self._database.transaction() as connection:
            await connection.execute(
                "INSERT INTO meetings_gone (booth, host, during) SELECT booth, host, during FROM meetings"
                " WHERE visitor = $1 AND state = 'confirmed' AND upper(during) > now()",
                account,
            )
            await connection.execute("DELETE FROM meetings WHERE visitor = $1", account)
            await connection.execute("DELETE FROM agenda_feeds WHERE account = $1", account)
            await audit.note(connection, account, "meeting.erase", f"account:{account}")


async def _opened(
    connection: Connection, author: AccountId, booth: BoothId, host: AccountId, periods: tuple[Period, ...]
) -> int:
    if not await connection.fetchval("SELECT true FROM booth_staff WHERE account = $1 AND booth = $2", host, booth):
        raise Rejection(RejectionCode.NOT_FOUND, f"{host} is not on the staff of {booth}")
    await _lock(connection, host)
    to_come = "SELECT count(*) FROM meeting_slots WHERE booth = $1 AND lower(during) > now()"
    if await connection.fetchval(to_come, booth) + len(periods) > SLOTS_CAP:
        raise Rejection(RejectionCode.OVER_BUDGET, f"a booth has at most {SLOTS_CAP} slots to come")
    try:
        await connection.execute(
            "INSERT INTO meeting_slots (booth, host, during)"
            " SELECT $1, $2, tstzrange(s, f) FROM unnest($3::timestamptz[], $4::timestamptz[]) AS times (s, f)",
            booth,
            host,
            [period.start for period in periods],
            [period.end for period in periods],
        )
    except asyncpg.ExclusionViolationError:
        raise Rejection(RejectionCode.TIME_TAKEN, "the host has a slot at that time") from None
    await audit.note(connection, author, "slots.open", f"booth:{booth}", host=host, slots=len(periods))
    return len(periods)


async def _asked(connection: Connection, visitor: AccountId, wanted: MeetingRequest) -> int:
    await connection.execute(_VOID)
    slot = "SELECT host FROM meeting_slots WHERE id = $1 AND booth = $2 AND lower(during) > now()"
    host = await connection.fetchval(slot, wanted.slot, wanted.booth)
    if host is None:
        raise _not_free(wanted.slot)
    if str(host) == visitor:
        raise Rejection(RejectionCode.FORBIDDEN, "one does not meet oneself")
    await _lock(connection, visitor, AccountId(str(host)))
    waiting = "SELECT count(*) FROM meetings WHERE visitor = $1 AND state = 'asked'"
    if await connection.fetchval(waiting, visitor) >= ASKS_CAP:
        raise Rejection(RejectionCode.OVER_BUDGET, f"at most {ASKS_CAP} requests wait for an answer")
    fields = (wanted.slot, visitor, wanted.language, wanted.subject, wanted.lasts)
    meeting = await connection.fetchval(_ASK, *fields)
    if meeting is None:  # closed while this waited for the locks
        raise _not_free(wanted.slot)
    await _engage(connection, meeting, host, _not_free(wanted.slot))
    await _engage(connection, meeting, visitor, Rejection(RejectionCode.TIME_TAKEN, "the visitor has something else"))
    await audit.note(connection, visitor, "meeting.ask", f"booth:{wanted.booth}", meeting=meeting)
    return int(meeting)


async def _engage(connection: Connection, meeting: int, person: Any, otherwise: Rejection) -> None:
    """Keeps somebody busy for a meeting, or refuses."""
    try:
        await connection.execute(
            "INSERT INTO engagements (meeting, person, during) SELECT id, $2, during FROM meetings WHERE id = $1",
            meeting,
            person,
        )
    except asyncpg.ExclusionViolationError:
        raise otherwise from None


async def _answered(connection: Connection, author: AccountId, given: MeetingAnswer) -> int:
    await connection.execute(_VOID)
    state = await connection.fetchval(
        "SELECT state FROM meetings WHERE id = $1 AND booth = $2 FOR UPDATE", given.meeting, given.booth
    )
    if state is None:
        raise _no_meeting(given.meeting)
    if state != "asked":
        raise Rejection(RejectionCode.STALE_REVISION, f"the meeting is {state}")
    await connection.execute(_CHANGE, given.meeting, "confirmed" if given.confirmed else "declined", given.word)
    if not given.confirmed:
        await connection.execute("DELETE FROM engagements WHERE meeting = $1", given.meeting)
    act = "meeting.confirm" if given.confirmed else "meeting.decline"
    await audit.note(connection, author, act, f"booth:{given.booth}", meeting=given.meeting)
    return given.meeting


async def _lock(connection: Connection, *accounts: AccountId) -> None:
    """Lets others who engage one of these people wait until this transaction is over."""
    await connection.execute(
        "SELECT 1 FROM accounts WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE", list(accounts)
    )


def _not_free(slot: int) -> Rejection:
    return Rejection(RejectionCode.NOT_FOUND, f"slot {slot} is not free any more")


def _no_meeting(meeting: int) -> Rejection:
    return Rejection(RejectionCode.NOT_FOUND, f"no meeting {meeting} here")


def _slot(row: Any) -> Slot:
    period = Period(row["start"], row["finish"])
    host = AccountId(str(row["host"]))
    return Slot(row["id"], BoothId(row["booth"]), host, row["host_name"], period, free=row["free"])


def _meeting(row: Any) -> Meeting:
    return Meeting(
        meeting=row["id"],
        uid=str(row["uid"]),
        booth=BoothId(row["booth"]),
        booth_name=row["booth_name"],
        host_name=row["host_name"],
        visitor_name=row["visitor_name"],
        during=Period(row["start"], row["finish"]),
        state=row["state"],
        subject=row["subject"],
        word=row["word"],
        expires=row["expires"],
        sequence=row["sequence"],
        changed=row["changed"],
        hosting=bool(row["hosting"]),
    )
