"""A bot over a real link to a peer that breaks and refuses on demand; at the real server: ``tests/e2e``."""

from halles.protocol.messages import EnterHall, Message, Rejected
from halles_client.bots.bot import Bot
from halles_client.bots.wayfinding import Ways
from halles_client.net.link import Link
from tests.support.peer import Beside, Peer, cards, play, until
from tests.support.plans import PLANS

SCENES = PLANS.scenes


def test_a_bot_whose_hall_is_no_more_goes_into_another() -> None:
    def answer(peer: Peer, message: Message) -> list[Message]:
        if isinstance(message, EnterHall):
            again = len(peer.connections) > 1 and not message.place
            return [Rejected(message.request_id, "NOT_FOUND", "") if again else peer.let_in(message)]
        return []

    async def scenario(peer: Peer, link: Link) -> None:
        bot, now = Bot(Beside(link), SCENES, {hall: Ways(scene) for hall, scene in SCENES.items()}, 1), 0.0

        def entered(times: int) -> bool:
            nonlocal now
            now += 0.1
            bot.beat(link.inbox.drain(), now, 0.1)
            return bot.replica.entered >= times

        await until(lambda: entered(1))
        peer.cut()
        await until(lambda: entered(2))
        assert bot.replica.scene is not None

    peer = play(scenario, Peer(halls=cards(*SCENES), answer=answer))
    assert [bool(asked.place) for asked in peer.entries] == [True, False, True]
