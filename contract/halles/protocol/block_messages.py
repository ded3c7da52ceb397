"""Messages of blocking: two of whom one has blocked the other neither see nor hear each other.

Their rows stand in ``table.TABLE`` with all others.
"""

from typing import Annotated, Final

import msgspec

from halles.ids import VisitId
from halles.protocol.values import Line, Message, Slug, Uuid

HIDDEN_TOLD: Final = 1000
"""Visits in one ``BlockedTold``."""

BLOCKS_MOST: Final = 200
"""People whom one may block."""

# --- client to server -----------------------------------------------------------------------------------------


class Block(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Blocks somebody, or no more: an account lastingly, a guest for the visit.

    Answered by ``Done`` or ``Rejected``: NOT_FOUND; FORBIDDEN where one of both moderates or is of the house, who have
    to see everybody; OVER_BUDGET.
    """

    request_id: Uuid
    visit: Slug
    on: bool


# --- server to client -----------------------------------------------------------------------------------------


class BlockedCard(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Somebody in the show whom one has blocked oneself (part of ``BlockedTold``)."""

    visit: VisitId
    name: Line


class BlockedTold(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Whom not to show: complete, at each change; nobody where it does not come after ``Welcomed``.

    What they write, ring or say by voice does not come in any case.
    """

    hidden: Annotated[tuple[VisitId, ...], msgspec.Meta(max_length=HIDDEN_TOLD)]
    """Whoever has blocked whom."""
    mine: Annotated[tuple[BlockedCard, ...], msgspec.Meta(max_length=BLOCKS_MOST)] = ()
    """Whom one has blocked oneself, of those who are in the show."""
