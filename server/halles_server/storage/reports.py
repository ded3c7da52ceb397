"""Reports with their evidence. The audit says that one was made or decided, and nothing of what was said."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import msgspec

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, BoothId, HallId, RequestId, SlotId, VisitId
from halles.world.reports import REPORTS, REPORTS_S
from halles.world.roles import Role
from halles_server.hall.recent import Evidence, Heard
from halles_server.ports.reports import Looking, OwnReport, Reporter, StoredReport, Verdict, Wish
from halles_server.ports.sanctions import Decider
from halles_server.storage import audit, requests
from halles_server.storage.pool import Connection, Database
from halles_server.storage.standing import author_now

_LATELY: Final = timedelta(days=1)
"""For so long after it was closed a reporter is told who comes back."""

_TOLD_AT_ONCE: Final = 1000

_SUBJECTS: Final = {
    "person": "SELECT name, account, NULL AS booth, hall, NULL AS line FROM visits WHERE id = $1 AND $2::bigint >= 0",
    "line": "SELECT name, account, booth, hall, to_json(chat) AS line FROM chat WHERE visit = $1 AND time_ms = $2"
    " ORDER BY id DESC LIMIT 1",
    "booth": "SELECT content ->> 'name' AS name, NULL AS account, id AS booth, hall, NULL AS line FROM booths"
    " WHERE id = $1 AND $2::bigint >= 0",
    "host": "SELECT a.name, a.id AS account, b.id AS booth, b.hall, NULL AS line FROM host_replays r"
    " JOIN booths b ON b.id = r.booth JOIN accounts a ON a.id = r.account WHERE b.id = $1 AND $2::bigint >= 0",
}
_INSERT: Final = """
INSERT INTO reports (about, subject, subject_name, subject_account, booth, hall, reason, said, line_ms, reporter,
                     reporter_account, reporter_visit, reporter_name, reporter_language, evidence)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) RETURNING id
