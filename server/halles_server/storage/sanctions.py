"""Sanctions: each act is one transaction with its request key and its audit row."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any, Final

import asyncpg
import msgspec

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, LiveSessionId, RequestId, VisitId
from halles.world.roles import Role
from halles.world.sanctions import SanctionKind
from halles_server.ports.sanctions import (
    Above,
    Author,
    Binding,
    Decider,
    Given,
    Known,
    Lifted,
    Order,
    SanctionRecord,
    Target,
    Whom,
)
from halles_server.ports.standing import Grant, InForce, Rank, Scope, ScopeKind, Standing
from halles_server.storage import audit, requests
from halles_server.storage.live import OVER, held_phase
from halles_server.storage.pool import Connection, Database
from halles_server.storage.standing import (
    BELOW,
    GRANTS,
    LIVE,
    SANCTION_JSON,
    author_now,
    grants_of,
    hold_ranks,
    keep_an_organiser,
    sanctions_of,
    scope_of,
)

KEPT_MOST: Final = 10_000
"""Sanctions in force at once: a node reads all of them, so beyond it none is given rather than one forgotten."""

_AT_ONCE: Final = 1_000
"""Given beyond it by several who count at the same moment, at most."""

_OUT: Final = frozenset({SanctionKind.REMOVE, SanctionKind.BAN})
"""What ends a visit."""

_COLUMNS: Final = (
    "s.id, s.kind, s.scope, s.account, s.visit, s.name, s.reason, s.made, s.until, s.made_name, s.made_role,"
    " s.network IS NOT NULL AS address, s.lifted, s.lifted_name, s.lifted_reason, s.appeal, s.appealed,"
    " s.upheld, s.upheld_name, s.upheld_reason, s.made_by, s.language"
)
_BY_VISIT: Final = f"""
SELECT v.account, v.id AS visit, v.devices, CASE WHEN v.ended IS NULL THEN v.network ELSE '' END AS network,
       coalesce(a.name, v.name) AS name, coalesce(a.role, v.role) AS role, {GRANTS}
FROM visits v LEFT JOIN accounts a ON a.id = v.account WHERE v.id = $1
"""
_BY_ACCOUNT: Final = f"""
SELECT a.id AS account, coalesce(v.id, '') AS visit, coalesce(v.devices, '{{}}') AS devices, '' AS network, a.name,
       a.role, {GRANTS}
FROM accounts a LEFT JOIN LATERAL (
    SELECT w.id, w.devices FROM visits w WHERE w.account = a.id ORDER BY w.opened DESC LIMIT 1) v ON true
WHERE a.id = $1
"""
_GIVE: Final = """
INSERT INTO sanctions
    (kind, scope, account, visit, devices, network, name, reason, until, made_by, made_name, made_role, language)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, now() + $9::interval, $10, $11, $12, coalesce(
    (SELECT language FROM accounts WHERE id = $3), (SELECT language FROM visits WHERE id = $4), '')) RETURNING id
"""
_OF: Final = f"""
SELECT coalesce(jsonb_agg({SANCTION_JSON} || CASE
    WHEN s.account = $1 OR s.visit = $2 OR s.devices && $3::bytea[] THEN '{{}}'
    ELSE '{{"reason": "", "answer": ""}}'::jsonb END ORDER BY s.id DESC), '[]') FROM sanctions s WHERE {LIVE}
AND (s.account = $1 OR (s.visit = $2 AND $2 <> '')
     OR ($1::uuid IS NULL AND (s.devices && $3::bytea[] OR s.network = nullif($4, ''))))
