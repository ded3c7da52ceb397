"""Something large that is made of what is stored: once for all who ask, beside the ticks, until what is stored changes.

Whoever asks waits for one cheap reading, shared with others (``once_for_many``). The making itself is pure and takes a
thread: the halls go on meanwhile. Whoever stops waiting leaves the making to those who wait on.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from halles_server.services.once_for_many import OnceForMany

T = TypeVar("T")

Make = Callable[[], T]
"""Pure."""


class MadeOnce(Generic[T]):
    """One of them."""

    def __init__(self, mark: Callable[[], Awaitable[object]], read: Callable[[], Awaitable[Make[T]]]) -> None:
        """Takes how what is stored is told from what was stored before, and how it is read to be made."""
        self._mark, self._read = mark, read
        self._once = OnceForMany(self._find)
        self._found: tuple[object, asyncio.Future[T]] | None = None

    async def get(self) -> T:
        """Returns what is made of what was stored after this call; raises what the readings raise."""
        return await asyncio.shield(await self._once.get())

    async def _find(self) -> asyncio.Future[T]:
        mark = await self._mark()
        if self._found is None or self._found[0] != mark:
            make = await self._read()
            if self._found is not None:  # one at a time: an older one is of no use, but it has a core
                await asyncio.wait([self._found[1]])
            self._found = mark, asyncio.get_running_loop().run_in_executor(None, make)
        return self._found[1]
