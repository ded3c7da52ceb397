"""The programme as pages, calendars and feeds show it: what is on now, what is next, days, what is over. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from xml.etree import ElementTree

from halles.ids import HallId
from halles.world.scene import Scene
from halles_server.ports.programme import Entry
from halles_server.web.agenda_file import Row
from halles_server.web.dates import Calendar
from halles_server.web.language import Said, Tongue

_ATOM = "http://www.w3.org/2005/Atom"

FIRST = 3
"""Entries that are shown as next."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The parts of a programme.

    Attributes:
        on: What is on now.
        coming: What comes next: the first few, none of them over or cancelled.
        days: Everything that is not over, under the days on which it begins.
        over: What is over, the latest first.
    """

    on: tuple[Entry, ...]
    coming: tuple[Entry, ...]
    days: tuple[tuple[str, tuple[Entry, ...]], ...]
    over: tuple[Entry, ...] = ()


def shown(entries: Sequence[Entry], now: datetime, calendar: Calendar, first: int = FIRST) -> Shown:
    """Cuts entries, which come by time, into what is on, what is next, days, and what is over."""
    held = [(entry, entry.stands(now)) for entry in entries if not entry.cancelled]
    open_ones = [entry for entry in entries if entry.stands(now) != "over"]
    days = groupby(open_ones, key=lambda entry: calendar.long_day(entry.during.start))
    return Shown(
        on=tuple(entry for entry, stands in held if stands == "on"),
        coming=tuple(entry for entry, stands in held if stands == "coming")[:first],
        days=tuple((day, tuple(of_day)) for day, of_day in days),
        over=tuple(entry for entry in reversed(entries) if entry.stands(now) == "over"),
    )


@dataclass(frozen=True, slots=True)
class Places:
    """Says where an entry is held, in one language."""

    scenes: dict[HallId, Scene]
    tongue: Tongue

    def hall(self, entry: Entry) -> Said:
        """Names the hall."""
        return self.tongue.say(self.scenes[entry.hall].name.text())

    def stage(self, entry: Entry) -> Said:
        """Names the stage; the hall where the plan has it no more."""
        stages = (stage.name.text() for stage in self.scenes[entry.hall].stages if stage.id == entry.stage)
        return self.tongue.say(next(stages, self.scenes[entry.hall].name.text()))

    def both(self, entry: Entry) -> str:
        """Names both, for calendars."""
        stage, hall = self.stage(entry).text, self.hall(entry).text
        return stage if hall in stage else f"{stage}, {hall}"


def row(entry: Entry, places: Places, root: str) -> Row:
    """Returns an entry as calendars take it."""
    tongue = places.tongue
    speakers = ", ".join(one.name for one in entry.speakers)
    again = f"{tongue.catalogue.gettext('Watch the replay')}: {root}/{tongue.code}/live/{entry.session}/replay"
    return Row(
        uid=entry.uid,
        during=entry.during,
        changed=entry.changed or entry.during.start,
        sequence=entry.sequence,
        status="CANCELLED" if entry.cancelled else "CONFIRMED",
        summary=tongue.say(entry.title).text,
        place=f"Halles, {places.both(entry)}",
        url=f"{root}/{tongue.code}/programme/{entry.session}",
        description="\n\n".join(
            filter(None, (tongue.say(entry.summary).text, speakers, again if entry.phase == "published" else ""))
        ),
    )


@dataclass(frozen=True, slots=True)
class Feed:
    """What is said of a feed itself.

    Attributes:
        cancelled: The word for an entry that is cancelled.
    """

    title: str
    address: str
    page: str
    cancelled: str


def atom(feed: Feed, entries: Iterable[Entry], rows: Iterable[Row], code: str) -> bytes:
    """Returns an Atom feed (RFC 4287), newest change first."""
    root = ElementTree.Element("feed", {"xmlns": _ATOM, "xml:lang": code})
    both = sorted(zip(entries, rows, strict=True), key=lambda pair: pair[1].changed, reverse=True)
    _text(root, "id", feed.address)
    _text(root, "title", feed.title)
    _text(root, "updated", _moment(both[0][1].changed if both else datetime(1970, 1, 1, tzinfo=UTC)))
    ElementTree.SubElement(root, "link", {"rel": "self", "href": feed.address})
    ElementTree.SubElement(root, "link", {"href": feed.page})
    author = ElementTree.SubElement(root, "author")
    _text(author, "name", "Halles")
    for entry, one in both:
        item = ElementTree.SubElement(root, "entry")
        _text(item, "id", f"urn:uuid:{one.uid}")
        _text(item, "title", f"{feed.cancelled} {one.summary}" if entry.cancelled else one.summary)
        _text(item, "updated", _moment(one.changed))
        ElementTree.SubElement(item, "link", {"href": one.url})
        when = f"{_moment(one.during.start)} – {_moment(one.during.end)}"
        _text(item, "summary", "\n\n".join(filter(None, (f"{when} · {one.place}", one.description))))
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ElementTree.tostring(root, encoding="unicode")}'.encode()


def _text(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = text


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
