"""The one port: worlds and pages on it, refusals at the door, and bounds on those who only stand in it."""

import contextlib
import gc
import http.client
import socket
import time
import warnings

import pytest

from halles.errors import ConfigError
from halles_server.gateway.listener import bind
from tests.support.serving import RunningServer
from tests.support.wire import Peer, connect, frame, guest, read_all, upgrade


def _answer(server: RunningServer, data: bytes) -> str:
    with connect(server.port) as sock:
        sock.sendall(data)
        return read_all(sock).decode()


@pytest.mark.parametrize(
    ("head", "status", "reason"),
    [
        (upgrade("/elsewhere"), 404, "path"),
        (upgrade("/world?token=abc"), 400, "token-in-url"),
        (upgrade("/elsewhere?a=b&TOKEN="), 400, "token-in-url"),
        (upgrade(Origin="https://evil.example"), 403, "origin"),
        (upgrade(Origin="null"), 403, "origin"),
        (upgrade(Sec_WebSocket_Key="short"), 400, "handshake"),
        (upgrade(Sec_WebSocket_Version="7"), 400, "handshake"),
        (b"GET /world HTTP/1.1\r\nX: " + b"x" * 17_000, 431, "head"),
        (b"GET /world HTTP/1.1\r\nX: " + b"x" * 17_000 + b"\r\n\r\n", 431, "head"),
        (b"GET /fr/ HTTP/1.1\r\nX: " + b"x" * 60_000 + b"\r\n\r\n", 431, "head"),
        (upgrade(X="x" * 17_000), 431, "head"),
        (b"nonsense\r\n\r\n", 400, "not-http"),
        (b"nonsense\n\n", 400, "not-http"),
        (b"GET /\r\n\r\n", 400, "not-http"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, "not-http"),
        (b"FOO / HTTP/1.1\r\n\r\n", 400, "not-http"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400, "not-http"),
        (b"\x00" * 200, 400, "not-http"),
    ],
)
def test_a_bad_handshake_is_refused_and_counted(server: RunningServer, head: bytes, status: int, reason: str) -> None:
    before = server.metric("halles_handshakes_refused_total", reason=reason)
    answer = _answer(server, head)
    assert answer.startswith(f"HTTP/1.1 {status} "), answer
    assert "Traceback" not in answer
    assert server.metric("halles_handshakes_refused_total", reason=reason) == before + 1


def test_our_own_pages_may_open_the_world(server: RunningServer) -> None:
    with Peer(server.port, Origin=server.url) as peer:
        assert peer.welcome()


def test_a_listed_origin_may_open_the_world(serving) -> None:
    origin = "https://partner.example"
    with serving(allowed_origins=(origin,)) as server, Peer(server.port, Origin=origin) as peer:
        assert peer.welcome()


