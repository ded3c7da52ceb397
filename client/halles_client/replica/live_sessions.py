"""The open live sessions of the hall that one is in, as the server tells them, and its clock.

A state comes whole, so that only the newest counts; during a break all stays as it was, and after it all is told again.
Pure: time is an argument. Bounded: ``LIVES_CAP`` live sessions, ``CAPTIONS_KEPT`` captions of each language.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final

from halles.ids import HallId, LiveSessionId
from halles.protocol.backstage_messages import BackstageLine, BackstageRead, BackstageSaid
from halles.protocol.live_messages import CaptionSaid, LiveOpened, LivePartTold, LiveTold, PointerMoved
from halles.protocol.messages import Message
from halles.protocol.public_messages import ReactionsTold
from halles.world.live import OPEN, LiveState, backstage_since, rank
from halles.world.text import Language
from halles_client.replica.live_public import TOLD, LivePublic, told

LIVES_CAP: Final = 8
CAPTIONS_KEPT: Final = 2
"""Of each language: as many as stand under the screen."""

BACKSTAGE_KEPT: Final = 3
"""Of what hosts and speakers say among themselves: the newest lines."""

CAPTION_S: Final = 12.0
"""A caption that nothing follows stays this long."""

STALE_S: Final = 3.0
"""So long after a break what was open before is believed to be open still, until it is told again."""

STEP_S: Final = 2.0
"""A server that tells a time this much earlier than believed has another clock, not a slower message."""


@dataclass(frozen=True, slots=True)
class Caption:
    """One caption; ``heard`` by the caller's clock."""

    number: int
    text: str
    heard: float


@dataclass(frozen=True, slots=True)
class Live:
    """One open live session.

    Attributes:
        about: What it is about, and what may be shown.
        revision: Of the state.
        state: As it was told last.
        told: Whether a state has come.
        key: One's own key in the state.
        host: One conducts it.
        pointer: Where the presenter points, shares of the screen from its left top; None where nowhere.
        captions: The newest ones by language, oldest first.
        public: What the public asks and votes.
        backstage: What hosts and speakers said last among themselves, oldest first; () to who does not belong there.
    """

    about: LiveOpened
    revision: int = 0
    state: LiveState = field(default_factory=LiveState)
    told: bool = False
    key: str = ""
    host: bool = False
    pointer: tuple[float, float] | None = None
    captions: tuple[tuple[Language, tuple[Caption, ...]], ...] = ()
    public: LivePublic = field(default_factory=LivePublic)
    backstage: tuple[BackstageLine, ...] = ()

    @property
    def rank(self) -> int:
        """One's own place among the raised hands, 0 for none."""
        return rank(self.state, self.key) if self.key else 0

    @property
    def behind(self) -> bool:
        """Whether one belongs backstage: as host, as announced, or by what a host has given."""
        announced = any(speaker.key == self.key for speaker in self.about.speakers)
        return bool(self.key) and (self.host or announced or backstage_since(self.state, self.key) is not None)

    def caption(self, language: Language, now: float) -> tuple[str, ...]:
        """Returns what stands under the screen now, at most two lines of talk.

        In the reader's language; where nobody writes that, in the one that is spoken, else in any.
        """
        said = dict(self.captions)
        for one in (language, self.about.language, *said):
            fresh = tuple(row.text for row in said.get(one, ()) if now - row.heard < CAPTION_S)
            if fresh:
                return fresh
        return ()


