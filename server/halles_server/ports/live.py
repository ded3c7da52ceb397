"""Live sessions as they happen: state, who takes part, and every act in order."""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from halles.ids import AccountId, HallId, LiveSessionId, RequestId, VisitId
from halles.world.live import LivePerson, LiveState
from halles.world.live_acts import LiveAct, ServerAct
from halles.world.text import Language
from halles_server.ports.programme import Entry
from halles_server.ports.standing import InForce

Decide = Callable[[LiveState], LiveState]
"""From the state as stored to the next one; a ``Rejection`` changes nothing."""


@dataclass(frozen=True, slots=True)
class LiveRecord:
    """A live session as stored.

    Attributes:
        entry: What it is about; its materials in the places that they have had since the doors opened.
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
class Worded:
    """An act that was read from words which may mean another one a moment later, as "a free chair".

    Attributes:
        words: What a repeat says as well, whatever it means by then.
    """

    act: LiveAct
    words: str


@dataclass(frozen=True, slots=True)
class Deed:
    """An act as it is recorded.

    Attributes:
        about: Whom it names, "" for nobody.
        audited: Whether the audit keeps it: what hosts do, and that it went on without any.
        met: Whom it names who has done nothing there so far; kept, so that its record can tell who that is.
        words: What it was read from, which a repeat has as well; "" where that is the act itself.
        itself: Whether the server did it by itself: no host is here by that, and the audit names the server.
    """

    act: LiveAct | ServerAct
    at_ms: int
    about: str = ""
    audited: bool = False
    met: Participant | None = None
    words: str = ""
    itself: bool = False


@dataclass(frozen=True, slots=True)
class Caption:
    """What was spoken, in writing."""

    number: int
    session: LiveSessionId
    language: Language
    text: str
    said_ms: int


def key_of(session: LiveSessionId, account: AccountId | None, visit: VisitId, devices: Sequence[bytes] = ()) -> str:
    """Returns somebody's key in one live session: the same after every return, and it tells nothing.

    An account's follows from the account. A guest's begins with ``v`` and follows from what their browser keeps, or
    else their client, so that coming in anew is no second vote; only where neither keeps anything is it the visit's.
    """
    if account is not None:
        return "a" + _digest(session, account.encode())
    return "v" + (_digest(session, devices[-1]) if devices else visit)


def _digest(session: LiveSessionId, known: bytes) -> str:
    return hashlib.sha256(session.encode() + b"\0" + known).hexdigest()[:20]


class LiveStore(Protocol):
    """Live sessions."""

    async def read(self, session: LiveSessionId) -> LiveRecord:
        """Reads one, also before anything has happened in it; ``Rejection`` NOT_FOUND."""

    async def open(self) -> dict[LiveSessionId, tuple[int, int]]:
        """Reads the revisions of those that halls show now, each with its entry's."""

    async def open_in(self, hall: HallId) -> frozenset[LiveSessionId]:
        """Reads which a hall shows now."""

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

    async def refuse(self, session: LiveSessionId, who: Participant, act: str) -> None:
        """Notes in the audit that somebody tried what only hosts, or the presenter, may."""

    async def caption(
        self, session: LiveSessionId, who: Participant, request_id: RequestId, caption: Caption
    ) -> tuple[int, bool]:
        """Records a caption; returns its number, and whether it is new.

        Raises:
            Rejection: NOT_NOW while nothing is open; BAD_FIELD for a used key; STORAGE_FULL.
        """

    async def read_caption(self, number: int) -> Caption | None:
        """Reads one."""

    async def captions(self, session: LiveSessionId, cap: int) -> tuple[Caption, ...]:
        """Reads the last ones, oldest first."""

    async def person(self, session: LiveSessionId, visit: VisitId) -> Participant | None:
        """Returns who a visit is that goes on now; None for nobody."""

    async def member(self, session: LiveSessionId, account: AccountId) -> Participant | None:
        """Returns who an account is that is connected now; None for one that is not."""

    async def bound(self, session: LiveSessionId, people: Collection[LivePerson]) -> Mapping[str, tuple[InForce, ...]]:
        """Reads what those of these people are under who are under anything, by their keys."""

    async def stands(self, account: AccountId) -> tuple[HallId | None, VisitId | None]:
        """Reads in which hall an account's visit is, or is kept its place, and which visit; None for none."""

    async def host_here(self, session: LiveSessionId) -> None:
        """Notes that one of its hosts is here now."""

    async def hosts_anew(self) -> None:
        """Counts anew how long no host has been here, of all that go on."""

    async def without_hosts(self, seconds: float) -> tuple[LiveSessionId, ...]:
        """Reads which go on although no host has been here for so long."""

    async def over(self, visits: Collection[VisitId], resume_s: float) -> frozenset[VisitId]:
        """Returns which of these visits are over, or were dropped longer ago."""
