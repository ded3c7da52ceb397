"""What the public of a recorded live session did, as screens showed it then: questions, votes, polls, reactions; pure.

Belongs here: how that is made of what was stored, and what one part of a replay tells of it. Not here: the transcript
(``recorded_public``). A question that its hosts refused before it was shown, or never showed, is in nothing. What
happened while nothing was recorded is told as it stood when recording went on, if it still held then.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from typing import Final, TypeVar

import msgspec
from msgspec.structs import replace

from halles.world.live import LivePerson
from halles.world.live_replay import (
    PART_MS,
    PUBLIC_BYTES,
    PUBLIC_CAP,
    QUESTIONS_THEN,
    PollThen,
    PublicThen,
    QuestionThen,
    ReactionsThen,
    VotesThen,
)
from halles.world.polls import Poll, PollCard, PollState
from halles.world.questions import SHOWN, SHOWN_CAP, Question, QuestionState, in_order
from halles.world.reactions import ReactionCounts
from halles.world.text import Language
from halles_server.ports.recordings import REACTED, LiveEvent

_POLLS: Final[Mapping[str, PollState]] = {
    "poll-voted": "open",
    "poll-closed": "closed",
    "poll-shown": "shown",
    "poll-withdrawn": "withdrawn",
}

Person = Callable[[str], LivePerson]
When = Callable[[int], int | None]
"""From a moment to the one at which what happened then is told; None for never."""

_Row = TypeVar("_Row", QuestionThen, VotesThen, PollThen, ReactionsThen)


class Everything:
    """All that is told of one live session's public, each kind by time."""

    def __init__(self, events: Iterable[LiveEvent], person: Person, when: When) -> None:
        self._person = person
        self._asked: dict[int, Question] = {}
        self._polls: dict[int, PollCard] = {}
        self.questions: list[QuestionThen] = []
        self.votes: list[VotesThen] = []
        self.polls: list[PollThen] = []
        self.reactions: list[ReactionsThen] = []
        self.results: dict[int, PollThen] = {}
        """What each poll came to, when its counts were first seen."""
        for event in events:
            at_ms = when(event.at_ms)
            if at_ms is not None:
                self._take(event, at_ms)

    def _take(self, event: LiveEvent, at_ms: int) -> None:
        match event.kind:
            case "question-asked":
                self._ask(event, at_ms)
            case "question-decided":
                self._decide(event, at_ms)
            case "question-voted":
                votes = msgspec.json.decode(event.detail, type=list[tuple[int, int]])
                known = tuple((number, count) for number, count in votes if number in self._asked)
                self.votes.append(VotesThen(at_ms, known[:SHOWN_CAP]))
            case "poll-opened" | "poll-voted" | "poll-closed" | "poll-shown" | "poll-withdrawn":
                self._poll(event, at_ms)
            case _ if event.kind == REACTED and at_ms == event.at_ms:  # applause is over when recording goes on
                self.reactions.append(ReactionsThen(at_ms, msgspec.json.decode(event.detail, type=ReactionCounts)))

    def _ask(self, event: LiveEvent, at_ms: int) -> None:
        number, language, text, state = msgspec.json.decode(event.detail, type=tuple[int, Language, str, QuestionState])
        who = self._person(event.by)
        row = Question(number, text, language, who.key, who.name, event.at_ms, state)
        self._asked[number] = row
        self._put(at_ms, row)

    def _decide(self, event: LiveEvent, at_ms: int) -> None:
        number, _, state, votes = msgspec.json.decode(event.detail, type=tuple[int, str, QuestionState, int])
        before = self._asked.get(number)
        if before is None:  # whoever asked has withdrawn
            return
        row = replace(before, state=state, votes=votes, answered_ms=event.at_ms if state == "answered" else 0)
        self._asked[number] = row
        self._put(at_ms, row)

    def _put(self, at_ms: int, row: Question) -> None:
        """Tells a question that is seen, or was; of several states at one moment, the last one."""
        place = _before(self.questions, at_ms)
        self.questions[place:] = [one for one in self.questions[place:] if one.row.number != row.number]
        if row.state in SHOWN or any(one.row.number == row.number for one in self.questions):
            self.questions.append(QuestionThen(at_ms, row))

    def _poll(self, event: LiveEvent, at_ms: int) -> None:
        counts: tuple[int, ...] = ()
        if event.kind == "poll-opened":
            number, poll = msgspec.json.decode(event.detail, type=tuple[int, Poll])
            card, voters = PollCard(number, poll, "open", event.at_ms), 0
        else:
            number, counts, voters = msgspec.json.decode(event.detail, type=tuple[int, tuple[int, ...], int])
            if number not in self._polls:
                return
            state = _POLLS[event.kind]
            closed_ms = 0 if state == "open" else self._polls[number].closed_ms or event.at_ms
            card = replace(self._polls[number], state=state, closed_ms=closed_ms)
        self._polls[number] = card
        self.polls.append(PollThen(at_ms, card, counts, voters))
        if counts and card.state in ("closed", "shown") and at_ms == event.at_ms:
            self.results.setdefault(number, self.polls[-1])

    def part(self, begun: int, on_screen: Collection[int]) -> PublicThen:
        """Returns what one part tells.

        Args:
            begun: When it begins.
            on_screen: The questions that the screens show in it.
        """
        most = PUBLIC_CAP
        while True:
            part = PublicThen(
                (*self._held_questions(begun, on_screen, most), *_within(self.questions, begun, most, _question)),
                _within(self.votes, begun, most, _moment),
                (*self._held_poll(begun), *_within(self.polls, begun, most, _poll)),
                _within(self.reactions, begun, most, _moment),
            )
            if most == 1 or len(msgspec.msgpack.encode(part)) <= PUBLIC_BYTES:
                return part
            most //= 2

    def _held_questions(self, begun: int, on_screen: Collection[int], most: int) -> list[QuestionThen]:
        """Returns the questions that were seen when a part began, with their votes of then."""
        rows = {row.row.number: row.row for row in self.questions[: _until(self.questions, begun)]}
        sampled = self.votes[: _until(self.votes, begun)]
        votes = dict(sampled[-1].votes) if sampled else {}
        seen = [replace(row, votes=votes.get(row.number, row.votes)) for row in rows.values() if row.state in SHOWN]
        seen = sorted(in_order(seen), key=lambda row: row.number not in on_screen)[: min(QUESTIONS_THEN, most)]
        return [QuestionThen(begun, row) for row in seen]

    def _held_poll(self, begun: int) -> list[PollThen]:
        """Returns the poll that was seen when a part began: an open one before one whose counts were shown."""
        rows = {row.card.number: row for row in self.polls[: _until(self.polls, begun)]}
        seen = [row for row in rows.values() if row.card.state in ("open", "shown")]
        last = max(seen, key=lambda row: (row.card.state == "open", row.card.number), default=None)
        return [replace(last, at_ms=begun)] if last is not None else []


_SHORT_MS: Final = 1000
"""Within which the last one counts, where there are too many."""


def _until(rows: Sequence[_Row], at_ms: int) -> int:
    return bisect_right(rows, at_ms, key=lambda row: row.at_ms)


def _before(rows: Sequence[_Row], at_ms: int) -> int:
    return bisect_left(rows, at_ms, key=lambda row: row.at_ms)


def _question(row: QuestionThen) -> int:
    return row.row.number


def _poll(row: PollThen) -> int:
    return row.card.number


def _moment(row: VotesThen | ReactionsThen) -> int:
    return row.at_ms // _SHORT_MS


def _within(rows: Sequence[_Row], begun: int, most: int, same: Callable[[_Row], Hashable]) -> tuple[_Row, ...]:
    """Returns the rows within one part, not those of its first moment; of too many the last of each kind of the same.

    Of still too many the first are left out: how the part ended counts.
    """
    found = rows[_until(rows, begun) : _before(rows, begun + PART_MS)]
    if len(found) > most:
        found = sorted({same(row): row for row in found}.values(), key=lambda row: row.at_ms)[-most:]
    return tuple(found)
