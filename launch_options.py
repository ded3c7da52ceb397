"""What ``./run`` is told by whoever types it; of the standard library alone: ``--help`` comes before installing."""

import argparse
from pathlib import Path


def options_of() -> argparse.Namespace:
    """Reads the command line; ``--help`` and what is wrong end the process."""
    parser = argparse.ArgumentParser(prog="./run", description="Opens the demonstration exhibition on this machine.")
    parser.add_argument(
        "--tour", metavar="DIR", type=Path, help="walk through all halls without a screen; pictures go to DIR"
    )
    parser.add_argument(
        "--bots", metavar="N", type=_number, default=100, help="visitors who walk around by themselves (100)"
    )
    parser.add_argument(
        "--port", type=int, help="the one TCP port; of several nodes the first one's, the others follow"
    )
    parser.add_argument(
        "--nodes", metavar="N", type=int, choices=range(1, 17), default=1, help="servers that share the show (1)"
    )
    parser.add_argument("--no-client", action="store_true", help="serve only, even where there is a display")
    return parser.parse_args()


def _number(text: str) -> int:
    """Reads how many; none at all is a number too."""
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"not below 0, as {number} is")
    return number


if __name__ == "__main__":
    options_of()
