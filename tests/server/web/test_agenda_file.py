"""Calendar files, read back with the library that others read them with."""

from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar

from halles.ids import BoothId
from halles_server.ports.meetings import Meeting, MeetingState, Period
from halles_server.web.agenda_file import STATUS, Entry, agenda_file

START = datetime(2027, 3, 28, 0, 30, tzinfo=UTC)


def meeting(state: MeetingState = "confirmed", subject: str = "", word: str = "") -> Meeting:
    return Meeting(
        meeting=1,
        uid="0b9b2c9e-5d44-4c0f-8a55-0d8f3f6c2a11",
        booth=BoothId("studio"),
        booth_name="Studio",
        host_name="Host",
        visitor_name="Ada",
        during=Period(START, START + timedelta(minutes=20)),
        state=state,
        subject=subject,
        word=word,
        expires=START,
        sequence=3,
        changed=datetime(2026, 11, 23, 10, tzinfo=UTC),
        hosting=False,
    )


def read(entry: Entry) -> dict[str, object]:
    calendar = Calendar.from_ical(agenda_file([entry], "Agenda").decode())
    (event,) = calendar.walk("VEVENT")
    return {name: event.get(name) for name in event}


def entry(of: Meeting) -> Entry:
    return Entry(of, "Meeting: Studio", "Halles, booth Studio", "https://halles.example/en/booths/studio")


def test_a_meeting_reads_back_with_its_times_in_utc() -> None:
    data = agenda_file([entry(meeting(subject="a film,\nor two; perhaps", word="with pleasure"))], "Agenda").decode()
    assert data.startswith("BEGIN:VCALENDAR\r\n")
    assert all(len(line.encode()) <= 75 for line in data.split("\r\n"))
    assert "DTSTART:20270328T003000Z" in data
    (event,) = Calendar.from_ical(data).walk("VEVENT")
    assert event.decoded("dtstart") == START
    assert event.decoded("dtend") == START + timedelta(minutes=20)
    assert str(event["uid"]) == meeting().uid
    assert (int(event["sequence"]), str(event["status"])) == (3, "CONFIRMED")
    assert str(event["description"]) == "a film,\nor two; perhaps\n\nwith pleasure"
    assert str(event["url"]) == "https://halles.example/en/booths/studio"


@pytest.mark.parametrize("state", STATUS)
def test_each_state_has_its_status(state: MeetingState) -> None:
    assert str(read(entry(meeting(state)))["STATUS"]) == STATUS[state]


def test_what_people_write_adds_no_line_of_its_own() -> None:
    wicked = "x\nEND:VEVENT\nBEGIN:VEVENT\nSUMMARY:evil"
    data = agenda_file([entry(meeting(subject=wicked, word=wicked))], "Agenda").decode()
    assert data.count("\r\nBEGIN:VEVENT") == 1
    assert str(read(entry(meeting(subject=wicked)))["DESCRIPTION"]) == wicked


def test_an_agenda_without_meetings_is_a_calendar_all_the_same() -> None:
    assert Calendar.from_ical(agenda_file([], "Agenda").decode()).walk("VEVENT") == []