"""


class Sanctions:
    """The port ``SanctionStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def scope(self, kind: ScopeKind, place: str) -> Scope:
        """Returns the scope of that kind; ``Rejection`` NOT_FOUND where there is no such booth or live session."""
        return await scope_of(self._database, kind, place)

    async def target(self, *, visit: VisitId | None = None, account: AccountId | None = None) -> Target:
        """Reads whom a visit or account is; ``Rejection`` NOT_FOUND."""
        async with self._database.connection() as connection:
            return await _target(connection, Whom(visit, account))

    async def give(self, decider: Decider, request_id: RequestId, whom: Whom, order: Order, above: Above) -> Given:
        """Stores a sanction; one that keeps somebody out ends their visit.

        Raises:
            Rejection: FORBIDDEN where ``above`` says no, and for the last organiser, which is noted;
                NOT_FOUND, also for a removal of who is not here;
                NOT_NOW in a live session that is over; BAD_FIELD for a used key, and where the address shall be held
                of an account or of who has gone; OVER_BUDGET; STORAGE_FULL.
        """

        async def effect(connection: Connection) -> int:
            await _check_open(connection, order.scope)
            target = await _target(connection, whom)
            # Weighed here, with both held: what was known at the door may be some seconds old.
            who = [one for one in (decider.account, target.known.account) if one is not None]
            ranks = await hold_ranks(connection, who, organisers=order.kind is not SanctionKind.WARN)
            with requests.writing_down("sanction.refused", _subject(target.known), **_detail(order)):
                author, theirs = decider.author(ranks), _rank_of(target, ranks)
                if not above(ranks[decider.account], theirs):
                    raise Rejection(RejectionCode.FORBIDDEN, "this person is of your own rank or above")
                return await _given(connection, author, target, order)

        # What was ordered, not whom it was found to mean: that may be another visit by the time of a repeat.
        asked = ("sanction", whom.visit, whom.account, order.kind, order.scope.key)
        words = order.said or (order.minutes, order.reason, order.address)
        number, _ = await requests.once(self._database, decider.account, request_id, (asked, words), effect)
        return Given(number, await self._sharing(number) if order.address else 0)

    async def lift(self, decider: Decider, request_id: RequestId, number: int, reason: str) -> None:
        """Ends a sanction; ``Rejection`` NOT_FOUND when it is not in force."""

        async def effect(connection: Connection) -> int:
            author = await author_now(connection, decider)
            await _decide(
                connection,
                "UPDATE sanctions s SET lifted = now(), lifted_name = $2, lifted_reason = $3"
                f" WHERE s.id = $1 AND {LIVE} RETURNING true",
                number,
                author.name,
                reason,
            )
            await audit.note(connection, author.account, "sanction.lift", f"sanction:{number}")
            return number

        await requests.once(self._database, decider.account, request_id, ("lift", number, reason), effect)

    async def appeal(self, known: Known, request_id: RequestId, number: int, text: str) -> None:
        """Stores why a sanction should end; ``Rejection`` NOT_FOUND for another's, or one with an appeal already."""

        async def effect(connection: Connection) -> int:
            await _decide(
                connection,
                "UPDATE sanctions s SET appealed = now(), appeal = $2"
                f" WHERE s.id = $1 AND {LIVE} AND s.appealed IS NULL AND (s.account = $3 OR (s.account IS NULL"
                " AND (s.visit = nullif($4, '') OR s.devices && $5::bytea[]))) RETURNING true",
                number,
                text,
                known.account,
                known.visit,
                list(known.devices),
            )
            await audit.note(connection, known.account or known.visit, "sanction.appeal", f"sanction:{number}")
            return number

        asked = ("appeal", number, text)
        await requests.once(self._database, known.account or known.visit, request_id, asked, effect)

    async def uphold(self, decider: Decider, request_id: RequestId, number: int, reply: str = "") -> None:
        """Answers an appeal: the sanction stays; ``Rejection`` NOT_FOUND when none waits."""

        async def effect(connection: Connection) -> int:
            author = await author_now(connection, decider)
            await _decide(
                connection,
                "UPDATE sanctions s SET upheld = now(), upheld_name = $2, upheld_reason = $3"
                f" WHERE s.id = $1 AND {LIVE} AND s.appealed IS NOT NULL AND s.upheld IS NULL RETURNING true",
                number,
                author.name,
                reply,
            )
            await audit.note(connection, author.account, "sanction.uphold", f"sanction:{number}")
            return number

        await requests.once(self._database, decider.account, request_id, ("uphold", number, reply), effect)

    async def read(self, number: int) -> tuple[SanctionRecord, Scope]:
        """Reads one, and its scope; ``Rejection`` NOT_FOUND."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(f"SELECT {_COLUMNS} FROM sanctions s WHERE s.id = $1", number)
        if row is None:
            raise Rejection(RejectionCode.NOT_FOUND, f"no sanction {number}")
        kind, _, place = str(row["scope"]).partition(":")
        try:
            scope = await self.scope(kind, place)  # type: ignore[arg-type]
        except Rejection:  # the booth or live session is gone, the sanction is not
            scope = Scope(kind, id=place)  # type: ignore[arg-type]
        return _record(row), scope

    async def listed(
        self, scope: Scope, limit: int, *, in_force: bool | None = None, appeals: bool = False, before: int = 0
    ) -> tuple[SanctionRecord, ...]:
        """Reads the newest in a scope and those below it.

        Args:
            scope: Where.
            limit: How many at most.
            in_force: Whether only what is in force, or only what is past; None for both.
            appeals: Whether only those whose appeal waits.
            before: Only those given before the one with this number; 0 for the newest.
        """
        waits = f"{LIVE} AND s.appealed IS NOT NULL AND s.upheld IS NULL"
        which = waits if appeals else "true" if in_force is None else LIVE if in_force else f"NOT ({LIVE})"
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                f"SELECT {_COLUMNS} FROM sanctions s WHERE {BELOW.format(column='s.scope')} AND {which}"
                " AND ($3 = 0 OR s.id < $3) ORDER BY s.id DESC LIMIT $2",
                scope.key,
                limit,
                before,
            )
        return tuple(_record(row) for row in rows)

    async def of(self, known: Known) -> tuple[InForce, ...]:
        """Reads what somebody is under now, newest first; who only has the address reads no reason."""
        async with self._database.connection() as connection:
            found = await connection.fetchval(_OF, known.account, known.visit, list(known.devices), known.network)
        return sanctions_of(found)

    async def in_force(self) -> tuple[Binding, ...]:
        """Reads all that is in force."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                f"SELECT s.account, s.visit, s.devices, s.network, {SANCTION_JSON} AS sanction FROM sanctions s"
                f" WHERE {LIVE} ORDER BY s.id DESC LIMIT $1",
                KEPT_MOST + _AT_ONCE,
            )
        return tuple(
            Binding(
                Known(_account(row["account"]), VisitId(row["visit"]), tuple(row["devices"]), row["network"] or ""),
                msgspec.json.decode(row["sanction"], type=InForce),
            )
            for row in rows
        )

    async def lifted(self, lately: timedelta) -> tuple[Lifted, ...]:
        """Reads what was lifted so lately and would still be in force, newest first."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                "SELECT s.id, s.kind, s.scope, s.account, s.visit, s.devices, s.lifted_reason,"
                " s.appealed IS NOT NULL AND s.upheld IS NULL AS appealed FROM sanctions s"
                " WHERE s.lifted > now() - $1::interval AND s.until > now() ORDER BY s.lifted DESC LIMIT $2",
                lately,
                _AT_ONCE,
            )
        return tuple(
            Lifted(
                Known(_account(row["account"]), VisitId(row["visit"]), tuple(row["devices"])),
                row["id"],
                SanctionKind(row["kind"]),
                row["scope"],
                row["lifted_reason"],
                row["appealed"],
            )
            for row in rows
        )

    async def ranks(self, accounts: Collection[AccountId]) -> Mapping[AccountId, tuple[Role, tuple[Grant, ...]]]:
        """Reads roles and grants as they are now."""
        if not accounts:
            return {}
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                f"SELECT a.id, a.role, {GRANTS} FROM accounts a WHERE a.id = ANY($1::uuid[])", list(accounts)
            )
        return {AccountId(str(row["id"])): (Role(row["role"]), grants_of(row["grants"])) for row in rows}

    async def history(self, known: Known, limit: int) -> tuple[SanctionRecord, ...]:
        """Reads what somebody was ever under, newest first; never by the address alone."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                f"SELECT {_COLUMNS} FROM sanctions s WHERE s.account = $1 OR (s.account IS NULL AND $1::uuid IS NULL"
                " AND (s.visit = nullif($2, '') OR s.devices && $3::bytea[])) ORDER BY s.id DESC LIMIT $4",
                known.account,
                known.visit,
                list(known.devices),
                limit,
            )
        return tuple(_record(row) for row in rows)

    async def _sharing(self, number: int) -> int:
        async with self._database.connection() as connection:
            return int(
                await connection.fetchval(
                    "SELECT count(*) FROM visits v JOIN sanctions s ON s.network = v.network"
                    " WHERE s.id = $1 AND v.ended IS NULL AND v.id <> s.visit",
                    number,
                )
            )


