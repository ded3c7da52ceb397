"""What goes on beside the visitors, and what follows when a part of it fails."""

import asyncio
import logging
from pathlib import Path
from typing import cast

import structlog

from halles_server import bootstrap
from halles_server.config import ServerConfig
from halles_server.gateway.connection import Connection


def test_a_part_that_fails_is_counted_logged_and_raises_the_alarm(tmp_path: Path) -> None:
    settings = ServerConfig(port=0, metrics_port=0, data=tmp_path / "var")

    async def fail() -> float | None:
        alarm = asyncio.Event()
        async with bootstrap.opened(settings, alarm=alarm.set) as server:
            assert not alarm.is_set()
            # Something that is no connection, as a bug of ours would leave it.
            broken = cast("Connection", None)
            server.listener.connections.add(broken)
            await asyncio.wait_for(alarm.wait(), 5)
            server.listener.connections.discard(broken)
            return server.metrics.registry.get_sample_value("halles_faults_total", {"place": "watch"})

    configuration = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    try:
        with structlog.testing.capture_logs() as logged:
            assert asyncio.run(fail()) == 1.0
    finally:
        structlog.configure(**configuration)
    assert [(entry["event"], entry["act"]) for entry in logged] == [("fault", "watch")]
