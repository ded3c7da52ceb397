"""``halles-server``: what an operator types. Progress goes to standard error, results to standard output.

Exit status: 0 done, 1 something is wrong that the text names, 2 it could not start, 130 it was cut short by a signal.
"""

import argparse
import asyncio
import gc
import getpass
import os
import resource
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import get_args

import uvloop

from halles import __version__
from halles.errors import ConfigError, HallesError, Rejection
from halles.ids import BoothId
from halles.world.roles import Role, StaffRole
from halles.world.text import LANGUAGES, Language
from halles_server import bootstrap, carrying, config, doctor, settings_page
from halles_server.bootstrap import NewAccount
from halles_server.cluster import nats_server
from halles_server.config import ServerConfig
from halles_server.database import (
    opened_database,
    require_begun,
    running_database,
    shared_database,
    unchanged_database,
)
from halles_server.observability import set_up_logging
from halles_server.secret import Secret
from halles_server.storage import pool, seals

_FAULT, _CANNOT_START, _CUT_SHORT = 1, 2, 130


def main(arguments: list[str] | None = None) -> int:
    """Carries out one command; returns the exit status."""
    options = _options().parse_args(arguments)
    if options.command == "config":
        print(settings_page.page(), end="")
        return 0
    try:
        settings = _settings(options)
        set_up_logging(settings)
        if options.command == "account":
            if options.account == "password":
                require_begun(settings)
            # Before any event loop runs: it would keep Ctrl-C from whoever is asked.
            options.password = _password()
        return uvloop.run(_ACTS[options.command](settings, options))
    except KeyboardInterrupt:
        return _CUT_SHORT
    except HallesError as error:
        return _explain(error)
    except ExceptionGroup as group:
        ours, other = group.split(HallesError)
        if other is not None or ours is None:
            raise
        return max(_explain(error) for error in _leaves(ours))


class _Stop:
    """When serving ends: at a signal, or when a part has failed without which the server must not go on.

    A signal before it is ready, and a second one afterwards whatever ended it, cancel the task that made this.
    """

    def __init__(self) -> None:
        self.status = 0
        self._ready = self._signalled = False
        self._event = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        serving = asyncio.current_task()
        assert serving is not None
        self._serving = serving
        for number in (signal.SIGTERM, signal.SIGINT):
            self._loop.add_signal_handler(number, self._asked)

    async def wait(self) -> None:
        """Waits for the end; from now on the first signal cancels nothing."""
        self._ready = True
        await self._event.wait()

    def failed(self) -> None:
        """Ends serving because of a fault."""
        self.status = _FAULT
        self._event.set()

    def cancelled(self) -> bool:
        """Tells whether it was a signal that cancelled, and settles the exit status."""
        if not self._signalled:
            return False
        self._serving.uncancel()
        self.status = _CUT_SHORT if self._ready else 0
        return True

    def _asked(self) -> None:
        if self._signalled or not self._ready:
            _say("ending at once" if self._ready else "ending before it was ready")
            self._serving.cancel()
        self._signalled = True
        self._event.set()


async def _serve(settings: ServerConfig, options: argparse.Namespace) -> int:
    """Serves until SIGTERM or SIGINT; one during the start ends that, and a second one ends the farewell at once."""
    started = time.monotonic()
    _raise_file_limit()

    async def run(stop: _Stop) -> None:
        async with bootstrap.opened(settings, demo=options.demo, progress=_say, alarm=stop.failed) as server:
            gc.collect()
            gc.freeze()
            _say(f"health and metrics: http://{server.config.metrics_host}:{server.config.metrics_port}")
            print(f"ready {server.config.url} after {time.monotonic() - started:.1f} s", flush=True)
            await stop.wait()
            there = any(visit.connection is not None for visit in server.world.visits)
            _say("stopping" + (": everybody is told to come back" if there else ""))

    return await _until_stopped(run)


async def _migrate(settings: ServerConfig, options: argparse.Namespace) -> int:
    async with opened_database(settings, _say):
        print("The database is at this version's schema.")
    return 0


async def _demo(settings: ServerConfig, options: argparse.Namespace) -> int:
    async with opened_database(settings, _say) as database:
        print(await bootstrap.demonstrate(database))
    return 0


async def _database(settings: ServerConfig, options: argparse.Namespace) -> int:
    """Runs the database for the nodes of this machine until SIGTERM or SIGINT."""

    async def run(stop: _Stop) -> None:
        async with running_database(settings, _say) as url:
            if options.demo:
                async with opened_database(replace(settings, database_url=Secret(url)), _say) as database:
                    _say(await bootstrap.demonstrate(database))
            print(f"ready {url}", flush=True)
            await stop.wait()

    return await _until_stopped(run)