async def _target(connection: Connection, whom: Whom) -> Target:
    """Reads whom a visit or account is; ``Rejection`` NOT_FOUND."""
    statement, wanted = (_BY_VISIT, whom.visit) if whom.visit is not None else (_BY_ACCOUNT, whom.account)
    try:
        row = await connection.fetchrow(statement, wanted)
    except asyncpg.DataError:  # what is written there is no account's id
        row = None
    if row is None:
        raise Rejection(RejectionCode.NOT_FOUND, "nobody of that name")
    known = Known(_account(row["account"]), VisitId(row["visit"]), tuple(row["devices"]), row["network"])
    return Target(known, row["name"], Role(row["role"]), Standing(grants_of(row["grants"])))


def _rank_of(target: Target, ranks: Mapping[AccountId, Rank]) -> Rank:
    """Returns what somebody is: an account as it is held, a guest as it came in; ``Rejection`` NOT_FOUND."""
    if target.known.account is None:
        return Rank(target.role, target.standing)
    rank = ranks.get(target.known.account)
    if rank is None:
        raise Rejection(RejectionCode.NOT_FOUND, "this account is gone")
    return rank


async def _check_open(connection: Connection, scope: Scope) -> None:
    """Refuses a live session that is over, in which nobody is bound any more; ``Rejection`` NOT_NOW."""
    if scope.kind == "live" and await held_phase(connection, LiveSessionId(scope.id)) in OVER:
        raise Rejection(RejectionCode.NOT_NOW, "this live session is over")


