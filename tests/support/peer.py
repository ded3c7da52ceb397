"""A peer on a real websocket, made of the contract's own codec: it misbehaves on demand, as our server does not."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from msgspec import structs
from websockets.asyncio.server import ServerConnection, serve

from halles.ids import AvatarNumber, HallId, VisitId
from halles.protocol import codec
from halles.protocol.messages import (
    Done,
    EnterHall,
    Goodbye,
    HallCard,
    HallEntered,
    Hello,
    Leave,
    Message,
    Say,
    Welcomed,
)
from halles.protocol.table import Direction
from halles.world.look import Look
from halles.world.roles import Role
from halles.world.text import Text
from halles_client.net.link import Credentials, Link
from halles_client.net.status import Status

WHO = Credentials("Ada", "nl", Look(2))
LILLE = HallId("lille")


@dataclass
class Peer:
    """What one test's peer has heard, and how it answers."""

    hellos: list[Hello] = field(default_factory=list)
    heard: list[Message] = field(default_factory=list)
    connections: list[ServerConnection] = field(default_factory=list)
    last_hall: str = ""
    halls: tuple[HallCard, ...] = ()
    elsewhere: tuple[str, ...] = ()
    lets_go: bool = True
    """Whether it closes when somebody takes leave."""
    greet: Callable[["Peer", Hello], list[Message]] | None = None
    answer: Callable[["Peer", Message], list[Message]] | None = None

    @property
    def entries(self) -> list[EnterHall]:
        """The halls that were asked for, in order."""
        return [message for message in self.heard if isinstance(message, EnterHall)]

    async def say(self, message: Message) -> None:
        """Sends a message on the newest connection."""
        await self.connections[-1].send(codec.encode(message))

    def cut(self) -> None:
        """Breaks the newest connection as a bad network does."""
        self.connections[-1].transport.abort()

    async def handle(self, socket: ServerConnection) -> None:
        """Serves one connection."""
        self.connections.append(socket)
        async for data in socket:
            assert isinstance(data, bytes)
            message = codec.decode(data, Direction.TO_SERVER)
            for answer in self._answers(message):
                await socket.send(codec.encode(answer))
                if isinstance(answer, Goodbye):
                    await socket.close(answer.code)
            if isinstance(message, Leave) and self.lets_go:
                await socket.close(1000)

    def _answers(self, message: Message) -> list[Message]:
        if isinstance(message, Hello):
            self.hellos.append(message)
            return self.greet(self, message) if self.greet else [self.welcome()]
        self.heard.append(message)
        if self.answer is not None:
            return self.answer(self, message)
        if isinstance(message, EnterHall):
            return [self.let_in(message)]
        if isinstance(message, Say):
            return [Done(message.request_id, 7)]
        return []

    def welcome(self) -> Welcomed:
        """Admits a visit."""
        token = f"token-{len(self.hellos)}"
        told = Welcomed(1, VisitId("v"), token, "Ada", Role.GUEST, "nl", Look(2), self.halls, 20, self.last_hall)
        return structs.replace(told, elsewhere=self.elsewhere)

    def let_in(self, asked: EnterHall) -> HallEntered:
        """Lets somebody into the hall that was asked for, in its middle."""
        self.last_hall = asked.hall
        return HallEntered(asked.request_id, HallId(asked.hall), AvatarNumber(1), 0, 0, 0, 0, 1)


Scenario = Callable[[Peer, Link], Awaitable[None]]


def play(scenario: Scenario, peer: Peer | None = None) -> Peer:
    """Runs a scenario with a link to a peer; the link must end within 5 s afterwards."""

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
    """Waits until something is so; ``play`` sets the limit."""
    while not condition():  # noqa: ASYNC110 -- the link tells nobody when its status changes
        await asyncio.sleep(0.005)


class Beside:
    """A link as ``Visit`` and ``Bot`` want it, in the peer's own loop."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self.ask, self.send, self.tell, self.drain = link.ask, link.send, link.tell, link.inbox.drain

    @property
    def status(self) -> Status:
        """How the link fares."""
        return self._link.status


def cards(*halls: HallId) -> tuple[HallCard, ...]:
    """Returns halls as ``Welcomed`` lists them."""
    return tuple(HallCard(hall, Text(str(hall)), Text(), Text(), "ffffff", 1, "") for hall in halls)
