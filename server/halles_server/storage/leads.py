"""The cards that a booth holds: lists, notes, tags, exports for its staff. What is withdrawn or over is not there."""

from typing import Any, Final

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, BoothId, RequestId
from halles_server.ports.cards import Note
from halles_server.ports.leads import ExportKind, Lead, LeadFilter, LeadPage
from halles_server.storage import audit, requests
from halles_server.storage.lead_rows import IN_FORCE, NOTES, by_lead, card_in, note_in
from halles_server.storage.pool import Connection, Database

NOTES_CAP: Final = 50
"""Notes on one lead."""

TAGS_CAP: Final = 8
"""Tags on one lead."""

_COLUMNS: Final = "id, name, organisation, mail, language, purpose, given, until, tags"

_FITS: Final = (
    f"booth = $1 AND {IN_FORCE} AND ($2 = '' OR strpos(halles_fold(concat_ws(' ', name, organisation, mail)),"
    " halles_fold($2)) > 0) AND ($3 = '' OR $3 = ANY(tags))"
)

_ADD_TAG: Final = (
    f"UPDATE leads SET tags = tags || $3::text WHERE booth = $1 AND id = $2 AND {IN_FORCE} AND NOT $3 = ANY(tags)"
    f" AND cardinality(tags) < {TAGS_CAP}"
)

_EXPORTED: Final = (
    "INSERT INTO lead_exports (lead, account, kind) SELECT unnest($1::bigint[]), $2, $3"
    " ON CONFLICT (lead, account, kind) DO UPDATE SET at = now()"
)


class Leads:
    """The port ``LeadStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, booth: BoothId, wanted: LeadFilter, limit: int, offset: int) -> LeadPage:
        """Reads a part of a booth's leads, newest first."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                f"SELECT {_COLUMNS}, count(*) OVER () AS found FROM leads WHERE {_FITS}"
                " ORDER BY given DESC, id DESC LIMIT $4 OFFSET $5",
                booth,
                wanted.text,
                wanted.tag,
                limit,
                offset,
            )
            counts = await connection.fetchrow(
                f"SELECT count(*) FILTER (WHERE {IN_FORCE}) AS held,"
                " count(*) FILTER (WHERE withdrawn IS NOT NULL) AS withdrawn FROM leads WHERE booth = $1",
                booth,
            )
            tags = await connection.fetch(
                f"SELECT DISTINCT unnest(tags) AS tag FROM leads WHERE booth = $1 AND {IN_FORCE} ORDER BY tag", booth
            )
        found = rows[0]["found"] if rows else 0
        leads = tuple(_lead(row) for row in rows)
        return LeadPage(leads, found, counts["held"], counts["withdrawn"], tuple(row["tag"] for row in tags))

    async def read(self, booth: BoothId, lead: int) -> Lead:
        """Reads one with its notes; ``Rejection`` NOT_FOUND."""
        async with self._database.connection() as connection:
            return await _one(connection, booth, lead)

    async def note(self, author: AccountId, request_id: RequestId, booth: BoothId, lead: int, text: str) -> None:
        """Adds a note, once per ``request_id``; ``Rejection`` NOT_FOUND, or OVER_BUDGET when the lead has too many."""

        async def effect(connection: Connection) -> int:
            await _held(connection, booth, lead)
            if await connection.fetchval("SELECT count(*) FROM lead_notes WHERE lead = $1", lead) >= NOTES_CAP:
                raise Rejection(RejectionCode.OVER_BUDGET, f"a lead has at most {NOTES_CAP} notes")
            added = "INSERT INTO lead_notes (lead, author, text) VALUES ($1, $2, $3) RETURNING id"
            return int(await connection.fetchval(added, lead, author, text))

        await requests.once(self._database, author, request_id, ("note", booth, lead, text), effect)

    async def tag(self, booth: BoothId, lead: int, tag: str) -> None:
        """Puts a tag on a lead that may already have it; ``Rejection`` NOT_FOUND or OVER_BUDGET."""
        async with self._database.adding() as connection:
            tags = await _held(connection, booth, lead)
            if tag not in tags and len(tags) >= TAGS_CAP:
                raise Rejection(RejectionCode.OVER_BUDGET, f"a lead has at most {TAGS_CAP} tags")
            await connection.execute(_ADD_TAG, booth, lead, tag)

    async def untag(self, booth: BoothId, lead: int, tag: str) -> None:
        """Takes a tag off a lead that may not have it; ``Rejection`` NOT_FOUND."""
        async with self._database.transaction() as connection:
            await _held(connection, booth, lead)
            await connection.execute("UPDATE leads SET tags = array_remove(tags, $2) WHERE id = $1", lead, tag)

    async def export_all(self, author: AccountId, booth: BoothId) -> tuple[Lead, ...]:
        """Reads all leads with their notes, oldest first, and notes for each, and in the audit, that they left."""
        async with self._database.transaction() as connection:
            rows = await connection.fetch(
                f"SELECT {_COLUMNS} FROM leads WHERE booth = $1 AND {IN_FORCE} ORDER BY given, id FOR SHARE", booth
            )
            notes = by_lead(await connection.fetch(NOTES, [row["id"] for row in rows]), note_in)
            leads = tuple(_lead(row, notes[row["id"]]) for row in rows)
            await _left(connection, author, booth, "csv", leads)
        return leads

    async def export_one(self, author: AccountId, booth: BoothId, lead: int) -> Lead:
        """Reads one for a file of its own and notes that it left; ``Rejection`` NOT_FOUND."""
        async with self._database.transaction() as connection:
            await _held(connection, booth, lead)
            found = await _one(connection, booth, lead)
            await _left(connection, author, booth, "vcard", (found,))
        return found


async def _held(connection: Connection, booth: BoothId, lead: int) -> list[str]:
    """Locks a lead that the booth holds, so that it is not withdrawn meanwhile, and returns its tags."""
    row = await connection.fetchrow(
        f"SELECT tags FROM leads WHERE booth = $1 AND id = $2 AND {IN_FORCE} FOR UPDATE", booth, lead
    )
    if row is None:
        raise _no_lead(booth, lead)
    return list(row["tags"])


async def _one(connection: Connection, booth: BoothId, lead: int) -> Lead:
    row = await connection.fetchrow(
        f"SELECT {_COLUMNS} FROM leads WHERE booth = $1 AND id = $2 AND {IN_FORCE}", booth, lead
    )
    if row is None:
        raise _no_lead(booth, lead)
    return _lead(row, tuple(note_in(note) for note in await connection.fetch(NOTES, [lead])))


async def _left(
    connection: Connection, author: AccountId, booth: BoothId, kind: ExportKind, leads: tuple[Lead, ...]
) -> None:
    """Notes that leads left the show, within the transaction that reads them."""
    numbers = [lead.lead for lead in leads]
    await connection.execute(_EXPORTED, numbers, author, kind)
    await audit.note(connection, author, "leads.export", f"booth:{booth}", kind=kind, leads=numbers)


def _no_lead(booth: BoothId, lead: int) -> Rejection:
    return Rejection(RejectionCode.NOT_FOUND, f"booth {booth} holds no lead {lead}")


def _lead(row: Any, notes: tuple[Note, ...] = ()) -> Lead:
    return Lead(
        lead=row["id"],
        card=card_in(row),
        purpose=row["purpose"],
        language=row["language"],
        given=row["given"],
        until=row["until"],
        tags=tuple(row["tags"]),
        notes=notes,
    )
