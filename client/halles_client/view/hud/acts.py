"""What a press on a card or a key means: one value for each act. What they change stands in ``ui.py``."""

from dataclasses import dataclass
from typing import Literal

from halles.ids import LiveSessionId, MediaId
from halles.protocol.messages import Channel
from halles.protocol.standing_messages import ScopeKind
from halles.world.movement import Gesture
from halles.world.reports import ReportAbout, ReportReason
from halles.world.sanctions import SanctionKind
from halles.world.text import Language
from halles_client.view.hud.live_state import LiveWish
from halles_client.view.hud.replay_state import ReplayWish
from halles_client.view.hud.state import Result

Field = Literal["name", "search", "chat", "words", "back", "question", "backstage", "report", "why", "announcement"]
Beside = Literal[
    "people", "satchel", "programme", "voice", "report", "sanction", "announce", "live", "conduct", "replay"
]
"""Sheets that lie at the right."""

AnySheet = Literal["help", "gestures", "map", Beside]
Sheet = Literal["", AnySheet]
"""What is open; "" for none."""

Row = Literal["coat", "skin", "hair", "head"]


@dataclass(frozen=True, slots=True)
class Type:
    """Put the keyboard into a field."""

    field: Field


@dataclass(frozen=True, slots=True)
class Choose:
    """Take one of a row at the door."""

    row: Row
    index: int


@dataclass(frozen=True, slots=True)
class Speak:
    """Change the language."""

    language: Language


@dataclass(frozen=True, slots=True)
class Enter:
    """Go in."""


@dataclass(frozen=True, slots=True)
class Back:
    """Wait no longer at the door."""


@dataclass(frozen=True, slots=True)
class Hear:
    """Show a chat channel."""

    channel: Channel


@dataclass(frozen=True, slots=True)
class MarkComing:
    """I will come to this live session, or will not any more."""

    session: LiveSessionId


@dataclass(frozen=True, slots=True)
class Block:
    """See and hear nothing of somebody of the people list, or again."""

    person: str
    on: bool


@dataclass(frozen=True, slots=True)
class SayAgain:
    """Send a line again that was not taken; b"" is the newest one of the channel shown."""

    request: bytes = b""


@dataclass(frozen=True, slots=True)
class Go:
    """Go to a result."""

    result: Result


@dataclass(frozen=True, slots=True)
class Open:
    """Open a sheet; again to close it."""

    sheet: Sheet


@dataclass(frozen=True, slots=True)
class Close:
    """Close what is on top."""


@dataclass(frozen=True, slots=True)
class Read:
    """Read a panel large; "" goes back to the sheet."""

    slot: str


@dataclass(frozen=True, slots=True)
class Visit:
    """Open the sheet of the booth before me, or close it."""


@dataclass(frozen=True, slots=True)
class Ring:
    """The bell: answer who waits at mine, else ring at the open booth or the one before me, or take that back."""


@dataclass(frozen=True, slots=True)
class LeaveDraft:
    """See what is published again."""


@dataclass(frozen=True, slots=True)
class Record:
    """Begin recording oneself at one's booth, or end it."""


@dataclass(frozen=True, slots=True)
class KeepRecording:
    """Agree that the recording is kept and shown."""


@dataclass(frozen=True, slots=True)
class DropRecording:
    """Throw the recording away."""


@dataclass(frozen=True, slots=True)
class Gesticulate:
    """Make a gesture."""

    gesture: Gesture


@dataclass(frozen=True, slots=True)
class Follow:
    """Open a link."""

    url: str


@dataclass(frozen=True, slots=True)
class Take:
    """Open a booth's document."""

    media: MediaId


@dataclass(frozen=True, slots=True)
class TakeAlong:
    """Take a document of the open booth into the satchel; "" takes the booth's card."""

    media: MediaId


@dataclass(frozen=True, slots=True)
class TakeOut:
    """Take something out of the satchel."""

    item: int


