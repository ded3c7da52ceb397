"""The largest messages that our limits allow: each passes under its direction's cap."""

import pytest

from halles.ids import AvatarNumber, BoothId, HallId, LiveSessionId, MediaId, SlotId, VisitId
from halles.protocol import codec, far_slice
from halles.protocol.booth_messages import (
    RINGS_TOLD,
    BellTold,
    BoothsStaffed,
    LeaveMessage,
    RingCard,
    RingTold,
    StaffedBooth,
)
from halles.protocol.host_messages import HostReplayAt, HostReplayRead, HostReplaysListed, KeepHostReplay
from halles.protocol.messages import (
    CHAT_CAP,
    AvatarCard,
    AvatarsEntered,
    AvatarsLeft,
    BoothCard,
    BoothRead,
    BoothsListed,
    ChatLine,
    ChatRead,
    EditBooth,
    Find,
    Found,
    FoundItem,
    HallCard,
    Hello,
    Message,
    NodesListed,
    PoseBatch,
    Say,
    Welcomed,
)
from halles.protocol.pose_batch import NEAR
from halles.protocol.programme_messages import ENTRIES_TOLD, SPEAKERS_TOLD, ProgrammeEntry, ProgrammeTold
from halles.protocol.public_messages import (
    QUESTIONS_A_MESSAGE,
    OwnVotesTold,
    PollChoice,
    PollTold,
    QuestionsTold,
    VotesTold,
)
from halles.protocol.replay_messages import REPLAYS_TOLD, ReplayCard, ReplaysListed
from halles.protocol.satchel_messages import ITEMS_TOLD, SatchelItem, SatchelRead, TakeIntoSatchel
from halles.protocol.table import BY_TYPE
from halles.world.booth import (
    BUDGET,
    DOCUMENTS_CAP,
    LINKS_CAP,
    NAME_CAP,
    PANEL_CAP,
    PANEL_SLOTS,
    TEAM_CAP,
    BoothContent,
    BoothEdit,
    Change,
    Document,
    Link,
    Panel,
    TeamMember,
)
from halles.world.host_replay import (
    LINES_CAP,
    POSE_BYTES,
    POSES_CAP,
    SECONDS_CAP,
    TEXT_BYTES_CAP,
    HostLine,
    HostReplay,
)
from halles.world.look import Look
from halles.world.polls import OPTION_CAP, OPTIONS_CAP, POLL_TITLE_CAP, POLLS_CAP, Poll, PollCard
from halles.world.questions import QUESTION_CAP, SHOWN_CAP, Question
from halles.world.roles import Role
from halles.world.scene import HALLS_CAP, SLOTS_CAP
from halles.world.text import Text
from halles_server.config import ServerConfig
from halles_server.gateway.hall_runner import CARDS
from halles_server.services.chat import HISTORY
from halles_server.services.finding import PER_KIND

BIG = 2**32 - 1
ID = b"\xff" * 16
SLUG = "x" * 64
MEDIUM = MediaId("f" * 64 + ".webp")
DOCUMENT = MediaId("f" * 64 + ".pdf")
WORD = "\U00020bb7"
"""A letter of four bytes, the longest that a text may hold."""