class LiveSessions:
    """What is known of the live sessions here.

    Attributes:
        open: By id.
        seen: Counts changes, so that a view sees one.
    """

    def __init__(self) -> None:
        self.open: dict[LiveSessionId, Live] = {}
        self.seen = 0
        self._stale: set[LiveSessionId] = set()
        self._stale_since: float | None = None
        self._offset: float | None = None

    @property
    def first(self) -> Live | None:
        """The one that is shown here: a hall has one stage."""
        return next((live for live in self.open.values() if live.told), None)

    def clear(self) -> None:
        """Another hall: it tells its own."""
        self.open.clear()
        self._stale.clear()
        self.seen += 1

    def again(self) -> None:
        """The same hall is entered again: it tells all anew, and until then all stays as it was."""
        self._stale, self._stale_since = set(self.open), None

    def step(self, now: float) -> None:
        """Forgets what was not told again."""
        if not self._stale:
            return
        if self._stale_since is None:
            self._stale_since = now
        elif now - self._stale_since > STALE_S:
            for session in self._stale & self.open.keys():
                del self.open[session]
                self.seen += 1
            self._stale.clear()

    def server_ms(self, now: float) -> int:
        """Returns the Unix time of the server at ``now`` (the caller's clock), milliseconds."""
        return round((now + (self._offset or 0.0)) * 1000.0)

    def apply(self, message: Message, hall: HallId | None, now: float) -> bool:
        """Takes in a message that arrived at ``now``; tells whether it was one of a live session."""
        if type(message) in TOLD:
            self._public(message, now)
            return True
        handler = _HANDLERS.get(type(message))
        if handler is None:
            return False
        handler(self, message, hall, now)
        return True

    def _put(self, live: Live) -> None:
        self.open[live.about.session] = live
        self.seen += 1

    def _opened(self, message: LiveOpened, hall: HallId | None, _: float) -> None:
        known = self.open.get(message.session)
        if message.hall != hall or (known is None and len(self.open) >= LIVES_CAP):
            return
        self._put(replace(known, about=message) if known is not None else Live(message))

    def _part(self, message: LivePartTold, _: HallId | None, __: float) -> None:
        known = self.open.get(message.session)
        if known is not None:
            self._put(replace(known, key=message.key, host=message.host))

    def _told(self, message: LiveTold, _: HallId | None, now: float) -> None:
        self._tell_time(message.told_ms / 1000.0, now)
        self._stale.discard(message.session)
        known = self.open.get(message.session)
        if known is None or (known.told and message.revision < known.revision):
            return
        if message.state.phase not in OPEN:
            del self.open[message.session]
            self.seen += 1
            return
        pointer = known.pointer if message.state.slide == known.state.slide else None
        live = replace(known, revision=message.revision, state=message.state, told=True, pointer=pointer)
        self._put(live if live.behind else replace(live, backstage=()))

    def _pointer(self, message: PointerMoved, _: HallId | None, __: float) -> None:
        known = self.open.get(message.session)
        if known is not None:
            pointer = (message.x / 10_000, message.y / 10_000) if message.on else None
            self._put(replace(known, pointer=pointer))

    def _caption(self, message: CaptionSaid, _: HallId | None, now: float) -> None:
        known = self.open.get(message.session)
        if known is None:
            return
        said = dict(known.captions)
        kept = said.get(message.language, ())
        if any(row.number >= message.number for row in kept):
            return  # it came again, or was overtaken
        fresh = tuple(row for row in kept if now - row.heard < CAPTION_S)
        said[message.language] = (*fresh, Caption(message.number, message.text, now))[-CAPTIONS_KEPT:]
        self._put(replace(known, captions=tuple(said.items())))

    def _backstage(self, message: BackstageRead | BackstageSaid, _: HallId | None, __: float) -> None:
        known = self.open.get(message.session)
        if known is None:
            return
        lines = message.lines if isinstance(message, BackstageRead) else (message.line,)
        said = {line.number: line for line in (*known.backstage, *lines)}
        self._put(replace(known, backstage=tuple(said[number] for number in sorted(said))[-BACKSTAGE_KEPT:]))

    def change_public(self, session: LiveSessionId, public: LivePublic) -> None:
        """Believes what oneself has just done, until the server tells more."""
        known = self.open.get(session)
        if known is not None:
            self._put(replace(known, public=public))

    def _public(self, message: Any, now: float) -> None:
        known = self.open.get(message.session)
        if known is None:
            return
        self.open[known.about.session] = replace(known, public=told(known.public, message, now))
        self.seen += not isinstance(message, ReactionsTold)  # these come with every tick: looked at once a second

    def _tell_time(self, server: float, now: float) -> None:
        """Believes the message that was quickest: delay makes the server's time look earlier, never later."""
        offset = server - now
        if self._offset is None or offset > self._offset or offset < self._offset - STEP_S:
            self._offset = offset


_HANDLERS: Final[dict[type[Message], Callable[[LiveSessions, Any, HallId | None, float], None]]] = {
    LiveOpened: LiveSessions._opened,
    LivePartTold: LiveSessions._part,
    LiveTold: LiveSessions._told,
    PointerMoved: LiveSessions._pointer,
    CaptionSaid: LiveSessions._caption,
    BackstageRead: LiveSessions._backstage,
    BackstageSaid: LiveSessions._backstage,
}
