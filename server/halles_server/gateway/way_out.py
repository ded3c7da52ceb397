"""The way out to one peer: what waits, what is written, and whether the peer reads.

Every write goes out at once or blocks the way: a peer that does not read is seen at its first unread byte, and costs at
most the outbox's cap and one portion. Not here: when to give up on it (``connection``).
"""

import asyncio
from collections.abc import Iterator
from typing import Final

from halles_server.gateway.outbox import Outbox

_HALVED_S: Final = 30.0
"""For which a peer that was slow gets every other pose frame, if it reads them all."""


class WayOut:
    """Writes frames to a transport, as far as its peer reads, until it is closed."""

    __slots__ = ("_blocked_since", "_closed", "_halved_until", "_loop", "_outbox", "_portions", "_slow_s", "_transport")

    def __init__(self, transport: asyncio.Transport, outbox_bytes: int, slow_s: float) -> None:
        """Takes a transport.

        Args:
            transport: Where to.
            outbox_bytes: The most RELIABLE bytes that may wait.
            slow_s: After how many seconds of unread bytes a peer is slow.
        """
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._outbox = Outbox(outbox_bytes)
        self._slow_s = slow_s
        self._portions: Iterator[bytes] | None = None
        self._blocked_since: float | None = None
        self._halved_until: float | None = None
        self._closed = False

    def open(self) -> None:
        """Hears from now on, through its owner, at the first byte that the peer leaves unread."""
        self._transport.set_write_buffer_limits(high=0)

    @property
    def waiting(self) -> int:
        """RELIABLE bytes that wait."""
        return self._outbox.waiting

    def put(self, frame: bytes) -> bool:
        """Queues a RELIABLE frame that others may get as well; False when more waits than may."""
        return self._closed or self._outbox.put(frame)

    def put_latest(self, key: str, frame: bytes) -> None:
        """Queues a LATEST frame in place of the unsent one of this key."""
        if not self._closed:
            self._outbox.put_latest(key, frame)

    def put_now(self, key: str, frame: bytes) -> None:
        """Queues a LATEST frame for the write of this tick, unless the peer has left something unread.

        So that what is worth nothing when it is late, as voice, never waits.
        """
        if not self._closed and self._blocked_since is None:
            self._outbox.put_latest(key, frame)

    def put_portions(self, frames: Iterator[bytes]) -> None:
        """Takes frames, in place of those that are left of an earlier call, of which each is made when it is written.

        They go out as the peer reads, each after all RELIABLE frames of before, and none of them waits in the outbox:
        a full hall is more than that may hold. Whoever makes them takes care that a late one is still true.
        """
        if not self._closed:
            self._portions = frames

    @property
    def portioning(self) -> bool:
        """Whether frames of an earlier ``put_portions`` are left."""
        return self._portions is not None

    def flush(self) -> None:
        """Writes what waits, in one write, and then portions, until the peer leaves something unread."""
        if self._blocked_since is None and self._outbox.filled and not self._closed:
            self._transport.writelines(self._outbox.take())
        while self._portions is not None and self._blocked_since is None and not self._closed:
            frame = next(self._portions, None)
            if frame is None:
                self._portions = None
            else:
                self._transport.write(frame)

    def write_poses(self, frame: bytes, *, spare: bool) -> bool:
        """Writes what waits and then a shared pose frame, in one write.

        Returns:
            False when the peer has left something unread: it is skipped, and gets a whole frame once it has caught up.
            Also for a spare frame, where it was slow lately.
        """
        if self._blocked_since is not None or self._closed or (spare and self._halved_until is not None):
            return False
        if self._outbox.filled:
            self._transport.writelines([*self._outbox.take(), frame])
        else:
            self._transport.write(frame)
        return True

    def halve(self) -> None:
        """Gives the peer every other pose frame for a while: it does not keep up with all."""
        self._halved_until = self._loop.time() + _HALVED_S

    def block(self) -> None:
        """Hears that the peer has left something unread."""
        self._blocked_since = self._loop.time()

    def unblock(self) -> None:
        """Hears that the peer has read everything."""
        if self._blocked_since is not None and self._loop.time() - self._blocked_since > self._slow_s:
            self.halve()
        self._blocked_since = None
        self.flush()

    def unread_s(self, now: float) -> float:
        """Returns for how many seconds the peer has left something unread; a peer that reads gets all frames again."""
        if self._blocked_since is not None:
            return now - self._blocked_since
        if self._halved_until is not None and now > self._halved_until:
            self._halved_until = None
        return 0.0

    def close(self) -> list[bytes]:
        """Takes and writes nothing from now on; returns what waited."""
        self._closed = True
        self._portions = None
        return self._outbox.take()
