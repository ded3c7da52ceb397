"""One person's visit without a screen: what they ask of the server, and what comes of it.

Joins link, replica and uplink; the view draws what stands here, the tour and tests drive it as a person does.
Not here: how anything looks (view), what a bot wants (bots). Answers are polled once a beat: no callbacks from threads.
"""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Final, Literal, Protocol

from halles.errors import HallesError, Rejection, RejectionCode, Unavailable
from halles.ids import CROSSROADS, BoothId
from halles.protocol.announcement_messages import Announced
from halles.protocol.block_messages import Block
from halles.protocol.booth_messages import BellTold, RingTold, StaffTold
from halles.protocol.draft_messages import DraftHidden
from halles.protocol.messages import (
    BoothRead,
    Channel,
    Done,
    EnterHall,
    FoundItem,
    HallEntered,
    Message,
    Move,
    Rejected,
    Said,
    Welcomed,
)
from halles.protocol.programme_messages import ProgrammeTold
from halles.protocol.replay_messages import ReplayMoved, ReplayVoiced
from halles.protocol.report_messages import Report, ReportLooked
from halles.protocol.voice_messages import Voices, VoiceTold
from halles.world.movement import Gesture, Intent, Pose
from halles.world.reactions import Reaction
from halles.world.reports import ReportAbout, ReportReason
from halles.world.roles import Role
from halles.world.scene import Portal
from halles_client.bells import Bells
from halles_client.booth_talk import BoothTalk
from halles_client.booths import Booths, Pictures
from halles_client.config import Plans
from halles_client.decisions import Decisions
from halles_client.drafts import Drafts
from halles_client.host_recorder import HostRecorder
from halles_client.live_part import LivePart
from halles_client.net.requests import Failed, new_request_id
from halles_client.net.status import Status
from halles_client.net.uplink import Uplink
from halles_client.own_lines import OwnLines
from halles_client.programme import Programme, Reminder
from halles_client.recorded_hosts import RecordedHosts
from halles_client.replays import Replays
from halles_client.replica.replica import Replica
from halles_client.satchel import Satchel
from halles_client.search import Answer, Search
from halles_client.sound.desk import SoundDesk
from halles_client.voice import VoiceTalk

AGAIN_S: Final = 3.0
"""Before somebody in no hall, who was refused one, asks for one again."""

NOTICES_KEPT: Final = 5


class Wire(Protocol):
    """What a visit needs of a link."""

    @property
    def status(self) -> Status:
        """How it fares."""

    def drain(self) -> list[Message]:
        """What the server said."""

    def ask(self, message: Message) -> "Future[Message]":
        """Sends a request."""

    def send(self, message: Move) -> None:
        """Sends a move."""

    def tell(self, message: Message) -> None:
        """Sends something that has no answer."""


