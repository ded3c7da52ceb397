"""Two who change the same at once: a test holds a row, and knows when the other one waits for it."""

import asyncio
from typing import Any

import asyncpg

_WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


async def waiting(owner: asyncpg.Connection, *tasks: asyncio.Future[Any]) -> None:
    """Comes back once each of these waits for a lock, or is done."""
    while sum(not task.done() for task in tasks) > await owner.fetchval(_WAITING):
        pass  # asking lets them go on
