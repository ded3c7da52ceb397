"""Slots cut from a day, also from the two days of the year that have not 24 hours."""

import itertools
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halles.errors import Rejection
from halles_server.services.meeting_times import AT_ONCE, MINUTES, Opening, cut, moment

BRUSSELS = ZoneInfo("Europe/Brussels")
SPRING, AUTUMN = date(2027, 3, 28), date(2027, 10, 31)


def test_a_morning_is_cut_into_slots_and_what_is_left_over_is_left_out() -> None:
    slots = cut(Opening(date(2027, 1, 12), time(10), time(11, 10), 20), BRUSSELS)
    assert [slot.start for slot in slots] == [datetime(2027, 1, 12, 9, minute, tzinfo=UTC) for minute in (0, 20, 40)]
    assert slots[-1].end == datetime(2027, 1, 12, 10, tzinfo=UTC)


def test_the_day_on_which_summer_time_begins_has_an_hour_less() -> None:
    assert len(cut(Opening(SPRING, time(1), time(4), 60), BRUSSELS)) == 2
    with pytest.raises(Rejection, match="BAD_FIELD"):
        cut(Opening(SPRING, time(2, 30), time(4), 30), BRUSSELS)


def test_the_day_on_which_summer_time_ends_has_an_hour_more() -> None:
    slots = cut(Opening(AUTUMN, time(1), time(4), 60), BRUSSELS)
    assert [slot.start.astimezone(BRUSSELS).hour for slot in slots] == [1, 2, 2, 3]
    assert moment(AUTUMN, time(2, 30), BRUSSELS) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("opening", "code"),
    [
        (Opening(date(2027, 1, 12), time(10), time(10), 20), "BAD_FIELD"),
        (Opening(date(2027, 1, 12), time(10), time(9), 20), "BAD_FIELD"),
        (Opening(date(2027, 1, 12), time(10), time(10, 10), 20), "BAD_FIELD"),
        (Opening(date(2027, 1, 12), time(10), time(12), 7), "BAD_FIELD"),
        (Opening(date(2027, 1, 12), time(0), time(23, 59), 10), "OVER_BUDGET"),
        (Opening(date.min, time(0), time(1), 20), "BAD_FIELD"),
    ],
)
def test_hours_that_are_not_possible_are_refused(opening: Opening, code: str) -> None:
    with pytest.raises(Rejection) as refusal:
        cut(opening, BRUSSELS)
    assert refusal.value.code == code


@given(
    st.dates(date(2020, 1, 1), date(2035, 1, 1)) | st.sampled_from([SPRING, AUTUMN]),
    st.times(),
    st.times(),
    st.sampled_from(MINUTES),
    st.sampled_from(["Europe/Brussels", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"]),
)
def test_slots_follow_each_other_and_stay_within_the_opening(
    day: date, start: time, end: time, minutes: int, zone: str
) -> None:
    where = ZoneInfo(zone)
    try:
        slots = cut(Opening(day, start.replace(second=0, microsecond=0), end, minutes), where)
    except Rejection:
        return
    assert 1 <= len(slots) <= AT_ONCE
    assert {slot.end - slot.start for slot in slots} == {timedelta(minutes=minutes)}
    assert all(one.end == following.start for one, following in itertools.pairwise(slots))
    assert slots[0].start.astimezone(where).date() == day
    assert slots[-1].end <= moment(day, end, where)