@dataclass(frozen=True, slots=True)
class Part:
    """Do something in the live session."""

    what: LiveWish


@dataclass(frozen=True, slots=True)
class Watch:
    """Watch this recorded live session."""

    session: LiveSessionId


@dataclass(frozen=True, slots=True)
class Replay:
    """Do something with what is watched."""

    what: ReplayWish


@dataclass(frozen=True, slots=True)
class GoToStage:
    """Go before the stage of the live session."""


@dataclass(frozen=True, slots=True)
class SwitchVoice:
    """Switch voice on or off."""

    on: bool


@dataclass(frozen=True, slots=True)
class SwitchMono:
    """Hear the same in both ears, or where each voice comes from."""

    on: bool


@dataclass(frozen=True, slots=True)
class SwitchRecorded:
    """Let one's voice from the stage stay in recordings, or not."""

    on: bool


@dataclass(frozen=True, slots=True)
class ChangeVolume:
    """Hear somebody louder (+1) or softer (-1)."""

    speaker: str
    step: int


@dataclass(frozen=True, slots=True)
class Report:
    """Ask why something is to be reported to the moderators.

    Attributes:
        subject: Somebody's opaque id, also of who said a line; or a booth.
        name: Whose it is.
        said: Of a line: its words.
        said_ms: Of a line: when it was said, Unix time.
    """

    about: ReportAbout
    subject: str
    name: str
    said: str = ""
    said_ms: int = 0


@dataclass(frozen=True, slots=True)
class Reason:
    """Report what was asked about for this reason."""

    reason: ReportReason


@dataclass(frozen=True, slots=True)
class SendReport:
    """Send the report."""


@dataclass(frozen=True, slots=True)
class ReadDecision:
    """I have read what was decided about me."""


@dataclass(frozen=True, slots=True)
class Sanction:
    """Ask how somebody of the people list is to be sanctioned, and why."""

    person: str
    name: str


@dataclass(frozen=True, slots=True)
class Kind:
    """In this way; "" is in another one."""

    kind: SanctionKind | Literal[""]


@dataclass(frozen=True, slots=True)
class Scope:
    """A sanction or an announcement is to hold there."""

    scope: ScopeKind


@dataclass(frozen=True, slots=True)
class Decide:
    """Sanction whom one was asked about, for this reason (a key of ``world.sanctions.REASONS``)."""

    reason: str


@dataclass(frozen=True, slots=True)
class DecideSaid:
    """The same, in one's own words."""


@dataclass(frozen=True, slots=True)
class Lift:
    """End a sanction that one has given."""

    number: int


@dataclass(frozen=True, slots=True)
class Announce:
    """Announce what stands in the field."""


@dataclass(frozen=True, slots=True)
class Resize:
    """Larger (+1) or smaller (-1) text."""

    step: int


@dataclass(frozen=True, slots=True)
class Dismiss:
    """Put a notice away."""

    serial: int


@dataclass(frozen=True, slots=True)
class TryAgain:
    """Connect again; after a visit has ended, by the door."""


@dataclass(frozen=True, slots=True)
class Leave:
    """End the program."""


Act = (
    Type
    | Choose
    | Speak
    | Enter
    | Back
    | Hear
    | SayAgain
    | Go
    | Open
    | Close
    | Read
    | Visit
    | Ring
    | LeaveDraft
    | Record
    | KeepRecording
    | DropRecording
    | Gesticulate
    | Follow
    | Take
    | TakeAlong
    | TakeOut
    | Part
    | GoToStage
    | Watch
    | Replay
    | SwitchVoice
    | SwitchMono
    | SwitchRecorded
    | ChangeVolume
    | Report
    | Reason
    | SendReport
    | ReadDecision
    | Sanction
    | Kind
    | Scope
    | Decide
    | DecideSaid
    | Lift
    | Announce
    | Resize
    | Dismiss
    | Block
    | TryAgain
    | Leave
)
