"""``halles-server doctor``: looks at everything that a server needs and says in words what it finds.

It changes nothing that a start would not change, and goes on after a fault, so that one run shows them all.
"""

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from halles import resources
from halles.errors import HallesError
from halles_server import bootstrap
from halles_server.config import ServerConfig
from halles_server.database import opened_database
from halles_server.gateway.listener import bind
from halles_server.storage import room, schema


@dataclass(frozen=True, slots=True)
class Finding:
    """One look: at what, whether all is well, and what was seen."""

    what: str
    well: bool
    said: str


async def examine(config: ServerConfig) -> AsyncIterator[Finding]:
    """Looks at data folder, disk, ports, scenes, files, and the database."""
    yield _data_folder(config.data)
    yield _disk(config.data)
    for host, port, setting in (
        (config.host, config.port, "HALLES_PORT"),
        (config.metrics_host, config.metrics_port, "HALLES_METRICS_PORT"),
    ):
        yield _port(host, port, setting)
    yield _scenes(config.scenes)
    yield _files()
    yield await _database(config)


def _data_folder(folder: Path) -> Finding:
    existing = next(path for path in (folder.resolve(), *folder.resolve().parents) if path.exists())
    if not existing.is_dir():
        return Finding("data folder", False, f"{existing} is not a folder")
    try:
        probe = existing / ".halles-doctor"
        probe.touch()
        probe.unlink()
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


def _port(host: str, port: int, setting: str) -> Finding:
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


async def _database(config: ServerConfig) -> Finding:
    try:
        async with opened_database(config, lambda said: None) as database:
            await database.ping()
    except HallesError as error:
        return Finding("database", False, str(error))
    kind = "the configured one" if config.database_url else "the embedded one"
    return Finding("database", True, f"{kind} answers, at schema {schema.versions()[-1]}")
