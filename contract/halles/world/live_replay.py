"""A recorded live session, as it is watched again: a minute at a time, each complete in itself.

Belongs here: the values that both sides read. Not here: how they are made of what was recorded (the server's
``services.recordings``), motion itself (``live_motion``). A part begins with the whole state, so that whoever jumps
into the middle knows all with one part.
"""

from collections.abc import Sequence
from typing import Annotated, Final, Literal

import msgspec

from halles.world.live import Key, LiveState, Millis
from halles.world.live_motion import MotionChunk
from halles.world.polls import Counts, PollCard
from halles.world.questions import SHOWN_CAP, Number, Question
from halles.world.reactions import ReactionCounts

PART_MS: Final = 60_000

MOMENTS_CAP: Final = 240
MOMENTS_BYTES: Final = 128 * 1024
"""States in one part, and what they take: of more the last one of each short while counts."""

LINES_CAP: Final = 600
LINES_BYTES: Final = 64 * 1024
"""Lines of one part, and what they take: with all else a part is less than one message may be."""

PUBLIC_BYTES: Final = 48 * 1024
CHAPTERS_CAP: Final = 1000
CHAPTERS_BYTES: Final = 64 * 1024
"""Of more chapters, first the pages are left out."""

QUESTIONS_THEN: Final = 50
"""Questions that one part begins with: those that screens showed, and what is on top of the others."""

PUBLIC_CAP: Final = 100
"""Changes of one kind that one part tells besides: of more the last one of each question, poll or short while."""

SPEEDS: Final = (0.5, 1.0, 2.0, 4.0, 8.0)

Guest = Annotated[int, msgspec.Meta(ge=0, le=0xFFFF)]
"""Which guest of this recording somebody without a name is, from 1; 0 for everybody else."""

LineKind = Literal["said", "caption", "question", "answer", "poll"]
ChapterKind = Literal["phase", "speaker", "question", "slide"]


class Moment(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The state from a moment on."""

    at_ms: Millis
    state: LiveState


class RecordedLine(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Something that was said, written, asked or decided."""

    at_ms: Millis
    kind: LineKind
    key: Key
    """Whose it is; "" where nobody is named any more."""
    name: str
    language: str
    """"" where it is not known."""
    text: str
    guest: Guest = 0


class Chapter(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Where one may jump to."""

    at_ms: Millis
    kind: ChapterKind
    title: str
    """A phase's name, a speaker's, a question's words, a page's number."""
    guest: Guest = 0
    """Which guest speaks."""


class QuestionThen(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A question as it was from a moment on; in a state that is not shown, nobody saw it any more."""

    at_ms: Millis
    row: Question


class VotesThen(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """How many had voted for questions at a moment."""

    at_ms: Millis
    votes: Annotated[tuple[tuple[Number, Number], ...], msgspec.Meta(max_length=SHOWN_CAP)]
    """Each question's number and its votes."""


class PollThen(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A poll as it was from a moment on."""

    at_ms: Millis
    card: PollCard
    counts: Counts
    """Votes for each option; () while nobody saw them."""
    voters: Number


class ReactionsThen(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """How many reactions of each kind there had been in the last moments."""

    at_ms: Millis
    counts: ReactionCounts


class PublicThen(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What the public did in one part; what held when it began comes first, at that moment. Each by time."""

    questions: Annotated[tuple[QuestionThen, ...], msgspec.Meta(max_length=QUESTIONS_THEN + PUBLIC_CAP)] = ()
    votes: Annotated[tuple[VotesThen, ...], msgspec.Meta(max_length=PUBLIC_CAP)] = ()
    polls: Annotated[tuple[PollThen, ...], msgspec.Meta(max_length=PUBLIC_CAP + 1)] = ()
    reactions: Annotated[tuple[ReactionsThen, ...], msgspec.Meta(max_length=PUBLIC_CAP)] = ()


class ReplayPart(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One minute."""

    number: Annotated[int, msgspec.Meta(ge=0, le=0xFFFF)]
    begun_ms: Millis
    moments: Annotated[tuple[Moment, ...], msgspec.Meta(max_length=MOMENTS_CAP + 1)]
    """The first holds from the beginning on."""
    lines: Annotated[tuple[RecordedLine, ...], msgspec.Meta(max_length=LINES_CAP)]
    public: PublicThen = PublicThen()


class ReplayOutline(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What there is to watch."""

    begun_ms: Millis
    ended_ms: Millis
    parts: Annotated[int, msgspec.Meta(ge=0, le=0xFFFF)]
    chapters: Annotated[tuple[Chapter, ...], msgspec.Meta(max_length=CHAPTERS_CAP)]


def part_at(outline: ReplayOutline, at_ms: int) -> int:
    """Returns which part a moment lies in; before and after there are the first and the last."""
    return min(max((at_ms - outline.begun_ms) // PART_MS, 0), max(outline.parts - 1, 0))


def state_at(part: ReplayPart, at_ms: int) -> LiveState:
    """Returns the state at a moment of a part."""
    return next((moment.state for moment in reversed(part.moments) if moment.at_ms <= at_ms), part.moments[0].state)


def motion_at(chunks: Sequence[MotionChunk], at_ms: int) -> MotionChunk | None:
    """Returns which of some chunks tells where people were at a moment: the last before it, None before the first."""
    return next((chunk for chunk in reversed(chunks) if chunk.begun_ms <= at_ms), None)
