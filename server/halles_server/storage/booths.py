"""Booths: reading them, and the one transaction in which an edit becomes the next revision."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, BoothId, HallId, RequestId, SlotId
from halles.world.booth import BoothEdit
from halles.world.booth_edit import apply_edit
from halles_server.ports.booths import BoothFound, BoothRecord
from halles_server.ports.take_down import without
from halles_server.storage import audit, booth_json, requests, search
from halles_server.storage.draft_rows import Next, advance, locked
from halles_server.storage.pool import Connection, Database

COLUMNS: Final = "id, hall, slot, revision, format, content"


@dataclass(frozen=True, slots=True)
class Revision:
    """One state of a booth, as its history keeps it: contents as JSON, and what led there, unless it was imported."""

    booth: BoothId
    number: int
    content: str
    edit: str | None = None
    author: AccountId | None = None
    draft: int | None = None


class Booths:
    """The port ``BoothStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, booth: BoothId) -> BoothRecord:
        """Reads one; ``Rejection`` NOT_FOUND."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(f"SELECT {COLUMNS} FROM booths WHERE id = $1", booth)
            if row is None:
                raise _none(booth)
            return (await shown(connection, [row]))[0]

    async def in_hall(self, hall: HallId) -> tuple[BoothRecord, ...]:
        """Reads a hall's, by slot."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(f"SELECT {COLUMNS} FROM booths WHERE hall = $1 ORDER BY slot", hall)
            return tuple(await shown(connection, rows))

    async def all(self) -> tuple[BoothRecord, ...]:
        """Reads the whole directory, by name."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(f"SELECT {COLUMNS} FROM booths ORDER BY name_key, id")
            return tuple(await shown(connection, rows))

    async def edit(
        self, actor: AccountId, request_id: RequestId, booth: BoothId, revision: int, edit: BoothEdit
    ) -> int:
        """Applies an edit to exactly this revision, once per ``request_id``; returns the new revision.

        Raises:
            Rejection: STALE_REVISION, NOT_FOUND, DRAFT_OPEN while the studio holds other changes, what ``apply_edit``
                refuses with, or BAD_FIELD for a used key.
            Unavailable: Not known whether it was committed; repeat it with the same id.
        """

        async def effect(connection: Connection) -> int:
            return await _edited(connection, actor, booth, revision, edit)

        number, _ = await requests.once(self._database, actor, request_id, ("edit", booth, revision, edit), effect)
        return number

    async def may_edit(self, account: AccountId, booth: BoothId) -> bool:
        """Tells whether the account is on the booth's staff as lead or editor."""
        async with self._database.connection() as connection:
            return bool(
                await connection.fetchval(
                    "SELECT true FROM booth_staff WHERE account = $1 AND booth = $2 AND role IN ('lead', 'editor')",
                    account,
                    booth,
                )
            )

    async def find(self, query: str, limit: int, first: Collection[BoothId] = ()) -> tuple[BoothFound, ...]:
        """Searches names and slots, tolerant of accents and typing errors, then texts; best first."""
        async with self._database.connection() as connection:
            partly = await _partly_shown(connection)
            seen = [booth_json.write(one.content) for one in partly]
            rows = await connection.fetch(search.BOOTHS, query, limit, list(first), [one.booth for one in partly], seen)
            records = await shown(connection, rows)
        return tuple(
            BoothFound(found, float(row["score"]), by_name=row["by_name"])
            for row, found in zip(rows, records, strict=True)
        )

    async def revisions(self) -> dict[BoothId, int]:
        """Reads the newest revision of every booth."""
        async with self._database.connection() as connection:
            rows = await connection.fetch("SELECT id, revision FROM booths")
        return {BoothId(row["id"]): row["revision"] for row in rows}


async def shown(connection: Connection, rows: Sequence[Any]) -> list[BoothRecord]:
    """Returns booths from rows with ``COLUMNS`` as visitors see them: without what is taken down."""
    marks = await connection.fetch(
        "SELECT booth, array_agg(item) AS items FROM taken_down WHERE restored IS NULL AND booth = ANY($1)"
        " GROUP BY booth",
        [row["id"] for row in rows],
    )
    down = {mark["booth"]: frozenset(mark["items"]) for mark in marks}
    records = [record(row) for row in rows]
    return [replace(one, content=without(one.content, down.get(one.booth, ()))) for one in records]


async def _partly_shown(connection: Connection) -> list[BoothRecord]:
    """Returns the booths of which something is down, as visitors see them."""
    rows = await connection.fetch(
        f"SELECT {COLUMNS} FROM booths WHERE id IN (SELECT booth FROM taken_down WHERE restored IS NULL)"
    )
    return await shown(connection, rows) if rows else []


def record(row: Any) -> BoothRecord:
    """Returns a booth from a row with ``COLUMNS``, all that it holds."""
    content = booth_json.read(row["format"], row["content"])
    return BoothRecord(BoothId(row["id"]), HallId(row["hall"]), SlotId(row["slot"]), row["revision"], content)


async def _one(connection: Connection, booth: BoothId) -> BoothRecord:
    row = await connection.fetchrow(f"SELECT {COLUMNS} FROM booths WHERE id = $1", booth)
    if row is None:
        raise _none(booth)
    return record(row)


def _none(booth: BoothId) -> Rejection:
    return Rejection(RejectionCode.NOT_FOUND, f"no booth {booth}")


async def _edited(connection: Connection, actor: AccountId, booth: BoothId, revision: int, edit: BoothEdit) -> int:
    draft = await locked(connection, booth)
    before = await _one(connection, booth)
    if before.revision != revision:
        raise Rejection(RejectionCode.STALE_REVISION, f"the booth is at revision {before.revision}")
    if draft.pending is not None or draft.content != before.content:
        raise Rejection(RejectionCode.DRAFT_OPEN, "the studio holds changes that are not published")
    new = apply_edit(before.content, edit)
    content = booth_json.write(new)
    # The condition decides between two editors who both read this revision: Postgres lets one of them change the row.
    changed = await connection.fetchval(
        "UPDATE booths SET revision = revision + 1, format = $3, content = $4, changed = now()"
        " WHERE id = $1 AND revision = $2 RETURNING revision",
        booth,
        revision,
        booth_json.FORMAT,
        content,
    )
    if changed is None:
        raise Rejection(RejectionCode.STALE_REVISION, "somebody else changed the booth just now")
    step = await advance(connection, draft, Next("edit", actor, new))
    await keep_revision(connection, Revision(booth, changed, content, booth_json.write_edit(edit), actor, step))
    fields = [change.field for change in edit.changes]
    await audit.note(connection, actor, "booth.edit", f"booth:{booth}", revision=changed, fields=fields)
    return int(changed)


async def keep_revision(connection: Connection, made: Revision) -> None:
    """Adds a revision to a booth's history, within the transaction that makes it."""
    await connection.execute(
        "INSERT INTO booth_revisions (booth, revision, format, content, edit, author, draft)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        made.booth,
        made.number,
        booth_json.FORMAT,
        made.content,
        made.edit,
        made.author,
        made.draft,
    )
