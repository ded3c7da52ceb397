"""Satchels: what was taken along, with copies of its names, and what of it was taken out a moment ago.

Whoever changes a satchel holds its lock until the end of the transaction, so that its bound holds.
"""

from typing import Any, Final

import msgspec

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, BoothId, MediaId, RequestId
from halles.world.satchel import SATCHEL_CAP
from halles.world.text import LANGUAGES, Text
from halles_server.ports.booths import BoothRecord
from halles_server.ports.satchel import BROWSER_KEPT, BROWSERS_CAP, UNDO, Kept, Owner
from halles_server.storage import booths, requests
from halles_server.storage.pool import Connection, Database

_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended('satchel ' || $1, 0))"
_COUNT: Final = "SELECT count(*) FROM satchel_items WHERE owner = $1 AND removed IS NULL"
_KNOWN: Final = "SELECT id FROM satchel_items WHERE owner = $1 AND booth = $2 AND media = $3 AND removed IS NULL"

_TAKE: Final = """
INSERT INTO satchel_items (owner, account, visit, booth, booth_name, media, title)
VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id
"""

# Counted no further than asked, from an index of what lies in browsers' satchels.
_OF_BROWSERS: Final = """
SELECT count(*) FROM (SELECT FROM satchel_items WHERE account IS NULL AND visit IS NULL LIMIT $1) AS counted
"""
_BROWSERS_OLD: Final = """
DELETE FROM satchel_items WHERE account IS NULL AND visit IS NULL AND taken < now() - $1::interval
"""

# Taking the same again and again, and taking it out, would leave a row each time.
_FORGET_REMOVED: Final = """
DELETE FROM satchel_items WHERE id IN (
    SELECT id FROM satchel_items WHERE owner = $1 AND removed IS NOT NULL ORDER BY removed DESC, id DESC OFFSET $2
)
"""

_READ: Final = """
SELECT i.id, i.booth, i.booth_name, i.media, i.title, i.taken, coalesce(m.size, 0) AS size,
       coalesce(m.pages, 0) AS pages
FROM satchel_items i LEFT JOIN media m ON m.id = i.media
WHERE i.owner = $1 AND i.removed IS NULL
  AND (i.account IS NOT NULL OR i.visit IS NOT NULL OR i.taken > now() - $2::interval)
ORDER BY i.taken DESC, i.id DESC
"""

_RESTORE: Final = """
UPDATE satchel_items i SET removed = NULL
WHERE owner = $1 AND removed = (SELECT max(removed) FROM satchel_items WHERE owner = $1)
  AND removed > now() - $2::interval
  AND NOT EXISTS (SELECT FROM satchel_items o
                  WHERE o.owner = i.owner AND o.booth = i.booth AND o.media = i.media AND o.removed IS NULL)
RETURNING id
"""

_ADOPT: Final = """
UPDATE satchel_items SET owner = $2, account = $3, visit = NULL WHERE id IN (
    SELECT i.id FROM satchel_items i
    WHERE i.owner = $1 AND i.removed IS NULL
      AND NOT EXISTS (SELECT FROM satchel_items o
                      WHERE o.owner = $2 AND o.booth = i.booth AND o.media = i.media AND o.removed IS NULL)
    ORDER BY i.taken DESC, i.id DESC LIMIT $4
) RETURNING id
"""


