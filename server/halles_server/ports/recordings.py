"""What is kept of live sessions, to be seen again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from halles.ids import AccountId, LiveSessionId, VisitId
from halles.world.live_motion import MotionChunk
from halles.world.live_voice import VoicePortion
from halles.world.text import Language, Text
from halles_server.ports.programme import Entry


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
    """Who a key is; withdrawn: nobody any more."""

    key: str
    name: str
    language: Language
    visit: VisitId
    withdrawn: bool


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

    async def voice(self, session: LiveSessionId, from_ms: int, until_ms: int) -> tuple[VoicePortion, ...]:
        """Reads the portions that begin in a time."""

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
        """Takes somebody out: nobody has their key any more, and their words are gone; ``Rejection`` NOT_FOUND."""
