"""This node among the others: its slot and lease, who else is alive, and whether it may still be heard.

A node may be heard while its lease may run: by its own clock, which a stopped process cannot fool, and by the
database's. One that has lost it is never heard again under that incarnation; it begins anew with another.

While the database is away nobody can take a slot, so nobody loses one; when it is back, an expired lease says nothing
until its owner has had as long to renew it as we have had ourselves.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from halles.errors import HallesError
from halles_server.ports.nodes import Bus, NodeRecord, NodeStore

LEASE_S: Final = 3.0
"""How long a node counts as alive after it has last said so, and how long its own pause may be."""

RENEW_S: Final = 1.0


class Membership:
    """A node's place among the others.

    Attributes:
        me: This node; its incarnation changes when it begins anew.
        others: The other nodes that are alive, by slot.
        lost: Whether this incarnation is over.
    """

    def __init__(self, store: NodeStore, monotonic: Callable[[], float], me: NodeRecord) -> None:
        """Takes a node that has just been registered; ``monotonic`` grows while the process is stopped, too."""
        self.me = me
        self.others: dict[int, NodeRecord] = {}
        self.lost = False
        self._store = store
        self._monotonic = monotonic
        self._newest = me.incarnation
        self._awake_at = monotonic()
        self._well_since: float | None = None

    def speaks(self) -> bool:
        """Tells whether this node may be heard now; asked many times a second, so that it notices its own pause."""
        now = self._monotonic()
        if now - self._awake_at > LEASE_S:
            self.lost = True
        self._awake_at = now
        return not self.lost

    def hears(self, slot: int, incarnation: int) -> bool:
        """Tells whether a node is alive under this incarnation."""
        other = self.others.get(slot)
        return other is not None and other.incarnation == incarnation

    def stranger(self, incarnation: int) -> bool:
        """Tells whether an incarnation is newer than all that the database has told of: then it is time to ask."""
        return incarnation > self._newest

    def elsewhere(self) -> tuple[str, ...]:
        """Returns where else visitors may come in."""
        known = dict.fromkeys(other.address for other in self.others.values())
        return tuple(address for address in known if address != self.me.address)

    async def renew(self) -> list[int]:
        """Says that this node is alive and asks who else is; returns the slots whose node is gone or another one.

        Raises:
            Unavailable: The database does not answer; everything stays as it was.
        """
        try:
            rows = await self._store.renew(self.me, LEASE_S)
        except HallesError:
            self._well_since = None
            raise
        if rows is None:
            self.lost = True
            return []
        now = self._monotonic()
        self._well_since = now if self._well_since is None else self._well_since
        sure = now - self._well_since >= LEASE_S
        self._newest = max(self._newest, *(row.incarnation for row in rows))
        others = {row.slot: row for row in rows if row.slot != self.me.slot and (row.alive or not sure)}
        gone = [slot for slot, row in self.others.items() if not _same(others.get(slot), row)]
        self.others = others
        if dead := [row.incarnation for row in rows if not row.alive and sure]:
            await self._store.bury(dead)
        return gone

    async def begin_anew(self) -> None:
        """Registers again, after this incarnation was lost; ``Unavailable``, ``ConfigError``."""
        self.me = await self._store.register(self.me.name, self.me.address, LEASE_S)
        self.others, self._well_since, self._awake_at = {}, None, self._monotonic()
        self._newest = self.me.incarnation
        self.lost = False

    async def leave(self) -> None:
        """Gives the slot back; ``Unavailable``."""
        await self._store.leave(self.me)


@dataclass(frozen=True, slots=True)
class OtherNodes:
    """The way to the other nodes; ``membership`` is None where there can be none."""

    bus: Bus
    membership: Membership | None = None


async def joined(store: NodeStore, monotonic: Callable[[], float], name: str, address: str) -> Membership:
    """Registers this node; ``Unavailable``, or ``ConfigError`` when there are too many."""
    return Membership(store, monotonic, await store.register(name, address, LEASE_S))


def _same(one: NodeRecord | None, other: NodeRecord) -> bool:
    return one is not None and one.incarnation == other.incarnation
