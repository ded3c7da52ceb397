"""Announcements as bytes, by the rules of the contract's codec: an array ``[code, field, …]``, nothing beside it.

What the bus brings is decoded like a peer's: whatever the bytes, there comes a valid announcement or a
``RemoteProtocolError`` and nothing else. Codes are never given again; nodes of two versions hear each other as far as
they know the same codes.
"""

from typing import Final

from halles.errors import RemoteProtocolError
from halles.protocol import codec
from halles.protocol.close_codes import CloseCode
from halles_server.announcements import (
    Announcement,
    AnnouncementMade,
    BackstageTalked,
    BellChanged,
    BlocksChanged,
    BoothChanged,
    BoothTalked,
    ChatSaid,
    HostChanged,
    LiveCaptioned,
    LiveChanged,
    LivePointed,
    LiveReacted,
    NodeGone,
    NodeHere,
    NodeSlab,
    ProgrammeChanged,
    PublicCounted,
    QuestionsChanged,
    ReportsChanged,
    RosterChanged,
    RosterTold,
    RosterWanted,
    SanctionChanged,
    StaffingChanged,
    VisitHere,
    VoiceSaid,
)

CAP: Final = 256 * 1024
"""Bytes of one announcement; the largest, 200 cards of the longest names or 4,095 numbers, take under 200 KiB."""

TYPES: Final[dict[int, type[Announcement]]] = {
    1: BoothChanged,
    2: NodeHere,
    3: NodeGone,
    4: NodeSlab,
    5: RosterChanged,
    6: RosterTold,
    7: RosterWanted,
    8: ChatSaid,
    9: VisitHere,
    20: StaffingChanged,
    21: BellChanged,
    22: BoothTalked,
    26: HostChanged,
    36: VoiceSaid,
    30: SanctionChanged,
    40: LiveChanged,
    41: LiveCaptioned,
    42: LivePointed,
    43: BackstageTalked,
    38: ProgrammeChanged,
    45: QuestionsChanged,
    46: PublicCounted,
    47: LiveReacted,
    34: ReportsChanged,
    53: AnnouncementMade,
    54: BlocksChanged,
}

_CODES: Final = {kind: code for code, kind in TYPES.items()}


def encode(news: Announcement) -> bytes:
    """Returns an announcement's bytes."""
    return codec.pack(_CODES[type(news)], news)


def decode(data: bytes) -> Announcement:
    """Reads one announcement; ``RemoteProtocolError`` for whatever is wrong."""
    fields = codec.unpack(data, CAP)
    kind = TYPES.get(fields[0])
    if kind is None:
        raise RemoteProtocolError(CloseCode.BAD_MESSAGE, f"no announcement {fields[0]}")
    return codec.typed(fields[1:], kind)
