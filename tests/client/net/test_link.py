"""The link against a small peer made of the contract's own codec and conversation, on a real websocket.

The peer is not our server: it misbehaves on demand (breaks, restarts, refusals), which the real one does not.
"""

import asyncio
import random
import time
from collections.abc import Callable

import pytest
from websockets.asyncio.server import serve

from halles.errors import Rejection, Unavailable
from halles.ids import AvatarNumber
from halles.protocol import codec
from halles.protocol.close_codes import CloseCode
from halles.protocol.messages import (
    Done,
    EnterHall,
    Find,
    Goodbye,
    HallEntered,
    Hello,
    Leave,
    Message,
    Move,
    NodesListed,
    PoseBatch,
    Rejected,
    Say,
    Welcomed,
)
from halles.protocol.voice_messages import Speak
from halles.world.look import Look
from halles_client.net.link import Link
from halles_client.net.requests import new_request_id
from halles_client.net.status import Phase
from halles_client.net.thread import LinkThread
from tests.support.peer import LILLE, WHO, Peer, play, until


async def enter(link: Link) -> None:
    assert isinstance(await link.request(EnterHall(new_request_id(), LILLE)), HallEntered)


def test_a_visit_begins_with_hello_and_ends_with_leave() -> None:
    async def scenario(peer: Peer, link: Link) -> None:
        await enter(link)
        assert link.status.phase is Phase.ONLINE
        kinds = [type(message) for message in link.inbox.drain()]
        assert kinds == [Welcomed, HallEntered]

    peer = play(scenario)
    hello = peer.hellos[0]
    assert (hello.way, hello.name, hello.language, hello.look, hello.kind) == ("guest", "Ada", "nl", Look(2), "person")
    assert isinstance(peer.heard[-1], Leave)


def test_a_request_waits_until_it_is_legal() -> None:
    async def scenario(peer: Peer, link: Link) -> None:
        said = asyncio.create_task(link.request(Say(new_request_id(), "hall", "hello")))
        await asyncio.sleep(0.1)
        assert not said.done()
        await enter(link)
        assert (await said) == Done(peer.heard[-1].request_id, 7)  # type: ignore[attr-defined]

    play(scenario)


def test_after_a_break_the_visit_comes_back_to_its_hall_with_the_newest_token() -> None:
    async def scenario(peer: Peer, link: Link) -> None:
        await enter(link)
        for round_ in (1, 2):
            peer.cut()
            await until(lambda: link.status.phase is Phase.RECONNECTING)
            assert link.status.retry_at > 0
            await until(lambda round_=round_: len(peer.heard) == round_ + 1)
        await until(lambda: link.status.phase is Phase.ONLINE)

    peer = play(scenario)
    assert [(hello.way, hello.secret) for hello in peer.hellos] == [
        ("guest", ""),
        ("resume", "token-1"),
        ("resume", "token-2"),
    ]
    back = [message for message in peer.heard if isinstance(message, EnterHall)]
    assert [(message.hall, message.place) for message in back] == [("lille", "")] * 3


@pytest.mark.parametrize("told", ["with the welcome", "later"])
def test_when_its_node_is_gone_the_visit_comes_back_at_another_with_its_token(told: str) -> None:
    other = Peer(last_hall="lille")

    async def run() -> None:
        async with serve(other.handle, "127.0.0.1", 0) as second:
            elsewhere = (f"ws://127.0.0.1:{next(iter(second.sockets)).getsockname()[1]}/world",)
            first = Peer(elsewhere=elsewhere if told == "with the welcome" else ())
            async with serve(first.handle, "127.0.0.1", 0) as server:
                port = next(iter(server.sockets)).getsockname()[1]
                link = Link(f"ws://127.0.0.1:{port}/world", WHO, rng=random.Random(1))
                running = asyncio.create_task(link.run())
                await link.request(EnterHall(new_request_id(), LILLE))
                if told == "later":
                    await first.say(NodesListed(elsewhere))
                await until(lambda: not link._addresses.alone)
                server.close(close_connections=False)
                first.cut()
                began = time.monotonic()
                await asyncio.wait_for(until(lambda: other.entries), 5)
                assert time.monotonic() - began < 3
                assert (link.address,) == elsewhere
                link.leave()
                await asyncio.wait_for(running, 5)

    asyncio.run(run())
    assert (other.hellos[0].way, other.hellos[0].secret) == ("resume", "token-1")
    assert [entry.hall for entry in other.entries] == ["lille"]


