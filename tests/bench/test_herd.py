"""The herd on real sockets: what it counts, hands on, answers and sends, however the bytes are cut."""

import array
import asyncio
import fcntl
import socket
import termios
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode
from websockets.streams import StreamReader

from bench import compiling, herd
from bench.herd import Herd

pytestmark = pytest.mark.skipif(not herd.here(), reason="the herd is compiled by cc, for Linux")

HEEDS = 20
WAIT_S = 20.0


class Client:
    """A member of the herd, and the server's end of its socket."""

    heeds = HEEDS

    def __init__(self, flock: "Flock", place: int) -> None:
        self.own, self.server = socket.socketpair()
        self.server.setblocking(False)
        self.heard: list[bytes] = []
        self.ended = 0
        self.flock, self.place = flock, place
        flock.herd.join(place, self.own.fileno(), self)

    def receive(self, payload: bytes) -> None:
        self.heard.append(payload)

    def end(self) -> None:
        self.ended += 1

    async def get(self, sent: bytes) -> None:
        """Lets the server say something, until all of it has been read."""
        await asyncio.get_running_loop().sock_sendall(self.server, sent)
        await until(lambda: not unread(self.own))

    async def said(self) -> list[Frame]:
        """Returns what has come to the server, which must be whole frames."""
        reader, frames = StreamReader(), []
        while unread(self.server):
            reader.feed_data(self.server.recv(65536))
        reader.feed_eof()
        while not ended(reader):
            frames.append(parsed(reader))
        return frames


class Flock:
    """A herd with what it has counted."""

    def __init__(self, places: int) -> None:
        self.frames = self.bytes = self.dropped = 0
        self.herd = Herd(places, self.count)
        self.clients = [Client(self, place) for place in range(places)]

    def count(self, frames: int, size: int, dropped: int) -> None:
        self.frames += frames
        self.bytes += size
        self.dropped += dropped


@contextmanager
def flock(places: int = 1) -> Iterator[Flock]:
    made = Flock(places)
    try:
        yield made
    finally:
        for client in made.clients:
            made.herd.leave(client.place)
            client.own.close()
            client.server.close()


def run(test: Callable[[], Coroutine[None, None, None]]) -> None:
    async def in_time() -> None:
        async with asyncio.timeout(WAIT_S):
            await test()

    asyncio.run(in_time())


async def until(reached: Callable[[], bool]) -> None:
    while not reached():  # noqa: ASYNC110 (a tick of the loop is what is awaited)
        await asyncio.sleep(0)


def unread(end: socket.socket) -> int:
    count = array.array("i", [0])
    fcntl.ioctl(end, termios.FIONREAD, count)
    return count[0]


def frame(payload: bytes, kind: Opcode = Opcode.BINARY) -> bytes:
    return Frame(kind, payload).serialize(mask=False)


def finished(steps: Iterator[None]) -> object:
    with pytest.raises(StopIteration) as done:
        next(steps)
    return done.value.value


def ended(reader: StreamReader) -> bool:
    return bool(finished(reader.at_eof()))


def parsed(reader: StreamReader) -> Frame:
    found = finished(Frame.parse(reader.read_exact, mask=True))
    assert isinstance(found, Frame)
    return found


NEWS = b"short enough"
STREAM = [NEWS, b"x" * 125, b"y" * 126, b"", b"z" * 300]
WIRE = frame(b"?", Opcode.PING).join(frame(payload) for payload in STREAM)


def test_messages_are_counted_and_short_ones_handed_on_wherever_the_bytes_are_cut() -> None:
    async def cut() -> None:
        with flock() as one:
            client = one.clients[0]
            for place in range(1, len(WIRE)):
                await client.get(WIRE[:place])
                await client.get(WIRE[place:])
            rounds = len(WIRE) - 1
            await until(lambda: len(client.heard) == 2 * rounds)
            assert (one.frames, one.bytes) == (len(STREAM) * rounds, sum(map(len, STREAM)) * rounds)
            assert client.heard == [NEWS, b""] * rounds

    run(cut)


