"""The times of meetings: a stretch of one day, in the show's zone, cut into slots. Pure.

Slots are cut from the time that passes, not from the clock's face: on the day when summer time begins, one to four
holds two hours of them, and on the day when it ends, four.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from halles.errors import Rejection, RejectionCode
from halles_server.ports.meetings import Period

MINUTES: Final = (10, 15, 20, 30, 45, 60)
"""How long a slot may be."""

AT_ONCE: Final = 48
"""Slots that are opened at once."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A stretch of a day as staff write it, by the clock on the show's wall."""

    day: date
    start: time
    end: time
    minutes: int


def cut(opening: Opening, zone: ZoneInfo) -> tuple[Period, ...]:
    """Returns the slots of an opening, in UTC; what is left at its end, too short for one, is left out.

    Raises:
        Rejection: BAD_FIELD, for a length that is not offered, an hour that the day does not have, or no slot at all;
            OVER_BUDGET, for more than ``AT_ONCE``.
    """
    if opening.minutes not in MINUTES:
        raise Rejection(RejectionCode.BAD_FIELD, f"slots of {opening.minutes} min are not offered")
    length = timedelta(minutes=opening.minutes)
    start, end = moment(opening.day, opening.start, zone), moment(opening.day, opening.end, zone)
    count = (end - start) // length
    if count < 1:
        raise Rejection(RejectionCode.BAD_FIELD, "the end is not a slot after the beginning")
    if count > AT_ONCE:
        raise Rejection(RejectionCode.OVER_BUDGET, f"{count} slots, at most {AT_ONCE} at once")
    return tuple(Period(start + i * length, start + (i + 1) * length) for i in range(count))


def moment(day: date, hour: time, zone: ZoneInfo) -> datetime:
    """Returns when a clock on the wall shows an hour, in UTC; of an hour that comes twice, the first.

    Raises:
        Rejection: BAD_FIELD, for an hour that is left out when summer time begins.
    """
    wall = datetime.combine(day, hour, zone)
    try:
        there = wall.astimezone(UTC)
    except OverflowError:  # in the first or last year that there is
        raise Rejection(RejectionCode.BAD_FIELD, f"{day} is no day for a meeting") from None
    if there.astimezone(zone).replace(tzinfo=None) != wall.replace(tzinfo=None):
        raise Rejection(RejectionCode.BAD_FIELD, f"{day} has no {hour:%H:%M} in {zone.key}")
    return there
