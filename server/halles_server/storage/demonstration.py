"""Importing the demonstration, and any other prepared set of booths: again and again with the same result."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Final

import asyncpg

from halles.errors import ConfigError
from halles.ids import BoothId, MediaId
from halles_server.ports.booths import Outcome, PreparedBooth
from halles_server.ports.media import Medium
from halles_server.storage import audit, booth_json, media
from halles_server.storage.booths import Revision, keep_revision
from halles_server.storage.pool import Connection, Database

_DEADLINE_S: Final = 60.0


class PreparedBooths:
    """The port ``PreparedBoothStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(
        self, booths: Sequence[PreparedBooth], pictures: Sequence[MediaId], load: Callable[[MediaId], Medium]
    ) -> dict[BoothId, Outcome]:
        """Brings booths to what their files say, with their pictures, all or none.

        Raises:
            ConfigError: Two booths want one slot.
            Rejection: STORAGE_FULL.
            Unavailable: The database does not answer.
        """
        try:
            async with self._database.transaction(deadline_s=_DEADLINE_S) as connection:
                # Booths may change places with each other: only where they stand in the end counts.
                await connection.execute("SET CONSTRAINTS ALL DEFERRED")
                stored = {
                    row["id"] for row in await connection.fetch("SELECT id FROM media WHERE id = ANY($1)", pictures)
                }
                for picture in dict.fromkeys(pictures):
                    if picture not in stored:
                        await media.keep(connection, load(picture))
                return {one.booth: await _put(connection, one) for one in booths}
        except asyncpg.UniqueViolationError as problem:
            raise ConfigError(f"two booths want one slot: {problem.detail}") from None


async def put(database: Database, prepared: Sequence[PreparedBooth]) -> dict[BoothId, Outcome]:
    """Brings booths without pictures to what their files say; as ``PreparedBooths.put``."""
    return await PreparedBooths(database).put(prepared, (), _no_pictures)


def _no_pictures(media: MediaId) -> Medium:
    raise KeyError(media)


async def _put(connection: Connection, prepared: PreparedBooth) -> Outcome:
    content = booth_json.write(prepared.content)
    digest = hashlib.sha256(f"{prepared}".encode()).digest()
    row = await connection.fetchrow(
        "SELECT revision, demo_digest, demo_revision,"
        " EXISTS (SELECT FROM booth_drafts WHERE booth = booths.id) AS drafted FROM booths WHERE id = $1 FOR UPDATE",
        prepared.booth,
    )
    if row is None:
        await _add(connection, prepared, content, digest)
        return "added"
    if row["demo_digest"] == digest:
        return "same"
    if row["demo_revision"] != row["revision"] or row["drafted"]:
        return "kept"
    await _change(connection, prepared, content, digest)
    return "changed"


async def _organisation(connection: Connection, prepared: PreparedBooth) -> None:
    await connection.execute(
        "INSERT INTO organisations (id, name, kind, region, demonstration) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (id) DO UPDATE SET name = excluded.name, kind = excluded.kind, region = excluded.region",
        prepared.organisation,
        prepared.organisation_name,
        prepared.content.kind,
        prepared.region,
        prepared.demonstration,
    )


async def _add(connection: Connection, prepared: PreparedBooth, content: str, digest: bytes) -> None:
    await _organisation(connection, prepared)
    await connection.execute(
        "INSERT INTO booths (id, organisation, hall, slot, format, content, demo_digest, demo_revision)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, 1)",
        prepared.booth,
        prepared.organisation,
        prepared.hall,
        prepared.slot,
        booth_json.FORMAT,
        content,
        digest,
    )
    await keep_revision(connection, Revision(prepared.booth, 1, content))
    await audit.note(connection, "import", "booth.add", f"booth:{prepared.booth}", slot=prepared.slot)


async def _change(connection: Connection, prepared: PreparedBooth, content: str, digest: bytes) -> None:
    await _organisation(connection, prepared)
    revision = await connection.fetchval(
        "UPDATE booths SET organisation = $2, hall = $3, slot = $4, format = $5, content = $6, demo_digest = $7,"
        " revision = revision + 1, demo_revision = revision + 1, changed = now() WHERE id = $1 RETURNING revision",
        prepared.booth,
        prepared.organisation,
        prepared.hall,
        prepared.slot,
        booth_json.FORMAT,
        content,
        digest,
    )
    await keep_revision(connection, Revision(prepared.booth, revision, content))
    await audit.note(connection, "import", "booth.change", f"booth:{prepared.booth}", revision=revision)
