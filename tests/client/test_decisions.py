"""Decisions about oneself over a real link: obeyed at once, and appealed against in the chat."""

import pytest

from halles.protocol.messages import Done, Message, Rejected, Say
from halles.protocol.standing_messages import Appeal, AppealsWaiting, LiftedCard, SanctionCard, SanctionTold
from halles.world.sanctions import SanctionKind
from halles_client import talk_feed
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
        why = [row.under and row.under.reason for row in clock.visit.trouble]
        assert why == (["You shout."] if held else []), "said once, not at each step"
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


def test_a_warning_is_shown_until_it_is_read_and_takes_nothing_away() -> None:
    async def scenario(peer: Peer, link: Link) -> None:
        clock = Clock(link)
        await clock.until(lambda visit: visit.replica.hall == LILLE)
        await peer.say(told(SanctionKind.WARN))
        await clock.until(lambda visit: visit.decisions.shown)
        decisions = clock.visit.decisions
        assert not decisions.held
        assert not decisions.silenced
        decisions.read(7)
        assert decisions.shown is None
        await peer.say(told(SanctionKind.SILENCE))
        await clock.until(lambda visit: visit.decisions.silenced)
        assert decisions.shown is not None, "what binds goes on to be shown"

    play(scenario, Peer(answer=refusing()))


def test_who_is_silenced_reads_why_when_a_line_or_a_voice_is_refused() -> None:
    def answer(peer: Peer, message: Message) -> list[Message]:
        if isinstance(message, Say):
            return [Rejected(message.request_id, "FORBIDDEN", "no")]
        return refusing()(peer, message)

    async def scenario(peer: Peer, link: Link) -> None:
        clock = Clock(link)
        await clock.until(lambda visit: visit.replica.hall == LILLE)
        clock.visit.say("hall", "Hello")
        await clock.until(lambda visit: visit.news.chat)
        assert clock.visit.news.chat is not None
        assert clock.visit.news.chat.under is None, "nobody has decided anything"
        await peer.say(told(SanctionKind.SILENCE))
        await clock.until(lambda visit: visit.decisions.silenced)
        clock.visit.say("hall", "Hello")
        await clock.until(lambda visit: visit.news.chat and visit.news.chat.under)
        refusal = talk_feed.chat_refusal(clock.visit, "en")
        assert refusal is not None
        assert refusal.said.startswith("You may not speak. Until ")
        assert refusal.said.endswith("“You shout.”")
        clock.visit.voice.on = True
        clock.visit.hold_to_speak(on=True)
        clock.visit.hold_to_speak(on=True)
        assert [row.under is not None for row in clock.visit.trouble] == [True]

    play(scenario, Peer(answer=answer))


def test_the_answer_to_an_appeal_is_shown_anew_and_a_lift_is_told_once() -> None:
    async def scenario(peer: Peer, link: Link) -> None:
        clock = Clock(link)
        await clock.until(lambda visit: visit.replica.hall == LILLE)
        await peer.say(told(SanctionKind.SILENCE, appealed=True))
        await clock.until(lambda visit: visit.decisions.shown)
        clock.visit.decisions.read(7)
        await peer.say(
            SanctionTold((SanctionCard(7, SanctionKind.SILENCE, "show", "", "You shout.", ENDS_MS, True, upheld=True),))
        )
        await clock.until(lambda visit: visit.decisions.shown and visit.decisions.shown.upheld)
        assert clock.visit.decisions.shown is not None
        assert not clock.visit.decisions.read_is(clock.visit.decisions.shown), "what was answered is not read yet"
        lifted = LiftedCard(7, SanctionKind.SILENCE, "show", "", "You were right.", True)
        for _ in range(2):
            await peer.say(SanctionTold((), (lifted,)))
        for _ in range(2):
            await peer.say(AppealsWaiting(2))
        await peer.say(AppealsWaiting(0))
        await clock.until(lambda visit: [row.appeals for row in visit.trouble if row.appeals])
        texts = [notice.text for notice in talk_feed.notices(clock.visit, "en")]
        assert texts == [
            "You may not speak (The whole show). Your appeal was answered: it is lifted. “You were right.”",
            "Appeals that wait: 2. Answer them on the page “Appeals”.",
        ]

    play(scenario, Peer(answer=refusing()))
