"""The outside in our words: what services ask of storage, bus and clock.

Each port is a structural type with values of its own; ``storage``, ``cluster`` and tests' suites implement them. Every
call may raise ``Unavailable``; nothing of a driver's shows through.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, Protocol

from halles.ids import AccountId, BoothId, HallId, MediaId, RequestId, SlotId, VisitId
from halles.protocol.messages import ChatLine
from halles.world.booth import BoothContent, BoothEdit
from halles.world.look import Look
from halles.world.roles import Role
from halles.world.text import Language
from halles_server.announcements import Announcement


@dataclass(frozen=True, slots=True)
class BoothRecord:
    """A booth as stored: where it stands and its newest revision."""

    booth: BoothId
    hall: HallId
    slot: SlotId
    revision: int
    content: BoothContent


@dataclass(frozen=True, slots=True)
class Account:
    """A person known to the database."""

    account: AccountId
    login: str
    name: str
    role: Role
    language: Language
    look: Look


@dataclass(frozen=True, slots=True)
class VisitRecord:
    """A visit as stored, for its return after a drop.

    Attributes:
        epoch: Counts an account's visits, or a guest's returns; the newest wins.
        hall: Where it was last, "" in none; x, y, z metres and heading radians go with it.
        place_age_s: How long ago that was stored.
    """

    visit: VisitId
    account: AccountId | None
    epoch: int
    name: str
    role: Role
    language: Language
    look: Look
    bot: bool
    hall: HallId
    x: float
    y: float
    z: float
    heading: float
    place_age_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody stands or stood: metres, radians."""

    hall: HallId
    x: float
    y: float
    z: float
    heading: float


@dataclass(frozen=True, slots=True)
class BoothFound:
    """A booth that a search found.

    Attributes:
        score: How well it fits, 0 … 1.
        by_name: Whether its name or slot fits, else words of its texts do.
    """

    record: BoothRecord
    score: float
    by_name: bool


@dataclass(frozen=True, slots=True)
class Medium:
    """A stored picture."""

    media: MediaId
    mime: str
    width: int
    height: int
    data: bytes


class BoothStore(Protocol):
    """Booths, their revisions, and the edits that lead from one to the next."""

    async def read(self, booth: BoothId) -> BoothRecord:
        """Reads one; ``Rejection`` NOT_FOUND."""

    async def in_hall(self, hall: HallId) -> tuple[BoothRecord, ...]:
        """Reads a hall's, by slot."""

    async def all(self) -> tuple[BoothRecord, ...]:
        """Reads the whole directory, by name."""

    async def edit(
        self, actor: AccountId, request_id: RequestId, booth: BoothId, revision: int, edit: BoothEdit
    ) -> int:
        """Applies an edit in one transaction with its revision, audit row and request key; returns the new revision.

        A repeated ``request_id`` of the same actor has no second effect and returns the first answer.

        Raises:
            Rejection: STALE_REVISION, NOT_FOUND, what ``apply_edit`` refuses with, or BAD_FIELD for a used key.
        """

    async def may_edit(self, account: AccountId, booth: BoothId) -> bool:
        """Tells whether the account is on the booth's staff as lead or editor."""

    async def find(self, query: str, limit: int) -> tuple[BoothFound, ...]:
        """Searches names and slots, tolerant of accents and typing errors, then texts; best first."""

    async def revisions(self) -> dict[BoothId, int]:
        """Reads the newest revision of every booth, for the sweep that repairs lost announcements."""


class AccountStore(Protocol):
    """Accounts and the logins of their browsers."""

    async def by_login(self, login: str) -> tuple[Account, str] | None:
        """Reads an account and its password's argon2 hash, by login without regard to case."""

    async def read(self, account: AccountId) -> Account | None:
        """Reads one by its id."""

    async def create(self, account: Account, password_hash: str) -> None:
        """Stores a new account; ``Rejection`` NAME_TAKEN."""

    async def set_password(self, account: AccountId, password_hash: str, actor: str) -> None:
        """Replaces a password's hash and ends every web login of the account."""

    async def guarded_names(self, roles: Collection[Role]) -> frozenset[str]:
        """Returns the names of the accounts with these roles, of all organisations and of all booths."""


class LoginStore(Protocol):
    """Web logins: what a browser's cookie stands for (trust.md calls them web sessions)."""

    async def open(self, token_hash: bytes, account: AccountId) -> None:
        """Stores a login; the account's oldest ends when it has more than 5."""

    async def account_of(self, token_hash: bytes, soon_idle: Collection[Role]) -> Account | None:
        """Returns whose live login this is (12 h, idle 2 h; these roles 30 min) and marks it used."""

    async def close(self, token_hash: bytes) -> None:
        """Ends a login."""


