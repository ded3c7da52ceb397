"""What an operation of the API is: what it takes, what it gives, and what does it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Literal
from uuid import UUID

import msgspec

from halles.errors import RejectionCode
from halles.ids import BoothId, RequestId
from halles_server.services.actor import Actor
from halles_server.services.studio import Wish
from halles_server.web.door import PageDoor
from halles_server.web.reading import read_booth

OFFSET: Final = "upload-offset"
"""The header that says at which byte of an upload a piece begins."""

OFFSET_DIGITS: Final = 11

Number = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
"""A revision; 0 is the draft that nobody has begun."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of an operation.

    Attributes:
        actor: Who calls; None where no token was sent.
        path: The parts of the address that the operation names.
        query: What stands after "?".
        body: What was sent, as the operation's ``takes``; None for one that takes nothing.
        pieces: The bytes that are sent, for an operation that takes those.
        offset: At which byte of an upload they begin.
    """

    door: PageDoor
    actor: Actor | None
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    pieces: AsyncIterator[bytes]
    offset: int = 0

    @property
    def who(self) -> Actor:
        """Who calls a signed operation."""
        assert self.actor is not None, "the operation is signed"
        return self.actor

    async def booth(self) -> BoothId:
        """Returns the booth that the address names; 404 for none."""
        return (await read_booth(self.door, self.path["booth"])).booth

    async def wish(self, request: UUID, revision: int) -> Wish:
        """Returns what is wanted once, of the booth that the address names; 404 for none."""
        return Wish(RequestId(request.bytes), await self.booth(), revision)


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that a program may ask for.

    Attributes:
        name: Its ``operationId``.
        path: After ``/api/v1``, with parts in braces.
        does: In a sentence, for the description.
        gives: The type of a good answer; arrays of the contract become objects.
        act: Does it; may raise what services raise.
        takes: The type of the body; ``bytes`` for a piece of a file.
        asks: Query parameters, each with a sentence.
        signed: Whether it needs a token.
        refuses: With what it may refuse, beside what all may.
    """

    name: str
    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    does: str
    gives: Any
    act: Callable[[Call], Awaitable[Any]]
    takes: Any = None
    asks: Mapping[str, str] = field(default_factory=dict)
    signed: bool = False
    refuses: tuple[RejectionCode, ...] = ()


class Revised(msgspec.Struct, frozen=True, array_like=True):
    """The revision that was reached."""

    revision: int
