"""One person's visit without a screen: what they ask of the server, and what comes of it.

Joins link, replica and uplink; the view draws what stands here, the tour and tests drive it as a person does.
Not here: how anything looks (view), what a bot wants (bots). Answers are polled once a beat: no callbacks from threads.
"""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Protocol

from halles.errors import Rejection, Unavailable
from halles.ids import BoothId
from halles.protocol.announcement_messages import Announced
from halles.protocol.block_messages import Block
from halles.protocol.booth_messages import BellTold, RingTold, StaffTold
from halles.protocol.draft_messages import DraftHidden
from halles.protocol.live_messages import SentOut
from halles.protocol.messages import (
    BoothRead,
    Channel,
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
from halles.protocol.report_messages import Report, ReportLooked, ReportsWaiting
from halles.protocol.standing_messages import AppealsWaiting, SanctionTold
from halles.protocol.voice_messages import Voices, VoiceTold
from halles.world.movement import Gesture, Intent, Pose
from halles.world.reactions import Reaction
from halles.world.reports import ReportAbout, ReportReason
from halles.world.roles import Role
from halles.world.sanctions import SanctionKind
from halles_client.bells import Bells
from halles_client.booth_talk import BoothTalk
from halles_client.booths import Booths, Pictures
from halles_client.config import Plans
from halles_client.decisions import Decisions
from halles_client.drafts import Drafts
from halles_client.host_recorder import HostRecorder
from halles_client.live_part import LivePart
from halles_client.moderation import Moderation
from halles_client.net.requests import Failed, new_request_id
from halles_client.net.status import Status
from halles_client.net.uplink import Uplink
from halles_client.news import News, Trouble
from halles_client.own_lines import OwnLines
from halles_client.programme import Programme
from halles_client.recorded_hosts import RecordedHosts
from halles_client.replays import Replays
from halles_client.replica.replica import Replica
from halles_client.satchel import Satchel
from halles_client.search import Answer, Search
from halles_client.sound.desk import SoundDesk
from halles_client.travels import Travels
from halles_client.voice import VoiceTalk


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


class Visit:
    """One visit, from the link's first message to its end.

    Attributes:
        replica: What is known of the world.
        travels: Its ways between halls.
        own_lines: What one says: lines under way or failed, and saying them.
        replays: A recorded live session that is watched.
        news: What one is told once, as refusals.
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
        moderation: What one moderates, and announces.
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
        self.replica = Replica(plans.scenes)
        self._uplink: Uplink | None = None
        self._waiting: list[tuple[Future[Message], Callable[[Message], None], Failed]] = []
        self._now = 0.0
        self.news = News()
        refused = self.news.refused
        self._search = Search(self._ask, refused)
        self.travels = Travels(self.replica, plans, self._ask, self.news, goal)
        self.own_lines = OwnLines(self._ask, self.news.chat_refused)
        self.booths = Booths(self.replica, pictures, self._ask, refused)
        self.bells = Bells(self._ask, refused)
        self.talk = BoothTalk(self.replica, self._ask, refused)
        self.satchel = Satchel(self._ask, refused)
        self.drafts = Drafts(self.replica, self._ask, refused, draft)
        self.hosts = RecordedHosts(self.replica, self._ask)
        self.recorder = HostRecorder(self.replica, self._ask, refused)
        self.part = LivePart(self.replica, self._ask, refused)
        self.programme = Programme(self._ask, refused)
        self.voice = VoiceTalk(self.replica, wire.tell, sound)
        self.decisions = Decisions(self.replica, self._ask, refused)
        self.moderation = Moderation(self.replica, self.talk, self._ask, refused)
        self.replays = Replays(self.replica, self._ask, refused)
        self.travels.lost = self.replays.not_arrived
        self.news.why = self.decisions.why
        self.decisions.tried = lambda sanction: self.news.tell(under=sanction)
        self.decisions.lifted = lambda lifted: self.news.tell(lifted=lifted)
        self.moderation.told = lambda given: self.news.tell(given=given)
        self._hears = self._heard_by()

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
    def trouble(self) -> deque[Trouble]:
        """What one was told lately."""
        return self.news.rows

    @property
    def travelling(self) -> str | None:
        """The hall that is being entered."""
        return self.travels.to

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
        self.travels.hear(now)
        # Answers first, then messages: what an answer speaks of lies in the inbox before the answer is there.
        answered = [row for row in self._waiting if row[0].done()]
        self._waiting = [row for row in self._waiting if row not in answered]
        for message in self._wire.drain():
            self._told(message)
            self.replica.apply(message, now)
            self._hears.get(type(message), _nothing)(message)
            self.booths.follow()
        for future, done, failed in answered:
            try:
                answer = future.result()
            except (Rejection, Unavailable) as error:
                failed(error)
            else:
                done(answer)
        self._step(now)

    def _step(self, now: float) -> None:
        """Lets every part do what time asks of it."""
        self.replica.live.step(now)
        self.booths.collect_pictures()
        self.part.step()
        self._search.step(now)
        self.bells.step(now)
        self.talk.step(now)
        self.hosts.step(now)
        self.recorder.step(now)
        self.replays.hears = self.voice.on
        self.replays.step(now)
        for words in self.replays.voices():
            self.voice.replayed(words)
        self.voice.step(now)
        if self.replays.reason() == "live":
            self.news.tell(live_begins=True)
        for reminder in self.programme.due(now):
            self.news.tell(reminder=reminder)
        self.travels.step(now)

    def walk(self, intent: Intent, turned: float, now: float, dt: float) -> Pose | None:
        """Walks for ``dt`` seconds, tells the server, and returns the pose to show; None in no hall."""
        own, uplink = self.replica.own, self._uplink
        if own is None or uplink is None:
            return None
        if self.travelling is not None:
            return own.shown()
        own.turn(turned)
        wants = intent != Intent() or own.speed > 0.0
        held = wants and self.decisions.stops(SanctionKind.HOLD, now)
        shown = own.advance(Intent() if held else intent, dt)
        move = uplink.due(now, own.pose, running=intent.run and own.speed > 0.1)
        if move is not None:
            self._wire.send(move)
        return shown

    # --- what people do -------------------------------------------------------------------------------------

    def travel(self, hall: str, place: str) -> None:
        """Asks to be somewhere; ``travelling`` is set until the answer."""
        self.travels.begin(hall, place)

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

    def hold_to_speak(self, *, on: bool) -> None:
        """Holds the key by which one talks by voice, or lets it go."""
        self.voice.hold(on=on and not (self.voice.on and self.decisions.stops(SanctionKind.SILENCE, self._now)))

    def block(self, visit: str, *, on: bool) -> None:
        """Blocks somebody, or no more; the server tells when it holds."""
        self._ask(Block(new_request_id(), visit, on), _nothing, self.news.refused)

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

    def report(self, about: ReportAbout, subject: str, reason: ReportReason, text: str = "", said_ms: int = 0) -> None:
        """Tells the moderators of somebody or something; of a line by when it was said."""
        report = Report(new_request_id(), about, subject, reason, text, said_ms)
        self._ask(report, self.news.reported, self.news.refused)

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
            self.news.tell(announced=message)

    def _heard_by(self) -> dict[type[Message], Callable[[Any], None]]:
        """Returns who else than the replica hears which message."""
        return {
            Welcomed: self._welcomed,
            HallEntered: self._entered,
            Voices: self.voice.heard,
            VoiceTold: self.voice.told,
            BoothRead: self.booths.heard,
            DraftHidden: self.drafts.heard,
            BellTold: self.bells.heard,
            RingTold: self.bells.heard,
            ProgrammeTold: lambda message: self.programme.heard(message, self._now),
            ReportLooked: lambda message: self.news.tell(report=message.report, looked=True),
            ReportsWaiting: self.news.waits,
            SanctionTold: self.decisions.told,
            AppealsWaiting: self.news.appeals_wait,
            ReplayMoved: self.replays.heard,
            ReplayVoiced: self.replays.heard,
            StaffTold: lambda _: self.talk.told(),
            SentOut: lambda message: self.news.tell(sent_out=message),  # the next beat asks for the crossroads
            Rejected: self._rejected,
            Said: self._said,
        }

    def _welcomed(self, message: Welcomed) -> None:
        self.bells.welcomed()
        self.talk.welcomed()
        self.satchel.welcomed(message.visit)
        self.programme.welcomed(guest=message.role is Role.GUEST)
        if self._uplink is None:
            self._uplink = Uplink(message.tick_hz)

    def _entered(self, message: HallEntered) -> None:
        self.travels.entered()
        self.own_lines.entered(message.hall)
        self.talk.entered(self.travels.place if self.travelling is not None else "")
        self.drafts.entered(message.hall)
        self.voice.entered()
        self.replays.entered(message.hall)
        if self._uplink is not None:
            self._uplink.entered(self._now)

    def _rejected(self, message: Rejected) -> None:
        """The link could not come back to the hall: see ``Replica``."""
        self.news.refused(Rejection(message.code, message.text, message.retry_after_ms))

    def _said(self, message: Said) -> None:
        self.talk.heard(message.line)
        if message.line.visit == self.replica.visit:
            self.own_lines.heard(message.line.channel, message.line.text)
            self.recorder.said(message.line)

    def _suggestions(self) -> tuple[FoundItem, ...]:
        """What one may want to go to before anything is typed: the halls."""
        if self.replica.welcome is None:
            return ()
        return tuple(FoundItem("hall", card.name, card.hall, "", "") for card in self.replica.welcome.halls)


def _nothing(_: Message) -> None:
    """What comes of it is told otherwise."""
