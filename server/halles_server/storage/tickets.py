"""Tickets from a page to the client: one use, soon too old, known to the database only by their hash."""

from datetime import timedelta
from typing import Final

import msgspec

from halles.ids import AccountId
from halles.world.look import Look
from halles_server.ports.people import TICKET_S, Ticket
from halles_server.storage.pool import Database

_LASTS: Final = timedelta(seconds=TICKET_S)


class Tickets:
    """The port ``TicketStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def issue(self, secret_hash: bytes, ticket: Ticket) -> None:
        """Stores a ticket under its secret's SHA-256."""
        async with self._database.connection() as connection:
            await connection.execute(
                "INSERT INTO tickets (secret_hash, account, name, language, look, device)"
                " VALUES ($1, $2, $3, $4, $5, $6)",
                secret_hash,
                ticket.account,
                ticket.name,
                ticket.language,
                list(msgspec.structs.astuple(ticket.look)),
                ticket.device,
            )

    async def take(self, secret_hash: bytes) -> Ticket | None:
        """Uses a ticket up; None when there is none, it is too old or was used. Of two at once, one gets it."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(
                "UPDATE tickets SET used = now()"
                " WHERE secret_hash = $1 AND used IS NULL AND issued > now() - $2::interval"
                " RETURNING account, name, language, look, device",
                secret_hash,
                _LASTS,
            )
        if row is None:
            return None
        account = AccountId(str(row["account"])) if row["account"] else None
        return Ticket(account, row["name"], row["language"], Look(*row["look"]), row["device"])
