"""The real server as a process, started by its command as an operator would, so that it can be killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

COMMAND = [sys.executable, "-m", "halles_server.cli"]


class ServerProcess:
    """A running ``halles-server serve``.

    Attributes:
        port: Its one port.
        errors: The file with what it wrote to standard error.
    """

    def __init__(self, data: Path, *arguments: str, **settings: str) -> None:
        self.errors = data.parent / f"server-{time.monotonic_ns()}.log"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("HALLES_")}
        environment |= {"HALLES_DATA": str(data), "HALLES_PORT": "0", "HALLES_METRICS_PORT": "0"} | settings
        with self.errors.open("wb") as errors:
            self.process = subprocess.Popen(
                [*COMMAND, "serve", *arguments],
                stdout=subprocess.PIPE,
                stderr=errors,
                env=environment,
                text=True,
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line.startswith("ready "):
            self.process.wait(timeout=30)
            self._close()
            raise AssertionError(f"not ready: {line}{self.said()}")
        self.url = line.split()[1]
        self.port = int(self.url.rpartition(":")[2])

    def said(self) -> str:
        """Returns what it wrote to standard error."""
        return self.errors.read_text(encoding="utf-8", errors="replace")

    def kill(self) -> None:
        """Ends it at once; no matter whether it still runs."""
        self.process.kill()
        self.process.wait(timeout=10)
        self._close()

    def stop(self, number: int = signal.SIGTERM, seconds: float = 10.0) -> int:
        """Asks it to stop; returns its exit status."""
        self.process.send_signal(number)
        status = self.process.wait(timeout=seconds)
        self._close()
        return status

    def _close(self) -> None:
        if self.process.stdout is not None:
            self.process.stdout.close()


@contextmanager
def server_process(data: Path, *arguments: str, **settings: str) -> Iterator[ServerProcess]:
    """Runs a server process; leaving stops it, or kills it when it does not stop."""
    server = ServerProcess(data, *arguments, **settings)
    try:
        yield server
    finally:
        try:
            server.stop()  # also closes the pipe of one that has ended by itself
        except subprocess.TimeoutExpired:
            server.kill()
