"""Each way in which a connection fails is told apart, with real sockets where this machine has them."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from websockets.datastructures import Headers
from websockets.exceptions import InvalidHandshake, InvalidMessage, InvalidStatus
from websockets.http11 import Response

from halles_client.net.failures import Failure, failure
from halles_client.net.link import Credentials, Link
from halles_client.net.status import Phase
from tests.support.peer import until


async def failing(address: str) -> Failure:
    """Returns how the first try at an address fails."""
    link = Link(address, Credentials("Zoé"))
    running = asyncio.create_task(link.run())
    await until(lambda: link.status.phase is Phase.RECONNECTING)
    found = link.status.failure
    running.cancel()
    assert found is not None
    return found


@asynccontextmanager
async def another_server() -> AsyncIterator[int]:
    """Answers as a server of pages does that knows no show."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


def test_an_address_where_nobody_listens_refuses() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        found = asyncio.run(failing(f"ws://127.0.0.1:{port}/world"))
    assert found == Failure(f"ws://127.0.0.1:{port}/world", "refused", 1)


def test_a_server_that_is_no_show_is_told_from_one_that_does_not_answer() -> None:
    async def scenario() -> None:
        async with another_server() as port:
            assert (await failing(f"ws://127.0.0.1:{port}/world")).cause == "another server"

    asyncio.run(scenario())


def test_a_name_that_is_nobodys_is_said_to_be_so() -> None:
    assert asyncio.run(failing("ws://nobody.invalid:8470/world")).cause == "no host"


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (socket.gaierror(-2, "Name or service not known"), "no host"),
        (TimeoutError("timed out during opening handshake"), "silent"),
        (ConnectionRefusedError(111, "Connect call failed"), "refused"),
        (OSError("Multiple exceptions: [Errno 111] Connect call failed, [Errno 101] unreachable"), "refused"),
        (OSError(101, "Network is unreachable"), "unreachable"),
        (ssl.SSLCertVerificationError("self-signed"), "untrusted"),
        (ssl.SSLError("wrong version number"), "another server"),
        (InvalidHandshake(), "another server"),
        (InvalidMessage("did not receive a valid HTTP response"), "busy"),
        (InvalidStatus(Response(503, "Service Unavailable", Headers())), "busy"),
        (InvalidStatus(Response(404, "Not Found", Headers())), "another server"),
    ],
)
def test_each_error_has_its_cause(error: Exception, cause: str) -> None:
    assert failure(error, "ws://a/world", 7.6) == Failure("ws://a/world", cause, 8)  # type: ignore[arg-type]