def test_a_lost_answer_is_asked_for_again_with_the_same_request_id() -> None:
    def answer(peer: Peer, message: Message) -> list[Message]:
        if isinstance(message, EnterHall):
            return [HallEntered(message.request_id, LILLE, AvatarNumber(1), 0, 0, 0, 0, 1)]
        if isinstance(message, Say) and len(peer.connections) == 1:
            peer.cut()
            return []
        return [Done(message.request_id)] if isinstance(message, Say) else []

    async def scenario(peer: Peer, link: Link) -> None:
        await enter(link)
        await link.request(Say(new_request_id(), "hall", "once"))

    peer = play(scenario, Peer(answer=answer))
    said = [message for message in peer.heard if isinstance(message, Say)]
    assert len(said) == 2
    assert said[0] == said[1]


def test_when_the_place_was_given_up_a_guest_comes_in_afresh() -> None:
    def greet(peer: Peer, hello: Hello) -> list[Message]:
        if hello.way == "resume":
            return [Goodbye(CloseCode.NOT_ADMITTED, "no such visit")]
        return [peer.welcome()]

    async def scenario(peer: Peer, link: Link) -> None:
        await enter(link)
        peer.cut()
        await until(lambda: len(peer.heard) == 2)

    peer = play(scenario, Peer(greet=greet))
    assert [hello.way for hello in peer.hellos] == ["guest", "resume", "guest"]
    assert isinstance(peer.heard[1], EnterHall)


def test_a_full_house_is_tried_again_when_the_server_said() -> None:
    def greet(peer: Peer, hello: Hello) -> list[Message]:
        if len(peer.hellos) == 1:
            return [Goodbye(CloseCode.TRY_LATER, "full", retry_after_ms=600)]
        return [peer.welcome()]

    async def scenario(peer: Peer, link: Link) -> None:
        loop = asyncio.get_running_loop()
        await until(lambda: link.status.phase is Phase.RECONNECTING)
        began = loop.time()
        assert link.status.code == CloseCode.TRY_LATER
        await until(lambda: link.status.phase is Phase.ONLINE)
        assert loop.time() - began > 0.5

    play(scenario, Peer(greet=greet))


def test_one_who_cannot_wait_tries_again_at_once() -> None:
    def greet(peer: Peer, hello: Hello) -> list[Message]:
        if len(peer.hellos) == 1:
            return [Goodbye(CloseCode.TRY_LATER, "full", retry_after_ms=60_000)]
        return [peer.welcome()]

    async def scenario(peer: Peer, link: Link) -> None:
        await until(lambda: link.status.phase is Phase.RECONNECTING)
        link.hasten()
        async with asyncio.timeout(2):
            await until(lambda: link.status.phase is Phase.ONLINE)

    play(scenario, Peer(greet=greet))


def test_a_refusal_at_the_door_is_final_and_says_why() -> None:
    async def scenario(peer: Peer, link: Link) -> None:
        asked = link.ask(Find(new_request_id(), "x"))
        await until(lambda: link.status.phase is Phase.CLOSED)
        assert (link.status.code, link.status.reason) == (CloseCode.NOT_ADMITTED, "NAME_TAKEN")
        await until(asked.done)
        with pytest.raises(Unavailable):
            asked.result()
        with pytest.raises(Unavailable):
            await link.request(Find(new_request_id(), "x"))

    peer = play(scenario, Peer(greet=lambda _, __: [Goodbye(CloseCode.NOT_ADMITTED, "no", reason="NAME_TAKEN")]))
    assert len(peer.hellos) == 1


