"""Messages between a live session and its public: questions, polls, reactions, attendance.

Their rows stand in ``table.TABLE`` with all others; what questions, polls and reactions are in ``world.questions``,
``world.polls`` and ``world.reactions``. Nothing that is told names who voted for what.
"""

from typing import Annotated

import msgspec

from halles.ids import LiveSessionId
from halles.protocol.values import U32, Message, Said500, Slug, Uuid
from halles.world.polls import POLLS_CAP, Choices, Counts, Poll, PollCard, PollDecision
from halles.world.questions import OWN_TOLD_CAP, SHOWN_CAP, Asking, Decision, Question
from halles.world.reactions import Reaction, ReactionCounts
from halles.world.text import Language

QUESTIONS_A_MESSAGE = 50
"""Questions in one message at most: more come in several, so that each is far from the largest that is taken."""

Rows = Annotated[tuple[Question, ...], msgspec.Meta(max_length=QUESTIONS_A_MESSAGE)]

# --- client to server -----------------------------------------------------------------------------------------


class AskQuestion(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Asks the live session something.

    Answered by ``Done`` (the question's number in ``number``) or ``Rejected``: INVALID_TEXT, RATE_LIMITED, NOT_NOW
    while no questions are taken, OVER_BUDGET where too many wait, FORBIDDEN to who may not speak.
    """

    request_id: Uuid
    session: Slug
    language: Language
    text: Said500


class VoteQuestion(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Votes for a question that is shown, or takes that back; a second vote of one person is the same vote.

    Answered by ``Done`` or ``Rejected``: NOT_FOUND, NOT_NOW, RATE_LIMITED, FORBIDDEN.
    """

    request_id: Uuid
    session: Slug
    question: U32
    on: bool


class DecideQuestion(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A host decides what becomes of a question: ``answer`` says that it is being answered now.

    Answered by ``Done`` (the revision reached in ``number``) or ``Rejected``: FORBIDDEN, NOT_FOUND, NOT_NOW,
    OVER_BUDGET where too many are shown.
    """

    request_id: Uuid
    session: Slug
    question: U32
    decision: Decision


class OpenPoll(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A host opens a poll.

    Answered by ``Done`` (the poll's number in ``number``) or ``Rejected``: FORBIDDEN, INVALID_TEXT, DUPLICATE, NOT_NOW,
    OVER_BUDGET.
    """

    request_id: Uuid
    session: Slug
    poll: Poll


class VotePoll(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Votes in an open poll, in place of what one chose before; no choices take one's vote back.

    Answered by ``Done`` or ``Rejected``: NOT_FOUND, NOT_NOW, BAD_FIELD, RATE_LIMITED, FORBIDDEN.
    """

    request_id: Uuid
    session: Slug
    poll: U32
    choices: Choices


class DecidePoll(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A host closes a poll, shows the counts of a closed one, or withdraws it.

    Answered by ``Done`` or ``Rejected``: FORBIDDEN, NOT_FOUND, NOT_NOW.
    """

    request_id: Uuid
    session: Slug
    poll: U32
    decision: PollDecision


class React(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Applauds, laughs and so on; counted, not answered, and what comes too fast is not heard."""

    session: Slug
    reaction: Reaction


class Attend(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Agrees that the hosts keep, under one's name, that one was here; without ``consent``, takes that back.

    Answered by ``Done`` or ``Rejected``: FORBIDDEN to guests, NOT_FOUND, NOT_NOW.
    """

    request_id: Uuid
    session: Slug
    consent: bool


class SetAsking(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A host says how questions are taken.

    Answered by ``Done`` (the revision reached in ``number``) or ``Rejected``: FORBIDDEN, NOT_FOUND, NOT_NOW once it is
    over.
    """

    request_id: Uuid
    session: Slug
    asking: Asking


# --- server to client -----------------------------------------------------------------------------------------


class QuestionsTold(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The questions that everybody sees, and how questions are taken; each row in place of the one of its number.

    Comes on entering the hall, in portions, and when ``asking`` changes, perhaps without rows. A change of a question
    comes as ``QuestionTold``. Their order on screen is ``world.questions.in_order``.
    """

    session: LiveSessionId
    revision: U32
    asking: Asking
    rows: Rows
    first: bool = True
    """Whether what was known before is forgotten; the portions that follow add their rows."""


class QuestionQueueTold(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The questions that wait, in place of all told before; told to hosts only."""

    session: LiveSessionId
    revision: U32
    rows: Rows
    """Those that wait longest, the oldest first."""
    waiting: U32
    """How many wait in all."""


class PollTold(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A poll as it is now."""

    session: LiveSessionId
    card: PollCard
    counts: Counts
    """Votes for each option; () while they are hidden."""
    voters: U32
    """People who voted."""


class ReactionsTold(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """How many reactions of each kind came since the last of these; a slow reader misses some, as of real applause."""

    session: LiveSessionId
    counts: ReactionCounts
    """In the order applaud, laugh, agree, heart, surprise."""


class PollChoice(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What the visit chose in a poll (part of ``OwnVotesTold``)."""

    poll: U32
    choices: Choices


class OwnVotesTold(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What the visit itself voted for and asked, and whether it agreed to be named; told to it alone.

    Comes on entering the hall, and when something was decided of one of its questions. Of polls only while they are
    open: ballots of a closed one are not kept, only their counts.
    """

    session: LiveSessionId
    questions: Annotated[tuple[U32, ...], msgspec.Meta(max_length=SHOWN_CAP)]
    polls: Annotated[tuple[PollChoice, ...], msgspec.Meta(max_length=POLLS_CAP)]
    attends: bool
    asked: Annotated[tuple[Question, ...], msgspec.Meta(max_length=OWN_TOLD_CAP)] = ()
    """Its own questions that nobody but hosts sees: those that wait or are refused, the newest first."""


class AttendanceTold(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """How many people are here and how many agreed to be named; told to hosts only."""

    session: LiveSessionId
    people: U32
    """In the hall now."""
    consented: U32


class QuestionTold(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One question as it is now, in place of the one of its number; with the state ``refused`` nobody sees it now."""

    session: LiveSessionId
    revision: U32
    row: Question


class VotesTold(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The votes of all questions that can be voted for, at most a few times a second; a newer one replaces it."""

    session: LiveSessionId
    votes: Annotated[tuple[tuple[U32, U32], ...], msgspec.Meta(max_length=SHOWN_CAP)]
    """Each question's number and its votes."""
