"""What chat, live sessions and moderation keep of one account, for nobody but its person."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from halles.ids import AccountId, LiveSessionId
from halles.world.questions import QuestionState
from halles.world.reports import ReportAbout, ReportReason
from halles.world.sanctions import SanctionKind


@dataclass(frozen=True, slots=True)
class OwnLine:
    """A line that somebody wrote in the chat, or left at a booth that did not answer.

    Attributes:
        channel: Of the chat; "bell" for what was left at a booth.
        where: The booth for what was said or left at one, the live session for what was said backstage, else the hall.
    """

    channel: str
    where: str
    text: str
    said_ms: int


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """A question that somebody asked in a live session, and what its hosts made of it."""

    session: LiveSessionId
    text: str
    asked_ms: int
    state: QuestionState


@dataclass(frozen=True, slots=True)
class OwnReported:
    """What somebody reported to the moderators, in their words.

    Attributes:
        name: Of whom or what it is about.
        closed: When it was decided; None before.
    """

    about: ReportAbout
    name: str
    reason: ReportReason
    text: str
    made: datetime
    closed: datetime | None


@dataclass(frozen=True, slots=True)
class OwnSanction:
    """A sanction that somebody got, and what they wrote against it.

    Attributes:
        lifted: When it was ended before its time; None while it was not.
    """

    kind: SanctionKind
    scope: str
    reason: str
    made: datetime
    until: datetime
    lifted: datetime | None
    appeal: str


@dataclass(frozen=True, slots=True)
class OwnRecords:
    """All of these, newest first, and where somebody said that they come, also once that is over."""

    questions: tuple[OwnQuestion, ...]
    reports: tuple[OwnReported, ...]
    sanctions: tuple[OwnSanction, ...]
    coming: tuple[LiveSessionId, ...]
    lines: tuple[OwnLine, ...]


class OwnRecordStore(Protocol):
    """Reads and erases it."""

    async def read(self, account: AccountId) -> OwnRecords:
        """Reads what is kept."""

    async def erase(self, account: AccountId) -> None:
        """Takes the person's name out of what they reported; what they reported stays for its time."""
