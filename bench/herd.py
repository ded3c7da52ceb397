"""Clients that only count what they get, read and written in C: a load of Python alone costs more than its core.

A client joins when it is inside and between two frames, with the socket of its connection, which stays its own; from
then on nobody else reads or writes that socket. ``herd.c`` is built here and works in this process and on its event
loop, so that the load's time is this process's. Not here: connecting, and the witnesses, who read all (``walkers``).
"""

import asyncio
import ctypes
import functools
import struct
import sys
import tempfile
import weakref
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, Protocol

import numpy as np

from bench import compiling

SOURCE: Final = Path(__file__).parent / "herd.c"
NEWS: Final = struct.Struct("=ii")
"""The client, and how many bytes follow; ``GONE`` for one whose connection has ended or is to end."""
GONE: Final = -1
ROOM: Final = 2
"""The news of one call, in the most that one client can be the cause of."""


class Tally(ctypes.Structure):
    """What C has counted since the last look: binary messages, their bytes, and messages for which was no room."""

    _fields_ = [(name, ctypes.c_uint64) for name in ("frames", "bytes", "dropped")]


class Member(Protocol):
    """A client in the herd."""

    heeds: int

    def receive(self, payload: bytes) -> None:
        """Takes a binary message of up to ``heeds`` bytes."""

    def end(self) -> None:
        """Hears that its connection has ended, or that the server wants it to; it is in the herd no more."""


Count = Callable[[int, int, int], None]
"""Takes what ``Tally`` holds."""


class Herd:
    """A herd with a place for each of so many clients; it is heard while somebody is in it.

    Attributes:
        longest: The most bytes of a message that it can tell.
    """

    def __init__(self, places: int, count: Count) -> None:
        self._count, self._tally, self._c = count, Tally(), library()
        self._herd = self._c.herd_new(places, ctypes.byref(self._tally))
        if not self._herd:
            raise OSError("the system has no room for a herd")
        weakref.finalize(self, self._c.herd_free, self._herd)
        self._news = ctypes.create_string_buffer(ROOM * self._c.herd_most_news())
        self._members: dict[int, Member] = {}
        self.longest = int(self._c.herd_longest())

    def join(self, place: int, socket: int, member: Member) -> None:
        """Takes a client in, with its socket's number."""
        assert place not in self._members, "one client a place"
        if self._c.herd_join(self._herd, place, socket, member.heeds) < 0:
            raise OSError(f"client {place} cannot be read")
        if not self._members:
            self._loop = asyncio.get_running_loop()
            self._loop.add_reader(self._c.herd_poll(self._herd), self._hear)
        self._members[place] = member

    def leave(self, place: int) -> None:
        """Lets go of a client; of one who is not there as well. Before its socket is closed."""
        if self._members.pop(place, None) is None:
            return
        self._c.herd_leave(self._herd, place)
        if not self._members:
            self._loop.remove_reader(self._c.herd_poll(self._herd))

    def listen(self, place: int, on: bool) -> None:
        """Stops reading a client, or reads on."""
        self._c.herd_listen(self._herd, place, on)

    def tell(self, places: Sequence[int], payloads: Sequence[bytes]) -> None:
        """Sends each of some clients a message of at most ``longest`` bytes; it is dropped where there is no room."""
        assert max(map(len, payloads), default=0) <= self.longest, "what a load says is short"
        who = np.array(places, dtype=np.int64)
        lengths = np.array([len(payload) for payload in payloads], dtype=np.int64)
        self._c.herd_tell(self._herd, who.size, who.ctypes.data, lengths.ctypes.data, b"".join(payloads))
        self._note()

    def _hear(self) -> None:
        """Reads what has come for some of them; the loop then calls those who are to hear of it, one by one."""
        filled = self._c.herd_hear(self._herd, self._news, len(self._news))
        self._note()
        news, at = ctypes.string_at(self._news, filled), 0
        while at < filled:
            place, length = NEWS.unpack_from(news, at)
            at += NEWS.size
            member = self._members[place]
            if length == GONE:
                self.leave(place)
                self._loop.call_soon(member.end)
            else:
                self._loop.call_soon(member.receive, news[at : at + length])
                at += length

    def _note(self) -> None:
        tally = self._tally
        self._count(tally.frames, tally.bytes, tally.dropped)
        tally.frames = tally.bytes = tally.dropped = 0


def here() -> bool:
    """Tells whether this machine can build and run a herd."""
    return sys.platform == "linux" and compiling.there()


@functools.cache
def library() -> ctypes.CDLL:
    """Returns the C part, built on first use; ``SystemExit`` where there is no compiler."""
    with tempfile.TemporaryDirectory(prefix="halles-bench-") as folder:
        c = ctypes.CDLL(str(compiling.compiled(SOURCE, Path(folder), "-shared", "-fPIC")))
    number, herd = ctypes.c_int, ctypes.c_void_p
    c.herd_new.restype, c.herd_new.argtypes = herd, [number, ctypes.c_void_p]
    c.herd_free.restype, c.herd_free.argtypes = None, [herd]
    c.herd_poll.argtypes = [herd]
    c.herd_join.argtypes = [herd, number, number, number]
    c.herd_leave.restype, c.herd_leave.argtypes = None, [herd, number]
    c.herd_listen.argtypes = [herd, number, number]
    c.herd_tell.restype, c.herd_tell.argtypes = None, [herd, number, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p]
    c.herd_hear.argtypes = [herd, ctypes.c_char_p, number]
    return c
