"""What can be measured, with its options.

A subject's own modules are imported when it runs, so that what needs no load works where the load's libraries are
missing.
"""

import argparse
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, Final, cast

from bench import sizes
from bench.report import Result

Options = argparse.Namespace
Run = Callable[[Options], list[Result]]
Add = Callable[[str, Run, str, str], argparse.ArgumentParser]

ABOUT: Final = """Measures one subject, prints a table and, with --json FILE, writes the same figures for programs.
W(N, H) means: N clients walk in one hall and each of them sends where it is H times a second."""
WALK_IN: Final = "10 s to start and walk in, then"


def arguments() -> argparse.ArgumentParser:
    """Returns what the command understands."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=ABOUT)
    subjects = parser.add_subparsers(dest="subject", required=True, metavar="SUBJECT")

    def add(name: str, run: Run, about: str, takes: str) -> argparse.ArgumentParser:
        subject = subjects.add_parser(
            name,
            help=about,
            description=f"{about[0].upper()}{about[1:]}. Takes {takes}.",
            formatter_class=argparse.ArgumentDefaultsHelpFormatter,
        )
        subject.set_defaults(run=run)
        about_json = "write the figures to this file as well, as JSON"
        subject.add_argument("--json", type=sizes.writable, metavar="FILE", default=argparse.SUPPRESS, help=about_json)
        return subject

    _add_crowds(add)
    _add_troubles(add)
    _add_single(add)
    everything = subjects.add_parser(
        "all",
        help="every measurement, and docs/performance.md from it",
        description="Every measurement in turn, and docs/performance.md from them. Takes an hour, with --quick 10 min.",
    )
    everything.add_argument("--quick", action="store_true", help="small crowds and short spans, within ten minutes")
    page = "docs/performance.md anew from docs/performance.json"
    subjects.add_parser("page", help=page, description=f"Writes {page}. Takes a second.")
    return parser


def _add_crowds(add: Add) -> None:
    one = add("crowd", _crowd, "the server with W(N, H): everybody walks in one hall", f"{WALK_IN} --seconds")
    two = add(
        "peers",
        _peers,
        "Halles, a bare C server and Colyseus under the same load W(N, H), in one run",
        f"three times: {WALK_IN} --seconds",
    )
    two.add_argument("--cache", type=Path, default=sizes.CACHE, metavar="FOLDER", help="where Colyseus is installed")
    two.add_argument("--floor-only", action="store_true", help="leave Colyseus out")
    for crowded in (one, two):
        _add_load(crowded, clients=1000, seconds=60.0)
    three = add(
        "growth",
        _growth,
        "how cost, bytes and age grow with the number of people",
        f"for each of --steps: {WALK_IN} --seconds",
    )
    people = sizes.whole(sizes.PEOPLE)
    three.add_argument(
        "--steps", type=people, nargs="+", default=list(sizes.STEPS), metavar="N", help="numbers of people"
    )
    _add_pace(three, 30.0)
    for crowded in (one, three):
        crowded.add_argument("--spot", action="store_true", help="everybody within 5 m of the middle")
    between = add(
        "cluster",
        _cluster,
        "two nodes over NATS share the crowd of one hall: what that adds",
        f"{WALK_IN} --seconds",
    )
    _add_load(between, clients=2500, seconds=60.0)
    many = add("bus", _bus, "simulated nodes over a real NATS: what it and each node's end take", "3 s, then --seconds")
    many.add_argument("--nodes", type=sizes.whole(sizes.NODES), default=4, metavar="N", help="how many nodes")
    visitors, halls = sizes.whole(sizes.NODE_PEOPLE), sizes.whole(sizes.HALLS)
    many.add_argument("--visitors", type=visitors, default=2500, metavar="N", help="how many walk with each node")
    many.add_argument("--halls", type=halls, default=1, metavar="N", help="over how many halls they are spread")
    _add_pace(many, 6.0)
    four = add("churn", _churn, "people come and go all the time: what grows", f"{WALK_IN} --seconds")
    _add_load(four, clients=250, seconds=600.0)
    per_s = sizes.number(sizes.PER_SECOND)
    four.add_argument("--per-s", type=per_s, default=50.0, metavar="N", help="how many come in a second, and go")


def _add_troubles(add: Add) -> None:
    takes = f"{WALK_IN} --quiet-s, --seconds and --quiet-s"
    people = sizes.whole(sizes.PEOPLE)
    five = add("storm", _storm, "many arrive at once", takes)
    five.add_argument("--arrivals", type=people, default=2500, metavar="N", help="how many arrive within --seconds")
    six = add("slow", _slow, "one in twenty of the clients stops reading for --seconds and comes back", takes)
    seven = add("flood", _flood, "connections that send moves at 1 kHz", takes)
    seven.add_argument("--flooders", type=people, default=sizes.FLOODERS, metavar="N", help="how many connections")
    eight = add("half-open", _half_open, "sockets that never finish the handshake", takes)
    eight.add_argument("--sockets", type=people, default=sizes.SOCKETS, metavar="N", help="how many sockets")
    about = "exhibitors upload photographs all the time while the crowd walks"
    uploads = add("uploads", _uploads, about, f"{takes}, and a second for each exhibitor")
    uploads.add_argument("--exhibitors", type=people, default=20, metavar="N", help="how many upload at once")
    nine = add("faults", _faults, "what a server leans on fails, or it sleeps, or dies", f"for each fault: {takes}")
    about = "Postgres killed, server or database asleep, NATS killed, one of two nodes killed; without it all in turn"
    nine.add_argument("--what", choices=sizes.FAULTS, default=argparse.SUPPRESS, help=about)
    for troubled in (five, six, seven, eight, nine, uploads):
        _add_load(troubled, clients=1000, seconds=10.0)
        quiet = sizes.number(sizes.SECONDS)
        troubled.add_argument("--quiet-s", type=quiet, default=20.0, metavar="S", help="seconds before, and after")


def _add_single(add: Add) -> None:
    published = add("publish", _publish, "how soon a full hall hears that a booth has changed", f"{WALK_IN} a minute")
    published.add_argument("--clients", type=sizes.whole(sizes.PEOPLE), default=500, metavar="N", help="how many stand")
    published.add_argument("--edits", type=sizes.whole(sizes.PEOPLE), default=50, metavar="N", help="how many edits")
    heard = "a full live session: how soon all is heard, and what it costs the tick"
    live = add("live", _live, heard, "a minute, then thrice --seconds")
    live.add_argument("--clients", type=sizes.whole(sizes.PEOPLE), default=500, metavar="N", help="how many are there")
    about_live = "seconds of quiet, of quiet recorded, and of questions, votes, slides and applause"
    live.add_argument("--seconds", type=sizes.number(sizes.SECONDS), default=30.0, metavar="S", help=about_live)
    studio = add(
        "studio", _studio, "the studio's pages and an edit's commit in a show that has been worked on", "2 min"
    )
    studio.add_argument("--booths", type=sizes.whole(sizes.BOOTHS), default=150, metavar="N", help="how many booths")
    studio.add_argument("--revisions", type=sizes.whole(sizes.REVISIONS), default=50, metavar="N", help="of each booth")
    add("startup", _startup, "how long the server takes to start, first and later", "15 s")
    add("tick", _tick, "one tick of a hall, without any network", "5 s")
    talk = add(
        "voice", _voice, "what voice adds to a tick: nobody, eight nearby, eight on the stage", "--seconds, thrice"
    )
    talk.add_argument("--clients", type=sizes.whole(sizes.PEOPLE), default=500, metavar="N", help="how many listen")
    span = sizes.number(sizes.SECONDS)
    talk.add_argument("--seconds", type=span, default=5.0, metavar="S", help="seconds that count")
    media = "an upload's way through the worker: a photograph, a document, a film"
    add("media", _media, media, "a minute")
    guard = add("guard", _guard, "the work of a tick in opcodes and arrays, without a clock", "half a minute")
    guard.add_argument("--keep", action="store_true", help="keep the figures for the test to compare with")
    view = add("client", _client, "frames per second of the view on this machine", "10 s")
    view.add_argument(
        "--avatars", type=sizes.whole(sizes.DRAWN), default=60, metavar="N", help="how many people walk there"
    )
    full = add("booths", _booths, "what the client holds in a hall of full booths, walked past one by one", "4 min")
    for drawn in (view, full):
        drawn.add_argument("--hall", type=sizes.hall, default="lille", help="whose scene is drawn")
        drawn.add_argument("--preset", choices=("low", "medium", "high"), default="low", help="how finely")


def _add_load(subject: argparse.ArgumentParser, *, clients: int, seconds: float) -> None:
    people = sizes.whole(sizes.PEOPLE)
    subject.add_argument("--clients", type=people, default=clients, metavar="N", help="how many clients walk")
    _add_pace(subject, seconds)


def _add_pace(subject: argparse.ArgumentParser, seconds: float) -> None:
    hertz = sizes.number(sizes.HERTZ)
    subject.add_argument("--hz", type=hertz, default=10.0, metavar="H", help="how often a second each reports")
    span = sizes.number(sizes.SECONDS)
    subject.add_argument("--seconds", type=span, default=seconds, metavar="S", help="seconds that count")


def _run(module: str, *arguments: Any, **named: Any) -> list[Result]:
    """Runs a subject's module, which is imported only now."""
    found = import_module(f"bench.{module}").run(*arguments, **named)
    return [found] if isinstance(found, Result) else cast(list[Result], found)


