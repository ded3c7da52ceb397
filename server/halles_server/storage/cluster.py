"""The folder of an embedded Postgres: making it, its settings, and the lock that lets one server in.

Layout of the data folder, which stays ours and 0700::

    lock           held while a server runs; names its process
    socket         where its sockets are, to clear them after a kill
    postgres.log   what Postgres says
    cluster/       Postgres' own, 0700, owned by the user it runs as

Postgres and ``initdb`` start with ``cluster`` as their working folder and are told ``-D /proc/self/cwd``: so their
user needs no way through the folders above, and none of those is loosened. (Programs before Postgres 16 walk about
when they start; run by root, they need a way to the data folder, which is then 0711 itself.)
"""

import contextlib
import errno
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote

from halles.errors import ConfigError
from halles_server.processes import lives
from halles_server.storage import room
from halles_server.storage.binaries import Binaries
from halles_server.storage.os_user import OsUser, my_name

OWNER: Final = "halles_owner"
"""The database role that owns everything and migrates."""

DATABASE: Final = "halles"
PORT: Final = "5432"

SETTINGS: Final = {
    "listen_addresses": "",
    "port": PORT,
    "unix_socket_permissions": "0700",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "max_wal_size": "512MB",
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Statements and values hold what people wrote; they never reach a log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_line_prefix": "%m [%p] ",
}
_ASKING_S: Final = 1.0
"""How long a start waits while the lock is shared by those who only ask: each holds it for microseconds."""

_NOTING_S: Final = 0.1
"""How long a process that has just taken the lock may need to write its name over that of one which was killed."""

_PAUSE_S: Final = 0.002

_STAYS_IN_FOLDER: Final = 16
_LOG_CAP: Final = 4 * 1024 * 1024
_ITS_FOLDER: Final = "/proc/self/cwd"
_FULL: Final = ("No space left on device", "Check free disk space", "Disk quota exceeded")
_BASE_CAP: Final = 70
"""A socket's path may have 107 bytes, of which ``/halles-12345678/.s.PGSQL.5432`` takes 31."""


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Holds the data folder, made if needed, so that no second server uses it.

    The kernel drops the lock when this process ends, however it ends.

    Raises:
        ConfigError: Another server holds it, or the folder cannot be used.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as problem:
        raise cannot_be_used(folder, problem) from problem
    try:
        if not _taken(handle):
            by = f" (process {process})" if (process := holder(folder)) else ""
            raise ConfigError(
                f"the data folder {folder} is in use by another server or command{by}:"
                " stop it, or choose another folder with HALLES_DATA or --data"
            )
        try:
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        except OSError as problem:
            raise cannot_be_used(folder, problem) from problem
        yield
    finally:
        os.close(handle)