@pytest.mark.parametrize(("path", "status"), [("/world", 426), ("/world?token=secret", 400), ("/fr/", 200)])
def test_plain_http_gets_a_readable_answer_also_on_a_kept_alive_connection(
    server: RunningServer, path: str, status: int
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    for _ in range(2):
        connection.request("GET", path)
        answer = connection.getresponse()
        text = answer.read().decode()
        assert answer.status == status
        assert status != 426 or ("websocket" in text and answer.getheader("upgrade") == "websocket")
    connection.close()


def test_a_long_body_reaches_the_pages_whole(server: RunningServer) -> None:
    body = b"name=" + b"x" * 300_000
    head = (
        f"POST /fr/enter HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nContent-Length: {len(body)}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n\r\n"
    ).encode()
    with connect(server.port) as sock:
        sock.sendall(head[:40])
        time.sleep(0.05)
        sock.sendall(head[40:] + body[:1000])
        time.sleep(0.05)
        with contextlib.suppress(ConnectionError):
            sock.sendall(body[1000:])
        answer = read_all(sock).decode()
    assert answer.startswith("HTTP/1.1 4"), "refused by the pages: a form without its seal"
    assert server.metric("halles_connections", stage="open") >= 0, "and the server goes on"


def test_an_empty_line_before_a_request_is_forgiven(server: RunningServer) -> None:
    assert _answer(server, b"\r\nGET /world HTTP/1.1\r\nConnection: close\r\n\r\n").startswith("HTTP/1.1 426 ")


def test_frames_sent_together_with_the_handshake_are_heard(server: RunningServer) -> None:
    from halles.protocol.codec import encode

    with connect(server.port) as sock:
        sock.sendall(upgrade() + frame(2, encode(guest("Hasty"))))
        data = b""
        while b"Hasty" not in data:
            part = sock.recv(65_536)
            assert part, data
            data += part


def test_a_head_that_stops_on_a_kept_alive_connection_is_cut_as_well(serving) -> None:
    with serving(handshake_s=0.4) as server, connect(server.port) as sock:
        sock.sendall(b"GET /world HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"426" in sock.recv(65_536)
        sock.sendall(b"GET /world HTTP/1.1\r\nHo")
        began = time.monotonic()
        assert read_all(sock) == b""
        assert 0.3 < time.monotonic() - began < 1.5


def test_half_open_connections_push_out_the_oldest_and_never_a_visitor(serving) -> None:
    with (
        serving(waiting_all=60, waiting_address=20, accepts_per_s=10_000) as server,
        contextlib.ExitStack() as stack,
        Peer(server.port) as inside,
    ):
        inside.welcome(guest("Inside"))
        idle = [stack.enter_context(connect(server.port, f"127.0.0.{2 + i % 10}")) for i in range(300)]
        began = time.monotonic()
        with Peer(server.port, "127.0.0.99") as visitor:
            assert visitor.welcome(guest("Visitor"))
        assert time.monotonic() - began < 2.0
        until = time.monotonic() + 5.0
        while not _is_closed(idle[0]) or server.metric("halles_connections", stage="waiting") > 60:
            assert time.monotonic() < until
            time.sleep(0.05)
        assert not _is_closed(idle[-1])
        assert inside.enter("lille")


def test_one_address_pushes_out_only_its_own(serving) -> None:
    with serving(waiting_address=3) as server, contextlib.ExitStack() as stack:
        other = stack.enter_context(Peer(server.port, "127.0.0.2"))
        greedy = [stack.enter_context(connect(server.port, "127.0.0.3")) for _ in range(6)]
        time.sleep(1.5)  # more than anybody's grace and the listener's next look
        assert [_is_closed(sock) for sock in greedy] == [True] * 3 + [False] * 3
        assert other.welcome()


def test_one_visitors_address_behind_a_proxy_pushes_out_only_its_own(serving) -> None:
    with (
        serving(trusted_proxies=("127.0.0.1",), waiting_address=2, hello_s=30.0) as server,
        contextlib.ExitStack() as stack,
    ):
        other = stack.enter_context(Peer(server.port, X_Forwarded_For="198.51.100.8"))
        greedy = [stack.enter_context(Peer(server.port, X_Forwarded_For="198.51.100.7")) for _ in range(6)]
        assert [peer.closed() for peer in greedy[:4]] == [1013] * 4
        assert [peer.closed_yet() for peer in greedy[4:]] == [False, False]
        assert other.welcome()


def test_too_many_arrivals_at_once_are_answered_503(serving) -> None:
    with serving(accepts_per_s=5) as server:
        answers = []
        for _ in range(8):
            with connect(server.port) as sock:
                sock.sendall(b"GET /world HTTP/1.1\r\nConnection: close\r\n\r\n")
                with contextlib.suppress(ConnectionError):
                    answers.append(sock.recv(65_536)[:12])
        assert b"HTTP/1.1 426" in answers
        assert b"HTTP/1.1 503" in answers


def test_a_trusted_proxy_tells_the_visitors_address(serving) -> None:
    with (
        serving(trusted_proxies=("127.0.0.1",), address_visits=1) as server,
        Peer(server.port, X_Forwarded_For="198.51.100.7") as one,
        Peer(server.port, X_Forwarded_For="198.51.100.8") as two,
        Peer(server.port, X_Forwarded_For="spoofed, 198.51.100.7") as three,
    ):
        one.welcome()
        two.welcome()
        three.send(guest())
        assert three.closed() == 1013, "the address that the proxy itself saw is what counts"


def test_a_port_in_use_is_named_in_a_sentence() -> None:
    with bind("127.0.0.1", 0, "HALLES_PORT") as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=rf"port {port} on 127\.0\.0\.1 is in use .* HALLES_PORT"):
            bind("127.0.0.1", port, "HALLES_PORT")


def test_an_address_of_another_machine_is_named_too() -> None:
    with pytest.raises(ConfigError, match=r"cannot listen on 192\.0\.2\.1"):
        bind("192.0.2.1", 0, "HALLES_PORT")


def _is_closed(sock: socket.socket) -> bool:
    sock.setblocking(False)
    try:
        return sock.recv(1) == b""
    except BlockingIOError:
        return False
    except ConnectionResetError:
        return True


def test_a_server_that_stops_leaves_no_connection_open_behind_it(serving) -> None:
    with warnings.catch_warnings(record=True) as heard, contextlib.ExitStack() as stack:
        warnings.simplefilter("always")
        with serving() as server:  # a browser opens connections ahead of need and says nothing on them
            silent = [stack.enter_context(connect(server.port)) for _ in range(5)]
            while server.metric("halles_connections", stage="waiting") < len(silent):
                time.sleep(0.05)
        assert all(_is_closed(sock) for sock in silent)
        gc.collect()
    assert [str(one.message) for one in heard if issubclass(one.category, ResourceWarning)] == []
