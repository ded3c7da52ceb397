"""Invitations onto a booth's staff: a code is used once, in one transaction with what it brings."""

from datetime import timedelta
from typing import Final

import asyncpg

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, BoothId
from halles.world.roles import Role, StaffRole
from halles_server.ports.staff import Invitation, InvitationId, Newcomer
from halles_server.storage import accounts, audit
from halles_server.storage.pool import Connection, Database
from halles_server.storage.staff import RANK

_GOOD: Final = "code_hash = $1 AND used IS NULL AND expires > now()"
_ID: Final = "encode(sha256(code_hash), 'hex')"
"""An invitation's name: a hash of the hash, so that what is stored of a code stands on no page."""
_JOIN: Final = (
    "INSERT INTO booth_staff (account, booth, role) VALUES ($1, $2, $3) ON CONFLICT (account, booth)"
    " DO UPDATE SET role = excluded.role"
    f" WHERE {RANK.format('excluded.role')} < {RANK.format('booth_staff.role')}"
)
"""An editor whom an invitation calls staff stays an editor."""


class Invitations:
    """The port ``InvitationStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def make(self, code_hash: bytes, booth: BoothId, role: StaffRole, actor: str, lasts: timedelta) -> None:
        """Stores an invitation with its audit row; ``Rejection`` NOT_FOUND for no such booth."""
        async with self._database.adding() as connection:
            try:
                await connection.execute(
                    "INSERT INTO invitations (code_hash, booth, role, made_by, expires)"
                    " VALUES ($1, $2, $3, $4, now() + $5::interval)",
                    code_hash,
                    booth,
                    role.value,
                    actor,
                    lasts,
                )
            except asyncpg.ForeignKeyViolationError:
                raise Rejection(RejectionCode.NOT_FOUND, f"no booth {booth}") from None
            await audit.note(connection, actor, "booth.invite", f"booth:{booth}", role=role)

    async def find(self, code_hash: bytes) -> tuple[BoothId, StaffRole] | None:
        """Reads what a code is good for; None when it is unknown, used or too old."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(f"SELECT booth, role FROM invitations WHERE {_GOOD}", code_hash)
        return (BoothId(row["booth"]), StaffRole(row["role"])) if row else None

    async def take(self, code_hash: bytes, who: AccountId | Newcomer) -> BoothId:
        """Uses a code up and puts somebody on the booth's staff, all or nothing; never lowers a role.

        Raises:
            Rejection: NOT_FOUND for a code that is unknown, too old or was used by somebody else; NAME_TAKEN.
        """
        account = who.account.account if isinstance(who, Newcomer) else who
        async with self._database.adding() as connection:
            # Whoever comes second with the same code waits here, and then finds it used.
            row = await connection.fetchrow(
                f"UPDATE invitations SET used = now() WHERE {_GOOD} RETURNING booth, role", code_hash
            )
            if row is None:
                return await _used_before(connection, code_hash, account)
            if isinstance(who, Newcomer):
                await accounts.add(connection, who.account, who.password_hash)
            await connection.execute("UPDATE invitations SET used_by = $2 WHERE code_hash = $1", code_hash, account)
            await connection.execute(_JOIN, account, row["booth"], row["role"])
            await connection.execute(
                "UPDATE accounts SET role = $2 WHERE id = $1 AND role = $3",
                account,
                Role.EXHIBITOR.value,
                Role.VISITOR.value,
            )
            await audit.note(
                connection, account, "booth.join", f"booth:{row['booth']}", account=account, role=row["role"]
            )
        return BoothId(row["booth"])

    async def made(self, booth: BoothId | None, limit: int) -> tuple[Invitation, ...]:
        """Reads the newest invitations, of one booth or of all."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                f"SELECT {_ID} AS id, i.booth, i.role, i.made, i.expires, i.used IS NOT NULL AS gone, a.name"
                " FROM invitations i LEFT JOIN accounts a ON a.id = i.used_by"
                " WHERE $1::text IS NULL OR i.booth = $1 ORDER BY i.made DESC, i.code_hash LIMIT $2",
                booth,
                limit,
            )
        return tuple(
            Invitation(
                booth=BoothId(r["booth"]),
                role=StaffRole(r["role"]),
                made=r["made"],
                expires=r["expires"],
                used_by=(r["name"] or "–") * r["gone"],
                id=InvitationId(r["id"]),
            )
            for r in rows
        )

    async def unused(self, invitation: InvitationId) -> tuple[BoothId, StaffRole] | None:
        """Reads what an invitation that nobody has used was made for; None when there is no such."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(
                f"SELECT booth, role FROM invitations WHERE {_ID} = $1 AND used IS NULL", invitation
            )
        return (BoothId(row["booth"]), StaffRole(row["role"])) if row else None

    async def withdraw(self, invitation: InvitationId, actor: AccountId) -> None:
        """Removes an invitation with its audit row; ``Rejection`` NOT_FOUND when it was used or is gone."""
        async with self._database.transaction() as connection:
            # Whoever uses it in the same moment comes first or second: never both.
            row = await connection.fetchrow(
                f"DELETE FROM invitations WHERE {_ID} = $1 AND used IS NULL RETURNING booth, role",
                invitation,
            )
            if row is None:
                raise Rejection(RejectionCode.NOT_FOUND, "this invitation was used, or withdrawn before")
            await audit.note(connection, actor, "booth.uninvite", f"booth:{row['booth']}", role=row["role"])


async def _used_before(connection: Connection, code_hash: bytes, account: AccountId) -> BoothId:
    """Leads on whoever used the code themselves; for all others it is no different from one that never was."""
    booth = await connection.fetchval(
        "SELECT booth FROM invitations WHERE code_hash = $1 AND used_by = $2", code_hash, account
    )
    if booth is None:
        raise Rejection(RejectionCode.NOT_FOUND, "this invitation is not known")
    return BoothId(booth)