MESSAGES = st.lists(st.sampled_from([0, 1, HEEDS, HEEDS + 1, 125, 126, 127, 1000, 65_535, 65_536, 70_000]), max_size=6)


@settings(max_examples=60, deadline=None)
@given(lengths=MESSAGES, data=st.data())
def test_messages_of_all_forms_of_length_are_counted_in_one_read_or_many(
    lengths: list[int], data: st.DataObject
) -> None:
    payloads = [bytes([index]) * length for index, length in enumerate(lengths)]
    wire = b"".join(frame(payload) for payload in payloads)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(wire)), max_size=8)))

    async def heard() -> None:
        with flock() as one:
            for start, stop in zip([0, *cuts], [*cuts, len(wire)], strict=True):
                await one.clients[0].get(wire[start:stop])
            short = [payload for payload in payloads if len(payload) <= HEEDS]
            await until(lambda: one.frames == len(payloads) and len(one.clients[0].heard) == len(short))
            assert one.bytes == len(b"".join(payloads))
            assert one.clients[0].heard == short

    run(heard)


def test_thousands_of_short_messages_at_once_are_all_handed_on_in_order() -> None:
    async def heard() -> None:
        with flock() as one:
            many = [b"%d" % number for number in range(20_000)]
            await one.clients[0].get(b"".join(map(frame, many)))
            await until(lambda: one.clients[0].heard == many)

    run(heard)


def test_text_and_what_continues_is_no_message_of_ours_and_passes() -> None:
    async def heard() -> None:
        with flock() as one:
            for kind, size in ((Opcode.TEXT, 5), (Opcode.CONT, 300), (Opcode.PONG, 3)):
                await one.clients[0].get(frame(bytes(size), kind))
            await one.clients[0].get(frame(NEWS))
            await until(lambda: one.clients[0].heard == [NEWS])
            assert one.frames == 1

    run(heard)


def test_a_ping_is_answered_with_its_own_payload() -> None:
    async def pinged() -> None:
        with flock() as one:
            await one.clients[0].get(frame(b"are you there", Opcode.PING))
            await until(lambda: unread(one.clients[0].server) > 0)
            assert [(pong.opcode, pong.data) for pong in await one.clients[0].said()] == [
                (Opcode.PONG, b"are you there")
            ]

    run(pinged)


@pytest.mark.parametrize("reason", [b"", b"\x0f\xa9too fast"])
def test_a_close_is_answered_with_its_code_and_ends_a_member_once(reason: bytes) -> None:
    async def closed() -> None:
        with flock() as one:
            client = one.clients[0]
            client.server.sendall(frame(NEWS) + frame(reason, Opcode.CLOSE) + frame(NEWS))
            await until(lambda: client.ended == 1)
            assert client.heard == [NEWS]
            assert [(close.opcode, close.data) for close in await client.said()] == [(Opcode.CLOSE, reason[:2])]
            one.clients.append(Client(one, 0))
            await one.clients[1].get(frame(NEWS))
            await until(lambda: one.clients[1].heard == [NEWS])

    run(closed)


def test_a_server_that_vanishes_ends_a_member_once_and_leaves_the_others() -> None:
    async def vanished() -> None:
        with flock(3) as three:
            gone, half, stays = three.clients
            gone.server.close()
            half.server.sendall(frame(b"x" * 300)[:100])
            half.server.close()
            await until(lambda: gone.ended == half.ended == 1)
            await stays.get(frame(NEWS))
            await until(lambda: stays.heard == [NEWS])
            assert (gone.ended, half.ended, stays.ended, three.frames) == (1, 1, 0, 1)

    run(vanished)


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(Frame(Opcode.BINARY, NEWS).serialize(mask=True), id="masked"),
        pytest.param(b"\x83\x00", id="no known kind"),
        pytest.param(b"\xc2\x00", id="an extension's bit"),
        pytest.param(b"\x89\x7e\x00\x80", id="a long ping"),
        pytest.param(b"\x82\x7e\x00\x7d", id="a length in a longer form than needed"),
        pytest.param(b"\x82\x7f" + b"\xff" * 8, id="a length beyond all"),
    ],
)
def test_what_is_no_frame_of_a_server_ends_a_member(bad: bytes) -> None:
    async def heard() -> None:
        with flock() as one:
            one.clients[0].server.sendall(bad)
            await until(lambda: one.clients[0].ended == 1)
            assert one.frames == 0

    run(heard)


