"""A day and an hour as one field has them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from halles.errors import Rejection
from halles_server.web.wall_time import wall_moment

BRUSSELS = ZoneInfo("Europe/Brussels")


def test_hours_are_those_of_the_show() -> None:
    assert wall_moment("2026-11-23T14:30", BRUSSELS) == datetime(2026, 11, 23, 13, 30, tzinfo=UTC)


@pytest.mark.parametrize("said", ["", "soon", "2026-13-01T00:00", "2026-11-23T14:30+05:00", "2026-03-29T02:30"])
def test_what_no_clock_shows_is_refused(said: str) -> None:
    with pytest.raises(Rejection):
        wall_moment(said, BRUSSELS)
