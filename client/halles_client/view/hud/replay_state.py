"""What the HUD is shown of a recorded live session that is watched, as values; what people want of it comes out."""

from dataclasses import dataclass

from halles.ids import LiveSessionId
from halles.world.reactions import NONE, ReactionCounts
from halles_client.view.hud.live_state import PollShown


@dataclass(frozen=True, slots=True)
class PlayOrPause:
    """Let time go on, or stand still."""


@dataclass(frozen=True, slots=True)
class JumpBy:
    """Go so many steps ahead, or back where negative."""

    steps: int


@dataclass(frozen=True, slots=True)
class JumpTo:
    """Go to a moment: a chapter's."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class SetSpeed:
    """Take one of the speeds, by its place among them."""

    place: int


@dataclass(frozen=True, slots=True)
class StopWatching:
    """Watch no longer."""


ReplayWish = PlayOrPause | JumpBy | JumpTo | SetSpeed | StopWatching
"""What somebody wants of what they watch."""


@dataclass(frozen=True, slots=True)
class Watchable:
    """A recording that can be watched; ``session`` is opaque here."""

    session: LiveSessionId
    when: str
    title: str
    where: str


@dataclass(frozen=True, slots=True)
class ChapterShown:
    """Where one may jump to: when it is, how far into the recording, and what begins there."""

    at_ms: int
    into: str
    title: str
    question: bool = False


@dataclass(frozen=True, slots=True)
class ReplayShown:
    """What is watched.

    Attributes:
        title: In the reader's language.
        into: How far one is, as a clock.
        whole: How long it is, as a clock.
        playing: Time goes on.
        waiting: This moment has not come yet.
        speeds: All speeds, written.
        speed: Which of them.
        chapters: Where one may jump to, by time.
        current: Which of them goes on, -1 before the first.
        captions: What was being said.
        poll: The poll of then; nobody votes in it.
        reactions: Of the last seconds of then.
    """

    title: str
    into: str
    whole: str
    playing: bool
    waiting: bool
    speeds: tuple[str, ...]
    speed: int
    chapters: tuple[ChapterShown, ...] = ()
    current: int = -1
    captions: tuple[str, ...] = ()
    poll: PollShown | None = None
    reactions: ReactionCounts = NONE
