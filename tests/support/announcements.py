"""One announcement of each kind."""

from halles.ids import AvatarNumber, BoothId, HallId, LiveSessionId, VisitId
from halles.protocol.messages import AvatarCard, ChatLine
from halles.protocol.voice_messages import Voice
from halles.world.look import Look
from halles.world.roles import Role
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

LILLE = HallId("lille")
BOOTH = BoothChanged(LILLE, BoothId("a"), 3)


def card(number: int, name: str = "Zoë") -> AvatarCard:
    """Returns somebody's card."""
    return AvatarCard(AvatarNumber(number), VisitId(f"v{number}"), name, Role.GUEST, "fr", Look(), False, 10, -20, 7)


def slab(tick: int, hall: HallId = LILLE, slot: int = 1) -> NodeSlab:
    """Returns an empty slab."""
    return NodeSlab(slot, 5, hall, tick, 0, b"")


EACH: tuple[Announcement, ...] = (
    BOOTH,
    NodeHere(1, 5, (("lille", 3), ("hainaut", 0))),
    NodeGone(15, 5),
    NodeSlab(1, 5, LILLE, 9, 3, bytes(20)),
    RosterChanged(1, 5, LILLE, 4, (card(4097),), (4098, 4099)),
    RosterTold(1, 5, LILLE, 4, 0, 1, (card(4097), card(4100, "Ænne"))),
    RosterWanted(1, 5, LILLE, 2),
    ChatSaid(1, 5, LILLE, ChatLine("nearby", VisitId("v"), "Ada", Role.GUEST, 1, "Bonjour ✓", 1_000), -5, 5),
    VisitHere(1, 5, VisitId("v"), "6f4c", 7),
    StaffingChanged(BoothId("a")),
    BellChanged(BoothId("a")),
    BoothTalked(BoothId("a"), 9),
    AnnouncementMade(7),
    BlocksChanged(VisitId("v")),
    HostChanged(BoothId("a")),
    VoiceSaid(1, 5, LILLE, (Voice(AvatarNumber(4097), True, 7, (b"\x78\0", b"\x78\1")),)),
    SanctionChanged(),
    LiveChanged(LiveSessionId("co-productions"), 7),
    LiveCaptioned(LiveSessionId("co-productions"), 12),
    BackstageTalked(LiveSessionId("co-productions"), 13),
    LivePointed(LiveSessionId("co-productions"), "a1", 5_000, 0, True),
    ProgrammeChanged(LiveSessionId("debat-1")),
    QuestionsChanged(LiveSessionId("co-productions")),
    PublicCounted(LiveSessionId("co-productions")),
    LiveReacted(LiveSessionId("co-productions"), (2_500, 0, 0, 1, 0)),
    ReportsChanged(),
)
