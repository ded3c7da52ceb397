"""Meetings at booths: slots that a booth opens, requests for them, and what becomes of these."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from halles.ids import AccountId, BoothId, RequestId
from halles.world.text import Language

MeetingState = Literal["asked", "confirmed", "declined", "cancelled", "expired"]


@dataclass(frozen=True, slots=True)
class Period:
    """From a moment until another, with their zone."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Slot:
    """A time at which somebody of a booth's staff can be met.

    Attributes:
        free: Whether nobody has asked for it, and its host has nothing else then.
    """

    slot: int
    booth: BoothId
    host: AccountId
    host_name: str
    during: Period
    free: bool


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting that was asked for.

    Attributes:
        uid: Names it in calendars, for ever.
        hosting: Whether the one who reads this is its host.
        subject: What the visitor wants to talk about.
        word: What was said with the answer or the cancellation.
        expires: When the request is void if nobody answers it.
        sequence: Counts its changes (RFC 5545, 3.8.7.4).
        changed: When it was changed last.
    """

    meeting: int
    uid: str
    booth: BoothId
    booth_name: str
    host_name: str
    visitor_name: str
    during: Period
    state: MeetingState
    subject: str
    word: str
    expires: datetime
    sequence: int
    changed: datetime
    hosting: bool


@dataclass(frozen=True, slots=True)
class MeetingGone:
    """A confirmed meeting that will not be, since its visitor has erased all of it."""

    host_name: str
    during: Period


@dataclass(frozen=True, slots=True)
class MeetingRequest:
    """What a visitor asks: at which booth and slot, about what, and after how long without answer it is void."""

    booth: BoothId
    slot: int
    subject: str
    language: Language
    lasts: timedelta


@dataclass(frozen=True, slots=True)
class MeetingAnswer:
    """What a booth's staff answers: to which meeting, whether it will be, and a word to the visitor."""

    booth: BoothId
    meeting: int
    confirmed: bool
    word: str


class MeetingStore(Protocol):
    """Slots, meetings and agendas. A request that nobody answered in time is ``expired`` and keeps nobody busy."""

    async def open(
        self, author: AccountId, request_id: RequestId, booth: BoothId, host: AccountId, periods: tuple[Period, ...]
    ) -> int:
        """Opens slots, all or none; returns how many.

        Raises:
            Rejection: TIME_TAKEN when the host has a slot then, NOT_FOUND when it is not on this booth's staff,
                OVER_BUDGET when the booth has too many, BAD_FIELD for a used key.
        """

    async def close(self, author: AccountId, booth: BoothId, slot: int) -> None:
        """Removes a slot that nobody asked for; ``Rejection`` NOT_FOUND, or STALE_REVISION when somebody has."""

    async def slots(self, booth: BoothId) -> tuple[Slot, ...]:
        """Reads a booth's slots that are still to come, by time."""

    async def ask(self, visitor: AccountId, request_id: RequestId, wanted: MeetingRequest) -> int:
        """Asks for a slot; returns the meeting's number.

        Raises:
            Rejection: NOT_FOUND when the slot is not free any more, TIME_TAKEN when the visitor has something else
                then, OVER_BUDGET when it waits for too many answers, FORBIDDEN for one's own slot, BAD_FIELD.
        """

    async def answer(self, author: AccountId, request_id: RequestId, given: MeetingAnswer) -> None:
        """Confirms or declines; ``Rejection`` NOT_FOUND, or STALE_REVISION when it waits for no answer any more."""

    async def cancel(self, author: AccountId, meeting: int, word: str, booth: BoothId | None) -> None:
        """Cancels what is asked or confirmed and not over; again, it changes nothing.

        Args:
            author: Who cancels: the visitor, or, where ``booth`` is given, somebody of that booth's staff.
            meeting: Which.
            word: Why.
            booth: Whose meeting it must be then.

        Raises:
            Rejection: NOT_FOUND.
        """

    async def of_booth(self, booth: BoothId) -> tuple[Meeting, ...]:
        """Reads a booth's meetings that are not over, by time."""

    async def gone(self, booth: BoothId, past: timedelta) -> tuple[MeetingGone, ...]:
        """Reads a booth's meetings that went with their visitor and would be over since ``past`` at most, by time."""

    async def agenda(self, account: AccountId, past: timedelta) -> tuple[Meeting, ...]:
        """Reads somebody's meetings, as host and as visitor, that are over since ``past`` at most, by time."""

    async def read(self, account: AccountId, meeting: int) -> Meeting:
        """Reads one of somebody's meetings; ``Rejection`` NOT_FOUND."""

    async def set_feed(self, account: AccountId, secret_hash: bytes | None) -> None:
        """Gives an agenda another secret address, or none."""

    async def has_feed(self, account: AccountId) -> bool:
        """Tells whether an agenda has a secret address."""

    async def fed(self, secret_hash: bytes) -> tuple[AccountId, Language] | None:
        """Returns whose agenda a secret opens, and in which language."""

    async def erase(self, account: AccountId) -> None:
        """Erases what somebody asked for as a visitor, and the secret address.

        Of a confirmed meeting that is to come, the booth keeps when it would have been.
        """
