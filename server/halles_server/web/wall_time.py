"""A day and an hour as one field of a form has them, on the show's clock."""

from datetime import datetime
from zoneinfo import ZoneInfo

from halles.errors import Rejection, RejectionCode
from halles_server.services.meeting_times import moment


def wall_moment(said: str, zone: ZoneInfo) -> datetime:
    """Reads ``2026-11-23T14:30``; ``Rejection`` BAD_FIELD for anything else, or an hour that the clock leaves out."""
    try:
        wall = datetime.fromisoformat(said)
    except ValueError:
        raise Rejection(RejectionCode.BAD_FIELD, "no day and hour") from None
    if wall.tzinfo is not None:
        raise Rejection(RejectionCode.BAD_FIELD, "the show's clock has one zone")
    return moment(wall.date(), wall.time(), zone)
