"""Starts the whole show on one machine: server with the demonstration, visitors who walk, and the client.

Each part is its own process, started by its command as an operator would; this file only starts, watches and stops.
"""

import argparse
import contextlib
import ctypes
import itertools
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from halles.errors import ConfigError
from halles_server.config import ServerConfig, load
from halles_server.outside_urls import is_loopback
from launch_options import options_of

BIN = Path(sys.executable).parent
LOOK_S = 0.2
"""Seconds between two looks whether a part has ended."""

STOP_S = 15.0
"""Seconds that a part may take to stop before it is killed; the server needs at most 10."""


class Stopped(Exception):
    """Somebody pressed Ctrl-C or sent SIGTERM."""


class NotReady(Exception):
    """A part ended before it was ready."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True, slots=True)
class Node:
    """A running server with the addresses of its pages and its world."""

    process: subprocess.Popen[str]
    page: str
    world: str


class Show:
    """The processes of one run, stopped in the opposite order of their start."""

    def __init__(self) -> None:
        self._parts: list[tuple[str, subprocess.Popen[str]]] = []

    def start(self, name: str, *command: str, piped: bool = False, **settings: str) -> subprocess.Popen[str]:
        """Starts a part in a group of its own: Ctrl-C reaches only this process, which stops the parts in order."""
        part = subprocess.Popen(
            [str(BIN / command[0]), *command[1:]],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if piped else None,
            text=True,
            # People look at this: the commands say themselves what they need; of the log they want warnings only.
            env={"HALLES_LOG_LEVEL": "warning", **os.environ, **settings},
            start_new_session=True,
            preexec_fn=_die_with_parent() if sys.platform == "linux" else None,  # noqa: PLW1509  # one thread only
        )
        self._parts.append((name, part))
        return part

    def watch(self, servers: list[Node], last: subprocess.Popen[str] | None) -> int:
        """Waits for the end of a part, or without one of all servers; says at once what else ended by itself.

        Returns:
            The exit status: the part's, or the servers' worst.
        """
        pages = {server.process: f", {server.page}," for server in servers}
        said: set[str] = set()
        while last is None or last.poll() is None:
            for name, part in self._parts:
                if part is not last and name not in said and part.poll() is not None:
                    said.add(name)
                    about = f"The {name}{pages.get(part, '')} ended by itself ({part.returncode})"
                    print(f"{about}; what it said stands above.", file=sys.stderr, flush=True)
            statuses = [server.process.poll() for server in servers]
            if last is None and None not in statuses:
                # Nobody asked them to end, so that even status 0 is none.
                return max(status if status and status > 0 else 1 for status in statuses)
            time.sleep(LOOK_S)
        return last.returncode

    def stop(self) -> None:
        """Asks every part to stop, waits, and kills what does not."""
        while self._parts:
            name, part = self._parts.pop()
            if part.poll() is None:
                part.terminate()
                try:
                    part.wait(STOP_S)
                except subprocess.TimeoutExpired:
                    print(f"The {name} did not stop in {STOP_S:.0f} s and was killed.", file=sys.stderr)
                    part.kill()
                    part.wait()


def _die_with_parent() -> Callable[[], None]:
    """Returns what a child runs first: it gets SIGTERM when this process dies, even by kill -9 (prctl(2))."""
    libc = ctypes.CDLL(None)
    pr_set_pdeathsig = 1
    return lambda: libc.prctl(pr_set_pdeathsig, signal.SIGTERM) and None


def main() -> int:
    """Runs the show; returns the exit status."""
    options = options_of()
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    started = time.monotonic()
    show = Show()
    try:
        config = _config(options)
        servers = _one_node(show, options) if options.nodes == 1 else _nodes(show, options, config)
        page, world = servers[0].page, servers[0].world
        for i, server in enumerate(servers):
            share = (options.bots + i) // len(servers)
            if share:
                names = ("--seed", str(i + 1)) if i else ()
                name = f"visitors of node-{i + 1}" if servers[1:] else "visitors"
                show.start(name, "halles", "bots", "--count", str(share), "--url", server.world, *names)
        print(f"Halles is open after {time.monotonic() - started:.1f} s: {page}", flush=True)
        for server in servers[1:]:
            print(f"Another node of the same show: {server.page}", flush=True)
        if options.tour:
            return show.watch(servers, show.start("tour", "halles", "tour", str(options.tour), "--url", world))
        windowed = _has_display() and not options.no_client
        for line in _ways_in(config, servers[0], windowed):
            print(line, flush=True)
        return show.watch(servers, show.start("client", "halles", "join", world) if windowed else None)
    except Stopped:
        return 0
    except NotReady as ended:
        return ended.status
    except ConfigError as problem:
        print(problem, file=sys.stderr)
        return 2
    finally:
        for ending in (signal.SIGINT, signal.SIGTERM):
            signal.signal(ending, signal.SIG_IGN)
        show.stop()


def _one_node(show: Show, options: argparse.Namespace) -> list[Node]:
    """Starts a server with a database of its own."""
    return [_node(show, "server", "--demo", *_port(options))]


def _nodes(show: Show, options: argparse.Namespace, config: ServerConfig) -> list[Node]:
    """Starts several servers, and what they share: a database and a bus, so that any of them may end."""
    ports = _ports(options, config)  # known to be good before anything is started
    database, bus = (
        _until_ready(show.start(name, "halles-server", *command, piped=True))
        for name, command in (("database", ("database", "--demo")), ("bus", ("bus",)))
    )
    nodes = []
    for i, port in enumerate(ports):
        settings = {"HALLES_DATABASE_URL": database, "HALLES_BUS_URL": bus, "HALLES_NODE": f"node-{i + 1}"}
        if i:
            settings["HALLES_METRICS_PORT"] = "0"
        nodes.append(_node(show, f"server node-{i + 1}", "--port", str(port), **settings))
    return nodes


def _ports(options: argparse.Namespace, config: ServerConfig) -> list[int]:
    """Returns the nodes' ports: the first one's, and where it was chosen here, those that follow and are free.

    Raises:
        ConfigError: There are not so many.
    """
    others = options.nodes - 1
    if not options.port:  # free ones, which the system chooses
        return [config.port] + [0] * others
    free = (port for port in range(config.port + 1, 65_536) if port != config.metrics_port and _free(config.host, port))
    ports = [config.port, *itertools.islice(free, others)]
    if len(ports) <= others:
        raise ConfigError(f"--port {config.port}: above it there are no {others} free ports for the other nodes")
    return ports


def _free(host: str, port: int) -> bool:
    try:
        socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
    except OSError:
        return False
    return True


def _node(show: Show, name: str, *arguments: str, **settings: str) -> Node:
    process = show.start(name, "halles-server", "serve", *arguments, piped=True, **settings)
    page = _until_ready(process)
    return Node(process, page, page.replace("http", "ws", 1).rstrip("/") + "/world")


def _config(options: argparse.Namespace) -> ServerConfig:
    """Returns the first server's configuration; ``ConfigError`` before anything is started."""
    return load(dict(os.environ) | ({} if options.port is None else {"HALLES_PORT": str(options.port)}))


