"""Messages of reports: telling the moderators of somebody or something, and hearing that they looked at it.

Their rows stand in ``table.TABLE`` with all others. The queue itself is read on pages only.
"""

from halles.protocol.values import U16, U32, Message, Milliseconds, Said500, Slug, Uuid
from halles.world.reports import ReportAbout, ReportReason

# --- client to server -----------------------------------------------------------------------------------------


class Report(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Reports somebody or something to the moderators; who reported is known to them alone.

    The server keeps with it what was said within earshot of the reporter, and who stood near, in the last minute.
    Answered by ``Done`` (the report in ``number``) or ``Rejected``: RATE_LIMITED by person and, of guests, by address;
    NOT_FOUND; INVALID_TEXT; FORBIDDEN to bots; STORAGE_FULL.
    """

    request_id: Uuid
    about: ReportAbout
    subject: Slug
    """The visit of the person or of who said the line; the booth; "" for anything else."""
    reason: ReportReason
    text: Said500 = ""
    """In one's own words, at most as many characters as a line of chat; has to be given for anything else."""
    line_ms: Milliseconds = 0
    """Of a line: its ``time_ms``."""


# --- server to client -----------------------------------------------------------------------------------------


class ReportLooked(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One's own report was looked at, and is closed."""

    report: U32


class ReportsWaiting(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """How many reports wait, told at each change to who may look at them."""

    count: U16
