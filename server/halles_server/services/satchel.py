"""The satchel: taking along what booths offer, and what has become of it since.

What was taken stays as it was taken, whatever the booth does: it was offered to everybody, and somebody counts on it.
What the booth offers today is said beside it. Everybody has a satchel: an account until things are taken out, a guest
in the halls as long as the visit, somebody without an account on the pages for a day.
"""

import hashlib
from dataclasses import dataclass
from typing import Final

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, BoothId, MediaId, RequestId
from halles.world.booth import BoothContent
from halles.world.satchel import ItemState
from halles.world.text import LANGUAGES, Text
from halles_server.ports.numbers import TOOK
from halles_server.ports.satchel import Kept, Owner, SatchelStore
from halles_server.services.actor import Actor
from halles_server.services.numbers import Numbers
from halles_server.services.once_a_day import Doer
from halles_server.services.staff import Staff

CARD: Final = MediaId("")
"""Stands for a booth's card, where a document has its medium."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to take along: one of a booth's documents, or its card."""

    booth: BoothId
    media: MediaId = CARD


@dataclass(frozen=True, slots=True)
class Item:
    """Something in a satchel, and what has become of it."""

    kept: Kept
    state: ItemState


class Satchels:
    """What people do with their satchels."""

    def __init__(self, store: SatchelStore, numbers: Numbers, staff: Staff) -> None:
        """Takes also who counts what is taken, and who knows whose own booth it is."""
        self._store = store
        self._numbers = numbers
        self._staff = staff

    async def take(
        self, actor: Actor, owner: Owner, request_id: RequestId, wanted: Wanted, *, address: str | None = None
    ) -> int:
        """Takes a booth's document or card; returns the item once that is committed.

        What comes from an ``address`` counts, but for whose own booth it is; None is a program, which does not.

        Raises:
            Rejection: NOT_FOUND for what the booth does not offer now; SATCHEL_FULL.
            Unavailable: Nothing is known of the effect; asking again with the same ``request_id`` is safe.
        """
        item, new = await self._store.take(owner, request_id, wanted.booth, wanted.media)
        if new and address is not None and not await self._staff.serves(actor, wanted.booth):
            self._numbers.count_once(Doer(owner.key, address), wanted.booth, TOOK, actor.language)
        return item

    async def read(self, owner: Owner) -> tuple[Item, ...]:
        """Returns all of a satchel, newest first."""
        return tuple(Item(kept, state_of(kept)) for kept in await self._store.read(owner))

    async def count(self, owner: Owner) -> int:
        """Returns how much lies in a satchel."""
        return await self._store.count(owner)

    async def of_booth(self, owner: Owner, booth: BoothId) -> frozenset[MediaId]:
        """Returns what of a booth lies in a satchel."""
        return await self._store.of_booth(owner, booth)

    async def remove(self, owner: Owner, item: int) -> None:
        """Takes something out; ``Rejection`` NOT_FOUND."""
        await self._store.remove(owner, item)

    async def empty(self, owner: Owner) -> None:
        """Takes everything out."""
        await self._store.empty(owner)

    async def restore(self, owner: Owner) -> None:
        """Undoes the last taking out while that is possible; ``Rejection`` NOT_FOUND or SATCHEL_FULL."""
        await self._store.restore(owner)

    async def adopt(self, browser: Owner, account: AccountId) -> int:
        """Moves what somebody took before a login into the account's satchel, as far as there is room."""
        return await self._store.adopt(browser, account)

    async def erase(self, actor: Actor) -> None:
        """Erases somebody's satchel; there is no undo."""
        await self._store.erase(owner_of(actor))


def owner_of(actor: Actor) -> Owner:
    """Returns whose satchel an actor has: the account's, else the visit's.

    Raises:
        Rejection: FORBIDDEN for somebody with neither.
    """
    if actor.account is not None:
        return Owner("account", actor.account)
    if actor.visit is not None:
        return Owner("visit", actor.visit)
    raise Rejection(RejectionCode.FORBIDDEN, "a satchel belongs to an account, a visit or a browser")


def browser(cookie: str) -> Owner:
    """Returns the satchel of a browser without a login, known by the hash of its cookie."""
    return Owner("browser", hashlib.sha256(cookie.encode()).hexdigest())


def state_of(kept: Kept) -> ItemState:
    """Tells what has become of something taken."""
    if kept.media and not kept.size:
        return "lost"
    if kept.record is None:
        return "left"
    content = kept.record.content
    if not kept.media or content.document(kept.media) is not None:
        return "offered"
    return "replaced" if _under(content, kept.title) else "withdrawn"


def _under(content: BoothContent, title: Text) -> bool:
    """Tells whether a booth offers a document under the same title in some language."""
    return any(
        title.within(code) and title.within(code) == one.title.within(code)
        for one in content.documents
        if one.media
        for code in LANGUAGES
    )
