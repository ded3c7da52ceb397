"""Messages of live sessions: what people do there, and what the hall is told of it.

Their rows stand in ``table.TABLE`` with all others; what an act may be in ``world.live_acts``, what it does in
``world.live_rules``. A state is told whole, never as a change of one: whoever has missed something has missed nothing.
"""

from typing import Annotated

import msgspec

from halles.ids import HallId, LiveSessionId
from halles.protocol.values import U16, U32, Line, Message, Milliseconds, Said500, Slug, Uuid
from halles.world.live import Key, LiveState, Material
from halles.world.live_acts import LiveAct
from halles.world.text import Language, Text

CAPTION_CAP = 300
"""Characters of one caption."""

TenThousandth = Annotated[int, msgspec.Meta(ge=0, le=10_000)]

# --- client to server -----------------------------------------------------------------------------------------


class ActLive(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Does something in a live session.

    Answered by ``Done`` (the state's revision in ``number``) or ``Rejected``: FORBIDDEN to who may not, NOT_NOW,
    HALL_FULL to who is elsewhere while nobody else has a place, SEAT_TAKEN, NOT_FOUND, OVER_BUDGET, RATE_LIMITED,
    STORAGE_FULL.
    """

    request_id: Uuid
    session: Slug
    act: LiveAct


class PointAt(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The presenter points at a place of the screen, or no more; from others it is not heard."""

    session: Slug
    x: TenThousandth
    """Of the screen's width, from its left."""
    y: TenThousandth
    """Of its height, from the top."""
    on: bool = True


class SayCaption(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A host or the presenter says in writing, in one language, what is being spoken.

    Answered by ``Done`` or ``Rejected``: FORBIDDEN to others, INVALID_TEXT, NOT_NOW.
    """

    request_id: Uuid
    session: Slug
    language: Language
    text: Said500


# --- server to client -----------------------------------------------------------------------------------------


class LiveSpeaker(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Who is announced to speak (part of ``LiveOpened``)."""

    name: str
    organisation: str
    key: Key = ""
    """Theirs in this live session where they have an account."""


class LiveOpened(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A live session is open in this hall, and what it is about; ``LiveTold`` follows."""

    session: LiveSessionId
    hall: HallId
    stage: str
    title: Text
    summary: Text
    starts_ms: Milliseconds
    """Unix time, as announced."""
    ends_ms: Milliseconds
    language: Language
    """What is spoken."""
    capacity: U16
    speakers: tuple[LiveSpeaker, ...]
    materials: tuple[Material, ...]


class LiveTold(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The state of a live session of this hall; with the phase ``ended`` it is over."""

    session: LiveSessionId
    revision: U32
    told_ms: Milliseconds
    """Unix time by the server's clock when this was told: what a film's position is reckoned from."""
    state: LiveState


class PointerMoved(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Where the presenter points."""

    session: LiveSessionId
    x: TenThousandth
    y: TenThousandth
    on: bool


class CaptionSaid(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What is being spoken, in writing, in one language."""

    session: LiveSessionId
    number: U32
    """Grows; one that comes again is the same."""
    language: Language
    text: str
    said_ms: Milliseconds


class SentOut(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The avatar was taken out of this hall: a live session is open there that is not, or no more, for this visit.

    It stands in no hall, and hears of none, until it enters another: the crossroads, where nothing else is wished for.
    """

    session: LiveSessionId
    hall: HallId
    title: Text


class LivePartTold(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Who the visit is in a live session of this hall; follows ``LiveOpened``, and comes again when it changes."""

    session: LiveSessionId
    key: Line
    """Its own key in the state."""
    host: bool
    """It conducts this live session."""
