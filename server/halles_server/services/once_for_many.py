"""One reading for all who ask at about the same time: a crowd that arrives asks the same a hundred times a second.

Nobody gets what was read before they asked, so that this is no cache: what is stored is heard of at once.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class OnceForMany(Generic[T]):
    """Something to be read, again and again."""

    def __init__(self, read: Callable[[], Awaitable[T]]) -> None:
        self._read = read
        self._reading = asyncio.Lock()
        self._begun = 0
        self._found: tuple[int, T] | None = None

    async def get(self) -> T:
        """Returns what was read after this call; raises what the reading raises, but only to who reads for the others.

        The next one of those then reads anew.
        """
        asked = self._begun
        async with self._reading:
            if self._found is not None and self._found[0] > asked:
                return self._found[1]
            self._begun = number = self._begun + 1
            found = await self._read()
            self._found = number, found
            return found
