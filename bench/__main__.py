"""``python -m bench SUBJECT``: prints a table and, with ``--json FILE``, writes the same figures for programs."""

import argparse
from collections.abc import Callable
from pathlib import Path

from bench import (
    churn,
    client,
    cluster,
    crowd,
    faults,
    flood,
    growth,
    guard,
    half_open,
    slow,
    startup,
    storm,
    suite,
    tick,
)
from bench.page import performance
from bench.peers import colyseus, comparison
from bench.report import Result, publish
from bench.trouble import Load

Options = argparse.Namespace
Run = Callable[[Options], list[Result]]


def main() -> None:
    """Runs one measurement."""
    options = arguments().parse_args()
    if options.subject == "all":
        suite.run(quick=options.quick)
    elif options.subject == "page":
        performance.write(suite.RESULTS)
    else:
        publish(options.run(options), options.json)


def arguments() -> argparse.ArgumentParser:
    """Returns what the command understands."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    subjects = parser.add_subparsers(dest="subject", required=True)

    def add(name: str, run: Run, about: str) -> argparse.ArgumentParser:
        subject = subjects.add_parser(name, help=about, description=about)
        subject.set_defaults(run=run)
        subject.add_argument("--json", type=Path, help="write the figures there as well")
        return subject

    _add_crowds(add)
    _add_troubles(add)
    _add_single(add)
    everything = subjects.add_parser("all", help="every measurement, and docs/performance.md from it")
    everything.add_argument("--quick", action="store_true", help="within ten minutes")
    subjects.add_parser("page", help="docs/performance.md anew from docs/performance.json")
    return parser


Add = Callable[[str, Run, str], argparse.ArgumentParser]


def _add_crowds(add: Add) -> None:
    one = add("crowd", _crowd, "the server: W(N, H), everybody walks in one hall")
    two = add("peers", _peers, "Halles, a bare C server and Colyseus under the same load, in one run")
    two.add_argument(
        "--cache", type=Path, default=colyseus.CACHE, help="where Colyseus is installed (default: %(default)s)"
    )
    two.add_argument("--floor-only", action="store_true", help="leave Colyseus out")
    for crowded in (one, two):
        _add_load(crowded, clients=1000, seconds=60.0)
    three = add("growth", _growth, "how cost, bytes and age grow with the number of people")
    three.add_argument("--steps", type=int, nargs="+", default=list(growth.STEPS), help="numbers of people")
    three.add_argument("--hz", type=float, default=10.0)
    three.add_argument("--seconds", type=float, default=30.0)
    for crowded in (one, three):
        crowded.add_argument("--spot", action="store_true", help="everybody within 5 m")
    between = add("cluster", _cluster, "two nodes over NATS share the crowd of one hall: what does that add?")
    _add_load(between, clients=2500, seconds=60.0)
    four = add("churn", _churn, "people come and go all the time: what grows?")
    _add_load(four, clients=250, seconds=600.0)
    four.add_argument("--per-s", type=float, default=50.0, help="how many come in a second, and go")


def _add_troubles(add: Add) -> None:
    five = add("storm", lambda o: storm.run(_load(o), o.arrivals), "many arrive at once")
    five.add_argument("--arrivals", type=int, default=2500, help="how many arrive within --seconds")
    six = add("slow", lambda o: slow.run(_load(o)), "5 %% of the clients stop reading for --seconds and come back")
    seven = add("flood", lambda o: flood.run(_load(o), o.flooders), "connections that send moves at 1 kHz")
    seven.add_argument("--flooders", type=int, default=flood.FLOODERS)
    eight = add("half-open", lambda o: half_open.run(_load(o), o.sockets), "sockets that never finish the handshake")
    eight.add_argument("--sockets", type=int, default=half_open.SOCKETS)
    nine = add("faults", lambda o: faults.run(_load(o), o.what), "what a server leans on fails, or it sleeps, or dies")
    about = "Postgres killed, the server asleep, NATS killed, one of two nodes killed (default: all in turn)"
    nine.add_argument("--what", choices=tuple(faults.KINDS), default="", help=about)
    for troubled in (five, six, seven, eight, nine):
        _add_load(troubled, clients=1000, seconds=10.0)
        troubled.add_argument("--quiet-s", type=float, default=20.0, help="seconds measured before, and after")


def _add_single(add: Add) -> None:
    add("startup", lambda o: startup.run(), "how long the server takes, first and second time")
    add("tick", lambda o: tick.run(), "one tick of a hall, without any network")
    guard_ = add("guard", lambda o: guard.run(keep=o.keep), "the work of a tick in opcodes and arrays, without a clock")
    guard_.add_argument("--keep", action="store_true", help="keep the figures for the test to compare with")
    view = add(
        "client", lambda o: client.run(o.hall, o.avatars, o.preset), "frames per second of the view on this machine"
    )
    view.add_argument("--avatars", type=int, default=60)
    view.add_argument("--hall", default="lille")
    view.add_argument("--preset", choices=("low", "medium", "high"), default="low")


def _add_load(subject: argparse.ArgumentParser, *, clients: int, seconds: float) -> None:
    subject.add_argument("--clients", type=int, default=clients)
    subject.add_argument("--hz", type=float, default=10.0)
    subject.add_argument("--seconds", type=float, default=seconds)


def _load(options: Options) -> Load:
    return Load(options.clients, options.hz, options.quiet_s, options.seconds)


def _crowd(options: Options) -> list[Result]:
    return [crowd.run(options.clients, options.hz, options.seconds, spot=options.spot)]


def _cluster(options: Options) -> list[Result]:
    return [cluster.run(options.clients, options.hz, options.seconds)]


def _peers(options: Options) -> list[Result]:
    if options.floor_only:
        return comparison.run_floor(options.clients, options.hz, options.seconds)
    return comparison.run(options.clients, options.hz, options.seconds, options.cache)


def _growth(options: Options) -> list[Result]:
    return growth.run(options.steps, options.hz, options.seconds, spot=options.spot)


def _churn(options: Options) -> list[Result]:
    return [churn.run(options.clients, options.hz, options.seconds, options.per_s)]


if __name__ == "__main__":
    main()
