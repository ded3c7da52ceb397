"""Days and hours as each language writes them, in the show's zone."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from halles.world.text import Language
from halles_server.web.dates import Calendar
from halles_server.web.language import tongues

ZONE = ZoneInfo("Europe/Brussels")
EVENING = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "day", "long_day", "hour", "month"),
    [
        ("fr", "24 nov. 2026", "mardi 24 novembre 2026", "0\u00a0h\u00a030", "novembre 2026"),
        ("nl", "24 nov 2026", "dinsdag 24 november 2026", "0.30\u00a0uur", "november 2026"),
        ("en", "24 Nov 2026", "Tuesday 24 November 2026", "0:30", "November 2026"),
    ],
)
def test_a_moment_is_written_in_the_shows_zone(code: Language, day: str, long_day: str, hour: str, month: str) -> None:
    calendar = Calendar(code, ZONE)
    assert calendar.day(EVENING) == calendar.written(date(2026, 11, 24)) == day
    assert calendar.long_day(EVENING) == long_day
    assert (calendar.hour(EVENING), calendar.month(date(2026, 11, 1))) == (hour, month)
    assert calendar.hour(round(EVENING.timestamp() * 1000)) == hour, "as messages have it"
    assert calendar.moment(EVENING) == f"{day.removesuffix(' 2026')}, {hour}"
    assert tongues()[code].day_and_hour(EVENING, ZONE) == f"{day}, {hour}"
    assert calendar.machine(EVENING) == "2026-11-24T00:30+01:00"


def test_in_the_hour_that_comes_twice_the_zone_says_which_it_is() -> None:
    calendar = Calendar("en", ZONE)
    hours = [calendar.hour(datetime(2027, 10, 31, hour, 30, tzinfo=UTC)) for hour in (0, 1, 2)]
    assert hours == ["2:30\u00a0(CEST)", "2:30\u00a0(CET)", "3:30"]
