"""What nodes tell each other, as values: they say "look again", or carry poses, cards and chat, and grant nothing.

Belongs here: each kind of announcement with the caps on what it holds. Not here: their bytes (``cluster/events.py``)
and what a node does when it hears one (``gateway/neighbours.py``). Whatever shows or tells something to visitors names
its sender's slot and incarnation, so that a node which has lost its lease is not heard any more.
"""

from typing import Annotated, Final

import msgspec

from halles.ids import BoothId, HallId, LiveSessionId, VisitId
from halles.protocol.live_messages import TenThousandth
from halles.protocol.messages import AvatarCard, Centimetres, ChatLine, Slug
from halles.protocol.voice_messages import Voice
from halles.world.live import Key
from halles.world.reactions import ReactionCounts

NODES: Final = 16
"""Nodes of one deployment at most: each has a slot."""

SHARE: Final = 4096
"""Numbers of one slot in each hall; the first is never given, so that 0 can mean nobody. All slots take two bytes."""

CARDS: Final = 200
"""Avatar cards in one announcement."""

HALLS_CAP: Final = 64
"""Halls in one show."""

VOICES: Final = 64
"""Speakers of one node that are heard in one tick of a hall."""

RECORD_BYTES: Final = 10
"""Of one avatar's row in a ``NodeSlab``: see ``hall/elsewhere.py``."""

Slot = Annotated[int, msgspec.Meta(ge=0, lt=NODES)]
Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Number = Annotated[int, msgspec.Meta(ge=1, le=0xFFFF)]
Part = Annotated[int, msgspec.Meta(ge=0, le=SHARE // CARDS + 1)]
Cards = Annotated[tuple[AvatarCard, ...], msgspec.Meta(max_length=CARDS)]
Records = Annotated[bytes, msgspec.Meta(max_length=SHARE * RECORD_BYTES)]
ThisHall = Annotated[HallId, msgspec.Meta(max_length=64)]


def share(slot: int) -> range:
    """Returns the numbers that the node in a slot gives, so that a number is one avatar whichever node has it."""
    return range(slot * SHARE + 1, (slot + 1) * SHARE)


class Announcement(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The base of all."""


class BoothChanged(Announcement, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Look again at this booth if you know an older revision."""

    hall: ThisHall
    booth: Annotated[BoothId, msgspec.Meta(max_length=64)]
    revision: Count


class StaffingChanged(Announcement, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Look again at who is on this booth's staff, and whether it is staffed."""

    booth: Annotated[BoothId, msgspec.Meta(max_length=64)]


class BellChanged(Announcement, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Look again at this booth's bell."""

    booth: Annotated[BoothId, msgspec.Meta(max_length=64)]


class BoothTalked(Announcement, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Read this line, which was said at this booth, and tell it to those who hear it there."""

    booth: Annotated[BoothId, msgspec.Meta(max_length=64)]
    number: Count


class HostChanged(Announcement, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Look again at which recorded host this booth has."""

    booth: Annotated[BoothId, msgspec.Meta(max_length=64)]


class SanctionChanged(Announcement, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Look again at who is under which sanction, and at who has which role where."""


class LiveChanged(Announcement, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Look again at this live session if you know an older revision."""

    session: Annotated[LiveSessionId, msgspec.Meta(max_length=64)]
    revision: Count


class LiveCaptioned(Announcement, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Read this caption, which was said in this live session, and tell it to the hall."""

    session: Annotated[LiveSessionId, msgspec.Meta(max_length=64)]
    number: Count


class LivePointed(Announcement, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The presenter of a live session points somewhere, if this still is the presenter; ten-thousandths."""

    session: Annotated[LiveSessionId, msgspec.Meta(max_length=64)]
    key: Key
    x: TenThousandth
    y: TenThousandth
    on: bool


class BackstageTalked(Announcement, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Read this line, which was said backstage of this live session, and tell it to those who read it there."""

    session: Annotated[LiveSessionId, msgspec.Meta(max_length=64)]
    number: Count


class ProgrammeChanged(Announcement, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Look again at the programme: this entry was written, changed or cancelled."""

    session: Annotated[LiveSessionId, msgspec.Meta(max_length=64)]


class AnnouncementMade(Announcement, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Read this announcement, which somebody made to the people of the show, and tell it to whom it concerns."""

    number: Count


class BlocksChanged(Announcement, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Look again at who blocks whom: somebody has blocked this visit, or no more, or it has come."""

    visit: Annotated[VisitId, msgspec.Meta(max_length=64)]


class QuestionsChanged(Announcement, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Look again at the questions of this live session."""

    session: Annotated[LiveSessionId, msgspec.Meta(max_length=64)]


class PublicCounted(Announcement, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Look again at the numbers of this live session: votes, polls, and who agreed to be named."""

    session: Annotated[LiveSessionId, msgspec.Meta(max_length=64)]


class LiveReacted(Announcement, frozen=True, array_like=True, forbid_unknown_fields=True):
    """So many visitors of one node have just reacted in this live session; one that is lost is not missed."""

    session: Annotated[LiveSessionId, msgspec.Meta(max_length=64)]
    counts: ReactionCounts


class ReportsChanged(Announcement, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Look again at what was reported, and at what was decided."""


class FromNode(Announcement, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The base of what is heard only from a node that is alive."""

    slot: Slot
    incarnation: Count
    """Grows with each registration of any node: of two in one slot the greater is the newer."""


class NodeHere(FromNode, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A node's beat: which version the roster of each of its halls has."""

    rosters: Annotated[tuple[tuple[Slug, Count], ...], msgspec.Meta(max_length=HALLS_CAP)]


class NodeGone(FromNode, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A node stops of its own will: nobody stands there any more."""


class NodeSlab(FromNode, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Where a node's own visitors stand in one hall: complete, so that a newer one replaces an older unheard."""

    hall: ThisHall
    tick: Count
    roster: Count
    records: Records


class RosterChanged(FromNode, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Some of a node's visitors came into a hall or went: from the version before to this one."""

    hall: ThisHall
    version: Count
    entered: Cards
    left: Annotated[tuple[Number, ...], msgspec.Meta(max_length=SHARE)]


class RosterTold(FromNode, frozen=True, array_like=True, forbid_unknown_fields=True):
    """All of a node's visitors in a hall, in ``parts`` portions that follow each other."""

    hall: ThisHall
    version: Count
    part: Part
    parts: Part
    entered: Cards


class RosterWanted(FromNode, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Asks the node in slot ``of`` for its whole roster of a hall."""

    hall: ThisHall
    of: Slot


class ChatSaid(FromNode, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A line that is stored; ``x`` and ``y`` say where, for one that is heard nearby only."""

    hall: ThisHall
    line: ChatLine
    x: Centimetres = 0
    y: Centimetres = 0


class VisitHere(FromNode, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A visit came in here, or came back here: whoever still has it, or an older one of its account, lets it go."""

    visit: Annotated[VisitId, msgspec.Meta(max_length=64)]
    account: Annotated[str, msgspec.Meta(max_length=64)]
    """"" for a guest."""
    epoch: Count


class VoiceSaid(FromNode, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What a node's visitors said in a hall since its last tick; they may, and where they stand a slab tells.

    One that is lost is a moment of silence.
    """

    hall: ThisHall
    voices: Annotated[tuple[Voice, ...], msgspec.Meta(max_length=VOICES)]
