"""A visit over a real link to a peer that refuses and breaks on demand; time is an argument, so nobody waits."""

from collections.abc import Callable
from concurrent.futures import Future

import pytest

from halles.errors import Unavailable
from halles.ids import HallId, LiveSessionId, MediaId
from halles.protocol.live_messages import SentOut
from halles.protocol.messages import (
    ChatLine,
    Done,
    EnterHall,
    Message,
    Rejected,
    Said,
    Say,
)
from halles.world.movement import Intent
from halles.world.roles import Role
from halles.world.text import Text
from halles_client.net.link import Link
from halles_client.net.status import Phase
from halles_client.news import Missing
from halles_client.travels import AGAIN_S
from halles_client.visit import Visit
from tests.support.peer import LILLE, Beside, Peer, cards, play, until
from tests.support.plans import PLANS

CROSSROADS = HallId("crossroads")


class NoPictures:
    """Where nothing can be fetched."""

    def fetch(self, media: MediaId) -> "Future[bytes]":
        nothing: Future[bytes] = Future()
        nothing.set_exception(Unavailable(f"{media}: there are no pictures here"))
        return nothing


class Clock:
    """A visit's beats, by a clock of their own."""

    def __init__(self, link: Link, goal: tuple[str, str] = (LILLE, "")) -> None:
        self.visit = Visit(Beside(link), PLANS, NoPictures(), goal)
        self.now = 0.0

    def beat(self, seconds: float = 0.05) -> None:
        self.now += seconds
        self.visit.hear(self.now)
        self.visit.walk(Intent(forward=1.0), 0.0, self.now, 0.05)

    async def until(self, condition: Callable[[Visit], object]) -> None:
        def beaten() -> object:
            self.beat()
            return condition(self.visit)

        await until(beaten)


def refusing(*halls: str, code: str = "HALL_FULL") -> Callable[[Peer, Message], list[Message]]:
    """Answers as a server where some halls cannot be entered any more after the first connection."""

    def answer(peer: Peer, message: Message) -> list[Message]:
        if isinstance(message, EnterHall):
            refused = len(peer.connections) > 1 and (message.hall in halls or message.place.startswith("visit:"))
            return [Rejected(message.request_id, code, "no") if refused else peer.let_in(message)]
        return [Done(message.request_id)] if isinstance(message, Say) else []

    return answer


def test_who_wanted_elsewhere_during_a_break_and_was_refused_walks_on_in_the_same_hall() -> None:
    async def scenario(peer: Peer, link: Link) -> None:
        clock = Clock(link)
        await clock.until(lambda visit: visit.replica.hall == LILLE)
        peer.cut()
        await clock.until(lambda visit: visit.status.phase is Phase.RECONNECTING)
        clock.visit.travel("", "visit:gone")
        entered = clock.visit.replica.entered
        await clock.until(lambda visit: visit.replica.entered > entered)
        assert [trouble.code for trouble in clock.visit.trouble] == ["NOT_FOUND"]
        moves = len(peer.heard)
        await clock.until(lambda _: len(peer.heard) > moves)

    peer = play(scenario, Peer(halls=cards(*PLANS.scenes), answer=refusing(code="NOT_FOUND")))
    assert [(asked.hall, asked.place) for asked in peer.entries] == [("lille", ""), ("", "visit:gone"), ("lille", "")]


def test_who_may_not_come_back_to_a_hall_stands_at_the_crossroads() -> None:
    async def scenario(peer: Peer, link: Link) -> None:
        clock = Clock(link)
        await clock.until(lambda visit: visit.replica.hall == LILLE)
        peer.cut()
        await clock.until(lambda visit: visit.replica.hall == CROSSROADS)
        assert [trouble.code for trouble in clock.visit.trouble] == ["HALL_FULL"]

    play(scenario, Peer(halls=cards(*PLANS.scenes), answer=refusing("lille")))


def test_who_is_sent_out_of_a_hall_is_told_why_and_stands_at_the_crossroads() -> None:
    def answer(peer: Peer, message: Message) -> list[Message]:
        return [peer.let_in(message)] if isinstance(message, EnterHall) else []

    async def scenario(peer: Peer, link: Link) -> None:
        clock = Clock(link)
        await clock.until(lambda visit: visit.replica.hall == LILLE)
        out = SentOut(LiveSessionId("debate"), LILLE, Text("Entre nous", "Onder ons", "Among us"))
        await peer.say(out)
        await clock.until(lambda visit: visit.replica.hall == CROSSROADS)
        assert [trouble.sent_out for trouble in clock.visit.trouble] == [out]

    play(scenario, Peer(halls=cards(*PLANS.scenes), answer=answer))


