"""``python -m bench SUBJECT``: prints a table and, with ``--json FILE``, writes the same figures for programs."""

import argparse
from pathlib import Path

from bench import client, crowd, startup, tick
from bench.peers import colyseus, comparison
from bench.report import publish


def main() -> None:
    """Runs one measurement."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    subjects = parser.add_subparsers(dest="subject", required=True)
    one = subjects.add_parser("crowd", help="the server: W(N, H), everybody walks in one hall")
    two = subjects.add_parser("startup", help="how long the server takes, first and second time")
    three = subjects.add_parser("client", help="frames per second of the view on this machine's renderer")
    three.add_argument("--avatars", type=int, default=60)
    three.add_argument("--hall", default="lille")
    three.add_argument("--preset", choices=("low", "medium", "high"), default="low")
    four = subjects.add_parser("tick", help="one tick of a hall, without any network")
    five = subjects.add_parser("peers", help="Halles, a bare C server and Colyseus under the same load, in one run")
    five.add_argument(
        "--cache", type=Path, default=colyseus.CACHE, help="where Colyseus is installed (default: %(default)s)"
    )
    for crowded in (one, five):
        crowded.add_argument("--clients", type=int, default=1000)
        crowded.add_argument("--hz", type=float, default=10.0)
        crowded.add_argument("--seconds", type=float, default=60.0)
    for subject in (one, two, three, four, five):
        subject.add_argument("--json", type=Path)
    options = parser.parse_args()
    if options.subject == "crowd":
        results = [crowd.run(options.clients, options.hz, options.seconds)]
    elif options.subject == "peers":
        results = comparison.run(options.clients, options.hz, options.seconds, options.cache)
    elif options.subject == "startup":
        results = startup.run()
    elif options.subject == "tick":
        results = tick.run()
    else:
        results = client.run(options.hall, options.avatars, options.preset)
    publish(results, options.json)


if __name__ == "__main__":
    main()
