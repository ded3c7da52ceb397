"""Time as an argument."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Time as an argument."""

    def monotonic(self) -> float:
        """Seconds that only grow, for durations and deadlines."""

    def wall(self) -> datetime:
        """The time of day in UTC, for what people read."""