def _load(options: Options) -> Any:
    from bench.trouble import Load

    return Load(options.clients, options.hz, options.quiet_s, options.seconds)


def _crowd(options: Options) -> list[Result]:
    return _run("crowd", options.clients, options.hz, options.seconds, spot=options.spot)


def _cluster(options: Options) -> list[Result]:
    return _run("cluster", options.clients, options.hz, options.seconds)


def _bus(options: Options) -> list[Result]:
    from bench.bus import Town

    return _run("bus", Town(options.nodes, options.visitors, options.hz, options.halls), options.seconds)


def _peers(options: Options) -> list[Result]:
    from bench.peers import comparison

    if options.floor_only:
        return comparison.run_floor(options.clients, options.hz, options.seconds)
    return comparison.run(options.clients, options.hz, options.seconds, options.cache)


def _growth(options: Options) -> list[Result]:
    return _run("growth", options.steps, options.hz, options.seconds, spot=options.spot)


def _churn(options: Options) -> list[Result]:
    return _run("churn", options.clients, options.hz, options.seconds, options.per_s)


def _storm(options: Options) -> list[Result]:
    return _run("storm", _load(options), options.arrivals)


def _slow(options: Options) -> list[Result]:
    return _run("slow", _load(options))


def _flood(options: Options) -> list[Result]:
    return _run("flood", _load(options), options.flooders)


def _half_open(options: Options) -> list[Result]:
    return _run("half_open", _load(options), options.sockets)


def _uploads(options: Options) -> list[Result]:
    return _run("uploads", _load(options), options.exhibitors)


def _faults(options: Options) -> list[Result]:
    return _run("faults", _load(options), getattr(options, "what", ""))


def _startup(_: Options) -> list[Result]:
    return _run("startup")


def _tick(_: Options) -> list[Result]:
    return _run("tick")


def _voice(options: Options) -> list[Result]:
    return _run("voice", options.clients, options.seconds)


def _publish(options: Options) -> list[Result]:
    return _run("publishing", options.clients, options.edits)


def _live(options: Options) -> list[Result]:
    return _run("live", options.clients, options.seconds)


def _studio(options: Options) -> list[Result]:
    return _run("studio", options.booths, options.revisions)


def _media(_: Options) -> list[Result]:
    return _run("media")


def _guard(options: Options) -> list[Result]:
    return _run("guard", keep=options.keep)


def _client(options: Options) -> list[Result]:
    return _run("client", options.hall, options.avatars, options.preset)


def _booths(options: Options) -> list[Result]:
    return _run("booths", options.hall, options.preset)