"""
_LOOKED_AT: Final = "hall = ANY($1::text[]) AND subject_account IS DISTINCT FROM $2"


@dataclass(frozen=True, slots=True)
class _Subject:
    name: str = ""
    account: object = None
    booth: str | None = None
    hall: str = ""
    line: Heard | None = None


class Reports:
    """The port ``ReportStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def make(self, reporter: Reporter, request_id: RequestId, wish: Wish, hall: HallId, seen: Evidence) -> int:
        """Stores a report with its evidence; returns its number."""

        async def effect(connection: Connection) -> int:
            await _check_rate(connection, reporter.key)
            subject = await _subject(connection, wish)
            _check_heard(subject, seen, reporter)
            number = await connection.fetchval(
                _INSERT,
                wish.about,
                wish.subject,
                subject.name,
                subject.account,
                subject.booth,
                hall or subject.hall,
                wish.reason,
                wish.text,
                wish.line_ms,
                reporter.key,
                reporter.account,
                reporter.visit,
                reporter.name,
                reporter.language,
                msgspec.json.encode(msgspec.structs.replace(seen, line=subject.line)).decode(),
            )
            detail = {"about": wish.about, "reason": wish.reason}
            await audit.note(connection, reporter.key, "report.make", f"report:{number}", **detail)
            return int(number)

        asked = ("report", wish.about, wish.subject, wish.reason, wish.text, wish.line_ms)
        number, _ = await requests.once(self._database, reporter.key, request_id, asked, effect)
        return number

    async def place_of(self, wish: Wish) -> tuple[HallId, SlotId] | None:
        """Reads in which hall and slot something is that may be reported."""
        async with self._database.connection() as connection:
            try:
                subject = await _subject(connection, wish)
            except Rejection:
                return None
            slot = await connection.fetchval("SELECT slot FROM booths WHERE id = $1", subject.booth)
        return (HallId(subject.hall), SlotId(slot or "")) if subject.hall else None

    async def halls(self) -> tuple[HallId, ...]:
        """Reads of which halls there are reports, "" for those from nowhere."""
        async with self._database.connection() as connection:
            rows = await connection.fetch("SELECT DISTINCT hall FROM reports")
        return tuple(HallId(row["hall"]) for row in rows)

    async def waiting_in(self, looking: Looking, limit: int, skipped: int = 0) -> tuple[StoredReport, ...]:
        """Reads those that are not closed, newest first, after so many skipped."""
        statement = (
            f"SELECT * FROM reports WHERE state <> 'closed' AND {_LOOKED_AT} ORDER BY id DESC LIMIT $3 OFFSET $4"
        )
        async with self._database.connection() as connection:
            rows = await connection.fetch(statement, list(looking.halls), looking.account, limit, skipped)
        return tuple(_report(row) for row in rows)

    async def count(self, looking: Looking) -> int:
        """Counts those that are not closed."""
        statement = f"SELECT count(*) FROM reports WHERE state <> 'closed' AND {_LOOKED_AT}"
        async with self._database.connection() as connection:
            return int(await connection.fetchval(statement, list(looking.halls), looking.account))

    async def closed_in(self, looking: Looking, limit: int) -> tuple[StoredReport, ...]:
        """Reads those closed lately, newest first."""
        statement = f"SELECT * FROM reports WHERE state = 'closed' AND {_LOOKED_AT} ORDER BY closed DESC LIMIT $3"
        async with self._database.connection() as connection:
            rows = await connection.fetch(statement, list(looking.halls), looking.account, limit)
        return tuple(_report(row) for row in rows)

    async def read(self, number: int) -> StoredReport:
        """Reads one; ``Rejection`` NOT_FOUND."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow("SELECT * FROM reports WHERE id = $1", number)
        if row is None:
            raise Rejection(RejectionCode.NOT_FOUND, f"no report {number}")
        return _report(row)

    async def take(self, decider: Decider, request_id: RequestId, number: int) -> None:
        """Notes who looks at it; ``Rejection`` NOT_FOUND when it is closed."""

        async def effect(connection: Connection) -> int:
            author = await author_now(connection, decider)
            await _decide(
                connection,
                "UPDATE reports SET state = 'taken', by_account = $2, by_name = $3 WHERE id = $1 AND state <> 'closed'"
                " RETURNING true",
                number,
                author.account,
                author.name,
            )
            await audit.note(connection, author.account, "report.take", f"report:{number}")
            return number

        await requests.once(self._database, decider.account, request_id, ("take report", number), effect)

    async def close(self, decider: Decider, request_id: RequestId, number: int, verdict: Verdict) -> None:
        """Closes it; ``Rejection`` NOT_FOUND when it is closed already."""

        async def effect(connection: Connection) -> int:
            author = await author_now(connection, decider)
            await _decide(
                connection,
                "UPDATE reports SET state = 'closed', by_account = $2, by_name = $3, decision = $4, note = $5,"
                " closed = now() WHERE id = $1 AND state <> 'closed' RETURNING true",
                number,
                author.account,
                author.name,
                verdict.decision,
                verdict.note,
            )
            await audit.note(connection, author.account, "report.close", f"report:{number}", decision=verdict.decision)
            return number

        asked = ("close report", number, verdict.decision, verdict.note)
        await requests.once(self._database, decider.account, request_id, asked, effect)

    async def own(self, key: str, limit: int) -> tuple[OwnReport, ...]:
        """Reads somebody's own, newest first."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                "SELECT id, about, subject_name, made, state FROM reports WHERE reporter = $1"
                " ORDER BY made DESC LIMIT $2",
                key,
                limit,
            )
        return tuple(
            OwnReport(row["id"], row["about"], row["subject_name"], row["made"], row["state"] == "closed")
            for row in rows
        )

    async def waiting(self) -> Mapping[HallId, int]:
        """Counts those that nobody has taken, by hall."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                "SELECT hall, count(*) AS count FROM reports WHERE state = 'open' GROUP BY hall"
            )
        return {HallId(row["hall"]): int(row["count"]) for row in rows}

    async def untold(self) -> Mapping[int, VisitId]:
        """Reads which were closed lately, and whose visits have not been told."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                "SELECT id, reporter_visit FROM reports WHERE state = 'closed' AND closed > now() - $1::interval"
                " AND NOT told AND reporter_visit IS NOT NULL ORDER BY closed DESC LIMIT $2",
                _LATELY,
                _TOLD_AT_ONCE,
            )
        return {int(row["id"]): VisitId(row["reporter_visit"]) for row in rows}

    async def told(self, numbers: Collection[int]) -> None:
        """Notes that their reporters have been told."""
        async with self._database.connection() as connection:
            await connection.execute("UPDATE reports SET told = true WHERE id = ANY($1)", list(numbers))


