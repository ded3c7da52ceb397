"""Decisions about oneself over a real link: obeyed at once, and appealed against in the chat."""

import pytest

from halles.protocol.messages import Done, Message
from halles.protocol.standing_messages import Appeal, SanctionCard, SanctionTold
from halles.world.sanctions import SanctionKind
from halles_client.net.link import Link
from tests.client.test_visit import Clock, refusing
from tests.support.peer import LILLE, Peer, play

ENDS_MS = 1_800_000_000_000


def told(kind: SanctionKind, scope: str = "show", place: str = "", *, appealed: bool = False) -> SanctionTold:
    return SanctionTold((SanctionCard(7, kind, scope, place, "You shout.", ENDS_MS, appealed),))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("scope", "place", "held"), [("show", "", True), ("hall", LILLE, True), ("hall", "mars", False)]
)
def test_who_is_held_stands_still_here_until_it_ends(scope: str, place: str, held: bool) -> None:
    async def scenario(peer: Peer, link: Link) -> None:
        clock = Clock(link)
        await clock.until(lambda visit: visit.replica.hall == LILLE)
        await peer.say(told(SanctionKind.HOLD, scope, place))
        await clock.until(lambda visit: visit.replica.sanctions)
        for _ in range(40):  # whoever walked comes to a stand
            clock.beat()
        own = clock.visit.replica.own
        assert own is not None
        before = own.pose
        for _ in range(20):
            clock.beat()
        assert (own.pose == before) is held
        await peer.say(SanctionTold(()))
        await clock.until(lambda visit: not visit.replica.sanctions)
        assert not clock.visit.decisions.held

    play(scenario, Peer(answer=refusing()))


def test_a_line_that_begins_with_the_word_is_an_appeal_and_said_to_nobody() -> None:
    heard: list[Message] = []

    def answer(peer: Peer, message: Message) -> list[Message]:
        heard.append(message)
        return [Done(message.request_id)] if isinstance(message, Appeal) else refusing()(peer, message)

    async def scenario(peer: Peer, link: Link) -> None:
        clock = Clock(link)
        await clock.until(lambda visit: visit.replica.hall == LILLE)
        await peer.say(told(SanctionKind.SILENCE))
        await clock.until(lambda visit: visit.replica.sanctions)
        clock.visit.say("hall", "/Appeal It was not me.")
        await clock.until(lambda visit: visit.settled and not visit.own_lines.unsaid)
        (appeal,) = [message for message in heard if isinstance(message, Appeal)]
        assert (appeal.sanction, appeal.text) == (7, "It was not me.")
        await peer.say(told(SanctionKind.SILENCE, appealed=True))
        await clock.until(lambda visit: visit.decisions.shown and visit.decisions.shown.appealed)
        clock.visit.say("hall", "/contester encore")
        assert not clock.visit.own_lines.unsaid

    play(scenario, Peer(answer=answer))
