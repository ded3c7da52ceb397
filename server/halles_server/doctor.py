"""``halles-server doctor``: looks at everything that a server needs and says in words what it finds.

It makes nothing that stays and changes nothing that is stored, and goes on after a fault, so that one run shows them
all. A server that serves from the same data folder is no fault: it holds its ports and its database as it should. A
database that nobody keeps is started for the look, as it is, and stopped: meanwhile the data folder is held as by a
server.
"""

import http.client
import shutil
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from halles import resources
from halles.errors import HallesError
from halles_server import bootstrap
from halles_server.config import ServerConfig
from halles_server.database import check_beginning, is_begun, kept_by_another, unchanged_database
from halles_server.gateway.listener import bind
from halles_server.observability import PORT, PROCESS
from halles_server.storage import pool, room, schema, seals

_ANSWER_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One look: at what, whether all is well, and what was seen."""

    what: str
    well: bool
    said: str


@dataclass(frozen=True, slots=True)
class _Serving:
    """A server that answers on the private port.

    Attributes:
        process: Its number.
        port: Its public one.
        certain: Whether the data folder's lock names it, so that it is this exhibition's whatever port it has.
    """

    process: int
    port: int
    certain: bool


async def examine(config: ServerConfig) -> AsyncIterator[Finding]:
    """Looks at data folder, disk, ports, scenes, files, the database, and the audit in it."""
    yield _data_folder(config.data)
    yield _disk(config.data)
    serving = _serving(config)
    public = config.port
    if serving is not None and serving.certain:
        public = serving.port  # chosen when it was started; whoever looks need not say it again
    own = serving is not None and serving.port == public
    yield _port(config.host, public, "--port or HALLES_PORT", serving if own else None)
    yield _port(config.metrics_host, config.metrics_port, "HALLES_METRICS_PORT", serving)
    yield _scenes(config.scenes)
    yield _files()
    for finding in await _database(config):
        yield finding


def _data_folder(folder: Path) -> Finding:
    existing = next(path for path in (folder.resolve(), *folder.resolve().parents) if path.exists())
    if not existing.is_dir():
        return Finding("data folder", False, f"{existing} is not a folder")
    try:
        # Only trying tells: root is denied nothing by permissions, and /proc takes no files all the same.
        with tempfile.TemporaryDirectory(prefix=".halles-doctor-", dir=existing):
            pass
    except OSError as error:
        return Finding("data folder", False, f"{existing} cannot be written: {error.strerror}")
    return Finding("data folder", True, f"{folder.resolve()}{'' if folder.exists() else ' (made at the first start)'}")


def _disk(folder: Path) -> Finding:
    existing = next(path for path in (folder.resolve(), *folder.resolve().parents) if path.exists())
    well = not room.nearly_full(existing)
    said = f"{shutil.disk_usage(existing).free / 1024**3:.1f} GiB free"
    if not well:
        said += f"; with less than {room.reserve(existing) / 1024**3:.1f} GiB no lines and edits are stored"
    return Finding("disk", well, said)


def _serving(config: ServerConfig) -> _Serving | None:
    """Returns the server that answers on the private port, where it serves from this data folder.

    With a database of one's own there is no lock that would name its process: then any server of Halles counts.
    """
    try:
        kept = kept_by_another(config)
    except HallesError:
        return None
    connection = http.client.HTTPConnection(config.metrics_host, config.metrics_port, timeout=_ANSWER_S)
    try:
        connection.request("GET", "/livez")
        answer = connection.getresponse()
        process, port = (int(answer.headers.get(name, "")) for name in (PROCESS, PORT))
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()
    certain = kept is not None and kept.process == process
    return _Serving(process, port, certain) if certain or config.database_url else None


def _port(host: str, port: int, setting: str, serving: _Serving | None) -> Finding:
    if serving is not None:
        return Finding(
            "port", True, f"{port} on {host} is this exhibition's own: process {serving.process} serves on it"
        )
    try:
        bind(host, port, setting).close()
    except HallesError as error:
        return Finding("port", False, str(error))
    return Finding("port", True, f"{port} on {host} is free")


def _scenes(folder: Path | None) -> Finding:
    try:
        scenes, _ = bootstrap.read_scenes(folder)
    except (HallesError, FileNotFoundError) as error:
        return Finding("scenes", False, str(error))
    slots = sum(len(scene.slots) for scene in scenes.values())
    return Finding("scenes", True, f"{len(scenes)} halls with {slots} booth slots")


def _files() -> Finding:
    try:
        return Finding("files", True, f"assets in {resources.assets()}")
    except FileNotFoundError as error:
        return Finding("files", False, str(error))


async def _database(config: ServerConfig) -> list[Finding]:
    try:
        if not is_begun(config):
            check_beginning(config)
            return [Finding("database", True, "none yet (made at the first start)")]
        kept = kept_by_another(config)
        async with unchanged_database(config) as url:
            state, audit = await _state(url)
    except HallesError as error:
        return [Finding("database", False, str(error))]
    kind = "the configured one" if config.database_url else "the embedded one"
    by = f" (kept by process {kept.process})" if kept is not None else ""
    return [Finding("database", True, f"{kind}{by} answers, {state}"), *audit]


async def _state(url: str) -> tuple[str, list[Finding]]:
    """Tells a database's schema and its audit's state; ``ConfigError`` or ``Unavailable`` if it cannot be served from.

    The audit of a schema that the next start changes is looked at after that.
    """
    if missing := await schema.missing(url):
        return f"and the next start brings it to schema {missing[-1]}", []
    async with pool.opened(url) as database:
        verdict = await seals.verify(database)
    return f"at schema {schema.versions()[-1]}", [Finding("audit", not verdict.fault, str(verdict))]
