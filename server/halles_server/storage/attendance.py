"""Who agreed to be named as present in a live session, and what one person voted for in it."""

from datetime import datetime
from typing import Final

import asyncpg
import msgspec

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, LiveSessionId
from halles.world.questions import OWN_TOLD_CAP, SHOWN, SHOWN_CAP, Question
from halles.world.text import Text
from halles_server.ports.live import Participant
from halles_server.ports.public import Attended, OwnVotes
from halles_server.storage import audit
from halles_server.storage.pool import Database

_AGREE: Final = """
INSERT INTO live_attendance (session, account, key, until) VALUES ($1, $2, $3, $4)
ON CONFLICT (session, account) DO UPDATE SET until = excluded.until RETURNING xmax = 0 AS new
"""
_OWN_QUESTIONS: Final = """
SELECT q.number FROM live_questions q JOIN live_question_votes v ON v.question = q.number AND v.key = $2
WHERE q.session = $1 AND q.state = ANY($3::text[]) ORDER BY q.number LIMIT $4
"""
_OWN_ASKED: Final = """
SELECT number, text, language, key, asked_ms, state FROM live_questions
WHERE session = $1 AND key = $2 AND state <> ALL($3::text[]) ORDER BY number DESC LIMIT $4
"""
_OWN_BALLOTS: Final = """
SELECT p.number, v.choices FROM live_polls p JOIN live_poll_votes v ON v.poll = p.number AND v.key = $2
WHERE p.session = $1 AND p.state = 'open' ORDER BY p.number
"""
_NAMES: Final = """
SELECT a.name FROM live_attendance l JOIN accounts a ON a.id = l.account
WHERE l.session = $1 AND l.until > now() ORDER BY a.name
"""
_OF_ONE: Final = """
SELECT l.session, p.title, l.purpose, l.agreed, l.until
FROM live_attendance l JOIN programme p ON p.id = l.session
WHERE l.account = $1 AND l.until > now() ORDER BY l.agreed DESC
"""


class Attendance:
    """The port ``AttendanceStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def own(self, session: LiveSessionId, key: str) -> OwnVotes:
        """Reads what one person voted for and asked."""
        async with self._database.connection() as connection:
            questions = await connection.fetch(_OWN_QUESTIONS, session, key, sorted(SHOWN), SHOWN_CAP)
            asked = await connection.fetch(_OWN_ASKED, session, key, sorted(SHOWN), OWN_TOLD_CAP)
            ballots = await connection.fetch(_OWN_BALLOTS, session, key)
            attends = await connection.fetchval(
                "SELECT EXISTS (SELECT FROM live_attendance WHERE session = $1 AND key = $2)", session, key
            )
        polls = tuple((row["number"], tuple(row["choices"])) for row in ballots)
        own = tuple(Question(**row, name="") for row in asked)
        return OwnVotes(tuple(row["number"] for row in questions), polls, attends, own)

    async def agree(self, session: LiveSessionId, who: Participant, until: datetime) -> None:
        """Stores the consent of somebody with an account; again, it only renews its end. ``Rejection`` STORAGE_FULL."""
        async with self._database.adding() as connection:
            try:
                new = await connection.fetchval(_AGREE, session, who.account, who.person.key, until)
            except asyncpg.ForeignKeyViolationError:
                raise Rejection(RejectionCode.NOT_FOUND, f"no live session {session}") from None
            if new:
                await audit.note(connection, who.requests, "attendance.agree", f"live:{session}")

    async def withdraw(self, session: LiveSessionId, account: AccountId) -> None:
        """Deletes it at once; no matter whether there is one."""
        async with self._database.transaction() as connection:
            gone = await connection.execute(
                "DELETE FROM live_attendance WHERE session = $1 AND account = $2", session, account
            )
            if gone != "DELETE 0":
                await audit.note(connection, account, "attendance.withdraw", f"live:{session}")

    async def count(self, session: LiveSessionId) -> int:
        """Reads how many have agreed."""
        async with self._database.connection() as connection:
            count = "SELECT count(*) FROM live_attendance WHERE session = $1 AND until > now()"
            return int(await connection.fetchval(count, session))

    async def names(self, session: LiveSessionId) -> tuple[str, ...]:
        """Reads the names of those who agreed, in order."""
        async with self._database.connection() as connection:
            return tuple(row["name"] for row in await connection.fetch(_NAMES, session))

    async def took_part(self, session: LiveSessionId) -> int:
        """Reads how many did more than watch, whoever they are."""
        async with self._database.connection() as connection:
            return int(await connection.fetchval("SELECT count(*) FROM live_people WHERE session = $1", session))

    async def of_one(self, account: AccountId) -> tuple[Attended, ...]:
        """Reads to what somebody agreed, newest first."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(_OF_ONE, account)
        return tuple(
            Attended(
                LiveSessionId(row["session"]),
                msgspec.json.decode(row["title"], type=Text),
                row["purpose"],
                row["agreed"],
                row["until"],
            )
            for row in rows
        )

    async def erase(self, account: AccountId) -> None:
        """Deletes all of it."""
        async with self._database.transaction() as connection:
            gone = await connection.execute("DELETE FROM live_attendance WHERE account = $1", account)
            if gone != "DELETE 0":
                await audit.note(
                    connection, account, "attendance.erase", f"account:{account}", erased=int(gone.split()[-1])
                )
