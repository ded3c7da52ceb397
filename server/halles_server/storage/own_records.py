"""What chat, live sessions and moderation keep of one account: read for its person, and erased as far as theirs alone.

Questions go with the recordings from which somebody withdraws. Sanctions stay for their time: who could erase them
would lift them. Lines of chat do, too: others answered them, and reports are judged by them.
"""

from typing import Final

from halles.ids import AccountId, LiveSessionId
from halles.world.sanctions import SanctionKind
from halles_server.ports.own_records import OwnLine, OwnQuestion, OwnRecords, OwnReported, OwnSanction
from halles_server.storage import audit
from halles_server.storage.pool import Database

MOST: Final = 5_000
"""Of each kind, the newest: far beyond what the rates of asking and reporting let anybody come to in a show."""

LINES_MOST: Final = 20_000
"""Of lines of chat, the newest: for each of the days that they are kept, over six hundred."""

_QUESTIONS: Final = """
SELECT q.session, q.text, q.asked_ms, q.state FROM live_people p
JOIN live_questions q ON q.session = p.session AND q.key = p.key
WHERE p.account = $1 ORDER BY q.number DESC LIMIT $2
"""
_REPORTS: Final = """
SELECT about, subject_name, reason, said, made, closed FROM reports
WHERE reporter_account = $1 ORDER BY id DESC LIMIT $2
"""
_SANCTIONS: Final = """
SELECT kind, scope, reason, made, until, lifted, appeal FROM sanctions WHERE account = $1 ORDER BY id DESC LIMIT $2
"""
_COMING: Final = "SELECT session FROM programme_marks WHERE account = $1 ORDER BY made DESC, session LIMIT $2"
_LINES: Final = """
SELECT channel, coalesce(booth, CASE WHEN channel = 'backstage' THEN session END, hall) AS place, text, time_ms
FROM chat WHERE account = $1
UNION ALL
SELECT 'bell', booth, message, (extract(epoch FROM rung) * 1000)::bigint FROM bell_rings
WHERE account = $1 AND message <> ''
ORDER BY time_ms DESC LIMIT $2
"""
_ERASE: Final = """
UPDATE reports SET reporter = '', reporter_account = NULL, reporter_visit = NULL, reporter_name = ''
WHERE reporter_account = $1
"""


class Records:
    """The port ``OwnRecordStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, account: AccountId) -> OwnRecords:
        """Reads what is kept."""
        async with self._database.connection() as connection:
            questions = await connection.fetch(_QUESTIONS, account, MOST)
            reports = await connection.fetch(_REPORTS, account, MOST)
            sanctions = await connection.fetch(_SANCTIONS, account, MOST)
            coming = await connection.fetch(_COMING, account, MOST)
            lines = await connection.fetch(_LINES, account, LINES_MOST)
        return OwnRecords(
            tuple(OwnQuestion(LiveSessionId(row["session"]), *row[1:]) for row in questions),
            tuple(OwnReported(*row) for row in reports),
            tuple(OwnSanction(SanctionKind(row["kind"]), *row[1:]) for row in sanctions),
            tuple(LiveSessionId(row["session"]) for row in coming),
            tuple(OwnLine(*row) for row in lines),
        )

    async def erase(self, account: AccountId) -> None:
        """Takes the person's name out of what they reported; what they reported stays for its time."""
        async with self._database.transaction() as connection:
            changed = await connection.execute(_ERASE, account)
            if changed != "UPDATE 0":
                await audit.note(
                    connection, account, "reports.erase", f"account:{account}", erased=int(changed.split()[-1])
                )
