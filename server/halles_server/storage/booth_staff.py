"""Reading who is on a booth's staff; ``accounts`` puts people there."""

from collections import defaultdict

from halles.ids import AccountId, BoothId
from halles_server.ports.booth_staff import StaffMember
from halles_server.storage.pool import Database


class BoothStaff:
    """The port ``StaffStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def serves(self, account: AccountId, booth: BoothId) -> bool:
        """Tells whether the account is on the booth's staff."""
        async with self._database.connection() as connection:
            return bool(
                await connection.fetchval(
                    "SELECT true FROM booth_staff WHERE account = $1 AND booth = $2", account, booth
                )
            )

    async def members(self, booth: BoothId) -> tuple[StaffMember, ...]:
        """Reads a booth's staff, by name."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                "SELECT a.id, a.name FROM booth_staff s JOIN accounts a ON a.id = s.account WHERE s.booth = $1"
                " ORDER BY a.name, a.id",
                booth,
            )
        return tuple(StaffMember(AccountId(str(row["id"])), row["name"]) for row in rows)

    async def all(self) -> dict[AccountId, frozenset[BoothId]]:
        """Reads which booths each member of any staff serves."""
        async with self._database.connection() as connection:
            rows = await connection.fetch("SELECT account, booth FROM booth_staff")
        found: defaultdict[AccountId, set[BoothId]] = defaultdict(set)
        for row in rows:
            found[AccountId(str(row["account"]))].add(BoothId(row["booth"]))
        return {account: frozenset(booths) for account, booths in found.items()}
