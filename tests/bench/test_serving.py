"""What the bench reads of a server's metrics is what this server exports."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest
from prometheus_client import start_http_server

from bench.serving import Serving
from halles_server.observability import Metrics


@contextmanager
def exporting(metrics: Metrics) -> Iterator[Serving]:
    """Serves metrics as the server does; its process is this one."""
    server, thread = start_http_server(0, "127.0.0.1", metrics.registry)
    try:
        yield Serving("", psutil.Process(os.getpid()), 0.0, f"http://127.0.0.1:{server.server_port}/metrics")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_tick_left_out_counts_as_much_as_one_that_is_late() -> None:
    metrics = Metrics()
    metrics.ticks_late.inc(2)
    metrics.ticks_skipped.inc(5)
    with exporting(metrics) as server:
        assert server.late_ticks() == 7.0


def test_a_metric_that_the_server_does_not_export_is_no_nought() -> None:
    with exporting(Metrics()) as server, pytest.raises(KeyError, match="halles_no_such"):
        server.metric("halles_no_such")
