"""The way from a configuration to its database: one of one's own, or the embedded one in the data folder.

Belongs here: which of them, who starts it, and who may come in beside the server that runs it. Not here: how Postgres
is kept (``storage/embedded.py``) and what is asked of it.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

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
        folder = None if config.database_url else _database_folder(config)
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
            running = embedded.running(
                _database_folder(config),
                binaries=config.postgres,
                user=config.postgres_user or None,
                on_progress=progress,
            )
            url = (await stack.enter_async_context(running)).url
        await schema.migrate(url, on_progress=progress)
        yield url


def _database_folder(config: ServerConfig) -> Path:
    return config.data / "database"