@pytest.mark.parametrize(
    "data",
    [b"", b"\x92\xcc\xff\x00", codec.encode(PoseBatch(1, 50, b"x" * 8, b"")), codec.encode(Leave()), b"\xc1" * 100],
)
def test_a_server_that_breaks_the_protocol_is_left(data: bytes) -> None:
    async def scenario(peer: Peer, link: Link) -> None:
        await until(lambda: link.status.phase is Phase.ONLINE)
        await peer.connections[-1].send(data)
        await until(lambda: link.status.phase is Phase.CLOSED)
        assert link.status.code == CloseCode.BAD_MESSAGE

    play(scenario)


def test_a_refused_request_raises_and_the_visit_goes_on() -> None:
    def answer(peer: Peer, message: Message) -> list[Message]:
        assert isinstance(message, EnterHall | Leave)
        if isinstance(message, Leave):
            return []
        if message.hall == "full":
            return [Rejected(message.request_id, "HALL_FULL", "no room")]
        return [HallEntered(message.request_id, LILLE, AvatarNumber(1), 0, 0, 0, 0, 1)]

    async def scenario(peer: Peer, link: Link) -> None:
        with pytest.raises(Rejection, match="HALL_FULL"):
            await link.request(EnterHall(new_request_id(), "full"))
        await enter(link)

    play(scenario, Peer(answer=answer))


def full_of(hall: str) -> Callable[[Peer, Message], list[Message]]:
    """Answers as a server where one hall has become full after the first connection."""

    def answer(peer: Peer, message: Message) -> list[Message]:
        if isinstance(message, EnterHall):
            refused = message.hall == hall and len(peer.connections) > 1
            return [Rejected(message.request_id, "HALL_FULL", "no room") if refused else peer.let_in(message)]
        return []

    return answer


def test_when_what_was_asked_during_a_break_is_refused_the_visit_comes_back_to_its_hall() -> None:
    async def scenario(peer: Peer, link: Link) -> None:
        await enter(link)
        peer.cut()
        await until(lambda: link.status.phase is Phase.RECONNECTING)
        with pytest.raises(Rejection, match="HALL_FULL"):
            await link.request(EnterHall(new_request_id(), "hainaut"))
        await until(lambda: sum(isinstance(message, HallEntered) for message in link.inbox.drain()))

    peer = play(scenario, Peer(answer=full_of("hainaut")))
    assert [(asked.hall, asked.place) for asked in peer.entries] == [("lille", ""), ("hainaut", ""), ("lille", "")]


def test_a_return_that_is_refused_is_told_once_and_not_asked_for_again() -> None:
    async def scenario(peer: Peer, link: Link) -> None:
        await enter(link)
        link.inbox.drain()
        peer.cut()
        told: list[Message] = []
        await until(lambda: told.extend(link.inbox.drain()) or any(isinstance(row, Rejected) for row in told))
        with pytest.raises(Rejection, match="HALL_FULL"):
            await link.request(EnterHall(new_request_id(), "lille"))
        await link.request(EnterHall(new_request_id(), "crossroads"))
        told.extend(link.inbox.drain())
        assert [type(message) for message in told] == [Welcomed, Rejected, HallEntered]

    peer = play(scenario, Peer(answer=full_of("lille")))
    assert [asked.hall for asked in peer.entries] == ["lille", "lille", "lille", "crossroads"]


def test_a_refusal_that_comes_too_late_is_told_to_nobody() -> None:
    async def scenario(peer: Peer, link: Link) -> None:
        await enter(link)
        line = Say(new_request_id(), "hall", "hello")
        with pytest.raises(Unavailable):
            await link.request(line, timeout_s=0.05)
        link.inbox.drain()
        await peer.say(Rejected(line.request_id, "UNAVAILABLE", "too late"))
        await peer.say(PoseBatch(1, 50, b"", b""))
        told: list[Message] = []
        await until(lambda: told.extend(link.inbox.drain()) or told)
        assert [type(message) for message in told] == [PoseBatch]

    def answer(peer: Peer, message: Message) -> list[Message]:
        return [peer.let_in(message)] if isinstance(message, EnterHall) else []

    play(scenario, Peer(answer=answer))


