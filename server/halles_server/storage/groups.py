"""Working groups and who is in them."""

from typing import Any, Final

import asyncpg
import msgspec

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId
from halles.world.text import Text
from halles_server.ports.programme import Person, WorkingGroup
from halles_server.storage import audit
from halles_server.storage.pool import Connection, Database

GROUPS_CAP: Final = 100
MEMBERS_CAP: Final = 500

_READ: Final = """
SELECT g.*, a.name AS lead_name, a.login AS lead_login,
  (SELECT count(*) FROM working_group_members m WHERE m.working_group = g.id) AS members
FROM working_groups g LEFT JOIN accounts a ON a.id = g.lead
"""

_PUT: Final = """
INSERT INTO working_groups (id, name, purpose, lead) VALUES ($1, $2, $3, $4)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, purpose = excluded.purpose, lead = excluded.lead
"""


class Groups:
    """The port ``GroupStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, author: AccountId, group: WorkingGroup) -> None:
        """Stores a group, or changes its words and lead."""
        lead = group.lead.account if group.lead else None
        async with self._database.adding() as connection:
            count = "SELECT count(*) FROM working_groups WHERE id <> $1"
            if await connection.fetchval(count, group.group) >= GROUPS_CAP:
                raise Rejection(RejectionCode.OVER_BUDGET, f"at most {GROUPS_CAP} working groups")
            words = (msgspec.json.encode(text).decode() for text in (group.name, group.purpose))
            await connection.execute(_PUT, group.group, *words, lead)
            if lead is not None:
                await _join(connection, lead, group.group)
            await audit.note(connection, author, "group.put", f"group:{group.group}", lead=lead or "")

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

    async def join(self, account: AccountId, group: str) -> None:
        """Makes somebody a member."""
        async with self._database.adding() as connection:
            await _join(connection, account, group)
            await audit.note(connection, account, "group.join", f"group:{group}")

    async def leave(self, account: AccountId, group: str) -> None:
        """Takes a membership back, and the lead with it."""
        async with self._database.transaction() as connection:
            await connection.execute(
                "DELETE FROM working_group_members WHERE working_group = $1 AND account = $2", group, account
            )
            await connection.execute(
                "UPDATE working_groups SET lead = NULL WHERE id = $1 AND lead = $2", group, account
            )
            await audit.note(connection, account, "group.leave", f"group:{group}")

    async def of(self, account: AccountId) -> tuple[str, ...]:
        """Reads which groups somebody is in."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                "SELECT working_group FROM working_group_members WHERE account = $1 ORDER BY joined", account
            )
        return tuple(row["working_group"] for row in rows)


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
    return WorkingGroup(row["id"], name, purpose, lead, members, row["members"])
