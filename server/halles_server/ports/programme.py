"""The programme: live sessions as they are announced, and the working groups that lead some of them."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, Protocol, get_args

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, HallId, LiveSessionId, MediaId, RequestId
from halles.world.live import Phase
from halles.world.roles import Role
from halles.world.text import Language, Text
from halles_server.ports.meetings import Period

Access = Literal["public", "members", "invited"]
"""Whom a live session is for: everybody, those with a role above visitor, or those who are invited."""

Mode = Literal["open", "hands", "stage-only", "fishbowl", "screening"]

ACCESSES: tuple[Access, ...] = get_args(Access)
MODES: tuple[Mode, ...] = get_args(Mode)

Stands = Literal["coming", "on", "over"]

PLANNED_CAP: Final = 16
"""Materials of an entry. What its screens may show grows with its changes, up to ``world.live.MATERIALS_CAP``."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account, as the programme's pages name them."""

    account: AccountId
    name: str
    login: str = ""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody who speaks, with or without an account.

    Attributes:
        login: The account's, for those who plan.
    """

    name: str
    organisation: str = ""
    account: AccountId | None = None
    login: str = ""


@dataclass(frozen=True, slots=True)
class Material:
    """What may be shown on the screens: a document by its pages, or a film."""

    media: MediaId
    title: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the programme.

    Attributes:
        language: What is spoken.
        mode: How it begins; its host may change that.
        working_group: Who leads it; "" for none.
        uid: Names it in calendars, for ever.
        sequence: Counts its changes (RFC 5545, 3.8.7.4).
        hosts: Those who have the role moderator within it.
        changed: When it was changed last; None for what is not stored yet.
    """

    session: LiveSessionId
    title: Text
    summary: Text
    hall: HallId
    stage: str
    during: Period
    language: Language
    capacity: int = 2500
    access: Access = "public"
    mode: Mode = "hands"
    working_group: str = ""
    speakers: tuple[Speaker, ...] = ()
    materials: tuple[Material, ...] = ()
    invited: frozenset[AccountId] = field(default_factory=frozenset)
    revision: int = 1
    uid: str = ""
    sequence: int = 0
    cancelled: bool = False
    hosts: tuple[Person, ...] = ()
    changed: datetime | None = None
    guests: tuple[Person, ...] = ()
    """Those of ``invited``, as read with their names; writing looks at ``invited`` only."""

    phase: Phase = field(default="scheduled", compare=False)
    """How far it has come, as read with it: no part of what is planned, so two that differ in it alone are equal."""

    def stands(self, now: datetime) -> Stands:
        """Tells whether it is to come, on, or over: by what its hosts did, and by the clock until they do anything."""
        if self.phase in ("ended", "published"):
            return "over"
        if self.phase in ("live", "paused", "closing"):
            return "on"
        if now < self.during.start:
            return "coming"
        return "on" if self.phase == "doors" or now < self.during.end else "over"

    def names(self, account: AccountId | None) -> bool:
        """Tells whether somebody is named in it: invited, to speak or to host."""
        return account is not None and account in self.everybody_named

    @property
    def everybody_named(self) -> frozenset[AccountId]:
        """Those who are invited, or to speak or host."""
        speaking = {speaker.account for speaker in self.speakers if speaker.account is not None}
        return self.invited | speaking | {host.account for host in self.hosts}


@dataclass(frozen=True, slots=True)
class Clash:
    """What is in the way of an entry.

    Attributes:
        who: The speaker who is elsewhere then; "" where it is the stage that is taken.
    """

    title: Text
    during: Period
    hall: HallId
    stage: str
    who: str = ""


class Clashes(Rejection):
    """TIME_TAKEN, with what is in the way."""

    def __init__(self, clash: Clash) -> None:
        said = f"{clash.who or f'{clash.hall}/{clash.stage}'} is taken {clash.during.start} to {clash.during.end}"
        super().__init__(RejectionCode.TIME_TAKEN, said)
        self.clash = clash


@dataclass(frozen=True, slots=True)
class WorkingGroup:
    """A working group.

    Attributes:
        members: By when they joined.
        count: How many they are, where ``members`` are not read.
        revision: Counts its changes; 0 for what is not stored yet.
    """

    group: str
    name: Text
    purpose: Text
    lead: Person | None = None
    members: tuple[Person, ...] = ()
    count: int = 0
    revision: int = 0


