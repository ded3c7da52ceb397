"""How the server's cost and what its visitors see change with their number, all over the hall and in one spot."""

from collections.abc import Sequence

from bench import crowd
from bench.report import Result


def run(steps: Sequence[int], hz: float, seconds: float, *, spot: bool = False) -> list[Result]:
    """Measures W(n, hz) for each number of people."""
    return [crowd.run(people, hz, seconds, spot=spot) for people in steps]