async def _bus(settings: ServerConfig, options: argparse.Namespace) -> int:
    """Runs a bus for the nodes of this machine until SIGTERM or SIGINT."""

    async def run(stop: _Stop) -> None:
        stopping = asyncio.ensure_future(stop.wait())
        await nats_server.keep(lambda url: print(f"ready {url}", flush=True), stopping, _say)

    return await _until_stopped(run)


async def _until_stopped(run: Callable[[_Stop], Awaitable[None]]) -> int:
    """Runs a part that waits for its stop; returns the exit status."""
    stop = _Stop()
    try:
        await run(stop)
    except asyncio.CancelledError:
        if not stop.cancelled():
            raise
    return stop.status


async def _account_add(settings: ServerConfig, options: argparse.Namespace) -> int:
    async with shared_database(settings, _say) as database:
        staff = tuple(BoothId(booth) for booth in options.booth)
        newcomer = NewAccount(
            options.login, options.name or options.login, Role(options.role), options.password, options.language, staff
        )
        account = await bootstrap.add_account(settings, database, newcomer)
    print(f"Account {account.login}: {account.name}, {account.role.value}" + (f", {', '.join(staff)}" if staff else ""))
    return 0


async def _account_password(settings: ServerConfig, options: argparse.Namespace) -> int:
    async with shared_database(settings, _say) as database:
        account = await bootstrap.set_password(settings, database, options.login, options.password)
    print(f"Account {account.login}: another password, and every web login ended")
    return 0


async def _account(settings: ServerConfig, options: argparse.Namespace) -> int:
    return await (_account_add if options.account == "add" else _account_password)(settings, options)


async def _invite(settings: ServerConfig, options: argparse.Namespace) -> int:
    async with shared_database(settings, _say) as database:
        code = await bootstrap.invite(settings, database, BoothId(options.booth), StaffRole(options.role))
    _say(f"good once, for {settings.invitation_days:g} days, as {options.role} of {options.booth}; typed at")
    for language in LANGUAGES:
        _say(f"{settings.url}/{language}/invitation")
    print(code)
    return 0


async def _export_booth(settings: ServerConfig, options: argparse.Namespace) -> int:
    to = options.to or Path(f"halles-{options.booth}.zip")
    async with shared_database(settings, _say) as database:
        try:
            size = await carrying.take_out(settings, database, BoothId(options.booth), to)
        except Rejection as refusal:
            return _refused(refusal)
    print(f"{to}: {options.booth}, {size} bytes")
    return 0


async def _import_booth(settings: ServerConfig, options: argparse.Namespace) -> int:
    try:
        file = options.file.open("rb")
    except OSError as error:
        _say(f"{options.file} cannot be read: {error.strerror}")
        return _FAULT
    wanted = (BoothId(options.booth), options.account)
    with file:
        async with shared_database(settings, _say) as database:
            try:
                if options.dry_run:
                    found = await carrying.look_through(settings, database, wanted, file)
                    size = sum(facts.size for facts in found.media)
                    said = f"{found.fields} fields, {len(found.media)} media of {size} bytes pass; nothing was stored"
                else:
                    revision = await carrying.bring_in(settings, database, wanted, file)
                    said = (
                        f"the draft is what the file says, at its revision {revision}; visitors see it once published"
                    )
            except Rejection as refusal:
                return _refused(refusal)
    print(f"{options.booth}: {said}")
    return 0


async def _doctor(settings: ServerConfig, options: argparse.Namespace) -> int:
    findings = [finding async for finding in doctor.examine(settings)]
    for finding in findings:
        print(f"{'ok ' if finding.well else 'BAD'}  {finding.what}: {finding.said}")
    return 0 if all(finding.well for finding in findings) else _FAULT


async def _audit(settings: ServerConfig, options: argparse.Namespace) -> int:
    require_begun(settings)
    async with unchanged_database(settings) as url, pool.opened(url) as database:
        verdict = await seals.verify(database, options.known)
    print(verdict)
    return _FAULT if verdict.fault else 0


