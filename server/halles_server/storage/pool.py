"""The way to the database: a bounded pool, deadlines on everything, and no wait that outlives them.

The server works as the role ``halles_serve``, which may do less than the owner that migrates (``migrations/``).
Every block has one deadline that covers waiting for a connection, the work and the commit. When it passes, or the
caller is cancelled, the connection is cut rather than given back: a database that is frozen answers no farewell. What
was committed then is unknown; a retry with the same request id finds out (``requests.py``).
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import asyncpg

from halles.errors import ConfigError, Rejection, RejectionCode
from halles_server.storage import errors, room, schema

SERVE: Final = "halles_serve"

Connection = Any
"""An asyncpg connection; the driver ships no types."""

_CUT: Final = (asyncio.CancelledError, TimeoutError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""After these nothing more is said on a connection: an answer may never come."""


@dataclass(frozen=True, slots=True)
class PoolLimits:
    """How much of the database one node takes.

    Attributes:
        connections: The most at once.
        deadline_s: For one block, from asking for a connection to its commit; trust.md allows 3 s.
    """

    connections: int = 10
    deadline_s: float = 2.5


class Database:
    """The serving pool; open it with ``opened``."""

    def __init__(self, pool: Any, limits: PoolLimits, folder: Path | None, waited: Callable[[float], None]) -> None:
        self._pool = pool
        self._limits = limits
        self._folder = folder
        self._waited = waited

    @contextlib.asynccontextmanager
    async def connection(self, deadline_s: float | None = None) -> AsyncIterator[Connection]:
        """Lends a connection; each statement commits by itself.

        Args:
            deadline_s: Instead of the pool's own.

        Raises:
            Unavailable: No answer within the deadline.
        """
        with errors.translated():
            async with asyncio.timeout(deadline_s or self._limits.deadline_s):
                began = time.monotonic()
                try:
                    connection = await self._pool.acquire(timeout=self._limits.deadline_s)
                finally:
                    self._waited(time.monotonic() - began)
                try:
                    yield connection
                except _CUT:
                    connection.terminate()
                    raise
                finally:
                    await self._pool.release(connection, timeout=self._limits.deadline_s)

    @contextlib.asynccontextmanager
    async def transaction(self, deadline_s: float | None = None) -> AsyncIterator[Connection]:
        """Lends a connection in a transaction: leaving commits, an exception undoes everything.

        Args:
            deadline_s: Instead of the pool's own.

        Raises:
            Unavailable: No answer within the deadline; whether it was committed is not known.
            Rejection: STORAGE_FULL.
        """
        async with self.connection(deadline_s) as connection, transacting(connection):
            yield connection

    @contextlib.asynccontextmanager
    async def adding(self, deadline_s: float | None = None) -> AsyncIterator[Connection]:
        """Lends a connection in a transaction that stores what somebody writes: the first to be refused on a full disk.

        Coming in and walking about store little and go on.

        Args:
            deadline_s: Instead of the pool's own.

        Raises:
            Unavailable: As for ``transaction``.
            Rejection: STORAGE_FULL, while there still is room for all the others.
        """
        if not self.has_room():
            raise no_room()
        async with self.transaction(deadline_s) as connection:
            yield connection

    def has_room(self) -> bool:
        """Tells whether what somebody writes may be stored; True where the disk is not ours to watch."""
        return self._folder is None or not room.nearly_full(self._folder)

    async def ping(self) -> None:
        """Asks for an answer, for readiness; ``Unavailable``."""
        async with self.connection() as connection:
            await connection.fetchval("SELECT 1")

    def open_connections(self) -> int:
        """Returns how many connections are open."""
        return int(self._pool.get_size())


def no_room() -> Rejection:
    """Returns the answer to whoever wants to store something on a nearly full disk."""
    return Rejection(RejectionCode.STORAGE_FULL, "the server's disk is nearly full")


@contextlib.asynccontextmanager
async def transacting(connection: Connection) -> AsyncIterator[None]:
    """Runs a block in a transaction, or in a savepoint of the one it is in.

    The driver's own would ask even a frozen database to roll back and wait for it; cutting the connection does as well.
    """
    block = connection.transaction()
    await block.start()
    try:
        yield
    except _CUT:
        raise
    except BaseException:
        if not connection.is_closed():
            await block.rollback()
        raise
    await block.commit()


@contextlib.asynccontextmanager
async def opened(
    url: str,
    limits: PoolLimits = PoolLimits(),
    *,
    folder: Path | None = None,
    waited: Callable[[float], None] = lambda seconds: None,
) -> AsyncIterator[Database]:
    """Opens the pool on a migrated database and closes it at the end, within a moment even if the database is gone.

    Args:
        url: ``postgresql://…``, the same that was migrated.
        limits: Connections and deadline.
        folder: Where the database lies if its disk is ours to watch: what people write is refused before it is full.
        waited: Told how many seconds each caller waited for a connection, in vain or not.

    Raises:
        ConfigError: The schema is not this version's, or the database does not keep what it acknowledges.
        Unavailable: It does not answer.
    """
    settings = await _inspected(url, limits)
    with errors.translated(url):
        pool = await asyncpg.create_pool(
            url,
            min_size=0,
            reset=_nothing_to_reset,
            max_size=limits.connections,
            timeout=limits.deadline_s,
            max_inactive_connection_lifetime=60,
            server_settings=settings,
        )
    try:
        yield Database(pool, limits, folder, waited)
    finally:
        try:
            async with asyncio.timeout(limits.deadline_s):
                await pool.close()
        except (TimeoutError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            pool.terminate()


async def _inspected(url: str, limits: PoolLimits) -> dict[str, str]:
    """Checks durability and schema; returns what each connection sets for itself."""
    settings = {
        "application_name": "halles",
        "timezone": "UTC",
        "statement_timeout": f"{limits.deadline_s:.3f}s",
        "lock_timeout": f"{limits.deadline_s:.3f}s",
        "idle_in_transaction_session_timeout": "10s",
        "pg_trgm.word_similarity_threshold": "0.4",
        # A plan for any arguments is made of a guess, and on a young table a bad one: it looked at every visit anew for
        # each place that is kept.
        "plan_cache_mode": "force_custom_plan",
    }
    with errors.translated(url):
        connection = await asyncpg.connect(url, timeout=10)
        try:
            await _durable(connection)
            await schema.check(connection)
            if await connection.fetchval(
                "SELECT pg_has_role(current_user, oid, 'MEMBER') FROM pg_roles WHERE rolname = $1", SERVE
            ):
                settings["role"] = SERVE
        finally:
            await connection.close(timeout=5)
    return settings


async def _nothing_to_reset(connection: Connection) -> None:
    """Nothing in storage changes a connection's own state, so giving one back costs no round trip."""


async def _durable(connection: Connection) -> None:
    off = [
        name
        for name in ("fsync", "synchronous_commit", "full_page_writes")
        if await connection.fetchval("SELECT current_setting($1)", name) == "off"
    ]
    if off:
        raise ConfigError(f"the database would lose what it has acknowledged: {', '.join(off)} must be on")