@dataclass(frozen=True, slots=True)
class Missing:
    """What a link led to and the show has not, and the hall where one stands instead."""

    kind: Literal["hall", "booth"]
    name: str
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that the person is told once for each serial: a refusal, or what became of a report of theirs."""

    serial: int
    code: str
    retry_s: int = 0
    missing: Missing | None = None
    reminder: Reminder | None = None
    live_begins: bool = False
    report: int = 0
    looked: bool = False
    announced: Announced | None = None


class Visit:
    """One visit, from the link's first message to its end.

    Attributes:
        replica: What is known of the world.
        travelling: Where to, while a hall is being entered.
        entered_ms: How long the last entry took, from asking to the answer.
        own_lines: What one says: lines under way or failed, and saying them.
        replays: A recorded live session that is watched.
        trouble: The newest refusals.
        chat_trouble: Why the last line was refused.
        booths: Which booth one stands at, and the one that is read.
        bells: One's own ring, and who rings where one is of the staff.
        talk: At which booth one talks, and of whose staff one is.
        satchel: What one takes along of booths.
        drafts: The draft that one sees, if any.
        hosts: The recorded hosts near one.
        recorder: Recording oneself as a host.
        part: What one does in the live session here.
        programme: What is on and what comes.
        voice: Talking by voice.
        decisions: What moderators have decided about oneself.
    """

    def __init__(
        self,
        wire: Wire,
        plans: Plans,
        pictures: Pictures,
        goal: tuple[str, str] = ("", ""),
        *,
        draft: str = "",
        sound: SoundDesk | None = None,
    ) -> None:
        """Begins with a link that was just made.

        Args:
            wire: The link.
            plans: All halls.
            pictures: Where pictures come from.
            goal: Hall and place to go to first, as in ``EnterHall``.
            draft: The booth whose draft is to be seen there, "" for none.
            sound: Where voices are heard and made; None for nowhere.
        """
        self._wire, self._plans = wire, plans
        self._goal = goal
        self._linked: tuple[str, str] | None = None  # hall and booth of the link, while they are asked for
        self._missing: Missing | None = None
        self.replica = Replica(plans.scenes)
        self._uplink: Uplink | None = None
        self._waiting: list[tuple[Future[Message], Callable[[Message], None], Failed]] = []
        self._search = Search(self._ask, self._refused)
        self._serial = 0
        self._in_portal: str | None = ""
        self._asked_at = self._now = self._not_before = 0.0
        self.travelling: str | None = None
        self._place = ""  # of the hall that is travelled to
        self.entered_ms = 0.0
        self.own_lines = OwnLines(self._ask, self._chat_refused)
        self.booths = Booths(self.replica, pictures, self._ask, self._refused)
        self.bells = Bells(self._ask, self._refused)
        self.talk = BoothTalk(self.replica, self._ask, self._refused)
        self.satchel = Satchel(self._ask, self._refused)
        self.drafts = Drafts(self.replica, self._ask, self._refused, draft)
        self.hosts = RecordedHosts(self.replica, self._ask)
        self.recorder = HostRecorder(self.replica, self._ask, self._refused)
        self.part = LivePart(self.replica, self._ask, self._refused)
        self.programme = Programme(self._ask, self._refused)
        self.voice = VoiceTalk(self.replica, wire.tell, sound)
        self.decisions = Decisions(self.replica, self._ask, self._refused)
        self.replays = Replays(self.replica, self._ask, self._refused)
        self.trouble: deque[Trouble] = deque(maxlen=NOTICES_KEPT)
        self.chat_trouble: Trouble | None = None

    @property
    def status(self) -> Status:
        """How the link fares."""
        return self._wire.status

    @property
    def outdated(self) -> bool:
        """Whether this hall's plan differs from the server's: walls may stand where none are drawn."""
        hall, welcome = self.replica.hall, self.replica.welcome
        if hall is None or welcome is None:
            return False
        theirs = next((card.digest for card in welcome.halls if card.hall == hall), "")
        return bool(theirs) and theirs != self._plans.digests.get(hall)

    @property
    def found(self) -> Answer | None:
        """What the newest answered search found."""
        return self._search.found

    @property
    def settled(self) -> bool:
        """Whether nothing that was asked for is still on its way."""
        return not self._waiting and self.booths.settled

    # --- every beat -----------------------------------------------------------------------------------------

    def hear(self, now: float) -> None:
        """Takes in whatever has come since the last call; ``now`` in seconds, any steady clock.

        Raises:
            RemoteProtocolError: The server broke the protocol.
        """
        self._now = now
        # Answers first, then messages: what an answer speaks of lies in the inbox before the answer is there.
        answered = [row for row in self._waiting if row[0].done()]
        self._waiting = [row for row in self._waiting if row not in answered]
        for message in self._wire.drain():
            self._told(message)
            self.replica.apply(message, now)
            self._notice(message)
        for future, done, failed in answered:
            try:
                answer = future.result()
            except (Rejection, Unavailable) as error:
                failed(error)
            else:
                done(answer)
        self.replica.live.step(now)
        self.booths.collect_pictures()
        self._search.step(now)
        self.bells.step(now)
        self.talk.step(now)
        self.hosts.step(now)
        self.recorder.step(now)
        self.part.step()
        self.replays.hears = self.voice.on
        self.replays.step(now)
        for words in self.replays.voices():
            self.voice.replayed(words)
        if self.replays.reason() == "live":
            self._serial += 1
            self.trouble.append(Trouble(self._serial, "", live_begins=True))
        for reminder in self.programme.due(now):
            self._serial += 1
            self.trouble.append(Trouble(self._serial, "", reminder=reminder))
        self.voice.step(now)
        outside = self.replica.scene is None and self.replica.welcome is not None
        if outside and self.travelling is None and now >= self._not_before:
            self._enter_first()

    def walk(self, intent: Intent, turned: float, now: float, dt: float) -> Pose | None:
        """Walks for ``dt`` seconds, tells the server, and returns the pose to show; None in no hall."""
        own, uplink = self.replica.own, self._uplink
        if own is None or uplink is None:
            return None
        if self.travelling is not None:
            return own.shown()
        own.turn(turned)
        shown = own.advance(Intent() if self.decisions.held else intent, dt)
        move = uplink.due(now, own.pose, running=intent.run and own.speed > 0.1)
        if move is not None:
            self._wire.send(move)
        return shown

    def portal(self) -> Portal | None:
        """Returns the passage that was stepped into since the last call, if any."""
        scene, own = self.replica.scene, self.replica.own
        if scene is None or own is None or self.travelling is not None:
            return None
        here = scene.portal_at(own.pose.x, own.pose.y)
        before, self._in_portal = self._in_portal, here.id if here is not None else None
        return here if here is not None and before is None else None

    # --- what people do -------------------------------------------------------------------------------------

    def travel(self, hall: str, place: str) -> None:
        """Asks to be somewhere; ``travelling`` is set until the answer."""
        if self.travelling is not None:
            return
        self.travelling, self._place, self._asked_at = hall, place, self._now
        self._ask(EnterHall(new_request_id(), hall, place), self._arrived, self._not_arrived)

    def make(self, gesture: Gesture) -> None:
        """Begins or ends a gesture."""
        if self.replica.own is not None:
            self.replica.own.make(gesture)

    def say(self, channel: Channel, text: str) -> None:
        """Says a line, at a booth, at that where one talks now; or appeals with it."""
        if self.decisions.appeal(text):
            return
        if channel != "booth":
            self.own_lines.say(channel, text)
        elif self.talk.booth is not None:
            self.own_lines.say(channel, text, self.talk.booth)

    def block(self, visit: str, *, on: bool) -> None:
        """Blocks somebody, or no more; the server tells when it holds."""
        self._ask(Block(new_request_id(), visit, on), lambda _: None, self._refused)

    def ring(self, booth: BoothId) -> None:
        """Rings at a booth of this hall."""
        card = self.replica.booths.get(booth)
        if card is not None:
            self.bells.ring(booth, card.name)

    def point(self, spot: tuple[float, float] | None) -> None:
        """Points at a spot of the stage's screen, or no more; only the presenter is heard."""
        message = self.part.point(spot, self._now)
        if message is not None:
            self._wire.tell(message)

    def react(self, reaction: Reaction) -> None:
        """Applauds, laughs and so on, as often as that is heard."""
        message = self.part.reaction(reaction, self._now)
        if message is not None:
            self._wire.tell(message)

    def report(self, about: ReportAbout, subject: str, reason: ReportReason) -> None:
        """Tells the moderators of somebody or something."""
        self._ask(Report(new_request_id(), about, subject, reason), self._reported, self._refused)

    def search(self, query: str) -> None:
        """Searches for the newest query: one question at a time, so that quick typing does not flood the server."""
        self._search.want(query, self._suggestions)

    # --- inside ---------------------------------------------------------------------------------------------

    def _ask(self, message: Message, done: Callable[[Message], None], failed: Failed) -> None:
        self._waiting.append((self._wire.ask(message), done, failed))

    def _told(self, message: Message) -> None:
        """An announcement is shown once; the replica keeps which came already."""
        known = self.replica.announced
        if isinstance(message, Announced) and all(one.number != message.number for one in known):
            self._serial += 1
            self.trouble.append(Trouble(self._serial, "", announced=message))

    def _notice(self, message: Message) -> None:
        if isinstance(message, Welcomed):
            self.bells.welcomed()
            self.talk.welcomed()
            self.satchel.welcomed(message.visit)
            self.programme.welcomed(guest=message.role is Role.GUEST)
            if self._uplink is None:
                self._uplink = Uplink(message.tick_hz)
        elif isinstance(message, HallEntered):
            self._in_portal = ""
            self.own_lines.entered(message.hall)
            self.talk.entered(self._place if self.travelling is not None else "")
            self.drafts.entered(message.hall)
            self.voice.entered()
            self.replays.entered(message.hall)
            if self._uplink is not None:
                self._uplink.entered(self._now)
        elif isinstance(message, Voices):
            self.voice.heard(message)
        elif isinstance(message, VoiceTold):
            self.voice.told(message)
        elif isinstance(message, BoothRead):
            self.booths.heard(message)
        elif isinstance(message, DraftHidden):
            self.drafts.heard(message)
        elif isinstance(message, BellTold | RingTold):
            self.bells.heard(message)
        elif isinstance(message, ProgrammeTold):
            self.programme.heard(message, self._now)
        elif isinstance(message, ReportLooked):
            self._tell_report(message.report, looked=True)
        elif isinstance(message, ReplayMoved | ReplayVoiced):
            self.replays.heard(message)
        elif isinstance(message, StaffTold):
            self.talk.told()
        elif isinstance(message, Rejected):  # the link could not come back to the hall: see Replica
            self._refused(Rejection(message.code, message.text, message.retry_after_ms))
        elif isinstance(message, Said):
            self.talk.heard(message.line)
            if message.line.visit == self.replica.visit:
                self.own_lines.heard(message.line.channel, message.line.text)
                self.recorder.said(message.line)
        self.booths.follow()

    def _enter_first(self) -> None:
        """Goes where the visit was meant to begin: the link's goal, else the crossroads, else any hall."""
        halls = [card.hall for card in self.replica.welcome.halls] if self.replica.welcome else []
        wanted, place = self._goal
        booth = place.removeprefix("booth:") if place.startswith("booth:") else ""
        self._linked = (wanted, booth) if booth else None
        if wanted not in self._plans.scenes:
            if wanted:
                self._missing = Missing("hall", wanted)
            wanted = CROSSROADS if CROSSROADS in self._plans.scenes else next(iter(halls), "")
        self._goal = ("", "")  # a goal that is refused is not asked for again
        self.travel(wanted, place)

    def _arrived(self, message: Message) -> None:
        self.travelling = self._linked = None
        if self._missing is not None and isinstance(message, HallEntered):
            self._serial += 1
            missing, self._missing = replace(self._missing, instead=message.hall), None
            self.trouble.append(Trouble(self._serial, RejectionCode.NOT_FOUND, missing=missing))
        self.entered_ms = (self._now - self._asked_at) * 1000.0

    def _not_arrived(self, error: HallesError) -> None:
        self.travelling = None
        self.replays.not_arrived()
        if self._linked is not None and isinstance(error, Rejection) and error.code == RejectionCode.NOT_FOUND:
            hall, booth = self._linked
            self._missing = self._missing or Missing("booth", booth)
            self._goal, self._linked = (hall if hall in self._plans.scenes else "", ""), None
            return
        self._linked = None
        self._not_before = self._now + AGAIN_S
        self._refused(error)

    def _refused(self, error: HallesError) -> None:
        self.trouble.append(self._trouble(error))

    def _reported(self, message: Message) -> None:
        if isinstance(message, Done):
            self._tell_report(message.number, looked=False)

    def _tell_report(self, number: int, *, looked: bool) -> None:
        self._serial += 1
        self.trouble.append(Trouble(self._serial, "", report=number, looked=looked))

    def _chat_refused(self, error: HallesError) -> None:
        self.chat_trouble = self._trouble(error)

    def _trouble(self, error: HallesError) -> Trouble:
        self._serial += 1
        if isinstance(error, Rejection):
            return Trouble(self._serial, error.code, -(-error.retry_after_ms // 1000))
        return Trouble(self._serial, RejectionCode.UNAVAILABLE)

    def _suggestions(self) -> tuple[FoundItem, ...]:
        """What one may want to go to before anything is typed: the halls."""
        if self.replica.welcome is None:
            return ()
        return tuple(FoundItem("hall", card.name, card.hall, "", "") for card in self.replica.welcome.halls)
