"""Announcements: each is one transaction with its request key and its audit row, and counted within it."""

from datetime import timedelta
from typing import Any, Final

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, HallId, RequestId
from halles.world.text import Text
from halles_server.ports.announcing import MadeAnnouncement
from halles_server.ports.standing import Scope, ScopeKind
from halles_server.storage import audit, requests
from halles_server.storage.pool import Connection, Database
from halles_server.storage.standing import scope_of

IN_WINDOW: Final = 6
"""Announcements that somebody may make within ``WINDOW_MIN``, whichever way and on whichever node."""

WINDOW_MIN: Final = 10

_LATE: Final = (
    "SELECT ceil(1000 * extract(epoch FROM made + make_interval(mins => $2) - now()))::bigint FROM announcements"
    " WHERE author = $1 AND made > now() - make_interval(mins => $2) ORDER BY made DESC OFFSET $3 LIMIT 1"
)
"""In how many milliseconds the oldest of the last so many is out of the window; no row while there are fewer."""

_COLUMNS: Final = (
    "n.id, n.kind, n.hall, n.place, n.fr, n.nl, n.en, n.made, coalesce(a.name, '') AS name"
    " FROM announcements n LEFT JOIN accounts a ON a.id = n.author"
)


class Announcements:
    """The port ``AnnouncementStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def scope(self, kind: ScopeKind, place: str) -> Scope:
        """Returns a scope; ``Rejection`` NOT_FOUND where there is no such booth or live session."""
        return await scope_of(self._database, kind, place)

    async def make(self, author: AccountId, request_id: RequestId, scope: Scope, text: Text) -> int:
        """Stores one with its request key and its audit row, and returns its number.

        Raises:
            Rejection: RATE_LIMITED; BAD_FIELD for a used key; STORAGE_FULL.
        """

        async def effect(connection: Connection) -> int:
            await _check_rate(connection, author)
            number = await connection.fetchval(
                "INSERT INTO announcements (kind, hall, place, fr, nl, en, author)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
                scope.kind,
                scope.hall,
                scope.id,
                text.fr,
                text.nl,
                text.en,
                author,
            )
            await audit.note(connection, author, "announce", scope.key, announcement=number)
            return int(number)

        asked = ("announce", scope.key, text.fr, text.nl, text.en)
        return (await requests.once(self._database, author, request_id, asked, effect))[0]

    async def read(self, number: int) -> MadeAnnouncement | None:
        """Reads one; None for none."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(f"SELECT {_COLUMNS} WHERE n.id = $1", number)
        return _made(row) if row is not None else None

    async def recent(self, seconds: float, limit: int) -> tuple[MadeAnnouncement, ...]:
        """Reads those made so lately, the newest at most, oldest first."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                f"SELECT {_COLUMNS} WHERE n.made > now() - $1::interval ORDER BY n.id DESC LIMIT $2",
                timedelta(seconds=seconds),
                limit,
            )
        return tuple(_made(row) for row in reversed(rows))


async def _check_rate(connection: Connection, author: AccountId) -> None:
    # Two of one person at once are counted one after the other.
    await connection.execute("SELECT FROM accounts WHERE id = $1 FOR UPDATE", author)
    wait_ms = await connection.fetchval(_LATE, author, WINDOW_MIN, IN_WINDOW - 1)
    if wait_ms is not None:
        raise Rejection(RejectionCode.RATE_LIMITED, "too many announcements", max(1, int(wait_ms)))


def _made(row: Any) -> MadeAnnouncement:
    scope = Scope(row["kind"], HallId(row["hall"]), row["place"])
    return MadeAnnouncement(row["id"], scope, Text(row["fr"], row["nl"], row["en"]), row["name"], row["made"])
