"""Programs under measurement, each in its own process; Halles is the real command, with limits raised."""

import contextlib
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from bench import children, folders

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


KERNEL: Final = "the kernel's work"
JUDGING: Final = "reading and judging moves"
BUILDING: Final = "building frames"
WRITING: Final = "writing frames, the kernel's part included"
"""Parts of a server's processor time; all but the first only of Halles, without overlap."""
LEFT_OUT: Final = "halles_ticks_skipped_total"
"""The counter of ticks that were left out since one was late."""


@dataclass(frozen=True, slots=True)
class Program:
    """A running program that serves websockets.

    Attributes:
        url: Of what it serves, as it printed it.
        process: Its process.
        ready_s: Seconds from its start to ready.
    """

    url: str
    process: psutil.Process
    ready_s: float

    def cpu_s(self) -> float:
        """Returns the processor seconds used so far, by the system on its behalf included."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def parts_s(self) -> dict[str, float]:
        """Returns what part of that went into what, as far as the program tells."""
        return {KERNEL: float(self.process.cpu_times().system)}

    def memory(self) -> int:
        """Returns the resident bytes."""
        return int(self.process.memory_info().rss)

    def late_ticks(self) -> float | None:
        """Returns how many ticks were late or left out so far; None where the program does not tell."""
        return None

    def overload(self) -> float | None:
        """Returns what the program leaves out now, 0 for nothing; None where it does not tell."""
        return None


@dataclass(frozen=True, slots=True)
class Serving(Program):
    """A running Halles.

    Attributes:
        metrics: The address of its metrics.
    """

    metrics: str

    @property
    def world(self) -> str:
        """The websocket's address."""
        return self.url.replace("http", "ws", 1) + "/world"

    def late_ticks(self) -> float | None:
        """Returns how many ticks were late or left out so far: who leaves out two of three must not look in time."""
        return self.metric("halles_ticks_late_total") + self.metric(LEFT_OUT)

    def overload(self) -> float | None:
        """Returns the rung of the ladder of overload."""
        return self.metric("halles_overload_rung")

    def parts_s(self) -> dict[str, float]:
        """Returns what part of the processor seconds went into what."""
        return {
            KERNEL: float(self.process.cpu_times().system),
            JUDGING: self.metric("halles_tick_judge_seconds_sum"),
            BUILDING: self.metric("halles_tick_build_seconds_sum"),
            WRITING: self.metric("halles_tick_send_seconds_sum"),
        }

    def metric(self, name: str) -> float:
        """Sums a metric over its labels; ``KeyError`` for one that the server does not export."""
        found = self.by_label(name)
        if not found:
            raise KeyError(name)
        return sum(found.values())

    def by_label(self, name: str) -> dict[str, float]:
        """Returns a metric by the value of its only label; "" for one without; empty for one never counted."""
        with urllib.request.urlopen(self.metrics, timeout=10) as answer:
            text = answer.read().decode()
        found = re.findall(rf'^{re.escape(name)}(?:\{{\w+="([^"]*)"\}})? ([0-9.e+-]+)$', text, re.MULTILINE)
        return {label: float(value) for label, value in found}


@contextlib.contextmanager
def running(
    *, core: int | None, data: Path | None = None, demo: bool = False, settings: dict[str, str] | None = None
) -> Iterator[Serving]:
    """Runs a server with a database of its own until the block ends."""
    with folders.passing() as folder:
        private = _free_port()
        environment = RAISED | {"HALLES_DATA": str(data or folder)} | (settings or {})
        environment["HALLES_METRICS_PORT"] = str(private)
        command = [str(Path(sys.executable).parent / "halles-server"), "serve", *(["--demo"] if demo else [])]
        with started(command, core=core, environment=environment) as program:
            yield Serving(program.url, program.process, program.ready_s, f"http://127.0.0.1:{private}/metrics")


@contextlib.contextmanager
def started(
    command: Sequence[str], *, core: int | None, environment: Mapping[str, str] | None = None
) -> Iterator[Program]:
    """Runs a program that prints ``ready URL`` once it serves, on one core where that can be, until the block ends."""
    begun = time.monotonic()
    process = children.start(command, core=core, environment=environment, stdout=subprocess.PIPE)
    try:
        yield Program(_address(process), psutil.Process(process.pid), time.monotonic() - begun)
    finally:
        children.stop(process)
        if process.stdout is not None:
            process.stdout.close()


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
