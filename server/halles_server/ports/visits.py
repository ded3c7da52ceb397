"""Visits, and where they stand."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from halles.ids import AccountId, HallId, VisitId
from halles.world.look import Look
from halles.world.roles import Role
from halles.world.text import Language
from halles_server.ports.standing import NO_STANDING, Standing


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody stands or stood: metres, radians."""

    hall: HallId
    x: float
    y: float
    z: float
    heading: float


@dataclass(frozen=True, slots=True)
class VisitRecord:
    """A visit as stored, for its return after a drop.

    Attributes:
        epoch: Counts an account's visits, or a guest's returns; the newest wins.
        hall: Where it was last, "" in none; x, y, z metres and heading radians go with it.
        place_age_s: How long ago that was stored.
        devices: SHA-256 of what its client, and the browser whose ticket it had, keep.
        network: Who has its address together; stored while it lasts.
        standing: What counts for or against it, read anew at each arrival.
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
    devices: tuple[bytes, ...] = ()
    network: str = ""
    standing: Standing = NO_STANDING


class VisitStore(Protocol):
    """Visits, so that a dropped one comes back where it was."""

    async def open(self, visit: VisitRecord, resume_hash: bytes) -> int:
        """Stores a new visit and returns its epoch: 0 for a guest, else one more than the account's last."""

    async def resume(self, resume_hash: bytes, next_hash: bytes, network: str = "") -> VisitRecord | None:
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
