"""What moderators and organisers read before they decide; nothing is written here."""

from typing import Any, Final

import asyncpg

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, HallId, LiveSessionId, VisitId
from halles.world.roles import Role
from halles_server.ports.moderating import Named, Whereabouts
from halles_server.storage.pool import Database
from halles_server.storage.standing import STANDING, standing_of_row

_VISIT: Final = """
SELECT v.language, v.hall, v.ended IS NULL AS here, (
    SELECT count(*) FROM visits o
    WHERE o.network = v.network AND v.network <> '' AND o.ended IS NULL AND o.id <> v.id) AS sharing
FROM visits v WHERE v.id = $1
"""
_ACCOUNT: Final = """
SELECT a.language, coalesce(v.hall, '') AS hall, v.id IS NOT NULL AS here, 0 AS sharing
FROM accounts a LEFT JOIN LATERAL (
    SELECT w.id, w.hall FROM visits w WHERE w.account = a.id AND w.ended IS NULL ORDER BY w.opened DESC LIMIT 1
) v ON true WHERE a.id = $1
"""
# A guest's key follows from the last of their devices (``ports.live.key_of``): the visit in which they acted may be
# over, and another one go on by which they are here; with none, their newest.
_BEHIND: Final = """
SELECT p.account, coalesce((
    SELECT w.id FROM visits v JOIN visits w ON w.id = v.id OR (cardinality(v.devices) > 0 AND w.account IS NULL
        AND w.devices[cardinality(w.devices)] = v.devices[cardinality(v.devices)])
    WHERE v.id = p.visit AND p.account IS NULL
    ORDER BY w.ended IS NULL DESC, w.ended IS NULL AND w.dropped IS NULL DESC, w.ended IS NULL AND w.id = v.id DESC,
        w.opened DESC LIMIT 1), p.visit) AS visit
FROM live_people p WHERE p.session = $1 AND p.key = coalesce(nullif($2, ''),
    (SELECT q.key FROM live_questions q WHERE q.session = $1 AND q.number = $3))
"""
_NAMED: Final = f"SELECT a.id, a.name, a.login, a.role, {STANDING} FROM accounts a"
_ABOVE: Final = ("organiser", "operator", "moderator")


class Moderating:
    """The port ``ModeratingStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def whereabouts(self, visit: VisitId | None, account: AccountId | None) -> Whereabouts:
        """Reads where a visit or an account is; ``Rejection`` NOT_FOUND."""
        statement, wanted = (_VISIT, visit) if visit is not None else (_ACCOUNT, account)
        async with self._database.connection() as connection:
            row = await connection.fetchrow(statement, wanted)
        if row is None:
            raise Rejection(RejectionCode.NOT_FOUND, "nobody of that name")
        return Whereabouts(row["language"], HallId(row["hall"]), row["here"], row["sharing"] if row["here"] else 0)

    async def behind(
        self, session: LiveSessionId, *, key: str = "", question: int = 0
    ) -> tuple[VisitId, AccountId | None]:
        """Reads who has a key in a live session, or asked a question there; ``Rejection`` NOT_FOUND."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(_BEHIND, session, key, question)
        if row is None or not (row["visit"] or row["account"]):
            raise Rejection(RejectionCode.NOT_FOUND, "nobody of that key")
        return VisitId(row["visit"]), AccountId(str(row["account"])) if row["account"] else None

    async def deciders(self, limit: int) -> tuple[Named, ...]:
        """Reads who is something above others, in the show or in a part of it: role first, then name."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                f"{_NAMED} WHERE a.role = ANY($1::text[]) OR EXISTS (SELECT FROM grants g WHERE g.account = a.id"
                " AND (g.until IS NULL OR g.until > now()))"
                " ORDER BY array_position($1::text[], a.role) NULLS LAST, a.name LIMIT $2",
                list(_ABOVE),
                limit,
            )
        return tuple(_named(row) for row in rows)

    async def called(self, name: str, limit: int) -> tuple[Named, ...]:
        """Reads who has this login or, where nobody has, this name."""
        async with self._database.connection() as connection:
            try:
                rows = await connection.fetch(f"{_NAMED} WHERE a.login_key = lower(normalize($1, NFKC))", name)
                if not rows:
                    rows = await connection.fetch(
                        f"{_NAMED} WHERE lower(a.name) = lower($1) ORDER BY a.login LIMIT $2", name, limit
                    )
            except asyncpg.DataError:  # what no text of the database can hold
                return ()
        return tuple(_named(row) for row in rows)


def _named(row: Any) -> Named:
    return Named(AccountId(str(row["id"])), row["name"], row["login"], Role(row["role"]), standing_of_row(row))
