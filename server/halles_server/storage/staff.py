"""Who is on a booth's staff."""

from collections.abc import Collection
from typing import Any, Final

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, BoothId
from halles.world.roles import StaffRole
from halles_server.ports.staff import StaffMember
from halles_server.storage import audit
from halles_server.storage.pool import Connection, Database

RANK: Final = "array_position(ARRAY['lead', 'editor', 'staff'], {})"
"""SQL for how high a role stands, 1 the highest."""


class Staff:
    """The port ``StaffStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_booth(self, booth: BoothId) -> tuple[StaffMember, ...]:
        """Reads a booth's staff: leads, editors, staff, each by name."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                "SELECT a.id, a.login, a.name, s.role FROM booth_staff s JOIN accounts a ON a.id = s.account"
                f" WHERE s.booth = $1 ORDER BY {RANK.format('s.role')}, a.name, a.id",
                booth,
            )
        return tuple(_member(row) for row in rows)

    async def booths_of(self, accounts: Collection[AccountId]) -> dict[AccountId, dict[BoothId, StaffRole]]:
        """Reads on which booths' staff these accounts are; those on none are left out."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                "SELECT account, booth, role FROM booth_staff WHERE account = ANY($1::uuid[])", list(accounts)
            )
        found: dict[AccountId, dict[BoothId, StaffRole]] = {}
        for row in rows:
            found.setdefault(AccountId(str(row["account"])), {})[BoothId(row["booth"])] = StaffRole(row["role"])
        return found

    async def all(self) -> dict[AccountId, frozenset[BoothId]]:
        """Reads which booths each member of any staff serves."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                "SELECT account, array_agg(booth) AS booths FROM booth_staff GROUP BY account"
            )
        return {AccountId(str(row["account"])): frozenset(map(BoothId, row["booths"])) for row in rows}

    async def set_role(self, actor: AccountId, booth: BoothId, account: AccountId, role: StaffRole) -> None:
        """Changes the role of somebody who is on the staff.

        Raises:
            Rejection: NOT_FOUND when they are not; FORBIDDEN when it would leave the booth without the lead it has.
        """
        async with self._database.transaction() as connection:
            await _spare_the_last_lead(connection, booth, account, stays=role is StaffRole.LEAD)
            await connection.execute(
                "UPDATE booth_staff SET role = $3 WHERE account = $1 AND booth = $2", account, booth, role.value
            )
            await audit.note(connection, actor, "booth.staff", f"booth:{booth}", account=account, role=role)

    async def remove(self, actor: AccountId, booth: BoothId, account: AccountId) -> None:
        """Takes somebody off the staff; refuses as ``set_role`` does."""
        async with self._database.transaction() as connection:
            await _spare_the_last_lead(connection, booth, account, stays=False)
            await connection.execute("DELETE FROM booth_staff WHERE account = $1 AND booth = $2", account, booth)
            await connection.execute("DELETE FROM booth_presence WHERE account = $1 AND booth = $2", account, booth)
            await audit.note(connection, actor, "booth.staff.remove", f"booth:{booth}", account=account)

    async def note_refused(self, actor: AccountId, act: str, booth: BoothId) -> None:
        """Adds an audit row for something that somebody without the right has tried."""
        async with self._database.transaction() as connection:
            await audit.note(connection, actor, "refused", f"booth:{booth}", tried=act)


async def _spare_the_last_lead(connection: Connection, booth: BoothId, account: AccountId, *, stays: bool) -> None:
    # The booth's row makes two changes of its staff wait for each other: else each could remove the other's lead.
    await connection.execute("SELECT 1 FROM booths WHERE id = $1 FOR UPDATE", booth)
    rows = await connection.fetch("SELECT account, role FROM booth_staff WHERE booth = $1", booth)
    roles = {str(row["account"]): row["role"] for row in rows}
    if account not in roles:
        raise Rejection(RejectionCode.NOT_FOUND, f"not on the staff of {booth}")
    others = any(role == StaffRole.LEAD for who, role in roles.items() if who != account)
    if roles[account] == StaffRole.LEAD and not stays and not others:
        raise Rejection(RejectionCode.FORBIDDEN, "a booth keeps its last lead")


def _member(row: Any) -> StaffMember:
    return StaffMember(AccountId(str(row["id"])), row["login"], row["name"], StaffRole(row["role"]))
