"""The client's belief of the world: every message of the server, applied in order. Pure: time is an argument.

Belongs here: who is here, which booths stand here, what was said, one's own avatar.
Not here: requests and answers that concern nobody's belief (a search, a sheet), which the application asks for.
Everything is bounded: people and booths by the hall, chat by ``CHAT_KEPT``.
"""

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np

from halles.ids import BoothId, HallId, VisitId
from halles.protocol.announcement_messages import Announced
from halles.protocol.block_messages import BlockedCard, BlockedTold
from halles.protocol.booth_cards import card_of
from halles.protocol.booth_messages import (
    SERVED_TOLD,
    BoothsStaffed,
    BoothStaffed,
    StaffedBooth,
    StaffedBy,
    StaffTold,
)
from halles.protocol.draft_messages import DraftHidden, DraftShown
from halles.protocol.host_messages import HostReplayChanged, HostReplaysListed
from halles.protocol.live_messages import SentOut
from halles.protocol.messages import (
    AvatarCard,
    AvatarsEntered,
    AvatarsLeft,
    BoothCard,
    BoothChatRead,
    BoothEdited,
    BoothRead,
    BoothsListed,
    ChatLine,
    ChatRead,
    Correction,
    HallEntered,
    Message,
    PoseBatch,
    Rejected,
    Said,
    Welcomed,
)
from halles.protocol.standing_messages import SanctionCard, SanctionTold
from halles.world.geometry import Floats
from halles.world.movement import Pose
from halles.world.scene import Scene
from halles_client.replica.live_sessions import LiveSessions
from halles_client.replica.prediction import Prediction, heading_of
from halles_client.replica.timeline import Timeline

CHAT_KEPT: Final = 200
ANNOUNCED_KEPT: Final = 50
PEOPLE_CAP: Final = 20_000
"""People believed at once; a server that sends more enters without leaves is not followed further."""

BOOTHS_CAP: Final = 400


