"""What the bench reads of a server's metrics is what this server exports."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest
from prometheus_client import start_http_server

from bench.serving import BUILDING, JUDGING, KERNEL, WRITING, Serving
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


def test_the_parts_of_a_server_s_time_are_the_sums_of_what_its_ticks_took() -> None:
    metrics = Metrics()
    for seconds in (0.25, 0.5):
        metrics.tick_judge.observe(seconds)
        metrics.tick_build.observe(2 * seconds)
        metrics.tick_send.observe(4 * seconds)
    with exporting(metrics) as server:
        parts = server.parts_s()
        assert parts.pop(KERNEL) <= server.cpu_s()
        assert parts == {JUDGING: 0.75, BUILDING: 1.5, WRITING: 3.0}


def test_a_metric_that_the_server_does_not_export_is_no_nought() -> None:
    with exporting(Metrics()) as server, pytest.raises(KeyError, match="halles_no_such"):
        server.metric("halles_no_such")
