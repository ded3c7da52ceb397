"""The bus between nodes: NATS core, through nats-py.

Belongs here: staying connected, what waits to be sent, bytes in and out. Not here: subjects, encoding, and what an
announcement means. Invariants: ``announce`` and ``tell_others`` neither raise nor wait, however NATS fares; nothing
waits without bound, and nothing old is sent after a break: rosters and sweeps say again what still matters.

The library's own reconnecting is left out on purpose: it keeps what was published meanwhile and sends it late.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

import nats.errors
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg

from halles.errors import RemoteProtocolError
from halles.ids import HallId
from halles_server.announcements import HALLS_CAP, NODES, Announcement, NodeSlab, VoiceSaid
from halles_server.cluster import events, subjects
from halles_server.cluster.local import Heard, Listeners
from halles_server.config import ServerConfig
from halles_server.observability import Metrics

PENDING: Final = 8
"""Slabs of one sender that may wait unheard; after a longer stall the next tick's says it all again."""

WAITING_CAP: Final = 1024
"""Announcements in order that may wait to be sent, or unheard; the oldest, or the newest, is dropped and counted."""

VOICE_BEHIND: Final = 64
"""Announcements behind which voice is not sent any more: it would be late."""

_AGAIN_S: Final = 0.5
"""Between two tries to connect."""

_CONNECT_S: Final = 2.0
_FLUSH_S: Final = 0.25
"""Between two questions whether NATS has taken what was sent."""

_ANSWER_S: Final = 2.0
"""For its answer; a NATS that gives none counts as gone."""

_UNSENT_BYTES: Final = 512 * 1024

_log: Final = structlog.get_logger(__name__)


class NatsBus:
    """Implements ``ports.Bus`` over NATS; made by ``opened``."""

    def __init__(self, config: ServerConfig, metrics: Metrics) -> None:
        self._urls = [url.strip() for url in config.bus_url.reveal().split(",")]
        self._deployment = config.deployment
        self._name = config.node_name
        self._metrics = metrics
        self._listeners = Listeners()
        self._slabs: dict[HallId, NodeSlab] = {}
        self._rows: deque[Announcement] = deque()
        self._due = asyncio.Event()
        self._connected = False
        self._told = False
        metrics.bus_up.set(0)

    def announce(self, news: Announcement) -> None:
        """Tells every node: this one at once, the others as soon as the bus takes it."""
        self.tell_others(news)
        self._listeners.hear(news)

    def tell_others(self, news: Announcement) -> None:
        """Queues an announcement for the other nodes; forgets it while the bus is gone."""
        if not self._connected:
            self._drop("gone")
        elif isinstance(news, NodeSlab):
            if self._slabs.pop(news.hall, None) is not None:
                self._drop("replaced")
            self._slabs[news.hall] = news
            self._due.set()
        elif isinstance(news, VoiceSaid) and len(self._rows) >= VOICE_BEHIND:
            self._drop("unsent")  # before it is late, and before anything else is dropped for it
        else:
            if len(self._rows) >= WAITING_CAP:
                self._rows.popleft()
                self._drop("unsent")
            self._rows.append(news)
            self._due.set()

    def listen(self, heard: Heard) -> Callable[[], None]:
        """Adds a listener; the returned function removes it, and may be called again without effect."""
        return self._listeners.listen(heard)

    def trouble(self) -> str:
        """Returns why other nodes are not heard now."""
        return "" if self._connected else "the bus does not answer: people see only those of their own node"

    async def keep(self) -> None:
        """Stays connected for ever; cancelled, it closes the connection."""
        while True:
            try:
                await self._one_connection()
            except (OSError, nats.errors.Error, TimeoutError, ValueError) as error:
                self._tell_trouble(error)
            finally:
                self._gone()
            await asyncio.sleep(_AGAIN_S)

    async def _one_connection(self) -> None:
        """Connects, hears and sends until the connection breaks; the library's errors then leave it."""
        client = Client()
        try:
            async with asyncio.timeout(_CONNECT_S):
                await client.connect(
                    self._urls,
                    name=self._name,
                    no_echo=True,
                    allow_reconnect=False,
                    max_reconnect_attempts=1,
                    reconnect_time_wait=0,
                    connect_timeout=int(_CONNECT_S),
                    pending_size=_UNSENT_BYTES,
                    flush_timeout=_ANSWER_S,
                    error_cb=self._failed,
                )
                await self._subscribe(client)
                await client.flush()
            self._connected, self._told = True, False
            self._metrics.bus_up.set(1)
            _log.info("bus connected", act="bus")
            await self._send(client)
        finally:
            self._connected = False
            with suppress(OSError, nats.errors.Error, TimeoutError):
                async with asyncio.timeout(_CONNECT_S):
                    await client.close()

    async def _subscribe(self, client: Client) -> None:
        slabs = PENDING * (NODES - 1) * HALLS_CAP
        await client.subscribe(subjects.latest(self._deployment), cb=self._heard, pending_msgs_limit=slabs)
        for pattern in subjects.in_order(self._deployment):
            await client.subscribe(pattern, cb=self._heard, pending_msgs_limit=WAITING_CAP)

    async def _send(self, client: Client) -> None:
        """Sends what is due, and asks now and then whether it arrived: so a frozen NATS is noticed, and at once."""
        loop = asyncio.get_running_loop()
        asked = loop.time()
        while client.is_connected:
            with suppress(TimeoutError):
                async with asyncio.timeout(_ANSWER_S):
                    await self._due.wait()
            self._due.clear()
            rows, self._rows = self._rows, deque()
            slabs, self._slabs = self._slabs, {}
            for news in (*rows, *slabs.values()):
                await client.publish(subjects.subject(self._deployment, news), events.encode(news))
                self._metrics.bus_sent.labels(type(news).__name__).inc()
            if loop.time() - asked >= _FLUSH_S:
                await client.flush(int(_ANSWER_S))
                asked = loop.time()
        raise nats.errors.ConnectionClosedError

    async def _heard(self, message: Msg) -> None:
        try:
            news = events.decode(message.data)
        except RemoteProtocolError:
            self._drop("unreadable")
            return
        self._metrics.bus_heard.labels(type(news).__name__).inc()
        self._listeners.hear(news)

    async def _failed(self, error: Exception) -> None:
        """Hears of the library's troubles; those that end the connection end ``_send`` as well."""
        if isinstance(error, nats.errors.SlowConsumerError):
            self._drop("unheard")

    def _gone(self) -> None:
        for _ in range(len(self._rows) + len(self._slabs)):
            self._drop("gone")
        self._rows.clear()
        self._slabs.clear()
        self._metrics.bus_up.set(0)

    def _drop(self, reason: str) -> None:
        self._metrics.bus_dropped.labels(reason).inc()

    def _tell_trouble(self, error: Any) -> None:
        """Logs once that the bus is gone, not at each try; never its address, which may hold a password."""
        if not self._told:
            self._told = True
            _log.warning("bus gone", act="bus", reason=type(error).__name__)


@asynccontextmanager
async def opened(config: ServerConfig, metrics: Metrics) -> AsyncIterator[NatsBus]:
    """Runs the bus beside the body; one that is gone is waited for by nobody."""
    bus = NatsBus(config, metrics)
    keeping = asyncio.get_running_loop().create_task(bus.keep(), name="bus")
    try:
        yield bus
    finally:
        while not keeping.done():  # the library swallows a cancellation that reaches it within a flush
            keeping.cancel()
            await asyncio.wait([keeping], timeout=0.1)
