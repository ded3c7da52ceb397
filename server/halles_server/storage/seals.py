"""The seals of the audit: each minute what was added is sealed, so that whoever changes a row later cannot hide it.

A seal holds the number, the moment and the SHA-256 of each row after those of the seal before, and one hash over all
of this and that seal's hash. Changing, removing or putting in a row contradicts its seal; doing the same with a seal
contradicts the next. Whoever owns the database could still make a whole chain anew: therefore each seal is also in the
server's log, and ``verify`` takes one that somebody noted elsewhere.

A row's number is drawn before its transaction commits, so a smaller one may appear after a greater. ``INSERT`` locks
the table (ROW EXCLUSIVE) before it draws a number, until its transaction ends: once everybody who held that lock when
the greatest number was read has let go, no smaller one can come, and nobody had to wait for the sealing.
"""

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from halles_server.storage.pool import Connection, Database

SEALED_AT_ONCE: Final = 2000
"""Rows in one seal at most; a sealing that catches up makes several."""

_LOCK: Final = 0x5345414C  # "SEAL"
_PATIENCE_S: Final = 5.0
_LOOK_S: Final = 0.05
_DEADLINE_S: Final = 30.0
_VERIFY_S: Final = 600
_SEALS_READ: Final = 100

_ROWS: Final = (
    "SELECT id, at, actor, act, subject, detail::text AS detail FROM audit WHERE id > $1 AND id <= $2"
    " ORDER BY id LIMIT $3"
)
_SEALS: Final = (
    "SELECT number, upto, at, ids, ats, digests, hash FROM audit_seals WHERE number > $1 ORDER BY number LIMIT $2"
)
_WRITERS: Final = (
    "SELECT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND relation = 'audit'::regclass::oid"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND mode = 'RowExclusiveLock' AND granted AND pid IS DISTINCT FROM pg_backend_pid()"
)
_FORGOTTEN: Final = f"SELECT now() - interval '12 months' + interval '{_VERIFY_S} s'"
"""What is older may be gone (``audit_forget``), perhaps while the look goes on."""


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal by its number, the last row that it covers, and its hash."""

    number: int
    upto: int
    hash: bytes

    def __str__(self) -> str:
        return f"{self.number}:{self.hash.hex()}"


_BEGINNING: Final = Seal(0, -(2**63), bytes(32))
"""What the first seal follows; no row's number is smaller."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look at the whole audit came to.

    Attributes:
        fault: The first thing that is not as it was sealed, in words; "" when the chain holds.
        last: The newest seal that holds; None for none.
        rows: Rows that are as they were sealed.
        forgotten: Rows that are older than a year and gone, as they should be.
        unsealed: Rows since the newest seal.
    """

    fault: str
    last: Seal | None
    rows: int
    forgotten: int
    unsealed: int

    def __str__(self) -> str:
        if self.fault:
            return self.fault
        said = f"{self.rows} rows are as they were sealed, {self.unsealed} are not sealed yet"
        if self.forgotten:
            said += f"; {self.forgotten} older ones are forgotten after twelve months"
        return f"{said}; the last seal is {self.last}" if self.last is not None else said


async def seal(database: Database) -> Seal | None:
    """Seals what was added since the last seal; returns the newest seal if it made one.

    One node does so at a time; where another does, or a writer does not end in time, nothing is done now.

    Raises:
        Unavailable: The database does not answer.
    """
    async with database.transaction(deadline_s=_DEADLINE_S) as connection:
        if not await connection.fetchval("SELECT pg_try_advisory_xact_lock($1)", _LOCK):
            return None
        last = await _last(connection)
        upto = int(await connection.fetchval("SELECT coalesce(max(id), $1) FROM audit", last.upto))
        if upto <= last.upto or not await _written_up_to_now(connection):
            return None
        newest = last
        while rows := await connection.fetch(_ROWS, newest.upto, upto, SEALED_AT_ONCE):
            newest = await _sealed(connection, newest, rows)
        return newest


async def verify(database: Database, known: str = "") -> Verdict:
    """Compares every row with its seal and every seal with the one before; stops at the first that differs.

    Args:
        database: Where.
        known: A seal as ``number:hash``, noted earlier outside of the database, that must still be in the chain.

    Raises:
        Unavailable: The database does not answer.
    """
    async with database.transaction(deadline_s=_VERIFY_S) as connection:
        await connection.execute(f"SET LOCAL statement_timeout = '{_VERIFY_S} s'")
        look = _Look(connection, await connection.fetchval(_FORGOTTEN), known)
        fault = await look.through()
        unsealed = await connection.fetchval("SELECT count(*) FROM audit WHERE id > $1", look.last.upto)
    last = look.last if look.last.number else None
    return Verdict(fault, last, look.rows, look.forgotten, int(unsealed))


class _Look:
    """One look through the chain, seal by seal."""

    def __init__(self, connection: Connection, forgotten_before: datetime, known: str) -> None:
        self._connection, self._before, self._known = connection, forgotten_before, known.strip()
        self.last = _BEGINNING
        self.rows = self.forgotten = 0

    async def through(self) -> str:
        """Returns the first fault, "" for none."""
        while seals := await self._connection.fetch(
            _SEALS,
            self.last.number,
            _SEALS_READ,
        ):
            for row in seals:
                if fault := self._of_seal(row) or await self._of_rows(row):
                    return fault
                self.last = Seal(row["number"], row["upto"], bytes(row["hash"]))
                if self._known.partition(":")[0] == str(self.last.number) and self._known != str(self.last):
                    return f"seal {self.last.number} is not the one that was noted"
        if self._known and int(self._known.partition(":")[0]) > self.last.number:
            return f"seal {self._known.partition(':')[0]} was noted, and is not there"
        return ""

    def _of_seal(self, row: Any) -> str:
        if row["number"] != self.last.number + 1:
            return f"seal {self.last.number + 1} is not there"
        if row["hash"] != _hash(self.last, row["at"], row["upto"], row["ids"], row["ats"], row["digests"]):
            return f"seal {row['number']} does not follow from the one before and what it holds"
        return ""

    async def _of_rows(self, seal: Any) -> str:
        sealed = {
            number: (at, digest) for number, at, digest in zip(seal["ids"], seal["ats"], seal["digests"], strict=True)
        }
        by = f"seal {seal['number']}"
        for row in await self._connection.fetch(_ROWS, self.last.upto, seal["upto"], None):
            _, digest = sealed.pop(row["id"], (None, b""))
            if not digest:
                return f"audit row {row['id']} was put in after {by}"
            if digest != _digest(row):
                return f"audit row {row['id']} is not what {by} covers"
            self.rows += 1
        for number, (at, _) in sealed.items():
            if at >= self._before:
                return f"audit row {number} is not there any more, which {by} covers"
            self.forgotten += 1
        return ""


async def _last(connection: Connection) -> Seal:
    row = await connection.fetchrow("SELECT number, upto, hash FROM audit_seals ORDER BY number DESC LIMIT 1")
    return Seal(row["number"], row["upto"], bytes(row["hash"])) if row is not None else _BEGINNING


async def _written_up_to_now(connection: Connection) -> bool:
    """Waits until whoever is writing to the audit now has ended; tells whether they did in time."""
    until = asyncio.get_running_loop().time() + _PATIENCE_S
    writers = {row[0] for row in await connection.fetch(_WRITERS)}
    while writers:
        if asyncio.get_running_loop().time() > until:
            return False
        await asyncio.sleep(_LOOK_S)
        writers &= {row[0] for row in await connection.fetch(_WRITERS)}
    return True


async def _sealed(connection: Connection, last: Seal, rows: list[Any]) -> Seal:
    at = await connection.fetchval("SELECT clock_timestamp()")
    ids, ats, digests = [row["id"] for row in rows], [row["at"] for row in rows], [_digest(row) for row in rows]
    made = Seal(last.number + 1, ids[-1], _hash(last, at, ids[-1], ids, ats, digests))
    await connection.execute(
        "INSERT INTO audit_seals (number, upto, at, ids, ats, digests, hash) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        made.number,
        made.upto,
        at,
        ids,
        ats,
        digests,
        made.hash,
    )
    return made


def _digest(row: Any) -> bytes:
    """Returns a row's SHA-256. Postgres writes ``jsonb`` in one way only, whatever the order it was written in."""
    said = (row["id"], _microseconds(row["at"]), row["actor"], row["act"], row["subject"], row["detail"])
    return hashlib.sha256(msgspec.json.encode(said)).digest()


def _hash(last: Seal, at: datetime, upto: int, ids: list[int], ats: list[datetime], digests: list[bytes]) -> bytes:
    head = (last.number + 1, upto, _microseconds(at), ids, [_microseconds(one) for one in ats])
    return hashlib.sha256(last.hash + msgspec.json.encode(head) + b"".join(digests)).digest()


def _microseconds(at: datetime) -> int:
    """Returns a moment as a whole number, as exact as Postgres keeps it."""
    return (at - _EPOCH) // timedelta(microseconds=1)


_EPOCH: Final = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
