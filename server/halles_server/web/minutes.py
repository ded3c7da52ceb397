"""The minutes of a live session as a draft in Markdown: what was said and decided, with times; pure.

Whoever hosts takes it from there: nothing is summed up that nobody has said. Names that people have withdrawn are left
out, as everywhere in a recording.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from halles.world.live import LiveState, speakers
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
    for speaker in recording.speakers:
        organisation = f", {plain(speaker.organisation)}" if speaker.organisation else ""
        yield f"- {plain(speaker.name)}{organisation}"


@dataclass(frozen=True, slots=True)
class _Turn:
    """Somebody who may be heard: from when, for how long so far, and on which chair of a fishbowl.

    Attributes:
        given_ms: When they were given the floor: what tells one turn from the next.
    """

    name: str
    since_ms: int
    given_ms: int
    chair: int | None = None
    heard_ms: int = 0


def _floors(recording: Recording, tongue: Tongue, calendar: Calendar) -> Iterator[str]:
    """Yields who spoke from when for how long, in the order in which they ended; of several at once, who came first.

    A pause ends no turn, and does not count: the console's clock stands still as well.
    """
    turns: dict[str, _Turn] = {}
    before, counted_ms = LiveState(), 0
    for moment in recording.moments:
        turns = _counted(turns, before, moment.at_ms - counted_ms)
        now = _turns(moment, turns)
        for key, turn in turns.items():
            after = now.get(key)
            if after is None or (after.given_ms, after.chair) != (turn.given_ms, turn.chair):
                yield _spoke(turn, tongue, calendar)
        turns, before, counted_ms = now, moment.state, moment.at_ms
    for turn in _counted(turns, before, recording.outline.ended_ms - counted_ms).values():
        yield _spoke(turn, tongue, calendar)  # it was not recorded how they ended


def _counted(turns: Mapping[str, _Turn], state: LiveState, more_ms: int) -> dict[str, _Turn]:
    """Returns turns with the time for which a state lasted, where they were heard in it."""
    heard = speakers(state)
    return {
        key: replace(turn, heard_ms=turn.heard_ms + max(0, more_ms)) if key in heard else turn
        for key, turn in turns.items()
    }


def _turns(moment: Moment, before: Mapping[str, _Turn]) -> dict[str, _Turn]:
    """Returns whose turn it is at a moment, by key; whoever sits in a fishbowl has one from when it is live."""
    state = moment.state
    floors = {one.person.key: one.since_ms for one in state.floor}
    chairs = {one.person.key: one.number for one in state.chairs}
    found = {}
    for key, person in speakers(state, paused=True).items():
        given, chair = (floors[key], None) if key in floors else (0, chairs[key])
        turn, known = _Turn(person.name, moment.at_ms, given, chair), before.get(key)
        goes_on = known is not None and (known.given_ms, known.chair) == (given, chair)
        found[key] = replace(known, name=person.name) if known is not None and goes_on else turn
    return dict(sorted(found.items(), key=lambda row: row[1].since_ms))


def _spoke(turn: _Turn, tongue: Tongue, calendar: Calendar) -> str:
    _ = tongue.catalogue.gettext
    seconds = turn.heard_ms // 1000
    word = _("Chair")
    chair = f", {word} {turn.chair + 1}" if turn.chair is not None else ""
    length = f"{seconds // 60}:{seconds % 60:02}"
    return f"- {calendar.hour(turn.since_ms)} {plain(turn.name) or '…'}{chair} ({length})"


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
