"""The real embedded Postgres for tests: one for the whole run, a fresh migrated database for each test.

A test, or the conftest beside it, imports ``postgres`` and ``database_url`` from here; ``database_url`` is what
``storage.pool.opened`` takes. However many conftests import them, one Postgres runs (a session's fixtures would
otherwise start one each).
"""

import asyncio
import itertools
import os
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest

from halles_server import bootstrap
from halles_server.storage import embedded, pool, schema
from tests.support.quick_disk import in_memory

_TEMPLATE, _DEMO = "halles_template", "halles_demo"
_numbers = itertools.count(1)
_turn = threading.Lock()
_running: "TestPostgres | None" = None


class TestPostgres:
    """A running Postgres with a migrated template, kept alive by a thread with a loop of its own."""

    __test__ = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # Copying files beats writing them to the log first where nobody waits for a disk, and only there.
        self._strategy = "FILE_COPY" if in_memory(folder) else "WAL_LOG"
        self._demo_turn, self._has_demo = threading.Lock(), False
        self._started: Future[embedded.Embedded] = Future()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)
        self._thread.start()
        self.server = self._started.result(timeout=180)

    def url(self, database: str) -> str:
        """Returns how to connect to a database of it as the owner."""
        return self.server.url.replace("/halles?", f"/{database}?")

    def fresh(self, *, demo: bool = False) -> str:
        """Returns the URL of a new migrated database, which has the demonstration already if that is wanted."""
        name = f"test_{os.getpid()}_{next(_numbers)}"
        self._copy(self._demonstrated() if demo else _TEMPLATE, name)
        return self.url(name)

    def empty(self) -> str:
        """Returns the URL of a new database without a schema."""
        name = f"empty_{os.getpid()}_{next(_numbers)}"
        self._do(f"CREATE DATABASE {name}")
        return self.url(name)

    def drop(self, url: str) -> None:
        """Removes a database, whoever is still connected."""
        name = url.split("/")[3].partition("?")[0]
        self._do(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def stop(self) -> None:
        """Stops it and waits."""
        self._loop.call_soon_threadsafe(self._leave.set)
        self._thread.join(timeout=90)

    async def _run(self) -> None:
        self._loop, self._leave = asyncio.get_running_loop(), asyncio.Event()
        try:
            async with embedded.running(self._folder) as server:
                connection = await asyncpg.connect(server.url)
                await connection.execute(f"CREATE DATABASE {_TEMPLATE}")
                await connection.close()
                await schema.migrate(server.url.replace("/halles?", f"/{_TEMPLATE}?"))
                self._started.set_result(server)
                await self._leave.wait()
        except BaseException as problem:
            if not self._started.done():
                self._started.set_exception(problem)
            raise

    def _demonstrated(self) -> str:
        """Returns the template with the demonstration, which is brought into it when first wanted."""
        with self._demo_turn:
            if not self._has_demo:
                self._copy(_TEMPLATE, _DEMO)
                asyncio.run_coroutine_threadsafe(self._demonstrate(), self._loop).result(timeout=120)
                self._has_demo = True
        return _DEMO

    async def _demonstrate(self) -> None:
        async with pool.opened(self.url(_DEMO)) as database:
            await bootstrap.demonstrate(database)

    def _copy(self, template: str, name: str) -> None:
        self._do(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY {self._strategy}")

    def _do(self, statement: str) -> None:
        # In its own loop: a test may ask from within a running one.
        asyncio.run_coroutine_threadsafe(self._execute(statement), self._loop).result(timeout=60)

    async def _execute(self, statement: str) -> None:
        connection = await asyncpg.connect(self.server.url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


@contextmanager
def _shared(folder: Path) -> Iterator[TestPostgres]:
    global _running
    with _turn:
        mine = _running is None
        running = _running = _running or TestPostgres(folder)
    try:
        yield running
    finally:
        if mine:
            _running = None
            running.stop()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestPostgres]:
    """The run's Postgres."""
    with _shared(tmp_path_factory.mktemp("postgres", numbered=True)) as running:
        yield running


@pytest.fixture
def database_url(postgres: TestPostgres) -> Iterator[str]:
    """A fresh migrated database for one test."""
    url = postgres.fresh()
    yield url
    postgres.drop(url)


@pytest.fixture(scope="module")
def demo_url(postgres: TestPostgres) -> Iterator[str]:
    """A fresh database with the demonstration for one module."""
    url = postgres.fresh(demo=True)
    yield url
    postgres.drop(url)
