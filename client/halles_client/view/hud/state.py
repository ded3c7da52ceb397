"""What the HUD is shown and what people do with it: values in, events out.

``HudState`` is everything that the application tells the HUD; the events are everything that the HUD tells the
application. Nothing here knows the network, the scene graph or a clock, and no text here is for people: the HUD
finds the words in the reader's language. What somebody has open or half typed is not state of the show and stays
inside the HUD (``ui.py``).
"""

from dataclasses import dataclass
from typing import Literal

from halles.ids import BoothId, MediaId, SlotId
from halles.protocol.messages import Channel
from halles.world.booth import BoothContent
from halles.world.look import Look
from halles.world.movement import Gesture
from halles.world.roles import Role
from halles.world.satchel import ItemState
from halles.world.scene import Scene
from halles.world.staffing import RingState, StaffedState
from halles.world.text import Language
from halles_client.net.failures import Failure

_LOOK = Look()


@dataclass(frozen=True, slots=True)
class Place:
    """Where one stands.

    Attributes:
        name: The hall's name in the reader's language.
        colour: The hall's colour, sRGB hex without ``#``.
        people: How many are present, oneself included.
    """

    name: str
    colour: str
    people: int


@dataclass(frozen=True, slots=True)
class Connection:
    """How the link to the server fares.

    Attributes:
        state: ``closed`` is final: nothing is tried any more.
        retry_in_s: While connecting or reconnecting, whole seconds until the next try; 0 while one is under way.
        kept_s: While reconnecting, whole seconds for which the place is still kept; 0 when it is gone.
        close_code: Why it was closed or the last try failed (``halles.protocol.close_codes``), 0 before.
        address: Where the server is, as the person gave it.
        failure: While connecting, why the last try did not reach it.
    """

    state: Literal["connecting", "open", "reconnecting", "closed"] = "open"
    retry_in_s: int = 0
    kept_s: int = 0
    close_code: int = 0
    address: str = ""
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request that was refused; shown once for each new ``serial``.

    Attributes:
        serial: Different for each refusal, so that the same one twice is seen twice.
        code: A ``halles.errors.RejectionCode`` value.
        retry_s: Seconds to wait before trying again, 0 when unknown.
    """

    serial: int
    code: str
    retry_s: int = 0


@dataclass(frozen=True, slots=True)
class Door:
    """The card at the door, shown as long as it is there.

    Attributes:
        name: What stands in the name field at first.
        look: The avatar offered at first.
        busy: The server is being asked; why that takes long stands in ``Connection``.
        refusal: Why it said no, shown at the field.
    """

    name: str = ""
    look: Look = _LOOK
    busy: bool = False
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class ChatLine:
    """One line that somebody said.

    Attributes:
        channel: Where it was said.
        sender: The name shown.
        coat: Index into ``look.COATS``; None for the show itself.
        text: What was said.
        state: ``sending`` until the server has it, ``failed`` when it was refused or nobody answered.
        request: What ``SaidAgain`` gives back, opaque here; b"" where sending again would not help.
    """

    channel: Channel
    sender: str
    coat: int | None
    text: str
    state: Literal["said", "sending", "failed"] = "said"
    request: bytes = b""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody here.

    Attributes:
        id: The id that ``WentTo`` gives back, opaque here.
        name: The name shown.
        role: What somebody is in the show.
        coat: Index into ``look.COATS``.
        distance_m: Whole metres from oneself (whole, so that a step does not rebuild the list).
        booth: Name of the booth where somebody works, "" otherwise.
        me: Oneself.
    """

    id: str
    name: str
    role: Role
    coat: int
    distance_m: int
    booth: str = ""
    me: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """Something that one can go to.

    Attributes:
        kind: What it is.
        id: A hall's, booth's or person's id, opaque here.
        title: Its name.
        place: Where it is, in the reader's language; may be "".
    """

    kind: Literal["hall", "booth", "person"]
    id: str
    title: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to ``Searched``; shown only while ``query`` is what stands in the field."""

    query: str
    results: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class NearBooth:
    """The booth that ``E`` opens now."""

    booth: BoothId
    name: str


@dataclass(frozen=True, slots=True)
class Talk:
    """The booth where one talks.

    Attributes:
        name: The booth's.
        duty: It is one's own, and one stands at it: one may say when one is back.
    """

    name: str
    booth: BoothId
    duty: bool = False


@dataclass(frozen=True, slots=True)
class BoothSheet:
    """An open booth.

    Attributes:
        booth: Whose.
        slot: Its slot on the plan.
        hall: The hall's name in the reader's language.
        content: What it shows; None until it has arrived.
        staff: Names of the people who welcome there now.
        staffed: How it is staffed.
        back_at: With ``back``, hour and minute of this computer's clock.
        pictures: The encoded pictures that have arrived (WebP, PNG or JPEG bytes), by id.
        taken: What of it lies in the satchel; "" stands for its card.
        draft: Whether it is a draft, which nobody else reads.
    """

    booth: BoothId
    slot: SlotId
    hall: str
    content: BoothContent | None = None
    staff: tuple[str, ...] = ()
    pictures: tuple[tuple[MediaId, bytes], ...] = ()
    staffed: StaffedState = "away"
    back_at: tuple[int, int] = (0, 0)
    taken: frozenset[MediaId] = frozenset()
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """Something in the satchel.

    Attributes:
        item: What ``TookOut`` gives back, opaque here.
        booth: The name of the booth that it is of.
        media: The document; "" for the booth's card.
        title: The document's, in the reader's language where there is one.
        state: What has become of it at the booth.
    """

    item: int
    booth: str
    media: MediaId
    title: str = ""
    state: ItemState = "offered"


@dataclass(frozen=True, slots=True)
class Satchel:
    """What was taken along.

    Attributes:
        items: The newest first.
        count: How many there are in all.
        kept: ``visit``: no longer than that.
    """

    items: tuple[Taken, ...] = ()
    count: int = 0
    kept: Literal["account", "visit"] = "account"


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft that this visit sees in the hall, and nobody else.

    Attributes:
        booth: The booth's name, as the draft has it.
        revision: The draft's.
    """

    booth: str
    revision: int


