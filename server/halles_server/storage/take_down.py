"""What is taken down: marks beside the booths, whose contents stay as they are.

Each act makes the booth's next revision with the same content, so that whatever shows booths looks again as after an
edit. The serving role may add marks, and set who restored one and what was answered; it removes none.
"""

from typing import Any, Final

import asyncpg

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, BoothId, HallId, MediaId, RequestId
from halles.world.booth import media_of
from halles_server.ports.sanctions import Decider
from halles_server.ports.take_down import TakenDown, check_item, without
from halles_server.storage import audit, booth_json, booths, requests
from halles_server.storage.pool import Connection, Database
from halles_server.storage.standing import author_now

_LISTED: Final = """
SELECT t.*, b.hall, b.content ->> 'name' AS booth_name FROM taken_down t JOIN booths b ON b.id = t.booth
WHERE t.restored IS NULL
"""
_BUMP: Final = """
UPDATE booths SET revision = revision + 1, changed = now() WHERE id = $1 RETURNING revision, format, content
"""


_WANTED: Final = """
WITH wanted AS (SELECT $1::text AS id UNION SELECT medium FROM media_parts WHERE part = $1)
"""
_HIDING: Final = f"""
{_WANTED} SELECT b.id, b.format, b.content, m.items, (SELECT array_agg(id) FROM wanted) AS wanted
FROM (SELECT booth, array_agg(item) AS items FROM taken_down WHERE restored IS NULL GROUP BY booth) m
JOIN booths b ON b.id = m.booth
WHERE EXISTS (SELECT FROM wanted w WHERE w.id = ANY(m.items) OR strpos(b.content::text, w.id) > 0)
"""
_ELSEWHERE: Final = f"""
{_WANTED} SELECT EXISTS (SELECT FROM booths b, wanted w WHERE b.id <> ALL($2) AND strpos(b.content::text, w.id) > 0)
    OR EXISTS (SELECT FROM programme_materials p JOIN wanted w ON w.id = p.media)
"""


class TakeDown:
    """The port ``TakeDownStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, decider: Decider, request_id: RequestId, booth: BoothId, item: str, reason: str) -> int:
        """Takes something down; returns the booth's new revision."""

        async def effect(connection: Connection) -> int:
            with requests.writing_down("take-down.refused", f"booth:{booth}", tried="take", item=item):
                actor = (await author_now(connection, decider)).account
            revision, row = await _next_revision(connection, actor, booth)
            check_item(booth_json.read(row["format"], row["content"]), item)
            try:
                number = await connection.fetchval(
                    "INSERT INTO taken_down (booth, item, reason, by_account, by_name)"
                    " SELECT $1, $2, $3, $4::uuid, name FROM accounts WHERE id = $4::uuid RETURNING id",
                    booth,
                    item,
                    reason,
                    actor,
                )
            except asyncpg.UniqueViolationError:
                raise Rejection(RejectionCode.NOT_FOUND, "it is down already") from None
            await audit.note(connection, actor, "booth.take-down", f"booth:{booth}", number=number, item=item)
            return revision

        asked = ("take down", booth, item, reason)
        revision, _ = await requests.once(self._database, decider.account, request_id, asked, effect)
        return revision

    async def restore(self, decider: Decider, request_id: RequestId, number: int) -> tuple[BoothId, int]:
        """Brings it back; returns the booth and its new revision."""
        booth = (await self.read(number)).booth

        async def effect(connection: Connection) -> int:
            with requests.writing_down("take-down.refused", f"booth:{booth}", tried="restore", number=number):
                actor = (await author_now(connection, decider)).account
            revision, _ = await _next_revision(connection, actor, booth)
            await _change(connection, "restored = now(), restored_by = $2", number, actor)
            await audit.note(connection, actor, "booth.restore", f"booth:{booth}", number=number)
            return revision

        revision, _ = await requests.once(self._database, decider.account, request_id, ("restore", number), effect)
        return booth, revision

    async def answer(self, actor: AccountId, request_id: RequestId, number: int, text: str) -> None:
        """Notes what the booth's staff say."""

        async def effect(connection: Connection) -> int:
            await _change(connection, "answer = $2", number, text)
            return number

        await requests.once(self._database, actor, request_id, ("answer take-down", number, text), effect)

    async def read(self, number: int) -> TakenDown:
        """Reads one; ``Rejection`` NOT_FOUND when it is not down."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(f"{_LISTED} AND t.id = $1", number)
        if row is None:
            raise _not_down(number)
        return _taken(row)

    async def hiding(self, media: MediaId) -> tuple[BoothId, ...]:
        """Reads at which booths a medium, or all that it was made of, is down; none while anything shows it."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(_HIDING, media)
            if not rows or any(_shows(row) for row in rows):
                return ()
            booths = [row["id"] for row in rows]
            if await connection.fetchval(_ELSEWHERE, media, booths):
                return ()
        return tuple(BoothId(booth) for booth in booths)

    async def listed(self, booth: BoothId | None, limit: int) -> tuple[TakenDown, ...]:
        """Reads what is down at a booth, or anywhere, newest first."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                f"{_LISTED} AND ($1::text IS NULL OR t.booth = $1) ORDER BY t.id DESC LIMIT $2", booth, limit
            )
        return tuple(_taken(row) for row in rows)


def _shows(row: Any) -> bool:
    """Tells whether a booth shows one of these media although something of it is down."""
    seen = without(booth_json.read(row["format"], row["content"]), frozenset(row["items"]))
    return not media_of(seen).isdisjoint(row["wanted"])


async def _next_revision(connection: Connection, actor: AccountId, booth: BoothId) -> tuple[int, Any]:
    row = await connection.fetchrow(_BUMP, booth)
    if row is None:
        raise Rejection(RejectionCode.NOT_FOUND, f"no booth {booth}")
    content = booth_json.write(booth_json.read(row["format"], row["content"]))
    await booths.keep_revision(connection, booths.Revision(booth, row["revision"], content, author=actor))
    return int(row["revision"]), row


async def _change(connection: Connection, to: str, number: int, value: object) -> None:
    changed = await connection.fetchval(
        f"UPDATE taken_down SET {to} WHERE id = $1 AND restored IS NULL RETURNING true", number, value
    )
    if not changed:
        raise _not_down(number)


def _not_down(number: int) -> Rejection:
    return Rejection(RejectionCode.NOT_FOUND, f"{number} is not down")


def _taken(row: Any) -> TakenDown:
    return TakenDown(
        number=row["id"],
        booth=BoothId(row["booth"]),
        booth_name=row["booth_name"],
        hall=HallId(row["hall"]),
        item=row["item"],
        reason=row["reason"],
        by=row["by_name"],
        at=row["at"],
        answer=row["answer"],
    )
