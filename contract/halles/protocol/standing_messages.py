"""Messages of sanctions: what moderators do in the world, and what somebody is told of their own.

Their rows stand in ``table.TABLE`` with all others. What somebody else is under is no part of the wire: moderators read
it on their pages.
"""

from typing import Annotated, Final, Literal

import msgspec

from halles.protocol.values import U16, U32, Message, Milliseconds, Said500, Slug, Uuid
from halles.world.roles import Role
from halles.world.sanctions import SanctionKind

TOLD_MOST: Final = 16
"""Sanctions in one ``SanctionTold``."""

BANNED: Final = "BANNED"
"""In ``Goodbye.reason``: who says hello may not come in; ``text`` says why, ``retry_after_ms`` for how long."""

REMOVED: Final = "REMOVED"
"""In ``Goodbye.reason``: the visit was ended, and ``text`` says why; whoever it was may come back."""

DEVICE_CAP: Final = 64
"""Characters of a device key."""

DeviceKey = Annotated[str, msgspec.Meta(max_length=DEVICE_CAP)]
"""A random text that a client makes once, keeps and sends: 32 random bytes in URL-safe base64."""

Reason = Annotated[str, msgspec.Meta(max_length=800)]
"""Up to 200 characters as sent; more is refused with INVALID_TEXT rather than a close."""

ScopeKind = Literal["show", "hall", "booth", "live"]

# --- client to server -----------------------------------------------------------------------------------------


class Sanction(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A moderator sanctions somebody within a scope in which it may.

    Answered by ``Done`` (the sanction in ``number``) or ``Rejected``: FORBIDDEN for somebody of one's own rank or
    above, outside one's scope, or for the last organiser; NOT_FOUND for no such person or place, and for a removal of
    who is not here any more; NOT_NOW in a live session that is over; BAD_FIELD for a time that cannot be; INVALID_TEXT
    for a reason that is none; OVER_BUDGET while too many sanctions are in force; STORAGE_FULL.
    """

    request_id: Uuid
    visit: Slug
    """Whose visit."""
    kind: SanctionKind
    minutes: U32
    """For how long; with ``warn`` and ``remove`` it does not matter."""
    reason: Reason
    """The person reads it."""
    scope: ScopeKind = "show"
    place: Slug = ""
    """The hall, booth or live session; "" for the show."""
    address: bool = False
    """With ``ban``, of a guest: hold the address as well, for a day at most. ``AddressShared`` says who else has it."""


class LiftSanction(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A moderator ends a sanction before its time.

    Answered by ``Done`` or ``Rejected``: FORBIDDEN outside one's scope, for one's own, and for what somebody above has
    given; NOT_FOUND for one that is not in force; INVALID_TEXT; STORAGE_FULL.
    """

    request_id: Uuid
    sanction: U32
    reason: Reason = ""


class Appeal(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Somebody writes, once, why a sanction that they are under should end.

    Answered by ``Done`` or ``Rejected``: NOT_FOUND for another's, or one with an appeal already; INVALID_TEXT;
    STORAGE_FULL.
    """

    request_id: Uuid
    sanction: U32
    text: Said500


# --- server to client -----------------------------------------------------------------------------------------


class SanctionCard(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A sanction that one is under (part of ``SanctionTold``)."""

    sanction: U32
    kind: SanctionKind
    scope: ScopeKind
    place: Slug
    """The hall, booth or live session; "" for the show."""
    reason: str
    until_ms: Milliseconds
    """Unix time."""
    appealed: bool = False
    by_role: Role = Role.MODERATOR
    """As what it was given, which the person reads; not by whom."""
    upheld: bool = False
    """Whether the appeal was answered, and it stays."""
    answer: str = ""
    """What was answered, as written."""


class LiftedCard(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A sanction that was lately lifted before its end (part of ``SanctionTold``)."""

    sanction: U32
    kind: SanctionKind
    scope: ScopeKind
    place: Slug
    """The hall, booth or live session; "" for the show."""
    answer: str
    """Why, as written; "" where nothing was."""
    appealed: bool = False
    """Whether that answers an appeal."""


class SanctionTold(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The sanctions that one is under oneself: complete, at each change; none where it does not come."""

    sanctions: Annotated[tuple[SanctionCard, ...], msgspec.Meta(max_length=TOLD_MOST)]
    lifted: Annotated[tuple[LiftedCard, ...], msgspec.Meta(max_length=TOLD_MOST)] = ()
    """Those that were lifted in the last hour: none of them binds any more."""


class AppealsWaiting(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """How many appeals wait, told at each change to who may answer them."""

    count: U16


class AddressShared(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A ban that holds an address as well was given: so many other visits have the same address now."""

    sanction: U32
    others: U16
