"""The public of a live session: questions with votes, polls, and who agreed to be named."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from halles.errors import HallesError
from halles.ids import AccountId, LiveSessionId, RequestId
from halles.world.polls import Poll, PollCard, PollDecision
from halles.world.questions import Asking, Decision, Question
from halles.world.text import Language, Text
from halles_server.ports.live import Participant

MayChoose = Callable[[PollCard], tuple[int, ...]]
"""From a poll as stored to the choices as they are stored; a ``Rejection`` changes nothing."""


class Moved(HallesError):
    """A live session is in another phase, or its entry has changed, since somebody was let do something in it."""


@dataclass(frozen=True, slots=True)
class Footing:
    """Who takes part in a live session, and what was known of it when they were let.

    Attributes:
        key: Theirs in it.
        entry: The revision of its entry in the programme, which says for whom it is.
    """

    key: str
    entry: int


@dataclass(frozen=True, slots=True)
class Doing:
    """Who does something, under which key and when.

    Attributes:
        entry: As of a ``Footing``; None for what hosts do in whatever phase.
    """

    session: LiveSessionId
    who: Participant
    request_id: RequestId
    at_ms: int
    entry: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is asked."""

    language: Language
    text: str


@dataclass(frozen=True, slots=True)
class QuestionsRecord:
    """All questions of a live session but refused ones.

    Attributes:
        revision: Grows with every change but votes.
    """

    revision: int
    asking: Asking
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class PollTally:
    """A poll and what was chosen, whether or not that may be told."""

    card: PollCard
    counts: tuple[int, ...]
    voters: int


@dataclass(frozen=True, slots=True)
class OwnVotes:
    """What one person voted for and asked, and whether they agreed to be named.

    Attributes:
        asked: Their own questions that wait or are refused, the newest first.
    """

    questions: tuple[int, ...]
    polls: tuple[tuple[int, tuple[int, ...]], ...]
    attends: bool
    asked: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True)
class Attended:
    """That somebody agreed to be named as present.

    Attributes:
        until: When that is erased.
    """

    session: LiveSessionId
    title: Text
    purpose: str
    agreed: datetime
    until: datetime


class QuestionStore(Protocol):
    """Questions and votes for them. All of ``ask``, ``decide`` and ``set_asking`` record what happened."""

    async def read(self, session: LiveSessionId) -> QuestionsRecord:
        """Reads all that are shown or wait, with their votes."""

    async def revisions(self) -> dict[LiveSessionId, int]:
        """Reads the revisions of those live sessions that halls show now."""

    async def votes(self, session: LiveSessionId) -> dict[int, int]:
        """Reads the votes of each question that has some."""

    async def ask(self, doing: Doing, asked: Asked) -> int:
        """Stores a question once per ``request_id``; returns its number.

        Raises:
            Moved: Nothing was stored.
            Rejection: NOT_NOW while none are taken; OVER_BUDGET; RATE_LIMITED; STORAGE_FULL; BAD_FIELD for a used key.
            Unavailable: Not known whether it was stored; asking again with the same ``request_id`` is safe.
        """

    async def vote(self, session: LiveSessionId, by: Footing, question: int, *, on: bool) -> None:
        """Stores or takes back one person's vote; again, it changes nothing.

        Raises:
            Moved: Nothing was stored.
            Rejection: NOT_FOUND; NOT_NOW where it cannot be voted for; STORAGE_FULL.
        """

    async def decide(self, doing: Doing, question: int, decision: Decision) -> int:
        """Stores a host's decision once per ``request_id``; returns the revision reached.

        Raises:
            Rejection: NOT_FOUND; NOT_NOW; OVER_BUDGET where too many are shown.
        """

    async def set_asking(self, doing: Doing, asking: Asking) -> int:
        """Stores how questions are taken; returns the revision reached."""

    async def sample(self, session: LiveSessionId, now_ms: int, every_ms: int) -> bool:
        """Records all votes as they are now, unless that was done ``every_ms`` ago or later; tells whether it did."""

    async def count_over(self) -> None:
        """Counts votes that are left of live sessions that are over, and deletes them."""


class PollStore(Protocol):
    """Polls and ballots. Nothing here tells who chose what, but to themselves."""

    async def tallies(self, session: LiveSessionId) -> tuple[PollTally, ...]:
        """Reads the polls of a live session that are not withdrawn, oldest first, and what was chosen."""

    async def open(self, doing: Doing, poll: Poll) -> int:
        """Opens a poll once per ``request_id``; returns its number. ``Rejection`` OVER_BUDGET, STORAGE_FULL."""

    async def vote(self, session: LiveSessionId, by: Footing, number: int, choose: MayChoose) -> None:
        """Stores one person's ballot in place of an older one; no choices delete it.

        Raises:
            Moved: Nothing was stored.
            Rejection: NOT_FOUND; what ``choose`` refuses with; STORAGE_FULL.
        """

    async def decide(self, doing: Doing, number: int, decision: PollDecision) -> int:
        """Stores a host's decision; a poll that closes has its ballots counted and deleted. Returns its number.

        Raises:
            Rejection: NOT_FOUND; NOT_NOW.
        """

    async def close_over(self, now_ms: int) -> tuple[LiveSessionId, ...]:
        """Closes polls that were left open in live sessions that are over; returns of which."""


class AttendanceStore(Protocol):
    """Who agreed to be named as present, and what one person voted for."""

    async def own(self, session: LiveSessionId, key: str) -> OwnVotes:
        """Reads what one person voted for."""

    async def agree(self, session: LiveSessionId, who: Participant, until: datetime) -> None:
        """Stores the consent of somebody with an account; again, it only renews its end. ``Rejection`` STORAGE_FULL."""

    async def withdraw(self, session: LiveSessionId, account: AccountId) -> None:
        """Deletes it at once; no matter whether there is one."""

    async def count(self, session: LiveSessionId) -> int:
        """Reads how many have agreed."""

    async def names(self, session: LiveSessionId) -> tuple[str, ...]:
        """Reads the names of those who agreed, in order."""

    async def took_part(self, session: LiveSessionId) -> int:
        """Reads how many did more than watch, whoever they are."""

    async def of_one(self, account: AccountId) -> tuple[Attended, ...]:
        """Reads to what somebody agreed, newest first."""

    async def erase(self, account: AccountId) -> None:
        """Deletes all of it."""
