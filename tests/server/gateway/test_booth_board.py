"""What the halls show of their booths changes when a draft is published, and not before."""

import uuid

from halles.ids import BoothId, RequestId
from halles.protocol.messages import BoothEdited, ListPeople, Message, PeopleCounted
from halles.world.booth import BoothEdit, Change
from halles.world.roles import Role
from halles_server import bootstrap
from halles_server.services.actor import Actor
from halles_server.services.studio import Wish
from tests.server.gateway.conftest import Serving
from tests.support.wire import Peer

BOOTH = BoothId("studio-01")


def wish(revision: int) -> Wish:
    return Wish(RequestId(uuid.uuid4().bytes), BOOTH, revision)


async def organiser(server: bootstrap.Server) -> Actor:
    account = await server.services.admission.create_account("olga", "Olga", Role.ORGANISER, "une longue phrase", "fr")
    return Actor(account.account, None, account.name, account.role, "fr")


def heard_before(peer: Peer, last: type[Message]) -> set[type[Message]]:
    """Returns what kinds of messages come until one of the last kind does."""
    kinds = set()
    for message in peer.messages():
        kinds.add(type(message))
        if isinstance(message, last):
            break
    return kinds


def test_who_stands_in_the_hall_sees_a_draft_once_it_is_published(serving: Serving) -> None:
    with serving(demo=True) as server:
        olga = server.do(organiser)
        hall = server.do(lambda one: one.services.booths.read(BOOTH)).hall
        with Peer(server.port) as peer:
            peer.welcome()
            peer.enter(hall)
            edit = BoothEdit((Change("accent", "9"),))
            server.do(lambda one: one.services.studio.edit(olga, wish(0), edit))
            peer.send(ListPeople())
            assert BoothEdited not in heard_before(peer, PeopleCounted), "a draft is nobody else's business"
            server.do(lambda one: one.services.studio.publish(olga, wish(1)))
            card = peer.expect(BoothEdited).card
            assert (card.booth, card.revision, card.accent) == (BOOTH, 2, 9)
