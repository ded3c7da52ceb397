"""What debates came to: each change with its audit row in one transaction."""

from typing import Final

import msgspec

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, LiveSessionId, RequestId
from halles.world.text import Text
from halles_server.ports.conclusions import Conclusion
from halles_server.storage import audit, requests
from halles_server.storage.pool import Connection, Database

_WRITE: Final = """
INSERT INTO live_conclusions (session, words, written_by) SELECT $1, $2, $3 WHERE $4::integer = 0
ON CONFLICT DO NOTHING RETURNING revision
"""

_CHANGE: Final = """
UPDATE live_conclusions SET words = $2, written_by = $3, written = now(), revision = revision + 1
WHERE session = $1 AND revision = $4 RETURNING revision
"""


class Conclusions:
    """The port ``ConclusionStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, session: LiveSessionId) -> Conclusion:
        """Reads one; an empty one of revision 0 where there is none."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(
                "SELECT words, revision, written FROM live_conclusions WHERE session = $1", session
            )
        if row is None:
            return Conclusion()
        return Conclusion(msgspec.json.decode(row["words"], type=Text), row["revision"], row["written"])

    async def write(
        self, author: AccountId, request_id: RequestId, session: LiveSessionId, revision: int, words: Text
    ) -> int:
        """Stores one in the place of the revision that was read; returns its own."""

        async def effect(connection: Connection) -> int:
            if not await connection.fetchval("SELECT true FROM programme WHERE id = $1", session):
                raise Rejection(RejectionCode.NOT_FOUND, f"no live session {session}")
            written = msgspec.json.encode(words).decode()
            statement = _CHANGE if revision else _WRITE
            number = await connection.fetchval(statement, session, written, author, revision)
            if number is None:
                raise Rejection(RejectionCode.STALE_REVISION, f"the conclusion has another revision than {revision}")
            await audit.note(connection, author, "conclusion.write", f"live:{session}", revision=number)
            return int(number)

        asked = ("conclusion", session, revision, words)
        number, _ = await requests.once(self._database, author, request_id, asked, effect)
        return number