def holder(folder: Path) -> int | None:
    """Returns the process that holds the data folder, 0 where its name is not known, None where none does.

    It makes and changes nothing. For the moment of looking the free lock is shared, which a server that starts waits
    out. (Asking without a lock would need ``/proc/locks``, which not every system and container shows.)

    Raises:
        ConfigError: The folder cannot be looked into.
    """
    try:
        handle = os.open(folder / "lock", os.O_RDONLY | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as problem:
        raise cannot_be_used(folder, problem) from problem
    try:
        return None if _flock(handle, fcntl.LOCK_SH) else _noted(handle)
    finally:
        os.close(handle)


def make(folder: Path, user: OsUser, binaries: Binaries) -> Path:
    """Returns the cluster folder, made by ``initdb`` if there is none; it appears whole or not at all.

    Raises:
        ConfigError: ``initdb`` failed (a full disk, say), or the cluster is of another major version or lacks a file.
    """
    cluster = folder / "cluster"
    if cluster.exists():
        _require_whole(cluster)
        made_by = (cluster / "PG_VERSION").read_text().strip()
        if made_by != str(binaries.major):
            raise ConfigError(f"{cluster} was made by Postgres {made_by}, and {binaries.folder} is {binaries.major}")
        return cluster
    unfinished = folder / "cluster.new"
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        unfinished.mkdir(mode=0o700)
        if user.dropped and binaries.major < _STAYS_IN_FOLDER:
            folder.chmod(0o711)
        if user.dropped:
            os.chown(unfinished, user.uid, user.gid)
        done = user.run(_initdb(user, binaries, unfinished), cwd=unfinished)
        if done.returncode != 0:
            raise ConfigError(why_failed("Postgres cannot make its data folder", done.stdout, folder))
        unfinished.rename(cluster)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return cluster


def _require_whole(cluster: Path) -> None:
    """Looks for the two files that Postgres reads before all others and without which it says little."""
    for file in (cluster / "PG_VERSION", cluster / "global" / "pg_control"):
        if not file.exists():
            raise ConfigError(
                f"the database in {cluster} is damaged: {file} is missing. Put a copy of the whole folder"
                f" {cluster.parent} in its place; to begin anew, move it away"
            )


def data_argument(user: OsUser, binaries: Binaries, cluster: Path) -> str:
    """Returns what ``-D`` is told by a process that starts in the cluster folder."""
    return _ITS_FOLDER if user.dropped and binaries.major >= _STAYS_IN_FOLDER else str(cluster)


def let_in(cluster: Path, user: OsUser) -> None:
    """Writes who may connect: the user of this process and of Postgres, each proven by the kernel."""
    hba = "local all all peer map=halles\n"
    ident = "".join(f'halles "{name}" {OWNER}\n' for name in sorted({my_name(), user.name}))
    for name, text in (("pg_hba.conf", hba), ("pg_ident.conf", ident)):
        # Written as its user: root writing in a folder of somebody else's could be led astray by a link.
        script = f"umask 077 && cat > {name}.new && mv -f {name}.new {name}"
        done = user.run(["/bin/sh", "-c", script], cwd=cluster, stdin=text.encode())
        if done.returncode != 0:
            raise ConfigError(why_failed(f"cannot write {name}", done.stdout, cluster))


def make_socket_folder(folder: Path, user: OsUser) -> Path:
    """Returns a fresh 0700 folder with a short path for the socket, and clears the one of an earlier start.

    It lies in XDG_RUNTIME_DIR or the folder for temporary files, since a socket's path may not be long and the data
    folder's may; its random name cannot be taken by somebody else beforehand.
    """
    note = folder / "socket"
    clear_socket_folder(folder)
    runtime = "" if user.dropped else os.environ.get("XDG_RUNTIME_DIR", "")
    short = (base for base in (runtime, tempfile.gettempdir()) if 0 < len(os.fsencode(base)) < _BASE_CAP)
    base = next((base for base in short if _open(base, user)), "/tmp")
    made = Path(tempfile.mkdtemp(prefix="halles-", dir=base))
    note.write_text(str(made))
    if user.dropped:
        os.chown(made, user.uid, user.gid)
    return made


def url(socket: Path, database: str = DATABASE) -> str:
    """Returns how the owner connects through a socket folder."""
    # The port only names the socket's file; said here and there, since a PGPORT in the environment would change it.
    return f"postgresql://{OWNER}@/{database}?port={PORT}&host={quote(str(socket))}"


def clear_socket_folder(folder: Path) -> None:
    """Removes the socket folder that the data folder's note names."""
    with contextlib.suppress(OSError):
        left = Path((folder / "socket").read_text())
        if left.name.startswith("halles-"):
            shutil.rmtree(left, ignore_errors=True)
        (folder / "socket").unlink()


def cap_log(log: Path) -> None:
    """Puts a long log aside, so that two of them is all that is ever kept."""
    if log.exists() and log.stat().st_size > _LOG_CAP:
        log.replace(log.with_suffix(".log.old"))


def cannot_be_used(folder: Path, problem: OSError) -> ConfigError:
    """Returns one sentence from what the system said of the data folder or something in it."""
    if problem.errno in {errno.ENOSPC, errno.EDQUOT}:
        return ConfigError(f"the data folder {folder} cannot be used: its disk is full")
    inside = f"{problem.filename}: " if problem.filename not in (None, str(folder)) else ""
    return ConfigError(f"the data folder {folder} cannot be used: {inside}{problem.strerror}")


def why_failed(what: str, output: str, folder: Path) -> str:
    """Returns one sentence from what a program of Postgres printed; on a full disk it may have printed nothing."""
    if tells_of_full_disk(output) or room.full(folder):
        return f"{what}: the disk of {folder} is full"
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    telling = [line for line in lines if "FATAL" in line or "PANIC" in line or "error:" in line]
    said = (telling or lines or ["it said nothing"])[-1]
    return f"{what}: {said.replace(_ITS_FOLDER, str(folder / 'cluster'))}"


def tells_of_full_disk(output: str) -> bool:
    """Tells whether a program of Postgres met a full disk."""
    return any(sign in output for sign in _FULL)


def _taken(lock: int) -> bool:
    """Takes the lock, waiting for those who only ask; tells whether it could: not while somebody else has it."""
    until = time.monotonic() + _ASKING_S
    while not _flock(lock, fcntl.LOCK_EX):
        # Where it can be shared, all who have it share it: they ask, and are gone in a moment.
        if not _flock(lock, fcntl.LOCK_SH) or time.monotonic() > until:
            return False
        fcntl.flock(lock, fcntl.LOCK_UN)
        time.sleep(_PAUSE_S)
    return True


def _flock(lock: int, kind: int) -> bool:
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _noted(lock: int) -> int:
    """Returns the process that the lock's file names, 0 where none is; the holder may be just about to write itself."""
    until = time.monotonic() + _NOTING_S
    while True:
        text = os.pread(lock, 32, 0).decode(errors="replace").strip()
        process = int(text) if text.isdecimal() else 0
        # One that is never found runs in another container, where its number is right.
        if (process and lives(process)) or time.monotonic() > until:
            return process
        time.sleep(_PAUSE_S)


def _initdb(user: OsUser, binaries: Binaries, folder: Path) -> list[str]:
    # The same order and the same upper and lower case on every machine, as far as the version can.
    if binaries.major >= 17:
        builtin = "PG_UNICODE_FAST" if binaries.major >= 18 else "C.UTF-8"
        locale = ["--locale=C", "--locale-provider=builtin", f"--builtin-locale={builtin}"]
    else:
        locale = ["--locale=C.UTF-8"]
    access = ["--auth=peer", f"--username={OWNER}"]
    return [binaries.path("initdb"), "-D", data_argument(user, binaries, folder), "--encoding=UTF8", *locale, *access]


def _open(base: str, user: OsUser) -> bool:
    """Tells whether the user may pass through a folder for temporary files."""
    return os.path.isdir(base) and user.run(["/bin/sh", "-c", 'cd "$1"', "sh", base]).returncode == 0