async def _check_rate(connection: Connection, key: str) -> None:
    """Counts over all nodes and both doors; ``Rejection`` RATE_LIMITED."""
    within = timedelta(seconds=REPORTS_S)
    row = await connection.fetchrow(
        "SELECT count(*) AS count, min(made) + $2::interval - now() AS wait FROM reports"
        " WHERE reporter = $1 AND made > now() - $2::interval",
        key,
        within,
    )
    if row["count"] >= REPORTS:
        wait_ms = int(row["wait"].total_seconds() * 1000) + 1
        raise Rejection(RejectionCode.RATE_LIMITED, f"{REPORTS} reports were just made", wait_ms)


async def _subject(connection: Connection, wish: Wish) -> _Subject:
    if wish.about == "other":
        return _Subject()
    row = await connection.fetchrow(_SUBJECTS[wish.about], wish.subject, wish.line_ms)
    if row is None:
        raise Rejection(RejectionCode.NOT_FOUND, f"there is no such {wish.about}")
    line = _line(msgspec.json.decode(row["line"])) if row["line"] else None
    return _Subject(row["name"], row["account"], row["booth"], row["hall"], line)


def _check_heard(subject: _Subject, seen: Evidence, reporter: Reporter) -> None:
    """Refuses a line that the reporter neither heard nor could read: it is nobody's business what others said there."""
    line = subject.line
    if line is None or line.channel == "hall" or (line.channel == "booth" and reporter.account is not None):
        return
    if not any((one.visit, one.time_ms) == (line.visit, line.time_ms) for one in seen.lines):
        raise Rejection(RejectionCode.NOT_FOUND, "there is no such line among what was heard in the last minute")


def _line(row: Any) -> Heard:
    visit, role = VisitId(row["visit"]), Role(row["role"])
    return Heard(row["time_ms"], visit, row["name"], role, row["channel"], row["text"])


async def _decide(connection: Connection, statement: str, number: int, *values: object) -> None:
    if not await connection.fetchval(statement, number, *values):
        raise Rejection(RejectionCode.NOT_FOUND, f"report {number} is not open")


def _report(row: Any) -> StoredReport:
    reporter = Reporter(
        row["reporter"],
        _account(row["reporter_account"]),
        VisitId(row["reporter_visit"]) if row["reporter_visit"] else None,
        row["reporter_name"],
        row["reporter_language"],
    )
    return StoredReport(
        number=row["id"],
        wish=Wish(row["about"], row["subject"], row["reason"], row["said"], row["line_ms"]),
        name=row["subject_name"],
        account=_account(row["subject_account"]),
        booth=BoothId(row["booth"]) if row["booth"] else None,
        hall=HallId(row["hall"]),
        reporter=reporter,
        made=row["made"],
        evidence=msgspec.json.decode(row["evidence"], type=Evidence),
        state=row["state"],
        by=row["by_name"],
        decision=row["decision"],
        note=row["note"],
        closed=row["closed"],
    )


def _account(value: object) -> AccountId | None:
    return AccountId(str(value)) if value else None
