"""Codes of refusals: the same words in ``Rejected``, in the pages' JSON and in the catalogues of texts."""

from enum import StrEnum


class RejectionCode(StrEnum):
    """Why a request was refused; the visit goes on."""

    UNAVAILABLE = "UNAVAILABLE"
    """A service behind the server did not answer; nothing was done, trying again with the same request_id is safe."""
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
    """Somebody of the staff or an organisation bears a name that looks the same."""
    BAD_FIELD = "BAD_FIELD"
    """An edit names a field or value that does not exist."""
    OVER_BUDGET = "OVER_BUDGET"
    """More than a booth may hold."""
    STALE_REVISION = "STALE_REVISION"
    """Somebody else changed the booth meanwhile: read it again and merge."""
    STORAGE_FULL = "STORAGE_FULL"
    """The server's disk is nearly full; reading goes on."""
    TRY_LATER = "TRY_LATER"
    """The server is too busy for newcomers."""
