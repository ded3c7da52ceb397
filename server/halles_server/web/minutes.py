"""The minutes of a live session as a draft in Markdown: what was said and decided, with times; pure.

Whoever hosts takes it from there: nothing is summed up that nobody has said. Names that people have withdrawn are left
out, as everywhere in a recording.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from halles.world.live import Floor
from halles.world.live_replay import RecordedLine
from halles.world.text import Text
from halles_server.services.recordings import Recording
from halles_server.web.dates import Calendar
from halles_server.web.language import Tongue

_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>#|])")
_BEGINS: Final = re.compile(r"^(\s*)([-+]|\d+\.)(\s)")


def minutes_of(recording: Recording, concluded: Text, tongue: Tongue, calendar: Calendar) -> str:
    """Returns the draft in a reader's language, with what its hosts wrote that it came to."""
    return "\n".join(_written(recording, concluded, tongue, calendar)).strip() + "\n"


def _written(recording: Recording, concluded: Text, tongue: Tongue, calendar: Calendar) -> Iterator[str]:
    _ = tongue.catalogue.gettext
    entry, outline = recording.record.entry, recording.outline
    begun = datetime.fromtimestamp(outline.begun_ms / 1000, UTC)
    ended = datetime.fromtimestamp(outline.ended_ms / 1000, UTC)
    yield f"# {plain(entry.title.read(tongue.code)[0])}"
    yield ""
    yield f"{calendar.long_day(begun)}, {calendar.hour(begun)} – {calendar.hour(ended)}"
    yield ""
    yield _("Draft: made of what was recorded, to be read over.")
    for heading, lines in (
        (_("Speakers"), _speakers(recording)),
        (_("Who had the floor"), _floors(recording, calendar)),
        (_("Questions"), _questions(recording, calendar)),
        (_("Polls"), _said(recording, calendar, "poll")),
        (_("What was said"), _said(recording, calendar, "caption")),
        (_("Chat"), _said(recording, calendar, "said")),
        (_("Conclusion"), _paragraphs(concluded.read(tongue.code)[0])),
    ):
        found = list(lines)
        if found:
            yield from ("", f"## {heading}", "", *found)


def plain(text: str) -> str:
    """Returns a text as Markdown shows it as it is, on one line (CommonMark 0.31, 2.4)."""
    line = _SPECIAL.sub(r"\\\1", " ".join(text.split()))
    return _BEGINS.sub(r"\1\\\2\3", line)


def _speakers(recording: Recording) -> Iterator[str]:
    for speaker in recording.record.entry.speakers:
        organisation = f", {plain(speaker.organisation)}" if speaker.organisation else ""
        yield f"- {plain(speaker.name)}{organisation}"


def _floors(recording: Recording, calendar: Calendar) -> Iterator[str]:
    """Yields who spoke from when for how long, in the order in which they ended."""
    before: dict[str, Floor] = {}
    for moment in recording.moments:
        now = {floor.person.key: floor for floor in moment.state.floor}
        for key in before.keys() - now.keys():
            floor = before[key]
            seconds = max(0, moment.at_ms - floor.since_ms) // 1000
            length = f"{seconds // 60}:{seconds % 60:02}"
            yield f"- {calendar.hour(floor.since_ms)} {plain(floor.person.name) or '…'} ({length})"
        before = now


def _questions(recording: Recording, calendar: Calendar) -> Iterator[str]:
    """Yields each question once: when it was answered, with its votes, else when it was shown."""
    answers = [line for line in recording.lines if line.kind == "answer"]
    for line in recording.lines:
        later = any(answer.key == line.key and answer.text.startswith(line.text) for answer in answers)
        if line.kind == "answer" or (line.kind == "question" and not later):
            yield f"- {calendar.hour(line.at_ms)} {_whose(line)}{plain(line.text)}"


def _paragraphs(text: str) -> Iterator[str]:
    """Yields what was written, each line a paragraph; a mark where nobody has yet."""
    lines = [plain(line) for line in text.splitlines() if line.strip()] or ["…"]
    for number, line in enumerate(lines):
        yield from ("", line) if number else (line,)


def _said(recording: Recording, calendar: Calendar, *kinds: str) -> Iterator[str]:
    for line in recording.lines:
        if line.kind in kinds:
            yield f"- {calendar.hour(line.at_ms)} {_whose(line)}{plain(line.text)}"


def _whose(line: RecordedLine) -> str:
    return f"{plain(line.name)}: " if line.name and line.kind != "caption" else ""
