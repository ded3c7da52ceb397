"""The states of a conversation; what leads from one to another stands in ``conversation``."""

from enum import Enum


class State(Enum):
    """Where a conversation stands."""

    GREETING = "GREETING"
    """Connected; the server waits for ``Hello``."""
    ADMITTED = "ADMITTED"
    """Known, in no hall."""
    ENTERING = "ENTERING"
    """A hall was asked for; its answer is on the way."""
    IN_HALL = "IN_HALL"
    """The avatar stands in a hall."""
    LEAVING = "LEAVING"
    """One side has said that it ends."""
    SUSPENDED = "SUSPENDED"
    """The connection broke; the place is kept for a return."""
    CLOSED = "CLOSED"
    """Over."""