def test_a_server_that_admits_and_sends_away_again_is_not_asked_without_a_pause() -> None:
    async def scenario(peer: Peer, link: Link) -> None:
        await until(lambda: link.status.phase is Phase.RECONNECTING)
        assert link.status.code == CloseCode.NOT_ADMITTED
        assert link.status.retry_at > 0

    play(scenario, Peer(greet=lambda peer, _: [peer.welcome(), Goodbye(CloseCode.NOT_ADMITTED, "no")]))


def test_one_who_leaves_before_being_welcomed_takes_leave_as_soon_as_it_is_legal() -> None:
    peer = Peer()

    def greet(peer: Peer, hello: Hello) -> list[Message]:
        link_of[0].leave()
        return [peer.welcome()]

    link_of: list[Link] = []
    peer.greet = greet

    async def scenario(peer: Peer, link: Link) -> None:
        link_of.append(link)
        await until(lambda: link.status.phase is Phase.CLOSED)

    play(scenario, peer)
    assert [type(message) for message in peer.heard] == [Leave]


def test_a_server_that_lets_nobody_go_is_left_all_the_same() -> None:
    peer = play(lambda _, link: enter(link), Peer(lets_go=False))
    assert isinstance(peer.heard[-1], Leave)


def test_moves_go_out_only_in_a_hall_and_only_the_newest() -> None:
    async def scenario(peer: Peer, link: Link) -> None:
        await until(lambda: link.status.phase is Phase.ONLINE)
        link.send(Move(1, 0, 0, 0, 0))
        await enter(link)
        await asyncio.sleep(0.05)
        for sequence in range(2, 30):
            link.send(Move(sequence, 0, 0, 0, 0))
        await until(lambda: len(peer.heard) >= 2)

    peer = play(scenario)
    moves = [message.sequence for message in peer.heard if isinstance(message, Move)]
    assert moves == [29]


def test_without_an_answer_in_time_a_request_is_unavailable() -> None:
    async def scenario(peer: Peer, link: Link) -> None:
        with pytest.raises(Unavailable):
            await link.request(Find(new_request_id(), "x"), timeout_s=0.1)

    play(scenario, Peer(answer=lambda _, __: []))


def test_while_nobody_listens_the_link_keeps_trying() -> None:
    async def run() -> None:
        link = Link("ws://127.0.0.1:1/world", WHO, rng=random.Random(1))
        running = asyncio.create_task(link.run())
        await until(lambda: link.status.phase is Phase.RECONNECTING)
        assert link.status.lost_at == 0
        link.leave()
        await asyncio.wait_for(running, 2)
        assert link.status.phase is Phase.CLOSED

    asyncio.run(run())


def test_a_thread_carries_a_visit_for_a_view_that_never_waits() -> None:
    async def run() -> None:
        peer = Peer()
        async with serve(peer.handle, "127.0.0.1", 0) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            link = await asyncio.to_thread(LinkThread, f"ws://127.0.0.1:{port}/world", WHO)
            answer = link.ask(EnterHall(new_request_id(), LILLE))
            await until(answer.done)
            await peer.say(PoseBatch(1, 50, b"", b""))
            link.send(Move(1, 5, 0, 0, 0))
            await until(lambda: any(isinstance(message, Move) for message in peer.heard))
            assert [type(m) for m in link.drain()] == [Welcomed, HallEntered, PoseBatch]
            await asyncio.to_thread(link.close)
            assert link.status.phase is Phase.CLOSED
            with pytest.raises(Unavailable):
                link.ask(Find(new_request_id(), "x")).result(1)
        assert isinstance(peer.heard[-1], Leave)

    asyncio.run(run())


def test_what_has_no_answer_goes_out_in_order_where_it_is_legal_and_is_forgotten_elsewhere() -> None:
    async def scenario(peer: Peer, link: Link) -> None:
        link.tell(Speak(0, (b"\x78",)))
        await until(lambda: not link._told)
        await enter(link)
        for sequence in range(1, 4):
            link.tell(Speak(sequence, (b"\x78",)))
        await until(lambda: len([m for m in peer.heard if isinstance(m, Speak)]) == 3)

    peer = play(scenario)
    assert [m.sequence for m in peer.heard if isinstance(m, Speak)] == [1, 2, 3]
