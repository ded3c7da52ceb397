"""Moments by this computer's clock: what the server says in Unix time, and hours that somebody writes."""

import math
from datetime import UTC, datetime, timedelta
from typing import Final

_LAST_MS: Final = 250_000_000_000_000
"""In the year 9892: calendars end at 9999."""


def clock(unix_ms: int) -> tuple[int, int]:
    """Returns hour and minute of a moment by this computer's clock."""
    return moment(unix_ms)[2:]


def moment(unix_ms: int) -> tuple[int, int, int, int]:
    """Returns day, month, hour and minute of a moment by this computer's clock; of any number a server may send."""
    at = datetime.fromtimestamp(min(max(unix_ms, 0), _LAST_MS) / 1000.0, UTC).astimezone()
    return at.day, at.month, at.hour, at.minute


def minutes_until(at: tuple[int, int], now: datetime) -> int:
    """Returns the minutes until this computer's clock shows an hour and minute next, 1 to 24 h."""
    due = now.replace(hour=at[0], minute=at[1], second=0, microsecond=0)
    if due <= now:
        due += timedelta(days=1)
    return math.ceil((due - now).total_seconds() / 60)