@dataclass(frozen=True, slots=True)
class Caller:
    """Who waits longest at a bell that this person may answer.

    Attributes:
        ring: What ``AnsweredBell`` gives back, opaque here.
        name: The visitor's.
        booth: The booth's name.
        waiting: How many wait in all.
        missed: How many were missed lately.
    """

    ring: int
    name: str
    booth: str
    waiting: int = 1
    missed: int = 0


@dataclass(frozen=True, slots=True)
class OwnRing:
    """A ring of one's own.

    Attributes:
        booth: The booth's name.
        state: What became of it.
        by: Who answered.
    """

    booth: str
    state: RingState = "waiting"
    by: str = ""


@dataclass(frozen=True, slots=True)
class RecordedHost:
    """A recorded host who says something near one.

    Attributes:
        name: Who was recorded.
        booth: The booth's name.
        line: What is said now.
        language: The language that it is in.
    """

    name: str
    booth: str
    line: str
    language: Language


@dataclass(frozen=True, slots=True)
class Recording:
    """Recording oneself as the host of a booth, where one may.

    Attributes:
        state: ``off``: one may begin; ``asking``: it is ended and nothing has been sent yet.
        booth: The booth's name.
        seconds: How long it is.
        most: How long it may be.
        lines: How many lines were said.
        replaces: Whether it would take the place of another.
    """

    state: Literal["off", "recording", "asking", "sending", "kept"]
    booth: str
    seconds: int = 0
    most: int = 0
    lines: int = 0
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """A refusal or a news item for the notice card; it leaves by itself.

    Attributes:
        serial: Different for each notice.
        refusal: A rejection's code, or "" when ``text`` is meant.
        text: A text that already is in the reader's language (an announcement), or "".
    """

    serial: int
    refusal: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """Something that takes longer than a second.

    Attributes:
        what: What is being done.
        name: Of which hall, or where to; "" when there is none.
        done: Share from 0 to 1, None when nobody knows.
    """

    what: Literal["hall", "connecting"]
    name: str = ""
    done: float | None = None


@dataclass(frozen=True, slots=True)
class MapBooth:
    """An occupied slot on the map.

    Attributes:
        slot: Which.
        accent: Its accent's index.
        name: Who is there.
        id: The id that ``WentTo`` gives back, opaque here.
    """

    slot: SlotId
    accent: int
    name: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class MapPlan:
    """What the map shows beside people.

    Attributes:
        scene: The hall's plan.
        booths: The occupied slots.
        doors: Portal's id and where it leads, in the reader's language.
    """

    scene: Scene
    booths: tuple[MapBooth, ...] = ()
    doors: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class HudState:
    """All that the HUD shows; None or empty where there is nothing to show.

    Attributes:
        connection: Always known.
        door: The card at the door; while it is there nothing else but the connection is drawn.
        place: Hall and people present, top left.
        chat: The newest lines, oldest first; the last 200 are read.
        chat_refusal: Why the last line was refused; it stands in ``chat`` as failed.
        people: Who is here, any order, while ``Hud.listing``.
        found: The newest answer to ``Searched``.
        near: The booth that E opens.
        sheet: The open booth, until ``ClosedSheet`` is heeded.
        notices: The newest is shown.
        map: The hall's plan; people and oneself come through ``Hud.locate``.
        progress: Loading.
        caller: Who rings where this person is of the staff.
        own_ring: One's own ring, as long as there is something to say of it.
        talk: The booth of the chat's third channel; None where one is at none.
        satchel: What was taken along, once it has been read.
        draft: The draft that is seen here.
        host: A recorded host who says something near one.
        recording: Recording oneself, where one may.
    """

    connection: Connection = Connection()
    door: Door | None = None
    place: Place | None = None
    chat: tuple[ChatLine, ...] = ()
    chat_refusal: Refusal | None = None
    people: tuple[Person, ...] = ()
    found: Found | None = None
    near: NearBooth | None = None
    sheet: BoothSheet | None = None
    notices: tuple[Notice, ...] = ()
    map: MapPlan | None = None
    progress: Progress | None = None
    caller: Caller | None = None
    own_ring: OwnRing | None = None
    talk: Talk | None = None
    satchel: Satchel | None = None
    draft: Draft | None = None
    host: RecordedHost | None = None
    recording: Recording | None = None


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
class Gestured:
    """Make my avatar do this; ``Gesture.NONE`` ends it."""

    gesture: Gesture


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
    | Gestured
    | ChangedLanguage
    | ChangedScale
    | TriedAgain
    | Left
)
"""Whatever ``Hud.events`` may give."""
