"""Who is here: every visit with its connection, its hall and number, and the limits that it has used up.

Belongs here: which visit is where, drops and returns, one avatar for an account. Not here: what a visit asks for
(``dispatch``), and its tokens (``services.admission``). A dropped visit keeps its place for ``resume_s``; its avatar is
hidden after ``hide_s``, so that nobody talks to a shell, and its seat in the hall stays taken.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, BoothId, HallId, VisitId
from halles.protocol.voice_messages import Hearing
from halles_server.config import ServerConfig
from halles_server.ports.visits import Place, VisitRecord
from halles_server.services.actor import Actor
from halles_server.services.limits import TokenBucket, Window, sharing

AT_A_TIME: Final = 200
"""Visits that something is done for before everybody else has a turn: some milliseconds."""

UNHEARD_CAP: Final = 8
"""Lines without an answer that are remembered: more than the burst."""

if TYPE_CHECKING:
    from halles_server.gateway.connection import Connection
    from halles_server.gateway.hall_runner import HallRunner


class Unheard:
    """Lines of which nobody knows whether they were stored: one that was must be heard when it is said again."""

    __slots__ = ("_lines",)

    def __init__(self) -> None:
        self._lines: dict[bytes, HallId] = {}

    def put(self, request_id: bytes, hall: HallId) -> None:
        """Remembers a line by its key, as the newest of ``UNHEARD_CAP``; storage refuses other words under it."""
        self._lines[request_id] = hall
        if len(self._lines) > UNHEARD_CAP:
            del self._lines[next(iter(self._lines))]

    def take(self, request_id: bytes, hall: HallId) -> bool:
        """Forgets a line that was said in this hall; tells whether it was remembered."""
        if self._lines.get(request_id) != hall:
            return False
        del self._lines[request_id]
        return True


@dataclass(slots=True, eq=False)
class Visit:
    """One visit.

    Attributes:
        record: What is stored of it.
        address: Where it came from last.
        connection: Its connection; None while it is suspended.
        runner: The hall in which its avatar stands; None in none, or hidden.
        number: The avatar's number there.
        entry: Counts its entries into halls, so that what was read for one is not told after the next.
        landed: The booth that it came to, and where it was put there; None when it came elsewhere.
        kept: Where it stands again when it returns; None when it was in no hall yet.
        unheard: What it said without an answer.
        hearing: How far its voice is heard, as it was told last.
        slow: When it was closed since it did not read.
        halved: Whether that was too often: it begins its next connection with every other pose frame.
        dropped_at: When its connection broke; None while it is connected.
        detached_at: Since when nobody moves its avatar; None while somebody does.
        pointed_at: When it pointed at a screen last.
    """

    record: VisitRecord
    address: str
    requests: TokenBucket
    chat: TokenBucket
    entries: TokenBucket
    bell: TokenBucket
    voice: TokenBucket
    reactions: TokenBucket
    replays: TokenBucket
    refused: Window
    corrections: Window
    slow: Window
    connection: "Connection | None" = None
    runner: "HallRunner | None" = None
    number: int = 0
    entry: int = 0
    kept: Place | None = None
    landed: tuple[BoothId, float, float] | None = None
    dropped_at: float | None = None
    detached_at: float | None = None
    pointed_at: float = float("-inf")
    halved: bool = False
    hearing: Hearing | None = None
    unheard: Unheard = field(default_factory=Unheard)
    actor: Actor = field(init=False)

    def __post_init__(self) -> None:
        self.renew(self.record)

    def renew(self, record: VisitRecord) -> None:
        """Takes over what was read anew: rights come from the database, never from a token."""
        self.record = record
        self.actor = Actor(
            record.account,
            record.visit,
            record.name,
            record.role,
            record.language,
            record.standing,
            record.devices,
            record.bot,
        )

    def place(self) -> Place | None:
        """Returns where it stands now, else where it stood."""
        if self.runner is None:
            return self.kept
        pose = self.runner.hall.pose(self.number)
        return Place(self.runner.hall.scene.id, pose.x, pose.y, pose.z, pose.heading)


class Visits:
    """All visits of this node."""

    def __init__(self, config: ServerConfig) -> None:
        self._config = config
        self._visits: dict[VisitId, Visit] = {}
        self._by_account: dict[AccountId, Visit] = {}
        self._by_address: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._visits)

    def __iter__(self) -> Iterator[Visit]:
        return iter(tuple(self._visits.values()))

    async def in_turns(self) -> AsyncIterator[Visit]:
        """Yields all visits as of now, with a pause after each ``AT_A_TIME``, in which one may end or come back."""
        for turn, visit in enumerate(self):
            if turn % AT_A_TIME == AT_A_TIME - 1:
                await asyncio.sleep(0)
            if self._visits.get(visit.record.visit) is visit:
                yield visit

    def get(self, visit: VisitId) -> Visit | None:
        """Returns a visit of this node."""
        return self._visits.get(visit)

    def check_room(self, address: str) -> None:
        """Refuses a newcomer when the node, or its address, holds as many as it may.

        Raises:
            Rejection: TRY_LATER.
        """
        if len(self._visits) >= self._config.node_capacity:
            raise Rejection(RejectionCode.TRY_LATER, "the server is full", 10_000)
        if self._by_address[sharing(address)] >= self._config.address_visits:
            raise Rejection(RejectionCode.TRY_LATER, "too many visits from this address", 10_000)

    def add(self, record: VisitRecord, address: str) -> tuple[Visit, Visit | None]:
        """Adds a visit, or takes up one that is known; returns it and the other of its account that it ends."""
        known = self._visits.get(record.visit)
        if known is not None:
            known.renew(record)
            self._move(known, address)
            return known, None
        config = self._config
        place = Place(record.hall, record.x, record.y, record.z, record.heading) if record.hall else None
        visit = Visit(
            record,
            address,
            requests=TokenBucket(config.requests_per_s, config.requests_burst),
            chat=TokenBucket(config.chat_per_s, config.chat_burst),
            entries=TokenBucket(config.entries_per_s, config.entries_burst),
            bell=TokenBucket(config.rings_per_s, config.rings_burst),
            voice=TokenBucket(config.voice_frames_per_s, config.voice_frames_burst),
            reactions=TokenBucket(config.reactions_per_s, config.reactions_burst),
            replays=TokenBucket(config.replays_per_s, config.replays_burst),
            refused=Window(config.refused_per_minute, 60.0),
            corrections=Window(config.corrections_per_10_s, 10.0),
            slow=Window(1, 60.0),
            kept=place,
        )
        older = self._by_account.get(record.account) if record.account else None
        self._visits[record.visit] = visit
        self._by_address[sharing(address)] += 1
        if record.account:
            self._by_account[record.account] = visit
        return visit, older

    def remove(self, visit: Visit) -> None:
        """Forgets a visit; no matter whether it is known."""
        if self._visits.pop(visit.record.visit, None) is None:
            return
        self._count_down(visit.address)
        if visit.record.account and self._by_account.get(visit.record.account) is visit:
            del self._by_account[visit.record.account]

    def with_accounts(self) -> tuple[Visit, ...]:
        """Returns the visits of accounts."""
        return tuple(self._by_account.values())

    def of(self, account: AccountId) -> Visit | None:
        """Returns an account's visit here."""
        return self._by_account.get(account)

    def newest_epoch(self, account: AccountId) -> int:
        """Returns the epoch of the account's visit here, 0 for none."""
        visit = self._by_account.get(account)
        return visit.record.epoch if visit else 0

    def same(self, visit: VisitId, account: str) -> list[Visit]:
        """Returns the visits of this node that are this one, or of this account."""
        found = (self._visits.get(visit), self._by_account.get(AccountId(account)) if account else None)
        return list(dict.fromkeys(one for one in found if one is not None))

    def seats_kept(self, hall: HallId, besides: Visit) -> int:
        """Returns how many seats of a hall are kept for others: hidden, or returned and not yet entered."""
        return sum(
            visit.runner is None and visit.kept is not None and visit.kept.hall == hall and visit is not besides
            for visit in self._visits.values()
        )

    def _move(self, visit: Visit, address: str) -> None:
        self._count_down(visit.address)
        visit.address = address
        self._by_address[sharing(address)] += 1

    def _count_down(self, address: str) -> None:
        who = sharing(address)
        self._by_address[who] -= 1
        if not self._by_address[who]:
            del self._by_address[who]
