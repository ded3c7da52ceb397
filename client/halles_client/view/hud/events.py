"""What people do with the HUD: all that it tells the application, which alone knows what to do about it."""

from dataclasses import dataclass

from halles.ids import BoothId, LiveSessionId, MediaId
from halles.protocol.messages import Channel
from halles.protocol.standing_messages import ScopeKind
from halles.world.look import Look
from halles.world.movement import Gesture
from halles.world.reports import ReportAbout, ReportReason
from halles.world.sanctions import SanctionKind
from halles.world.text import Language
from halles_client.view.hud.live_state import LiveWish
from halles_client.view.hud.replay_state import ReplayWish
from halles_client.view.hud.state import Result


@dataclass(frozen=True, slots=True)
class EnteredAtDoor:
    """Somebody pressed Enter at the door, with a name that is not blank."""

    name: str
    look: Look
    language: Language


@dataclass(frozen=True, slots=True)
class WentBack:
    """Somebody at the door waits no longer: let go of the server."""


@dataclass(frozen=True, slots=True)
class SaidIt:
    """A line for the chat; never blank."""

    channel: Channel
    text: str


@dataclass(frozen=True, slots=True)
class SaidAgain:
    """Send this line again."""

    request: bytes


@dataclass(frozen=True, slots=True)
class Searched:
    """The go-to field changed; answer with ``HudState.found``. "" when it was opened: suggest something."""

    query: str


@dataclass(frozen=True, slots=True)
class WentTo:
    """Take me there (a result, or somebody of the people list)."""

    result: Result


@dataclass(frozen=True, slots=True)
class OpenedBooth:
    """Show this booth's sheet."""

    booth: BoothId


@dataclass(frozen=True, slots=True)
class Rang:
    """Ring at this booth."""

    booth: BoothId


@dataclass(frozen=True, slots=True)
class TookRingBack:
    """Take my waiting ring back."""


@dataclass(frozen=True, slots=True)
class AnsweredBell:
    """I answer this ring: take me there."""

    ring: int


@dataclass(frozen=True, slots=True)
class LeftMessage:
    """Leave these words with my missed ring; never blank."""

    text: str


@dataclass(frozen=True, slots=True)
class SaidBack:
    """I am back at my booth in so many minutes (0 takes that back), or at an hour and minute of this computer."""

    minutes: int = 0
    at: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class ToggledRecording:
    """Begin recording me, or end it."""


@dataclass(frozen=True, slots=True)
class AgreedToRecording:
    """I agree that the recording is kept and shown."""


@dataclass(frozen=True, slots=True)
class DiscardedRecording:
    """Throw the recording away."""


@dataclass(frozen=True, slots=True)
class ClosedSheet:
    """The booth's sheet was closed: take it out of the state."""


@dataclass(frozen=True, slots=True)
class LeftDraft:
    """Sees what is published again."""


@dataclass(frozen=True, slots=True)
class OpenedLink:
    """Open this https address in the browser."""

    url: str


@dataclass(frozen=True, slots=True)
class OpenedDocument:
    """Open this document of a booth in the browser."""

    media: MediaId


@dataclass(frozen=True, slots=True)
class OpenedSatchel:
    """Somebody looks into the satchel: read it anew."""


@dataclass(frozen=True, slots=True)
class TookAlong:
    """Take a booth's document, or with "" its card, into the satchel."""

    booth: BoothId
    media: MediaId


@dataclass(frozen=True, slots=True)
class TookOut:
    """Take this out of the satchel."""

    item: int


@dataclass(frozen=True, slots=True)
class TookPart:
    """Do this in the live session."""

    what: LiveWish


@dataclass(frozen=True, slots=True)
class AskedLive:
    """Ask the live session this; never blank."""

    text: str


@dataclass(frozen=True, slots=True)
class SaidBackstage:
    """Say this to the hosts and speakers of the live session; never blank."""

    text: str


@dataclass(frozen=True, slots=True)
class OpenedProgramme:
    """Somebody looks at the programme: ask anew what can be watched again."""


