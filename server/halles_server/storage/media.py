"""Pictures, in the table ``media``: in one transaction, one backup and on every node with what shows them.

At most 10 MB a picture. Films and documents, when they come, belong in a store of files behind the same port.
"""

import hashlib

from halles.ids import MediaId
from halles_server.ports.media import Medium
from halles_server.storage.pool import Connection, Database


class Media:
    """The port ``MediaStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, media: MediaId) -> Medium | None:
        """Reads one."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow("SELECT mime, width, height, data FROM media WHERE id = $1", media)
        return Medium(media, row["mime"], row["width"], row["height"], row["data"]) if row else None


async def keep(connection: Connection, medium: Medium) -> None:
    """Stores a picture within the caller's transaction; storing it again changes nothing.

    Raises:
        ValueError: Its id is not the hash of its bytes.
    """
    if hashlib.sha256(medium.data).hexdigest() != medium.media.partition(".")[0]:
        raise ValueError(f"{medium.media} is not the hash of its {len(medium.data)} bytes")
    await connection.execute(
        "INSERT INTO media (id, mime, width, height, data) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        medium.media,
        medium.mime,
        medium.width,
        medium.height,
        medium.data,
    )
