"""The link against a small peer made of the contract's own codec and conversation, on a real websocket.

The peer is not our server: it misbehaves on demand (breaks, restarts, refusals), which the real one does not.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest
from websockets.asyncio.server import ServerConnection, serve

from halles.errors import Rejection, Unavailable
from halles.ids import AvatarNumber, HallId, VisitId
from halles.protocol import codec
from halles.protocol.close_codes import CloseCode
from halles.protocol.messages import (
    Direction,
    Done,
    EnterHall,
    Find,
    Goodbye,
    HallEntered,
    Hello,
    Leave,
    Message,
    Move,
    PoseBatch,
    Rejected,
    Say,
    Welcomed,
)
from halles.world.look import Look
from halles.world.roles import Role
from halles_client.net.link import Credentials, Link
from halles_client.net.requests import new_request_id
from halles_client.net.status import Phase
from halles_client.net.thread import LinkThread

WHO = Credentials("Ada", "nl", Look(2))
LILLE = HallId("lille")


@dataclass
class Peer:
    """What one test's peer has heard, and how it answers."""

    hellos: list[Hello] = field(default_factory=list)
    heard: list[Message] = field(default_factory=list)
    connections: list[ServerConnection] = field(default_factory=list)
    last_hall: str = ""
    greet: Callable[["Peer", Hello], Message] | None = None
    answer: Callable[["Peer", Message], list[Message]] | None = None

    async def say(self, message: Message) -> None:
        await self.connections[-1].send(codec.encode(message))

    async def handle(self, socket: ServerConnection) -> None:
        self.connections.append(socket)
        async for data in socket:
            assert isinstance(data, bytes)
            message = codec.decode(data, Direction.TO_SERVER)
            for answer in self._answers(message):
                await socket.send(codec.encode(answer))
                if isinstance(answer, Goodbye):
                    await socket.close(answer.code)
            if isinstance(message, Leave):
                await socket.close(1000)

    def _answers(self, message: Message) -> list[Message]:
        if isinstance(message, Hello):
            self.hellos.append(message)
            return [self.greet(self, message) if self.greet else self.welcome()]
        self.heard.append(message)
        if self.answer is not None:
            return self.answer(self, message)
        if isinstance(message, EnterHall):
            self.last_hall = message.hall
            return [HallEntered(message.request_id, HallId(message.hall), AvatarNumber(1), 0, 0, 0, 0, 1)]
        if isinstance(message, Say):
            return [Done(message.request_id, 7)]
        return []

    def welcome(self) -> Welcomed:
        token = f"token-{len(self.hellos)}"
        return Welcomed(1, VisitId("v"), token, "Ada", Role.GUEST, "nl", Look(2), (), 20, self.last_hall)


Scenario = Callable[[Peer, Link], Awaitable[None]]


def play(scenario: Scenario, peer: Peer | None = None) -> Peer:
    """Runs a scenario with a link to a peer; the link must end within 2 s afterwards."""

    async def run(peer: Peer) -> None:
        async with serve(peer.handle, "127.0.0.1", 0) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            link = Link(f"ws://127.0.0.1:{port}/world", WHO, rng=random.Random(1))
            running = asyncio.create_task(link.run())
            async with asyncio.timeout(20):
                await scenario(peer, link)
            link.leave()
            await asyncio.wait_for(running, 5)

    found = peer or Peer()
    asyncio.run(run(found))
    return found


async def until(condition: Callable[[], object]) -> None:
    while not condition():  # noqa: ASYNC110 -- the link tells nobody when its status changes
        await asyncio.sleep(0.005)


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
            peer.connections[-1].transport.abort()
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


def test_a_lost_answer_is_asked_for_again_with_the_same_request_id() -> None:
    def answer(peer: Peer, message: Message) -> list[Message]:
        if isinstance(message, EnterHall):
            return [HallEntered(message.request_id, LILLE, AvatarNumber(1), 0, 0, 0, 0, 1)]
        if isinstance(message, Say) and len(peer.connections) == 1:
            peer.connections[-1].transport.abort()
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
    def greet(peer: Peer, hello: Hello) -> Message:
        if hello.way == "resume":
            return Goodbye(CloseCode.NOT_ADMITTED, "no such visit")
        return peer.welcome()

    async def scenario(peer: Peer, link: Link) -> None:
        await enter(link)
        peer.connections[-1].transport.abort()
        await until(lambda: len(peer.heard) == 2)

    peer = play(scenario, Peer(greet=greet))
    assert [hello.way for hello in peer.hellos] == ["guest", "resume", "guest"]
    assert isinstance(peer.heard[1], EnterHall)


def test_a_full_house_is_tried_again_when_the_server_said() -> None:
    def greet(peer: Peer, hello: Hello) -> Message:
        if len(peer.hellos) == 1:
            return Goodbye(CloseCode.TRY_LATER, "full", retry_after_ms=600)
        return peer.welcome()

    async def scenario(peer: Peer, link: Link) -> None:
        loop = asyncio.get_running_loop()
        await until(lambda: link.status.phase is Phase.RECONNECTING)
        began = loop.time()
        assert link.status.code == CloseCode.TRY_LATER
        await until(lambda: link.status.phase is Phase.ONLINE)
        assert loop.time() - began > 0.5

    play(scenario, Peer(greet=greet))


def test_one_who_cannot_wait_tries_again_at_once() -> None:
    def greet(peer: Peer, hello: Hello) -> Message:
        if len(peer.hellos) == 1:
            return Goodbye(CloseCode.TRY_LATER, "full", retry_after_ms=60_000)
        return peer.welcome()

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

    peer = play(scenario, Peer(greet=lambda _, __: Goodbye(CloseCode.NOT_ADMITTED, "no", reason="NAME_TAKEN")))
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
        assert link.status.code == CloseCode.PROTOCOL_ERROR

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
