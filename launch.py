"""Starts the whole show on one machine: server with the demonstration, visitors who walk, and the client.

Each part is its own process, started by its command as an operator would; this file only starts, watches and stops.
"""

import argparse
import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

BIN = Path(sys.executable).parent
STOP_S = 15.0
"""Seconds that a part may take to stop before it is killed; the server needs at most 10."""


class Stopped(Exception):
    """Somebody pressed Ctrl-C or sent SIGTERM."""


class Show:
    """The processes of one run, stopped in the opposite order of their start."""

    def __init__(self) -> None:
        self._parts: list[tuple[str, subprocess.Popen[str]]] = []

    def start(self, name: str, *command: str, piped: bool = False) -> subprocess.Popen[str]:
        """Starts a part in a group of its own: Ctrl-C reaches only this process, which stops the parts in order."""
        part = subprocess.Popen(
            [str(BIN / command[0]), *command[1:]],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if piped else None,
            text=True,
            # People look at this: the commands say themselves what they need; of the log they want warnings only.
            env={"HALLES_LOG_LEVEL": "warning", **os.environ},
            start_new_session=True,
            preexec_fn=_die_with_parent() if sys.platform == "linux" else None,  # noqa: PLW1509  # one thread only
        )
        self._parts.append((name, part))
        return part

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
    options = _options()
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    started = time.monotonic()
    show = Show()
    try:
        server = show.start("server", "halles-server", "serve", "--demo", *_port(options), piped=True)
        page = _wait_until_ready(server)
        if page is None:
            return server.wait() or 1
        world = page.replace("http", "ws", 1).rstrip("/") + "/world"
        if options.bots:
            show.start("visitors", "halles", "bots", "--count", str(options.bots), "--url", world)
        print(f"Halles is open after {time.monotonic() - started:.1f} s: {page}", flush=True)
        if options.tour:
            return show.start("tour", "halles", "tour", str(options.tour), "--url", world).wait()
        if _has_display() and not options.no_client:
            print("Closing the window, or Ctrl-C, ends it.", flush=True)
            return show.start("client", "halles", "join", world).wait()
        print(f"There is no display here, so it only serves. To join from a desktop: halles join {world}", flush=True)
        print("Ctrl-C ends it.", flush=True)
        return server.wait()
    except Stopped:
        return 0
    finally:
        for ending in (signal.SIGINT, signal.SIGTERM):
            signal.signal(ending, signal.SIG_IGN)
        show.stop()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run", description="Opens the demonstration exhibition on this machine.")
    parser.add_argument(
        "--tour", metavar="DIR", type=Path, help="walk through all halls without a screen; pictures go to DIR"
    )
    parser.add_argument(
        "--bots", metavar="N", type=int, default=100, help="visitors who walk around by themselves (100)"
    )
    parser.add_argument("--port", type=int, help="the one TCP port")
    parser.add_argument("--no-client", action="store_true", help="serve only, even where there is a display")
    return parser.parse_args()


def _port(options: argparse.Namespace) -> list[str]:
    return ["--port", str(options.port)] if options.port else []


def _wait_until_ready(server: subprocess.Popen[str]) -> str | None:
    """Returns the page's address once the server says that it is ready; None when it ended instead, having said why."""
    assert server.stdout is not None, "started with a pipe"
    for line in server.stdout:
        if line.startswith("ready "):
            return line.split()[1]
        print(line, end="", flush=True)
    return None


def _has_display() -> bool:
    return sys.platform in {"darwin", "win32"} or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stopped


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        sys.exit(main())
