"""What the HUD is shown: values in; what people do with it comes out as the events of ``events.py``.

``HudState`` is everything that the application tells the HUD; its parts about booths stand in ``booth_state.py``.
Nothing here knows the network, the scene graph or a clock, and no text here is for people: the HUD
finds the words in the reader's language. What somebody has open or half typed is not state of the show and stays
inside the HUD (``ui.py``).
"""

from dataclasses import dataclass
from typing import Literal

from halles.ids import LiveSessionId, SlotId
from halles.protocol.messages import Channel
from halles.world.look import Look
from halles.world.roles import Role
from halles.world.scene import Scene
from halles_client.net.failures import Failure
from halles_client.view.hud.booth_state import (
    BoothSheet,
    Caller,
    Draft,
    NearBooth,
    OwnRing,
    RecordedHost,
    Recording,
    Satchel,
    Talk,
)
from halles_client.view.hud.live_state import LiveShown
from halles_client.view.hud.replay_state import ReplayShown, Watchable
from halles_client.view.hud.safety_state import Decision, Moderating
from halles_client.view.hud.voice_state import VoiceShown

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
        said: When one was removed, the moderator's reason.
        until: When one may not come in, day, month, hour and minute of its end.
    """

    state: Literal["connecting", "open", "reconnecting", "closed"] = "open"
    retry_in_s: int = 0
    kept_s: int = 0
    close_code: int = 0
    address: str = ""
    failure: Failure | None = None
    said: str = ""
    until: tuple[int, int, int, int] | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request that was refused; shown once for each new ``serial``.

    Attributes:
        serial: Different for each refusal, so that the same one twice is seen twice.
        code: A ``halles.errors.RejectionCode`` value.
        retry_s: Seconds to wait before trying again, 0 when unknown.
        said: Why, in the reader's language, where more is known than the code; "" else.
    """

    serial: int
    code: str
    retry_s: int = 0
    said: str = ""


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
        by: Who said it, as ``Person.id``; "" of one's own and of the show's.
        said_ms: When, Unix time.
    """

    channel: Channel
    sender: str
    coat: int | None
    text: str
    state: Literal["said", "sending", "failed"] = "said"
    request: bytes = b""
    by: str = ""
    said_ms: int = 0


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
        speaks: Whether their voice is heard now.
        blocked: Whether one has blocked them, and sees and hears nothing of them.
    """

    id: str
    name: str
    role: Role
    coat: int
    distance_m: int
    booth: str = ""
    me: bool = False
    speaks: bool = False
    blocked: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """Something that one can go to.

    Attributes:
        kind: What it is.
        id: A hall's, booth's or person's id, opaque here.
        title: Its name.
        place: Where it is, in the reader's language; may be "".
    """

    kind: Literal["hall", "booth", "person", "live"]
    id: str
    title: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """A live session on the programme's sheet.

    Attributes:
        session: What ``MarkedComing`` gives back, opaque here.
        goal: What ``WentTo`` gives back: before its stage.
        when: The hour, with the day where that is not today.
        on: Whether it is on now.
        coming: Whether one will come, and is reminded.
    """

    session: LiveSessionId
    goal: Result
    when: str
    on: bool = False
    coming: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to ``Searched``; shown only while ``query`` is what stands in the field."""

    query: str
    results: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """A refusal or a news item for the notice card; it leaves by itself.

    Attributes:
        serial: Different for each notice.
        refusal: A rejection's code, or "" when ``text`` is meant.
        text: A text that already is in the reader's language (an announcement), or "".
        stays_s: Seconds for which it is shown.
    """

    serial: int
    refusal: str = ""
    text: str = ""
    stays_s: float = 8.0


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
        live: The live session of this hall.
        replay: What is watched again.
        watchable: What could be, newest first.
        programme: What is on and what comes, by time.
        voice: Talking by voice, where the show has it.
        decision: What moderators have decided about oneself.
        moderating: What one moderates here, where one does.
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
    live: LiveShown | None = None
    replay: ReplayShown | None = None
    watchable: tuple[Watchable, ...] = ()
    programme: tuple[Planned, ...] = ()
    voice: VoiceShown | None = None
    decision: Decision | None = None
    moderating: Moderating | None = None
