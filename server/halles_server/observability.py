"""What an operator sees: logs with fixed fields, metrics, and the private port's three answers.

Belongs here: how events are written and counted. Not here: what an event means. Never logged: bodies, chat, passwords,
tokens, mail, positions, query strings; addresses are cut to /24 and /48 before anything else sees them.
"""

import asyncio
import ipaddress
import json
import logging
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Any, Final, TextIO

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from halles.world.booth import MediaKind
from halles_server.config import ServerConfig
from halles_server.ports.media import JobResult

_SECONDS: Final = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.015, 0.02, 0.025, 0.035, 0.05, 0.1, 0.25, 1.0)
"""Buckets for parts of a tick: its period is 0.05."""

_MEDIA_SECONDS: Final = (0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 90.0)
"""Buckets for looking at a file, which is ended after 90."""

_HIDDEN: Final = frozenset({"password", "secret", "token", "resume", "cookie", "body", "text", "mail"})
"""Field names whose values never reach a log, whoever wrote the call."""


def set_up_logging(config: ServerConfig, stream: TextIO | None = None) -> None:
    """Sends structlog's and the standard library's records to one stream (standard error), in one shape."""
    out = stream or sys.stderr
    as_json = config.log_format == "json" or (config.log_format == "auto" and not out.isatty())
    level = getattr(logging, config.log_level.upper())
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        hide_secrets,
    ]
    # The plain formatter: others print local variables, and with them passwords and what people wrote.
    console = structlog.dev.ConsoleRenderer(colors=out.isatty(), exception_formatter=structlog.dev.plain_traceback)
    last: Any = structlog.processors.JSONRenderer() if as_json else console
    formatting: list[Any] = [structlog.processors.format_exc_info] if as_json else []
    structlog.configure(
        processors=[*shared, *formatting, last],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *formatting, last],
        )
    )
    logging.basicConfig(handlers=[handler], level=max(level, logging.WARNING), force=True)


def hide_secrets(_logger: Any, _method: str, event: Any) -> Any:
    """A structlog processor: a field that is named like a secret shows ``***``."""
    for name in _HIDDEN & event.keys():
        event[name] = "***"
    return event


def cut_address(address: str) -> str:
    """Returns an address as far as it may be logged: its /24, or /48 for IPv6."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "-"
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return str(ipaddress.ip_network(f"{ip}/{24 if ip.version == 4 else 48}", strict=False))


def _processor_time(name: str, about: str, registry: CollectorRegistry) -> Histogram:
    return Histogram(name, f"{about}, processor time", buckets=_SECONDS, registry=registry)


class Metrics:
    """The server's counters, in a registry of their own so that a test may run two servers."""

    def __init__(self) -> None:
        self.registry: Final = CollectorRegistry()
        r = self.registry
        self.tick_judge = _processor_time("halles_tick_judge_seconds", "Reading and judging a tick's moves", r)
        self.tick_build = _processor_time("halles_tick_build_seconds", "Making a tick's frames", r)
        self.tick_send = _processor_time("halles_tick_send_seconds", "Writing a tick's frames", r)
        self.recording = _processor_time("halles_recording_seconds", "Recording how people move", r)
        self.unrecorded = Counter(
            "halles_unrecorded", "What of a live session was not recorded, by reason", ["what", "reason"], registry=r
        )
        self.tick_lag = Histogram("halles_tick_lag_seconds", "How late a tick began", buckets=_SECONDS, registry=r)
        self.ticks_late = Counter("halles_ticks_late", "Ticks that began over half a period late", registry=r)
        self.ticks_skipped = Counter("halles_ticks_skipped", "Ticks left out since one was late", registry=r)
        self.overload = Gauge("halles_overload_rung", "What is left out, 0 nothing … 4 newcomers", registry=r)
        self.overload_steps = Counter(
            "halles_overload_steps", "Steps on the ladder of overload", ["rung", "way"], registry=r
        )
        self.frames_skipped = Counter("halles_frames_skipped", "Pose frames not sent to a slow peer", registry=r)
        self.frames_sent = Counter("halles_frames_sent", "Pose frames sent", registry=r)
        self.closes = Counter("halles_closes", "Connections closed, by code", ["code"], registry=r)
        self.refused = Counter(
            "halles_handshakes_refused", "Connections refused before they were heard, by reason", ["reason"], registry=r
        )
        self.rejections = Counter("halles_rejections", "Requests rejected, by code", ["code"], registry=r)
        self.requests = Counter("halles_requests", "Requests carried out, by message", ["message"], registry=r)
        self.voice = Counter("halles_voice_frames", "Frames of voice, by what became of them", ["fate"], registry=r)
        self.faults = Counter("halles_faults", "Faults of our own, by place", ["place"], registry=r)
        self.reactions = Counter("halles_reactions", "Reactions in live sessions, heard or not", ["heard"], registry=r)
        self.corrections = Counter("halles_corrections", "Moves overruled, by reason", ["reason"], registry=r)
        self.connections = Gauge("halles_connections", "Open connections, by stage", ["stage"], registry=r)
        self.visits = Gauge("halles_visits", "Visits, by state", ["state"], registry=r)
        self.people = Gauge("halles_people", "People in a hall", ["hall"], registry=r)
        self.outbox_bytes = Gauge("halles_outbox_bytes", "RELIABLE bytes waiting for slow peers", registry=r)
        self.pool_wait = Histogram(
            "halles_pool_wait_seconds", "Waiting for a connection to the database", buckets=_SECONDS, registry=r
        )
        self.pool_open = Gauge("halles_pool_connections", "Open connections to the database", registry=r)
        self.nodes = Gauge("halles_nodes", "Nodes that are alive, this one included", registry=r)
        self.bus_up = Gauge("halles_bus_up", "Whether the bus to other nodes is connected", registry=r)
        self.bus_sent = Counter("halles_bus_sent", "Announcements sent, by kind", ["kind"], registry=r)
        self.bus_heard = Counter("halles_bus_heard", "Announcements heard, by kind", ["kind"], registry=r)
        self.bus_dropped = Counter("halles_bus_dropped", "Announcements dropped, by reason", ["reason"], registry=r)
        self.media_waiting = Gauge("halles_media_waiting", "Files that wait to be looked at", registry=r)
        self.media_running = Gauge("halles_media_running", "Files that are looked at", registry=r)
        self.media_jobs = Counter(
            "halles_media_jobs",
            "Files to be looked at, by what became of them",
            ["kind", "result"],
            registry=r,
        )
        self.media_seconds = Histogram(
            "halles_media_seconds", "Looking at a file", ["kind"], buckets=_MEDIA_SECONDS, registry=r
        )
        self.database_up = Gauge("halles_database_up", "Whether the database answered last", registry=r)


