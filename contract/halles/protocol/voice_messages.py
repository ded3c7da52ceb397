"""Messages of voice: frames of Opus up, and all that one hears of a tick down in one message.

Their rows stand in ``table.TABLE`` with all others. The server passes frames on and decodes none of them; it looks at
their sizes, and that each says of itself that it is 20 ms of one voice. Nothing of it is stored, but what is
said from the stage of a live session that is recorded, by whoever wants it to be (``Speak.recorded``).
"""

from typing import Annotated, Final, Literal

import msgspec

from halles.ids import AvatarNumber
from halles.protocol.values import U32, Message

FRAME_BYTES: Final = 133
"""Of one frame at most: 53 kbit/s, over twice what speech needs."""

FRAMES_SPOKEN: Final = 3
"""Frames in one ``Speak`` at most: 60 ms, so that a client need not send 50 messages a second."""

FRAMES_HEARD: Final = 6
"""Frames of one speaker in one ``Voices`` at most: 120 ms; of more, the oldest are dropped."""

SPEAKERS_HEARD: Final = 16
"""Speakers in one ``Voices`` at most: the nearest, and those on the stage."""

EARSHOT_M: Final = 12
"""Metres at which a voice is heard at most; it fades to nothing until there."""

Frame = Annotated[bytes, msgspec.Meta(min_length=1, max_length=FRAME_BYTES)]
Hearing = Literal["nearby", "stage", "silenced"]


# --- client to server -----------------------------------------------------------------------------------------


class Speak(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The newest frames of one's own voice, 1 to 3, each 20 ms of Opus. Answered by nothing.

    Who may not speak here is not heard, and told so by ``VoiceTold``; frames beyond the rate are dropped. Bots, and
    everybody on a server without voice, are never heard.
    """

    sequence: U32
    """The number of the first frame: each frame has one, also those of a pause."""
    frames: Annotated[tuple[Frame, ...], msgspec.Meta(min_length=1, max_length=FRAMES_SPOKEN)]
    recorded: bool = False
    """May stay in the recording of the live session, where one is heard from its stage while it is recorded."""


class Listen(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Wants to hear voices in this hall, or no more: without it none are sent. Holds until another hall is entered."""

    on: bool


# --- server to client -----------------------------------------------------------------------------------------


class VoiceTold(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """There is voice here, and how far one's own is heard; follows ``HallEntered``, and comes again when it changes.

    ``nearby``: by those within the metres that the limits name. ``stage``: by the whole hall. ``silenced``: by nobody.
    Without it there is no voice on this server, and nothing need be sent.
    """

    hearing: Hearing


class Voice(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What one speaker said (part of ``Voices``)."""

    number: AvatarNumber
    stage: bool
    """Speaks from the stage: as loud wherever one stands."""
    sequence: U32
    """Of the first frame; the others follow it."""
    frames: Annotated[tuple[Frame, ...], msgspec.Meta(max_length=FRAMES_HEARD)]
    recorded: bool = False
    """As whoever speaks wants it."""


class Voices(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """All that one hears of a tick, oneself left out. Whoever reads slowly misses it: it is never sent late."""

    voices: Annotated[tuple[Voice, ...], msgspec.Meta(max_length=SPEAKERS_HEARD)]


def is_frame(data: bytes) -> bool:
    """Tells whether bytes begin as a packet with one frame of 20 ms of mono Opus does (RFC 6716 section 3.1)."""
    if not 0 < len(data) <= FRAME_BYTES:
        return False
    configuration, stereo, packing = data[0] >> 3, data[0] & 4, data[0] & 3
    return configuration in _OF_20_MS and not stereo and packing == 0


_OF_20_MS: Final = frozenset({1, 5, 9, 13, 15, 19, 23, 27, 31})
"""Configurations whose frames take 20 ms: SILK, hybrid and CELT of each bandwidth (RFC 6716, table 2)."""