class Replica:
    """What one visit knows.

    Attributes:
        welcome: The newest admission, None before.
        scene: The plan of the hall that one is in, None in no hall.
        entered: Counts halls entered, so that a view sees a change even into the same hall.
        number: One's own number there, 0 in no hall.
        own: One's own avatar, None in no hall.
        people: Everybody else here, by number.
        people_seen: Counts changes of ``people``.
        booths: The booths here, by id, as they are to be seen: one may be a draft's.
        draft: The draft that this visit sees in place of what is published, None for none.
        booths_seen: Counts changes of ``booths``.
        staffed: How the booths here are staffed, by id; of those that are not in it nobody is in the show.
        staffed_seen: Counts changes of ``staffed``.
        host_replays: The number of each booth's recording here, by id.
        served: The booths on whose staff one is, by id, wherever they stand.
        sanctions: What a moderator has decided about oneself, newest first.
        contents: Booths read so far, newest revision heard of.
        live: The open live sessions here.
        chat: The newest lines, oldest first.
        hidden: Whom not to show, since one of both has blocked the other.
        blocked: Whom of those one has blocked oneself.
        announced: The newest announcements that one was told, each once, in the order in which they came.
        chat_seen: Counts lines ever heard, so that a view sees a change at the cap.
    """

    def __init__(self, scenes: Mapping[HallId, Scene], *, watches: bool = True) -> None:
        """Begins with no belief.

        Args:
            scenes: The plans of all halls.
            watches: Whether other people's motion is followed; a bot that looks at nobody saves the work.
        """
        self._scenes, self._watches = scenes, watches
        self.welcome: Welcomed | None = None
        self.entered = 0
        self.booths_seen = self.chat_seen = self.people_seen = self.staffed_seen = 0
        self.chat: deque[ChatLine] = deque(maxlen=CHAT_KEPT)
        self._chat_of = ""
        self.hidden: frozenset[VisitId] = frozenset()
        self.blocked: tuple[BlockedCard, ...] = ()
        self._unseen: dict[int, AvatarCard] = {}
        self.announced: deque[Announced] = deque(maxlen=ANNOUNCED_KEPT)
        self.contents: dict[BoothId, BoothRead] = {}
        self.draft: DraftShown | None = None
        self.served: dict[BoothId, StaffedBy] = {}
        self.sanctions: tuple[SanctionCard, ...] = ()
        self.timeline = Timeline()
        self.live = LiveSessions()
        self._outside()

    @property
    def visit(self) -> VisitId:
        """One's own visit, "" before admission."""
        return self.welcome.visit if self.welcome is not None else VisitId("")

    @property
    def hall(self) -> HallId | None:
        """The hall that one is in."""
        return self.scene.id if self.scene is not None else None

    @property
    def present(self) -> int:
        """How many are in this hall, oneself included."""
        return len(self.people) + (self.scene is not None)

    def apply(self, message: Message, now: float) -> None:
        """Takes in one message that arrived at ``now`` (seconds, the caller's clock).

        Raises:
            RemoteProtocolError: A pose batch is malformed.
        """
        if isinstance(message, PoseBatch):
            if self._watches:
                self.timeline.apply(message, now)
            return
        if self.live.apply(message, self.hall, now):
            return
        if isinstance(message, Welcomed) and message.server_time_ms:
            self.timeline.tell_time(message.server_time_ms / 1000.0, now)
        handler = _HANDLERS.get(type(message))
        if handler is not None:
            handler(self, message)

    def drafted(self, booth: BoothId) -> DraftShown | None:
        """Returns the draft that is seen of a booth of this hall, None where what is published is."""
        draft = self.draft
        return draft if draft is not None and draft.booth == booth and booth in self._published else None

    def hide_draft(self) -> None:
        """Sees what is published from now on."""
        if self.draft is not None:
            self.draft = None
            self._see_booths()

    # --- one rule a message ---------------------------------------------------------------------------------

    def _outside(self) -> None:
        self.scene: Scene | None = None
        self.number = 0
        self.own: Prediction | None = None
        self.people: dict[int, AvatarCard] = {}
        self._unseen = {}
        self.booths: dict[BoothId, BoothCard] = {}
        self._published: dict[BoothId, BoothCard] = {}
        self.staffed: dict[BoothId, StaffedBooth] = {}
        self.host_replays: dict[BoothId, int] = {}
        self.staffed_seen += 1
        self.booths_seen += 1
        self.people_seen += 1
        self.timeline = Timeline(before=self.timeline)

    def _welcomed(self, message: Welcomed) -> None:
        self.welcome = message
        self.served = {}
        self.sanctions = ()
        self._blocked_told(BlockedTold(()))

    def _return_refused(self, message: Rejected) -> None:
        """The hall could not be entered again after a break; the link hands on no other refusal."""
        self._outside()
        self.live.clear()

    def _sent_out(self, _: SentOut) -> None:
        """One stands in no hall, and nothing of the one before is known any more."""
        self._outside()
        self._chat_of = ""
        self.chat.clear()
        self.chat_seen += 1
        self.live.clear()

    def _hall_entered(self, message: HallEntered) -> None:
        """Everything of the hall before is forgotten; who and what is here follows.

        What was said stays where one only changes place in the same hall: nearby lines are told once. So does the live
        session, so that nothing flickers.
        """
        self._outside()
        if message.hall != self._chat_of:
            self._chat_of = message.hall
            self.chat.clear()
            self.chat_seen += 1
            self.live.clear()
        else:
            self.live.again()
        self.entered += 1
        scene = self._scenes.get(message.hall)
        if scene is None:
            return
        self.scene, self.number = scene, message.number
        self.own = Prediction(scene, Pose(message.x / 100.0, message.y / 100.0, 0.0, heading_of(message.heading)))
        self.timeline = Timeline(lambda x, y: heights(scene, x, y), self.timeline)

    def _avatars_entered(self, message: AvatarsEntered) -> None:
        self.people_seen += 1
        for card in message.avatars:
            if card.number == self.number or card.visit == self.visit or self._full():
                continue
            if card.visit in self.hidden:
                self._unseen[card.number] = card
            else:
                self._show(card)

    def _avatars_left(self, message: AvatarsLeft) -> None:
        self.people_seen += 1
        for number in message.numbers:
            self.people.pop(number, None)
            self._unseen.pop(number, None)
            self.timeline.leave(number)

    def _show(self, card: AvatarCard) -> None:
        self.people[card.number] = card
        if self._watches:
            self.timeline.enter(card)

    def _full(self) -> bool:
        return len(self.people) + len(self._unseen) >= PEOPLE_CAP

    def _blocked_told(self, message: BlockedTold) -> None:
        """Takes out of sight who is hidden from now on, with what they said, and brings back who is not any more."""
        self.hidden, self.blocked = frozenset(message.hidden), message.mine
        self.people_seen += 1
        for number, card in tuple(self._unseen.items()):
            if card.visit not in self.hidden:
                self._show(self._unseen.pop(number))
        for number, card in tuple(self.people.items()) if self.hidden else ():
            if card.visit in self.hidden:
                self._unseen[number] = self.people.pop(number)
                self.timeline.leave(number)
        if any(line.visit in self.hidden for line in self.chat):
            kept = [line for line in self.chat if line.visit not in self.hidden]
            self.chat.clear()
            self.chat.extend(kept)
            self.chat_seen += 1

    def _correction(self, message: Correction) -> None:
        if self.own is not None:
            self.own.corrected(message.x / 100.0, message.y / 100.0)

    def _booths_listed(self, message: BoothsListed) -> None:
        if message.hall == self.hall:
            self._published = {card.booth: card for card in message.booths[:BOOTHS_CAP]}
            self._see_booths()

    def _booth_edited(self, message: BoothEdited) -> None:
        """A newer card replaces an older one; news that were overtaken are left out."""
        card = message.card
        known = self._published.get(card.booth)
        if (known is None and len(self._published) >= BOOTHS_CAP) or (known and known.revision > card.revision):
            return
        self._published[card.booth] = card
        self._see_booths()

    def _draft_shown(self, message: DraftShown) -> None:
        self.draft = message
        self._see_booths()

    def _draft_hidden(self, message: DraftHidden) -> None:
        if self.draft is not None and self.draft.booth == message.booth:
            self.hide_draft()

    def _see_booths(self) -> None:
        """Puts the draft in the place of its booth, where that is in this hall."""
        self.booths, draft = dict(self._published), self.draft
        if draft is not None and draft.booth in self.booths:
            self.booths[draft.booth] = card_of(draft.booth, draft.slot, draft.revision, draft.content)
        self.booths_seen += 1

    def _booths_staffed(self, message: BoothsStaffed) -> None:
        if message.hall == self.hall:
            self.staffed = {row.booth: row for row in message.booths[:BOOTHS_CAP] if row.state != "away"}
            self.staffed_seen += 1

    def _booth_staffed(self, message: BoothStaffed) -> None:
        self.staffed_seen += 1
        if message.state == "away":
            self.staffed.pop(message.booth, None)
        elif message.booth in self.staffed or len(self.staffed) < BOOTHS_CAP:
            self.staffed[message.booth] = StaffedBooth(message.booth, message.state, message.back_at_ms)

    def _host_replays_listed(self, message: HostReplaysListed) -> None:
        if message.hall == self.hall:
            self.host_replays = {row.booth: row.number for row in message.booths[:BOOTHS_CAP]}

    def _host_replay_changed(self, message: HostReplayChanged) -> None:
        if not message.number:
            self.host_replays.pop(message.booth, None)
        elif message.booth in self.host_replays or len(self.host_replays) < BOOTHS_CAP:
            self.host_replays[message.booth] = message.number

    def _staff_told(self, message: StaffTold) -> None:
        self.served = {row.booth: row for row in message.booths[:SERVED_TOLD]}

    def _sanction_told(self, message: SanctionTold) -> None:
        self.sanctions = message.sanctions

    def _booth_read(self, message: BoothRead) -> None:
        known = self.contents.get(message.booth)
        if known is not None and known.revision > message.revision:
            return
        if known is None and len(self.contents) >= BOOTHS_CAP:
            self.contents.pop(next(iter(self.contents)))
        self.contents[message.booth] = message

    def _chat_read(self, message: ChatRead | BoothChatRead) -> None:
        """The last lines of hall or booth, read while others were heard already or after a break: each to its time."""
        heard = tuple(self.chat)
        read = [line for line in message.lines if line not in heard]
        self.chat.clear()
        self.chat.extend(sorted((*read, *heard), key=lambda line: line.time_ms))
        self.chat_seen += 1

    def _announced(self, message: Announced) -> None:
        """The server may tell one again."""
        if all(known.number != message.number for known in self.announced):
            self.announced.append(message)
            self.chat_seen += 1

    def _said(self, message: Said) -> None:
        """A line is stored before it is heard, so that it may be among the last lines already."""
        if message.line not in self.chat:
            self.chat.append(message.line)
            self.chat_seen += 1


