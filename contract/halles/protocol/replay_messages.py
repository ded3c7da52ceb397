"""Messages of replays: watching a recorded live session again, in the hall where it was.

Their rows stand in ``table.TABLE`` with all others; the values in ``world.live_replay`` and ``world.live_motion``.
"""

from typing import Annotated, Final

import msgspec

from halles.ids import HallId, LiveSessionId
from halles.protocol.live_messages import LiveSpeaker
from halles.protocol.programme_messages import Minutes
from halles.protocol.values import U16, Message, Milliseconds, Slug, Uuid
from halles.world.live import Material
from halles.world.live_motion import MotionChunk
from halles.world.live_replay import ReplayOutline, ReplayPart
from halles.world.live_voice import VoicePortion
from halles.world.text import Text

REPLAYS_TOLD: Final = 50
"""Recordings in one ``ReplaysListed``."""

# --- client to server -----------------------------------------------------------------------------------------


class OpenReplay(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Asks what there is to watch of a live session.

    Answered by ``ReplayOpened`` or ``Rejected``: NOT_FOUND, NOT_NOW before it is published or once it is taken back,
    FORBIDDEN.
    """

    request_id: Uuid
    session: Slug


class ReadReplay(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Asks for one minute of it.

    Answered by ``ReplayMoved`` for each chunk of motion, ``ReplayVoiced`` for each portion of voice, then
    ``ReplayRead``; or ``Rejected``.
    """

    request_id: Uuid
    session: Slug
    part: U16
    voice: bool = False
    """Wants to hear it."""


class ListReplays(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Asks what can be watched. Answered by ``ReplaysListed`` or ``Rejected``."""

    request_id: Uuid


# --- server to client -----------------------------------------------------------------------------------------


class ReplayOpened(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What there is to watch."""

    request_id: Uuid
    session: LiveSessionId
    hall: HallId
    stage: str
    title: Text
    speakers: tuple[LiveSpeaker, ...]
    materials: tuple[Material, ...]
    outline: ReplayOutline


class ReplayMoved(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """How people moved in a part of one minute; the minute itself follows."""

    session: LiveSessionId
    part: U16
    chunk: MotionChunk


class ReplayVoiced(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What somebody said from the stage in a part of one minute; the minute itself follows."""

    session: LiveSessionId
    part: U16
    portion: VoicePortion


class ReplayRead(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One minute of it."""

    request_id: Uuid
    session: LiveSessionId
    part: ReplayPart


class ReplayCard(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Something that can be watched (part of ``ReplaysListed``)."""

    session: LiveSessionId
    title: Text
    hall: HallId
    start_ms: Milliseconds
    """Unix time."""
    offset_min: Minutes
    """How far the show's clock was ahead of UTC when it began: hours are shown by that clock."""


class ReplaysListed(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What was published of the last 30 days and may be watched by this visit, the newest 50, newest first."""

    request_id: Uuid
    rows: Annotated[tuple[ReplayCard, ...], msgspec.Meta(max_length=REPLAYS_TOLD)]
