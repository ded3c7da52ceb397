"""The command ``halles``: join the show, send bots, or walk the tour. Reads arguments and says errors in a sentence."""

import argparse
import asyncio
import signal
import sys
from contextlib import suppress
from typing import Final

from halles.errors import HallesError
from halles_client import config
from halles_client.bots import fleet

_MOST_BOTS: Final = 2000


def main(arguments: list[str] | None = None) -> int:
    """Runs the command; returns its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words or words[0] not in ("join", "bots", "tour", "-h", "--help"):
        words.insert(0, "join")
    options = _parser().parse_args(words)
    try:
        return int(options.run(options))
    except HallesError as error:
        print(f"halles: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="halles", description="Visit the show.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    bots = commands.add_parser("bots", help="send visitors without a screen, who walk from booth to booth")
    bots.add_argument("--count", type=int, default=20, help="how many (20)")
    bots.add_argument("--url", default=config.DEFAULT_URL, help=f"the server's address ({config.DEFAULT_URL})")
    bots.add_argument("--seed", type=int, default=1, help="the same seed walks the same ways (1)")
    bots.add_argument("--seconds", type=float, default=0.0, help="stop after so long; 0 for when interrupted (0)")
    bots.set_defaults(run=_bots)
    return parser


def _bots(options: argparse.Namespace) -> int:
    count = min(max(options.count, 1), _MOST_BOTS)
    asyncio.run(_send_bots(fleet.Fleet(config.address(options.url).url, count, options.seed), options.seconds))
    return 0


async def _send_bots(wanted: fleet.Fleet, seconds: float) -> None:
    """Sends bots for a while; told to stop, they take leave."""
    task = asyncio.current_task()
    if task is not None and sys.platform != "win32":
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    scenes = config.plans().scenes
    with suppress(TimeoutError, asyncio.CancelledError):
        async with asyncio.timeout(seconds or None):
            await fleet.run(wanted, scenes, lambda line: print(line, flush=True))
