"""The way from a configuration to its database: one of one's own, or the embedded one in the data folder.

Belongs here: which of them, who starts it, and who may come in beside the server that runs it. Not here: how Postgres
is kept (``storage/embedded.py``) and what is asked of it.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from halles.errors import ConfigError
from halles_server.config import ServerConfig
from halles_server.storage import embedded, pool, schema
from halles_server.storage.pool import Database

Progress = Callable[[str], None]
"""Told in a few words what goes on."""


@asynccontextmanager
async def opened_database(
    config: ServerConfig, progress: Progress, waited: Callable[[float], None] = lambda seconds: None
) -> AsyncIterator[Database]:
    """Opens the configured database, migrated to this version; starts the embedded one where none is configured.

    Args:
        config: The configuration.
        progress: Told what goes on.
        waited: Told how many seconds each caller waited for a connection.

    Raises:
        ConfigError: It cannot be used; a sentence says why.
        Unavailable: It does not answer.
    """
    async with running_database(config, progress) as url:
        folder = None if config.database_url else _folder(config)
        async with pool.opened(url, folder=folder, waited=waited) as database:
            yield database


@asynccontextmanager
async def running_database(config: ServerConfig, progress: Progress) -> AsyncIterator[str]:
    """Brings the configured or the embedded database to this version; yields how to connect to it as its owner.

    Raises:
        ConfigError: It cannot be used; a sentence says why.
        Unavailable: It does not answer.
    """
    async with AsyncExitStack() as stack:
        url = config.database_url.reveal()
        if not url:
            progress("starting the database")
            url = await stack.enter_async_context(_started(config, progress))
        await schema.migrate(url, on_progress=progress)
        yield url


@asynccontextmanager
async def shared_database(config: ServerConfig, progress: Progress) -> AsyncIterator[Database]:
    """Opens the database beside the server that keeps the embedded one; else as ``opened_database`` does.

    For what an operator changes while people visit.

    Raises:
        ConfigError: It cannot be used; a sentence says why.
        Unavailable: It does not answer.
    """
    kept = kept_by_another(config)
    if kept is None:
        if not is_begun(config):
            progress(f"there is no exhibition in {config.data.resolve()} yet: its database is made now")
        async with opened_database(config, progress) as database:
            yield database
    else:
        async with pool.opened(kept.url, folder=_folder(config)) as database:
            yield database


@asynccontextmanager
async def unchanged_database(config: ServerConfig) -> AsyncIterator[str]:
    """Yields how to connect, as its owner, to a database that exists, of whatever version; starts it if nobody has.

    Raises:
        ConfigError: It cannot be used; a sentence says why.
    """
    kept = kept_by_another(config)
    if config.database_url or kept is not None:
        yield kept.url if kept is not None else config.database_url.reveal()
    else:
        async with _started(config, lambda said: None) as url:
            yield url


def kept_by_another(config: ServerConfig) -> embedded.Kept | None:
    """Returns the embedded database that another process keeps; None where none does, or one's own is configured.

    Raises:
        ConfigError: It is just being started.
    """
    return None if config.database_url else embedded.kept_by_another(_folder(config))


def is_begun(config: ServerConfig) -> bool:
    """Tells whether there is a database already; one of one's own is taken for there."""
    return bool(config.database_url) or (_folder(config) / "cluster").exists()


def check_beginning(config: ServerConfig) -> None:
    """Refuses with ``ConfigError`` where a first start could not make the embedded database; makes nothing."""
    embedded.check_beginning(_folder(config), binaries=config.postgres, user=config.postgres_user or None)


def require_begun(config: ServerConfig) -> None:
    """Refuses with ``ConfigError`` where no server ever began a database in the data folder."""
    if not is_begun(config):
        raise ConfigError(
            f"there is no exhibition in {config.data.resolve()} yet: halles-server serve begins one,"
            " and --data or HALLES_DATA names another folder"
        )


@asynccontextmanager
async def _started(config: ServerConfig, progress: Progress) -> AsyncIterator[str]:
    user = config.postgres_user or None
    async with embedded.running(_folder(config), binaries=config.postgres, user=user, on_progress=progress) as running:
        yield running.url


def _folder(config: ServerConfig) -> Path:
    return config.data / "database"
