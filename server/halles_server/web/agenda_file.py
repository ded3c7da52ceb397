"""Meetings and live sessions as an iCalendar file (RFC 5545): pure.

Times are in UTC, so that no reader needs our zone's rules.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from icalendar import Calendar, Event

from halles_server.ports.meetings import Meeting, MeetingState, Period

STATUS: Final[dict[MeetingState, str]] = {
    "asked": "TENTATIVE",
    "confirmed": "CONFIRMED",
    "declined": "CANCELLED",
    "cancelled": "CANCELLED",
    "expired": "CANCELLED",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A meeting with the words for it in one language.

    Attributes:
        place: Where, as people say it.
        url: Of the booth's page.
    """

    meeting: Meeting
    summary: str
    place: str
    url: str


@dataclass(frozen=True, slots=True)
class Row:
    """What a calendar is told of one thing at one time, in the words of RFC 5545."""

    uid: str
    during: Period
    changed: datetime
    sequence: int
    status: str
    summary: str
    place: str
    url: str
    description: str


def agenda_file(entries: Iterable[Entry], name: str, rows: Iterable[Row] = ()) -> bytes:
    """Returns a calendar of a name with these meetings, and these other rows."""
    calendar = Calendar()
    calendar.add("prodid", "-//Halles//Agenda//EN")
    calendar.add("version", "2.0")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    for row in (*map(_row, entries), *rows):
        calendar.add_component(_event(row))
    return bytes(calendar.to_ical())


def _row(entry: Entry) -> Row:
    meeting = entry.meeting
    return Row(
        uid=meeting.uid,
        during=meeting.during,
        changed=meeting.changed,
        sequence=meeting.sequence,
        status=STATUS[meeting.state],
        summary=entry.summary,
        place=entry.place,
        url=entry.url,
        description="\n\n".join(filter(None, (meeting.subject, meeting.word))),
    )


def _event(row: Row) -> Event:
    event = Event()
    event.add("uid", row.uid)
    event.add("dtstamp", row.changed.astimezone(UTC))
    event.add("last-modified", row.changed.astimezone(UTC))
    event.add("dtstart", row.during.start.astimezone(UTC))
    event.add("dtend", row.during.end.astimezone(UTC))
    event.add("sequence", row.sequence)
    event.add("status", row.status)
    event.add("summary", row.summary)
    event.add("location", row.place)
    event.add("url", row.url)
    if row.description:
        event.add("description", row.description)
    return event
