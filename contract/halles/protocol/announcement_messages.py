"""Messages of announcements: what the house, moderators and booths' staff call out to the show, a hall or a booth.

Their rows stand in ``table.TABLE`` with all others.
"""

from typing import Final

from halles.protocol.standing_messages import ScopeKind
from halles.protocol.values import U32, Line, Message, Milliseconds, Slug, Uuid
from halles.world.text import Text

ANNOUNCEMENT_CAP: Final = 300
"""Characters of an announcement in one language."""

NEWS_MS: Final = 10 * 60 * 1000
"""For how long an announcement is news: who comes later is not told it."""

ANNOUNCED_MOST: Final = 50
"""Announcements that are news at once; of more the newest."""

# --- client to server -----------------------------------------------------------------------------------------


class Announce(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Calls something out to the whole show, to a hall, to the hall of a live session, or at a booth.

    Answered by ``Done`` (the announcement in ``number``) or ``Rejected``: FORBIDDEN to who has not the right there;
    NOT_FOUND; INVALID_TEXT for a text that is too long or in no language; RATE_LIMITED.
    """

    request_id: Uuid
    scope: ScopeKind
    place: Slug
    """The hall, booth or live session; "" for the show."""
    text: Text
    """In one to three languages, each of at most 300 characters."""


# --- server to client -----------------------------------------------------------------------------------------


class Announced(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Something was announced where one is.

    Comes when it is said, or within ten minutes of it when one comes into the hall; while a hall shows a film, when the
    film is over. The same one may come again: a client shows each ``number`` once.
    """

    number: U32
    scope: ScopeKind
    place: Slug
    text: Text
    """As written; a reader of another language gets the fallback of ``Text``, marked with its language."""
    name: Line
    """Who announced it."""
    said_ms: Milliseconds
    """Unix time."""
