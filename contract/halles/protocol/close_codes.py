"""Why a connection ends, as websocket close codes (RFC 6455 section 7.4; 4000–4999 are ours)."""

from enum import IntEnum
from typing import Final


class CloseCode(IntEnum):
    """Every code that the server closes with; the docstring of each says what a client does next."""

    NORMAL = 1000
    """Either side is done."""
    PROTOCOL_ERROR = 1002
    """The websocket framing was broken, or a message came in more than 8 fragments."""
    TEXT_REFUSED = 1003
    """A text frame: every message is binary."""
    TOO_BIG = 1009
    """A message over 16 KiB."""
    INTERNAL = 1011
    """A fault of the server; it is logged there and not explained here."""
    RESTART = 1012
    """The server restarts: come back after the delay in ``Goodbye``, with the resume token."""
    TRY_LATER = 1013
    """The server is full or overloaded: come back after the delay in ``Goodbye``."""
    BAD_MESSAGE = 4400
    """A message that the table does not allow: wrong type, arity, value, code or moment."""
    NOT_ADMITTED = 4401
    """No ``Hello`` in time, or its ticket, token or password was not good."""
    REMOVED = 4403
    """A moderator or a rule of the house removed this visit."""
    WRONG_VERSION = 4406
    """No version in common; ``Goodbye`` says which to install."""
    TOO_SLOW = 4408
    """The peer did not read or answer for too long: it may resume."""
    REPLACED = 4409
    """The same account came in elsewhere."""
    TOO_FAST = 4429
    """More than the limits allow."""


ABNORMAL: Final = 1006
"""What a client sees when the connection just broke; never sent."""

RESUMABLE: Final = frozenset({ABNORMAL, CloseCode.RESTART, CloseCode.TOO_SLOW})
"""After these a client comes back by itself with its resume token."""
