"""One connection's requests, carried out one after another: order is kept, and moves never wait behind a database."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final

from halles.protocol.messages import Message

CAP: Final = 64
"""Requests that may wait: twice the burst."""

CarryOut = Callable[[Message, float], Awaitable[None]]
"""Carries a request out that arrived at a time; raises nothing."""


class RequestQueue:
    """Requests that wait; a task works on them only while there are any."""

    __slots__ = ("_carry_out", "_tasks", "_waiting", "_working")

    def __init__(self, tasks: asyncio.TaskGroup, carry_out: CarryOut) -> None:
        self._tasks = tasks
        self._carry_out = carry_out
        self._waiting: deque[tuple[Message, float]] = deque()
        self._working = False

    def put(self, message: Message, arrived: float) -> bool:
        """Adds a request; False when too many wait."""
        if len(self._waiting) >= CAP:
            return False
        self._waiting.append((message, arrived))
        if not self._working:
            self._working = True
            self._tasks.create_task(self._work())
        return True

    @property
    def busy(self) -> bool:
        """Whether anything is under way or waits."""
        return self._working

    def clear(self) -> None:
        """Forgets what waits; what was begun is finished."""
        self._waiting.clear()

    async def _work(self) -> None:
        try:
            while self._waiting:
                await self._carry_out(*self._waiting.popleft())
        finally:
            self._working = False
