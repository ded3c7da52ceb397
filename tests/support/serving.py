"""A real server for tests: in this process, in a thread with a loop of its own, on free loopback ports.

``real_server`` gives it an embedded Postgres of its own unless it is told a database; ``settings`` are fields of
``ServerConfig``. Every test gets its own server: nothing is shared but, if wanted, the Postgres behind it.
"""

import asyncio
import logging
import tempfile
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.request import urlopen

import structlog
import uvloop

from halles_server import bootstrap
from halles_server.config import ServerConfig
from halles_server.secret import Secret

R = TypeVar("R")


class RunningServer:
    """A server that runs in a thread.

    Attributes:
        url: Of the pages.
        world: Of the websocket.
        port: The one port.
        data: Its data folder.
    """

    def __init__(self, server: bootstrap.Server, loop: asyncio.AbstractEventLoop) -> None:
        self.server = server
        self.port = server.config.port
        self.url = f"http://127.0.0.1:{self.port}"
        self.world = f"ws://127.0.0.1:{self.port}/world"
        self.private = f"http://127.0.0.1:{server.config.metrics_port}"
        self.data = server.config.data
        self._loop = loop

    def do(self, act: Callable[[bootstrap.Server], Awaitable[R]]) -> R:
        """Runs something within the server's loop and returns its result."""

        async def run() -> R:
            return await act(self.server)

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(timeout=30)

    def metric(self, name: str, **labels: str) -> float:
        """Returns a counter's or gauge's value as ``/metrics`` shows it; 0 when it was never counted."""
        wanted = name + ("{" + ",".join(f'{key}="{value}"' for key, value in labels.items()) + "}" if labels else "")
        with urlopen(f"{self.private}/metrics", timeout=5) as answer:
            for line in answer.read().decode().splitlines():
                if line.startswith(wanted + " "):
                    return float(line.rpartition(" ")[2])
        return 0.0


@contextmanager
def real_server(*, demo: bool = False, database_url: str = "", **settings: Any) -> Iterator[RunningServer]:
    """Runs a server; leaving drains and stops it. Errors of its start are raised here."""
    with tempfile.TemporaryDirectory(prefix="halles-test-") as folder:
        chosen: dict[str, Any] = {
            "port": 0,
            "metrics_port": 0,
            "data": Path(folder) / "var",
            "database_url": Secret(database_url),
            "close_s": 0.5,
            "drain_s": 0.5,
        }
        config = ServerConfig(**(chosen | settings))
        started: Future[tuple[RunningServer, asyncio.Event]] = Future()
        thread = threading.Thread(target=_run, args=(config, demo, started), name="server")
        thread.start()
        try:
            running, stop = started.result(timeout=120)
        except BaseException:
            thread.join(timeout=30)
            raise
        try:
            yield running
        finally:
            running._loop.call_soon_threadsafe(stop.set)
            thread.join(timeout=30)
            assert not thread.is_alive(), "the server did not stop"


def _run(config: ServerConfig, demo: bool, started: "Future[tuple[RunningServer, asyncio.Event]]") -> None:
    # Its thread outlives pytest's capture of one test's output.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))

    async def serve() -> None:
        stop = asyncio.Event()
        async with bootstrap.opened(config, demo=demo) as server:
            started.set_result((RunningServer(server, asyncio.get_running_loop()), stop))
            await stop.wait()

    try:
        uvloop.run(serve())
    except BaseException as error:
        if started.done():
            raise
        started.set_exception(error)
