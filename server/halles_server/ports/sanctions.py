"""Sanctions as stored: who is under them, for what, until when, by whom, and what was said against them."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, RequestId, VisitId
from halles.world.roles import Role
from halles.world.sanctions import SanctionKind
from halles_server.ports.standing import Grant, InForce, Rank, Scope, ScopeKind, Standing

_NO_VISIT: Final = VisitId("")


@dataclass(frozen=True, slots=True)
class Known:
    """By what somebody is recognised at a door.

    Attributes:
        account: Their account; with one, nothing else counts.
        visit: Their visit, "" in none.
        devices: SHA-256 of what their devices keep.
        network: Who has one address together, "" where that is not known.
    """

    account: AccountId | None = None
    visit: VisitId = _NO_VISIT
    devices: tuple[bytes, ...] = ()
    network: str = ""


@dataclass(frozen=True, slots=True)
class Whom:
    """Whom a moderator means: a visit or, on a page, an account."""

    visit: VisitId | None = None
    account: AccountId | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """Somebody who may be sanctioned."""

    known: Known
    name: str
    role: Role
    standing: Standing


@dataclass(frozen=True, slots=True)
class Order:
    """What shall be done to somebody.

    Attributes:
        minutes: For how long.
        address: Whether a ban holds the address as well.
        said: The words of a form that time, reason and address were read from, where a repeat of them may come to
            others: its end may be typed, and its reason is in the person's language.
    """

    kind: SanctionKind
    scope: Scope
    minutes: int
    reason: str
    address: bool = False
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Author:
    """Who decides, as it is written down: also when the account is gone."""

    account: AccountId
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Decider:
    """Who decides something, and how that is weighed once more in the transaction which stores it.

    What was known of them before may be some seconds old: whoever has lost a role meanwhile decides nothing any more.

    Attributes:
        weigh: Returns as what they decide, from what they are then; ``Rejection`` FORBIDDEN.
    """

    account: AccountId
    name: str
    weigh: Callable[[Rank], Role]

    def author(self, ranks: Mapping[AccountId, Rank]) -> Author:
        """Returns who decides as it is written down; ``Rejection`` FORBIDDEN."""
        rank = ranks.get(self.account)
        if rank is None:
            raise Rejection(RejectionCode.FORBIDDEN, "this account is gone")
        return Author(self.account, self.name, self.weigh(rank))


Above = Callable[[Rank, Rank], bool]
"""Tells whether whoever is the first may sanction whoever is the second."""


@dataclass(frozen=True, slots=True)
class Given:
    """A sanction that was given.

    Attributes:
        others: How many other visits have the address now that it holds as well.
    """

    number: int
    others: int = 0


@dataclass(frozen=True, slots=True)
class SanctionRecord:
    """A sanction with its history.

    Attributes:
        account: Whose; None for a guest's.
        by: The name of whoever gave it.
        by_role: What they were then, where they gave it.
        lifted: When it was ended before its time; None while it was not.
        appeal: Why the person thinks that it should end, "" while nothing was written.
        upheld: When an appeal was answered without lifting; None while it was not.
        by_account: Who gave it; None when that account is gone.
        language: In which language the person read then, so that what is written to them is in it; "" of old ones.
    """

    number: int
    kind: SanctionKind
    scope: str
    account: AccountId | None
    visit: VisitId
    name: str
    reason: str
    made: datetime
    until: datetime
    by: str
    by_role: Role
    address: bool = False
    lifted: datetime | None = None
    lifted_by: str = ""
    lifted_reason: str = ""
    appeal: str = ""
    appealed: datetime | None = None
    upheld: datetime | None = None
    upheld_by: str = ""
    upheld_reason: str = ""
    by_account: AccountId | None = None
    language: str = ""

    @property
    def waits(self) -> bool:
        """Whether its appeal was answered by nobody yet."""
        return self.appealed is not None and self.upheld is None and self.lifted is None


@dataclass(frozen=True, slots=True)
class Binding:
    """A sanction in force, and whom it binds."""

    known: Known
    sanction: InForce


@dataclass(frozen=True, slots=True)
class Lifted:
    """A sanction that was lately lifted before its end, and whom it bound.

    Attributes:
        scope: The scope's key.
        answer: Why it was lifted, "" where nothing was written.
        appealed: Whether that answers an appeal.
    """

    known: Known
    number: int
    kind: SanctionKind
    scope: str
    answer: str = ""
    appealed: bool = False


class SanctionStore(Protocol):
    """Sanctions, each act with its request key and its audit row in one transaction."""

    async def scope(self, kind: ScopeKind, place: str) -> Scope:
        """Returns the scope of that kind; ``Rejection`` NOT_FOUND where there is no such booth or live session."""

    async def target(self, *, visit: VisitId | None = None, account: AccountId | None = None) -> Target:
        """Reads whom a visit or account is; ``Rejection`` NOT_FOUND."""

    async def give(self, decider: Decider, request_id: RequestId, whom: Whom, order: Order, above: Above) -> Given:
        """Stores a sanction; one that keeps somebody out ends their visit.

        Raises:
            Rejection: FORBIDDEN where ``above`` says no, of both as they are then, and for the last organiser, both of
                which is noted; NOT_FOUND; NOT_NOW in a live session that is over; BAD_FIELD for a used key, and where
                the address shall be held of an account or of who has gone; OVER_BUDGET; STORAGE_FULL.
        """

    async def lift(self, decider: Decider, request_id: RequestId, number: int, reason: str) -> None:
        """Ends a sanction; ``Rejection`` NOT_FOUND when it is not in force."""

    async def appeal(self, known: Known, request_id: RequestId, number: int, text: str) -> None:
        """Stores why a sanction should end; ``Rejection`` NOT_FOUND for another's, or one with an appeal already."""

    async def uphold(self, decider: Decider, request_id: RequestId, number: int, reply: str = "") -> None:
        """Answers an appeal: the sanction stays; ``Rejection`` NOT_FOUND when none waits."""

    async def read(self, number: int) -> tuple[SanctionRecord, Scope]:
        """Reads one, and its scope; ``Rejection`` NOT_FOUND."""

    async def listed(
        self, scope: Scope, limit: int, *, in_force: bool | None = None, appeals: bool = False, before: int = 0
    ) -> tuple[SanctionRecord, ...]:
        """Reads the newest in a scope and those below it.

        Args:
            scope: Where.
            limit: How many at most.
            in_force: Whether only what is in force, or only what is past; None for both.
            appeals: Whether only those whose appeal waits.
            before: Only those given before the one with this number; 0 for the newest.
        """

    async def of(self, known: Known) -> tuple[InForce, ...]:
        """Reads what somebody is under now, newest first; who only has the address reads no reason."""

    async def in_force(self) -> tuple[Binding, ...]:
        """Reads all that is in force."""

    async def lifted(self, lately: timedelta) -> tuple[Lifted, ...]:
        """Reads what was lifted so lately and would still be in force, newest first."""

    async def ranks(self, accounts: Collection[AccountId]) -> Mapping[AccountId, tuple[Role, tuple[Grant, ...]]]:
        """Reads roles and grants as they are now."""

    async def history(self, known: Known, limit: int) -> tuple[SanctionRecord, ...]:
        """Reads what somebody was ever under, newest first; never by the address alone."""
