"""What is known of media, and the bytes of small ones: in one transaction, one backup and on every node with what
shows them. Documents and films lie in a store of files (``halles_server.media``); of them only the facts are here.
"""

import asyncio
import hashlib
from collections.abc import Collection
from typing import Any, Final

from halles.ids import AccountId, MediaId
from halles.world.booth import media_kind
from halles_server.ports.media import FILED, Facts, Made, MadeFile, Medium, Part, ending
from halles_server.storage.pool import Connection, Database

UNUSED_DAYS: Final = 7
"""Days that a medium is kept which nothing refers to: a draft may be given up and taken up again, a backup restored."""

_DEADLINE_S: Final = 30.0
"""For a document of sixty pages, some 20 MB of pictures."""
_FORGET_S: Final = 600.0

_KEEP: Final = (
    "INSERT INTO media (id, mime, width, height, data, size, seconds, pages, triangles, texels)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (id) DO UPDATE SET stored = now(),"
    " triangles = greatest(media.triangles, excluded.triangles), texels = greatest(media.texels, excluded.texels)"
)
"""A model that an import has stored without weighing it is weighed once somebody uploads the same."""
_PART: Final = "INSERT INTO media_parts (medium, kind, number, part) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"
_SENT: Final = "INSERT INTO sound_senders (sound, account) VALUES ($1, $2) ON CONFLICT DO NOTHING"
_SENT_BY: Final = "SELECT EXISTS (SELECT FROM sound_senders WHERE sound = $1 AND account = $2)"
_FACTS: Final = "SELECT id, size, width, height, seconds, pages, triangles, texels FROM media WHERE id = ANY($1)"
_PARTS: Final = "SELECT medium, kind, number, part FROM media_parts WHERE medium = ANY($1) ORDER BY kind, number"
_FORGET: Final = """
    WITH RECURSIVE kept AS (
        (SELECT id FROM media_used UNION SELECT id FROM media WHERE stored >= now() - make_interval(days => $1))
        UNION SELECT part FROM media_parts JOIN kept ON medium = kept.id
    )
    DELETE FROM media WHERE id NOT IN (SELECT id FROM kept) RETURNING id
"""


class Media:
    """The port ``MediaStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, media: MediaId) -> Medium | None:
        """Reads one that lies in the database."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(
                "SELECT mime, width, height, data FROM media WHERE id = $1 AND data IS NOT NULL", media
            )
        return Medium(media, row["mime"], row["width"], row["height"], row["data"]) if row else None

    async def facts(self, media: Collection[MediaId]) -> dict[MediaId, Facts]:
        """Reads what is known of those that are stored."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(_FACTS, list(media))
            parts = await connection.fetch(_PARTS, list(media))
        made: dict[MediaId, list[Part]] = {}
        for row in parts:
            made.setdefault(row["medium"], []).append(Part(row["kind"], row["number"], MediaId(row["part"])))
        return {row["id"]: _facts(row, tuple(made.get(row["id"], ()))) for row in rows}

    async def keep(self, made: Made, sender: AccountId | None = None) -> None:
        """Stores a medium and its parts, all or none; again is the same. Of a sound it remembers who sent it.

        Raises:
            Rejection: STORAGE_FULL.
            Unavailable: The database does not answer; whether it was stored is not known.
        """
        # Read before a connection is taken: ten megabytes from a disk may take a while.
        rows = [await asyncio.to_thread(_row, file) for file in (*made.parts, made.medium)]
        medium = made.medium.facts
        async with self._database.adding(deadline_s=_DEADLINE_S) as connection:
            await connection.executemany(_KEEP, rows)
            await connection.executemany(
                _PART, [(medium.media, part.kind, part.number, part.media) for part in medium.parts]
            )
            if sender is not None and media_kind(medium.media) == "sound":
                await connection.execute(_SENT, medium.media, sender)

    async def sent_by(self, account: AccountId, sound: MediaId) -> bool:
        """Tells whether somebody has sent a sound that is stored."""
        async with self._database.connection() as connection:
            return bool(await connection.fetchval(_SENT_BY, sound, account))

    async def forget_unused(self) -> tuple[MediaId, ...]:
        """Removes what nothing has referred to for seven days, and returns it."""
        async with self._database.transaction(deadline_s=_FORGET_S) as connection:
            await connection.execute(f"SET LOCAL statement_timeout = '{_FORGET_S:.0f} s'")
            rows = await connection.fetch(_FORGET, UNUSED_DAYS)
        return tuple(MediaId(row["id"]) for row in rows)


async def keep(connection: Connection, medium: Medium) -> None:
    """Stores a picture within the caller's transaction; storing it again changes nothing.

    Raises:
        ValueError: Its id is not the hash of its bytes.
    """
    if hashlib.sha256(medium.data).hexdigest() != medium.media.partition(".")[0]:
        raise ValueError(f"{medium.media} is not the hash of its {len(medium.data)} bytes")
    await connection.execute(
        "INSERT INTO media (id, mime, width, height, data, size) VALUES ($1, $2, $3, $4, $5, $6)"
        " ON CONFLICT DO NOTHING",
        medium.media,
        medium.mime,
        medium.width,
        medium.height,
        medium.data,
        len(medium.data),
    )


def _row(file: MadeFile) -> tuple[Any, ...]:
    facts = file.facts
    data = None if ending(facts.media) in FILED else file.path.read_bytes()
    shape = (facts.width, facts.height)
    return facts.media, facts.mime, *shape, data, facts.size, facts.seconds, facts.pages, facts.triangles, facts.texels


def _facts(row: Any, parts: tuple[Part, ...]) -> Facts:
    return Facts(
        media=MediaId(row["id"]),
        size=row["size"],
        width=row["width"],
        height=row["height"],
        seconds=row["seconds"],
        pages=row["pages"],
        triangles=row["triangles"],
        texels=row["texels"],
        parts=parts,
    )
