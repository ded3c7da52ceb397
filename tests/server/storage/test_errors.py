"""What a driver raises becomes ours; our own mistakes stay visible."""

import asyncpg
import pytest

from halles.errors import Rejection, Unavailable
from halles_server.storage import errors


@pytest.mark.parametrize(
    "problem",
    [
        ConnectionRefusedError(),
        TimeoutError(),
        asyncpg.CannotConnectNowError("starting"),
        asyncpg.AdminShutdownError("bye"),
        asyncpg.QueryCanceledError("statement timeout"),
        asyncpg.TooManyConnectionsError("60"),
        asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation"),
        asyncpg.InterfaceError("connection is closed"),
        asyncpg.InterfaceError("pool is closing"),
    ],
)
def test_an_absent_database_is_unavailable(problem: Exception) -> None:
    with pytest.raises(Unavailable), errors.translated():
        raise problem


@pytest.mark.parametrize(
    ("url", "where"),
    [
        ("postgresql://halles:canary@db.example:6000/halles", " at db.example, port 6000,"),
        ("postgresql://halles:canary@[::1]/halles", " at ::1, port 5432,"),
        ("postgresql://halles@/halles?host=/run/canary", ""),
        ("postgresql://halles:can/ary@db.example/halles", ""),
        ("", ""),
    ],
)
def test_an_absent_database_is_named_by_host_and_port_and_nothing_else(url: str, where: str) -> None:
    with pytest.raises(Unavailable) as caught, errors.translated(url):
        raise ConnectionRefusedError
    assert str(caught.value) == f"the database{where} does not answer (ConnectionRefusedError)"


def test_a_full_disk_is_a_rejection() -> None:
    with pytest.raises(Rejection) as refused, errors.translated():
        raise asyncpg.DiskFullError("no space")
    assert refused.value.code == "STORAGE_FULL"


def test_a_text_that_postgres_does_not_hold_is_a_rejection() -> None:
    with pytest.raises(Rejection) as refused, errors.translated():
        raise asyncpg.CharacterNotInRepertoireError('invalid byte sequence for encoding "UTF8": 0x00')
    assert refused.value.code == "INVALID_TEXT"


@pytest.mark.parametrize(
    "problem",
    [
        asyncpg.UndefinedTableError("no table"),
        asyncpg.UniqueViolationError("twice"),
        asyncpg.InterfaceError("cannot perform operation: another operation is in progress"),
        KeyError("ours"),
    ],
)
def test_a_mistake_of_ours_stays_what_it_is(problem: Exception) -> None:
    with pytest.raises(type(problem)), errors.translated():
        raise problem
