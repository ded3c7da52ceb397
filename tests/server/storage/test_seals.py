"""The seals of the audit name the first row, or seal, that is not as it was."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import pytest

from halles_server.storage import audit, pool, retention, seals
from halles_server.storage.pool import Database


async def note(database: Database, count: int) -> None:
    """Adds rows, one transaction."""
    async with database.transaction() as connection:
        for number in range(count):
            await audit.note(connection, "ana", "act", "subject", number=number, words=["é"])


async def sealed(database: Database, seals_wanted: int) -> seals.Seal | None:
    """Makes seals of three rows each; returns the last."""
    made = None
    for _ in range(seals_wanted):
        await note(database, 3)
        made = await seals.seal(database)
    return made


def as_owner(database_url: str, play: Callable[[Any, Database], Awaitable[None]]) -> None:
    """Plays with the owner's connection, for whom the triggers are off, and the serving pool."""

    async def run() -> None:
        owner = await asyncpg.connect(database_url)
        await owner.execute("ALTER TABLE audit DISABLE TRIGGER USER; ALTER TABLE audit_seals DISABLE TRIGGER USER")
        async with pool.opened(database_url) as database:
            await play(owner, database)
        await owner.close()

    asyncio.run(run())


def test_a_chain_that_nobody_touched_holds_and_says_what_it_covers(database_url: str) -> None:
    async def play(owner: Any, database: Database) -> None:
        assert await seals.seal(database) is None
        last = await sealed(database, 2)
        assert await seals.seal(database) is None
        await note(database, 1)
        verdict = await seals.verify(database, known=str(last))
        assert (verdict.fault, verdict.last, verdict.rows, verdict.unsealed) == ("", last, 6, 1)
        assert str(last) in str(verdict)

    as_owner(database_url, play)


@pytest.mark.parametrize(
    ("tampering", "fault"),
    [
        ("UPDATE audit SET actor = 'bob' WHERE id = 4", "audit row 4 is not what seal 2 covers"),
        ("UPDATE audit SET at = at + interval '1 microsecond' WHERE id = 5", "audit row 5 is not what seal 2 covers"),
        ("UPDATE audit SET detail = '{}' WHERE id = 2", "audit row 2 is not what seal 1 covers"),
        ("DELETE FROM audit WHERE id = 5", "audit row 5 is not there any more, which seal 2 covers"),
        (
            "DELETE FROM audit WHERE id = 5; INSERT INTO audit (id, actor, act, subject) OVERRIDING SYSTEM VALUE"
            " VALUES (5, 'a', 'b', 'c')",
            "audit row 5 is not what seal 2 covers",
        ),
        (
            "INSERT INTO audit (id, actor, act, subject) OVERRIDING SYSTEM VALUE VALUES (0, 'a', 'b', 'c'),"
            " (-3, 'a', 'b', 'c')",
            "audit row -3 was put in after seal 1",
        ),
        ("DELETE FROM audit_seals WHERE number = 2", "seal 2 is not there"),
        ("DELETE FROM audit_seals WHERE number = 1", "seal 1 is not there"),
        ("DELETE FROM audit_seals WHERE number = 3", "seal 3 was noted, and is not there"),
        (
            "UPDATE audit_seals SET ats[1] = ats[1] - interval '2 years' WHERE number = 2;"
            " DELETE FROM audit WHERE id = 4",
            "seal 2 does not follow from the one before and what it holds",
        ),
    ],
)
def test_what_was_tampered_with_is_named(database_url: str, tampering: str, fault: str) -> None:
    async def play(owner: Any, database: Database) -> None:
        last = await sealed(database, 3)
        await owner.execute(tampering)
        assert (await seals.verify(database, known=str(last))).fault == fault

    as_owner(database_url, play)


def test_a_chain_made_anew_is_not_the_one_that_was_noted(database_url: str) -> None:
    async def play(owner: Any, database: Database) -> None:
        last = await sealed(database, 1)
        await owner.execute("UPDATE audit SET actor = 'bob' WHERE id = 2; DELETE FROM audit_seals")
        await seals.seal(database)
        assert (await seals.verify(database)).fault == ""
        assert (await seals.verify(database, known=str(last))).fault == "seal 1 is not the one that was noted"

    as_owner(database_url, play)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_seals SET upto = 1",
        "DELETE FROM audit_seals",
        "TRUNCATE audit_seals",
        "ALTER TABLE audit_seals DISABLE TRIGGER USER",
    ],
)
def test_nobody_who_serves_changes_or_removes_a_seal(database_url: str, statement: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            await sealed(database, 1)
            async with database.connection() as connection:
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.execute(statement)

    asyncio.run(play())


def test_nodes_that_seal_at_once_make_one_chain_in_portions(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def play(owner: Any, database: Database) -> None:
        await note(database, 7)
        made = await asyncio.gather(*(seals.seal(database) for _ in range(4)))
        assert [one.number for one in made if one is not None] == [4]
        verdict = await seals.verify(database)
        assert (verdict.fault, verdict.rows) == ("", 7)

    monkeypatch.setattr(seals, "SEALED_AT_ONCE", 2)
    as_owner(database_url, play)


def test_a_row_whose_transaction_commits_late_is_waited_for(database_url: str) -> None:
    async def play(owner: Any, database: Database) -> None:
        late = owner.transaction()
        await late.start()
        await audit.note(owner, "late", "act", "subject")
        await note(database, 1)
        sealing = asyncio.create_task(seals.seal(database))
        done, _ = await asyncio.wait([sealing], timeout=0.2)
        assert not done, "sealed past a smaller number that may still come"
        await late.commit()
        made = await sealing
        verdict = await seals.verify(database)
        assert made is not None
        assert (verdict.fault, verdict.rows) == ("", 2)

    as_owner(database_url, play)


def test_rows_forgotten_after_twelve_months_leave_a_chain_that_holds(database_url: str) -> None:
    async def play(owner: Any, database: Database) -> None:
        for months in (14, 13, 1):
            await owner.execute(
                "INSERT INTO audit (actor, act, subject, at) SELECT 'a', 'b', 'c', now() - make_interval(months => $1)"
                " FROM generate_series(1, 2)",
                months,
            )
        await seals.seal(database)
        assert (await retention.forget(database))["audit"] == 4
        verdict = await seals.verify(database)
        assert (verdict.fault, verdict.rows, verdict.forgotten) == ("", 2, 4)
        assert "4 older ones are forgotten" in str(verdict)
        await owner.execute("DELETE FROM audit WHERE id = 6")
        assert (await seals.verify(database)).fault == "audit row 6 is not there any more, which seal 1 covers"

    as_owner(database_url, play)
