"""The parts of a world that are kept up beside its halls: what each does for ever, and which announcements it hears.

Belongs here: what such a part is, and all of them in one list. Not here: what any of them does. A new one is made and
added where ``World`` makes the others, in one line.
"""

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, TypeVar

from halles_server.announcements import Announcement

Attempt = Callable[[str, Awaitable[None]], Awaitable[bool]]
"""Does something within a deadline; tells whether it was done, having logged why not."""

Act = Callable[[Any], Awaitable[None] | None]
"""Hears one kind of announcement; what it returns is still to be done, and nobody waits for it."""

_AnyBoard = TypeVar("_AnyBoard", bound="Board")


class Board:
    """A part that is kept up; by itself it does nothing and hears nothing."""

    @property
    def hears(self) -> Mapping[type[Announcement], Act]:
        """What it does at which announcements."""
        return {}

    async def keep(self) -> None:
        """Does for ever what has to be done again and again."""


class Boards:
    """All of them."""

    def __init__(self) -> None:
        self._boards: list[Board] = []
        self._acts: dict[type[Announcement], list[Act]] = {}

    def add(self, board: _AnyBoard) -> _AnyBoard:
        """Adds one; returns it."""
        self._boards.append(board)
        for kind, act in board.hears.items():
            self._acts.setdefault(kind, []).append(act)
        return board

    def keepers(self) -> list[Coroutine[Any, Any, None]]:
        """Returns what each does for ever."""
        return [board.keep() for board in self._boards]

    def heard(self, news: Announcement) -> list[Awaitable[None]]:
        """Tells an announcement to those that hear its kind; returns what is still to be done for it."""
        found = [act(news) for act in self._acts.get(type(news), ())]
        return [one for one in found if one is not None]
