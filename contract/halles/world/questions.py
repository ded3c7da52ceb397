"""Questions to a live session: what one is, what hosts decide of it, and in which order the screens show them.

Pure: moments are Unix time in milliseconds, and arguments. Who may ask, vote and decide is the server's to say.
"""

from collections.abc import Iterable
from typing import Annotated, Final, Literal

import msgspec
from msgspec.structs import replace

from halles.errors import Rejection, RejectionCode
from halles.world.live import Key, Millis
from halles.world.text import Language

QuestionState = Literal["waiting", "approved", "pinned", "answered", "refused"]
Decision = Literal["approve", "refuse", "pin", "answer", "reopen"]
Asking = Literal["checked", "free", "closed"]
"""Whether questions wait for a host's yes, are shown at once, or are not taken."""

QUESTION_CAP: Final = 300
"""Characters of one question."""

SHOWN_CAP: Final = 200
"""Questions that everybody sees in one live session; before another, one has to be refused."""

WAITING_CAP: Final = 200
"""Questions that wait for a host in one live session."""

OWN_WAITING_CAP: Final = 5
"""How many of one person's wait at once."""

OWN_TOLD_CAP: Final = 10
"""How many of one's own that nobody else sees, waiting or refused, one is told of."""

QUESTIONS_A_MINUTE: Final = 3
"""Of one person."""

SHOWN: Final[frozenset[QuestionState]] = frozenset({"approved", "pinned", "answered"})
"""What everybody sees."""

VOTED_ON: Final[frozenset[QuestionState]] = frozenset({"approved", "pinned"})
"""What can be voted for."""

Number = Annotated[int, msgspec.Meta(ge=0, le=2**32 - 1)]

DECISIONS: Final[dict[Decision, tuple[frozenset[QuestionState], QuestionState]]] = {
    "approve": (frozenset({"waiting", "pinned"}), "approved"),
    "refuse": (frozenset({"waiting", "approved", "pinned", "answered"}), "refused"),
    "pin": (frozenset({"waiting", "approved"}), "pinned"),
    "answer": (frozenset({"approved", "pinned"}), "answered"),
    "reopen": (frozenset({"answered", "refused"}), "approved"),
}
"""Each decision, of which questions it is taken, and what they are then; ``approve`` also unpins."""

_FIRST: Final[dict[QuestionState, int]] = {"pinned": 0, "approved": 1, "answered": 2, "waiting": 3, "refused": 4}


class Question(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A question."""

    number: Number
    text: Annotated[str, msgspec.Meta(max_length=QUESTION_CAP)]
    language: Language
    key: Key
    """Who asks, as in the live session's state; the same after every return."""
    name: Annotated[str, msgspec.Meta(max_length=160)]
    asked_ms: Millis
    state: QuestionState = "waiting"
    votes: Number = 0
    answered_ms: Millis = 0
    """When its answer began; 0 before."""


def decided(question: Question, decision: Decision, now_ms: int) -> Question:
    """Returns a question after a host's decision; the same where that was decided already.

    Raises:
        Rejection: NOT_NOW where its state does not allow it.
    """
    sources, state = DECISIONS[decision]
    if question.state == state and decision != "reopen":
        return question  # two hosts pressed the same button
    if question.state not in sources:
        raise Rejection(RejectionCode.NOT_NOW, f"no {decision} of a question that is {question.state}")
    return replace(question, state=state, answered_ms=now_ms if state == "answered" else 0)


def in_order(questions: Iterable[Question]) -> tuple[Question, ...]:
    """Returns questions as screens show them: pinned ones, then by votes, then the older; answered ones at the end.

    Answered ones stand in the order in which they were answered.
    """
    return tuple(sorted(questions, key=_place))


def _place(question: Question) -> tuple[int, int, int, int]:
    if question.state == "answered":
        return _FIRST["answered"], 0, question.answered_ms, question.number
    return _FIRST[question.state], -question.votes, question.asked_ms, question.number
