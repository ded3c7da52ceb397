"""A walker goes to the herd once it is inside: nothing said to it is lost, and it stays a walker like others."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

import numpy as np
import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.frames import Frame, Opcode

from bench import compiling, herd
from bench.walkers import Walker, arrive, herded
from bench.witnessing import Crowd

pytestmark = pytest.mark.skipif(not herd.here(), reason="the herd is compiled by cc, for Linux")

WAIT_S = 20.0
IN = b"in"
FIRST, NEWS = b"f" * 200, b"news"


class Guest(Walker):
    """Is inside when told so; keeps what it is given to read."""

    heeds = len(NEWS)

    def __init__(self, crowd: Crowd, index: int, url: str) -> None:
        super().__init__(crowd, index, url)
        self.heard: list[bytes] = []

    def receive(self, payload: bytes) -> None:
        self.heard.append(payload)
        if payload == IN:
            self.enter()

    def report(self, sequence: int, x: int, y: int, heading: int) -> bytes:
        return b"%d" % sequence


class House:
    """A real server, whose connections a test has in hand in the order in which they came."""

    def __init__(self) -> None:
        self.came: list[ServerConnection] = []
        self.heard: list[str | bytes] = []

    async def __call__(self, connection: ServerConnection) -> None:
        self.came.append(connection)
        async for message in connection:
            self.heard.append(message)

    def write(self, data: bytes) -> None:
        """Writes bytes of the protocol to the one who came last, as they are."""
        self.came[-1].transport.write(data)


@contextlib.asynccontextmanager
async def house() -> AsyncIterator[tuple[House, str]]:
    opened = House()
    async with asyncio.timeout(WAIT_S), serve(opened, "127.0.0.1", 0, compression=None) as server:
        yield opened, f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def crowd_of(clients: int) -> Crowd:
    return herded(Crowd(clients, np.random.default_rng(1), witnesses=0))


async def until(reached: Callable[[], bool]) -> None:
    while not reached():  # noqa: ASYNC110 - a crowd wakes nobody
        await asyncio.sleep(0)


async def come(opened: House, guest: Guest, said: bytes) -> None:
    """Lets a guest come to a server that writes such bytes to it, and waits until it is inside."""
    before = len(opened.came)
    task = asyncio.ensure_future(guest.come())
    await until(lambda: len(opened.came) > before)
    opened.write(said)
    await task


def frame(payload: bytes, kind: Opcode = Opcode.BINARY) -> bytes:
    return Frame(kind, payload).serialize(mask=False)


def test_what_is_cut_where_a_walker_goes_to_the_herd_is_heard_whole() -> None:
    wire = frame(IN) + frame(FIRST) + frame(NEWS)

    async def cut(opened: House, guest: Guest, place: int) -> None:
        await come(opened, guest, wire[:place])
        opened.write(wire[place:])
        await until(lambda: guest.heard == [IN, NEWS])
        opened.write(frame(FIRST) + frame(NEWS))
        await until(lambda: guest.heard == [IN, NEWS, NEWS])
        crowd = guest.crowd
        assert guest.herd is crowd.herd is not None
        assert (crowd.frames_in, crowd.bytes_in) == (5, len(IN) + 2 * len(FIRST) + 2 * len(NEWS))
        guest.leave()

    async def cut_everywhere() -> None:
        async with house() as (opened, url):
            for place in range(len(frame(IN)), len(wire)):
                await cut(opened, Guest(crowd_of(1), 0, url), place)

    asyncio.run(cut_everywhere())


def test_what_a_walker_says_reaches_the_server_before_and_after() -> None:
    async def said() -> None:
        async with house() as (opened, url):
            guest = Guest(crowd_of(1), 0, url)
            await come(opened, guest, frame(IN))
            assert guest.herd is not None
            for number in range(100):
                guest.send(b"%d" % number)
            await until(lambda: len(opened.heard) == 100)
            assert opened.heard == [b"%d" % number for number in range(100)]
            guest.leave()

    asyncio.run(said())


def test_who_is_closed_counts_as_lost_unless_it_is_expendable_and_comes_back_to_the_herd() -> None:
    async def closed() -> None:
        async with house() as (opened, url):
            crowd = crowd_of(1)
            guest = Guest(crowd, 0, url)
            for lost, end in ((1, frame(b"\x11\x30", Opcode.CLOSE)), (2, b""), (2, b"")):
                guest.expendable = lost == 2 == crowd.lost
                await come(opened, guest, frame(IN))
                assert (crowd.inside[0], guest.herd) == (True, crowd.herd)
                opened.write(end)
                if not end:
                    opened.came[-1].transport.abort()
                await until(lambda: guest.transport is None)
                assert (crowd.inside[0], guest.herd, crowd.lost) == (False, None, lost)

    asyncio.run(closed())


def test_who_leaves_closes_its_connection_and_is_not_lost() -> None:
    async def left() -> None:
        async with house() as (opened, url):
            crowd = crowd_of(1)
            guest = Guest(crowd, 0, url)
            await come(opened, guest, frame(IN))
            guest.leave()
            await opened.came[0].wait_closed()
            await until(lambda: guest.transport is None)
            assert (crowd.lost, crowd.inside[0], guest.herd) == (0, False, None)

    asyncio.run(left())


def test_who_does_not_listen_hears_it_all_once_it_does() -> None:
    async def deaf() -> None:
        async with house() as (opened, url):
            crowd = crowd_of(2)
            guests = [Guest(crowd, index, url) for index in range(2)]
            for guest in guests:
                await come(opened, guest, frame(IN))
            guests[0].listen(False)
            for connection in opened.came:
                connection.transport.write(frame(NEWS))
            await until(lambda: guests[1].heard == [IN, NEWS])
            assert guests[0].heard == [IN]
            guests[0].listen(True)
            await until(lambda: guests[0].heard == [IN, NEWS])
            for guest in guests:
                guest.leave()

    asyncio.run(deaf())


def test_witnesses_and_everybody_where_there_is_no_compiler_read_all_themselves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def read(crowd: Crowd) -> None:
        async with house() as (opened, url):
            guest = Guest(crowd, 0, url)
            await come(opened, guest, frame(IN) + frame(FIRST) + frame(NEWS))
            await until(lambda: crowd.frames_in == 3)
            assert guest.herd is None
            assert guest.heard[-1] == NEWS
            guest.leave()

    asyncio.run(read(herded(Crowd(1, np.random.default_rng(1), witnesses=1))))
    monkeypatch.setattr(compiling, "COMPILER", "no-such-compiler")
    without = crowd_of(1)
    assert without.herd is None
    asyncio.run(read(without))


def test_a_thousand_arrive_and_all_but_the_witnesses_are_in_the_herd() -> None:
    async def many() -> None:
        async with house() as (opened, url):
            crowd = herded(Crowd(1000, np.random.default_rng(1), witnesses=12))
            guests = [Guest(crowd, index, url) for index in range(crowd.clients)]

            async def welcome() -> None:
                for number in range(crowd.clients):
                    await until(lambda number=number: len(opened.came) > number)
                    opened.came[number].transport.write(frame(IN))

            async with asyncio.TaskGroup() as group:
                group.create_task(welcome())
                group.create_task(arrive(guests))
            assert crowd.herd is not None
            assert [guest.herd is crowd.herd for guest in guests] == [False] * 12 + [True] * 988
            for connection in opened.came:
                connection.transport.write(frame(FIRST))
            await until(lambda: crowd.frames_in == 2000)
            for guest in guests:
                guest.leave()
            await until(lambda: not crowd.inside.any())
            assert crowd.lost == 0

    asyncio.run(many())
