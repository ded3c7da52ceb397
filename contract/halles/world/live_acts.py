"""What people do in a live session: each act is a type, and stands in the one union ``LiveAct``.

Belongs here: the acts as values. Not here: who may do them and what they change (``live_rules``). On the wire an act is
an array that begins with its name.
"""

from typing import Annotated, Literal

import msgspec

from halles.world.live import CHAIRS, MATERIALS_CAP, SECONDS_CAP, Key, Mode, ScreenShows
from halles.world.live_queue import Move

StepName = Literal["open-doors", "start", "pause", "resume", "close", "end", "publish"]
Who = Key
"""Somebody's key in this live session, or their visit."""
Seconds = Annotated[int, msgspec.Meta(ge=0, le=SECONDS_CAP)]
Place = Annotated[int, msgspec.Meta(ge=0, lt=MATERIALS_CAP)]
ChairNumber = Annotated[int, msgspec.Meta(ge=0, lt=CHAIRS)]

# --- anybody's --------------------------------------------------------------------------------------------------


class RaiseHand(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="raise-hand"):
    """Asks for the floor."""


class LowerHand(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="lower-hand"):
    """Lowers one's own hand; another's, ``who``, only hosts do."""

    who: Who = ""


class TakeFloor(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="take-floor"):
    """Takes the floor oneself, which hosts may always, others while the mode is ``open``."""


class YieldFloor(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="yield-floor"):
    """Gives the floor back; another's, ``who``, only hosts end."""

    who: Who = ""


class TakeChair(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="take-chair"):
    """Sits down on a free chair of a fishbowl. Where it was the last, whoever has sat longest gets up."""

    chair: ChairNumber


class LeaveChair(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="leave-chair"):
    """Gets up; another, ``who``, only hosts ask to."""

    who: Who = ""


# --- the presenter's, or the hosts' while there is none ----------------------------------------------------------


class ShowPage(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="show-page"):
    """Shows a page of a document."""

    material: Place
    page: Annotated[int, msgspec.Meta(ge=1, le=1000)]


class RunFilm(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="run-film"):
    """Shows a film from a position, playing or standing still."""

    material: Place
    position_ms: Annotated[int, msgspec.Meta(ge=0, le=SECONDS_CAP * 1000)]
    playing: bool


# --- the hosts' --------------------------------------------------------------------------------------------------


class Step(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="step"):
    """Goes to the next phase."""

    step: StepName


class SetMode(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="set-mode"):
    """Changes how people take part; who may not speak any more does not."""

    mode: Mode


class GiveFloor(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="give-floor"):
    """Gives somebody the floor, for so many seconds or, with 0, without a clock."""

    who: Who
    seconds: Seconds = 0


class MoveHand(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="move-hand"):
    """Puts somebody who waits to the front of the queue, or one place up or down."""

    who: Who
    to: Move


class Seat(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="seat"):
    """Offers somebody a chair, where they sit down at once."""

    who: Who
    chair: ChairNumber


class MakePresenter(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="make-presenter"):
    """Lets somebody alone turn pages and run films; "" gives it back to the hosts."""

    who: Who = ""


class ShowOnScreen(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="show"):
    """Chooses what the screen shows; a question by its number."""

    screen: ScreenShows
    question: Annotated[int, msgspec.Meta(ge=0, le=2**32 - 1)] = 0


class CountDown(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="count-down"):
    """Counts down on the screen; 0 seconds ends it."""

    seconds: Seconds


class FreezeChat(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="freeze-chat"):
    """Lets only hosts and the stage write to the hall and to those near, or everybody again."""

    on: bool


class LockDoor(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="lock-door"):
    """Lets nobody else into the hall, or everybody again."""

    on: bool


class ShutBackstage(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="shut-backstage"):
    """Lets somebody be backstage no more who was let in with the floor or a chair."""

    who: Who


class Record(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="record"):
    """Keeps what happens from now on, to be seen again, or keeps it no more."""

    on: bool


# --- the server's own --------------------------------------------------------------------------------------------


class Return(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="return"):
    """Somebody is back with another visit: hand, chair and floor are theirs as before."""


class Depart(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="depart"):
    """Somebody is gone for good: the visit that held something is over. Another one of theirs keeps what it has."""

    who: Who
    visit: Annotated[str, msgspec.Meta(max_length=64)] = ""


class Silence(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="silence"):
    """Somebody may not speak any more: hand, floor and a chair that gives the floor are theirs no longer."""

    who: Who


class HostsGone(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="hosts-gone"):
    """No host has been here for a while: it pauses until one is back."""


PublicAct = RaiseHand | LowerHand | TakeFloor | YieldFloor | TakeChair | LeaveChair
ShowingAct = ShowPage | RunFilm
HostAct = (
    Step
    | SetMode
    | GiveFloor
    | MoveHand
    | Seat
    | MakePresenter
    | ShowOnScreen
    | CountDown
    | FreezeChat
    | LockDoor
    | Record
    | ShutBackstage
)
ServerAct = Return | Depart | Silence | HostsGone

LiveAct = PublicAct | ShowingAct | HostAct
"""What may be asked for."""


def name_of(act: LiveAct | ServerAct) -> str:
    """Returns an act's name, as records have it."""
    return tag_of(type(act))


def tag_of(kind: type[msgspec.Struct]) -> str:
    """Returns the name of a kind of act."""
    return str(kind.__struct_config__.tag)