_ACTS = {
    "serve": _serve,
    "database": _database,
    "bus": _bus,
    "migrate": _migrate,
    "demo": _demo,
    "account": _account,
    "invite": _invite,
    "export": _export_booth,
    "import": _import_booth,
    "doctor": _doctor,
    "audit": _audit,
}


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="halles-server", description="The server of Halles.")
    parser.add_argument("--version", action="version", version=f"Halles {__version__}")
    parser.add_argument("--data", type=Path, help="the data folder (HALLES_DATA)")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="serve the world and the pages until stopped")
    serve.add_argument("--demo", action="store_true", help="bring the demonstration into the database first")
    database = commands.add_parser("database", help="run the database alone, for several nodes on this machine")
    database.add_argument("--demo", action="store_true", help="bring the demonstration into it first")
    commands.add_parser("bus", help="run a bus between several nodes on this machine")
    commands.add_parser("migrate", help="bring the database to this version's schema")
    commands.add_parser("demo", help="bring the demonstration into the database; again and again with the same result")
    account = commands.add_parser("account", help="accounts of people").add_subparsers(dest="account", required=True)
    add = account.add_parser("add", help="add an account; the password is asked for, or read from standard input")
    add.add_argument("login")
    add.add_argument("--name", help="the name that others read; else the login")
    roles = [role.value for role in Role if role is not Role.GUEST]
    add.add_argument("--role", choices=roles, default=Role.VISITOR.value)
    add.add_argument("--language", choices=get_args(Language), default="fr")
    add.add_argument("--booth", action="append", default=[], help="a booth that this account may edit; may be repeated")
    password = account.add_parser("password", help="give an account another password; asked for or read as with add")
    password.add_argument("login")
    invite = commands.add_parser("invite", help="make a code that brings somebody onto the staff of a booth")
    invite.add_argument("--booth", required=True, help="which")
    invite.add_argument("--role", choices=[role.value for role in StaffRole], default=StaffRole.LEAD.value)
    _booth_options(commands)
    look = commands.add_parser("doctor", help="look at everything that a server needs and say what is wrong")
    for listening in (serve, look):
        listening.add_argument("--host", help="address to listen on (HALLES_HOST)")
        listening.add_argument("--port", type=int, help="the one TCP port (HALLES_PORT)")
        listening.add_argument("--metrics-port", type=int, help="the private port (HALLES_METRICS_PORT)")
    audit = commands.add_parser("audit", help="the record of who did what").add_subparsers(dest="audit", required=True)
    verify = audit.add_parser("verify", help="compare every row with its seal, and say which is not as it was")
    verify.add_argument("--known", default="", metavar="NUMBER:HASH", help="a seal noted earlier, as in the log")
    commands.add_parser("config", help="print the page of all settings")
    return parser


def _booth_options(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    out = commands.add_parser("export", help="take something out of the show as a file").add_subparsers(
        dest="export", required=True
    )
    taken = out.add_parser(
        "booth", help="a booth's draft, texts and media", description="Writes a booth's draft with its media as a ZIP."
    )
    taken.add_argument("booth", help="which, as in studio-07")
    taken.add_argument("--to", type=Path, metavar="FILE", help="a new file (halles-BOOTH.zip)")
    into = commands.add_parser("import", help="bring something into the show from a file").add_subparsers(
        dest="import", required=True
    )
    brought = into.add_parser(
        "booth",
        help="a booth's file into the draft of a booth",
        description="Makes a booth's draft what a file says, after the checks of uploads and edits. Visitors see"
        " nothing of it before it is published in the studio, where it can be undone too.",
    )
    brought.add_argument("file", type=Path, help="as `export booth` or a studio has written it, from any Halles server")
    brought.add_argument("--booth", required=True, help="whose draft")
    brought.add_argument(
        "--as",
        dest="account",
        metavar="LOGIN",
        required=True,
        help="the account that does it: of its staff, or organiser",
    )
    brought.add_argument("--dry-run", action="store_true", help="check all of it and store nothing")


def _settings(options: argparse.Namespace) -> ServerConfig:
    """The environment's configuration, with what was typed on top."""
    environment = dict(os.environ)
    for name in ("data", "host", "port", "metrics_port"):
        if (value := getattr(options, name, None)) is not None:
            environment[config.PREFIX + name.upper()] = str(value)
    return config.load(environment)


def _password() -> Secret:
    """Asks for a new password twice, or takes a line of standard input where nobody types."""
    if not sys.stdin.isatty():
        return Secret(sys.stdin.readline().rstrip("\n"))
    try:
        password, again = getpass.getpass("Password: "), getpass.getpass("Again: ")
    except EOFError:
        raise ConfigError("no password was given") from None
    if again != password:
        raise ConfigError("the two passwords differ")
    return Secret(password)


def _raise_file_limit() -> None:
    """Allows as many open connections as the machine lets us: a hall is 2,500 of them, often more than the default."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _say(text: str) -> None:
    print(f"halles-server: {text}", file=sys.stderr, flush=True)


def _explain(error: BaseException) -> int:
    # A rejection's code is for programs: whoever typed the command reads the sentence.
    for line in (error.text if isinstance(error, Rejection) else str(error)).splitlines():
        _say(line)
    return _CANNOT_START


def _refused(refusal: Rejection) -> int:
    """Says why something was not done; unlike with ``_explain``, all that was needed for it was there."""
    _explain(refusal)
    return _FAULT


def _leaves(group: BaseExceptionGroup[BaseException]) -> Iterator[BaseException]:
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from _leaves(error)
        else:
            yield error


if __name__ == "__main__":
    sys.exit(main())
