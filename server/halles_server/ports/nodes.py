"""The nodes of a deployment and the bus between them."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Protocol

from halles_server.announcements import Announcement


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
    """Messages between nodes: they say "look again", or carry poses, cards, chat and voice, and grant nothing.

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
