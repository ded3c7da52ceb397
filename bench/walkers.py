"""The load: clients that walk about and report where they are, whatever server they walk in.

A server's language is in subclasses of ``Walker``: how one comes in, reports and understands. The load has to be cheap,
so only some of it, the witnesses, decodes all that it gets; the others only count bytes (``witnessing``), and read what
is too short to be anything but news for themselves. Where the machine can, these are read and written in C once they
are inside (``herd``).
"""

import abc
import asyncio
import itertools
import math
import socket
import time
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import picows

from bench import herd
from bench.herd import Herd
from bench.witnessing import Crowd

ARRIVALS: Final = 25
"""Connections opened at the same time."""
LET_IN_S: Final = 60.0
"""How long a client waits to be let in."""
FAILED: Final = (OSError, TimeoutError, picows.WSError)
"""What coming in may end with."""


class Walker(picows.WSListener, abc.ABC):
    """One client of the load; subclasses speak a server's language.

    Attributes:
        inside: Done when it is let in.
        source: The address that it comes from; "" for the usual one.
        receive_buffer: Bytes that the kernel keeps for it unread; 0 for the usual.
        heeds: Messages of up to so many bytes are read by everybody.
        expendable: Whether its connection may end without counting as lost: it gives cause for that.
        herd: What reads and writes its connection; None while it does so itself.
    """

    heeds = 0

    def __init__(self, crowd: Crowd, index: int, url: str, source: str = "") -> None:
        self.crowd, self.index, self.url, self.source = crowd, index, url, source
        self.receive_buffer, self.expendable = 0, False
        self.transport: picows.WSTransport | None = None
        self.herd: Herd | None = None
        self.inside: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def come(self) -> None:
        """Connects, also once more, and waits to be let in; raises one of ``FAILED``."""
        if self.inside.done():
            self.inside = asyncio.get_running_loop().create_future()
        async with asyncio.timeout(LET_IN_S):
            await picows.ws_connect(lambda: self, self.address(), socket_factory=self._socket)
            await self.inside

    def enter(self) -> None:
        """Notes that it is let in; from now on it reports."""
        self.crowd.inside[self.index] = True
        self.inside.set_result(None)

    def address(self) -> str:
        """Returns where to connect, asked for just before."""
        return self.url

    def greet(self) -> None:
        """Says what comes first on a new connection."""

    @abc.abstractmethod
    def receive(self, payload: bytes) -> None:
        """Takes what comes until it is inside, afterwards what is short, and as a witness all that comes."""

    @abc.abstractmethod
    def report(self, sequence: int, x: int, y: int, heading: int) -> bytes:
        """Returns the message that says where it is: centimetres, and 65,536ths of a turn."""

    def send(self, payload: bytes) -> None:
        """Sends a message."""
        if self.herd is not None:
            self.herd.tell([self.index], [payload])
        elif self.transport is not None:
            self.transport.send(picows.WSMsgType.BINARY, payload)

    def leave(self) -> None:
        """Closes the connection."""
        self.expendable = True
        self.end()

    def end(self) -> None:
        """Ends the connection."""
        self._leave_herd()
        if self.transport is not None:
            self.transport.disconnect()

    def listen(self, on: bool) -> None:
        """Stops reading, or reads on."""
        if self.herd is not None:
            self.herd.listen(self.index, on)
        elif self.transport is not None:
            connection = self.transport.underlying_transport
            (connection.resume_reading if on else connection.pause_reading)()

    def _socket(self, _url: picows.WSParsedURL) -> socket.socket:
        sock = socket.socket()
        if self.receive_buffer:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self.receive_buffer)
        if self.source:
            sock.bind((self.source, 0))
        return sock

    def on_ws_connected(self, transport: picows.WSTransport) -> None:
        """Greets."""
        self.transport = transport
        self.greet()

    def on_ws_frame(self, transport: picows.WSTransport, frame: picows.WSFrame) -> None:
        """Counts; hands on what is needed to come in, and all that a witness gets."""
        crowd = self.crowd
        if frame.msg_type == picows.WSMsgType.PING:
            transport.send_pong(frame.get_payload_as_bytes())
            return
        if frame.msg_type == picows.WSMsgType.CLOSE:
            transport.send_close(frame.get_close_code())
            transport.disconnect()
        if frame.msg_type != picows.WSMsgType.BINARY:
            return
        crowd.count(1, frame.payload_size)
        if self.index < crowd.witnesses or frame.payload_size <= self.heeds or not self.inside.done():
            self.receive(frame.get_payload_as_bytes())
        # Only here nothing of the next frame has been read yet, and nothing of the last message is unsent.
        if self.inside.done() and not frame.tail_size and not transport.underlying_transport.get_write_buffer_size():
            self._join_herd(transport.underlying_transport)

    def _join_herd(self, connection: asyncio.Transport) -> None:
        crowd = self.crowd
        if crowd.herd is None or self.index < crowd.witnesses or connection.is_closing():
            return
        connection.pause_reading()
        crowd.herd.join(self.index, connection.get_extra_info("socket").fileno(), self)
        self.herd = crowd.herd

    def _leave_herd(self) -> None:
        if self.herd is not None:
            self.herd.leave(self.index)
            self.herd = None

    def on_ws_disconnected(self, transport: picows.WSTransport) -> None:
        """Notes a loss."""
        self._leave_herd()
        self.transport = None
        self.crowd.inside[self.index] = False
        self.crowd.lost += not self.expendable
        if not self.inside.done():
            self.inside.set_exception(ConnectionError(f"client {self.index} was not let in"))


