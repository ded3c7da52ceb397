"""What counts for or against somebody, as columns beside an account's, and the scopes that it is counted in."""

from collections.abc import Collection, Mapping
from typing import Any, Final

import msgspec

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, BoothId, HallId, LiveSessionId
from halles.world.roles import Role
from halles_server.ports.sanctions import Author, Decider
from halles_server.ports.standing import (
    SHOW,
    Grant,
    InForce,
    Rank,
    Scope,
    ScopeKind,
    Standing,
    booth_scope,
    hall_scope,
    live_scope,
)
from halles_server.storage.pool import Connection, Database

SANCTION_JSON: Final = (
    "jsonb_build_object('number', s.id, 'kind', s.kind, 'scope', s.scope, 'until', s.until, 'reason', s.reason,"
    " 'name', s.name, 'visit', s.visit, 'appealed', s.appealed IS NOT NULL, 'by_role', s.made_role,"
    " 'upheld', s.upheld IS NOT NULL, 'answer', s.upheld_reason)"
)
"""A sanction ``s`` as ``sanctions_of`` reads it."""

LIVE: Final = "s.lifted IS NULL AND s.until > now()"
"""Whether a sanction ``s`` is in force."""

GRANTS: Final = (
    "(SELECT coalesce(jsonb_agg(jsonb_build_object('role', g.role, 'scope', g.scope, 'until', g.until)), '[]')"
    " FROM grants g WHERE g.account = a.id AND (g.until IS NULL OR g.until > now())) AS grants"
)
"""The grants of ``accounts a``."""

STANDING: Final = (
    f"{GRANTS}, (SELECT coalesce(jsonb_agg({SANCTION_JSON} ORDER BY s.id DESC), '[]')"
    f" FROM sanctions s WHERE s.account = a.id AND {LIVE}) AS sanctions"
)
"""What ``standing_of_row`` reads, of ``accounts a``."""


def standing_of_row(row: Any) -> Standing:
    """Returns the standing of a row that has ``STANDING``."""
    return Standing(grants_of(row["grants"]), sanctions_of(row["sanctions"]))


def grants_of(text: str) -> tuple[Grant, ...]:
    """Reads grants."""
    return msgspec.json.decode(text, type=tuple[Grant, ...])


def sanctions_of(text: str) -> tuple[InForce, ...]:
    """Reads sanctions."""
    return msgspec.json.decode(text, type=tuple[InForce, ...])


async def scope_of(database: Database, kind: ScopeKind, place: str) -> Scope:
    """Returns a scope by kind and place; ``Rejection`` NOT_FOUND where there is no such booth or live session."""
    if kind == "show":
        return SHOW
    if kind == "hall":
        return hall_scope(HallId(place))
    table = "booths" if kind == "booth" else "programme"
    async with database.connection() as connection:
        hall = await connection.fetchval(f"SELECT hall FROM {table} WHERE id = $1", place)
    if hall is None:
        raise Rejection(RejectionCode.NOT_FOUND, f"no {kind} {place}")
    if kind == "booth":
        return booth_scope(HallId(hall), BoothId(place))
    return live_scope(HallId(hall), LiveSessionId(place))


BELOW: Final = (
    "({column} = $1 OR $1 = 'show' OR ($1 LIKE 'hall:%' AND {column} IN ("
    "SELECT 'booth:' || b.id FROM booths b WHERE b.hall = substr($1, 6)"
    " UNION ALL SELECT 'live:' || p.id FROM programme p WHERE p.hall = substr($1, 6))))"
)
"""Whether a column holds the scope ``$1`` or one below it."""


async def hold_ranks(
    connection: Connection, accounts: Collection[AccountId], *, organisers: bool = False
) -> Mapping[AccountId, Rank]:
    """Reads what people are, so that it stays so until the transaction ends: whoever changes it holds them first.

    Args:
        connection: In a transaction.
        accounts: Whose rows are locked, in one order for everybody, so that two who judge each other wait instead of
            blocking each other for ever; those that are gone are left out of the answer.
        organisers: Whether all organisers' rows are locked as well, for ``keep_an_organiser``.
    """
    await connection.fetch(
        "SELECT id FROM accounts WHERE id = ANY($1::uuid[]) OR ($2 AND role = 'organiser') ORDER BY id"
        " FOR NO KEY UPDATE",
        list(accounts),
        organisers,
    )
    # A statement of its own, that sees what whoever held the locks before has done.
    rows = await connection.fetch(
        f"SELECT a.id, a.role, {STANDING} FROM accounts a WHERE a.id = ANY($1::uuid[])", list(accounts)
    )
    return {AccountId(str(row["id"])): Rank(Role(row["role"]), standing_of_row(row)) for row in rows}


async def author_now(connection: Connection, decider: Decider) -> Author:
    """Returns who decides, weighed by what they are in this transaction; ``Rejection`` FORBIDDEN."""
    return decider.author(await hold_ranks(connection, (decider.account,)))


async def keep_an_organiser(connection: Connection, account: AccountId | None) -> None:
    """Refuses what would leave no organiser who can act; the organisers' rows stay locked until the transaction ends.

    Raises:
        Rejection: FORBIDDEN, when the account is the last one.
    """
    if account is None:
        return
    # Always in the same order, so that two who take each other's role wait instead of blocking each other for ever.
    await connection.fetch(
        "SELECT id FROM accounts WHERE role = 'organiser' OR id = $1 ORDER BY id FOR NO KEY UPDATE", account
    )
    # A statement of its own, that sees what whoever held the locks before has done.
    last = await connection.fetchval(
        "SELECT role = 'organiser' AND NOT EXISTS (SELECT FROM accounts o WHERE o.role = 'organiser' AND o.id <> $1"
        " AND NOT EXISTS (SELECT FROM sanctions s WHERE s.account = o.id AND s.kind <> 'warn'"
        f" AND s.scope = 'show' AND {LIVE})) FROM accounts WHERE id = $1",
        account,
    )
    if last:
        raise Rejection(RejectionCode.FORBIDDEN, "this is the last organiser")
