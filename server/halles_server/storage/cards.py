"""People's cards, and where they gave them: giving, withdrawing, and what is held of whom."""

from typing import Any, Final

import asyncpg

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, BoothId, RequestId
from halles_server.ports.cards import UNDO, Card, Export, Giving, Held
from halles_server.storage import audit, requests
from halles_server.storage.lead_rows import NOTES, by_lead, card_in, note_in
from halles_server.storage.pool import Connection, Database

_GIVE: Final = """
INSERT INTO leads (booth, account, name, organisation, mail, language, purpose, until)
VALUES ($1, $2, $3, $4, $5, $6, $7, now() + $8::interval)
ON CONFLICT (booth, account) WHERE withdrawn IS NULL DO UPDATE
SET name = excluded.name, organisation = excluded.organisation, mail = excluded.mail, language = excluded.language,
    purpose = excluded.purpose, given = now(), until = excluded.until
RETURNING id
"""

_HELD: Final = """
SELECT l.id, l.booth, b.content ->> 'name' AS booth_name, l.name, l.organisation, l.mail, l.purpose, l.given, l.until,
       l.withdrawn, l.tags
FROM leads l JOIN booths b ON b.id = l.booth
WHERE l.account = $1 AND l.until > now() AND (l.withdrawn IS NULL OR l.withdrawn > now() - $2::interval)
ORDER BY l.given DESC, l.id DESC
"""

_EXPORTS: Final = (
    "SELECT e.lead, e.kind, e.at, a.name AS author FROM lead_exports e JOIN accounts a ON a.id = e.account"
    " WHERE e.lead = ANY($1::bigint[]) ORDER BY e.at, e.kind"
)

_SETTLE: Final = """
WITH gone AS (
    UPDATE leads SET account = NULL, name = '', organisation = '', mail = '', tags = '{{}}'
    WHERE {which} AND account IS NOT NULL RETURNING id
), notes AS (
    DELETE FROM lead_notes WHERE lead IN (SELECT id FROM gone)
), exports AS (
    DELETE FROM lead_exports WHERE lead IN (SELECT id FROM gone)
)
SELECT count(*) FROM gone
"""


class Cards:
    """The port ``CardStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, account: AccountId) -> Card | None:
        """Reads somebody's card."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow("SELECT name, organisation, mail FROM cards WHERE account = $1", account)
        return card_in(row) if row else None

    async def keep(self, account: AccountId, card: Card) -> None:
        """Stores somebody's card; what was given before stays as it was given."""
        async with self._database.adding() as connection:
            await connection.execute(
                "INSERT INTO cards (account, name, organisation, mail) VALUES ($1, $2, $3, $4) ON CONFLICT (account)"
                " DO UPDATE SET name = excluded.name, organisation = excluded.organisation, mail = excluded.mail,"
                " changed = now()",
                account,
                card.name,
                card.organisation,
                card.mail,
            )

    async def give(self, account: AccountId, request_id: RequestId, giving: Giving) -> int:
        """Gives a card once per ``request_id``; returns the lead's number.

        Raises:
            Rejection: NOT_FOUND, no such booth; BAD_FIELD for a used key.
            Unavailable: Not known whether it was committed; repeat it with the same id.
        """

        async def effect(connection: Connection) -> int:
            return await _given(connection, account, giving)

        number, _ = await requests.once(self._database, account, request_id, ("give", giving), effect)
        return number

    async def withdraw(self, account: AccountId, lead: int) -> None:
        """Hides a lead from its booth at once; again, it changes nothing. ``Rejection`` NOT_FOUND."""
        async with self._database.transaction() as connection:
            row = await connection.fetchrow(
                "SELECT booth, withdrawn FROM leads WHERE id = $1 AND account = $2 FOR UPDATE", lead, account
            )
            if row is None:
                raise _no_lead(lead)
            if row["withdrawn"] is None:
                await connection.execute("UPDATE leads SET withdrawn = now() WHERE id = $1", lead)
                await audit.note(connection, account, "lead.withdraw", f"booth:{row['booth']}", lead=lead)

    async def restore(self, account: AccountId, lead: int) -> None:
        """Undoes a withdrawal within ``UNDO``; ``Rejection`` NOT_FOUND when it is too late or given anew."""
        async with self._database.transaction() as connection:
            try:
                booth = await connection.fetchval(
                    "UPDATE leads SET withdrawn = NULL WHERE id = $1 AND account = $2 AND until > now()"
                    " AND withdrawn > now() - $3::interval RETURNING booth",
                    lead,
                    account,
                    UNDO,
                )
            except asyncpg.UniqueViolationError:
                raise _no_lead(lead) from None
            if booth is None:
                raise _no_lead(lead)
            await audit.note(connection, account, "lead.restore", f"booth:{booth}", lead=lead)

    async def held(self, account: AccountId) -> tuple[Held, ...]:
        """Reads what booths hold of somebody, newest first, with what was withdrawn within ``UNDO``."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(_HELD, account, UNDO)
            ids = [row["id"] for row in rows]
            notes = by_lead(await connection.fetch(NOTES, ids), note_in)
            exports = by_lead(await connection.fetch(_EXPORTS, ids), _export)
        return tuple(_held(row, notes[row["id"]], exports[row["id"]]) for row in rows)

    async def erase(self, account: AccountId) -> None:
        """Erases somebody's card and whatever booths hold of them, without undo."""
        async with self._database.transaction() as connection:
            await connection.execute("DELETE FROM cards WHERE account = $1", account)
            await connection.execute(
                "UPDATE leads SET withdrawn = now() WHERE account = $1 AND withdrawn IS NULL", account
            )
            erased = await connection.fetchval(_SETTLE.format(which="account = $1"), account)
            await audit.note(connection, account, "card.erase", f"account:{account}", leads=erased)


async def settle(connection: Connection) -> int:
    """Erases what was withdrawn and cannot be given back any more; returns how many leads lost their person."""
    return int(await connection.fetchval(_SETTLE.format(which="withdrawn <= now() - $1::interval"), UNDO))


async def _given(connection: Connection, account: AccountId, giving: Giving) -> int:
    # One that is over, and which the night has not taken yet, is no consent that could be renewed.
    await connection.execute(
        "DELETE FROM leads WHERE booth = $1 AND account = $2 AND until <= now()", giving.booth, account
    )
    card = giving.card
    try:
        lead = await connection.fetchval(
            _GIVE,
            giving.booth,
            account,
            card.name,
            card.organisation,
            card.mail,
            giving.language,
            giving.purpose,
            giving.lasts,
        )
    except asyncpg.ForeignKeyViolationError:
        raise Rejection(RejectionCode.NOT_FOUND, f"no booth {giving.booth}") from None
    detail = {"lead": lead, "purpose": giving.purpose, "fields": card.fields, "days": giving.lasts.days}
    await audit.note(connection, account, "lead.give", f"booth:{giving.booth}", **detail)
    return int(lead)


def _no_lead(lead: int) -> Rejection:
    return Rejection(RejectionCode.NOT_FOUND, f"no lead {lead} of this account")


def _export(row: Any) -> Export:
    return Export(row["kind"], row["author"], row["at"])


def _held(row: Any, notes: Any, exports: Any) -> Held:
    return Held(
        lead=row["id"],
        booth=BoothId(row["booth"]),
        booth_name=row["booth_name"],
        card=card_in(row),
        purpose=row["purpose"],
        given=row["given"],
        until=row["until"],
        withdrawn=row["withdrawn"],
        tags=tuple(row["tags"]),
        notes=notes,
        exports=exports,
    )
