"""What a server does beside its visitors all the time: looks at connections' clocks and at the database, and forgets.

Belongs here: that it is kept going, and what follows when a part of it fails. Not here: what is looked at
(``gateway/listener.py``) and what is forgotten (``storage/retention.py``).
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from types import MappingProxyType
from typing import Final

import structlog

from halles.errors import HallesError
from halles_server.gateway.listener import Listener
from halles_server.observability import Metrics
from halles_server.storage import retention, seals
from halles_server.storage.pool import Database

_PROBE_S: Final = 2.0
_SEAL_S: Final = 60.0

_log: Final = structlog.get_logger(__name__)


@asynccontextmanager
async def kept_up(
    listener: Listener,
    database: Database,
    forget_s: float,
    alarm: Callable[[], None],
    beside: Mapping[str, Callable[[], Awaitable[None]]] = MappingProxyType({}),
) -> AsyncIterator[None]:
    """Does beside the visitors what must be done all the time; where one of it fails, nobody is served any more.

    Without ``watch`` nobody would be pinged and no slow or silent peer let go, and nobody would hear of it. ``beside``
    names further parts.
    """
    parts: dict[str, Callable[[], Awaitable[None]]] = {
        "watch": listener.watch,
        "probe": partial(_probe, database, listener.metrics),
        "forget": partial(_forget, database, forget_s),
        "seal": again("seal", partial(_seal, database), _SEAL_S, at_once=True),
        **beside,
    }
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_kept(name, part, listener.metrics, alarm)) for name, part in parts.items()]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
    except ExceptionGroup as wrapped:
        # No part raises: there is one error in it, the body's.
        raise wrapped.exceptions[0] from None


def again(
    act: str, work: Callable[[], Awaitable[int]], seconds: float, *, at_once: bool = False
) -> Callable[[], Awaitable[None]]:
    """Returns a part that does some work every so often; where something does not answer, it tries the next time."""

    async def part() -> None:
        if not at_once:
            await asyncio.sleep(seconds)
        while True:
            try:
                if count := await work():
                    _log.info("done", act=act, count=count)
            except HallesError as error:
                _log.warning("not done", act=act, reason=str(error))
            await asyncio.sleep(seconds)

    return part


async def _kept(name: str, part: Callable[[], Awaitable[None]], metrics: Metrics, alarm: Callable[[], None]) -> None:
    """Does a part until it is cancelled; a fault in it is told rather than raised."""
    try:
        await part()
    except Exception:  # noqa: BLE001 - raised, it would cancel the body, and nobody would be sent home in order
        metrics.faults.labels(name).inc()
        _log.exception("fault", act=name)
        alarm()


async def _probe(database: Database, metrics: Metrics) -> None:
    """Looks again and again whether the database answers."""
    while True:
        try:
            await database.ping()
            metrics.database_up.set(1)
        except HallesError:
            metrics.database_up.set(0)
        metrics.pool_open.set(database.open_connections())
        await asyncio.sleep(_PROBE_S)


async def _forget(database: Database, seconds: float) -> None:
    """Deletes again and again what is older than it may be kept."""
    while True:
        await asyncio.sleep(seconds)
        try:
            gone = await retention.forget(database)
            _log.info("forgotten", act="retention", **gone)
        except HallesError as error:
            _log.warning("not forgotten", act="retention", reason=str(error))


async def _seal(database: Database) -> int:
    """Seals what the audit has got since; the log keeps each seal out of reach of whoever owns the database."""
    made = await seals.seal(database)
    if made is not None:
        _log.info("sealed", act="seal", seal=str(made), upto=made.upto)
    return 0