NAME = WORD * NAME_CAP
SIGN = Text(WORD * 80, WORD * 80, WORD * 80)
PLACE = f"visit:{SLUG}"
CONTENT = BoothContent(
    "n" * 40,
    "laboratory",
    9,
    Text("p" * (BUDGET - 40 - TEAM_CAP * 160)),
    tuple(Panel(slot, picture=MEDIUM) for slot in PANEL_SLOTS),
    tuple(Link(Text(), "") for _ in range(LINKS_CAP)),
    Text(),
    tuple(TeamMember(NAME) for _ in range(TEAM_CAP)),
    tuple(Document(media=DOCUMENT) for _ in range(DOCUMENTS_CAP)),
    MediaId("f" * 64 + ".webm"),
    MediaId("f" * 64 + ".glb"),
)
CARD = BoothCard(BoothId(SLUG), SlotId("Z99"), BIG, NAME, "laboratory", 9, tuple((s, MEDIUM) for s in PANEL_SLOTS))
LINE = HostLine(SECONDS_CAP * 1000, "fr", WORD * (TEXT_BYTES_CAP // 4 // LINES_CAP))
HOST = HostReplay(
    SECONDS_CAP * 1000, b"\xff" * POSES_CAP * POSE_BYTES, (LINE,) * LINES_CAP, MediaId("f" * 64 + ".weba")
)
PERSON = AvatarCard(
    AvatarNumber(65_535), VisitId("v" * 22), NAME, Role.ORGANISER, "fr", Look(), True, 32_000, 32_000, 255
)
HALL = HallCard(HallId("h" * 40), SIGN, SIGN, SIGN, "ffffff", 65_535, "f" * 64)
LINE = ChatLine("nearby", VisitId("v" * 22), NAME, Role.ORGANISER, 255, WORD * CHAT_CAP, 2**53)
HIT = FoundItem("person", SIGN, HallId("h" * 40), PLACE, "organiser")
RING = RingCard(BIG, VisitId("v" * 22), NAME, Role.ORGANISER, "fr", "cancelled", 2**53, NAME)
LIVE = LiveSessionId(SLUG)
QUESTION = Question(BIG, WORD * QUESTION_CAP, "fr", SLUG, NAME, 2**53, "answered", BIG, 2**53)
OPTION = Text(WORD * OPTION_CAP, WORD * OPTION_CAP, WORD * OPTION_CAP)
POLL_TITLE = Text(WORD * POLL_TITLE_CAP, WORD * POLL_TITLE_CAP, WORD * POLL_TITLE_CAP)
POLL = PollCard(BIG, Poll("multiple", "hidden", POLL_TITLE, (OPTION,) * OPTIONS_CAP), "withdrawn", 2**53, 2**53)
TAKEN = SatchelItem(BIG, BoothId(SLUG), NAME, DOCUMENT, SIGN, 2**53, "withdrawn")
PLANNED = ProgrammeEntry(
    LiveSessionId(SLUG),
    Text(WORD * 80, WORD * 80, WORD * 80),
    HallId("h" * 40),
    "s" * 40,
    2**53,
    2**53,
    120,
    "fr",
    (WORD * 40,) * SPEAKERS_TOLD,
    coming=True,
)
SETTINGS = ServerConfig()
FAR_MOST = far_slice.size(SETTINGS.hall_capacity, 65_536)

LARGEST = (
    Hello(65_535, 65_535, "account", WORD * 256, WORD * 160, "fr", Look(), WORD * 160, True, "person"),
    Say(ID, "nearby", WORD * 2000),
    Find(ID, WORD * 160),
    EditBooth(ID, WORD * 64, BIG, BoothEdit((Change("f" * 60, WORD * PANEL_CAP, "fr"),))),
    Welcomed(65_535, VisitId("v" * 22), "s" * 256, NAME, Role.ORGANISER, "fr", Look(), (HALL,) * HALLS_CAP, 255),
    NodesListed((WORD * 300,) * 16),
    AvatarsEntered((PERSON,) * CARDS),
    AvatarsLeft((AvatarNumber(65_535),) * SETTINGS.hall_capacity),
    PoseBatch(BIG, 2**53, bytes(NEAR.itemsize * SETTINGS.near_cap), bytes(FAR_MOST)),
    BoothsListed(HallId("h" * 40), (CARD,) * SLOTS_CAP),
    BoothRead(ID, BoothId(SLUG), HallId("h" * 40), SlotId("Z99"), BIG, CONTENT),
    ChatRead((LINE,) * HISTORY),
    Found(ID, (HIT,) * (4 * PER_KIND)),
    LeaveMessage(ID, BIG, WORD * 2000),
    BoothsStaffed(HallId("h" * 40), (StaffedBooth(BoothId(SLUG), "elsewhere", 2**53),) * SLOTS_CAP),
    BellTold(BoothId(SLUG), NAME, HallId("h" * 40), (RING,) * RINGS_TOLD),
    RingTold(BIG, BoothId(SLUG), "cancelled", NAME),
    TakeIntoSatchel(ID, WORD * 64, WORD * 80),
    SatchelRead(ID, (TAKEN,) * ITEMS_TOLD, 65_535, "account"),
    KeepHostReplay(ID, SLUG, HOST, consent=True),
    HostReplayRead(ID, BoothId(SLUG), BIG, NAME, Look(), 2**53, HOST),
    HostReplaysListed(HallId("h" * 40), (HostReplayAt(BoothId(SLUG), BIG),) * SLOTS_CAP),
    ReplaysListed(
        ID, (ReplayCard(LIVE, Text(WORD * 80, WORD * 80, WORD * 80), HallId("h" * 40), 2**53, 120),) * REPLAYS_TOLD
    ),
    ProgrammeTold(2**53, (PLANNED,) * ENTRIES_TOLD),
    QuestionsTold(LIVE, BIG, "checked", (QUESTION,) * QUESTIONS_A_MESSAGE),
    PollTold(LIVE, POLL, (BIG,) * OPTIONS_CAP, BIG),
    OwnVotesTold(LIVE, (BIG,) * SHOWN_CAP, (PollChoice(BIG, tuple(range(OPTIONS_CAP))),) * POLLS_CAP, True),
    VotesTold(LIVE, ((BIG, BIG),) * SHOWN_CAP),
)


@pytest.mark.parametrize("message", LARGEST, ids=lambda message: type(message).__name__)
def test_the_largest_message_that_the_limits_allow_passes(message: Message) -> None:
    direction = BY_TYPE[type(message)].direction
    assert codec.decode(codec.encode(message), direction) == message


@pytest.mark.parametrize("message", [m for m in LARGEST if BY_TYPE[type(m)].code >= 64], ids=lambda m: type(m).__name__)
def test_the_largest_message_alone_fills_no_outbox(message: Message) -> None:
    assert len(codec.encode(message)) + 14 < SETTINGS.outbox_bytes
