"""Audit rows are final."""

import asyncio

import asyncpg
import pytest

from halles_server.storage import audit, pool, retention
from tests.support.audit import about


@pytest.mark.parametrize(
    "statement", ["UPDATE audit SET actor = 'x'", "DELETE FROM audit", "TRUNCATE audit", "DROP TABLE audit"]
)
@pytest.mark.parametrize("role", ["serving", "owner"])
def test_nobody_changes_or_removes_an_audit_row(database_url: str, statement: str, role: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            async with database.transaction() as connection:
                await audit.note(connection, "ana", "booth.edit", "booth:a", revision=2)
            if role == "serving":
                async with database.connection() as connection:
                    with pytest.raises(asyncpg.InsufficientPrivilegeError):
                        await connection.execute(statement)
            elif "DROP" not in statement:
                owner = await asyncpg.connect(database_url)
                with pytest.raises(asyncpg.InsufficientPrivilegeError, match="neither changed nor removed"):
                    await owner.execute(statement)
                await owner.close()
            assert [entry.actor for entry in await about(database, "booth:a")] == ["ana"]

    asyncio.run(play())


def test_rows_read_back_newest_first(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            async with database.transaction() as connection:
                for number in range(3):
                    await audit.note(connection, "ana", "act", "subject", number=number, words=["é"])
                await audit.note(connection, "ana", "act", "another")
            found = await about(database, "subject", limit=2)
            assert [entry.detail for entry in found] == [{"number": 2, "words": ["é"]}, {"number": 1, "words": ["é"]}]

    asyncio.run(play())


def test_after_twelve_months_the_clean_up_removes_them(database_url: str) -> None:
    async def play() -> None:
        owner = await asyncpg.connect(database_url)
        for months in (0, 11, 13, 40):
            await owner.execute(
                "INSERT INTO audit (actor, act, subject, at)"
                " VALUES ($1, 'act', 's', now() - make_interval(months => $2))",
                str(months),
                months,
            )
        await owner.close()
        async with pool.opened(database_url) as database:
            assert (await retention.forget(database))["audit"] == 2
            assert {entry.actor for entry in await about(database, "s")} == {"0", "11"}

    asyncio.run(play())


@pytest.mark.parametrize(("column", "value"), [("id", "7"), ("at", "now()")])
def test_who_serves_chooses_neither_a_row_s_number_nor_its_moment(database_url: str, column: str, value: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database, database.connection() as connection:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(
                    f"INSERT INTO audit ({column}, actor, act, subject) OVERRIDING SYSTEM VALUE"
                    f" VALUES ({value}, 'a', 'b', 'c')"
                )

    asyncio.run(play())
