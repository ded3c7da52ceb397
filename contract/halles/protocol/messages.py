"""The messages: one message is one frozen type is one row of ``table.TABLE``.

Client to server are requests (``EnterHall``), server to client facts in the past (``HallEntered``). On the wire a
message is the MessagePack array ``[code, field, …]`` with the fields in the order written here. New fields go at
the end with a default, so that an older peer's shorter array still reads. Everything that a peer controls has a cap.
"""

from typing import Annotated, Final, Literal

import msgspec

from halles.ids import AvatarNumber, BoothId, HallId, MediaId, SlotId, VisitId
from halles.protocol.chat_messages import CHAT_CAP as CHAT_CAP
from halles.protocol.chat_messages import BoothChatRead as BoothChatRead
from halles.protocol.chat_messages import Channel as Channel
from halles.protocol.chat_messages import ChatLine as ChatLine
from halles.protocol.chat_messages import ChatRead as ChatRead
from halles.protocol.chat_messages import ReadBoothChat as ReadBoothChat
from halles.protocol.chat_messages import Said as Said
from halles.protocol.chat_messages import Say as Say
from halles.protocol.standing_messages import DeviceKey
from halles.protocol.values import U8, U16, U32, Line, Milliseconds, Uuid
from halles.protocol.values import Message as Message
from halles.protocol.values import Slug as Slug
from halles.world.booth import BoothContent, BoothEdit, OrganisationKind
from halles.world.look import Look
from halles.world.roles import Role
from halles.world.text import Language, Text

CENTIMETRES_MOST: Final = 32_000
Centimetres = Annotated[int, msgspec.Meta(ge=-CENTIMETRES_MOST, le=CENTIMETRES_MOST)]
HEIGHT_MOST: Final = 510
"""Centimetres; a near record can tell of no more (``pose_batch``)."""

Secret = Annotated[str, msgspec.Meta(max_length=256)]
Address = Annotated[str, msgspec.Meta(max_length=300)]
"""A websocket's URL, ``ws://…`` or ``wss://…``."""

Elsewhere = Annotated[tuple[Address, ...], msgspec.Meta(max_length=16)]
"""Other nodes of the same show: a visit may come back at any of them, with its resume token."""

# --- client to server: admission -----------------------------------------------------------------------------


