"""What the public of a live session asks, votes and applauds, as one visit knows it. Pure: time is an argument.

Bounded: as many questions as can be shown, the newest polls.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final

from msgspec.structs import replace as with_fields

from halles.protocol.messages import Message
from halles.protocol.public_messages import (
    OwnVotesTold,
    PollTold,
    QuestionQueueTold,
    QuestionsTold,
    QuestionTold,
    ReactionsTold,
    VotesTold,
)
from halles.world.polls import POLLS_TOLD
from halles.world.questions import SHOWN, SHOWN_CAP, Asking, Question, in_order
from halles.world.reactions import NONE, ReactionCounts, summed

REACTIONS_S: Final = 4.0
"""So long after the last of them reactions are seen."""


@dataclass(frozen=True, slots=True)
class LivePublic:
    """The public's part of one live session.

    Attributes:
        asking: How questions are taken.
        questions: Those that everybody sees, by number.
        waiting: How many wait for a host's yes; told to hosts.
        polls: The newest ones, by number.
        voted: The questions that oneself voted for.
        chosen: What oneself chose, by poll.
        asked: One's own that wait or are refused, the newest first.
        reactions: Those of a few seconds, and when the last of them came.
    """

    asking: Asking = "closed"
    questions: dict[int, Question] = field(default_factory=dict)
    waiting: int = 0
    polls: dict[int, PollTold] = field(default_factory=dict)
    voted: frozenset[int] = frozenset()
    chosen: dict[int, tuple[int, ...]] = field(default_factory=dict)
    asked: tuple[Question, ...] = ()
    reactions: tuple[ReactionCounts, float] = (NONE, float("-inf"))

    @property
    def top(self) -> tuple[Question, ...]:
        """The questions as screens show them."""
        return in_order(self.questions.values())

    @property
    def poll(self) -> PollTold | None:
        """The newest poll that is open, or whose counts may be seen."""
        seen = [told for told in self.polls.values() if told.card.state in ("open", "shown")]
        return max(seen, key=lambda told: (told.card.state == "open", told.card.number), default=None)

    def applause(self, now: float) -> ReactionCounts:
        """Returns the reactions of the last seconds."""
        counts, heard = self.reactions
        return counts if now - heard < REACTIONS_S else NONE

    def with_vote(self, question: int, *, on: bool) -> "LivePublic":
        """Returns it with one's own vote for a question, or without."""
        return replace(self, voted=self.voted | {question} if on else self.voted - {question})

    def with_choice(self, poll: int, choices: tuple[int, ...]) -> "LivePublic":
        """Returns it with what oneself chose in a poll."""
        return replace(self, chosen={**self.chosen, poll: choices})


def told(known: LivePublic, message: Message, now: float) -> LivePublic:
    """Returns what is known after a message, one of ``TOLD``."""
    return _RULES[type(message)](known, message, now)


def _questions(known: LivePublic, message: QuestionsTold, _: float) -> LivePublic:
    rows = {} if message.first else dict(known.questions)
    for row in message.rows:
        if row.state in SHOWN and (row.number in rows or len(rows) < SHOWN_CAP):
            rows[row.number] = row
    return replace(known, asking=message.asking, questions=rows)


def _question(known: LivePublic, message: QuestionTold, _: float) -> LivePublic:
    rows, row = dict(known.questions), message.row
    if row.state not in SHOWN:
        rows.pop(row.number, None)
    elif row.number in rows or len(rows) < SHOWN_CAP:
        rows[row.number] = row
    return replace(known, questions=rows)


def _votes(known: LivePublic, message: VotesTold, _: float) -> LivePublic:
    votes = dict(message.votes)
    rows = {n: _with_votes(row, votes.get(n, row.votes)) for n, row in known.questions.items()}
    return replace(known, questions=rows)


def _queue(known: LivePublic, message: QuestionQueueTold, _: float) -> LivePublic:
    return replace(known, waiting=message.waiting)


def _poll(known: LivePublic, message: PollTold, _: float) -> LivePublic:
    polls = {**known.polls, message.card.number: message}
    newest = sorted(polls)[-POLLS_TOLD:]
    return replace(known, polls={number: polls[number] for number in newest})


def _own(known: LivePublic, message: OwnVotesTold, _: float) -> LivePublic:
    chosen = {row.poll: row.choices for row in message.polls}
    return replace(known, voted=frozenset(message.questions), chosen=chosen, asked=message.asked)


def _reactions(known: LivePublic, message: ReactionsTold, now: float) -> LivePublic:
    return replace(known, reactions=(summed(known.applause(now), message.counts), now))


def _with_votes(row: Question, votes: int) -> Question:
    return with_fields(row, votes=votes) if votes != row.votes else row


_RULES: Final[dict[type[Message], Callable[[LivePublic, Any, float], LivePublic]]] = {
    QuestionsTold: _questions,
    QuestionTold: _question,
    VotesTold: _votes,
    QuestionQueueTold: _queue,
    PollTold: _poll,
    OwnVotesTold: _own,
    ReactionsTold: _reactions,
}

TOLD: Final = frozenset(_RULES)
"""The messages that ``told`` takes."""
