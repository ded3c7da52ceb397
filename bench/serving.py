"""The server under measurement: the real command in its own process on its own core, with limits raised."""

import contextlib
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

RAISED = {
    # One machine plays a whole town: what is a limit for one address must not limit the load.
    "HALLES_ADDRESS_VISITS": "100000",
    "HALLES_WAITING_ADDRESS": "100000",
    "HALLES_WAITING_ALL": "100000",
    "HALLES_ADMISSIONS_PER_S": "100000",
    "HALLES_ADMISSIONS_BURST": "100000",
    "HALLES_PAGES_PER_S": "100000",
    "HALLES_PAGES_BURST": "100000",
    "HALLES_PAGE_ADDRESS": "100000",
    "HALLES_LOG_LEVEL": "warning",
    "HALLES_PORT": "0",
}


@dataclass(frozen=True, slots=True)
class Serving:
    """A running server.

    Attributes:
        url: Of its pages.
        metrics: Of its metrics.
        process: Its process.
        ready_s: Seconds from its start to ready.
    """

    url: str
    metrics: str
    process: psutil.Process
    ready_s: float

    @property
    def world(self) -> str:
        """The websocket's address."""
        return self.url.replace("http", "ws", 1) + "/world"

    def cpu_s(self) -> float:
        """Returns the processor seconds used so far, by the system on its behalf included."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def memory(self) -> int:
        """Returns the resident bytes."""
        return int(self.process.memory_info().rss)

    def metric(self, name: str) -> float:
        """Sums a metric over its labels; ``KeyError`` for one that the server does not export."""
        with urllib.request.urlopen(self.metrics, timeout=10) as answer:
            text = answer.read().decode()
        found = re.findall(rf"^{re.escape(name)}(?:\{{[^}}]*\}})? ([0-9.e+-]+)$", text, re.MULTILINE)
        if not found:
            raise KeyError(name)
        return sum(float(value) for value in found)


@contextlib.contextmanager
def running(
    *, core: int | None, data: Path | None = None, demo: bool = False, settings: dict[str, str] | None = None
) -> Iterator[Serving]:
    """Runs a server with a database of its own until the block ends."""
    with tempfile.TemporaryDirectory(prefix="halles-bench-") as folder:
        private = _free_port()
        environment = os.environ | RAISED | {"HALLES_DATA": str(data or folder)} | (settings or {})
        environment["HALLES_METRICS_PORT"] = str(private)
        command = [str(Path(sys.executable).parent / "halles-server"), "serve", *(["--demo"] if demo else [])]
        if core is not None and sys.platform == "linux":
            command = ["taskset", "-c", str(core), *command]
        started = time.monotonic()
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        try:
            yield Serving(
                _address(process),
                f"http://127.0.0.1:{private}/metrics",
                psutil.Process(process.pid),
                time.monotonic() - started,
            )
        finally:
            process.terminate()
            process.wait(20)


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None, "started with a pipe"
    for line in process.stdout:
        if line.startswith("ready "):
            return line.split()[1].rstrip("/")
    raise SystemExit("the server ended before it was ready; what it said stands above")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