class MediaWatch:
    """Counts what goes on where files are looked at: implements ``ports.media.Watch``."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def queue(self, waiting: int, running: int) -> None:
        """Notes how many wait and are looked at."""
        self._metrics.media_waiting.set(waiting)
        self._metrics.media_running.set(running)

    def done(self, kind: MediaKind, result: JobResult, seconds: float) -> None:
        """Counts a file, and its seconds where it was looked at."""
        self._metrics.media_jobs.labels(kind, result).inc()
        if seconds:
            self._metrics.media_seconds.labels(kind).observe(seconds)


PROCESS: Final = "halles-process"
PORT: Final = "halles-port"
"""Headers of the private port: the server's process number and its public port."""

Check = Callable[[], Awaitable[str]]
"""Returns "" when all is well, else the reason in words; must not take over a second."""


class Health:
    """What the private port answers with."""

    def __init__(
        self, metrics: Metrics, checks: dict[str, Check], troubles: dict[str, Check] | None = None, port: int = 0
    ) -> None:
        """Takes what must be well for newcomers to come here, what is only told, and the public port."""
        self._metrics = metrics
        # Named in each answer, so that ``doctor`` knows whom it has found on its ports.
        self._who = [(PROCESS.encode(), b"%d" % os.getpid()), (PORT.encode(), b"%d" % port)]
        self._checks = checks
        self._troubles = troubles or {}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answers one ASGI request."""
        if scope["type"] != "http":
            return
        answers = {"/livez": self._alive, "/readyz": self._ready, "/metrics": self._numbers}
        answer = answers.get(scope["path"])
        status, kind, body = await answer() if answer else (404, "text/plain", b"livez, readyz or metrics\n")
        headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers + self._who})
        await send({"type": "http.response.body", "body": body})

    async def ready(self) -> dict[str, str]:
        """Returns each check's reason for not being ready; empty when ready."""
        return await self._asked(self._checks)

    async def _asked(self, checks: dict[str, Check]) -> dict[str, str]:
        found = {}
        for name, check in checks.items():
            try:
                async with asyncio.timeout(1.0):
                    reason = await check()
            except TimeoutError:
                reason = "did not answer within 1 s"
            if reason:
                found[name] = reason
        return found

    async def _alive(self) -> tuple[int, str, bytes]:
        return 200, "text/plain", b"alive\n"

    async def _ready(self) -> tuple[int, str, bytes]:
        reasons = await self.ready()
        degraded = await self._asked(self._troubles)
        body = json.dumps({"ready": not reasons, "reasons": reasons, "degraded": degraded}).encode()
        return (503 if reasons else 200), "application/json", body

    async def _numbers(self) -> tuple[int, str, bytes]:
        return 200, CONTENT_TYPE_LATEST, generate_latest(self._metrics.registry)
