"""Satchels as visits of this node take, read and sort them out."""

from typing import TYPE_CHECKING, Literal

from halles.errors import Rejection, RejectionCode
from halles.ids import BoothId, MediaId, RequestId
from halles.protocol.messages import Done
from halles.protocol.satchel_messages import (
    ITEMS_TOLD,
    ReadSatchel,
    RemoveFromSatchel,
    SatchelItem,
    SatchelRead,
    TakeIntoSatchel,
)
from halles_server.gateway.connection import Connection
from halles_server.gateway.visits import Visit
from halles_server.services.satchel import Item, Wanted, owner_of

if TYPE_CHECKING:
    from halles_server.gateway.world import World


class SatchelActs:
    """What visits ask of their satchels."""

    def __init__(self, world: "World") -> None:
        self._world = world

    async def take(self, connection: Connection, visit: Visit, message: TakeIntoSatchel) -> None:
        """Takes something along."""
        if visit.record.bot:
            raise Rejection(RejectionCode.FORBIDDEN, "bots take nothing along")
        actor, wanted = visit.actor, Wanted(BoothId(message.booth), MediaId(message.media))
        satchels, request_id = self._world.services.satchels, RequestId(message.request_id)
        item = await satchels.take(actor, owner_of(actor), request_id, wanted, address=visit.address)
        connection.send(Done(message.request_id, item))

    async def remove(self, connection: Connection, visit: Visit, message: RemoveFromSatchel) -> None:
        """Takes something out."""
        await self._world.services.satchels.remove(owner_of(visit.actor), message.item)
        connection.send(Done(message.request_id, message.item))

    async def read(self, connection: Connection, visit: Visit, message: ReadSatchel) -> None:
        """Tells what lies in a visit's satchel."""
        items = await self._world.services.satchels.read(owner_of(visit.actor))
        told = tuple(_told(item) for item in items[:ITEMS_TOLD])
        kept: Literal["account", "visit"] = "account" if visit.actor.account is not None else "visit"
        connection.send(SatchelRead(message.request_id, told, len(items), kept))


def _told(item: Item) -> SatchelItem:
    kept = item.kept
    return SatchelItem(
        item=kept.item,
        booth=kept.record.booth if kept.record is not None else BoothId(""),
        booth_name=kept.booth_name,
        media=kept.media,
        title=kept.title,
        taken_ms=int(kept.taken.timestamp() * 1000),
        state=item.state,
    )
