"""What was said backstage, beside all other chat and kept as long (``retention.py``); who of a few is in the show."""

from collections.abc import Collection
from typing import Any, Final

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, HallId, LiveSessionId, RequestId
from halles.protocol.backstage_messages import BackstageLine
from halles.world.roles import Role
from halles_server.ports.live import LiveRecord, Participant
from halles_server.storage import requests
from halles_server.storage.live import OVER, held_phase
from halles_server.storage.pool import Connection, Database

_SAY: Final = """
INSERT INTO chat (hall, channel, session, account, visit, name, role, coat, text, time_ms)
VALUES ($1, 'backstage', $2, $3, $4, $5, $6, 0, $7, $8) RETURNING id
"""
_LINES: Final = "SELECT id, name, text, time_ms FROM chat WHERE channel = 'backstage' AND session = $1"
_HERE: Final = """
SELECT DISTINCT ON (account) account, hall FROM visits
WHERE account = ANY($1::uuid[]) AND ended IS NULL AND dropped IS NULL ORDER BY account, epoch DESC
"""


class Backstage:
    """The port ``BackstageStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def say(
        self, record: LiveRecord, who: Participant, role: Role, request_id: RequestId, line: BackstageLine
    ) -> int:
        """Stores a line with its request key in one transaction; returns its number. ``Rejection``: see the port."""
        entry, visit = record.entry, who.person.visit

        async def effect(connection: Connection) -> int:
            phase = await held_phase(connection, entry.session)
            if phase in OVER:
                raise Rejection(RejectionCode.NOT_NOW, f"nothing is said backstage once it is {phase}")
            said = (line.name, role.value, line.text, line.said_ms)
            return int(await connection.fetchval(_SAY, entry.hall, entry.session, who.account, visit, *said))

        asked = ("backstage", entry.session, line.text)
        number, _ = await requests.once(self._database, who.requests, request_id, asked, effect)
        return number

    async def last(self, session: LiveSessionId, since_ms: int, limit: int) -> tuple[BackstageLine, ...]:
        """Reads the newest lines since a moment, oldest first."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                f"{_LINES} AND time_ms >= $2 ORDER BY id DESC LIMIT $3", session, since_ms, limit
            )
        return tuple(_line(row) for row in reversed(rows))

    async def line(self, session: LiveSessionId, number: int) -> BackstageLine | None:
        """Reads one line of a live session; None when it is not kept any more."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(f"{_LINES} AND id = $2", session, number)
        return _line(row) if row is not None else None

    async def here(self, accounts: Collection[AccountId]) -> dict[AccountId, HallId]:
        """Reads who of these is connected to the show now, and in which hall; "" for one who stands in none."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(_HERE, list(accounts))
        return {AccountId(str(row["account"])): HallId(row["hall"]) for row in rows}


def _line(row: Any) -> BackstageLine:
    return BackstageLine(row["id"], row["name"], row["text"], row["time_ms"])
