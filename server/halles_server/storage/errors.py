"""The boundary: what asyncpg and Postgres raise becomes an error of ours, and nothing else passes.

Faults of ours (a wrong statement, a broken constraint) stay what they are: they must be seen, not retried.
"""

import contextlib
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

import asyncpg

from halles.errors import Rejection, RejectionCode, Unavailable

_GONE: Final = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.QueryCanceledError,
    asyncpg.LockNotAvailableError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.InternalClientError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
)
"""The database is away, starting, stopping, full of connections or too slow: trying later may help."""

_UNSTORABLE: Final = (asyncpg.CharacterNotInRepertoireError, asyncpg.UntranslatableCharacterError)
"""A text with U+0000, which Postgres does not hold."""

_PORT: Final = 5432

_CLOSED: Final = ("connection is closed", "connection was closed", "pool is clos", "connection has been released")


@contextlib.contextmanager
def translated(url: str = "") -> Iterator[None]:
    """Turns a driver's exception into ``Unavailable`` or ``Rejection`` STORAGE_FULL, INVALID_TEXT.

    Args:
        url: Where one connects: its host and port are named when nobody answers there.
    """
    try:
        yield
    except asyncpg.DiskFullError as problem:
        raise Rejection(RejectionCode.STORAGE_FULL, "the database's disk is full") from problem
    except asyncpg.OutOfMemoryError as problem:
        raise Rejection(RejectionCode.STORAGE_FULL, "the database has no memory left") from problem
    except _UNSTORABLE as problem:
        raise Rejection(RejectionCode.INVALID_TEXT, "a text holds a character that is not allowed") from problem
    except _GONE as problem:
        raise Unavailable(f"the database{_at(url)} does not answer ({type(problem).__name__})") from problem
    except asyncpg.InterfaceError as problem:
        # The driver's word for both a lost connection and a mistake of ours.
        if any(sign in str(problem) for sign in _CLOSED):
            raise Unavailable("the database went away") from problem
        raise


def _at(url: str) -> str:
    """Returns host and port as words, nothing of a database of our own, and never user or password."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return ""
    return f" at {host}, port {port or _PORT}," if host else ""
