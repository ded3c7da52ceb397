"""Pages on real sockets: no peer keeps memory, a place or the loop for itself."""

import contextlib
import re
import socket
import time
from collections.abc import Iterator
from urllib.request import urlopen

import pytest

from halles_server import bootstrap
from halles_server.gateway.head import HEAD_CAP
from tests.support.serving import RunningServer
from tests.support.wire import connect, read_all

PLAIN = b"GET /world HTTP/1.1\r\nHost: x\r\n\r\n"
"""A page request that needs neither database nor template; answered 426."""


@pytest.fixture(params=["public", "private"])
def kept_alive(server: RunningServer, request: pytest.FixtureRequest) -> Iterator[socket.socket]:
    """A connection to either port that has had one answer and may ask again."""
    port = server.port if request.param == "public" else server.server.config.metrics_port
    with connect(port) as sock:
        sock.sendall(PLAIN)
        assert sock.recv(65_536).startswith(b"HTTP/1.1 4")
        yield sock


@pytest.mark.parametrize(
    "endless",
    [
        pytest.param(b"GET /world HTTP/1.1\r\nHost: x\r\nX: ", id="a header"),
        pytest.param(b"GET /", id="an address"),
        pytest.param(b"POST /world HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: ", id="a trailer"),
        pytest.param(b"POST /world HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;x=", id="a chunk's name"),
    ],
)
def test_what_is_no_body_ends_at_the_cap_on_a_kept_alive_connection(kept_alive: socket.socket, endless: bytes) -> None:
    assert _sent_until_cut(kept_alive, endless, b"x" * 1000) < 3_000_000, "only the kernels' buffers are filled"


def test_many_small_headers_are_answered_431_at_the_cap_and_counted(
    server: RunningServer, kept_alive: socket.socket
) -> None:
    before = server.metric("halles_handshakes_refused_total", reason="head")
    kept_alive.sendall(
        b"GET /world HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X%d: y\r\n" % i for i in range(4000)) + b"\r\n"
    )
    assert read_all(kept_alive).startswith(b"HTTP/1.1 431 ")
    assert server.metric("halles_handshakes_refused_total", reason="head") == before + 1


def test_what_is_not_http_on_a_kept_alive_connection_is_answered_400_and_counted_and_not_logged(
    server: RunningServer, kept_alive: socket.socket, caplog: pytest.LogCaptureFixture
) -> None:
    before = server.metric("halles_handshakes_refused_total", reason="not-http")
    kept_alive.sendall(b"nonsense\r\n\r\n")
    assert read_all(kept_alive).startswith(b"HTTP/1.1 400 ")
    assert server.metric("halles_handshakes_refused_total", reason="not-http") == before + 1
    assert caplog.messages == []


