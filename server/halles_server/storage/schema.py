"""Brings a database to this version's schema: plain SQL files, forward only, run by pogo-core.

Adding one: ``migrations/NNNN_subject.sql`` that names its predecessor in ``-- depends:`` and leaves the part after
``-- migrate: rollback`` empty. A migration that has been released is never edited. New tables grant their rights to
``halles_serve`` themselves. See ``docs/adr/0002-migrations.md``.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import asyncpg
from pogo_core.error import BadMigrationError
from pogo_core.util import migrate as pogo

from halles.errors import ConfigError, Unavailable
from halles_server.storage import errors

FOLDER: Final = Path(__file__).parent / "migrations"

_LOCK: Final = 0x48414C4C  # "HALL"
_WAIT_S: Final = 120.0
"""How long one node waits for another that migrates."""

_QUIET: Final = logging.getLogger("halles.migrations")
_QUIET.setLevel(logging.ERROR)  # pogo announces each file as a warning; ``on_progress`` tells it better


def versions(folder: Path = FOLDER) -> tuple[str, ...]:
    """Returns the names of this version's migrations, oldest first."""
    return tuple(sorted(path.stem for path in folder.glob("*.sql")))


async def migrate(
    url: str, *, folder: Path = FOLDER, on_progress: Callable[[str], None] = lambda said: None
) -> tuple[str, ...]:
    """Applies what is missing and returns the names of what was applied; several nodes may call it at once.

    One of them works, under an advisory lock; the others wait and find nothing left to do. Each file is one
    transaction; a statement that waits over 5 s for somebody else's lock fails rather than blocking a running show.

    Raises:
        ConfigError: The database is newer than this version, or a migration failed.
        Rejection: STORAGE_FULL in the middle of one, which is as if it had not begun.
        Unavailable: The database does not answer.
    """
    with errors.translated(url):
        connection = await asyncpg.connect(url, timeout=10, server_settings={"application_name": "halles migrate"})
    try:
        with errors.translated():
            return await _migrate(connection, folder, on_progress)
    finally:
        with contextlib.suppress(Exception):
            await connection.close(timeout=5)


async def check(connection: Any, folder: Path = FOLDER) -> None:
    """Refuses a database whose schema is not exactly this version's.

    Raises:
        ConfigError: It is newer, or a migration has not been run.
    """
    if lacking := await _lacking(connection, folder):
        raise ConfigError(f"the database lacks {', '.join(lacking)}: run halles-server migrate")


async def missing(url: str, *, folder: Path = FOLDER) -> tuple[str, ...]:
    """Returns what ``migrate`` would apply, oldest first, and applies nothing.

    Raises:
        ConfigError: The database is newer than this version.
        Unavailable: The database does not answer.
    """
    with errors.translated(url):
        connection = await asyncpg.connect(url, timeout=10, server_settings={"application_name": "halles doctor"})
        try:
            return await _lacking(connection, folder)
        finally:
            await connection.close(timeout=5)


async def _migrate(connection: Any, folder: Path, on_progress: Callable[[str], None]) -> tuple[str, ...]:
    try:
        async with asyncio.timeout(_WAIT_S):
            await connection.execute("SELECT pg_advisory_lock($1)", _LOCK)
    except TimeoutError:
        raise Unavailable(f"another node has been migrating for over {_WAIT_S:.0f} s") from None
    lacking = await _lacking(connection, folder)
    if lacking:
        on_progress(f"bringing the database to {lacking[-1]}")
        await connection.execute("SET lock_timeout = '5s'")
        try:
            await pogo.apply(connection, folder, schema_name="public", logger=_QUIET)
        except BadMigrationError as problem:
            if isinstance(problem.__cause__, asyncpg.DiskFullError):
                raise problem.__cause__ from problem  # no fault of the migration: whoever knows the disk names it
            raise ConfigError(f"{problem}: {problem.__cause__}") from problem
    await connection.execute("SELECT pg_advisory_unlock($1)", _LOCK)
    return lacking


async def _lacking(connection: Any, folder: Path) -> tuple[str, ...]:
    applied = await _applied(connection)
    _refuse_newer(applied, folder)
    return tuple(name for name in versions(folder) if name not in applied)


async def _applied(connection: Any) -> frozenset[str]:
    if not await connection.fetchval("SELECT to_regclass('public._pogo_migration') IS NOT NULL"):
        return frozenset()
    rows = await connection.fetch("SELECT migration_id FROM public._pogo_migration")
    return frozenset(row["migration_id"] for row in rows)


def _refuse_newer(applied: frozenset[str], folder: Path) -> None:
    if newer := sorted(applied - set(versions(folder))):
        raise ConfigError(f"the database was migrated by a newer Halles ({newer[-1]}): install that version or newer")