class Hello(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The first message of every connection, within 5 s: who comes, by which way, speaking which versions."""

    oldest: U16
    newest: U16
    way: Literal["guest", "account", "ticket", "resume"]
    secret: Secret
    """The password, ticket or resume token; "" for a guest."""
    name: Line
    """The name to show for a guest, the login for an account; ignored for a ticket or a return."""
    language: Language
    look: Look
    software: Line
    """The client's name and version, for the log."""
    conduct: bool = False
    """The code of conduct was accepted; without it only a return is let in, all else is refused with FORBIDDEN."""
    kind: Literal["person", "bot"] = "person"
    """Bots say so: they are counted apart."""
    device: DeviceKey = ""
    """What this client made at random and keeps, the same at each visit, or "": a guest's sanctions hold by it, and
    their votes count once."""


class EnterHall(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Asks to be in a hall, at a place of it; also to jump within the hall one is in.

    ``place`` is "" (the first spawn, or the exact place for a visit that returns), ``spawn:<id>``, ``booth:<id>``,
    ``stage:<id>`` or ``visit:<id>`` (beside somebody, in whatever hall they are: ``hall`` is then ignored). Answered by
    ``HallEntered`` or ``Rejected``.
    """

    request_id: Uuid
    hall: Slug
    place: Line = ""


class Move(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Where the avatar is now. Sent 10 to 20 times a second while something changes, once a second else.

    Read fastest where each integer is written as wide as its type may need: u32, i16, i16, u16, u16, u8; 21 bytes.
    """

    sequence: U32
    """Counts up; a ``Correction`` names the last one that it overrules."""
    x: Centimetres
    y: Centimetres
    z: Annotated[int, msgspec.Meta(ge=0, le=HEIGHT_MOST)]
    heading: U16
    """65,536ths of a turn, 0 north, growing left."""
    act: U8 = 0
    """Low 4 bits: gesture; bit 4: running. A gesture or bit that this page does not name is told to nobody: it counts
    as 0."""


class Find(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Searches halls, booths and people by name, tolerant of accents and typing errors. Answered by ``Found``.

    A booth is found by its slot too, and where no booth's name or slot fits, by the words of its texts.
    """

    request_id: Uuid
    query: Line


class ReadBooth(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Asks for all that a booth shows. Answered by ``BoothRead`` or ``Rejected``."""

    request_id: Uuid
    booth: Slug


class EditBooth(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Changes a booth, if it still is at ``revision``.

    Answered by ``Done`` (the new revision in ``number``) or ``Rejected``.
    """

    request_id: Uuid
    booth: Slug
    revision: U32
    edit: BoothEdit


class ListPeople(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Asks how many people are in each hall. Answered by ``PeopleCounted``."""


class Leave(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Ends the visit; the server closes with 1000. Without it, the visit waits ``Welcomed.resume_s`` for a return."""


# --- server to client ----------------------------------------------------------------------------------------


class HallCard(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A hall in the list of halls (part of ``Welcomed``)."""

    hall: HallId
    name: Text
    region: Text
    subject: Text
    colour: str
    people: U16
    digest: str
    """SHA-256 of the plan's file: a client with another plan says so instead of walking through walls."""


class Welcomed(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The visit is admitted."""

    version: U16
    visit: VisitId
    resume: Secret
    """The resume token, good once, until ``resume_s`` after a drop; a new one comes with each welcome."""
    name: str
    role: Role
    language: Language
    look: Look
    halls: tuple[HallCard, ...]
    tick_hz: U8
    last_hall: Slug = ""
    """Where a returning visit was; "" for a new one. ``EnterHall`` with this hall and no place gives back the place."""
    server_time_ms: Milliseconds = 0
    resume_s: U32 = 60
    """Whole seconds after a drop for which the visit may come back to its place."""
    elsewhere: Elsewhere = ()
    """Where else it may come back when this address does not answer."""


class Goodbye(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The server is about to close, and why."""

    code: U16
    text: str
    retry_after_ms: U32 = 0
    oldest: U16 = 0
    """With WRONG_VERSION: the versions that the server speaks."""
    newest: U16 = 0
    reason: Line = ""
    """A rejection code where one says more than the close code: NAME_TAKEN, INVALID_TEXT, UNAVAILABLE … With 4403:
    BANNED or REMOVED; ``text`` is then the moderator's reason, and ``retry_after_ms`` says until when."""


class HallEntered(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The avatar stands in the hall, with this number and pose; who else and which booths follow."""

    request_id: Uuid
    hall: HallId
    number: AvatarNumber
    x: Centimetres
    y: Centimetres
    z: U16
    heading: U16
    people: U16


class AvatarCard(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Somebody in the hall (part of ``AvatarsEntered``)."""

    number: AvatarNumber
    visit: VisitId
    name: str
    role: Role
    language: Language
    look: Look
    bot: bool
    x: Centimetres
    y: Centimetres
    heading: U8
    act: U8 = 0


class AvatarsEntered(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """These came in; right after ``HallEntered``: everybody who is there, in portions of at most 200.

    The portions come as fast as they are read, and news may come between them: somebody may be told twice (the later
    one holds), and ``AvatarsLeft`` may name somebody never told.
    """

    avatars: tuple[AvatarCard, ...]


class AvatarsLeft(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """These went; their numbers may be given again."""

    numbers: tuple[AvatarNumber, ...]


class PoseBatch(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Where people are, as of ``time_ms``: see ``docs/protocol.md``, section pose batches."""

    tick: U32
    time_ms: Milliseconds
    """The server's own clock, for interpolation only."""
    near: bytes
    far: bytes


class Correction(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The server overrules the place: go on from here. Moves up to ``sequence`` were judged."""

    sequence: U32
    x: Centimetres
    y: Centimetres
    z: U16
    heading: U16
    reason: Literal["too-far", "wall"]


class BoothCard(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A booth seen from the aisle (part of ``BoothsListed`` and ``BoothEdited``)."""

    booth: BoothId
    slot: SlotId
    revision: U32
    name: str
    kind: OrganisationKind
    accent: U8
    pictures: tuple[tuple[str, str], ...]
    """(panel slot, media id) of each panel that has a picture."""
    model: MediaId = MediaId("")
    """What stands on its counter, or ""."""
    film: MediaId = MediaId("")
    """What its screen plays, or ""."""


class BoothsListed(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The booths of a hall; follows ``HallEntered``."""

    hall: HallId
    booths: tuple[BoothCard, ...]


class BoothRead(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """All that a booth shows."""

    request_id: Uuid
    booth: BoothId
    hall: HallId
    slot: SlotId
    revision: U32
    content: BoothContent


class BoothEdited(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A booth of this hall has changed."""

    card: BoothCard


class FoundItem(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One thing found (part of ``Found``); ``hall`` and ``place`` go into ``EnterHall`` as they are."""

    kind: Literal["hall", "booth", "person", "live"]
    name: Text
    """The same in every language for booths and people."""
    hall: HallId
    place: str
    detail: str
    """A booth's slot, a person's role, a live session's id."""


class Found(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What a search found: each kind together and best first, the kind with the best of all before the others."""

    request_id: Uuid
    items: tuple[FoundItem, ...]


class PeopleCounted(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """How many people are in each hall; also sent by itself when it changes, at most every 2 s."""

    counts: tuple[tuple[HallId, U16], ...]


class Done(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The request was carried out and its effect is committed."""

    request_id: Uuid
    number: U32 = 0


class Rejected(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The request was refused; ``code`` is one of the rejection codes."""

    request_id: Uuid
    code: str
    text: str
    """English, for developers; people read their catalogue's text for the code."""
    retry_after_ms: U32 = 0
    most: U32 = 0
    """With INVALID_TEXT, of a text that is too long: how many characters it may have; 0 for another reason."""


class NodesListed(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Where else the visit may come back has changed since ``Welcomed.elsewhere``."""

    elsewhere: Elsewhere