def test_who_may_not_enter_the_crossroads_either_asks_again_after_a_while() -> None:
    full = ["lille", "crossroads"]

    def answer(peer: Peer, message: Message) -> list[Message]:
        return refusing(*full)(peer, message)

    async def scenario(peer: Peer, link: Link) -> None:
        clock = Clock(link)
        await clock.until(lambda visit: visit.replica.hall == LILLE)
        peer.cut()
        await clock.until(lambda visit: len(visit.trouble) == 2)
        assert clock.visit.replica.scene is None
        full.clear()
        clock.beat(AGAIN_S)
        await clock.until(lambda visit: visit.replica.hall == CROSSROADS)

    peer = play(scenario, Peer(halls=cards(*PLANS.scenes), answer=answer))
    assert [asked.hall for asked in peer.entries][:3] == ["lille", "lille", "crossroads"]


def test_a_refusal_that_comes_too_late_moves_nobody() -> None:
    def answer(peer: Peer, message: Message) -> list[Message]:
        return [peer.let_in(message)] if isinstance(message, EnterHall) else []

    async def scenario(peer: Peer, link: Link) -> None:
        clock = Clock(link)
        await clock.until(lambda visit: visit.replica.hall == LILLE)
        line = Say(b"s" * 16, "hall", "late")
        with pytest.raises(Unavailable):
            await link.request(line, timeout_s=0.05)
        await peer.say(Rejected(line.request_id, "UNAVAILABLE", ""))
        await peer.say(Said(ChatLine("hall", clock.visit.replica.visit, "Ada", Role.GUEST, 0, "later", 0)))
        await clock.until(lambda visit: visit.replica.chat)
        assert clock.visit.replica.hall == LILLE
        assert clock.visit.travelling is None

    assert len(play(scenario, Peer(halls=cards(*PLANS.scenes), answer=answer)).entries) == 1


def test_a_failed_line_stays_with_a_change_of_place_and_leaves_with_the_hall() -> None:
    def answer(peer: Peer, message: Message) -> list[Message]:
        if isinstance(message, Say):
            return [Rejected(message.request_id, "RATE_LIMITED", "", 1000)]
        return [peer.let_in(message)] if isinstance(message, EnterHall) else []

    async def scenario(peer: Peer, link: Link) -> None:
        clock = Clock(link)
        await clock.until(lambda visit: visit.replica.hall == LILLE)
        clock.visit.own_lines.say("nearby", "quick")
        await clock.until(lambda visit: visit.news.chat)
        entered = clock.visit.replica.entered
        clock.visit.travel(LILLE, "booth:x")
        await clock.until(lambda visit: visit.replica.entered > entered)
        assert [line.text for line in clock.visit.own_lines.unsaid] == ["quick"]
        clock.visit.travel("hainaut", "")
        await clock.until(lambda visit: visit.replica.hall == "hainaut")
        assert clock.visit.own_lines.unsaid == ()

    play(scenario, Peer(halls=cards(*PLANS.scenes), answer=answer))


@pytest.mark.parametrize(
    ("goal", "missing"),
    [
        (("lille", "booth:gone"), Missing("booth", "gone", "lille")),
        (("nowhere", ""), Missing("hall", "nowhere", "crossroads")),
        (("nowhere", "booth:gone"), Missing("hall", "nowhere", "crossroads")),
        (("", "booth:gone"), Missing("booth", "gone", "crossroads")),
        (("lille", "booth:here"), None),
    ],
)
def test_a_link_to_what_is_not_there_leads_near_it_and_says_what_is_missing(
    goal: tuple[str, str], missing: Missing | None
) -> None:
    def answer(peer: Peer, message: Message) -> list[Message]:
        if isinstance(message, EnterHall) and message.place == "booth:gone":
            return [Rejected(message.request_id, "NOT_FOUND", "")]
        return [peer.let_in(message)] if isinstance(message, EnterHall) else []

    async def scenario(peer: Peer, link: Link) -> None:
        clock = Clock(link, goal)
        await clock.until(lambda visit: visit.replica.hall and visit.travelling is None)
        assert [trouble.missing for trouble in clock.visit.trouble] == ([missing] if missing else [])

    play(scenario, Peer(halls=cards(*PLANS.scenes), answer=answer))