def test_a_thousand_each_hear_their_own_and_say_their_own() -> None:
    async def all_at_once() -> None:
        with flock(1000) as many:
            for client in many.clients:
                client.server.sendall(frame(b"for %d" % client.place) + frame(b"x" * 1000))
            places = [client.place for client in many.clients]
            many.herd.tell(places, [b"from %d" % place for place in places])
            await until(lambda: many.frames == 2000 and all(client.heard for client in many.clients))
            for client in many.clients:
                assert client.heard == [b"for %d" % client.place]
                assert [said.data for said in await client.said()] == [b"from %d" % client.place]
            assert many.dropped == 0

    run(all_at_once)


def test_who_is_not_read_misses_messages_but_no_half_one_is_sent_and_nobody_else_waits() -> None:
    async def told() -> None:
        with flock(2) as two:
            stuck, other = two.clients
            stuck.own.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
            number = 0
            while two.dropped < 5:
                two.herd.tell([0, 1], [b"%05d" % number, b"%05d" % number])
                assert [said.data for said in await other.said()] == [b"%05d" % number]
                number += 1
            came = [int(said.data) for said in await stuck.said()]
            assert came == list(range(number - 5))
            two.herd.tell([0], [b"again"])
            assert [said.data for said in await stuck.said()] == [b"again"]

    run(told)


def test_who_stops_reading_hears_nothing_not_even_its_end_until_it_reads_on() -> None:
    async def stopped() -> None:
        with flock(2) as two:
            deaf, other = two.clients
            two.herd.listen(0, False)
            deaf.server.sendall(frame(NEWS))
            deaf.server.close()
            await other.get(frame(NEWS))
            await until(lambda: other.heard == [NEWS])
            assert (deaf.heard, deaf.ended) == ([], 0)
            two.herd.listen(0, True)
            await until(lambda: (deaf.heard, deaf.ended) == ([NEWS], 1))

    run(stopped)


def test_who_has_left_is_not_heard_and_its_place_is_free_for_another_connection() -> None:
    async def left() -> None:
        with flock(2) as two:
            first, other = two.clients
            first.server.sendall(frame(NEWS))
            first.server.sendall(frame(b"x" * 300)[:50])
            await until(lambda: first.heard == [NEWS])
            two.herd.leave(0)
            two.herd.leave(0)
            first.server.sendall(frame(NEWS))
            again = Client(two, 0)
            two.clients.append(again)
            await again.get(frame(NEWS))
            await other.get(frame(NEWS))
            await until(lambda: again.heard == other.heard == [NEWS])
            assert (first.heard, first.ended) == ([NEWS], 0)

    run(left)


def test_the_longest_message_of_a_load_is_told_whole() -> None:
    async def told() -> None:
        with flock() as one:
            longest = bytes(range(one.herd.longest))
            one.herd.tell([0], [longest])
            assert [said.data for said in await one.clients[0].said()] == [longest]

    run(told)


def test_a_message_that_no_short_frame_holds_is_a_mistake_of_the_load() -> None:
    async def told() -> None:
        with flock() as one, pytest.raises(AssertionError, match="short"):
            one.herd.tell([0], [bytes(one.herd.longest + 1)])

    run(told)


def test_without_a_compiler_there_is_no_herd(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiling, "COMPILER", "no-such-compiler")
    assert not herd.here()


def test_with_a_compiler_that_has_no_headers_there_is_no_herd_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiling, "OPTIONS", (*compiling.OPTIONS, "-nostdinc"))
    assert not herd.here()
