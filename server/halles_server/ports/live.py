"""Live sessions as they happen: state, who takes part, and every act in order."""

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Protocol

from halles.ids import AccountId, LiveSessionId, RequestId, VisitId
from halles.world.live import LivePerson, LiveState
from halles.world.live_acts import LiveAct, ServerAct
from halles.world.text import Language
from halles_server.ports.programme import Entry

Decide = Callable[[LiveState], LiveState]
"""From the state as stored to the next one; a ``Rejection`` changes nothing."""


@dataclass(frozen=True, slots=True)
class LiveRecord:
    """A live session as stored.

    Attributes:
        entry: What it is about.
        revision: Grows with every change of the state; 0 before the first.
    """

    entry: Entry
    revision: int
    state: LiveState


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who acts, with what is kept to know them by.

    Attributes:
        person: As others see them.
        account: Whose keys of requests count; None for guests.
    """

    person: LivePerson
    account: AccountId | None

    @property
    def requests(self) -> str:
        """Whose request keys count."""
        return self.account or self.person.visit


@dataclass(frozen=True, slots=True)
class Deed:
    """An act as it is recorded.

    Attributes:
        about: Whom it names, "" for nobody.
        audited: Whether the audit keeps it: what hosts do.
    """

    act: LiveAct | ServerAct
    at_ms: int
    about: str = ""
    audited: bool = False


@dataclass(frozen=True, slots=True)
class Caption:
    """What was spoken, in writing."""

    number: int
    session: LiveSessionId
    language: Language
    text: str
    said_ms: int


def key_of(session: LiveSessionId, account: AccountId | None, visit: VisitId) -> str:
    """Returns somebody's key in one live session: an account's is the same after every return, and tells nothing."""
    if account is None:
        return f"v{visit}"
    return "a" + hashlib.sha256(f"{session}\0{account}".encode()).hexdigest()[:20]


class LiveStore(Protocol):
    """Live sessions."""

    async def read(self, session: LiveSessionId) -> LiveRecord:
        """Reads one, also before anything has happened in it; ``Rejection`` NOT_FOUND."""

    async def open(self) -> dict[LiveSessionId, int]:
        """Reads the revisions of those that halls show now."""

    async def act(
        self, session: LiveSessionId, who: Participant, request_id: RequestId | None, deed: Deed, decide: Decide
    ) -> int:
        """Changes a state and records the act, in one transaction; returns the revision reached.

        Args:
            session: Which one.
            who: Whoever acts.
            request_id: Their key; None for the server's own acts, which may be decided twice.
            deed: What is recorded where the state changes.
            decide: From the state as stored to the next one.

        Raises:
            Rejection: What ``decide`` refuses with; NOT_FOUND; NOT_NOW where another has the stage; BAD_FIELD for a
                used key; STORAGE_FULL.
            Unavailable: Not known whether it was done; asking again with the same ``request_id`` is safe.
        """

    async def caption(
        self, session: LiveSessionId, who: Participant, request_id: RequestId, caption: Caption
    ) -> tuple[int, bool]:
        """Records a caption; returns its number, and whether it is new."""

    async def read_caption(self, number: int) -> Caption | None:
        """Reads one."""

    async def captions(self, session: LiveSessionId, cap: int) -> tuple[Caption, ...]:
        """Reads the last ones, oldest first."""

    async def person(self, session: LiveSessionId, visit: VisitId) -> Participant | None:
        """Returns who a visit is that goes on now; None for nobody."""

    async def host_here(self, session: LiveSessionId) -> None:
        """Notes that one of its hosts is here now."""

    async def without_hosts(self, seconds: float) -> tuple[LiveSessionId, ...]:
        """Reads which go on although no host has been here for so long."""

    async def over(self, visits: Collection[VisitId], resume_s: float) -> frozenset[VisitId]:
        """Returns which of these visits are over, or were dropped longer ago."""
