"""The one table of messages: each with its number on the wire, who sends it, and when.

A new message is a type in a module by subject and a row at the end here.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from halles.protocol.announcement_messages import Announce, Announced
from halles.protocol.backstage_messages import BackstageRead, BackstageSaid, ReadBackstage, SayBackstage
from halles.protocol.block_messages import Block, BlockedTold
from halles.protocol.booth_messages import (
    AnswerBell,
    BellTold,
    BoothsStaffed,
    BoothStaffed,
    CancelRing,
    LeaveMessage,
    RingBell,
    RingPlaced,
    RingTold,
    SayBackAt,
    StaffTold,
)
from halles.protocol.chat_messages import BoothChatRead, ChatRead, ReadBoothChat, Said, Say
from halles.protocol.draft_messages import DraftHidden, DraftShown, ShowDraft
from halles.protocol.host_messages import (
    HostReplayChanged,
    HostReplayRead,
    HostReplaysListed,
    KeepHostReplay,
    ReadHostReplay,
)
from halles.protocol.live_messages import (
    ActLive,
    CaptionSaid,
    LiveOpened,
    LivePartTold,
    LiveTold,
    PointAt,
    PointerMoved,
    SayCaption,
    SentOut,
)
from halles.protocol.messages import (
    AvatarsEntered,
    AvatarsLeft,
    BoothEdited,
    BoothRead,
    BoothsListed,
    Correction,
    Done,
    EditBooth,
    EnterHall,
    Find,
    Found,
    Goodbye,
    HallEntered,
    Hello,
    Leave,
    ListPeople,
    Message,
    Move,
    NodesListed,
    PeopleCounted,
    PoseBatch,
    ReadBooth,
    Rejected,
    Welcomed,
)
from halles.protocol.programme_messages import MarkComing, ProgrammeTold
from halles.protocol.public_messages import (
    AskQuestion,
    Attend,
    AttendanceTold,
    DecidePoll,
    DecideQuestion,
    OpenPoll,
    OwnVotesTold,
    PollTold,
    QuestionQueueTold,
    QuestionsTold,
    QuestionTold,
    React,
    ReactionsTold,
    SetAsking,
    VotePoll,
    VoteQuestion,
    VotesTold,
)
from halles.protocol.replay_messages import (
    ListReplays,
    OpenReplay,
    ReadReplay,
    ReplayMoved,
    ReplayOpened,
    ReplayRead,
    ReplaysListed,
    ReplayVoiced,
)
from halles.protocol.report_messages import Report, ReportLooked, ReportsWaiting
from halles.protocol.satchel_messages import ReadSatchel, RemoveFromSatchel, SatchelRead, TakeIntoSatchel
from halles.protocol.standing_messages import (
    AddressShared,
    Appeal,
    AppealsWaiting,
    LiftSanction,
    Sanction,
    SanctionTold,
)
from halles.protocol.states import State
from halles.protocol.voice_messages import Listen, Speak, Voices, VoiceTold


class Direction(Enum):
    """Who sends it."""

    TO_SERVER = "client → server"
    TO_CLIENT = "server → client"


class Delivery(Enum):
    """How it is delivered: RELIABLE in order, overflow closes; LATEST: a newer one replaces an unsent older."""

    RELIABLE = "RELIABLE"
    LATEST = "LATEST"


@dataclass(frozen=True, slots=True)
class Row:
    """One message's row.

    Attributes:
        code: Its number on the wire, never given again.
        type: Its type.
        direction: Who sends it.
        states: In which states of the conversation it is legal.
        delivery: RELIABLE or LATEST.
    """

    code: int
    type: type[Message]
    direction: Direction
    states: frozenset[State]
    delivery: Delivery = Delivery.RELIABLE


_TALKING: Final = frozenset({State.ADMITTED, State.ENTERING, State.IN_HALL})
_IN_HALL: Final = frozenset({State.IN_HALL})
_ENTERING: Final = frozenset({State.ENTERING})
_ANY: Final = frozenset({State.GREETING, *_TALKING, State.LEAVING})
_UP, _DOWN = Direction.TO_SERVER, Direction.TO_CLIENT

TABLE: Final[tuple[Row, ...]] = (
    Row(1, Hello, _UP, frozenset({State.GREETING})),
    Row(2, EnterHall, _UP, frozenset({State.ADMITTED, State.IN_HALL})),
    Row(3, Move, _UP, frozenset({State.ENTERING, State.IN_HALL}), Delivery.LATEST),
    Row(4, Say, _UP, _IN_HALL),
    Row(5, Find, _UP, _TALKING),
    Row(6, ReadBooth, _UP, _TALKING),
    Row(7, EditBooth, _UP, _TALKING),
    Row(8, ListPeople, _UP, _TALKING),
    Row(9, Leave, _UP, _TALKING),
    Row(20, RingBell, _UP, _IN_HALL),
    Row(21, CancelRing, _UP, _TALKING),
    Row(22, AnswerBell, _UP, _TALKING),
    Row(23, LeaveMessage, _UP, _TALKING),
    Row(24, SayBackAt, _UP, _TALKING),
    Row(30, ReadBoothChat, _UP, _TALKING),
    Row(34, TakeIntoSatchel, _UP, _TALKING),
    Row(35, RemoveFromSatchel, _UP, _TALKING),
    Row(36, ReadSatchel, _UP, _TALKING),
    Row(25, ShowDraft, _UP, _TALKING),
    Row(26, KeepHostReplay, _UP, _TALKING),
    Row(27, ReadHostReplay, _UP, _TALKING),
    Row(52, Speak, _UP, frozenset({State.ENTERING, State.IN_HALL})),
    Row(53, Listen, _UP, _IN_HALL),
    Row(40, Sanction, _UP, _TALKING),
    Row(41, LiftSanction, _UP, _TALKING),
    Row(42, Appeal, _UP, _TALKING),
    Row(160, ActLive, _UP, _TALKING),
    Row(161, PointAt, _UP, _IN_HALL, Delivery.LATEST),
    Row(162, SayCaption, _UP, _TALKING),
    Row(163, SayBackstage, _UP, _TALKING),
    Row(164, ReadBackstage, _UP, _TALKING),
    Row(220, OpenReplay, _UP, _TALKING),
    Row(221, ReadReplay, _UP, _TALKING),
    Row(222, ListReplays, _UP, _TALKING),
    Row(55, MarkComing, _UP, _TALKING),
    Row(200, AskQuestion, _UP, _TALKING),
    Row(201, VoteQuestion, _UP, _TALKING),
    Row(202, DecideQuestion, _UP, _TALKING),
    Row(203, OpenPoll, _UP, _TALKING),
    Row(204, VotePoll, _UP, _TALKING),
    Row(205, DecidePoll, _UP, _TALKING),
    Row(206, React, _UP, _IN_HALL, Delivery.LATEST),
    Row(207, Attend, _UP, _TALKING),
    Row(208, SetAsking, _UP, _TALKING),
    Row(48, Report, _UP, _TALKING),
    Row(230, Announce, _UP, _TALKING),
    Row(231, Block, _UP, _TALKING),
    Row(64, Welcomed, _DOWN, frozenset({State.GREETING})),
    Row(65, Goodbye, _DOWN, _ANY),
    Row(66, HallEntered, _DOWN, _ENTERING),
    Row(67, AvatarsEntered, _DOWN, _TALKING),
    Row(68, AvatarsLeft, _DOWN, _TALKING),
    Row(69, PoseBatch, _DOWN, _TALKING, Delivery.LATEST),
    Row(70, Correction, _DOWN, _TALKING),
    Row(71, BoothsListed, _DOWN, _TALKING),
    Row(72, BoothRead, _DOWN, _TALKING),
    Row(73, BoothEdited, _DOWN, _TALKING),
    Row(74, Said, _DOWN, _TALKING),
    Row(75, ChatRead, _DOWN, _TALKING),
    Row(76, Found, _DOWN, _TALKING),
    Row(77, PeopleCounted, _DOWN, _TALKING, Delivery.LATEST),
    Row(78, Done, _DOWN, _TALKING),
    Row(79, Rejected, _DOWN, _TALKING),
    Row(80, NodesListed, _DOWN, _TALKING),
    Row(90, BoothsStaffed, _DOWN, _TALKING),
    Row(91, BoothStaffed, _DOWN, _TALKING),
    Row(92, BellTold, _DOWN, _TALKING),
    Row(93, RingTold, _DOWN, _TALKING),
    Row(100, BoothChatRead, _DOWN, _TALKING),
    Row(101, RingPlaced, _DOWN, _TALKING),
    Row(102, StaffTold, _DOWN, _TALKING),
    Row(104, SatchelRead, _DOWN, _TALKING),
    Row(94, DraftShown, _DOWN, _TALKING),
    Row(95, DraftHidden, _DOWN, _TALKING),
    Row(96, HostReplaysListed, _DOWN, _TALKING),
    Row(97, HostReplayChanged, _DOWN, _TALKING),
    Row(98, HostReplayRead, _DOWN, _TALKING),
    Row(135, Voices, _DOWN, _TALKING, Delivery.LATEST),
    Row(136, VoiceTold, _DOWN, _TALKING),
    Row(120, SanctionTold, _DOWN, _TALKING),
    Row(121, AddressShared, _DOWN, _TALKING),
    Row(250, AppealsWaiting, _DOWN, _TALKING, Delivery.LATEST),
    Row(180, LiveOpened, _DOWN, _TALKING),
    Row(181, LiveTold, _DOWN, _TALKING),
    Row(182, LivePartTold, _DOWN, _TALKING),
    Row(183, PointerMoved, _DOWN, _TALKING, Delivery.LATEST),
    Row(184, CaptionSaid, _DOWN, _TALKING),
    Row(186, BackstageRead, _DOWN, _TALKING),
    Row(187, BackstageSaid, _DOWN, _TALKING),
    Row(225, ReplayOpened, _DOWN, _TALKING),
    Row(226, ReplayMoved, _DOWN, _TALKING),
    Row(227, ReplayRead, _DOWN, _TALKING),
    Row(228, ReplaysListed, _DOWN, _TALKING),
    Row(229, ReplayVoiced, _DOWN, _TALKING),
    Row(140, ProgrammeTold, _DOWN, _TALKING),
    Row(210, QuestionsTold, _DOWN, _TALKING),
    Row(211, QuestionQueueTold, _DOWN, _TALKING, Delivery.LATEST),
    Row(212, PollTold, _DOWN, _TALKING, Delivery.LATEST),
    Row(213, ReactionsTold, _DOWN, _TALKING, Delivery.LATEST),
    Row(214, OwnVotesTold, _DOWN, _TALKING),
    Row(215, AttendanceTold, _DOWN, _TALKING, Delivery.LATEST),
    Row(216, QuestionTold, _DOWN, _TALKING),
    Row(217, VotesTold, _DOWN, _TALKING, Delivery.LATEST),
    Row(130, ReportLooked, _DOWN, _TALKING),
    Row(131, ReportsWaiting, _DOWN, _TALKING, Delivery.LATEST),
    Row(233, Announced, _DOWN, _TALKING),
    Row(234, BlockedTold, _DOWN, _TALKING),
    Row(237, SentOut, _DOWN, _TALKING),
)

BY_CODE: Final[dict[int, Row]] = {row.code: row for row in TABLE}
BY_TYPE: Final[dict[type[Message], Row]] = {row.type: row for row in TABLE}
