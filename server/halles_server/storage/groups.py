"""Working groups and who is in them."""

from typing import Any, Final

import asyncpg
import msgspec

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, RequestId
from halles.world.text import Text
from halles_server.ports.programme import Person, WorkingGroup
from halles_server.storage import audit, requests
from halles_server.storage.pool import Connection, Database

GROUPS_CAP: Final = 100
MEMBERS_CAP: Final = 500

_READ: Final = """
SELECT g.*, a.name AS lead_name, a.login AS lead_login,
  (SELECT count(*) FROM working_group_members m WHERE m.working_group = g.id) AS members
FROM working_groups g LEFT JOIN accounts a ON a.id = g.lead
"""

_MAKE: Final = """
INSERT INTO working_groups (id, name, purpose, lead) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING RETURNING true
"""

_CHANGE: Final = """
UPDATE working_groups SET name = $2, purpose = $3, lead = $4, revision = revision + 1
WHERE id = $1 AND revision = $5 RETURNING true
"""


class Groups:
    """The port ``GroupStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, author: AccountId, request_id: RequestId, group: WorkingGroup) -> None:
        """Stores a group, or changes the words and lead of the one that was read."""
        lead = group.lead.account if group.lead else None

        async def effect(connection: Connection) -> int:
            await (_changed if group.revision else _made)(connection, group, lead)
            if lead is not None:
                await _join(connection, lead, group.group)
            await audit.note(connection, author, "group.put", f"group:{group.group}", lead=lead or "")
            return 0

        asked = ("group", group.group, *_words(group), lead, group.revision)
        await requests.once(self._database, author, request_id, asked, effect)

    async def all(self) -> tuple[WorkingGroup, ...]:
        """Reads all, by name, without their members."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(f"{_READ} ORDER BY g.name ->> 0, g.id")
        return tuple(_group(row) for row in rows)

    async def read(self, group: str) -> WorkingGroup | None:
        """Reads one with its members."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(f"{_READ} WHERE g.id = $1", group)
            members = await connection.fetch(
                "SELECT a.id, a.name, a.login FROM working_group_members m JOIN accounts a ON a.id = m.account"
                " WHERE m.working_group = $1 ORDER BY m.joined, a.id",
                group,
            )
        people = tuple(Person(AccountId(str(one["id"])), one["name"], one["login"]) for one in members)
        return _group(row, people) if row else None

    async def join(self, account: AccountId, request_id: RequestId, group: str) -> None:
        """Makes somebody a member."""

        async def effect(connection: Connection) -> int:
            await _join(connection, account, group)
            await audit.note(connection, account, "group.join", f"group:{group}")
            return 0

        await requests.once(self._database, account, request_id, ("join group", group), effect)

    async def leave(self, account: AccountId, request_id: RequestId, group: str) -> None:
        """Takes a membership back, and the lead with it."""

        async def effect(connection: Connection) -> int:
            await _leave(connection, account, group)
            return 0

        await requests.once(self._database, account, request_id, ("leave group", group), effect)

    async def leave_all(self, account: AccountId) -> None:
        """Takes all of somebody's memberships back."""
        async with self._database.transaction() as connection:
            for group in sorted(await _of(connection, account)):  # so that no two leave in opposite orders
                await _leave(connection, account, group)

    async def of(self, account: AccountId) -> tuple[str, ...]:
        """Reads which groups somebody is in."""
        async with self._database.connection() as connection:
            return await _of(connection, account)


async def _made(connection: Connection, group: WorkingGroup, lead: AccountId | None) -> None:
    # Two who make one at once are counted one after the other.
    await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('working groups', 0))")
    if await connection.fetchval("SELECT count(*) FROM working_groups") >= GROUPS_CAP:
        raise Rejection(RejectionCode.OVER_BUDGET, f"at most {GROUPS_CAP} working groups")
    if not await connection.fetchval(_MAKE, group.group, *_words(group), lead):
        raise Rejection(RejectionCode.NAME_TAKEN, f"there is {group.group} already")


async def _changed(connection: Connection, group: WorkingGroup, lead: AccountId | None) -> None:
    if await connection.fetchval(_CHANGE, group.group, *_words(group), lead, group.revision):
        return
    revision = await connection.fetchval("SELECT revision FROM working_groups WHERE id = $1", group.group)
    if revision is None:
        raise Rejection(RejectionCode.NOT_FOUND, f"no working group {group.group}")
    raise Rejection(RejectionCode.STALE_REVISION, f"{group.group} has revision {revision}")


def _words(group: WorkingGroup) -> tuple[str, str]:
    return msgspec.json.encode(group.name).decode(), msgspec.json.encode(group.purpose).decode()


async def _of(connection: Connection, account: AccountId) -> tuple[str, ...]:
    rows = await connection.fetch(
        "SELECT working_group FROM working_group_members WHERE account = $1 ORDER BY joined", account
    )
    return tuple(row["working_group"] for row in rows)


async def _leave(connection: Connection, account: AccountId, group: str) -> None:
    # The group first, as whoever changes it does: the other way round the two could wait for each other.
    await connection.execute("SELECT FROM working_groups WHERE id = $1 FOR UPDATE", group)
    await connection.execute(
        "DELETE FROM working_group_members WHERE working_group = $1 AND account = $2", group, account
    )
    await connection.execute(
        "UPDATE working_groups SET lead = NULL, revision = revision + 1 WHERE id = $1 AND lead = $2", group, account
    )
    await audit.note(connection, account, "group.leave", f"group:{group}")


async def _join(connection: Connection, account: AccountId, group: str) -> None:
    # The row's lock lets two who join at once be counted one after the other.
    if not await connection.fetchval("SELECT true FROM working_groups WHERE id = $1 FOR UPDATE", group):
        raise Rejection(RejectionCode.NOT_FOUND, f"no working group {group}")
    count = "SELECT count(*) FROM working_group_members WHERE working_group = $1 AND account <> $2"
    if await connection.fetchval(count, group, account) >= MEMBERS_CAP:
        raise Rejection(RejectionCode.OVER_BUDGET, f"a working group has at most {MEMBERS_CAP} members")
    try:
        await connection.execute(
            "INSERT INTO working_group_members (working_group, account) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            group,
            account,
        )
    except asyncpg.ForeignKeyViolationError:
        raise Rejection(RejectionCode.NOT_FOUND, "no such account") from None


def _group(row: Any, members: tuple[Person, ...] = ()) -> WorkingGroup:
    lead = Person(AccountId(str(row["lead"])), row["lead_name"], row["lead_login"]) if row["lead"] else None
    name, purpose = (msgspec.json.decode(row[field], type=Text) for field in ("name", "purpose"))
    return WorkingGroup(row["id"], name, purpose, lead, members, row["members"], row["revision"])
