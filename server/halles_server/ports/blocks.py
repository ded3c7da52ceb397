"""Who blocks whom, as stored."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from halles.ids import AccountId, RequestId, VisitId
from halles.world.roles import Role
from halles_server.ports.standing import Standing

PAIRS_MOST: Final = 20_000
"""Pairs that a node reads at most: the newest blocks."""


@dataclass(frozen=True, slots=True)
class Party:
    """Who blocks or is blocked: an account, or a guest's visit."""

    account: AccountId | None
    visit: VisitId

    @property
    def key(self) -> str:
        """Names whose request it is."""
        return self.account or self.visit


@dataclass(frozen=True, slots=True)
class Blockable:
    """Somebody whom one may want to block, with what counts for them."""

    party: Party
    name: str
    role: Role
    standing: Standing


@dataclass(frozen=True, slots=True)
class Pair:
    """Two visits in the show, of which one's has blocked the other's."""

    owner: VisitId
    target: VisitId
    name: str


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody whom an account has blocked; a guest is forgotten with its visit."""

    number: int
    name: str
    made: datetime


class BlockStore(Protocol):
    """Keeps blocks."""

    async def target(self, visit: VisitId) -> Blockable:
        """Reads whom a visit is; ``Rejection`` NOT_FOUND."""
        ...

    async def block(self, owner: Party, request_id: RequestId, target: Blockable) -> None:
        """Stores a block; one that is there stays. ``Rejection`` OVER_BUDGET, BAD_FIELD, STORAGE_FULL."""
        ...

    async def unblock(self, owner: Party, request_id: RequestId, target: Party) -> None:
        """Forgets a block, if there is one."""
        ...

    async def lift(self, owner: AccountId, number: int) -> None:
        """Forgets an account's block by its number, if it is this account's."""
        ...

    async def erase(self, owner: AccountId) -> bool:
        """Forgets all of an account's blocks; tells whether there were some."""
        ...

    async def of(self, owner: AccountId) -> tuple[Listed, ...]:
        """Reads whom an account has blocked, the newest first."""
        ...

    async def pairs(self) -> tuple[Pair, ...]:
        """Reads which visits that are in the show now do not see each other, ``PAIRS_MOST`` at most."""
        ...
