"""Messages of the programme: what is on and what comes, as far as this visit may know of it, and marking it.

Their rows stand in ``table.TABLE`` with all others. Live sessions themselves have messages of their own.
"""

from typing import Annotated, Final

import msgspec

from halles.ids import HallId, LiveSessionId
from halles.protocol.values import Message, Milliseconds, Slug, Uuid
from halles.world.text import Language, Text

ENTRIES_TOLD: Final = 50
"""Entries in one ``ProgrammeTold``: with the longest titles and names they fit into one message."""

SPEAKERS_TOLD: Final = 4
"""Speakers' names of one entry; the page has all."""

Minutes = Annotated[int, msgspec.Meta(ge=-1440, le=1440)]

# --- client to server -----------------------------------------------------------------------------------------


class MarkComing(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Says that one will come to a live session, or that one will not; kept with the account.

    Answered by ``Done`` or ``Rejected``: FORBIDDEN to guests, whose client may remember it for the visit; NOT_FOUND;
    OVER_BUDGET.
    """

    request_id: Uuid
    session: Slug
    coming: bool


# --- server to client -----------------------------------------------------------------------------------------


class ProgrammeEntry(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One entry (part of ``ProgrammeTold``)."""

    session: LiveSessionId
    title: Text
    hall: HallId
    stage: str
    start_ms: Milliseconds
    """Unix time."""
    end_ms: Milliseconds
    offset_min: Minutes
    """How far the show's clock is ahead of UTC when it begins: hours are shown by that clock."""
    language: Language
    """What is spoken."""
    speakers: Annotated[tuple[str, ...], msgspec.Meta(max_length=SPEAKERS_TOLD)] = ()
    coming: bool = False
    """Whether this visit's account has said that it will come."""


class ProgrammeTold(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What is on and what comes next, by time: all that this visit may know of, or the next 50.

    Comes after ``BoothsStaffed`` of the first hall and whenever it has changed; what is over may stand in it still.
    """

    now_ms: Milliseconds
    """Unix time by the server's clock, so that a wrong clock of the client's does no harm."""
    entries: Annotated[tuple[ProgrammeEntry, ...], msgspec.Meta(max_length=ENTRIES_TOLD)]
