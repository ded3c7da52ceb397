"""Sockets that never finish the handshake: what do the crowd and somebody who wants to come in notice?

The limits on who waits are the server's own defaults, the sockets come from many addresses, and one that is cut is
opened anew at once.
"""

import asyncio
import contextlib
import time
from typing import Final
from urllib.parse import urlsplit

import numpy as np

from bench import crowd, sizes, trouble
from bench.report import Note, Result
from bench.walkers import FAILED
from bench.witnessing import Crowd
from halles_server.config import ServerConfig

HEAD: Final = b"GET /world HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
VISITOR_EACH_S: Final = 1.0


def run(load: trouble.Load, sockets: int = sizes.SOCKETS) -> list[Result]:
    """Measures a crowd while so many sockets are half open."""
    own = ServerConfig()
    limits = {"HALLES_WAITING_ALL": str(own.waiting_all), "HALLES_WAITING_ADDRESS": str(own.waiting_address)}
    half_open = HalfOpen(sockets)
    return trouble.run(
        load, trouble.Trouble("half-open", half_open.break_out), crowd.settings(load.clients, load.hz) | limits
    )


class HalfOpen:
    """The sockets, and a visitor who tries to come in beside them."""

    def __init__(self, sockets: int) -> None:
        self._sockets = sockets
        self._opened = self._cut = self._refused = 0
        self._waits: list[float] = []

    async def break_out(self, crowded: trouble.Crowded) -> dict[str, Note]:
        """Keeps them open until the time is up."""
        end = time.perf_counter() + crowded.seconds
        await asyncio.gather(self._visit(crowded, end), *(self._hold(crowded, i, end) for i in range(self._sockets)))
        return {
            "sockets": self._sockets,
            "opened": self._opened,
            "cut by the server": self._cut,
            "refused": self._refused,
            "visitors let in": len(self._waits),
            "let in within s, longest": max(self._waits, default="never"),
        }

    async def _hold(self, crowded: trouble.Crowded, index: int, end: float) -> None:
        """Opens one, says half of a head, and opens it anew each time that it is cut."""
        address = urlsplit(crowded.server.world)
        while time.perf_counter() < end:
            try:
                reader, writer = await asyncio.open_connection(
                    address.hostname, address.port, local_addr=(trouble.address(index), 0)
                )
            except OSError:
                self._refused += 1
                await asyncio.sleep(VISITOR_EACH_S)
                continue
            self._opened += 1
            writer.write(HEAD)
            with contextlib.suppress(OSError, TimeoutError):
                async with asyncio.timeout(max(0.0, end - time.perf_counter())):
                    await reader.read()
                    self._cut += 1
            writer.close()

    async def _visit(self, crowded: trouble.Crowded, end: float) -> None:
        """Comes in and goes, again and again."""
        members = Crowd(1, np.random.default_rng(1), witnesses=0)
        while time.perf_counter() < end:
            visitor, begun = crowd.Visitor(members, 0, crowded.server.world), time.perf_counter()
            with contextlib.suppress(*FAILED):
                await visitor.come()
                self._waits.append(time.perf_counter() - begun)
            visitor.leave()
            await asyncio.sleep(VISITOR_EACH_S)