_HANDLERS: Final[dict[type[Message], Callable[[Replica, Any], None]]] = {
    Welcomed: Replica._welcomed,
    Rejected: Replica._return_refused,
    HallEntered: Replica._hall_entered,
    SentOut: Replica._sent_out,
    AvatarsEntered: Replica._avatars_entered,
    AvatarsLeft: Replica._avatars_left,
    Correction: Replica._correction,
    BoothsListed: Replica._booths_listed,
    BoothEdited: Replica._booth_edited,
    DraftShown: Replica._draft_shown,
    DraftHidden: Replica._draft_hidden,
    BoothsStaffed: Replica._booths_staffed,
    BoothStaffed: Replica._booth_staffed,
    HostReplaysListed: Replica._host_replays_listed,
    HostReplayChanged: Replica._host_replay_changed,
    StaffTold: Replica._staff_told,
    SanctionTold: Replica._sanction_told,
    BoothRead: Replica._booth_read,
    ChatRead: Replica._chat_read,
    BoothChatRead: Replica._chat_read,
    Said: Replica._said,
    Announced: Replica._announced,
    BlockedTold: Replica._blocked_told,
}


def heights(scene: Scene, x: Floats, y: Floats) -> Floats:
    """Returns the floor's height at places of shape ``(n,)``, metres: ``Scene.height`` for many at once."""
    found = np.zeros(len(x))
    open_yet = np.ones(len(x), dtype=bool)
    for floor in scene.floors:
        box = floor.box
        cos, sin = np.cos(box.heading), np.sin(box.heading)
        right = (x - box.x) * cos + (y - box.y) * sin
        front = -(x - box.x) * sin + (y - box.y) * cos
        inside = open_yet & (np.abs(right) <= box.width / 2) & (np.abs(front) <= box.depth / 2)
        share = front[inside] / floor.depth + 0.5
        found[inside] = floor.low + (floor.high - floor.low) * share
        open_yet &= ~inside
    return found
