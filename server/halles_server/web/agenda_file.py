"""Meetings as an iCalendar file (RFC 5545): pure. Times are in UTC, so that no reader needs our zone's rules."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC
from typing import Final

from icalendar import Calendar, Event

from halles_server.ports.meetings import Meeting, MeetingState

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


def agenda_file(entries: Iterable[Entry], name: str) -> bytes:
    """Returns a calendar of a name with these entries."""
    calendar = Calendar()
    calendar.add("prodid", "-//Halles//Agenda//EN")
    calendar.add("version", "2.0")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    for entry in entries:
        calendar.add_component(_event(entry))
    return bytes(calendar.to_ical())


def _event(entry: Entry) -> Event:
    meeting, event = entry.meeting, Event()
    event.add("uid", meeting.uid)
    event.add("dtstamp", meeting.changed.astimezone(UTC))
    event.add("last-modified", meeting.changed.astimezone(UTC))
    event.add("dtstart", meeting.during.start.astimezone(UTC))
    event.add("dtend", meeting.during.end.astimezone(UTC))
    event.add("sequence", meeting.sequence)
    event.add("status", STATUS[meeting.state])
    event.add("summary", entry.summary)
    event.add("location", entry.place)
    event.add("url", entry.url)
    if said := "\n\n".join(filter(None, (meeting.subject, meeting.word))):
        event.add("description", said)
    return event
