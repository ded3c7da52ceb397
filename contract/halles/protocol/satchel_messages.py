"""Messages of the satchel: the documents and cards of booths that a visitor takes along.

Their rows stand in ``table.TABLE`` with all others. The satchel of an account is the same here and on the pages;
that of a guest lives as long as the visit, across its reconnects.
"""

from typing import Annotated, Final, Literal

import msgspec

from halles.ids import BoothId, MediaId
from halles.protocol.values import U16, U32, Message, Milliseconds, Slug, Uuid
from halles.world.satchel import ItemState
from halles.world.text import Text

ITEMS_TOLD: Final = 100
"""Items in one ``SatchelRead``: as many as fit into one outbox with the longest titles."""

Medium = Annotated[str, msgspec.Meta(max_length=80)]

# --- client to server -----------------------------------------------------------------------------------------


class TakeIntoSatchel(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Takes one of a booth's documents, or its card, into one's satchel.

    Answered by ``Done`` (the item in ``number``; what lies there already is that item) or ``Rejected``: NOT_FOUND for
    what the booth does not offer now, SATCHEL_FULL.
    """

    request_id: Uuid
    booth: Slug
    media: Medium = ""
    """The document; "" for the booth's card."""


class RemoveFromSatchel(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Takes an item out of one's satchel. Answered by ``Done`` or ``Rejected``."""

    request_id: Uuid
    item: U32


class ReadSatchel(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Asks for what lies in one's satchel. Answered by ``SatchelRead`` or ``Rejected``."""

    request_id: Uuid


# --- server to client -----------------------------------------------------------------------------------------


class SatchelItem(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One thing taken (part of ``SatchelRead``)."""

    item: U32
    booth: BoothId
    """"" when the booth has left the show."""
    booth_name: str
    """As it was when this was taken."""
    media: MediaId
    """The document, fetched as all media are; "" for the booth's card."""
    title: Text
    taken_ms: Milliseconds
    """Unix time."""
    state: ItemState


class SatchelRead(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What lies in one's satchel, newest first."""

    request_id: Uuid
    items: Annotated[tuple[SatchelItem, ...], msgspec.Meta(max_length=ITEMS_TOLD)]
    count: U16
    """How many there are, those beyond the newest 100 included."""
    kept: Literal["account", "visit"]
    """``account``: until it is taken out; ``visit``: as long as this visit."""
