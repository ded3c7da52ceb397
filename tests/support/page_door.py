"""The real page door on a free port of the loopback: real services, the real Postgres, the imported demonstration.

A conftest imports ``postgres`` from ``tests.support.postgres`` and ``page_door`` from here; one server runs for the
whole run. What a test changes there it changes for the tests after it: edit booths that no other test reads.
"""

import asyncio
import contextlib
import socket
import tempfile
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
import uvicorn

from halles.world.roles import Role
from halles_server import assembly, bootstrap
from halles_server.cluster.local import LocalBus
from halles_server.config import ServerConfig
from halles_server.secret import Secret
from halles_server.services.membership import OtherNodes
from halles_server.services.offered import Services
from halles_server.services.passwords import Passwords
from halles_server.storage import pool
from halles_server.storage.pool import Database
from halles_server.web import app as web
from tests.support.postgres import TestPostgres
from tests.support.preview import Drawer

LOGIN, PASSWORD, NAME = "organisatrice", "une longue phrase", "Organisatrice 1"

_R = TypeVar("_R")


@dataclass(frozen=True, slots=True)
class Opened:
    """What runs behind the door."""

    services: Services
    database: Database
    config: ServerConfig


class PageDoor:
    """A running page door, driven from a thread with a loop of its own."""

    def __init__(self, database_url: str) -> None:
        self.database_url = database_url
        self._socket = socket.create_server(("127.0.0.1", 0))
        # asyncio, unlike uvloop, leaves it off on such a socket: each answer waited 40 ms for the client's delayed ACK.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._ready: Future[Opened] = Future()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._thread.start()
        self.opened = self._ready.result(timeout=120)

    def do(self, work: Coroutine[Any, Any, _R]) -> _R:
        """Runs a coroutine beside the server, in its loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=60)

    def client(self, **headers: str) -> httpx.Client:
        """Returns a browser without a screen: it keeps cookies and follows nothing by itself."""
        return httpx.Client(base_url=self.url, headers={"accept-language": "fr", **headers}, timeout=20)

    def stop(self) -> None:
        """Stops it and waits."""
        self._server.should_exit = True
        self._thread.join(timeout=30)

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        passwords = Passwords()
        try:
            async with folder_of_its_own() as folder, pool.opened(self.database_url) as database:
                await bootstrap.demonstrate(database)
                scenes, _ = bootstrap.read_scenes()
                kept = ServerConfig(data=Path(folder), preview_command=Drawer(Path(folder)).command)
                services = assembly.offered(kept, database, OtherNodes(LocalBus()), passwords, scenes)
                await services.admission.create_account(LOGIN, NAME, Role.ORGANISER, PASSWORD, "fr")
                config = ServerConfig(
                    port=self._socket.getsockname()[1],
                    secret=Secret("for tests only"),
                    pages_per_s=10_000,  # one address asks for all of a run's pages
                    pages_burst=10_000,
                )
                self._server = uvicorn.Server(
                    uvicorn.Config(web.build(services, config), log_config=None, ws="none", timeout_graceful_shutdown=2)
                )
                self._ready.set_result(Opened(services, database, config))
                with contextlib.suppress(asyncio.CancelledError):
                    await self._server.serve([self._socket])
        except BaseException as problem:
            if self._ready.done():
                raise
            self._ready.set_exception(problem)
        finally:
            passwords.close()
            self._socket.close()


@contextlib.asynccontextmanager
async def folder_of_its_own() -> AsyncIterator[str]:
    """A folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="halles-door-") as folder:
        yield folder


@pytest.fixture(scope="session")
def page_door(postgres: TestPostgres) -> Iterator[PageDoor]:
    """The run's page door."""
    door = PageDoor(postgres.fresh(demo=True))
    yield door
    door.stop()