class ProgrammeStore(Protocol):
    """Entries and who said that they will come. Nobody speaks, and no stage is used, twice at once.

    Each act has its request key: a repeat has no second effect, and gets the first answer.
    """

    async def write(self, author: AccountId, request_id: RequestId, entry: Entry) -> bool:
        """Stores a new entry; returns whether hosts were granted.

        Raises:
            Clashes: The stage or a speaker is taken.
            Rejection: NOT_FOUND for an account, working group or medium that is not there; BAD_FIELD for a used key;
                STORAGE_FULL.
        """

    async def change(
        self,
        author: AccountId,
        request_id: RequestId,
        entry: Entry,
        hosts_read: Collection[AccountId] | None = None,
    ) -> bool:
        """Brings an entry to what is given; its ``revision`` is the one that was read.

        Args:
            author: Who changes it.
            request_id: Its key.
            entry: What it shall be.
            hosts_read: Who its hosts were when it was read: they are touched only where ``entry.hosts`` differ. None
                for who they are now.

        Returns:
            Whether hosts were granted or taken.

        Raises:
            Clashes: The stage or a speaker is taken.
            Rejection: STALE_REVISION when it has another revision or is cancelled; NOT_NOW for another hall or stage
                once the doors have opened; NOT_FOUND; BAD_FIELD for a used key; STORAGE_FULL.
        """

    async def add_material(
        self, author: AccountId, request_id: RequestId, session: LiveSessionId, revision: int, material: Material
    ) -> None:
        """Adds to what its screens may show; ``Rejection`` OVER_BUDGET beyond ``PLANNED_CAP``, else as ``change``."""

    async def cancel(self, author: AccountId, request_id: RequestId, session: LiveSessionId, revision: int) -> None:
        """Cancels it.

        Raises:
            Rejection: STALE_REVISION when it has another revision or is cancelled; NOT_NOW while its doors are open;
                NOT_FOUND; BAD_FIELD for a used key; STORAGE_FULL.
        """

    async def read(self, session: LiveSessionId) -> Entry | None:
        """Reads one."""

    async def since(self, moment: datetime, limit: int) -> tuple[Entry, ...]:
        """Reads what ends after a moment, by time, cancelled entries too."""

    async def of(self, account: AccountId, moment: datetime) -> tuple[Entry, ...]:
        """Reads the entries since a moment that somebody speaks in, hosts or will come to, by time."""

    async def role(self, account: AccountId) -> Role:
        """Reads somebody's role in the show."""

    async def named(self, logins: Collection[str]) -> dict[str, Person]:
        """Reads accounts by their logins, as these are written; those that are not there are left out."""

    async def met(self, accounts: Collection[AccountId], during: Period) -> frozenset[AccountId]:
        """Reads who of these has a meeting at a booth at that time."""

    async def mark(self, account: AccountId, request_id: RequestId, session: LiveSessionId, coming: bool) -> None:
        """Keeps whether somebody will come; ``Rejection`` NOT_FOUND, OVER_BUDGET, BAD_FIELD."""

    async def marked(self, accounts: Collection[AccountId]) -> dict[AccountId, frozenset[LiveSessionId]]:
        """Reads what these will come to, as far as it is not over."""

    async def erase_marks(self, account: AccountId) -> None:
        """Forgets all that somebody said to come to."""


class GroupStore(Protocol):
    """Working groups; whoever changes something has a request key, as in the programme."""

    async def put(self, author: AccountId, request_id: RequestId, group: WorkingGroup) -> None:
        """Stores a group, or changes the words and lead of the one that was read; a lead is a member.

        Raises:
            Rejection: STALE_REVISION when it has been changed since; NOT_FOUND; OVER_BUDGET; BAD_FIELD for a used key;
                STORAGE_FULL.
        """

    async def all(self) -> tuple[WorkingGroup, ...]:
        """Reads all, without their members."""

    async def read(self, group: str) -> WorkingGroup | None:
        """Reads one with its members."""

    async def join(self, account: AccountId, request_id: RequestId, group: str) -> None:
        """Makes somebody a member; ``Rejection`` NOT_FOUND, OVER_BUDGET, BAD_FIELD, STORAGE_FULL."""

    async def leave(self, account: AccountId, request_id: RequestId, group: str) -> None:
        """Takes a membership back, and the lead with it; ``Rejection`` BAD_FIELD, STORAGE_FULL."""

    async def leave_all(self, account: AccountId) -> None:
        """Takes all of somebody's memberships back."""

    async def of(self, account: AccountId) -> tuple[str, ...]:
        """Reads which groups somebody is in."""
