"""Connections that send moves without end: what do those notice who keep to the limits?

Whoever is closed comes back, each from an address of its own, so that no limit for one address helps the server.
"""

import asyncio
import time
from typing import Final

import numpy as np

from bench import crowd, sizes, trouble
from bench.report import Note, Result
from bench.walkers import FAILED
from bench.witnessing import Crowd
from halles.protocol import codec
from halles.protocol.messages import Move

MOVES_PER_S: Final = 1000
AT_ONCE: Final = 10
"""Moves in one write."""
COME_BACK_S: Final = 1.0
UNSENT: Final = 64 * 1024
"""Bytes that a flooder lets wait in its own memory; the server does not read faster then."""


def run(load: trouble.Load, flooders: int = sizes.FLOODERS) -> list[Result]:
    """Measures a crowd while so many flood its server."""
    flood = Flood(flooders)
    return trouble.run(
        load, trouble.Trouble("flood", flood.break_out), crowd.settings(load.clients + flooders, load.hz)
    )


class Flood:
    """Those who flood."""

    def __init__(self, flooders: int) -> None:
        self._members = Crowd(flooders, np.random.default_rng(1), witnesses=0)
        self._moves = self._entries = self._failures = 0

    async def break_out(self, crowded: trouble.Crowded) -> dict[str, Note]:
        """Floods until the time is up."""
        end = time.perf_counter() + crowded.seconds
        await asyncio.gather(*(self._flood(crowded, index, end) for index in range(self._members.clients)))
        return {
            "flooders": self._members.clients,
            "moves sent": self._moves,
            "flooders let in": self._entries,
            "flooders kept out": self._failures,
        }

    async def _flood(self, crowded: trouble.Crowded, index: int, end: float) -> None:
        flooder = crowd.Visitor(self._members, index, crowded.server.world, trouble.address(index))
        flooder.expendable = True
        while time.perf_counter() < end:
            try:
                await flooder.come()
                self._entries += 1
                await self._send_moves(flooder, end)
            except FAILED:
                self._failures += 1
            await asyncio.sleep(COME_BACK_S)
        flooder.leave()

    async def _send_moves(self, flooder: crowd.Visitor, end: float) -> None:
        """Sends until it is closed or the time is up."""
        moves = AT_ONCE * masked(codec.encode(Move(1, 0, 0, 0, 0)))
        while flooder.transport is not None and time.perf_counter() < end:
            transport = flooder.transport.underlying_transport
            if transport.get_write_buffer_size() < UNSENT:
                transport.write(moves)
                self._moves += AT_ONCE
            await asyncio.sleep(AT_ONCE / MOVES_PER_S)


def masked(payload: bytes) -> bytes:
    """Returns a short message as a client's frame; its mask is 0, which masks nothing (RFC 6455 section 5.3)."""
    return bytes((0x82, 0x80 | len(payload))) + bytes(4) + payload
