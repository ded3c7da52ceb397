"""Messages of host replays: recording one, which booths have one, and fetching it.

Their rows stand in ``table.TABLE`` with all others. What a recording may be stands in ``world.host_replay``. It is
fetched by whoever comes near its booth, and pushed to nobody.
"""

from halles.ids import BoothId, HallId
from halles.protocol.values import U32, Message, Milliseconds, Slug, Uuid
from halles.world.host_replay import HostReplay
from halles.world.look import Look

# --- client to server -----------------------------------------------------------------------------------------


class KeepHostReplay(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Somebody of a booth's staff gives the recording of themselves, to be shown there when nobody is.

    It replaces the booth's recording, if there is one. Answered by ``Done`` (the recording in ``number``) or
    ``Rejected``: FORBIDDEN to others, and without consent; BAD_FIELD, TOO_LARGE or INVALID_TEXT for what cannot be one.
    """

    request_id: Uuid
    booth: Slug
    replay: HostReplay
    consent: bool = False
    """The one recorded has agreed: name, look, motion and lines, shown to all visitors until it is deleted."""


class ReadHostReplay(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Asks for a booth's recording. Answered by ``HostReplayRead`` or ``Rejected``."""

    request_id: Uuid
    booth: Slug


# --- server to client -----------------------------------------------------------------------------------------


class HostReplayAt(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Which recording a booth has (part of ``HostReplaysListed``)."""

    booth: BoothId
    number: U32


class HostReplaysListed(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The hall's booths that have a recording; follows ``BoothsStaffed``."""

    hall: HallId
    booths: tuple[HostReplayAt, ...]


class HostReplayChanged(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A booth of this hall has another recording, or none any more: what was fetched before is to be forgotten."""

    booth: BoothId
    number: U32
    """0 for none."""


class HostReplayRead(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A booth's recording.

    It is shown while nobody of the staff is ``here``, and said to be a recording. How far it is, all see alike: the
    server's clock, as pose batches and ``Welcomed`` tell it, since ``begun_ms``, modulo its length and the pause (see
    the limits).
    """

    request_id: Uuid
    booth: BoothId
    number: U32
    name: str
    """Of the one recorded."""
    look: Look
    recorded_ms: Milliseconds
    """Unix time."""
    replay: HostReplay
    begun_ms: Milliseconds = 0
    """When a showing began, by the server's own clock."""
