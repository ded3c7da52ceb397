"""Replays that are taken back: marks beside the live sessions, whose recordings stay as they are."""

from typing import Final

import asyncpg

from halles.errors import Rejection, RejectionCode
from halles.ids import LiveSessionId, RequestId
from halles_server.ports.sanctions import Decider
from halles_server.ports.take_back import TakenBack
from halles_server.storage import audit, requests
from halles_server.storage.pool import Connection, Database
from halles_server.storage.standing import author_now

NOW: Final = "SELECT FROM replays_taken_back t WHERE t.session = {session} AND t.restored IS NULL"
"""Whether a live session's replay is taken back, within ``EXISTS``."""

_TAKE: Final = """
INSERT INTO replays_taken_back (session, reason, above, by_account, by_name)
SELECT session, $2, $3, $4, $5 FROM live_states WHERE session = $1 AND phase = 'published' RETURNING true
"""


class TakeBack:
    """The port ``TakeBackStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(
        self, decider: Decider, request_id: RequestId, session: LiveSessionId, reason: str, *, above: bool
    ) -> None:
        """Takes a replay back."""

        async def effect(connection: Connection) -> int:
            with requests.writing_down("take-back.refused", f"live:{session}", tried="take"):
                author = await author_now(connection, decider)
            try:
                taken = await connection.fetchval(_TAKE, session, reason, above, author.account, author.name)
            except asyncpg.UniqueViolationError:
                raise Rejection(RejectionCode.NOT_FOUND, f"{session} is taken back already") from None
            if not taken:
                raise Rejection(RejectionCode.NOT_NOW, f"{session} is not published")
            await audit.note(connection, author.account, "replay.take-back", f"live:{session}", above=above)
            return 0

        asked = ("take back", session, reason)
        await requests.once(self._database, decider.account, request_id, asked, effect)

    async def restore(self, decider: Decider, request_id: RequestId, session: LiveSessionId) -> None:
        """Brings one back."""

        async def effect(connection: Connection) -> int:
            with requests.writing_down("take-back.refused", f"live:{session}", tried="restore"):
                author = await author_now(connection, decider)
            if not await connection.fetchval(
                "UPDATE replays_taken_back SET restored = now(), restored_by = $2"
                " WHERE session = $1 AND restored IS NULL RETURNING true",
                session,
                author.account,
            ):
                raise Rejection(RejectionCode.NOT_FOUND, f"{session} is not taken back")
            await audit.note(connection, author.account, "replay.restore", f"live:{session}")
            return 0

        await requests.once(self._database, decider.account, request_id, ("bring back", session), effect)

    async def read(self, session: LiveSessionId) -> TakenBack | None:
        """Reads why one is taken back."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(
                "SELECT reason, by_name, at, above FROM replays_taken_back WHERE session = $1 AND restored IS NULL",
                session,
            )
        return TakenBack(session, row["reason"], row["by_name"], row["at"], row["above"]) if row else None