@dataclass(frozen=True, slots=True)
class Watched:
    """Let me watch this recorded live session, in its hall."""

    session: LiveSessionId


@dataclass(frozen=True, slots=True)
class DidReplay:
    """Do this with what is watched."""

    what: ReplayWish


@dataclass(frozen=True, slots=True)
class WentToStage:
    """Take me before the stage of the live session."""


@dataclass(frozen=True, slots=True)
class MarkedComing:
    """I will come to this live session, or will not any more."""

    session: LiveSessionId


@dataclass(frozen=True, slots=True)
class Reported:
    """Tell the moderators of this: somebody (``Person.id``), a line of theirs by its time, or a booth."""

    about: ReportAbout
    subject: str
    reason: ReportReason
    text: str = ""
    said_ms: int = 0


@dataclass(frozen=True, slots=True)
class ReadDecision:
    """I have read this decision about me."""

    number: int


@dataclass(frozen=True, slots=True)
class Sanctioned:
    """Sanction somebody (``Person.id``) there, for a reason of ``world.sanctions.REASONS``, else for what was said."""

    person: str
    kind: SanctionKind
    scope: ScopeKind
    reason: str
    said: str = ""


@dataclass(frozen=True, slots=True)
class Lifted:
    """End this sanction that I have given."""

    number: int


@dataclass(frozen=True, slots=True)
class Announced:
    """Announce this there, in my language; never blank."""

    scope: ScopeKind
    text: str


@dataclass(frozen=True, slots=True)
class Blocked:
    """I want to see and hear nothing of somebody (``Person.id``), or again."""

    person: str
    on: bool


@dataclass(frozen=True, slots=True)
class Gestured:
    """Make my avatar do this; ``Gesture.NONE`` ends it."""

    gesture: Gesture


@dataclass(frozen=True, slots=True)
class SwitchedVoice:
    """Talk and hear by voice from now on, or no more; remember it."""

    on: bool


@dataclass(frozen=True, slots=True)
class SwitchedMono:
    """The same in both ears, or where each voice comes from; remember it."""

    on: bool


@dataclass(frozen=True, slots=True)
class SwitchedRecorded:
    """One's voice from the stage may stay in recordings, or not."""

    on: bool


@dataclass(frozen=True, slots=True)
class ChangedVolume:
    """Somebody of ``VoiceShown.speakers`` louder (+1) or softer (-1)."""

    speaker: str
    step: int


@dataclass(frozen=True, slots=True)
class ChangedLanguage:
    """The HUD already speaks it; remember it, and tell the server."""

    language: Language


@dataclass(frozen=True, slots=True)
class ChangedScale:
    """The HUD already has this size of text, 1 to 2; remember it."""

    ui_scale: float


@dataclass(frozen=True, slots=True)
class TriedAgain:
    """Connect again, now."""


@dataclass(frozen=True, slots=True)
class Left:
    """Leave the show and end the program."""


HudEvent = (
    EnteredAtDoor
    | WentBack
    | SaidIt
    | SaidAgain
    | Searched
    | WentTo
    | OpenedBooth
    | Rang
    | TookRingBack
    | AnsweredBell
    | LeftMessage
    | SaidBack
    | ToggledRecording
    | AgreedToRecording
    | DiscardedRecording
    | ClosedSheet
    | LeftDraft
    | OpenedLink
    | OpenedDocument
    | OpenedSatchel
    | TookAlong
    | TookOut
    | TookPart
    | AskedLive
    | SaidBackstage
    | WentToStage
    | OpenedProgramme
    | Watched
    | DidReplay
    | MarkedComing
    | Reported
    | ReadDecision
    | Sanctioned
    | Lifted
    | Announced
    | Blocked
    | Gestured
    | SwitchedVoice
    | SwitchedMono
    | SwitchedRecorded
    | ChangedVolume
    | ChangedLanguage
    | ChangedScale
    | TriedAgain
    | Left
)
"""Whatever ``Hud.events`` may give."""
