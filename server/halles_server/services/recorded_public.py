"""What a transcript tells of the public: questions once they were shown, answers, and what polls came to; pure.

A question that its hosts refused, or never showed, was read by them alone, and stays so.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

import msgspec

from halles.world.live import LivePerson
from halles.world.live_replay import PollThen, RecordedLine
from halles.world.questions import SHOWN
from halles.world.text import Language
from halles_server.ports.recordings import LiveEvent

_ANSWERED: Final = "answered"

_VOTED: Final[dict[Language, tuple[str, str]]] = {
    "fr": ("{} personne a voté", "{} personnes ont voté"),
    "nl": ("{} stemmer", "{} stemmers"),
    "en": ("{} person voted", "{} people voted"),
}
"""How many voted, of one and of several: part of a line, which is written once for each language."""


def questions_of(events: Sequence[LiveEvent], person: Callable[[str], LivePerson]) -> Iterator[RecordedLine]:
    """Yields each question when it was first shown, and again when it was answered, with its votes."""
    asked: dict[int, tuple[str, str, str]] = {}
    shown: set[int] = set()
    for event in events:
        if event.kind == "question-asked":
            number, language, text, state = msgspec.json.decode(event.detail, type=tuple[int, str, str, str])
            asked[number] = event.by, language, text
        elif event.kind == "question-decided":
            number, _, state, votes = msgspec.json.decode(event.detail, type=tuple[int, str, str, int])
        else:
            continue
        if number not in asked:  # whoever asked has withdrawn
            continue
        key, language, text = asked[number]
        who = person(key)
        if state in SHOWN and number not in shown:
            shown.add(number)
            yield RecordedLine(event.at_ms, "question", who.key, who.name, language, text)
        if state == _ANSWERED:
            yield RecordedLine(event.at_ms, "answer", who.key, who.name, language, f"{text} (+{votes})")


def polls_of(results: Iterable[PollThen], language: Language, ended_ms: int) -> Iterator[RecordedLine]:
    """Yields what each poll came to, in a reader's language where it has that.

    One that the end itself has closed is told at the end, though its votes were counted a moment later.
    """
    for row in results:
        poll = row.card.poll
        title, written = poll.title.read(language)
        options = zip(poll.options, row.counts, strict=True)
        counted = ", ".join(f"{option.read(language)[0]}: {count}" for option, count in options)
        text = f"{title} {counted} ({_voted(written, row.voters)})"
        yield RecordedLine(min(row.at_ms, ended_ms), "poll", "", "", written, text)


def _voted(language: Language, voters: int) -> str:
    one, more = _VOTED[language]
    return (one if voters == 1 or (voters == 0 and language == "fr") else more).format(voters)
