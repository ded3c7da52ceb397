"""Messages that wait for the application: bounded, in order, newer pose batches instead of older ones.

Reliable messages are never dropped: when too many wait, the reader of the socket waits for room, and the server
sees a slow reader. The writing side is the link's event loop, the reading side any thread.
"""

import asyncio
import threading
from collections import deque
from typing import Final

from halles.protocol.messages import Message
from halles.protocol.table import BY_TYPE, Delivery

RELIABLE_CAP: Final = 2048
"""Reliable messages that may wait before the socket is read no further."""

LATEST_CAP: Final = 16
"""Replaceable messages of one type that may wait; with more, the oldest goes (16 batches are 0.8 s at 20 Hz)."""


class Inbox:
    """A bounded queue between the link and the application."""

    def __init__(self, reliable_cap: int = RELIABLE_CAP, latest_cap: int = LATEST_CAP) -> None:
        self._lock = threading.Lock()
        self._cells: deque[list[Message]] = deque()  # a cell emptied in place was replaced by newer ones
        self._latest: dict[type[Message], deque[list[Message]]] = {}
        self._reliable = 0
        self._reliable_cap, self._latest_cap = reliable_cap, latest_cap
        self._room: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None
        self.dropped = 0
        """How many replaceable messages were dropped because the application was slow."""

    def __len__(self) -> int:
        """How many cells wait, some of them perhaps emptied."""
        return len(self._cells)

    async def put(self, message: Message) -> None:
        """Adds a message; waits while too many reliable ones lie here. Cancelled, it has added nothing."""
        while not self._try_put(message):
            room = asyncio.Event()
            with self._lock:
                self._room = (asyncio.get_running_loop(), room)
            if self._full():
                await room.wait()

    def drain(self) -> list[Message]:
        """Takes out everything that waits, oldest first. Any thread may call it."""
        with self._lock:
            messages = [message for cell in self._cells for message in cell]
            self._cells.clear()
            self._latest.clear()
            self._reliable = 0
            room, self._room = self._room, None
        if room is not None:
            loop, event = room
            if not loop.is_closed():
                loop.call_soon_threadsafe(event.set)
        return messages

    def _full(self) -> bool:
        with self._lock:
            return self._reliable >= self._reliable_cap

    def _try_put(self, message: Message) -> bool:
        cell = [message]
        with self._lock:
            if BY_TYPE[type(message)].delivery is Delivery.LATEST:
                waiting = self._latest.setdefault(type(message), deque())
                if len(waiting) >= self._latest_cap:
                    waiting.popleft().clear()
                    self.dropped += 1
                    self._forget_empty()
                waiting.append(cell)
            elif self._reliable >= self._reliable_cap:
                return False
            else:
                self._reliable += 1
            self._cells.append(cell)
            return True

    def _forget_empty(self) -> None:
        """Drops emptied cells at the head, and everywhere once they outnumber what may wait."""
        while self._cells and not self._cells[0]:
            self._cells.popleft()
        if len(self._cells) > self._reliable_cap + 4 * self._latest_cap:
            self._cells = deque(cell for cell in self._cells if cell)
