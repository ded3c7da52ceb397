"""What is kept of live sessions, to be seen again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from halles.ids import AccountId, LiveSessionId, VisitId
from halles.world.live_motion import MotionChunk
from halles.world.live_voice import VoicePortion
from halles.world.reactions import ReactionCounts
from halles.world.text import Language, Text
from halles_server.ports.programme import Entry

REACTED: Final = "reacted"
"""The kind of event that counts reactions of some seconds."""

SAID: Final = "said"
WORDS: Final = (SAID, "caption", "question-asked")
"""Kinds of events that hold what somebody wrote: whoever withdraws takes them along."""


@dataclass(frozen=True, slots=True)
class LiveEvent:
    """One thing that happened.

    Attributes:
        number: Grows.
        kind: An act's name, or what else happened.
        by: Whose, by key; "" the server's.
        about: Whom it names.
        detail: JSON, as its kind has it.
    """

    number: int
    at_ms: int
    kind: str
    by: str
    about: str
    detail: str


@dataclass(frozen=True, slots=True)
class RecordedPerson:
    """Who a key is.

    Attributes:
        withdrawn: Nobody any more, and nothing that they wrote is told.
        lasting: They have an account, by which they find this recording and can leave it; of all others no name is
            told.
    """

    key: str
    name: str
    language: Language
    visit: VisitId
    withdrawn: bool
    lasting: bool = True

    @property
    def named(self) -> bool:
        """Whether the recording may say who they are."""
        return self.lasting and not self.withdrawn


@dataclass(frozen=True, slots=True)
class MineIn:
    """A recording in which somebody is named."""

    session: LiveSessionId
    title: Text
    begun_ms: int


class RecordingStore(Protocol):
    """Recordings."""

    async def lead(self, session: LiveSessionId, seconds: float) -> bool:
        """Claims to record for so long; tells whether this node may."""

    async def keep(self, session: LiveSessionId, chunk: MotionChunk) -> None:
        """Stores a chunk; again is the same. ``Rejection`` STORAGE_FULL."""

    async def keep_voice(self, session: LiveSessionId, portion: VoicePortion) -> None:
        """Stores what somebody with an account said, who can take it out; again is the same.

        Raises:
            Rejection: STORAGE_FULL; OVER_BUDGET, one live session holds no more of it.
        """

    async def voice(
        self, session: LiveSessionId, from_ms: int, until_ms: int, key: str | None = None
    ) -> tuple[VoicePortion, ...]:
        """Reads the portions that begin in a time, of everybody or of one by key."""

    async def react(self, session: LiveSessionId, at_ms: int, counts: ReactionCounts) -> None:
        """Stores how many reactions came in the seconds from a moment on. ``Rejection`` STORAGE_FULL."""

    async def keep_talk(self) -> bool:
        """Keeps the next lines that were said to the hall in what has ended; tells whether there may be more.

        Raises:
            Rejection: STORAGE_FULL.
        """

    async def mark(self, session: LiveSessionId) -> object:
        """Reads, cheaply, what differs whenever anything of a recording does: its events, people, state or entry."""

    async def events(self, session: LiveSessionId) -> tuple[LiveEvent, ...]:
        """Reads what happened, in order."""

    async def people(self, session: LiveSessionId) -> Mapping[str, RecordedPerson]:
        """Reads who took part, by key."""

    async def motion(self, session: LiveSessionId, from_ms: int, until_ms: int) -> tuple[MotionChunk, ...]:
        """Reads the chunks that begin in a time."""

    async def published(self, days: int, most: int) -> tuple[Entry, ...]:
        """Reads the entries of what was published and took place in the last days, newest first."""

    async def taken_back(self, session: LiveSessionId) -> bool:
        """Tells whether what was published of it is taken back."""

    async def mine(self, account: AccountId) -> tuple[MineIn, ...]:
        """Reads in which recordings somebody is named."""

    async def withdraw(self, session: LiveSessionId, account: AccountId) -> None:
        """Takes somebody out for good: their name and words are gone, also those that they write from now on.

        Again, it takes out what came since. ``Rejection`` NOT_FOUND where they never took part.
        """

    async def forget(self, days: int, unpublished_days: int) -> int:
        """Deletes what happened in live sessions that were over so many days ago; returns of how many."""

    async def took_part(self, account: AccountId) -> tuple[LiveSessionId, ...]:
        """Reads in which recordings somebody is or was, withdrawn or not, or will be by what they said to the hall."""
