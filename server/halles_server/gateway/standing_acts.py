"""What moderators do to people in the world, and appeals, as visits ask for them."""

from typing import TYPE_CHECKING

from halles.errors import Rejection, RejectionCode
from halles.ids import RequestId, VisitId
from halles.protocol.messages import Done
from halles.protocol.standing_messages import AddressShared, Appeal, LiftSanction, Sanction
from halles_server.gateway.connection import Connection
from halles_server.gateway.visits import Visit
from halles_server.ports.sanctions import Order
from halles_server.services.admission import known_of
from halles_server.services.sanctions import Whom

if TYPE_CHECKING:
    from halles_server.gateway.world import World


class StandingActs:
    """Carries them out."""

    def __init__(self, world: "World") -> None:
        self._world = world

    async def sanction(self, connection: Connection, visit: Visit, message: Sanction) -> None:
        """Sanctions somebody for a visit."""
        if visit.record.bot:
            raise Rejection(RejectionCode.FORBIDDEN, "bots sanction nobody")
        sanctions = self._world.services.sanctions
        scope = await sanctions.scope(message.scope, message.place)
        order = Order(message.kind, scope, message.minutes, message.reason, message.address)
        whom = Whom(visit=VisitId(message.visit))
        given = await sanctions.give(visit.actor, RequestId(message.request_id), whom, order)
        if message.address:
            connection.send(AddressShared(given.number, min(given.others, 0xFFFF)))
        connection.send(Done(message.request_id, given.number))

    async def lift(self, connection: Connection, visit: Visit, message: LiftSanction) -> None:
        """Lifts a sanction for a visit."""
        request_id = RequestId(message.request_id)
        await self._world.services.sanctions.lift(visit.actor, request_id, message.sanction, message.reason)
        connection.send(Done(message.request_id, message.sanction))

    async def appeal(self, connection: Connection, visit: Visit, message: Appeal) -> None:
        """Takes a visit's appeal."""
        request_id = RequestId(message.request_id)
        await self._world.services.sanctions.appeal(known_of(visit.record), request_id, message.sanction, message.text)
        connection.send(Done(message.request_id, message.sanction))
