"""Satchels: what visitors take along of booths, and what the booths offer of it today."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, Protocol

from halles.ids import AccountId, BoothId, MediaId, RequestId, VisitId
from halles.world.text import Text
from halles_server.ports.booths import BoothRecord

UNDO: Final = timedelta(minutes=10)
"""How long it can be undone that something was taken out."""

BROWSER_KEPT: Final = timedelta(days=1)
"""How long it is kept what somebody without an account takes on the pages."""


BROWSERS_CAP: Final = 20_000
"""Things in the satchels of all browsers together: a cookie costs nothing, so that one's own bound bounds nobody."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose satchel.

    Attributes:
        kind: ``browser`` is somebody without an account on the pages.
        id: The account's or visit's, or the SHA-256 of the browser's cookie in hexadecimal.
    """

    kind: Literal["account", "visit", "browser"]
    id: str

    @property
    def key(self) -> str:
        """Names it among the owners of all kinds."""
        return f"{self.kind}:{self.id}"

    @property
    def account(self) -> AccountId | None:
        """The account, if it is one's."""
        return AccountId(self.id) if self.kind == "account" else None

    @property
    def visit(self) -> VisitId | None:
        """The visit, if it is one's."""
        return VisitId(self.id) if self.kind == "visit" else None


@dataclass(frozen=True, slots=True)
class Kept:
    """Something in a satchel.

    Attributes:
        booth_name, title: As they were when it was taken.
        media: The document; "" for the booth's card.
        size, pages: Of the document; size 0 when its file is not kept any more.
        record: The booth as it is today; None when it has left the show.
    """

    item: int
    booth_name: str
    media: MediaId
    title: Text
    taken: datetime
    size: int
    pages: int
    record: BoothRecord | None


class SatchelStore(Protocol):
    """Satchels, each with a bound, also on what was taken out of it and is kept for undoing that."""

    async def take(self, owner: Owner, request_id: RequestId, booth: BoothId, media: MediaId) -> tuple[int, bool]:
        """Takes what a booth offers now, with its request key in one transaction.

        Returns:
            The item, also when it lies there already; and whether the request is new.

        Raises:
            Rejection: NOT_FOUND, SATCHEL_FULL, STORAGE_FULL; TRY_LATER for a browser when ``BROWSERS_CAP`` is reached;
                BAD_FIELD for a used key.
        """

    async def read(self, owner: Owner) -> tuple[Kept, ...]:
        """Reads all of a satchel, newest first."""

    async def count(self, owner: Owner) -> int:
        """Counts what lies in a satchel."""

    async def of_booth(self, owner: Owner, booth: BoothId) -> frozenset[MediaId]:
        """Reads what of a booth lies in a satchel; "" stands for its card."""

    async def remove(self, owner: Owner, item: int) -> None:
        """Takes something out; again, it changes nothing. ``Rejection`` NOT_FOUND."""

    async def empty(self, owner: Owner) -> None:
        """Takes everything out."""

    async def restore(self, owner: Owner) -> None:
        """Undoes the last taking out within ``UNDO``; ``Rejection`` NOT_FOUND when it is too late, or SATCHEL_FULL."""

    async def adopt(self, owner: Owner, account: AccountId) -> int:
        """Moves a satchel into an account's, newest first, as far as there is room; returns how much was moved."""

    async def erase(self, owner: Owner) -> None:
        """Erases a satchel, without undo."""
