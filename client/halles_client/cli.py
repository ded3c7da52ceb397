"""The command ``halles``: join the show, send bots, or walk the tour. Reads arguments and says errors in a sentence."""

import argparse
import asyncio
import signal
import sys
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path
from typing import Final, TextIO

from halles import __version__
from halles.errors import ConfigError, HallesError
from halles.world.look import Look
from halles.world.text import LANGUAGES, Language
from halles_client import config
from halles_client.bots import fleet
from halles_client.config import Settings
from halles_client.language import nearest
from halles_client.net.link import Credentials

_MOST_BOTS: Final = 2000
_TICKET_CAP: Final = 256
_COMMANDS: Final = ("join", "bots", "tour")


def main(arguments: list[str] | None = None) -> int:
    """Runs the command; returns its exit code."""
    try:
        options = read(list(sys.argv[1:] if arguments is None else arguments))
        return int(options.run(options))
    except HallesError as error:
        print(f"halles: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def read(words: list[str]) -> argparse.Namespace:
    """Reads the command line; an address alone joins.

    Raises:
        ConfigError: What should be an address is nearly a command.
    """
    known = bool(words) and words[0] in (*_COMMANDS, "-h", "--help", "--version")
    meant = get_close_matches(words[0], _COMMANDS, 1) if words and words[0].isalpha() and not known else []
    if meant:
        raise ConfigError(f"{words[0]} is no command; did you mean halles {meant[0]}? (For an address: halles join …)")
    return _parser().parse_args(words if known else ["join", *words])


def remembered(options: argparse.Namespace, settings: Settings) -> Settings:
    """Returns the settings with what the command line says instead; the door keeps them."""
    still = settings.reduced_motion if options.reduced_motion is None else options.reduced_motion
    language = options.language or settings.language
    return config.changed(settings, name=options.name or settings.name, language=language, reduced_motion=still)


def by_ticket(ticket: str, language: Language | None, settings: Settings) -> Credentials:
    """Returns who comes by a page's ticket: the page knows the name, this machine language and look."""
    spoken = language or settings.language or nearest(config.locale_name())
    return Credentials("", spoken, settings.look or Look(), way="ticket", secret=ticket, device=settings.device)


def read_ticket(source: TextIO) -> str:
    """Reads the ticket's line.

    Raises:
        ConfigError: There is none; the door, where others type a name, is not what was asked for.
    """
    ticket = source.readline(_TICKET_CAP).strip()
    if not ticket:
        raise ConfigError("no ticket came: --ticket-stdin reads one line, as the pages of the show give it")
    return ticket


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="halles", description="Visit the show.")
    parser.add_argument("--version", action="version", version=f"Halles {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    bots = commands.add_parser("bots", help="send visitors without a screen, who walk from booth to booth")
    bots.add_argument("--count", type=_count, default=20, help=f"how many, at most {_MOST_BOTS} (20)")
    bots.add_argument("--url", default=config.DEFAULT_URL, help=f"the server's address ({config.DEFAULT_URL})")
    bots.add_argument("--seed", type=int, default=1, help="the same seed walks the same ways (1)")
    bots.add_argument("--seconds", type=float, default=0.0, help="stop after so long; 0 for when interrupted (0)")
    bots.set_defaults(run=_bots)
    tour = commands.add_parser("tour", help="walk through all halls without a screen and leave pictures")
    tour.add_argument("folder", type=Path, metavar="DIR", help="where the pictures go")
    tour.add_argument("--url", default=config.DEFAULT_URL, help=f"the server's address ({config.DEFAULT_URL})")
    tour.add_argument("--name", default="Camille", help="the visitor's name (Camille)")
    _add_view(tour)
    tour.set_defaults(run=_tour)
    join = commands.add_parser("join", help="visit the show in a window")
    where = f"{config.DEFAULT_URL}#hall/booth or #replay:session, or a part of it"
    join.add_argument("address", nargs="?", default="", help=where)
    join.add_argument("--name", default="", help="the name that stands in the field at the door")
    join.add_argument("--ticket-stdin", action="store_true", help="read a page's ticket, one line; no door then")
    motion = "cuts instead of movements (as remembered)"
    join.add_argument("--reduced-motion", action=argparse.BooleanOptionalAction, help=motion)
    _add_view(join)
    join.set_defaults(run=_join)
    return parser


def _add_view(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--language", choices=LANGUAGES, help="fr, nl or en (the system's)")
    parser.add_argument("--preset", choices=("low", "medium", "high"), help="level of quality (what suits the driver)")


def _join(options: argparse.Namespace) -> int:
    # Imported here: bots need neither Panda3D nor a driver.
    from halles_client.app import App, Setting
    from halles_client.view.window import open_window

    ticket = read_ticket(sys.stdin) if options.ticket_stdin else ""
    file = config.settings_file()
    settings = config.with_device(remembered(options, config.load_settings(file)), file)
    setting = Setting(config.address(options.address), config.plans(), settings, file, config.cache_folder())
    who = by_ticket(ticket, options.language, settings) if ticket else None
    try:
        window = open_window(offscreen=False, preset=options.preset or settings.preset)
    except ConfigError as error:
        page = config.page(setting.address)
        raise ConfigError(
            f"{error}; visit the show as a page at {page}, or have pictures of it with halles tour DIR."
        ) from None
    app = App(window, setting, who)
    try:
        app.run()
    finally:
        app.close()
        window.close()
    return 0


def _tour(options: argparse.Namespace) -> int:
    from halles_client.app import Setting
    from halles_client.tour import Stop, Tour
    from halles_client.view.window import open_window

    plans = config.plans()
    setting = Setting(config.address(options.url), plans, config.Settings(), None, config.cache_folder())
    window = open_window(offscreen=True, preset=options.preset)
    language = options.language or nearest(config.locale_name())
    tour = Tour(window, setting, Credentials(options.name, language), options.folder)

    def tell(stop: Stop) -> None:
        seen = f"{stop.people} people, {stop.booths} booths, entered in {stop.ms:.0f} ms"
        print(f"{stop.file}: {stop.hall}, {stop.what}: {seen}", flush=True)

    try:
        tour.run(tell)
    finally:
        tour.close()
        window.close()
    return 0


def _bots(options: argparse.Namespace) -> int:
    wanted = fleet.Fleet(config.address(options.url).url, options.count, options.seed)
    asyncio.run(_send_bots(wanted, options.seconds))
    return 0


def _count(text: str) -> int:
    """Reads how many bots; ``ValueError`` makes argparse say what is wrong."""
    count = int(text)
    if not 1 <= count <= _MOST_BOTS:
        raise argparse.ArgumentTypeError(f"from 1 to {_MOST_BOTS}, not {count}")
    return count


async def _send_bots(wanted: fleet.Fleet, seconds: float) -> None:
    """Sends bots for a while; told to stop, they take leave."""
    task = asyncio.current_task()
    if task is not None and sys.platform != "win32":
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    scenes = config.plans().scenes
    with suppress(TimeoutError, asyncio.CancelledError):
        async with asyncio.timeout(seconds or None):
            await fleet.run(wanted, scenes, lambda line: print(line, flush=True))
