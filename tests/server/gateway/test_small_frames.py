"""Small whole frames are read without the library, and nobody can tell the difference."""

import asyncio
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import BINARY, CONT, PING, TEXT, Frame
from websockets.server import ServerProtocol

from halles.protocol import codec, wide_move
from halles.protocol.close_codes import CloseCode
from halles.protocol.messages import Move
from halles_server.config import ServerConfig
from halles_server.gateway.connection import Connection
from halles_server.gateway.small_frames import bytes_on_the_wire, is_move, small_message, unmasked
from halles_server.observability import Metrics
from tests.support.messages import message

UPGRADE = (
    b"GET /world HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


class Wire(asyncio.Transport):
    """A way out that leads nowhere: what matters here comes in."""

    def write(self, data) -> None:
        """Goes nowhere."""

    def writelines(self, list_of_data) -> None:
        """Goes nowhere."""

    def set_write_buffer_limits(self, high=None, low=None) -> None:
        """Bounds nothing."""

    def is_closing(self) -> bool:
        return False

    def write_eof(self) -> None:
        """Ends nothing."""

    def abort(self) -> None:
        """Ends nothing."""


class Listener:
    """Hears messages; as receiver and owner of the connection."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []

    def take(self, connection: Connection, data: bytes, now: float) -> None:
        self.heard.append(data)

    def lost(self, connection: Connection) -> None:
        """Nothing hangs on it."""

    def greeted(self, connection: Connection) -> None:
        """Nothing hangs on it."""

    def forget(self, connection: Connection) -> None:
        """Nothing hangs on it."""


def connect(config: ServerConfig) -> tuple[Connection, Listener]:
    """Returns a connection whose handshake is done, and who hears it."""
    protocol, listener = ServerProtocol(), Listener()
    protocol.receive_data(UPGRADE)
    (request,) = protocol.events_received()
    protocol.send_response(protocol.accept(request))
    protocol.data_to_send()
    connection = Connection(protocol, Wire(), "127.0.0.1", config, Metrics())
    connection.begin(listener, listener)
    return connection, listener


def hear(portions: list[bytes]) -> tuple[list[bytes], int]:
    """Returns what a connection hears of such portions, and its close code."""

    async def run() -> tuple[list[bytes], int]:
        connection, listener = connect(ServerConfig(frames_per_s=1e6, frames_burst=1_000_000))
        for portion in portions:
            connection.data_received(portion)
        connection._deadline.cancel()
        return listener.heard, int(connection.close_code)

    return asyncio.run(run())


@st.composite
def frames(draw: st.DrawFn) -> list[Frame]:
    """Draws what a client may send: small and large messages, whole and in parts, pings between, seldom a text."""
    found: list[Frame] = []
    for _ in range(draw(st.integers(1, 12))):
        kind = draw(st.sampled_from(["small", "small", "small", "large", "parts", "ping", "text"]))
        data = draw(st.binary(max_size=125))
        if kind == "parts":
            found += [Frame(BINARY, data, fin=False), Frame(PING, b""), Frame(CONT, data), Frame(BINARY, data)]
        elif kind == "text":
            found.append(Frame(TEXT, b"words"))
        else:
            found.append(Frame(PING if kind == "ping" else BINARY, data * (30 if kind == "large" else 1)))
    return found


@given(frames(), st.lists(st.integers(1, 400), max_size=12))
def test_however_the_bytes_are_cut_the_same_is_heard_and_closed(sent: list[Frame], cuts: list[int]) -> None:
    wire = [frame.serialize(mask=True) for frame in sent]
    stream = b"".join(wire)
    ends = list(itertools.accumulate(cuts))
    cut = [stream[a:b] for a, b in itertools.pairwise([0, *ends, max(len(stream), *ends, 1)])]
    byte_by_byte = [stream[at : at + 1] for at in range(len(stream))]
    assert hear(wire) == hear([portion for portion in cut if portion]) == hear(byte_by_byte)


@given(st.binary(min_size=1, max_size=125))
def test_a_small_whole_frame_is_read_as_the_library_wrote_it(data: bytes) -> None:
    assert small_message(Frame(BINARY, data).serialize(mask=True)) == data


@given(st.binary(max_size=140))
def test_other_bytes_are_left_to_the_library(data: bytes) -> None:
    if small_message(data) is not None:
        assert data[0] == 0x82
        assert data[1] & 0x80
        assert data[1] & 0x7F == len(data) - 6
    for first in (0x02, 0x80, 0x81, 0x88, 0x89, 0xC2):
        assert small_message(bytes((first, 0x84)) + b"keysbody") is None
    assert small_message(b"\x82\x04body") is None, "a client's frame is masked"


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536])
def test_a_frames_bytes_on_the_wire_are_known_from_its_data(size: int) -> None:
    frame = Frame(BINARY, bytes(size))
    assert bytes_on_the_wire(frame) == len(frame.serialize(mask=True))


def test_a_length_written_longer_than_needed_leaves_the_rest_to_the_library() -> None:
    long_winded = b"\x82\xfe\x00\x05" + b"\0\0\0\0" + b"first"
    portions = [long_winded, Frame(BINARY, b"second").serialize(mask=True)]
    assert hear(portions)[0] == [b"first", b"second"]


def _frame(data: bytes) -> bytes:
    return Frame(BINARY, data).serialize(mask=True)


@given(st.binary(min_size=wide_move.SIZE - 2, max_size=wide_move.SIZE + 2))
def test_a_frame_is_a_move_where_it_begins_so_and_is_as_long(data: bytes) -> None:
    for body in (data, wide_move.BEGINS + data[2:]):
        begins = body.startswith(wide_move.BEGINS) and len(body) == wide_move.SIZE
        assert is_move(_frame(body)) == begins
    assert not is_move(b"\x02" + _frame(wide_move.BEGINS + bytes(wide_move.SIZE - 2))[1:]), "not whole"


@given(st.lists(st.binary(min_size=wide_move.SIZE, max_size=wide_move.SIZE), min_size=1, max_size=9))
def test_many_are_unmasked_as_one_by_one(messages: list[bytes]) -> None:
    assert [row.tobytes() for row in unmasked([_frame(message) for message in messages])] == messages


@given(st.lists(st.one_of(message(Move).map(codec.encode), st.just(b"\x91\x08"), st.binary(min_size=21, max_size=21))))
def test_in_the_lane_the_newest_move_waits_and_nothing_overtakes_it(sent: list[bytes]) -> None:
    heard, waiting, walked = hear_with_lane([_frame(data) for data in sent])
    moves = [is_move(_frame(data)) for data in sent]
    overtaken = [both == (True, True) for both in itertools.pairwise([*moves, False])]
    expected = [data for data, old in zip(sent, overtaken, strict=True) if not old]
    assert heard + waiting == expected
    assert len(waiting) == (moves[-1] if moves else 0)
    assert walked == len(list(itertools.takewhile(bool, reversed(moves))))


def test_the_lane_takes_no_bytes_while_a_message_is_half_heard() -> None:
    move = codec.encode(Move(1, 2, 3, 4, 5, 6))
    half = Frame(BINARY, move[:5], fin=False).serialize(mask=True)
    heard, waiting, _ = hear_with_lane([half, _frame(move)])
    assert (heard, waiting) == ([], []), "a message may not begin within another"


def test_too_many_moves_in_the_lane_close_the_connection_as_elsewhere() -> None:
    async def run() -> int:
        connection, _ = connect(ServerConfig(frames_per_s=10, frames_burst=10))
        lane: dict[Connection, bytes] = {}
        connection.walk_in(lane)
        for number in range(11):
            connection.data_received(_frame(codec.encode(Move(number, 0, 0, 0, 0))))
        assert not connection.take_rate(asyncio.get_running_loop().time())
        connection._deadline.cancel()
        assert lane == {}
        return int(connection.close_code)

    assert asyncio.run(run()) == CloseCode.TOO_FAST


def hear_with_lane(portions: list[bytes]) -> tuple[list[bytes], list[bytes], int]:
    """Returns what a connection with a lane hears, what waits in the lane then, and how many moves that stands for."""

    async def run() -> tuple[list[bytes], list[bytes], int]:
        connection, listener = connect(ServerConfig(frames_per_s=1e6, frames_burst=1_000_000))
        lane: dict[Connection, bytes] = {}
        connection.walk_in(lane)
        for portion in portions:
            connection.data_received(portion)
        waiting, walked = [row.tobytes() for row in unmasked(list(lane.values()))], connection._unheard
        connection._deadline.cancel()
        return listener.heard, waiting, walked

    return asyncio.run(run())
