"""Reports to the moderators: who reported what, with which evidence, and what became of it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from halles.ids import AccountId, BoothId, HallId, RequestId, SlotId, VisitId
from halles.world.reports import ReportAbout, ReportDecision, ReportReason, ReportState
from halles.world.text import Language
from halles_server.hall.recent import Evidence
from halles_server.ports.sanctions import Decider, Known


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who reports; known to moderators alone.

    Attributes:
        key: Whose rate and request keys count: an account, a visit, or a browser on the pages.
        name: "" for a reader without an account.
    """

    key: str
    account: AccountId | None
    visit: VisitId | None
    name: str
    language: Language


@dataclass(frozen=True, slots=True)
class Wish:
    """What is reported, as the message ``Report`` has it."""

    about: ReportAbout
    subject: str
    reason: ReportReason
    text: str = ""
    line_ms: int = 0


Spot = Callable[[HallId, SlotId], tuple[float, float] | None]
"""Returns where a slot is in a hall, in metres."""


class Witness(Protocol):
    """What a node remembers of the last minute in its halls, for a report that comes from a page."""

    def seen_by(self, known: Known, about: VisitId | None) -> tuple[HallId, Evidence] | None:
        """Returns in which hall somebody is, and what they heard and saw there; None when they are not here.

        Args:
            known: Their account or, without one, by what their browser is known.
            about: Who is reported; None for nobody.
        """

    def hall_of(self, visit: VisitId) -> HallId | None:
        """Returns in which hall somebody was within the last minute: what is stored of it may be older."""

    def seen_in(self, hall: HallId, about: VisitId | None, at: tuple[float, float] | None) -> Evidence | None:
        """Returns what everybody in a hall could read, and who was near whom it is about, or near a place in it."""


@dataclass(frozen=True, slots=True)
class StoredReport:
    """A report as moderators read it.

    Attributes:
        name: Of the person or booth, as it was then.
        account: Of the person reported, if they have one: nobody judges what is said of themselves.
        booth: Where it is about a booth or its host.
        by: Who took or closed it, "" while nobody has.
    """

    number: int
    wish: Wish
    name: str
    account: AccountId | None
    booth: BoothId | None
    hall: HallId
    reporter: Reporter
    made: datetime
    evidence: Evidence
    state: ReportState
    by: str
    decision: ReportDecision | None
    note: str
    closed: datetime | None


@dataclass(frozen=True, slots=True)
class Looking:
    """Which reports somebody looks at.

    Attributes:
        halls: From these halls.
        account: Whose eyes they are: none about themselves.
    """

    halls: tuple[HallId, ...]
    account: AccountId | None


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of a moderator's queue.

    Attributes:
        waiting: Not closed, newest first.
        count: How many are not closed, on all pages.
        closed: Closed lately, newest first.
    """

    waiting: tuple[StoredReport, ...]
    count: int
    closed: tuple[StoredReport, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a report is closed."""

    decision: ReportDecision
    note: str


@dataclass(frozen=True, slots=True)
class OwnReport:
    """A report as its reporter reads it."""

    number: int
    about: ReportAbout
    name: str
    made: datetime
    closed: bool


class ReportStore(Protocol):
    """Reports, each with the request key that made or decided it."""

    async def make(self, reporter: Reporter, request_id: RequestId, wish: Wish, hall: HallId, seen: Evidence) -> int:
        """Stores a report with its evidence; returns its number.

        A line is taken in where the reporter heard it, or could read it: what was said to a whole hall everybody
        could, what was said at a booth everybody who has an account.

        Raises:
            Rejection: NOT_FOUND for no such person, line, booth or host; RATE_LIMITED; STORAGE_FULL; BAD_FIELD.
        """

    async def place_of(self, wish: Wish) -> tuple[HallId, SlotId] | None:
        """Reads in which hall and slot, "" for none, something is that may be reported; None where it is nowhere."""

    async def halls(self) -> tuple[HallId, ...]:
        """Reads of which halls there are reports, "" for those from nowhere."""

    async def waiting_in(self, looking: Looking, limit: int, skipped: int = 0) -> tuple[StoredReport, ...]:
        """Reads those that are not closed, newest first, after so many skipped."""

    async def count(self, looking: Looking) -> int:
        """Counts those that are not closed."""

    async def closed_in(self, looking: Looking, limit: int) -> tuple[StoredReport, ...]:
        """Reads those closed lately, newest first."""

    async def read(self, number: int) -> StoredReport:
        """Reads one; ``Rejection`` NOT_FOUND."""

    async def take(self, decider: Decider, request_id: RequestId, number: int) -> None:
        """Notes who looks at it; ``Rejection`` NOT_FOUND when it is closed."""

    async def close(self, decider: Decider, request_id: RequestId, number: int, verdict: Verdict) -> None:
        """Closes it; ``Rejection`` NOT_FOUND when it is closed already."""

    async def own(self, key: str, limit: int) -> tuple[OwnReport, ...]:
        """Reads somebody's own, newest first."""

    async def waiting(self) -> Mapping[HallId, int]:
        """Counts those that nobody has taken, by hall."""

    async def untold(self) -> Mapping[int, VisitId]:
        """Reads which were closed lately, and whose visits have not been told."""

    async def told(self, numbers: Collection[int]) -> None:
        """Notes that their reporters have been told."""