async def _given(connection: Connection, author: Author, target: Target, order: Order) -> int:
    if order.address and (target.known.account is not None or not target.known.network):
        raise Rejection(RejectionCode.BAD_FIELD, "only a guest's address is held, while they are here")
    if order.kind is SanctionKind.REMOVE and not await _is_here(connection, target.known.visit):
        raise Rejection(RejectionCode.NOT_FOUND, "who is not in the show is not sent out of it")
    if order.kind is not SanctionKind.WARN:
        await keep_an_organiser(connection, target.known.account)
    if await connection.fetchval(f"SELECT count(*) FROM sanctions s WHERE {LIVE}") >= KEPT_MOST:
        raise Rejection(RejectionCode.OVER_BUDGET, f"{KEPT_MOST} sanctions are in force: lift some first")
    number = int(await connection.fetchval(_GIVE, *_row(author, target, order)))
    if order.kind in _OUT and order.scope.kind == "show":
        await _end_visits(connection, target.known, order.kind)
    subject = _subject(target.known)
    await audit.note(connection, author.account, "sanction.give", subject, sanction=number, **_detail(order))
    return number


async def _is_here(connection: Connection, visit: VisitId) -> bool:
    """Tells whether a visit goes on; it does so until the sanction is stored."""
    goes_on = "SELECT true FROM visits WHERE id = $1 AND ended IS NULL FOR SHARE"
    return bool(await connection.fetchval(goes_on, visit))


def _row(author: Author, target: Target, order: Order) -> tuple[object, ...]:
    known = target.known
    return (
        order.kind.value,
        order.scope.key,
        known.account,
        known.visit,
        list(known.devices),
        known.network if order.address else None,
        target.name,
        order.reason,
        timedelta(minutes=order.minutes),
        author.account,
        author.name,
        author.role.value,
    )


async def _end_visits(connection: Connection, known: Known, kind: SanctionKind) -> None:
    """Ends visits, so that no resume token of theirs is worth anything.

    A removal ends the one that it names: others on the same device, in a school or a library, are other people. A ban
    ends whatever visits somebody has.
    """
    alone = kind is SanctionKind.REMOVE
    await connection.execute(
        "UPDATE visits SET ended = now(), resume_hash = NULL, network = '' WHERE ended IS NULL"
        " AND (id = nullif($1, '') OR (NOT $4 AND (account = $2"
        " OR ($2::uuid IS NULL AND account IS NULL AND devices && $3::bytea[]))))",
        known.visit,
        known.account,
        list(known.devices),
        alone,
    )


def _detail(order: Order) -> dict[str, object]:
    """Returns what the audit has of an order: not its reason."""
    return {"kind": order.kind, "scope": order.scope.key, "minutes": order.minutes, "address": order.address}


async def _decide(connection: Connection, statement: str, number: int, *values: object) -> None:
    if not await connection.fetchval(statement, number, *values):
        raise Rejection(RejectionCode.NOT_FOUND, f"sanction {number} is not open for this")


def _subject(known: Known) -> str:
    return f"account:{known.account}" if known.account else f"visit:{known.visit}"


def _account(value: object) -> AccountId | None:
    return AccountId(str(value)) if value else None


def _record(row: Any) -> SanctionRecord:
    return SanctionRecord(
        number=row["id"],
        kind=SanctionKind(row["kind"]),
        scope=row["scope"],
        account=_account(row["account"]),
        visit=VisitId(row["visit"]),
        name=row["name"],
        reason=row["reason"],
        made=row["made"],
        until=row["until"],
        by=row["made_name"],
        by_role=Role(row["made_role"]),
        address=row["address"],
        lifted=row["lifted"],
        lifted_by=row["lifted_name"],
        lifted_reason=row["lifted_reason"],
        appeal=row["appeal"],
        appealed=row["appealed"],
        upheld=row["upheld"],
        upheld_by=row["upheld_name"],
        upheld_reason=row["upheld_reason"],
        by_account=_account(row["made_by"]),
        language=row["language"],
    )