def herded(crowd: Crowd) -> Crowd:
    """Gives a crowd, each of its places for one walker, a herd where this machine can have one; returns it."""
    crowd.herd = Herd(crowd.clients, crowd.count) if herd.here() else None
    return crowd


async def arrive(walkers: Sequence[Walker]) -> None:
    """Lets all in, some at a time; the first one alone, so that it hears of everybody who comes."""
    for start in (0, *range(1, len(walkers), ARRIVALS)):
        portion = walkers[start : start + ARRIVALS] if start else walkers[:1]
        await asyncio.gather(*(walker.come() for walker in portion))


async def walk(walkers: Sequence[Walker], hz: float, seconds: float, more: Callable[[], bool] = lambda: False) -> None:
    """Lets everybody inside walk for so long, and on while there is ``more`` to wait for, which ends by itself.

    Sends are spread over each period in slots of about 10 ms.
    """
    crowd = walkers[0].crowd
    slots = max(1, round(100 / hz))
    groups = [np.arange(slot, crowd.clients, slots) for slot in range(slots)]
    started = time.perf_counter()
    for beat in itertools.count():
        if beat >= int(seconds * hz * slots) and not more():
            return
        due = started + beat / (hz * slots)
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        who = groups[beat % slots]
        who = who[crowd.inside[who]]
        crowd.walk(who, 1 / hz)
        _report(crowd, walkers, who)


def _report(crowd: Crowd, walkers: Sequence[Walker], who: np.ndarray) -> None:
    x, y = np.round(crowd.x[who] * 100).astype(int), np.round(crowd.y[who] * 100).astype(int)
    crowd.sequence[who] += 1
    place = crowd.sequence[who] % crowd.ring
    crowd.sent_x[who, place], crowd.sent_y[who, place] = x, y
    crowd.sent_at[who, place] = time.perf_counter()
    headings = (crowd.heading[who] * 65_536 / math.tau).astype(int) & 0xFFFF
    rows = zip(who.tolist(), crowd.sequence[who].tolist(), x.tolist(), y.tolist(), headings.tolist(), strict=True)
    places: list[int] = []
    payloads: list[bytes] = []
    for index, *row in rows:
        walker = walkers[index]
        payload = walker.report(*row)
        if walker.herd is None:
            walker.send(payload)
        else:
            places.append(index)
            payloads.append(payload)
    if crowd.herd is not None:
        crowd.herd.tell(places, payloads)