TICKET_S: Final = 60
"""Seconds that a ticket lives."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """Who comes in from a page's "open in 3D", by a secret that works once.

    Where to is part of the address that the page gives (``#hall/booth``), since it is no secret.
    """

    account: AccountId | None
    name: str
    language: Language
    look: Look


class TicketStore(Protocol):
    """Single-use tickets from page to client, good for ``TICKET_S``."""

    async def issue(self, secret_hash: bytes, ticket: Ticket) -> None:
        """Stores a ticket under its secret's SHA-256."""

    async def take(self, secret_hash: bytes) -> Ticket | None:
        """Uses a ticket up; None when there is none, it is too old or was used."""


class VisitStore(Protocol):
    """Visits, so that a dropped one comes back where it was."""

    async def open(self, visit: VisitRecord, resume_hash: bytes) -> int:
        """Stores a new visit and returns its epoch: 0 for a guest, else one more than the account's last."""

    async def resume(self, resume_hash: bytes, next_hash: bytes) -> VisitRecord | None:
        """Uses a resume token up and sets the next; None when it is unknown, used or too old.

        Role and name are read anew from the account.
        """

    async def keep_places(self, places: Mapping[VisitId, Place | None]) -> frozenset[VisitId]:
        """Stores that visits are here, and where those stand that stand somewhere.

        Returns:
            Those that are over, or with another node: of them nothing is stored.
        """

    async def dropped(self, epochs: Mapping[VisitId, int]) -> None:
        """Notes that the connections of these epochs broke: a token ages from now on, unless its visit has returned."""

    async def end(self, visits: Collection[VisitId]) -> None:
        """Notes that visits are over; their tokens are worth nothing now."""


class ChatStore(Protocol):
    """What was said, kept as long as the notice says."""

    async def append(self, speaker: AccountId | VisitId, request_id: RequestId, hall: HallId, line: ChatLine) -> bool:
        """Stores a line with its request key in one transaction; False when this request was stored before."""

    async def last(self, hall: HallId, limit: int) -> tuple[ChatLine, ...]:
        """Reads the newest lines said to the whole hall, oldest first."""


class MediaStore(Protocol):
    """Pictures by the hash of their bytes."""

    async def read(self, media: MediaId) -> Medium | None:
        """Reads one."""


@dataclass(frozen=True, slots=True)
class PreparedBooth:
    """A booth as a file describes it.

    Attributes:
        organisation: Its organisation's slug; several booths may have the same.
        organisation_name: The organisation's name, of which the booth's may be a shorter form.
        region: Of the organisation, "" for none.
        demonstration: Whether the organisation is invented for the demonstration.
    """

    booth: BoothId
    organisation: str
    organisation_name: str
    region: str
    demonstration: bool
    hall: HallId
    slot: SlotId
    content: BoothContent


Outcome = Literal["added", "changed", "same", "kept"]
"""What an import did with a booth; ``kept``: people have edited it since, so the file does not overrule them."""


class PreparedBoothStore(Protocol):
    """Where prepared booths are imported, again and again with the same result."""

    async def put(
        self, booths: Sequence[PreparedBooth], pictures: Sequence[MediaId], load: Callable[[MediaId], Medium]
    ) -> dict[BoothId, Outcome]:
        """Brings booths to what their files say, with their pictures, all or none.

        Args:
            booths: All of them; those that people have edited since the last import stay as they are.
            pictures: Every picture that they hang.
            load: Reads one; called for those that are not stored yet.

        Raises:
            ConfigError: Two booths want one slot.
        """


@dataclass(frozen=True, slots=True)
class NodeRecord:
    """A node as registered.

    Attributes:
        slot: 0 … 15, unique among those alive; its numbers in each hall follow from it.
        incarnation: Greater with each registration.
        address: The websocket's URL for visitors.
        alive: Whether its lease runs.
    """

    slot: int
    incarnation: int
    name: str
    address: str
    alive: bool = True


class NodeStore(Protocol):
    """The nodes of a deployment."""

    async def register(self, name: str, address: str, lease_s: float) -> NodeRecord:
        """Takes a free slot with an incarnation greater than any before; ``ConfigError`` when there is none."""

    async def renew(self, node: NodeRecord, lease_s: float) -> tuple[NodeRecord, ...] | None:
        """Renews a lease and returns all nodes; None when another has the slot, or the others have buried it."""

    async def bury(self, incarnations: Collection[int]) -> None:
        """Removes nodes whose lease is over, so that they cannot renew it any more."""

    async def leave(self, node: NodeRecord) -> None:
        """Gives a slot back."""


class Bus(Protocol):
    """Messages between nodes: they say "look again", or carry poses, cards and chat, and grant nothing.

    Nothing here raises or waits, however the bus fares: what cannot be sent is counted and forgotten, since Postgres
    has all that must not be lost, and rosters and sweeps repair the rest. ``NodeSlab`` is LATEST: a newer one of a hall
    replaces the unsent older. Everything else goes out in order.
    """

    def announce(self, news: Announcement) -> None:
        """Tells every node, this one included."""

    def tell_others(self, news: Announcement) -> None:
        """Tells the other nodes."""

    def listen(self, heard: Callable[[Announcement], None]) -> Callable[[], None]:
        """Calls ``heard`` for each announcement until the returned function is called."""

    def trouble(self) -> str:
        """Returns why other nodes are not heard now; "" when they are, or when there can be none."""


class Clock(Protocol):
    """Time as an argument."""

    def monotonic(self) -> float:
        """Seconds that only grow, for durations and deadlines."""

    def wall(self) -> datetime:
        """The time of day in UTC, for what people read."""