def _port(options: argparse.Namespace) -> list[str]:
    return [] if options.port is None else ["--port", str(options.port)]


def _ways_in(config: ServerConfig, server: Node, windowed: bool) -> Iterator[str]:
    """Tells how people join, with the client's path, since nothing is put on anybody's PATH."""
    join = f"{os.path.relpath(BIN / 'halles')} join"
    yield "Closing the window, or Ctrl-C, ends it." if windowed else "No display here, so it only serves."
    if config.public_url or is_loopback(config.host):
        yield f"To join from a desktop: {join} {server.world}"
        if not config.public_url and not windowed:
            yield "To let other machines in: start this with HALLES_HOST=0.0.0.0"
    else:
        named = [text.replace("localhost", socket.gethostname()) for text in (server.world, server.page)]
        yield f"To join from a desktop, this or another machine's: {join} {named[0]}"
        yield f"The pages from another machine: {named[1]}"
        yield "If others call this machine by another name: start this with HALLES_PUBLIC_URL=http://NAME:PORT"
    if not windowed:
        yield "Ctrl-C ends it."


def _until_ready(part: subprocess.Popen[str]) -> str:
    """Returns what a part says that it is ready at.

    Raises:
        NotReady: It ended instead, having said why.
    """
    assert part.stdout is not None, "started with a pipe"
    for line in part.stdout:
        if line.startswith("ready "):
            return line.split()[1]
        print(line, end="", flush=True)
    raise NotReady(part.wait() or 1)


def _has_display() -> bool:
    return sys.platform in {"darwin", "win32"} or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stopped


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        sys.exit(main())