class Satchels:
    """The port ``SatchelStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, owner: Owner, request_id: RequestId, booth: BoothId, media: MediaId) -> tuple[int, bool]:
        """Takes what a booth offers now; returns the item, and whether the request is new.

        Raises:
            Rejection: NOT_FOUND, SATCHEL_FULL, STORAGE_FULL; BAD_FIELD for a used key.
            Unavailable: Not known whether it was committed; repeat it with the same id.
        """

        async def effect(connection: Connection) -> int:
            return await _taken(connection, owner, booth, media)

        return await requests.once(self._database, _actor(owner), request_id, ("take", booth, media), effect)

    async def read(self, owner: Owner) -> tuple[Kept, ...]:
        """Reads all of a satchel, newest first."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(_READ, owner.key, BROWSER_KEPT)
            wanted = list({row["booth"] for row in rows if row["booth"]})
            found = await connection.fetch(f"SELECT {booths.COLUMNS} FROM booths WHERE id = ANY($1)", wanted)
            records = {str(record.booth): record for record in await booths.shown(connection, found)}
        return tuple(_kept(row, records.get(row["booth"])) for row in rows)

    async def count(self, owner: Owner) -> int:
        """Counts what lies in a satchel."""
        async with self._database.connection() as connection:
            return int(await connection.fetchval(_COUNT, owner.key))

    async def of_booth(self, owner: Owner, booth: BoothId) -> frozenset[MediaId]:
        """Reads what of a booth lies in a satchel; "" stands for its card."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                "SELECT media FROM satchel_items WHERE owner = $1 AND booth = $2 AND removed IS NULL", owner.key, booth
            )
        return frozenset(MediaId(row["media"]) for row in rows)

    async def remove(self, owner: Owner, item: int) -> None:
        """Takes something out; again, it changes nothing. ``Rejection`` NOT_FOUND."""
        async with self._database.transaction() as connection:
            await connection.execute(_LOCK, owner.key)
            known = await connection.fetchval(
                "UPDATE satchel_items SET removed = coalesce(removed, now()) WHERE owner = $1 AND id = $2 RETURNING id",
                owner.key,
                item,
            )
            await connection.execute(_FORGET_REMOVED, owner.key, SATCHEL_CAP)
        if known is None:
            raise Rejection(RejectionCode.NOT_FOUND, f"no item {item} in this satchel")

    async def empty(self, owner: Owner) -> None:
        """Takes everything out."""
        async with self._database.transaction() as connection:
            await connection.execute(_LOCK, owner.key)
            await connection.execute(
                "UPDATE satchel_items SET removed = now() WHERE owner = $1 AND removed IS NULL", owner.key
            )
            await connection.execute(_FORGET_REMOVED, owner.key, SATCHEL_CAP)

    async def restore(self, owner: Owner) -> None:
        """Undoes the last taking out within ``UNDO``; ``Rejection`` NOT_FOUND when it is too late, or SATCHEL_FULL."""
        async with self._database.transaction() as connection:
            await connection.execute(_LOCK, owner.key)
            if not await connection.fetch(_RESTORE, owner.key, UNDO):
                raise Rejection(RejectionCode.NOT_FOUND, "nothing was taken out just now")
            if await connection.fetchval(_COUNT, owner.key) > SATCHEL_CAP:
                raise _full()

    async def adopt(self, owner: Owner, account: AccountId) -> int:
        """Moves a satchel into an account's, newest first, as far as there is room; returns how much was moved."""
        new = Owner("account", account)
        async with self._database.transaction() as connection:
            await connection.execute(_LOCK, owner.key)
            await connection.execute(_LOCK, new.key)
            room = max(0, SATCHEL_CAP - await connection.fetchval(_COUNT, new.key))
            return len(await connection.fetch(_ADOPT, owner.key, new.key, account, room))

    async def erase(self, owner: Owner) -> None:
        """Erases a satchel, without undo."""
        async with self._database.transaction() as connection:
            await connection.execute("DELETE FROM satchel_items WHERE owner = $1", owner.key)


async def _taken(connection: Connection, owner: Owner, booth: BoothId, media: MediaId) -> int:
    await connection.execute(_LOCK, owner.key)
    known = await connection.fetchval(_KNOWN, owner.key, booth, media)
    if known is not None:
        return int(known)
    row = await connection.fetchrow(f"SELECT {booths.COLUMNS} FROM booths WHERE id = $1", booth)
    content = (await booths.shown(connection, [row]))[0].content if row is not None else None
    document = content.document(media) if content is not None and media else None
    if content is None or (media and document is None):
        raise Rejection(RejectionCode.NOT_FOUND, f"{booth} does not offer this")
    if await connection.fetchval(_COUNT, owner.key) >= SATCHEL_CAP:
        raise _full()
    if owner.kind == "browser":
        await _check_browsers(connection)
    title = document.title if document is not None else Text()
    written = msgspec.json.encode({code: title.within(code) for code in LANGUAGES if title.within(code)}).decode()
    number = await connection.fetchval(
        _TAKE, owner.key, owner.account, owner.visit, booth, content.name, media, written
    )
    return int(number)


async def _check_browsers(connection: Connection) -> None:
    """Refuses what is more than all browsers may have, once what they have had for a day is gone."""
    if await connection.fetchval(_OF_BROWSERS, BROWSERS_CAP) < BROWSERS_CAP:
        return
    await connection.execute(_BROWSERS_OLD, BROWSER_KEPT)
    if await connection.fetchval(_OF_BROWSERS, BROWSERS_CAP) >= BROWSERS_CAP:
        raise Rejection(RejectionCode.TRY_LATER, "too much lies in satchels without an account; log in")


def _actor(owner: Owner) -> str:
    """Returns under whom the request's key is stored: accounts and visits by their own ids, as everywhere."""
    return owner.key if owner.kind == "browser" else owner.id


def _full() -> Rejection:
    return Rejection(RejectionCode.SATCHEL_FULL, f"at most {SATCHEL_CAP} things in a satchel")


def _kept(row: Any, record: BoothRecord | None) -> Kept:
    title = Text(**msgspec.json.decode(row["title"]))
    numbers = {"size": row["size"], "pages": row["pages"]}
    return Kept(row["id"], row["booth_name"], MediaId(row["media"]), title, row["taken"], record=record, **numbers)
