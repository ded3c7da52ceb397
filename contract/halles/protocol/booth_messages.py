"""Messages of a booth's staff: whether somebody is there, and the doorbell.

Their rows stand in ``table.TABLE`` with all others. Who else is on a booth's staff is no part of the wire: the
server tells the queue of a bell to those who may answer it, and to nobody else.
"""

from typing import Annotated, Final

import msgspec

from halles.ids import BoothId, HallId, VisitId
from halles.protocol.values import U16, U32, Line, Message, Milliseconds, Said500, Slug, Uuid
from halles.world.roles import Role
from halles.world.staffing import RingState, StaffedState
from halles.world.text import Language

RINGS_TOLD: Final = 32
"""Rings in one ``BellTold``."""

MESSAGE_CAP: Final = 500
"""Characters left with a missed ring."""

SERVED_TOLD: Final = 64
"""Booths in one ``StaffTold``."""

# --- client to server -----------------------------------------------------------------------------------------


class RingBell(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Rings at a booth: its staff are told, wherever in the show they are.

    Answered by ``Done`` (the ring in ``number``) or ``Rejected``; what becomes of it comes as ``RingTold``. Who rings
    again where a ring of theirs waits gets that ring.
    """

    request_id: Uuid
    booth: Slug


class CancelRing(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Takes one's own waiting ring back; leaving the show does as well. Answered by ``Done`` or ``Rejected``."""

    request_id: Uuid
    ring: U32


class AnswerBell(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Somebody of the staff answers a waiting ring: the visitor is told who comes. Of two who answer, one does.

    Answered by ``Done`` or ``Rejected``: FORBIDDEN for another booth's, NOT_FOUND for one that no longer waits.
    """

    request_id: Uuid
    ring: U32


class LeaveMessage(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Leaves a few words with one's own ring that was missed, once; the staff read them on their page.

    Answered by ``Done`` or ``Rejected``.
    """

    request_id: Uuid
    ring: U32
    text: Said500


class SayBackAt(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Somebody of the staff says in how many minutes the booth is staffed again.

    Answered by ``Done`` or ``Rejected``.
    """

    request_id: Uuid
    booth: Slug
    minutes: U16
    """0 takes it back."""


# --- server to client -----------------------------------------------------------------------------------------


class StaffedBooth(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """How a booth is staffed (part of ``BoothsStaffed``)."""

    booth: BoothId
    state: StaffedState
    back_at_ms: Milliseconds = 0
    """Unix time, with ``back``."""


class BoothsStaffed(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """How the hall's booths are staffed; follows ``BoothsListed``. Those that are not named are ``away``."""

    hall: HallId
    booths: tuple[StaffedBooth, ...]


class BoothStaffed(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A booth of this hall is staffed otherwise now.

    ``here``: somebody of the staff stands at it. ``elsewhere``: somebody is in the show, and hears the bell. ``back``:
    they said when they return. ``away``: none of these.
    """

    booth: BoothId
    state: StaffedState
    back_at_ms: Milliseconds = 0
    """Unix time, with ``back``."""


class RingCard(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One ring (part of ``BellTold``)."""

    ring: U32
    visit: VisitId
    name: str
    role: Role
    language: Language
    state: RingState
    rung_ms: Milliseconds
    """Unix time."""
    by: str = ""
    """Who answered."""


class BellTold(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The queue of a bell that this visit may answer: complete, at each change.

    All that wait, oldest first, then what was decided lately, newest first.
    """

    booth: BoothId
    name: str
    hall: HallId
    rings: Annotated[tuple[RingCard, ...], msgspec.Meta(max_length=RINGS_TOLD)]


class RingTold(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What became of one's own ring."""

    ring: U32
    booth: BoothId
    state: RingState
    by: Line = ""
    """Who answers and is on the way."""


class RingPlaced(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One's own ring waits: told when it rings, when its place changes, and when the visit has come back."""

    ring: U32
    booth: BoothId
    place: U16
    """1 is next; more than ``BellTold`` tells of counts as one more than those."""


class StaffedBy(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A booth of whose staff one is (part of ``StaffTold``)."""

    booth: BoothId
    name: str
    hall: HallId


class StaffTold(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The booths of whose staff one is oneself: complete, at each change; none where it does not come."""

    booths: Annotated[tuple[StaffedBy, ...], msgspec.Meta(max_length=SERVED_TOLD)]
