"""What was said in the halls, kept as long as the notice at the door says (``retention.py``)."""

from typing import Any, Final

import asyncpg

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, BoothId, HallId, LiveSessionId, RequestId, VisitId
from halles.protocol.messages import ChatLine
from halles.world.live import OPEN
from halles.world.roles import Role
from halles_server.ports.chat import HallLine, Kept
from halles_server.storage import requests
from halles_server.storage.pool import Connection, Database

_SAY: Final = """
INSERT INTO chat (hall, channel, account, visit, name, role, coat, text, time_ms, booth, session)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, nullif($10, ''), CASE WHEN $2 = 'hall' THEN
  (SELECT l.session FROM live_states l JOIN programme p ON p.id = l.session
   WHERE l.hall = $1 AND l.phase = ANY($11::text[]) ORDER BY p.access = 'public', l.session LIMIT 1) END)
RETURNING id
"""
"""Where several are open, one that is not for everybody counts."""

_COLUMNS: Final = "channel, visit, name, role, coat, text, time_ms, coalesce(booth, '') AS booth"


class Chat:
    """The port ``ChatStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(self, speaker: AccountId | VisitId, request_id: RequestId, hall: HallId, line: ChatLine) -> Kept:
        """Stores a line with its request key in one transaction, and to a hall with what is open there.

        Args:
            speaker: The account, or for a guest the visit, which the line names too.
            request_id: Its key.
            hall: Where it was said.
            line: What was said.

        Raises:
            Rejection: BAD_FIELD, the key was used for another request; NOT_FOUND, no such booth; STORAGE_FULL.
        """

        async def effect(connection: Connection) -> int:
            try:
                number = await connection.fetchval(
                    _SAY,
                    hall,
                    line.channel,
                    None if speaker == line.visit else speaker,
                    line.visit,
                    line.name,
                    line.role.value,
                    line.coat,
                    line.text,
                    line.time_ms,
                    line.booth,
                    sorted(OPEN),
                )
            except asyncpg.ForeignKeyViolationError:
                raise Rejection(RejectionCode.NOT_FOUND, f"no booth {line.booth}") from None
            return int(number)

        return Kept(*await requests.once(self._database, speaker, request_id, _asked(line), effect))

    async def answered(self, speaker: AccountId | VisitId, request_id: RequestId, line: ChatLine) -> int | None:
        """Returns the number of a line that was stored under this key before; ``Rejection`` as ``append``."""
        async with self._database.connection() as connection:
            return await requests.answered(connection, speaker, request_id, _asked(line))

    async def last(self, hall: HallId, limit: int) -> tuple[HallLine, ...]:
        """Reads the newest lines said to the whole hall, oldest first."""
        rows = await self._last("hall = $1 AND channel = 'hall'", hall, limit)
        return tuple(HallLine(_line(row), LiveSessionId(row["session"]) if row["session"] else None) for row in rows)

    async def last_at(self, booth: BoothId, limit: int) -> tuple[ChatLine, ...]:
        """Reads the newest lines said at a booth, oldest first."""
        rows = await self._last("booth = $1 AND channel = 'booth'", booth, limit)
        return tuple(map(_line, rows))

    async def at_booth(self, number: int) -> ChatLine | None:
        """Reads one line that was said at a booth; None when it is not kept any more."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(f"SELECT {_COLUMNS} FROM chat WHERE id = $1 AND channel = 'booth'", number)
        return _line(row) if row is not None else None

    async def _last(self, where: str, value: str, limit: int) -> list[Any]:
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                f"SELECT {_COLUMNS}, session FROM chat WHERE {where} ORDER BY id DESC LIMIT $2", value, limit
            )
        return list(reversed(rows))


def _asked(line: ChatLine) -> tuple[str, ...]:
    """Returns what a request says. Not the hall: who asks again may have walked on."""
    return ("say", line.channel, line.text) if line.channel != "booth" else ("say", line.booth, line.text)


def _line(row: Any) -> ChatLine:
    visit, role = VisitId(row["visit"]), Role(row["role"])
    return ChatLine(row["channel"], visit, row["name"], role, row["coat"], row["text"], row["time_ms"], row["booth"])
