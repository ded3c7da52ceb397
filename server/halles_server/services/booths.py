"""Booths: reading them, editing them, and telling the halls that one has changed."""

from collections.abc import Collection, Sequence

from halles.errors import Rejection, RejectionCode
from halles.ids import BoothId, HallId, RequestId
from halles.protocol import booth_cards
from halles.protocol.messages import BoothCard
from halles.world.booth import BoothEdit
from halles.world.roles import Right
from halles_server.announcements import BoothChanged
from halles_server.ports.booths import BoothFound, BoothRecord, BoothStore
from halles_server.ports.nodes import Bus
from halles_server.services import policies
from halles_server.services.actor import Actor


class Booths:
    """What people do with booths."""

    def __init__(self, store: BoothStore, bus: Bus, *, check: bool = False) -> None:
        """Takes also whether an organiser checks what is changed before visitors see it."""
        self._store = store
        self._bus = bus
        self._check = check

    async def read(self, booth: BoothId) -> BoothRecord:
        """Reads a booth's newest revision; ``Rejection`` NOT_FOUND."""
        return await self._store.read(booth)

    async def cards(self, hall: HallId) -> tuple[BoothCard, ...]:
        """Returns a hall's booths as seen from the aisle."""
        return tuple(card_of(record) for record in await self._store.in_hall(hall))

    async def card(self, booth: BoothId) -> tuple[HallId, BoothCard]:
        """Returns one booth as seen from the aisle, and its hall."""
        record = await self._store.read(booth)
        return record.hall, card_of(record)

    async def directory(self) -> tuple[BoothRecord, ...]:
        """Returns all booths, by name."""
        return await self._store.all()

    async def find(self, query: str, limit: int, first: Collection[BoothId] = ()) -> Sequence[BoothFound]:
        """Searches booths by name and slot, then by the words of their texts; of equals, ``first`` come first."""
        return await self._store.find(query, limit, first)

    async def revisions(self) -> dict[BoothId, int]:
        """Returns every booth's newest revision, for the sweep."""
        return await self._store.revisions()

    async def edit(self, actor: Actor, request_id: RequestId, booth: BoothId, revision: int, edit: BoothEdit) -> int:
        """Edits a booth that still is at ``revision``; returns the new revision once it is committed.

        Cancellation after the commit leaves the edit in force and unannounced: the sweep finds it.

        Raises:
            Rejection: FORBIDDEN, also where somebody has to check it first; NOT_FOUND, STALE_REVISION, DRAFT_OPEN, or
                what ``apply_edit`` refuses with.
            Unavailable: Nothing is known of the effect; asking again with the same ``request_id`` is safe.
        """
        if actor.account is None:
            raise Rejection(RejectionCode.FORBIDDEN, "guests edit nothing")
        on_staff = await self._store.may_edit(actor.account, booth)
        policies.require(actor, Right.EDIT_BOOTH, on_staff=on_staff)
        if self._check and not policies.may(actor, Right.CHECK_BOOTH):
            raise Rejection(RejectionCode.FORBIDDEN, "an organiser checks changes first: make them in the studio")
        reached = await self._store.edit(actor.account, request_id, booth, revision, edit)
        hall = (await self._store.read(booth)).hall
        self._bus.announce(BoothChanged(hall, booth, reached))
        return reached


def card_of(record: BoothRecord) -> BoothCard:
    """Returns what is seen of a booth from the aisle."""
    return booth_cards.card_of(record.booth, record.slot, record.revision, record.content)
