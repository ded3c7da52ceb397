"""Messages of the talk backstage: what a live session's hosts and speakers say among themselves.

Their rows stand in ``table.TABLE`` with all others. Nobody else hears of it, and it is in no recording.
"""

from halles.ids import LiveSessionId
from halles.protocol.values import U32, Message, Milliseconds, Said500, Slug, Uuid

# --- client to server -----------------------------------------------------------------------------------------


class SayBackstage(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Says something to the hosts and speakers of a live session.

    Answered by ``Done`` or ``Rejected``: FORBIDDEN to everybody else, INVALID_TEXT, NOT_NOW once it is over,
    RATE_LIMITED as for chat.
    """

    request_id: Uuid
    session: Slug
    text: Said500


class ReadBackstage(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Asks for the last lines said backstage: all for hosts, the presenter and who is announced to speak.

    Whoever was given the floor or a chair by a host reads what was said from then on. Answered by ``BackstageRead`` and
    then ``Done``, or by ``Rejected``: FORBIDDEN to everybody else.
    """

    request_id: Uuid
    session: Slug


# --- server to client -----------------------------------------------------------------------------------------


class BackstageLine(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Something said backstage (part of ``BackstageRead`` and ``BackstageSaid``)."""

    number: U32
    """Grows; one that comes again is the same."""
    name: str
    """As it was at the time."""
    text: str
    said_ms: Milliseconds


class BackstageRead(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The last lines said backstage, oldest first; what is said meanwhile may be among them and be heard as well."""

    session: LiveSessionId
    lines: tuple[BackstageLine, ...]


class BackstageSaid(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Somebody said something backstage, perhaps oneself; told to whoever reads it, wherever in the show."""

    session: LiveSessionId
    line: BackstageLine
