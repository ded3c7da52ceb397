"""How the server's cost and what its visitors see change with their number, all over the hall and in one spot."""

from collections.abc import Sequence
from typing import Final

from bench import crowd
from bench.report import Result

STEPS: Final = (250, 500, 1000, 1500, 2500, 3500, 4000, 5000)


def run(steps: Sequence[int], hz: float, seconds: float, *, spot: bool = False) -> list[Result]:
    """Measures W(n, hz) for each number of people."""
    return [crowd.run(people, hz, seconds, spot=spot) for people in steps]
