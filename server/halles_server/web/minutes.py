"""The minutes of a live session as a draft in Markdown: what was said and decided, with times; pure.

Whoever hosts takes it from there: nothing is summed up that nobody has said. Names that people have withdrawn are left
out, as everywhere in a recording.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from halles.world.live_replay import Moment, RecordedLine
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
    entry, outline, lines = recording.record.entry, recording.outline, recording.told(tongue.code)
    begun = datetime.fromtimestamp(outline.begun_ms / 1000, UTC)
    ended = datetime.fromtimestamp(outline.ended_ms / 1000, UTC)
    yield f"# {plain(entry.title.read(tongue.code)[0])}"
    yield ""
    yield f"{calendar.long_day(begun)}, {calendar.hour(begun)} – {calendar.hour(ended)}"
    yield ""
    yield _("Draft: made of what was recorded, to be read over.")
    for heading, rows in (
        (_("Speakers"), _speakers(recording)),
        (_("Who had the floor"), _floors(recording, tongue, calendar)),
        (_("Questions"), _questions(lines, calendar)),
        (_("Polls"), _said(lines, calendar, "poll")),
        (_("What was said"), _said(lines, calendar, "caption")),
        (_("Chat"), _said(lines, calendar, "said")),
        (_("Conclusion"), _paragraphs(concluded.read(tongue.code)[0])),
    ):
        found = list(rows)
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


@dataclass(frozen=True, slots=True)
class _Spoke:
    """Somebody who may be heard: since when, and on which chair of a fishbowl."""

    name: str
    since_ms: int
    chair: int | None = None


def _floors(recording: Recording, tongue: Tongue, calendar: Calendar) -> Iterator[str]:
    """Yields who spoke from when for how long, in the order in which they ended; of several at once, who came first."""
    before: dict[str, _Spoke] = {}
    for moment in recording.moments:
        now = _speaking(moment, before)
        for key, spoke in before.items():
            after = now.get(key)
            if after is None or (after.since_ms, after.chair) != (spoke.since_ms, spoke.chair):
                yield _spoke(spoke, moment.at_ms, tongue, calendar)
        before = now
    for spoke in before.values():  # it was not recorded how they ended
        yield _spoke(spoke, recording.outline.ended_ms, tongue, calendar)


def _speaking(moment: Moment, before: Mapping[str, _Spoke]) -> dict[str, _Spoke]:
    """Returns who may be heard at a moment, by key; whoever sits in a fishbowl has the floor from when it is live."""
    state = moment.state
    found = {one.person.key: _Spoke(one.person.name, one.since_ms) for one in state.floor}
    fishbowl = state.mode == "fishbowl" and state.phase in ("live", "paused")
    for one in state.chairs if fishbowl else ():
        spoke = before.get(one.person.key)
        sat = spoke is not None and spoke.chair == one.number
        since = spoke.since_ms if spoke is not None and sat else max(one.since_ms, moment.at_ms)
        found.setdefault(one.person.key, _Spoke(one.person.name, since, one.number))
    return dict(sorted(found.items(), key=lambda row: row[1].since_ms))


def _spoke(spoke: _Spoke, until_ms: int, tongue: Tongue, calendar: Calendar) -> str:
    _ = tongue.catalogue.gettext
    seconds = max(0, until_ms - spoke.since_ms) // 1000
    word = _("Chair")
    chair = f", {word} {spoke.chair + 1}" if spoke.chair is not None else ""
    length = f"{seconds // 60}:{seconds % 60:02}"
    return f"- {calendar.hour(spoke.since_ms)} {plain(spoke.name) or '…'}{chair} ({length})"


def _questions(lines: Sequence[RecordedLine], calendar: Calendar) -> Iterator[str]:
    """Yields each question once: when it was answered, with its votes, else when it was shown."""
    answers = [line for line in lines if line.kind == "answer"]
    for line in lines:
        later = any(answer.key == line.key and answer.text.startswith(line.text) for answer in answers)
        if line.kind == "answer" or (line.kind == "question" and not later):
            yield f"- {calendar.hour(line.at_ms)} {_whose(line)}{plain(line.text)}"


def _paragraphs(text: str) -> Iterator[str]:
    """Yields what was written, each line a paragraph; a mark where nobody has yet."""
    lines = [plain(line) for line in text.splitlines() if line.strip()] or ["…"]
    for number, line in enumerate(lines):
        yield from ("", line) if number else (line,)


def _said(lines: Sequence[RecordedLine], calendar: Calendar, *kinds: str) -> Iterator[str]:
    for line in lines:
        if line.kind in kinds:
            yield f"- {calendar.hour(line.at_ms)} {_whose(line)}{plain(line.text)}"


def _whose(line: RecordedLine) -> str:
    return f"{plain(line.name)}: " if line.name and line.kind != "caption" else ""
