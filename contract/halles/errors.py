"""The one hierarchy of errors.

Adapters translate what drivers raise into these at the port; one place per boundary answers them.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class RejectionCode(StrEnum):
    """Why a request was refused; the visit goes on."""

    UNAVAILABLE = "UNAVAILABLE"
    """A service behind the server did not answer: whether it was done is unknown; ask again with the same
    ``request_id``."""
    RATE_LIMITED = "RATE_LIMITED"
    """Too many; ``retry_after_ms`` says when again."""
    FORBIDDEN = "FORBIDDEN"
    """Not within this person's rights."""
    NOT_FOUND = "NOT_FOUND"
    """No such hall, booth, person or place."""
    HALL_FULL = "HALL_FULL"
    """The hall holds as many as it may."""
    INVALID_TEXT = "INVALID_TEXT"
    """A text is too long, empty or holds control, override or invisible characters."""
    NAME_TAKEN = "NAME_TAKEN"
    """Somebody of the staff or an organisation bears a name that looks the same, or it sounds like the show's own."""
    BAD_FIELD = "BAD_FIELD"
    """An edit names a field or value that does not exist, or a ``request_id`` came again with another request."""
    OVER_BUDGET = "OVER_BUDGET"
    """More than a booth may hold (8 links, 12 documents, 12 in the team, 128 KiB of text in all), or a model, or an
    account."""
    STALE_REVISION = "STALE_REVISION"
    """Somebody else changed the booth meanwhile: read it again and merge."""
    DRAFT_OPEN = "DRAFT_OPEN"
    """The studio holds changes of the booth that are not published: publish them or take them back there first."""
    STORAGE_FULL = "STORAGE_FULL"
    """The server's disk is nearly full; reading goes on."""
    TRY_LATER = "TRY_LATER"
    """The server is too busy for newcomers."""
    TOO_LARGE = "TOO_LARGE"
    """A picture, document, film, sound or recording is larger or longer than is taken."""
    UNREADABLE = "UNREADABLE"
    """A file is damaged, locked or of a kind that is not taken, or looking at it took too long."""
    TIME_TAKEN = "TIME_TAKEN"
    """Somebody has something else at that time."""
    NOT_NOW = "NOT_NOW"
    """The live session does not allow that in its phase or mode."""
    SEAT_TAKEN = "SEAT_TAKEN"
    """Somebody sits on that chair."""
    SATCHEL_FULL = "SATCHEL_FULL"
    """The satchel holds 200 things: take some out first."""
    DUPLICATE = "DUPLICATE"
    """Two things that have to differ are the same: two answers of a poll."""


class Measure(StrEnum):
    """What there may be too much of, in a file or in a booth; the unit is part of it."""

    BYTES = "bytes"
    POINTS = "points"
    """Of a picture: measured are its two sides, the limit is their product."""
    SIDES = "sides"
    """Of a film's pictures, the longer and the shorter in points."""
    RATE = "rate"
    """Pictures a second."""
    SECONDS = "seconds"
    PAGES = "pages"
    HERTZ = "hertz"
    CHANNELS = "channels"
    TRIANGLES = "triangles"
    NODES = "nodes"
    DEPTH = "depth"
    """Of a model's nodes, one below the other."""
    IMAGES = "images"
    TEXELS = "texels"
    """Points of a model's pictures."""
    DRAWS = "draws"
    """Primitives as drawn."""
    BOOTH_TRIANGLES = "booth_triangles"
    BOOTH_TEXELS = "booth_texels"
    BOOTH_BYTES = "booth_bytes"
    BOOTH_TEXT = "booth_text"
    """Bytes of all that is written in a booth."""
    CHARACTERS = "characters"
    """Of one text."""


@dataclass(frozen=True, slots=True)
class Excess:
    """How much there is, and how much there may be: what people are told in their language and their numbers.

    Attributes:
        measured: One number, or the two sides of a picture.
        cap: Likewise.
    """

    what: Measure
    measured: tuple[float, ...]
    cap: tuple[float, ...]


class HallesError(Exception):
    """Everything that Halles raises on purpose."""


class LocalProtocolError(HallesError):
    """Our own side tried to say what the conversation does not allow now: a bug of ours."""


class RemoteProtocolError(HallesError):
    """The peer broke the protocol.

    Attributes:
        close_code: The websocket close code that answers it.
        text: What was wrong, fit for the peer's log: no secrets, no traceback.
    """

    def __init__(self, close_code: int, text: str) -> None:
        super().__init__(text)
        self.close_code: Final = close_code
        self.text: Final = text


class Rejection(HallesError):
    """An expected refusal of a request.

    Attributes:
        code: One of ``RejectionCode``'s values; from a newer server it may be one that we do not know yet.
        text: A short reason in English for logs and developers; people read the catalogue's text for ``code``.
        retry_after_ms: When trying again makes sense, 0 when it does not.
        excess: What was measured and the limit, where that is what it is refused for.
    """

    def __init__(self, code: str, text: str, retry_after_ms: int = 0, excess: Excess | None = None) -> None:
        super().__init__(f"{code}: {text}")
        self.code: Final = code
        self.text: Final = text
        self.retry_after_ms: Final = retry_after_ms
        self.excess: Final = excess

    @property
    def most_characters(self) -> int:
        """How many characters a text may have that was too long; 0 where that is not why."""
        return int(self.excess.cap[0]) if self.excess and self.excess.what is Measure.CHARACTERS else 0


class Unavailable(HallesError):
    """An outside service (database, bus, store) did not answer; trying later may help."""


class SceneError(HallesError):
    """A scene plan cannot be used; the text names file, line where known, and reason."""


class ConfigError(HallesError):
    """The configuration cannot be used; the text lists every problem, one a line."""
