"""The pool: deadlines against a database that is frozen, gone or full, and healing afterwards."""

import asyncio
import time
from pathlib import Path

import asyncpg
import pytest

from halles.errors import ConfigError, Unavailable
from halles_server.storage import embedded, pool, schema
from tests.support.drills import frozen, kill_all
from tests.support.postgres import TestPostgres

PATIENCE_S = 60.0
"""How long recovery may take on a machine that does other work as well."""


async def _healed(database: pool.Database, within_s: float) -> float:
    began = time.monotonic()
    while True:
        try:
            await database.ping()
            return time.monotonic() - began
        except Unavailable:
            assert time.monotonic() - began < within_s
            await asyncio.sleep(0.05)


def test_the_server_works_as_the_serving_role(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database, database.connection() as connection:
            assert await connection.fetchval("SELECT current_user") == pool.SERVE
            await connection.execute("RESET ROLE")
            assert await connection.fetchval("SELECT current_user") == pool.SERVE
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute("DROP TABLE booths")

    asyncio.run(play())


def test_an_exception_undoes_a_transaction(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            insert = "INSERT INTO audit (actor, act, subject) VALUES ('a', 'b', 'c')"
            with pytest.raises(asyncpg.DivisionByZeroError):
                async with database.transaction() as connection:
                    await connection.execute(f"{insert}; SELECT 1 / 0")
            async with database.transaction() as connection:
                await connection.execute(insert)
            async with database.connection() as connection:
                assert await connection.fetchval("SELECT count(*) FROM audit") == 1

    asyncio.run(play())


def test_a_frozen_database_is_unavailable_within_three_seconds_and_heals(tmp_path: Path) -> None:
    async def change(database: pool.Database) -> None:
        async with database.transaction() as connection:
            await connection.execute("SELECT 1")

    async def ask(database: pool.Database, in_transaction: bool) -> float:
        began = time.monotonic()
        with pytest.raises(Unavailable):
            await (change(database) if in_transaction else database.ping())
        return time.monotonic() - began

    async def play() -> None:
        async with embedded.running(tmp_path / "data") as server:
            await schema.migrate(server.url)
            async with pool.opened(server.url, pool.PoolLimits(connections=4)) as database:
                await asyncio.gather(*(database.ping() for _ in range(4)))
                with frozen(server.cluster):
                    # More callers than connections: some wait for one, some on one, some connect anew.
                    took = await asyncio.gather(*(ask(database, number % 2 == 0) for number in range(12)))
                    took.append(await ask(database, True))
                    assert max(took) < 3.0
                assert await _healed(database, 3.0) < 3.0
                assert await asyncio.gather(*(database.ping() for _ in range(12))) == [None] * 12
                assert database.open_connections() <= 4

    asyncio.run(play())


def test_the_loop_keeps_its_beat_while_the_database_is_frozen(tmp_path: Path) -> None:
    async def play() -> None:
        async with embedded.running(tmp_path / "data") as server:
            await schema.migrate(server.url)
            async with pool.opened(server.url, pool.PoolLimits(deadline_s=1.0)) as database:
                with frozen(server.cluster):
                    asking = asyncio.gather(*(database.ping() for _ in range(50)), return_exceptions=True)
                    late = 0.0
                    while not asking.done():
                        before = time.monotonic()
                        await asyncio.sleep(0.05)
                        late = max(late, time.monotonic() - before - 0.05)
                    assert all(isinstance(answer, Unavailable) for answer in await asking)
                    assert late < 0.5

    asyncio.run(play())


def test_a_killed_database_is_unavailable_and_comes_back_by_itself(tmp_path: Path) -> None:
    said: list[str] = []

    async def play() -> None:
        async with embedded.running(tmp_path / "data", on_progress=said.append) as server:
            await schema.migrate(server.url)
            async with pool.opened(server.url) as database:
                for _ in range(3):
                    before = server.postmaster()
                    kill_all(server.cluster)
                    with pytest.raises(Unavailable):
                        await database.ping()
                    await _healed(database, PATIENCE_S)
                    assert server.postmaster() != before

    asyncio.run(play())
    assert said.count("Postgres has died, starting it again") == 3


def test_a_cancelled_caller_leaves_no_connection_behind(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url, pool.PoolLimits(connections=2)) as database:
            for _ in range(5):
                asking = [asyncio.create_task(_sleeping(database)) for _ in range(2)]
                await asyncio.sleep(0.05)
                for task in asking:
                    task.cancel()
                assert [type(end) for end in await asyncio.gather(*asking, return_exceptions=True)] == [
                    asyncio.CancelledError
                ] * 2
            await asyncio.gather(*(database.ping() for _ in range(4)))

    asyncio.run(play())


async def _sleeping(database: pool.Database) -> None:
    async with database.transaction() as connection:
        await connection.execute("SELECT pg_sleep(2)")


def test_a_statement_past_its_deadline_is_unavailable(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url, pool.PoolLimits(deadline_s=0.3)) as database:
            began = time.monotonic()
            with pytest.raises(Unavailable):
                await _sleeping(database)
            assert time.monotonic() - began < 1.0
            await database.ping()

    asyncio.run(play())


def test_an_unmigrated_database_is_refused_with_a_sentence(postgres: TestPostgres) -> None:
    async def play() -> None:
        with pytest.raises(ConfigError, match="run halles-server migrate"):
            async with pool.opened(postgres.empty()):
                raise AssertionError("opened")

    asyncio.run(play())


@pytest.mark.parametrize("setting", ["synchronous_commit"])
def test_a_database_that_forgets_is_refused(postgres: TestPostgres, setting: str) -> None:
    async def play() -> None:
        url = postgres.fresh()
        connection = await asyncpg.connect(url)
        name = await connection.fetchval("SELECT current_database()")
        await connection.execute(f"ALTER DATABASE {name} SET {setting} = off")
        await connection.close()
        with pytest.raises(ConfigError, match=f"{setting} must be on"):
            async with pool.opened(url):
                raise AssertionError("opened")

    asyncio.run(play())


def test_no_database_at_the_address_is_unavailable(tmp_path: Path) -> None:
    async def play() -> None:
        with pytest.raises(Unavailable):
            async with pool.opened(f"postgresql://nobody@/halles?host={tmp_path}"):
                raise AssertionError("opened")

    asyncio.run(play())
