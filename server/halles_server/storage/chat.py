"""What was said in the halls, kept as long as the notice at the door says (``retention.py``)."""

from halles.ids import AccountId, HallId, RequestId, VisitId
from halles.protocol.messages import ChatLine
from halles.world.roles import Role
from halles_server.storage import requests
from halles_server.storage.pool import Connection, Database


class Chat:
    """The port ``ChatStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(self, speaker: AccountId | VisitId, request_id: RequestId, hall: HallId, line: ChatLine) -> bool:
        """Stores a line with its request key in one transaction; False when this request was stored before.

        Args:
            speaker: The account, or for a guest the visit, which the line names too.
            request_id: Its key.
            hall: Where it was said.
            line: What was said.

        Raises:
            Rejection: BAD_FIELD, the key was used for another request; STORAGE_FULL.
        """

        async def effect(connection: Connection) -> int:
            await connection.execute(
                "INSERT INTO chat (hall, channel, account, visit, name, role, coat, text, time_ms) VALUES"
                " ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                hall,
                line.channel,
                None if speaker == line.visit else speaker,
                line.visit,
                line.name,
                line.role.value,
                line.coat,
                line.text,
                line.time_ms,
            )
            return 0

        # Not the hall: who asks again may have walked on.
        asked = ("say", line.channel, line.text)
        _, fresh = await requests.once(self._database, speaker, request_id, asked, effect)
        return fresh

    async def last(self, hall: HallId, limit: int) -> tuple[ChatLine, ...]:
        """Reads the newest lines said to the whole hall, oldest first."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                "SELECT channel, visit, name, role, coat, text, time_ms FROM chat"
                " WHERE hall = $1 AND channel = 'hall' ORDER BY id DESC LIMIT $2",
                hall,
                limit,
            )
        return tuple(
            ChatLine(r["channel"], VisitId(r["visit"]), r["name"], Role(r["role"]), r["coat"], r["text"], r["time_ms"])
            for r in reversed(rows)
        )