def test_an_upgrade_on_a_kept_alive_connection_is_answered_and_not_logged(
    kept_alive: socket.socket, caplog: pytest.LogCaptureFixture
) -> None:
    kept_alive.sendall(PLAIN[:-2] + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
    assert kept_alive.recv(65_536).startswith(b"HTTP/1.1 4")
    assert caplog.messages == []


def test_a_head_just_under_the_cap_is_answered(kept_alive: socket.socket) -> None:
    kept_alive.sendall(PLAIN[:-2] + b"X: " + b"x" * (HEAD_CAP - len(PLAIN) - 5) + b"\r\n\r\n")
    assert kept_alive.recv(65_536).startswith(b"HTTP/1.1 4")


def test_a_large_body_is_no_head(kept_alive: socket.socket) -> None:
    body = b"x" * 500_000
    kept_alive.sendall(b"POST /world HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body) + body + PLAIN)
    answers = b""
    while answers.count(b"HTTP/1.1 4") < 2:
        part = kept_alive.recv(65_536)
        assert part, answers
        answers += part


def test_a_request_in_many_copies_at_once_is_cut(kept_alive: socket.socket) -> None:
    with contextlib.suppress(ConnectionError):
        kept_alive.sendall(PLAIN * 5000)
        assert read_all(kept_alive).count(b"HTTP/1.1") < 5000


@pytest.mark.parametrize("body", [b"Content-Length: 1000\r\n\r\nx", b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n"])
def test_a_body_that_stops_is_cut(serving, body: bytes) -> None:
    with serving(page_body_s=0.4) as server, connect(server.port) as sock:
        origin = f"Host: 127.0.0.1:{server.port}\r\nOrigin: {server.url}\r\n".encode()
        form = b"Content-Type: application/x-www-form-urlencoded\r\n"
        began = time.monotonic()
        sock.sendall(b"POST /fr/login HTTP/1.1\r\n" + origin + form + body)
        assert read_all(sock) == b""
        assert time.monotonic() - began > 0.35


def test_who_says_nothing_to_the_private_port_is_cut(serving) -> None:
    with serving(handshake_s=0.4) as server, connect(server.server.config.metrics_port) as sock:
        assert read_all(sock) == b""


def test_one_address_leaves_room_for_the_others(serving) -> None:
    with serving(page_address=3) as server, contextlib.ExitStack() as stack:
        greedy = [stack.enter_context(connect(server.port, "127.0.0.3")) for _ in range(4)]
        heads = [_head_of(sock) for sock in greedy]
        assert heads == [b"HTTP/1.1 426"] * 3 + [b"HTTP/1.1 503"]
        assert _head_of(stack.enter_context(connect(server.port, "127.0.0.4"))) == b"HTTP/1.1 426"
        greedy[0].close()
        until = time.monotonic() + 5
        while _head_of(stack.enter_context(connect(server.port, "127.0.0.3"))) != b"HTTP/1.1 426":
            assert time.monotonic() < until, "a place that was left is free again"


def test_a_trusted_proxys_connections_are_everybodys(serving) -> None:
    with serving(page_address=1, trusted_proxies=("127.0.0.1",)) as server, contextlib.ExitStack() as stack:
        socks = [stack.enter_context(connect(server.port)) for _ in range(3)]
        assert [_head_of(sock) for sock in socks] == [b"HTTP/1.1 426"] * 3


def test_who_does_not_read_the_answers_is_cut_without_a_word_in_the_log(serving, caplog) -> None:
    with serving(unread_s=0.4) as server, connect(server.port, receive_buffer=4096) as sock:
        with urlopen(f"{server.url}/fr/conduct", timeout=5) as page:
            font = re.search(r"/static/inter[^\"]+", page.read().decode())
        assert font
        request = f"GET {font.group()} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode()
        sock.sendall(request)
        asked, until = 2, time.monotonic() + 10
        while True:
            assert time.monotonic() < until, "still there"
            if server.do(_answered) == asked:  # the kernels' buffers are not yet full
                sock.sendall(request * 8)
                asked += 8
            time.sleep(0.01)
            if asked > 2 and not server.do(_open):
                break
        assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def _open(opened: bootstrap.Server) -> int:
    return len(opened.listener.pages.state.connections)


async def _answered(opened: bootstrap.Server) -> int:
    return opened.listener.pages.state.total_requests


def _head_of(sock: socket.socket) -> bytes:
    sock.sendall(PLAIN)
    return sock.recv(65_536)[:12]


def _sent_until_cut(sock: socket.socket, begin: bytes, more: bytes) -> int:
    """Sends without end until the server cuts; returns how many bytes went out. At most 64 MB and ten seconds."""
    sent, until = 0, time.monotonic() + 10
    try:
        sock.sendall(begin)
        while sent < 64_000_000:
            assert time.monotonic() < until, "not cut"
            sent += sock.send(more * 20)
    except TimeoutError:
        assert read_all(sock) != b"", "waits for the server, which neither reads nor cuts"
    except ConnectionError:
        return sent
    raise AssertionError(f"not cut after {sent} bytes")
